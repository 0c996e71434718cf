package web

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestDeskStanding changes what an account may while its program works: the next request is held to it, and a first answer that is
// kept is given to nobody who might not ask for it any more.
func TestDeskStanding(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p, other := c.program(s, store.RoleEditor), c.program(s, store.RoleEditor)
	ctx := t.Context()
	const key = "Idempotency-Key"
	role := func(to store.Role) {
		t.Helper()
		if err := s.store.SetRole(ctx, p.name, to, "test"); err != nil {
			t.Fatal(err)
		}
	}
	parties := deskAPI + "/parties"
	party := object{"slug": "third", "name": "Third"}
	first := p.want(http.StatusCreated, "POST", parties, party, key, "party")
	tag := first.header.Get("ETag")

	role(store.RoleContributor)
	p.want(http.StatusForbidden, "POST", parties, party, key, "party")
	p.want(http.StatusForbidden, "PUT", parties+"/third", object{"slug": "third", "name": "Taken"}, "If-Match", tag)
	p.want(http.StatusForbidden, "POST", deskAPI+"/publish", object{"facts": array{"bridge-open"}, "kind": "update", "reason": "x"}, key, "publish")
	p.want(http.StatusOK, "GET", parties+"/third", nil)
	role(store.RoleReader)
	p.want(http.StatusForbidden, "GET", parties+"/third", nil)
	p.want(http.StatusForbidden, "POST", deskAPI+"/articles", newArticle("gazette-night"), key, "article")
	role(store.RoleEditor)
	if again := p.want(http.StatusCreated, "POST", parties, party, key, "party"); !bytes.Equal(first.body, again.body) || again.header.Get("ETag") != tag {
		t.Errorf("as an editor again, the answer is %v %s", again.header, again.body)
	}

	// What a key was refused for asking too often is done later, and once.
	pool := storetest.Pool(t, s.db.URL)
	if _, err := pool.Exec(ctx, `UPDATE throttles SET free_at = now() + interval '10 minutes'`); err != nil {
		t.Fatal(err)
	}
	fourth := object{"slug": "fourth", "name": "Fourth"}
	if got := p.want(http.StatusTooManyRequests, "POST", parties, fourth, key, "fourth"); got.header.Get("Retry-After") == "" {
		t.Error("what is too often does not say when to come again")
	}
	if _, err := pool.Exec(ctx, `DELETE FROM throttles`); err != nil {
		t.Fatal(err)
	}
	made := p.want(http.StatusCreated, "POST", parties, fourth, key, "fourth")
	if again := p.want(http.StatusCreated, "POST", parties, fourth, key, "fourth"); !bytes.Equal(made.body, again.body) {
		t.Errorf("the second answer is %s", again.body)
	}

	if err := s.store.DisableAccount(ctx, p.name, "test"); err != nil {
		t.Fatal(err)
	}
	refused := func(when string) {
		t.Helper()
		for _, method := range []string{"POST", "PUT", "GET"} {
			path, body := parties+"/third", any(party)
			switch method {
			case "POST":
				path = parties
			case "GET":
				body = nil
			}
			if got := p.ask(method, path, body, key, "party", "If-Match", tag); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s, %s: status %d %.200s", when, method, got.status, got.body)
			}
		}
	}
	refused("disabled")
	if err := s.store.EnableAccount(ctx, p.name, "test"); err != nil {
		t.Fatal(err)
	}
	refused("enabled again, with a token of before")
	other.want(http.StatusUnprocessableEntity, "POST", parties, party, key, "party") // its own key, and the slug is taken
}

// TestDeskConditions sends conditions in every wrong form, and many changes at once that were made from one version: one is saved,
// and all others are told what is there now.
func TestDeskConditions(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := newContract(s, t)
	p, other := c.program(s, store.RoleEditor), c.program(s, store.RoleEditor)
	at := deskAPI + "/parties/eastbank"
	was := p.want(http.StatusOK, "GET", at, nil)
	tag := was.header.Get("ETag")
	p.want(http.StatusPreconditionRequired, "PUT", at, was.object())
	p.want(http.StatusPreconditionRequired, "PUT", at, was.object(), "If-Match", "")
	for _, bad := range []string{"*", "W/" + tag, tag + "," + tag, `"0"`, `"-1"`, `"x"`, `""`, `"`, "1", `"99999999999999999999"`, `"1 "`} {
		got := p.ask("PUT", at, was.object(), "If-Match", bad)
		if got.status != http.StatusUnprocessableEntity || got.faults()["header.If-Match"] == "" {
			t.Errorf("If-Match %s: status %d, %v", bad, got.status, got.faults())
		}
	}
	p.want(http.StatusNotFound, "PUT", deskAPI+"/parties/nowhere", object{"slug": "nowhere", "name": "Nowhere"}, "If-Match", tag)

	answers := make([]reply, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			from := []*caller{p, other}[i%2]
			changed := was.object()
			changed["name"] = fmt.Sprintf("East bank, as %d has it", i)
			answers[i] = from.ask("PUT", at, changed, "If-Match", tag)
		})
	}
	all.Wait()
	now := p.want(http.StatusOK, "GET", at, nil)
	saved := 0
	for i, a := range answers {
		switch a.status {
		case http.StatusOK:
			saved++
			if a.object()["name"] != now.object()["name"] || a.header.Get("ETag") != now.header.Get("ETag") {
				t.Errorf("%d was told that it had saved %s, and there is %s", i, a.body, now.body)
			}
		case http.StatusPreconditionFailed:
			if theirs, _ := a.object()["now"].(object); theirs["name"] != now.object()["name"] || a.header.Get("ETag") != now.header.Get("ETag") {
				t.Errorf("%d was told of %v, and there is %s", i, theirs, now.body)
			}
		default:
			t.Errorf("%d: status %d %.200s", i, a.status, a.body)
		}
	}
	if saved != 1 {
		t.Errorf("%d of %d changes of one version were saved", saved, len(answers))
	}
}
