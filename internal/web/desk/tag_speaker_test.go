package desk

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestOutletAsSpeaker names the outlet as the speaker by the name that stands in the chain, too: what is preset follows it, and
// the claim is saved as its own voice.
func TestOutletAsSpeaker(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	f := e.tagFields(untoldPath)
	outlet := f.Get("chain[0].by")
	if outlet == "" {
		t.Fatal("the chain is not preset with the outlet")
	}
	f.Set("quotation", "at least 40 carts wait at the gate")
	f.Set("source", outlet)
	f.Set("stances[0].fact", bridgeOpen)
	f.Set("stances[0].choice", "/closed")
	f.Set("do", "look")
	doc, _ := e.post(untoldPath, f, http.StatusOK)
	f = fieldsOf(doc.Find("#claim-form"))
	if f.Get("voice") != string(narrative.OutletVoice) || f.Get("chain[0].by") != "" || f.Get("source") != outlet {
		t.Errorf("after a look the voice is %q, the chain begins with %q, the speaker is %q", f.Get("voice"), f.Get("chain[0].by"), f.Get("source"))
	}
	f.Set("do", "save")
	_, to := e.post(untoldPath, f, http.StatusSeeOther)
	if c := e.claimAt(to); c.Source != "courier" || c.Voice != narrative.OutletVoice || len(c.Chain) > 0 {
		t.Errorf("saved by %s in the voice %q with the chain %v, want the Courier in its own voice", c.Source, c.Voice, c.Chain)
	}

	// Two sources of one name: the name alone is refused, the slug stands as it was typed and is taken.
	mayor := s.nameOfSource("mayor")
	if _, err := s.store.Save(t.Context(), store.Edit{Doc: narrative.Source{Slug: "elder-mayor", Name: mayor, Kind: narrative.Person}, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	f = e.tagFields(untoldPath)
	f.Set("quotation", "he urged both towns to count again")
	f.Set("source", mayor)
	f.Set("stances[0].fact", bridgeOpen)
	f.Set("stances[0].choice", "/open")
	doc, _ = e.post(untoldPath, f, http.StatusUnprocessableEntity)
	if said := doc.Find("#problems").Text(); !strings.Contains(said, "Speaker: ") || !strings.Contains(said, "several sources") || !strings.Contains(said, "elder-mayor") {
		t.Errorf("a name of two is refused with %q", said)
	}
	f = fieldsOf(doc.Find("#claim-form"))
	f.Set("source", "elder-mayor")
	f.Set("do", "look")
	doc, _ = e.post(untoldPath, f, http.StatusOK)
	f = fieldsOf(doc.Find("#claim-form"))
	if got := f.Get("source"); got != "elder-mayor" {
		t.Errorf("the slug that was typed has become %q", got)
	}
	f.Set("do", "save")
	_, to = e.post(untoldPath, f, http.StatusSeeOther)
	if c := e.claimAt(to); c.Source != "elder-mayor" {
		t.Errorf("saved by %s, want elder-mayor", c.Source)
	}
}

// nameOfSource is the house's name of a source.
func (s *site) nameOfSource(slug narrative.Slug) string {
	s.t.Helper()
	for _, o := range s.tagging(untold).Sources {
		if o.Slug == slug {
			return o.Name
		}
	}
	s.t.Fatalf("there is no source %s", slug)
	return ""
}

// TestTaggingTells goes through what the view tells in words: undo keeps speaker and fact, an edge that stays says why, problems
// are called by the labels on the form, places by their names, and words that one side uses are shown where they are written
// and where they are reviewed.
func TestTaggingTells(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleEditor)
	claim := e.tag("The mayor denied that the council had ever asked", "mayor", "by-whom/by-nobody")

	doc := e.get(untoldPath+"?after="+string(claim.Code)+"&done=tagged", http.StatusOK)
	if q := doc.Find(`#f-stances-0-fact option[value="` + bridgeOpen + `"]`); q.Text() != "Was the mill bridge open?" || q.Parent().AttrOr("label", "") != "The mill bridge (invented for practice)" {
		t.Errorf("the fact is offered as %q under %q", q.Text(), q.Parent().AttrOr("label", ""))
	}
	for _, page := range []string{"#text", "#claims", "#facts", "#form"} {
		if text := doc.Find(page).Text(); strings.Contains(text, "[[") || strings.Contains(text, bridgeOpen) {
			t.Errorf("%s shows a slug or a mark", page)
		}
	}
	links := doc.Find(".taglinks a, #facts a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
	for _, want := range []string{"/desk/articles/" + untold, capturesPath(untold), reanchorArticlePath(untold), reviewPath(bridgeOpen), movePath(bridgeOpen)} {
		if !slices.Contains(links, want) {
			t.Errorf("no link leads to %s but only to %q", want, links)
		}
	}

	_, to := e.post(doc.Find("#undo").AttrOr("action", ""), fieldsOf(doc.Find("#undo")), http.StatusSeeOther)
	f := e.tagFields(to)
	if f.Get("source") != s.nameOfSource("mayor") || f.Get("stances[0].fact") != bridgeOpen {
		t.Errorf("after undo the form has the speaker %q and the fact %q", f.Get("source"), f.Get("stances[0].fact"))
	}
	s.undoIsNoLoss(t, e)

	f.Set("quotation", "The mayor denied")
	f.Set("do", "look")
	doc, _ = e.post(untoldPath, f, http.StatusOK)
	f = fieldsOf(doc.Find("#claim-form"))
	f.Set("do", "edge 0 start word out")
	doc, _ = e.post(untoldPath, f, http.StatusOK)
	if got := doc.Find("#still").Text(); !strings.Contains(got, "begins where its paragraph begins") {
		t.Errorf("an edge that cannot be moved says %q", got)
	}

	f.Set("do", "save")
	f.Set("chain[0].by", "nobody of that name")
	f.Set("new_position.label", "It was under siege.")
	f.Del("stances[0].choice")
	doc, _ = e.post(untoldPath, f, http.StatusUnprocessableEntity)
	if said := doc.Find("#problems").Text(); !strings.Contains(said, "Chain, hop 1, by: ") {
		t.Errorf("the problem is called %q", said)
	}
	if got := doc.Find(`[data-guards="f-new_position-label"]`); !strings.Contains(got.Text(), "siege: used by Upper Town") || got.AttrOr("data-dispute", "") != "mill-bridge" {
		t.Errorf("of the new label's words is said %q", got.Text())
	}
	move := e.get(movePath(bridgeOpen), http.StatusOK)
	m := fieldsOf(move.Find(".moveform"))
	m.Set("claim", move.Find(`.movables input[type=checkbox]`).AttrOr("value", ""))
	m.Set("to", "new")
	m.Set("new_position.label", "It was under siege.")
	m.Set("do", "preview")
	doc, _ = e.post(movePath(bridgeOpen), m, http.StatusOK)
	if got := doc.Find(".guard").Text(); !strings.Contains(got, "siege: used by Upper Town") {
		t.Errorf("before claims are moved is said %q", got)
	}
	m.Set("do", "move")
	e.post(movePath(bridgeOpen), m, http.StatusSeeOther)
	if got := e.get(reviewPath(bridgeOpen), http.StatusOK).Find("#warnings .word").Text(); !strings.Contains(got, "abel siege: used by Upper Town") {
		t.Errorf("the review says of the new label %q", got)
	}
}

// TestFieldNames holds what problems call the fields of a claim against the labels on its form.
func TestFieldNames(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	path := nounPath(narrative.KindClaim, string(e.tag("at least 40 carts wait at the gate", "mayor", "/closed").Code))
	doc := e.get(path, http.StatusOK)
	doc.Find("#claim-form select, #claim-form textarea, #claim-form input:not([type=hidden]):not([type=radio])").Each(func(_ int, field *goquery.Selection) {
		name, label := field.AttrOr("name", ""), strings.TrimSpace(doc.Find(`label[for="`+field.AttrOr("id", "")+`"]`).Text())
		called := claimLabel(name)
		date := slices.Contains([]string{"uttered", "issued", "about"}, strings.Split(name, ".")[0])
		if called == name || !date && !strings.Contains(strings.ToLower(called), strings.ToLower(label)) {
			t.Errorf("the field %s is labelled %q and called %q", name, label, called)
		}
	})
	for path, want := range map[string]string{
		"chain[0].by": "Chain, hop 1, by", "stances[0].position": "Position", "stances[1].mode": "Fact 2, mode", "uttered.day": "Uttered, day",
		"figures[1].as_of": "Figure 2, as of (day)", "stances[0]": "Fact and position", "same": "same",
	} {
		if got := claimLabel(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"same", "archive.day", "status.read_to", "published.day", "pieces", "by_code"} {
		if got := (fieldSet{}).label(path); got == path {
			t.Errorf("%s has no name of its own on the desk's other forms", path)
		}
	}
}

// undoIsNoLoss undoes a tag with a new source, aspect and position: these go, the form has all that was typed, and what it
// has can be saved. What a colleague has used meanwhile stays, and the page says so. A change that is undone can be mended.
func (s *site) undoIsNoLoss(t *testing.T, e *editor) {
	t.Helper()
	undo := func(to string) (string, *goquery.Document) {
		t.Helper()
		doc := e.get(to, http.StatusOK)
		_, to = e.post(doc.Find("#undo").AttrOr("action", ""), fieldsOf(doc.Find("#undo")), http.StatusSeeOther)
		return to, e.get(to, http.StatusOK)
	}
	f := e.tagFields(untoldPath)
	selected(t, f, s.tagging(untold), "both towns")
	for name, value := range map[string]string{
		"stances[0].fact": bridgeOpen, "new_source.name": "The toll keeper", "new_source.kind": "person", "source": "", "note": "heard twice",
		"new_aspect.question": "Who keeps the toll?", "new_position.label": "The keeper keeps it.",
	} {
		f.Set(name, value)
	}
	f.Del("stances[0].choice")
	_, to := e.post(untoldPath, f, http.StatusSeeOther)
	made := e.claimAt(to)
	to, doc := undo(to)
	again := fieldsOf(doc.Find("#claim-form"))
	for name, want := range map[string]string{
		"passage[0].words": "both towns", "new_source.name": "The toll keeper", "new_source.kind": "person", "note": "heard twice",
		"stances[0].fact": bridgeOpen, "new_aspect.question": "Who keeps the toll?", "new_position.label": "The keeper keeps it.", "source": "",
	} {
		if again.Get(name) != want {
			t.Errorf("after undo, %s is %q, want %q", name, again.Get(name), want)
		}
	}
	if _, err := s.store.Noun(t.Context(), store.NounKey{Kind: narrative.KindSource, Key: string(made.Source)}); err == nil {
		t.Errorf("the source %s is still there after undo", made.Source)
	}
	if doc := s.as(store.RoleEditor).get(to, http.StatusOK); fieldsOf(doc.Find("#claim-form")).Has("passage[0].words") {
		t.Error("somebody else's form has what was undone")
	}
	again.Set("do", "save")
	again.Set("note", "heard three times")
	_, to = e.post(untoldPath, again, http.StatusSeeOther)
	made = e.claimAt(to)
	if made.Note != "heard three times" || made.Words[0] != "both towns" {
		t.Errorf("saved anew it is %q with the note %q", made.Words, made.Note)
	}

	f = e.tagFields("/desk/claims/" + string(made.Code))
	f.Set("note", "a slip")
	f.Set("do", "save")
	_, to = e.post("/desk/claims/"+string(made.Code), f, http.StatusSeeOther)
	_, doc = undo(to)
	mend := doc.Find("#undo a").FilterFunction(func(_ int, a *goquery.Selection) bool { return a.Text() == "Mend what was undone" })
	if mended := e.tagFields(mend.AttrOr("href", "/none")); mended.Get("note") != "a slip" || mended.Get("version") == f.Get("version") {
		t.Errorf("to be mended are the note %q in version %s", mended.Get("note"), mended.Get("version"))
	}

	f = e.tagFields(untoldPath)
	selected(t, f, s.tagging(untold), "both towns")
	f.Set("new_source.name", "The miller")
	f.Set("source", "")
	_, to = e.post(untoldPath, f, http.StatusSeeOther)
	made = e.claimAt(to)
	n, err := s.store.Noun(t.Context(), store.NounKey{Kind: narrative.KindSource, Key: string(made.Source)})
	if err != nil {
		t.Fatal(err)
	}
	miller := n.Doc.(narrative.Source)
	miller.Printed = []string{"Miller"}
	if _, err := s.store.Save(t.Context(), store.Edit{Doc: miller, Was: n.Key, Version: n.Version, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	_, doc = undo(to)
	if said := strings.Join(strings.Fields(doc.Find("#undo .stays").Text()), " "); said != "The new source "+n.Key+" stays, since it has been changed meanwhile." {
		t.Errorf("what stays is told as %q", said)
	}
	if doc := e.get(untoldPath+"?gone="+string(made.Code)+"&done=untagged&stays=source/x/y&stays=fact/%00/a/b/named&stays=source/%3Cb%3E//named", http.StatusOK); doc.Find("#undo .stays").Length() > 0 {
		t.Error("an address can say what stays in words of its own")
	}
}
