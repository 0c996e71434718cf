package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// said is the text of a part of a page in one line.
func said(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// proposed is the address of what an editor finds in the inbox that somebody has proposed last.
func (e *editor) proposed() string {
	e.t.Helper()
	return e.get(inboxPath+"/"+string(store.QueueProposals), http.StatusOK).Find(".desk-list a").Last().AttrOr("href", "")
}

// whyLast is the reason of the latest entry of a noun's log.
func (s *site) whyLast(kind narrative.Kind, key string) string {
	s.t.Helper()
	log, err := s.store.NounLog(s.t.Context(), store.NounKey{Kind: kind, Key: key}, 0)
	s.must(err)
	return log.Entries[0].Why
}

// TestProposedClaim has a contributor save a claim of their own and propose a change of another's, which an editor takes.
func TestProposedClaim(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first, second, e := s.as(store.RoleContributor), s.as(store.RoleContributor), s.as(store.RoleEditor)
	c := first.tag("The mayor denied that the council had ever asked", "mayor", "by-whom/by-nobody")
	path := nounPath(narrative.KindClaim, string(c.Code))

	own := first.get(path, http.StatusOK)
	if got := said(own.Find(".saves")); !strings.Contains(got, "Save") || strings.Contains(got, "Propose") {
		t.Errorf("the buttons of an own claim: %s", got)
	}
	fields := fieldsOf(own.Find("#claim-form"))
	fields.Set(proposalField, "1") // which only an editor's form has
	fields.Set("note", "mine")
	first.post(path, fields, http.StatusSeeOther)

	doc := second.get(path, http.StatusOK)
	if got := said(doc.Find(".saves")); !strings.Contains(got, "Propose") || strings.Contains(got, "Save") {
		t.Errorf("the buttons of another's claim: %s", got)
	}
	fields = fieldsOf(doc.Find("#claim-form"))
	before := s.claim(c.Code)
	_, to := second.post(path, fields, http.StatusUnprocessableEntity) // nothing differs
	if to != "" {
		t.Errorf("what differs in nothing leads on to %s", to)
	}
	fields.Set("source", "nobody at all")
	second.post(path, fields, http.StatusUnprocessableEntity)
	fields.Set("source", "mayor")
	fields.Set("note", "another note")
	fields.Set("why", "he said more")
	stale := url.Values{}
	maps.Copy(stale, fields)
	stale.Set("version", "1")
	second.post(path, stale, http.StatusConflict)
	if _, to = second.post(path, fields, http.StatusSeeOther); to != untoldPath+"?done=proposed" {
		t.Errorf("a proposal leads on to %s", to)
	}
	if diff := cmp.Diff(before, s.claim(c.Code)); diff != "" {
		t.Fatalf("a proposal has changed the claim\n%s", diff)
	}
	first.get(second.listed(0).AttrOr("href", ""), http.StatusNotFound) // of another contributor

	at := e.proposed()
	doc = e.get(at, http.StatusOK)
	if got := said(doc.Find(".proposal")); !strings.Contains(got, "Proposed by "+second.name) || !strings.Contains(got, "he said more") || strings.Contains(got, "changed since") {
		t.Errorf("the notice says %q", got)
	}
	if got := said(doc.Find("#f-note").Parent().Find(".theirs blockquote")); got != "mine" {
		t.Errorf("beside the note stands %q", got)
	}
	fields = fieldsOf(doc.Find("#claim-form"))
	fields.Set("note", "another note, amended")
	e.post(path, fields, http.StatusSeeOther)
	if got := s.claim(c.Code).Note; got != "another note, amended" {
		t.Errorf("the note is %q", got)
	}
	if got := s.whyLast(narrative.KindClaim, string(c.Code)); got != "proposed by "+second.name+": he said more" {
		t.Errorf("the log says why: %q", got)
	}
	fields.Set("note", "once more")
	fields.Set("version", "3")
	doc, _ = e.post(path, fields, http.StatusUnprocessableEntity) // it is settled
	if got := said(doc.Find("#problems")); !strings.Contains(got, "has been settled") || doc.Find("#claim-form").Find("input[name='"+proposalField+"']").Length() != 0 {
		t.Errorf("taken twice: %s", got)
	}
	if got := second.outcomes(); len(got) != 1 || !strings.HasPrefix(got[0], "Taken by "+e.name) {
		t.Errorf("the proposer reads %q", got)
	}
	e.post(path, url.Values{}, http.StatusUnprocessableEntity)

	// what else is done to claims
	undo := url.Values{"version": {"3"}}
	refuse := func(path string, fields url.Values) {
		t.Helper()
		doc, _ := second.post(path, fields, http.StatusForbidden)
		if got := said(doc.Find("main")); !strings.Contains(got, "Somebody else has made this claim") || !strings.Contains(got, "propose") {
			t.Errorf("%s: %s", path, got)
		}
	}
	refuse(path+"/undo", undo)
	refuse(nounPath(narrative.KindClaim, narrativetest.Open)+"/part", url.Values{
		"version": {"1"}, "to": {narrativetest.Closed}, "fact": {bridgeOpen}, "relation": {string(narrative.Contradicts)},
	})
	link := url.Values{"version": {"1"}, "other": {""}, byCodeField: {narrativetest.Open}, onFactField: {""}, "relation": {string(narrative.Restates)}, "difference": {""}, "why": {"x"}, "direction": {forwards}}
	refuse(joinPath(narrativetest.Closed), link)
	mine := second.tag("at least 40 carts wait at the gate", "council", "/closed")
	link.Set(byCodeField, string(mine.Code))
	second.post(joinPath(narrativetest.Closed), link, http.StatusSeeOther)
	if got := s.counters(narrativetest.Closed); len(got) != 1 || got[0].To != mine.Code {
		t.Errorf("joined with an own claim: %+v", got)
	}
	second.post(nounPath(narrative.KindClaim, string(mine.Code))+"/undo", url.Values{"version": {"1"}}, http.StatusConflict) // it is spoken of
}

// listed is the nth of what an account has proposed, the latest first.
func (e *editor) listed(n int) *goquery.Selection {
	e.t.Helper()
	return e.get(proposalsPath, http.StatusOK).Find(".desk-list > li").Eq(n).Find("a").First()
}

// outcomes are what became of all that an account has proposed, the latest first.
func (e *editor) outcomes() []string {
	e.t.Helper()
	return e.get(proposalsPath, http.StatusOK).Find(".desk-list > li").Map(func(_ int, li *goquery.Selection) string { return said(li.Find("p").Eq(1)) })
}

// TestProposedNouns has a contributor propose changes of nouns and new ones, which an editor takes, amends and declines.
func TestProposedNouns(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	c, e := s.as(store.RoleContributor), s.as(store.RoleEditor)
	siege := nounPath(narrative.KindTerm, "siege")
	propose := func(kind narrative.Kind, key, field, value string) {
		t.Helper()
		doc, fields := c.formPage(kind, key)
		if doc.Find(".fate").Length() > 0 || said(doc.Find(".buttons .main")) != "Propose" {
			t.Errorf("%s: the form has more for a contributor than a proposal", key)
		}
		fields.Set(field, value)
		fields.Set(whyField, "for a reason")
		before := s.savedNoun(kind, key)
		if _, to := c.post(nounPath(kind, key), fields, http.StatusSeeOther); to != proposalsPath+"?done=proposed" {
			t.Errorf("leads on to %s", to)
		}
		if diff := cmp.Diff(before, s.savedNoun(kind, key)); diff != "" {
			t.Fatalf("a proposal has changed %s\n%s", key, diff)
		}
	}

	// checked as a save is: what is wrong, and what somebody has saved meanwhile
	_, mine := c.formPage(narrative.KindTerm, "siege")
	doc, _ := c.post(siege, mine, http.StatusConflict)
	if got := said(doc.Find("#problems")); !strings.Contains(got, "Nothing differs") {
		t.Errorf("nothing new: %s", got)
	}
	mine.Set("word", "")
	doc, _ = c.post(siege, mine, http.StatusUnprocessableEntity)
	if doc.Find(`#problems a[href="#f-word"]`).Length() != 1 {
		t.Errorf("a missing word: %s", said(doc.Find("#problems")))
	}
	mine.Set("word", "blockade")
	_, theirs := e.formPage(narrative.KindTerm, "siege")
	theirs.Set("note", "theirs")
	e.post(siege, theirs, http.StatusSeeOther)
	doc, _ = c.post(siege, mine, http.StatusConflict)
	if got := said(doc.Find("#f-note").Parent().Find(".theirs blockquote")); got != "theirs" || said(doc.Find(".buttons .main")) != "Propose" {
		t.Errorf("beside the note stands %q", got)
	}

	// amended and taken, though the noun has changed since, and its name
	propose(narrative.KindTerm, "siege", "plain", "closing")
	at := e.proposed()
	_, theirs = e.formPage(narrative.KindTerm, "siege")
	theirs.Set("slug", "the-siege")
	e.post(siege, theirs, http.StatusSeeOther)
	doc = e.get(at, http.StatusOK)
	if got := said(doc.Find(".proposal")); !strings.Contains(got, "has changed since") || !strings.Contains(got, "the-siege now") {
		t.Errorf("the notice of a noun that has changed: %s", got)
	}
	if got := doc.Find(".theirs").Length(); got != 1 || doc.Find(`button[value="take:plain"]`).Length() != 1 {
		t.Errorf("%d fields differ", got)
	}
	fields := fieldsOf(doc.Find("form.noun"))
	fields.Set(doField, "check") // draws the form again
	doc, _ = e.post(doc.Find("form.noun").AttrOr("action", ""), fields, http.StatusOK)
	fields = fieldsOf(doc.Find("form.noun"))
	fields.Set("plain", "closing the gate")
	e.post("/desk/terms/the-siege", fields, http.StatusSeeOther)
	if got := s.savedNoun(narrative.KindTerm, "the-siege").Doc.(narrative.Term); got.Plain != "closing the gate" || got.Note != "theirs" {
		t.Errorf("saved %+v", got)
	}
	if got := s.whyLast(narrative.KindTerm, "the-siege"); got != "proposed by "+c.name+": for a reason" {
		t.Errorf("the log says why: %q", got)
	}

	// declined, with a reason
	propose(narrative.KindFact, "bridge-open", "note", "a note")
	at = e.proposed()
	c.post(at+"/decline", url.Values{reasonField: {"x"}}, http.StatusForbidden)
	doc, _ = e.post(at+"/decline", url.Values{reasonField: {" "}}, http.StatusUnprocessableEntity)
	if doc.Find(`#problems a[href="#f-reason"]`).Length() != 1 {
		t.Errorf("declined without a reason: %s", said(doc.Find("main")))
	}
	e.post(at+"/decline", url.Values{reasonField: {"It says so already."}}, http.StatusSeeOther)
	e.post(at+"/decline", url.Values{reasonField: {"again"}}, http.StatusConflict)
	c.post(at+"/withdraw", nil, http.StatusConflict)

	// new, under a slug that is found when it is saved
	fields = fieldsOf(c.get(newPath(narrative.KindParty), http.StatusOK).Find("form.noun"))
	fields.Set("name", "Upper Town")
	c.post(newPath(narrative.KindParty), fields, http.StatusSeeOther)
	doc = e.get(e.proposed(), http.StatusOK)
	_, to := e.post(doc.Find("form.noun").AttrOr("action", ""), fieldsOf(doc.Find("form.noun")), http.StatusSeeOther)
	if to != "/desk/parties/upper-town-2?done=created" {
		t.Errorf("a new noun leads on to %s", to)
	}

	// withdrawn
	propose(narrative.KindEvent, "talks", "note", "a note")
	at = e.proposed()
	e.post(at+"/withdraw", nil, http.StatusNotFound)
	c.post(at+"/withdraw", nil, http.StatusSeeOther)
	if got := said(e.get(at, http.StatusOK).Find("main")); !strings.Contains(got, "Withdrawn by "+c.name) || !strings.Contains(got, "a note") {
		t.Errorf("what was withdrawn: %s", got)
	}

	// of a noun that is gone
	propose(narrative.KindTerm, "the-siege", "note", "a last note")
	version := s.savedNoun(narrative.KindTerm, "the-siege").Version
	at = e.proposed()
	e.post("/desk/terms/the-siege/remove", url.Values{versionField: {strconv.Itoa(version)}, whyField: {"not needed"}}, http.StatusSeeOther)
	doc = e.get(at, http.StatusOK)
	if got := said(doc.Find("main")); !strings.Contains(got, "not there any more") || doc.Find(".decline").Length() != 1 || doc.Find("form.noun").Length() != 0 {
		t.Errorf("of what is gone: %s", got)
	}
	e.post(at+"/decline", url.Values{reasonField: {"It is gone."}}, http.StatusSeeOther)

	var got []string
	for _, outcome := range c.outcomes() {
		words, _, _ := strings.Cut(outcome, ",")
		got = append(got, words)
	}
	want := []string{"Declined by " + e.name, "Withdrawn by " + c.name, "Taken by " + e.name, "Declined by " + e.name, "Taken by " + e.name}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what became of it (-want +got)\n%s", diff)
	}
	if c.get("/desk", http.StatusOK).Find(`a[href="`+proposalsPath+`"]`).Length() != 1 || c.get("/desk", http.StatusOK).Find("#q-proposals").Length() != 0 {
		t.Error("the contributor's inbox does not lead to the proposals, or has the editors' queue")
	}

	// as many as there may be
	s.sql(`INSERT INTO proposals (kind, title, fields, proposed_by) SELECT 'term', 'x', '{}', '` + c.name + `' FROM generate_series(1, 50)`)
	_, fields = c.formPage(narrative.KindEvent, "talks")
	fields.Set("note", "one more")
	doc, _ = c.post(nounPath(narrative.KindEvent, "talks"), fields, http.StatusConflict)
	if got := said(doc.Find("#problems")); !strings.Contains(got, "50 open proposals") || fieldsOf(doc.Find("form.noun")).Get("note") != "one more" {
		t.Errorf("one too many: %s", got)
	}
}
