package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestSecondEditorGetsBothTexts has two editors change one fact: the second sees both texts field by field, takes one of
// them, keeps the rest of her own, and saves again.
func TestSecondEditorGetsBothTexts(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	path := nounPath(narrative.KindFact, "bridge-open")
	first, second := s.as(store.RoleEditor), s.as(store.RoleEditor)
	_, theirs := first.formPage(narrative.KindFact, "bridge-open")
	_, mine := second.formPage(narrative.KindFact, "bridge-open")

	theirs.Set("question", "Was [[bridge]] open to carts?")
	theirs.Set("note", "theirs")
	theirs.Set("positions[2].label", "Nobody knows.")
	theirs.Set("gaps[1].title", "No map")
	theirs.Set("gaps[1].text", "Nobody drew one.")
	first.post(path, theirs, http.StatusSeeOther)
	between := s.savedNoun(narrative.KindFact, "bridge-open")

	mine.Set("question", "Was [[bridge]] shut?")
	mine.Set("note", "mine")
	mine.Set("positions[0].label", "It was shut.")
	doc, _ := second.post(path, mine, http.StatusConflict)
	if got := s.savedNoun(narrative.KindFact, "bridge-open"); !cmp.Equal(between, got) {
		t.Fatalf("the second has changed it\n%s", cmp.Diff(between, got))
	}
	fields := fieldsOf(doc.Find("form.noun"))
	for name, want := range map[string]string{
		"question": "Was [[bridge]] shut?", "note": "mine", "positions[0].label": "It was shut.", "positions[2].label": "", versionField: "2", theirsField: "on",
	} {
		if got := fields.Get(name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	besides := map[string]string{}
	for _, name := range []string{"question", "note", "positions[0].label", "positions[2].label", "gaps[1].title", "positions[1].label"} {
		besides[name] = strings.TrimSpace(doc.Find("#" + fieldID(name)).Parent().Find(".theirs blockquote").Text())
	}
	want := map[string]string{
		"question": "Was [[bridge]] open to carts?", "note": "theirs", "positions[0].label": "It was closed.", "positions[2].label": "Nobody knows.",
		"gaps[1].title": "No map", "positions[1].label": "",
	}
	if diff := cmp.Diff(want, besides); diff != "" {
		t.Errorf("what stands beside the fields (-want +got)\n%s", diff)
	}

	for _, button := range []string{"take:positions[2].label", "take:note", "take:gaps[1]"} {
		if doc.Find(`form.noun button[value="`+button+`"]`).Length() != 1 {
			t.Errorf("there is no button %s", button)
		}
		fields.Set(doField, button)
		doc, _ = second.post(path, fields, http.StatusOK)
		fields = fieldsOf(doc.Find("form.noun"))
	}
	fields.Set(doField, "save")
	second.post(path, fields, http.StatusSeeOther)
	fact := s.savedNoun(narrative.KindFact, "bridge-open").Doc.(narrative.Fact)
	if fact.Question != "Was [[bridge]] shut?" || fact.Note != "theirs" || fact.Positions[0].Label != "It was shut." || fact.Positions[0].Slug != "closed" {
		t.Errorf("saved %+v", fact)
	}
	if len(fact.Positions) != 3 || fact.Positions[2] != (narrative.Position{Slug: "nobody-knows", Label: "Nobody knows."}) || len(fact.Gaps) != 2 {
		t.Errorf("positions %+v, gaps %+v", fact.Positions, fact.Gaps)
	}
}

// TestConflictOverNames has a noun renamed, and another removed, under the hands of an editor.
func TestConflictOverNames(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	_, mine := e.formPage(narrative.KindTerm, "siege")
	_, theirs := e.formPage(narrative.KindTerm, "siege")
	theirs.Set("slug", "the-siege")
	e.post(nounPath(narrative.KindTerm, "siege"), theirs, http.StatusSeeOther)
	mine.Set("plain", "closing")
	doc, _ := e.post(nounPath(narrative.KindTerm, "siege"), mine, http.StatusConflict)
	form := doc.Find("form.noun")
	if form.AttrOr("action", "") != "/desk/terms/the-siege" {
		t.Errorf("the form goes to %q", form.AttrOr("action", ""))
	}
	fields := fieldsOf(form)
	fields.Set(doField, "take:slug")
	doc, _ = e.post("/desk/terms/the-siege", fields, http.StatusOK)
	fields = fieldsOf(doc.Find("form.noun"))
	fields.Del(doField)
	e.post("/desk/terms/the-siege", fields, http.StatusSeeOther)
	if got := s.savedNoun(narrative.KindTerm, "the-siege").Doc.(narrative.Term); got.Plain != "closing" {
		t.Errorf("saved %+v", got)
	}

	_, mine = e.formPage(narrative.KindTerm, "the-siege")
	version := mine.Get(versionField)
	_, to := e.post("/desk/terms/the-siege/remove", url.Values{versionField: {version}, whyField: {"not needed"}}, http.StatusSeeOther)
	if to != "/desk/terms?done=deleted" {
		t.Errorf("leads on to %s", to)
	}
	mine.Set("note", "still here")
	doc, _ = e.post("/desk/terms/the-siege", mine, http.StatusConflict)
	fields = fieldsOf(doc.Find("form.noun"))
	if fields.Get("note") != "still here" {
		t.Error("what was written is lost")
	}
	_, to = e.post(doc.Find("form.noun").AttrOr("action", ""), fields, http.StatusSeeOther)
	if to != "/desk/terms/siege-2?done=created" {
		t.Errorf("leads on to %s", to)
	}
}

// TestRowsWithoutScript adds, moves and removes rows by the form's buttons alone.
func TestRowsWithoutScript(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	path := nounPath(narrative.KindFact, "bridge-open")
	_, fields := e.formPage(narrative.KindFact, "bridge-open")
	before := s.savedNoun(narrative.KindFact, "bridge-open")
	press := func(button string) {
		t.Helper()
		fields.Set(doField, button)
		doc, _ := e.post(path, fields, http.StatusOK)
		if doc.Find("[autofocus]").Length() != 1 {
			t.Errorf("%s: %d elements take the focus", button, doc.Find("[autofocus]").Length())
		}
		fields = fieldsOf(doc.Find("form.noun"))
	}
	fields.Set("positions[2].label", "It was neither.")
	press("positions[2].up")
	press("positions.add")
	fields.Set("positions[4].label", "Nobody looked.")
	press("aspects[0].positions[1].up")
	press("points[1].remove")
	press("aspects.add")
	if got := s.savedNoun(narrative.KindFact, "bridge-open"); !cmp.Equal(before, got) {
		t.Fatalf("buttons of rows have saved\n%s", cmp.Diff(before, got))
	}
	fields.Set(doField, "save")
	e.post(path, fields, http.StatusSeeOther)
	fact := s.savedNoun(narrative.KindFact, "bridge-open").Doc.(narrative.Fact)
	want := []narrative.Position{
		{Slug: "closed", Label: "It was closed."}, {Slug: "it-was-neither", Label: "It was neither."}, {Slug: "open", Label: "It was open."}, {Slug: "nobody-looked", Label: "Nobody looked."},
	}
	if diff := cmp.Diff(want, fact.Positions); diff != "" {
		t.Errorf("positions (-want +got)\n%s", diff)
	}
	if len(fact.Points) != 1 || len(fact.Aspects) != 1 || fact.Aspects[0].Positions[0].Slug != "by-nobody" {
		t.Errorf("points %+v, aspects %+v", fact.Points, fact.Aspects)
	}
}

// TestMergePages merges two sources, two facts and two claims by their pages.
func TestMergePages(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	for _, bad := range []string{"nobody", "mayor", "the mayor", "courier", "\x00"} {
		e.get("/desk/sources/mayor/merge?into="+url.QueryEscape(bad), http.StatusUnprocessableEntity)
	}
	doc := e.get("/desk/sources/mayor/merge?into=the+mayor%E2%80%99s", http.StatusUnprocessableEntity)
	if got := doc.Find("#problems a").Text(); !strings.Contains(got, "the nearest is") {
		t.Errorf("no nearest is named: %s", got)
	}
	doc = e.get("/desk/sources/spokeswoman/merge?into=THE+MAYOR", http.StatusOK)
	if got := strings.Join(strings.Fields(doc.Find(".uses").Text()), " "); got != "1 claim"+narrativetest.Worried {
		t.Errorf("what would change: %q", got)
	}
	fields := fieldsOf(doc.Find("form.noun"))
	stale := url.Values{}
	maps.Copy(stale, fields)
	stale.Set(versionField, "7")
	e.post("/desk/sources/spokeswoman/merge", stale, http.StatusConflict)
	_, to := e.post("/desk/sources/spokeswoman/merge", fields, http.StatusSeeOther)
	if to != "/desk/sources/mayor/touched?done=merged" {
		t.Errorf("leads on to %s", to)
	}
	if _, to := e.follow("/desk/sources/spokeswoman"); to != "/desk/sources/mayor" {
		t.Errorf("the old address leads to %q", to)
	}

	_, fact := e.formPage(narrative.KindFact, "bridge-open")
	fact.Set("slug", "")
	for name := range fact {
		if strings.HasPrefix(name, "points[") || strings.HasPrefix(name, "requests[") {
			fact[name] = []string{""}
		}
	}
	fact.Set("key", "")
	fact.Set("question", "Was it passable?")
	fact.Set(doField, "save")
	fact.Set("draft", newPath(narrative.KindFact))
	e.post(newPath(narrative.KindFact), fact, http.StatusSeeOther)
	doc = e.get("/desk/facts/was-it-passable/merge?into=bridge-open", http.StatusOK)
	fields = fieldsOf(doc.Find("form.noun"))
	if fields.Get("aspect:by-whom") != "/by-whom" || fields.Get("position:/closed") != "/closed" || fields.Get("position:by-whom/by-nobody") != "by-whom/by-nobody" {
		t.Errorf("what has the same name is not preset: %v", fields)
	}
	fields.Set("position:/open", "by-whom/by-nobody")
	doc, _ = e.post("/desk/facts/was-it-passable/merge", fields, http.StatusUnprocessableEntity)
	if doc.Find(`#problems a[href="#`+fieldID("position:/open")+`"]`).Length() != 1 {
		t.Errorf("a position goes to another aspect: %s", doc.Find("#problems").Text())
	}
	fields.Set("position:/open", "")
	e.post("/desk/facts/was-it-passable/merge", fields, http.StatusSeeOther)
	if got := s.savedNoun(narrative.KindFact, "bridge-open").Doc.(narrative.Fact); len(got.Positions) != 3 || len(got.Aspects) != 1 || got.Positions[2].Slug != "open-2" {
		t.Errorf("merged into %+v", got.Positions)
	}

	claims := "/desk/claims/" + narrativetest.Own + "/merge"
	e.get(claims+"?into=nothing", http.StatusUnprocessableEntity)
	e.get(claims+"?into="+narrativetest.Own, http.StatusUnprocessableEntity)
	fields = fieldsOf(e.get(claims+"?into="+narrativetest.Worried, http.StatusOK).Find("form.noun"))
	_, to = e.post(claims, fields, http.StatusSeeOther)
	if to != "/desk/claims/"+narrativetest.Worried+"?done=merged" {
		t.Errorf("leads on to %s", to)
	}
}

// TestRetirePages retires a party and brings it back: meanwhile it is marked and offered to nobody.
func TestRetirePages(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	path := nounPath(narrative.KindParty, "lower-town")
	send := func(do string) {
		t.Helper()
		version := e.get(path, http.StatusOK).Find(".fate input[name='.version']").First().AttrOr("value", "")
		e.post(path+"/retire", url.Values{versionField: {version}, doField: {do}, whyField: {"told apart"}}, http.StatusSeeOther)
	}
	offered := func() int {
		return e.get(newPath(narrative.KindSource), http.StatusOK).Find(`#choose-party option[value="lower-town"]`).Length()
	}
	send("retire")
	if last := e.get("/desk/parties", http.StatusOK).Find(".listed li").Last().Text(); !strings.Contains(last, "retired") || offered() != 0 {
		t.Errorf("the last of the list: %q; offered %d times", last, offered())
	}
	e.get(nounPath(narrative.KindSource, "council"), http.StatusOK)
	send("back")
	if offered() != 1 {
		t.Error("what was brought back is not offered")
	}
	doc, _ := e.post(path+"/remove", url.Values{versionField: {"3"}}, http.StatusUnprocessableEntity)
	if got := saidFirst(doc); !strings.Contains(got, "is named by 1 of the kind source (council)") {
		t.Errorf("the refusal says %q", got)
	}
	e.post(path+"/remove", url.Values{versionField: {"1"}}, http.StatusConflict)
}
