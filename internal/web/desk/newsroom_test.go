package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

const bridgeNewsroom = "/desk/facts/bridge-open/newsroom"

func TestNewsroom(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e, reader := s.as(store.RoleContributor), s.as(store.RoleReader)
	if got := reader.get(bridgeNewsroom, http.StatusOK).Text(); !strings.Contains(got, "There is none yet") {
		t.Error("an empty list does not say so")
	}
	fields := fieldsOf(e.get(bridgeReview, http.StatusOK).Find("#newsroom form"))
	fields.Set("note", "before the morning conference")
	if _, to := e.post(bridgeNewsroom, fields, http.StatusSeeOther); to != bridgeNewsroom+"/1?done=newsroom" {
		t.Errorf("leads on to %q", to)
	}
	if _, to := e.post(bridgeNewsroom, fields, http.StatusSeeOther); to != bridgeNewsroom+"/1?done=same" {
		t.Errorf("unchanged, it leads on to %q", to)
	}
	s.as(store.RoleEditor).change(func(f *narrative.Fact) { f.Question = "Was the bridge shut?" })
	e.post(bridgeNewsroom, url.Values{"note": {""}}, http.StatusSeeOther)

	doc := reader.get(bridgeNewsroom+"/1", http.StatusOK)
	if got := doc.Find("h1"); got.Length() != 1 || strings.TrimSpace(got.Text()) != "Was the mill bridge open?" {
		t.Errorf("heading = %q", got.Text())
	}
	if got := doc.Find(".bar").Text(); !strings.Contains(got, "Newsroom edition 1 of 2") || !strings.Contains(got, "Readers do not see it") {
		t.Errorf("bar = %q", got)
	}
	if !strings.Contains(doc.Find(".colophon").Text(), "before the morning conference") || doc.Find(".compared").Length() != 1 {
		t.Errorf("page = %s", doc.Find("main").Text())
	}
	if got := reader.get(bridgeNewsroom+"/2/changes?since=1", http.StatusOK).Find("main").Text(); !strings.Contains(got, "newsroom edition 1 to newsroom edition 2") || !strings.Contains(got, "shut") {
		t.Errorf("changes = %s", got)
	}
	if got := reader.get(bridgeNewsroom+"/2/changes", http.StatusOK).Find("main").Text(); !strings.Contains(got, "never published") {
		t.Errorf("changes = %s", got)
	}
	editor := s.as(store.RoleEditor)
	publish := editor.publishForm("A first edition")
	publish.Set("waiver", "alone")
	editor.post(publishPath, publish, http.StatusSeeOther)
	if got := reader.get(bridgeNewsroom+"/1/changes", http.StatusOK).Find("main").Text(); !strings.Contains(got, "readers’ edition 1") {
		t.Errorf("changes = %s", got)
	}
	if n := reader.get(bridgeNewsroom, http.StatusOK).Find("ul.editions li").Length(); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
	for _, path := range []string{"/3", "/0", "/01", "/x", "/99999999999", "/1/changes?since=9", "/1/changes?since=x", "?before=x"} {
		reader.get(bridgeNewsroom+path, http.StatusNotFound)
	}
	for _, note := range []string{"a\x00b", "a\xff", strings.Repeat("a", 501), "a\nb"} {
		e.post(bridgeNewsroom, url.Values{"note": {note}}, http.StatusUnprocessableEntity)
	}
	e.post(bridgeNewsroom, url.Values{"note": {"a", "b"}}, http.StatusUnprocessableEntity)
	e.post("/desk/facts/none-of-it/newsroom", url.Values{"note": {""}}, http.StatusNotFound)
	if doc, _ := s.nobody().post(bridgeNewsroom, url.Values{"note": {"after the call"}}, http.StatusUnauthorized); !strings.Contains(doc.Text(), "after the call") {
		t.Errorf("nobody's note is lost: %s", doc.Text())
	}
}

// No address of readers' gives anything of an edition for the newsroom.
func TestNewsroomBeforeNoReader(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e := s.as(store.RoleEditor)
	fields := e.publishForm("The public one")
	fields.Set("waiver", "alone")
	e.post(publishPath, fields, http.StatusSeeOther)
	const secret = "zibbeldok"
	e.change(func(f *narrative.Fact) { f.Question = "Was the " + secret + " open?" })
	e.post(bridgeNewsroom, url.Values{"note": {secret}}, http.StatusSeeOther)
	if got := e.get(bridgeNewsroom+"/1", http.StatusOK).Text(); !strings.Contains(got, secret) {
		t.Fatal("the newsroom does not see its edition")
	}
	values := map[string][]string{
		"{number}": {"1", "2"}, "{code}": {"RX4-DBK5"}, "{range}": {"1..2"}, "{format}": {"json", "csv", "txt", "html", "bib", "ris", "atom", "xml"},
		"{slug}": {"bridge-open", "mill-bridge", "bridge-closed", "council", "lower-town", "courier", "talks"},
	}
	asked := 0
	for _, pattern := range s.server.site.Routes() {
		if strings.HasPrefix(pattern, "/desk") {
			continue
		}
		paths := []string{strings.TrimSuffix(pattern, "*")}
		for name, list := range values {
			var filled []string
			for _, p := range paths {
				for _, v := range list {
					filled = append(filled, strings.ReplaceAll(p, name, v))
				}
			}
			slices.Sort(filled)
			paths = slices.Compact(filled)
		}
		for _, path := range paths {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, body := s.nobody().do(r)
			if asked++; strings.Contains(string(body), secret) {
				t.Errorf("%s (%d) shows what is for the newsroom", path, response.StatusCode)
			}
		}
	}
	if asked < 100 {
		t.Errorf("%d addresses were asked for", asked)
	}
	if entries, err := s.store.Verify(t.Context()); err != nil || entries.Editions != 1 {
		t.Errorf("the log has %d editions (%v), want 1", entries.Editions, err)
	}
}
