package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestUndoTakesAwayWhatWasMade undoes quick tags that made a source, a fact, an aspect and positions in place: what nothing else
// names and nobody has changed goes with the claim and comes back with it, all else stays and is named with the reason.
func TestUndoTakesAwayWhatWasMade(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	ctx := t.Context()
	untouched := desk(t, s)
	undo := func(c store.Claim) store.Undone {
		t.Helper()
		done, err := s.UndoClaim(ctx, c.Code, c.Version, "editor")
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	tag := func(e store.TagEdit) store.Claim {
		t.Helper()
		c, err := s.Tag(ctx, e)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	whole := func() store.TagEdit {
		e := store.TagEdit{
			ClaimEdit: ferry(tagging(t, s), 0),
			Source:    &narrative.Source{Slug: "ferryman", Name: "The ferryman", Kind: narrative.Person},
			Answer: &store.Answer{
				Aspect:   narrative.Aspect{Slug: "how", Question: "How does one cross?"},
				Position: narrative.Position{Slug: "by-water", Label: "By water."},
			},
		}
		return e
	}
	same := func(what string) {
		t.Helper()
		if diff := cmp.Diff(untouched, desk(t, s)); diff != "" {
			t.Errorf("%s, the desk differs (-want +got):\n%s", what, diff)
		}
	}

	made := tag(whole())
	with := desk(t, s)
	gone := undo(made)
	if !gone.Removed || len(gone.Stays) > 0 {
		t.Errorf("undone: %+v", gone)
	}
	same("undone")
	if p, err := s.NounLog(ctx, store.NounKey{Kind: narrative.KindSource, Key: "ferryman"}, 0); err != nil || len(p.Entries) != 2 || p.Entries[0].Action != "delete" || p.Entries[0].Actor != "editor" {
		t.Errorf("the log of the source has %+v (%v)", p.Entries, err)
	}
	back := undo(gone.Claim)
	sameClaim(t, "done again", made, back.Claim)
	if diff := cmp.Diff(with, desk(t, s)); diff != "" {
		t.Errorf("done again, the desk differs (-want +got):\n%s", diff)
	}
	undo(back.Claim)
	same("undone once more")

	// A new fact with its position, and a change of a claim that makes another.
	e := whole()
	e.Claim.Stances = []narrative.Stance{{Mode: narrative.Asserted}}
	e.Fact = &narrative.Fact{Slug: "ferry", Dispute: untouched.Facts[0].Dispute, Question: "Does the ferry sail?", Kind: narrative.YesNo, Status: narrative.FactStatus{State: narrative.Developing}}
	e.Source.Slug, e.Answer.Aspect = "boatman", narrative.Aspect{}
	first := undo(tag(e))
	same("a fact undone")
	if len(first.Stays) > 0 {
		t.Errorf("of a new fact there stays %v", first.Stays)
	}
	plain := tag(store.TagEdit{ClaimEdit: ferry(tagging(t, s), 0)})
	before := desk(t, s)
	e = whole()
	e.Source.Slug, e.Claim, e.Version = "oarsman", plain.Claim, plain.Version
	changed := tag(e)
	restored := undo(changed)
	if restored.Removed || len(restored.Stays) > 0 || restored.Source != "mayor" {
		t.Errorf("a change undone: %+v", restored)
	}
	if diff := cmp.Diff(before, desk(t, s)); diff != "" {
		t.Errorf("a change undone, the desk differs (-want +got):\n%s", diff)
	}
	undo(restored.Claim)
	undo(undoable(t, s, plain.Code))

	// What another claim names stays, and so does what was changed, each with the reason.
	e = whole()
	e.Source.Slug = "skipper"
	e.Answer.Aspect.Slug, e.Answer.Position.Slug = "how-far", "by-boat"
	made = tag(e)
	named := ferry(tagging(t, s), 1)
	named.Claim.Source = made.Source
	named.Claim.Stances = made.Stances
	if _, err := s.SaveClaim(ctx, named); err != nil {
		t.Fatal(err)
	}
	stays := undo(made).Stays
	fact := store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}
	want := []store.Stay{
		{NounKey: fact, Part: "how-far/by-boat", Why: store.StaysNamed},
		{NounKey: fact, Part: "how-far", Why: store.StaysNamed},
		{NounKey: store.NounKey{Kind: narrative.KindSource, Key: string(made.Source)}, Why: store.StaysNamed},
	}
	if !slices.Equal(stays, want) {
		t.Errorf("of what another claim names there stays %v, want %v", stays, want)
	}
	e = whole()
	e.Source.Slug, e.Answer = "captain", nil
	made = tag(e)
	renamed, err := s.Save(ctx, store.Edit{Doc: narrative.Source{Slug: "captain", Name: "The captain", Kind: narrative.Person}, Was: "captain", Version: 1, Actor: "somebody else"})
	if err != nil {
		t.Fatal(err)
	}
	want = []store.Stay{{NounKey: renamed.NounKey, Why: store.StaysChanged}}
	if stays := undo(undoable(t, s, made.Code)).Stays; !slices.Equal(stays, want) {
		t.Errorf("of what somebody has changed there stays %v, want %v", stays, want)
	}

	// Half a merger is not undone: the other claim would stay gone with what it had.
	first = store.Undone{Claim: tag(store.TagEdit{ClaimEdit: ferry(tagging(t, s), 0)})}
	more := ferry(tagging(t, s), 0)
	more.Claim.Stances = append(more.Claim.Stances, narrative.Stance{Fact: "bridge-open", Aspect: "by-whom", Position: "by-nobody", Mode: narrative.Asserted})
	second := tag(store.TagEdit{ClaimEdit: more})
	err = s.MergeClaims(ctx, store.Merger{From: string(second.Code), Into: string(first.Code), FromVersion: second.Version, IntoVersion: first.Version, Actor: "editor"})
	if err != nil {
		t.Fatal(err)
	}
	merged := undoable(t, s, first.Code)
	if _, err := s.UndoClaim(ctx, merged.Code, merged.Version, "editor"); !errors.Is(err, store.ErrNoUndo) {
		t.Errorf("an undo of a merger: %v, want ErrNoUndo", err)
	}
	if left := undoable(t, s, first.Code); len(left.Stances) != 2 {
		t.Errorf("after that the claim has the stances %v", left.Stances)
	}

	// What is undone names what was renamed since by its name of today.
	plain = tag(store.TagEdit{ClaimEdit: ferry(tagging(t, s), 0)})
	other := ferry(tagging(t, s), 0)
	other.Claim, other.Version = plain.Claim, plain.Version
	other.Claim.Source = "council"
	last, err := s.SaveClaim(ctx, other)
	if err != nil {
		t.Fatal(err)
	}
	n := noun(t, s, narrative.KindSource, string(plain.Source))
	again := n.Doc.(narrative.Source)
	again.Slug = "burgomaster"
	if _, err := s.Save(ctx, store.Edit{Doc: again, Was: n.Key, Version: n.Version, Actor: "somebody else"}); err != nil {
		t.Fatal(err)
	}
	if back := undo(undoable(t, s, last.Code)); back.Source != "burgomaster" {
		t.Errorf("undone, the claim is of %s", back.Source)
	}
	verified(t, s)
}

// undoable returns a claim as it is now.
func undoable(t *testing.T, s *store.Store, code narrative.Code) store.Claim {
	t.Helper()
	c, err := s.DeskClaim(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
