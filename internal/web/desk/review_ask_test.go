package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// An editor asks for a second pair of eyes, and whoever may sign off finds it in the inbox until it is signed.
func TestAskForEyes(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	reviewer, writer, asker := s.as(store.RoleReviewer), s.as(store.RoleReviewer), s.as(store.RoleEditor)
	reviewer.signAll()
	const ask = bridgeReview + "/ask"
	doc, _ := asker.post(ask, url.Values{askField: {"look"}}, http.StatusUnprocessableEntity)
	if got := problemsIn(doc); !strings.Contains(got, "Nothing of it waits") {
		t.Errorf("asked where nothing is due: %q", got)
	}
	if asker.get(bridgeReview, http.StatusOK).Find("#ask").Length() > 0 {
		t.Error("it can be asked for where nothing is due")
	}
	writer.change(func(f *narrative.Fact) { f.Question = "Was the bridge open at all?" })
	doc, _ = asker.post(ask, url.Values{askField: {"two\nlines"}}, http.StatusUnprocessableEntity)
	if got := problemsIn(doc); !strings.Contains(got, "What whoever looks should know") || doc.Find("#f-"+askField).AttrOr("value", "") == "" {
		t.Errorf("a note of two lines: %q", got)
	}
	fields := fieldsOf(asker.get(bridgeReview, http.StatusOK).Find("#ask form"))
	fields.Set(askField, "before noon")
	if _, to := asker.post(ask, fields, http.StatusSeeOther); to != bridgeReview+"?done=asked#asked" {
		t.Errorf("leads on to %q", to)
	}
	if got := one(asker.get(bridgeReview, http.StatusOK), "#asked p"); !strings.Contains(got, asker.name+" asks for a second pair of eyes") || !strings.Contains(got, "before noon") {
		t.Errorf("the page tells %q", got)
	}
	waits := func(e *editor) string {
		return one(e.get("/desk", http.StatusOK), `section[aria-labelledby="q-review"]`)
	}
	if got := waits(reviewer); !strings.Contains(got, "Waits for a second pair of eyes 1") || !strings.Contains(got, "asked for by "+asker.name+": before noon") {
		t.Errorf("the reviewer’s inbox has %q", got)
	}
	for who, e := range map[string]*editor{"who wrote it": writer, "an editor": asker} {
		if got := waits(e); got != "" {
			t.Errorf("%s is asked: %q", who, got)
		}
	}
	if got := reviewer.get("/desk", http.StatusOK).Find(`section[aria-labelledby="q-review"] a`).AttrOr("href", ""); got != bridgeReview+"#second" {
		t.Errorf("the inbox leads to %q", got)
	}
	asker.post(ask, url.Values{"do": {"stop"}}, http.StatusSeeOther)
	if got := waits(reviewer); got != "" {
		t.Errorf("taken back, the inbox has %q", got)
	}
	asker.post(ask, fields, http.StatusSeeOther)
	reviewer.signAll()
	if doc := asker.get(bridgeReview, http.StatusOK); waits(reviewer) != "" || doc.Find("#asked").Length() > 0 {
		t.Error("signed, and still asked for")
	}
	asker.post("/desk/facts/nowhere/review/ask", fields, http.StatusNotFound)
}
