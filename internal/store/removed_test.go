package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// sameClaim compares claims but for their versions, which rise.
func sameClaim(t *testing.T, what string, want, got store.Claim) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(store.Claim{}, "Version"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// TestUndoIsWhole takes back saves that change all that a claim has, the save that made it, and its removal.
func TestUndoIsWhole(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	ctx := t.Context()
	first := ferry(tagging(t, s), 0)
	first.Claim.Locator = "page 3, left"
	first.Claim.Stances = append(first.Claim.Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	first.Claim.Counters = []narrative.Counter{
		{To: narrativetest.Worried, Relation: narrative.Restates, Fact: "bridge-open", Why: "the same"},
		{To: narrativetest.Closed, Relation: narrative.Contradicts, Fact: "bridge-open", Difference: narrative.DiffersDirect, Why: "open against closed"},
	}
	first.Preset = []string{"voice", "figures"}
	made, err := s.SaveClaim(ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	edit := ferry(tagging(t, s), 1)
	edit.Claim, edit.Version, edit.Preset = made.Claim, made.Version, nil
	edit.Claim.Stances = []narrative.Stance{made.Stances[1], made.Stances[0]}
	edit.Claim.Counters = made.Counters[1:]
	edit.Claim.Locator, edit.Claim.Note = "page 4", "another"
	changed, err := s.SaveClaim(ctx, edit)
	if err != nil {
		t.Fatal(err)
	}
	undo := func(version int) (store.Claim, bool) {
		t.Helper()
		done, err := s.UndoClaim(ctx, made.Code, version, "editor")
		if err != nil {
			t.Fatal(err)
		}
		return done.Claim, done.Removed
	}
	back, _ := undo(changed.Version)
	sameClaim(t, "undone", made, back)
	again, _ := undo(back.Version)
	sameClaim(t, "undone twice", changed, again)

	// Only what is preset has changed.
	quick := edit
	quick.Claim, quick.Version, quick.Preset = again.Claim, again.Version, []string{"chain"}
	preset, err := s.SaveClaim(ctx, quick)
	if err != nil {
		t.Fatal(err)
	}
	back, _ = undo(preset.Version)
	sameClaim(t, "undone to complete", changed, back)

	gone, err := s.DeleteClaim(ctx, made.Code, back.Version, "editor", "twice")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UndoClaim(ctx, made.Code, gone.Version, "somebody else"); !errors.Is(err, store.ErrNoUndo) {
		t.Errorf("somebody else's undo of a removal: %v", err)
	}
	back, removed := undo(gone.Version)
	sameClaim(t, "brought back", gone, back)
	if removed || back.Version <= gone.Version {
		t.Errorf("brought back in version %d after %d (removed %t)", back.Version, gone.Version, removed)
	}
	if _, err := s.UndoClaim(ctx, made.Code, gone.Version, "editor"); !isStaleClaim(err) {
		t.Errorf("undone from the version before: %v", err)
	}
	last, removed := undo(back.Version)
	if !removed || last.Article != "bridge-closed" {
		t.Errorf("the removal was not done again: %+v", last)
	}
	if _, err := s.UndoClaim(ctx, made.Code, 99, "editor"); !isStaleClaim(err) {
		t.Errorf("an undo of a version that a removed claim never had: %v", err)
	}

	// The save that made a claim is taken back and done again.
	second, err := s.SaveClaim(ctx, ferry(tagging(t, s), 0))
	if err != nil {
		t.Fatal(err)
	}
	none, err := s.UndoClaim(ctx, second.Code, second.Version, "editor")
	if err != nil || !none.Removed {
		t.Fatalf("undone: %+v (%v)", none, err)
	}
	redone, err := s.UndoClaim(ctx, second.Code, none.Version, "editor")
	if err != nil || redone.Removed {
		t.Fatalf("done again: removed %t (%v)", redone.Removed, err)
	}
	sameClaim(t, "done again", second, redone.Claim)
	verified(t, s)
}

// TestDeletedClaim deletes a published claim and brings it back, whole and in parts, and refuses what can no longer be.
func TestDeletedClaim(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	ctx := t.Context()
	// So long that its passages are no more than half of it.
	if _, err := s.Recapture(ctx, received(t, s, "bridge-closed", taggedText+"\n\n"+strings.Repeat("Nothing else was said. ", 10)+"So it was.")); err != nil {
		t.Fatal(err)
	}
	publish(t, s, "first words")
	was, err := s.DeskClaim(ctx, narrativetest.Own)
	if err != nil {
		t.Fatal(err)
	}
	remove := func(code narrative.Code) store.Claim {
		t.Helper()
		c, err := s.DeskClaim(ctx, code)
		if err == nil {
			c, err = s.DeleteClaim(ctx, code, c.Version, "ada", "by mistake")
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	key := store.NounKey{Kind: narrative.KindClaim, Key: narrativetest.Own}
	if err := second(s.Removed(ctx, key)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a claim that is there is among the removed: %v", err)
	}
	remove(narrativetest.Own)
	verified(t, s)
	gone, err := s.Removed(ctx, key)
	if err != nil || gone.By != "ada" || gone.Why != "by mistake" || gone.Name != "at least 40 carts wait" || gone.Version != was.Version {
		t.Fatalf("removed: %+v (%v)", gone, err)
	}
	if list := must(s.RemovedClaims(ctx, "bridge-closed"))(t); len(list) != 1 || list[0] != gone {
		t.Errorf("removed of the article: %+v", list)
	}
	if view := tagging(t, s); len(view.Removed) != 1 || len(view.Claims) != 3 {
		t.Errorf("the view has %d claims and %d removed", len(view.Claims), len(view.Removed))
	}

	// Its article and its source have other slugs when it comes back.
	for _, k := range []store.NounKey{{Kind: narrative.KindArticle, Key: "bridge-closed"}, {Kind: narrative.KindOutlet, Key: "courier"}} {
		n := noun(t, s, k.Kind, k.Key)
		switch doc := n.Doc.(type) {
		case narrative.Article:
			doc.Slug = "bridge-shut"
			n.Doc = doc
		case narrative.Outlet:
			doc.Slug = "the-courier"
			n.Doc = doc
		}
		if _, err := s.Save(ctx, store.Edit{Doc: n.Doc, Was: n.Key, Version: n.Version, Actor: "bob"}); err != nil {
			t.Fatal(err)
		}
	}
	ask := store.Restoration{NounKey: key, Entry: gone.Entry, Version: gone.Version + 1, Actor: "cleo", Why: "it was right"}
	if _, err := s.RestoreClaim(ctx, ask); !isStaleClaim(err) {
		t.Errorf("restored from another version: %v", err)
	}
	ask.Version = gone.Version
	back, err := s.RestoreClaim(ctx, ask)
	if err != nil {
		t.Fatal(err)
	}
	want := was
	want.Article, want.Source = "bridge-shut", "the-courier"
	want.Figures = slices.Clone(was.Figures)
	want.Figures[0].CountedBy = "the-courier"
	sameClaim(t, "restored", want, back)
	if back.Version <= was.Version {
		t.Errorf("restored in version %d, after %d", back.Version, was.Version)
	}
	log, err := s.NounLog(ctx, key, 0)
	if e := log.Entries[0]; err != nil || e.Action != "restore" || e.Actor != "cleo" || e.Why != "it was right" || e.Before != "" {
		t.Errorf("the log of the restoration: %+v (%v)", e, err)
	}
	if _, err := s.RestoreClaim(ctx, ask); !isStaleClaim(err) {
		t.Errorf("restored twice: %v", err)
	}
	verified(t, s)

	// A link, a stance and a period that are gone do not come back, and are named.
	c := back
	c.Claim.Counters = append(slices.Clone(c.Counters), narrative.Counter{To: narrativetest.Worried, Relation: narrative.Restates, Fact: "bridge-open", Why: "the same"})
	c.Claim.Stances = append(slices.Clone(c.Stances), narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	c.Claim.Stances[0].Period = "after"
	if _, err = s.SaveClaim(ctx, store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	ask.Version = remove(narrativetest.Own).Version
	remove(narrativetest.Worried)
	n := noun(t, s, narrative.KindFact, "bridge-open")
	fact := n.Doc.(narrative.Fact)
	fact.Aspects[0].Positions, fact.Periods = fact.Aspects[0].Positions[:1], fact.Periods[:1]
	if _, err := s.Save(ctx, store.Edit{Doc: fact, Was: n.Key, Version: n.Version, Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	gone = must(s.Removed(ctx, key))(t)
	ask.Entry = gone.Entry
	lost := must(s.Unrestorable(ctx, ask))(t)
	if back, err = s.RestoreClaim(ctx, ask); err != nil {
		t.Fatal(err)
	}
	if len(back.Stances) != 1 || back.Stances[0].Period != "" || len(back.Counters) != 1 || back.Counters[0].To != narrativetest.Closed {
		t.Errorf("what is left: %+v, %+v", back.Stances, back.Counters)
	}
	why := must(s.NounLog(ctx, key, 0))(t).Entries[0].Why
	for _, part := range []string{"link to " + narrativetest.Worried, "by-nobody", "period after"} {
		if !strings.Contains(why, part) || !strings.Contains(strings.Join(lost, "; "), part) {
			t.Errorf("%q is not named in %q or %q", part, why, lost)
		}
	}
	verified(t, s)

	// The text in which it stood is erased.
	gone.Version = remove(narrativetest.Own).Version
	ask.Version, ask.Entry = gone.Version, must(s.Removed(ctx, key))(t).Entry
	if err := s.EraseText(ctx, "ada", "bridge-shut", "asked to"); err != nil {
		t.Fatal(err)
	}
	_, err = s.RestoreClaim(ctx, ask)
	if e, ok := errors.AsType[*store.Unsound](err); !ok || e.Problems[0].Path != "words" || !strings.Contains(e.Problems[0].Message, "erased") {
		t.Errorf("restored into an erased text: %v", err)
	}
}

// TestRestoredIntoNewerText restores a claim into whose article a newer text has come since.
func TestRestoredIntoNewerText(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	ctx := t.Context()
	made, err := s.SaveClaim(ctx, ferry(tagging(t, s), 1))
	if err != nil {
		t.Fatal(err)
	}
	gone := map[narrative.Code]store.Claim{}
	for _, code := range []narrative.Code{made.Code, narrativetest.Own} {
		c := must(s.DeskClaim(ctx, code))(t)
		gone[code] = must(s.DeleteClaim(ctx, code, c.Version, "ada", ""))(t)
	}
	newer := strings.Replace("It rained.\n\n"+taggedText, "at least 40 carts", "at least 60 carts", 1)
	if _, err := s.Recapture(ctx, received(t, s, "bridge-closed", newer)); err != nil {
		t.Fatal(err)
	}
	for code, moves := range map[narrative.Code]bool{made.Code: true, narrativetest.Own: false} {
		r := must(s.Removed(ctx, store.NounKey{Kind: narrative.KindClaim, Key: string(code)}))(t)
		back, err := s.RestoreClaim(ctx, store.Restoration{NounKey: r.NounKey, Entry: r.Entry, Version: r.Version, Actor: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		if (back.Capture > gone[code].Capture) != moves || !slices.Equal(back.Words, gone[code].Words) {
			t.Errorf("%s stands in capture %d after %d as %q, moves: want %t", code, back.Capture, gone[code].Capture, back.Words, moves)
		}
	}
	_, drifts, _, err := s.Drifts(ctx, "bridge-closed")
	if err != nil || !slices.ContainsFunc(drifts, func(d store.Drift) bool { return d.Code == narrativetest.Own }) {
		t.Errorf("the one whose words have changed does not wait to be looked at: %+v (%v)", drifts, err)
	}

	// Words that were taken from the newer text go back to the older one, and wait again.
	i := slices.IndexFunc(drifts, func(d store.Drift) bool { return d.Code == narrativetest.Own })
	d := drifts[i]
	c := d.Claim.Claim
	c.Words = nil
	c.Figures = nil
	taken, err := s.SaveClaim(ctx, store.ClaimEdit{Claim: c, Article: "bridge-closed", Capture: d.Latest, Match: d.Anchor.Match, Version: d.Version, Actor: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.UndoClaim(ctx, taken.Code, taken.Version, "ada")
	if err != nil {
		t.Fatal(err)
	}
	sameClaim(t, "undone", d.Claim, back.Claim)
	if _, drifts, _, err = s.Drifts(ctx, "bridge-closed"); err != nil || !slices.ContainsFunc(drifts, func(d store.Drift) bool { return d.Code == narrativetest.Own }) {
		t.Errorf("undone, it does not wait to be looked at again: %+v (%v)", drifts, err)
	}
}

// TestRemovedNouns removes a noun of every kind and brings it back from its log.
func TestRemovedNouns(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	ctx := t.Context()
	article := noun(t, s, narrative.KindArticle, "bridge-closed").Doc.(narrative.Article)
	article.Slug, article.ReadFor, article.URL = "spare-article", nil, ""
	for kind, doc := range map[narrative.Kind]any{
		narrative.KindDispute: narrative.Dispute{Slug: "spare", Title: "Spare", Background: "None."},
		narrative.KindParty:   narrative.Party{Slug: "spare", Name: "Spare"},
		narrative.KindOutlet:  narrative.Outlet{Slug: "spare", Name: "Spare", Language: "en"},
		narrative.KindSource:  narrative.Source{Slug: "spare-source", Name: "Spare", Kind: narrative.Person, Printed: []string{"S."}, Offices: []narrative.Office{{Title: "clerk"}}},
		narrative.KindPlace:   narrative.Place{Slug: "spare", Shown: "Spare", Names: []narrative.PlaceName{{Form: "Spare", Language: "en", UsedBy: []narrative.Slug{"upper-town"}}}},
		narrative.KindTerm:    narrative.Term{Slug: "spare", Dispute: "mill-bridge", Word: "spare", UsedBy: []narrative.Slug{"upper-town"}},
		narrative.KindEvent:   narrative.Event{Slug: "spare", Title: "Spare", Kind: "meeting", Date: narrative.Date{Basis: narrative.Unknown, Reason: "nobody says"}, Participants: []narrative.Slug{"mayor"}},
		narrative.KindFact: narrative.Fact{
			Slug: "spare", Dispute: "mill-bridge", Question: "Was it?", Kind: narrative.State, Status: narrative.FactStatus{State: narrative.Developing},
			Positions: []narrative.Position{{Slug: "yes", Label: "Yes."}},
			Aspects:   []narrative.Aspect{{Slug: "how", Question: "How?", Positions: []narrative.Position{{Slug: "so", Label: "So."}}}},
		},
		narrative.KindArticle: article,
	} {
		made, err := s.Save(ctx, store.Edit{Doc: doc, Actor: "ada"})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if err := s.Remove(ctx, store.Fating{NounKey: made.NounKey, Version: made.Version, Actor: "ada", Why: "not needed"}); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		list := must(s.RemovedNouns(ctx, kind))(t)
		if len(list) != 1 || list[0].Key != made.Key || list[0].Why != "not needed" {
			t.Fatalf("%s: removed are %+v", kind, list)
		}
		r := store.Restoration{NounKey: made.NounKey, Entry: list[0].Entry, Version: made.Version + 1, Actor: "bob"}
		if _, err := s.RestoreNoun(ctx, r); !isStale(err) {
			t.Errorf("%s: restored from another version: %v", kind, err)
		}
		r.Version = made.Version
		back, err := s.RestoreNoun(ctx, r)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if diff := cmp.Diff(made.Doc, back.Doc, cmpopts.EquateEmpty()); diff != "" || back.Version <= made.Version {
			t.Errorf("%s: version %d after %d, differs (-made +back):\n%s", kind, back.Version, made.Version, diff)
		}
		if again := must(s.RemovedNouns(ctx, kind))(t); len(again) > 0 {
			t.Errorf("%s: %+v are there and among the removed", kind, again)
		}
		if _, err := s.Save(ctx, store.Edit{Doc: doc, Actor: "ada"}); err == nil {
			t.Errorf("%s: its slug was used again", kind)
		}
	}
}

// TestLocators moves claims between pages of texts that have some, by a newer text and by hand.
func TestLocators(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	ctx := t.Context()
	paged := func(text string, marks ...store.Mark) store.Confirmation {
		c := received(t, s, "bridge-closed", text)
		c.Marks = marks
		return c
	}
	if _, err := s.Recapture(ctx, paged(taggedText, store.Mark{Start: 0, Label: "page 1"}, store.Mark{Start: 24, Label: "page 2"})); err != nil {
		t.Fatal(err)
	}
	locator := func(code narrative.Code) string { return must(s.DeskClaim(ctx, code))(t).Locator }
	if got := locator(narrativetest.Open); got != "page 2" {
		t.Errorf("a claim that had no page is on %q, want page 2", got)
	}
	c := must(s.DeskClaim(ctx, narrativetest.Worried))(t)
	typed := store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Actor: "ada"}
	typed.Claim.Locator = "page 2, box"
	if _, err := s.SaveClaim(ctx, typed); err != nil {
		t.Fatal(err)
	}
	start := strings.Index(taggedText, "The ferry")
	before := must(s.DeskClaim(ctx, narrativetest.Open))(t)
	c2 := paged("A word before.\n\n"+taggedText, store.Mark{Start: 0, Label: "page 7"}, store.Mark{Start: start + 16, Label: "page 8"})
	if _, err := s.Recapture(ctx, c2); err != nil {
		t.Fatal(err)
	}
	after := must(s.DeskClaim(ctx, narrativetest.Open))(t)
	if after.Locator != "page 7" || after.Version <= before.Version {
		t.Errorf("in the newer text on %q in version %d after %d, want page 7", after.Locator, after.Version, before.Version)
	}
	if got := locator(narrativetest.Worried); got != "page 2, box" {
		t.Errorf("what was typed became %q", got)
	}
	list := must(s.TypedLocators(ctx, "bridge-closed"))(t)
	if want := []store.TypedLocator{{Claim: narrativetest.Worried, Typed: "page 2, box", Mark: "page 8"}}; !slices.Equal(list, want) {
		t.Errorf("typed are %+v, want %+v", list, want)
	}
	log := must(s.NounLog(ctx, store.NounKey{Kind: narrative.KindClaim, Key: narrativetest.Open}, 0))(t)
	if e := log.Entries[0]; e.Actor != "anna" || !strings.Contains(e.Before, "page 2") || !strings.Contains(e.After, "page 7") {
		t.Errorf("the log says %+v", e)
	}
	// By hand: moved, it gets the page of its new place; emptied, what was typed gives way to the mark.
	text := textOf(t, "A word before.\n\n"+taggedText)
	move := store.ClaimEdit{Claim: after.Claim, Article: after.Article, Capture: after.Capture, Version: after.Version, Actor: "ada",
		Match: passage.Find(text, passage.Quote{Segments: []string{"The ferry sails"}})[0]}
	move.Claim.Words = nil
	if moved, err := s.SaveClaim(ctx, move); err != nil || moved.Locator != "page 8" {
		t.Errorf("moved, it is on %q (%v), want page 8", moved.Locator, err)
	}
	c = must(s.DeskClaim(ctx, narrativetest.Worried))(t)
	typed = store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Actor: "ada"}
	typed.Claim.Locator = " "
	if back, err := s.SaveClaim(ctx, typed); err != nil || back.Locator != "page 8" {
		t.Errorf("emptied, it is on %q (%v), want page 8", back.Locator, err)
	}
}
