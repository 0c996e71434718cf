package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestRemovedClaim removes a claim, takes that back, removes it again, and restores it from where it is listed.
func TestRemovedClaim(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleEditor)
	const claim = "/desk/claims/" + narrativetest.Worried
	remove := func() string {
		t.Helper()
		form := e.get(claim, http.StatusOK).Find("form[action$='/delete']")
		fields := fieldsOf(form)
		fields.Set("why", "tagged <b>twice</b>")
		_, to := e.post(form.AttrOr("action", ""), fields, http.StatusSeeOther)
		return to
	}
	page := e.get(remove(), http.StatusOK)
	undo := page.Find("form#undo")
	if !strings.Contains(undo.Text(), "is gone") || page.Find("details.removed .desk-list li").Length() != 1 {
		t.Fatalf("after the removal stand %q and %q", undo.Text(), page.Find("details.removed").Text())
	}
	_, to := e.post(undo.AttrOr("action", ""), fieldsOf(undo), http.StatusSeeOther)
	page = e.get(to, http.StatusOK)
	if page.Find("#claims .notelist li").Length() != 4 || page.Find("details.removed").Length() != 0 {
		t.Errorf("taken back, the article has %d claims", page.Find("#claims .notelist li").Length())
	}
	// The button undoes what it has done, once more.
	undo = page.Find("form#undo")
	_, to = e.post(undo.AttrOr("action", ""), fieldsOf(undo), http.StatusSeeOther)
	page = e.get(to, http.StatusOK)
	list := page.Find("details.removed li")
	if got := strings.Join(strings.Fields(list.Text()), " "); !strings.Contains(got, "removed by "+e.name) || !strings.Contains(got, "The envoy is concerned") {
		t.Errorf("listed is %q", got)
	}
	log := list.Find("a").AttrOr("href", "")
	if article := e.get("/desk/articles/bridge-closed/history", http.StatusOK); article.Find("#removed ~ ul a[href='"+log+"']").Length() != 1 {
		t.Error("the article's log does not lead to the removed claim's")
	}
	if reader := s.as(store.RoleContributor).get(log, http.StatusOK); reader.Find("a[href*='side=']").Length() != 0 || !strings.Contains(one(reader, ".history"), "Removed by") {
		t.Error("a contributor is not told of the removal, or is offered a restoration")
	}
	page = e.get(log, http.StatusOK)
	link := page.Find("a:contains('Restore it as it was')").AttrOr("href", "")
	past := e.get(link, http.StatusOK)
	if !strings.Contains(past.Find(".differences").Text(), "deeply") || !strings.Contains(past.Find(".history").Text(), "under its code") {
		t.Errorf("what is restored: %q", past.Find(".history").Text())
	}
	form := past.Find(".history form")
	fields := fieldsOf(form)
	fields.Set("why", "it was right")
	stale := fieldsOf(form)
	stale.Set("version", "999")
	if doc, _ := e.post(form.AttrOr("action", ""), stale, http.StatusConflict); !strings.Contains(doc.Find(".problems").Text(), "Somebody else") {
		t.Errorf("from another version: %q", doc.Find(".problems").Text())
	}
	_, to = e.post(form.AttrOr("action", ""), fields, http.StatusSeeOther)
	if got := one(e.get(to, http.StatusOK), ".desk-list li"); !strings.Contains(got, "restored the claim") || !strings.Contains(got, "it was right") {
		t.Errorf("the log says %q", got)
	}
	c, err := s.store.DeskClaim(t.Context(), narrativetest.Worried)
	if err != nil || len(c.Stances) != 1 || c.Version < 2 {
		t.Errorf("restored is %+v (%v)", c, err)
	}
}

// TestRemovedNoun restores a noun from the list of its kind.
func TestRemovedNoun(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleEditor)
	form := e.get("/desk/terms/siege", http.StatusOK).Find("form[action$='/remove']")
	_, to := e.post(form.AttrOr("action", ""), fieldsOf(form), http.StatusSeeOther)
	log := e.get(to, http.StatusOK).Find("details.removed a").AttrOr("href", "")
	link := e.get(log, http.StatusOK).Find("a:contains('Restore it as it was')").AttrOr("href", "")
	restore := e.get(link, http.StatusOK).Find(".history form")
	e.post(restore.AttrOr("action", ""), fieldsOf(restore), http.StatusSeeOther)
	if got := e.get("/desk/terms/siege", http.StatusOK).Find("h1").Text(); got != "siege" {
		t.Errorf("restored is %q", got)
	}
}

// TestClaimPicker looks claims up for the fields that take one, and puts codes into them as they are typed.
func TestClaimPicker(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	e := s.as(store.RoleEditor)
	type option struct{ Slug, Name, Note, Lang string }
	search := func(query string) []option {
		t.Helper()
		var found struct{ Found []option }
		e.asJSON("/desk/search.json?kind=claim&"+query, &found)
		return found.Found
	}
	got := search("q=" + url.QueryEscape("yoj b528") + "&fact=bridge-open")
	want := option{narrativetest.Closed, "The council has closed the bridge … carts wait", "the mayor, in The Courier, 5 March 2024", "en"}
	if len(got) != 1 || got[0] != want {
		t.Errorf("found %+v, want %+v", got, want)
	}
	if got := search("q=&article=bridge-closed&but=" + narrativetest.Own); len(got) != 3 {
		t.Errorf("of the article are offered %+v, want 3", got)
	}
	for _, bad := range []string{"q=%00", "q=%ff", "q=" + strings.Repeat("a", 300), "fact=A", "article=%00", "but=x"} {
		e.get("/desk/search.json?kind=claim&"+bad, http.StatusBadRequest)
	}

	// A fact's points take codes as they are typed.
	page := e.get("/desk/facts/bridge-open", http.StatusOK)
	if n := page.Find("input[data-choose=claim][data-fact=bridge-open]").Length(); n < 4 {
		t.Errorf("%d fields of the fact offer its claims", n)
	}
	form := page.Find("form.noun")
	fields := fieldsOf(form)
	fields["points[1].claims"] = []string{"yoj b528", "", ""}
	e.post("/desk/facts/bridge-open", fields, http.StatusSeeOther)
	fields = fieldsOf(e.get("/desk/facts/bridge-open", http.StatusOK).Find("form.noun"))
	if got := fields["points[1].claims"]; len(got) == 0 || got[0] != narrativetest.Closed {
		t.Errorf("saved are %q", got)
	}
	fields["points[1].claims"] = []string{narrativetest.Closed, "the mayor"}
	doc, _ := e.post("/desk/facts/bridge-open", fields, http.StatusUnprocessableEntity)
	if got := doc.Find("#f-points-1-claims-errors").Text(); !strings.Contains(got, "the mayor") || !strings.Contains(got, "7K3-M9QX") {
		t.Errorf("what is no code is told as %q", got)
	}

	// A merger and a link name the other claim by its code.
	merge := e.get("/desk/claims/"+narrativetest.Own+"/merge?into=yoj+b528", http.StatusOK)
	if merge.Find("input[name=into][value='"+narrativetest.Closed+"']").Length() != 1 {
		t.Errorf("the merger says %q", merge.Find("main").Text())
	}
	join := "/desk/claims/" + narrativetest.Worried + "/join"
	link := url.Values{"version": {"1"}, "direction": {backwards}, "relation": {string(narrative.Restates)}, "why": {"the same"}, "by_code": {" 597 hym2 "}}
	for typed, says := range map[string]string{"xyz": "is the code of no claim", narrativetest.Worried: "this claim itself", "A23-4565": "no claim"} {
		wrong := url.Values{}
		maps.Copy(wrong, link)
		wrong.Set("by_code", typed)
		doc, _ := e.post(join, wrong, http.StatusUnprocessableEntity)
		if got := doc.Find("#f-by_code-errors").Text(); !strings.Contains(got, says) || doc.Find("#f-by_code").AttrOr("value", "") != typed {
			t.Errorf("%q: says %q", typed, got)
		}
	}
	e.post(join, link, http.StatusSeeOther)
	c, err := s.store.DeskClaim(t.Context(), narrativetest.Own)
	if err != nil || c.Counters[len(c.Counters)-1].To != narrativetest.Worried {
		t.Errorf("joined are %+v (%v)", c.Counters, err)
	}
}
