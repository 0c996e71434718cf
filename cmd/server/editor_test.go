package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/store/storetest"
)

// The first admin comes in by the link that the program prints, while the server runs.
func TestEditor(t *testing.T) {
	t.Parallel()
	db := "DATABASE_URL=" + storetest.Empty(t, "").URL
	settings := []string{db, "CORPUS=none"}
	if got := succeed(t, settings, "editor", "list").stdout; !strings.Contains(got, "there are no accounts") {
		t.Errorf("at first the list says %q", got)
	}
	s := start(t, settings...)

	added := succeed(t, append(settings, "PUBLIC_URL="+s.url), "editor", "add", "anna", "--role", "admin")
	link := strings.TrimSpace(added.stdout)
	if !strings.HasPrefix(link, s.url+"/desk/start/") || !strings.Contains(added.stderr, "72 hours") {
		t.Fatalf("add prints %q and says %q", added.stdout, added.stderr)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	choose := func(link string, status int) *http.Response {
		t.Helper()
		const password = "kettle moss 7 ladle"
		response, err := client.PostForm(link, url.Values{"new": {password}, "again": {password}})
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != status {
			t.Fatalf("the link: status %d, want %d (%v)\n%s", response.StatusCode, status, err, body)
		}
		return response
	}
	if got := choose(link, http.StatusSeeOther).Header.Get("Location"); got != "/desk/account/factor" {
		t.Errorf("the link leads to %s", got)
	}
	choose(link, http.StatusNotFound)

	var reset struct{ Name, Role, Link string }
	if err := json.Unmarshal([]byte(succeed(t, append(settings, "ADDR=:8099"), "editor", "reset", "anna", "--factor", "--json").stdout), &reset); err != nil {
		t.Fatal(err)
	}
	if reset.Name != "anna" || reset.Role != "admin" || !strings.HasPrefix(reset.Link, "http://127.0.0.1:8099/desk/start/") {
		t.Errorf("reset prints %+v", reset)
	}
	succeed(t, settings, "editor", "add", "ben.o-2", "--role", "reader")
	refused(t, settings, 1, "there is an account anna already", "editor", "add", "anna", "--role", "editor")
	refused(t, settings, 2, "is no name", "editor", "add", "Anna Larkin", "--role", "editor")
	refused(t, settings, 2, "role", "editor", "add", "carl")
	refused(t, settings, 2, "role", "editor", "add", "carl", "--role", "owner")
	refused(t, settings, 1, "the last admin", "editor", "disable", "anna")
	refused(t, settings, 1, `there is no account "carl"`, "editor", "disable", "carl")
	refused(t, settings, 1, `there is no account "carl"`, "editor", "reset", "carl")
	if got := succeed(t, settings, "editor", "disable", "ben.o-2").stdout; !strings.Contains(got, "disabled") {
		t.Errorf("disable prints %q", got)
	}
	refused(t, settings, 1, "is disabled", "editor", "reset", "ben.o-2")

	var all struct{ Editors []editor }
	if err := json.Unmarshal([]byte(succeed(t, settings, "editor", "list", "--json").stdout), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Editors) != 2 || !all.Editors[0].Password || all.Editors[0].LinkUntil == nil || all.Editors[0].Seen == nil || !all.Editors[1].Disabled {
		t.Errorf("the list is %+v", all.Editors)
	}
	want := "anna     admin, link not used yet\nben.o-2  reader, disabled, no password yet\n"
	if got := succeed(t, settings, "editor", "list").stdout; got != want {
		t.Errorf("the list says\n%swant\n%s", got, want)
	}
	if got := succeed(t, settings, "editor", "enable", "ben.o-2").stdout; strings.Contains(got, "disabled") {
		t.Errorf("enable prints %q", got)
	}
}

func TestPublicURL(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]settings{
		"https://example.org/x":  {Addr: ":80", PublicURL: "https://example.org/x/"},
		"http://127.0.0.1:8080":  {Addr: "0.0.0.0:8080"},
		"http://127.0.0.1:8081":  {Addr: "[::]:8081"},
		"http://127.0.0.1:8082":  {Addr: ":8082"},
		"http://[::1]:8083":      {Addr: "[::1]:8083"},
		"http://desk.local:8084": {Addr: "desk.local:8084"},
	} {
		if got := (&program{settings: s}).publicURL(); got != want {
			t.Errorf("%+v: %s, want %s", s, got, want)
		}
	}
}
