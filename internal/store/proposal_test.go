package store_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// newProposing returns a store with the sample and accounts: ada is an editor, cleo and dov are contributors.
func newProposing(t *testing.T) (storetest.DB, *store.Store) {
	t.Helper()
	db, s := withAccount(t)
	save(t, s, narrativetest.Bridge())
	for _, name := range []string{"cleo", "dov"} {
		if err := s.AddAccount(t.Context(), name, store.RoleContributor, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return db, s
}

// siegeEdit is a change of a term, proposed or saved by an account.
func siegeEdit(t *testing.T, s *store.Store, actor, note string) store.Edit {
	t.Helper()
	n, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindTerm, Key: "siege"})
	if err != nil {
		t.Fatal(err)
	}
	term := n.Doc.(narrative.Term)
	term.Note = note
	return store.Edit{Doc: term, Was: "siege", Version: n.Version, Actor: actor, Why: "because"}
}

func TestProposals(t *testing.T) {
	t.Parallel()
	db, s := newProposing(t)
	ctx, pool := t.Context(), storetest.Pool(t, db.URL)
	state := func() []string {
		return list(t, pool, `SELECT concat_ws('|', (SELECT count(*) FROM audit_log), slug, version, note) FROM terms ORDER BY slug`)
	}
	before := state()
	p := store.Proposal{Title: "siege", Fields: url.Values{"note": {"Հարց “…”"}, "many": {"a", "b"}}}
	e := siegeEdit(t, s, "cleo", "a note")
	id, err := s.Propose(ctx, p, e)
	if err != nil {
		t.Fatal(err)
	}
	if after := state(); !slices.Equal(before, after) {
		t.Errorf("a proposal has changed\n%q to\n%q", before, after)
	}
	got, err := s.Proposal(ctx, id)
	if err != nil || got.At.IsZero() {
		t.Fatalf("%+v (%v)", got, err)
	}
	want := store.Proposal{
		ID: id, NounKey: store.NounKey{Kind: narrative.KindTerm, Key: "siege"}, Version: 1, Title: "siege", Fields: p.Fields, Why: "because", By: "cleo", At: got.At,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("proposal (-want +got):\n%s", diff)
	}

	same, unfit, stale, large := siegeEdit(t, s, "cleo", ""), siegeEdit(t, s, "cleo", "x"), siegeEdit(t, s, "cleo", "x"), p
	term := unfit.Doc.(narrative.Term)
	term.Word = ""
	unfit.Doc = term
	stale.Version = 7
	large.Fields = url.Values{"note": {strings.Repeat("x", store.LargestProposal)}}
	if _, err := s.Propose(ctx, p, same); !errors.Is(err, store.ErrNothingNew) {
		t.Errorf("nothing new: %v", err)
	}
	if _, err := s.Propose(ctx, large, e); !errors.Is(err, store.ErrProposalSize) {
		t.Errorf("too large: %v", err)
	}
	if _, err := s.Propose(ctx, p, unfit); !isType[*store.Unsound](err) {
		t.Errorf("unfit: %v", err)
	}
	if _, err := s.Propose(ctx, p, stale); !isType[*store.Stale](err) {
		t.Errorf("stale: %v", err)
	}

	in, err := s.Inbox(ctx, "ada")
	if err != nil || len(in.Parts) == 0 {
		t.Fatalf("%+v (%v)", in, err)
	}
	waits := in.Parts[len(in.Parts)-1]
	if waits.Queue != store.QueueProposals || waits.Count != 1 || waits.Items[0].Title != "siege" || waits.Items[0].Note != "term, by cleo" {
		t.Errorf("in the inbox waits %+v", waits)
	}
	if part, err := s.InboxQueue(ctx, "cleo", store.QueueProposals, 0); err != nil || part.Count != 0 {
		t.Errorf("a contributor is asked to look at %+v (%v)", part, err)
	}

	// Of many who settle it at once one does.
	taking := siegeEdit(t, s, "ada", "a note")
	taking.Proposal = id
	var wg sync.WaitGroup
	failed := make([]error, 4)
	for i := range failed {
		wg.Go(func() {
			switch i {
			case 0, 1:
				_, failed[i] = s.Save(ctx, taking)
			case 2:
				failed[i] = s.Decline(ctx, id, "bob", "It says so.")
			default:
				failed[i] = s.TakeBack(ctx, id, "cleo")
			}
		})
	}
	wg.Wait()
	failed = slices.DeleteFunc(failed, func(err error) bool { return errors.Is(err, store.ErrSettled) })
	if len(failed) != 1 || failed[0] != nil {
		t.Errorf("%v; expected that one has settled it", failed)
	}

	second, err := s.Propose(ctx, p, siegeEdit(t, s, "cleo", "another note"))
	if err != nil {
		t.Fatal(err)
	}
	taking = siegeEdit(t, s, "ada", "another note")
	taking.Proposal, taking.Why = second, ""
	if _, err := s.Save(ctx, taking); err != nil {
		t.Fatal(err)
	}
	if why := list(t, pool, `SELECT actor || ': ' || why FROM audit_log ORDER BY id DESC LIMIT 1`); why[0] != "ada: proposed by cleo" {
		t.Errorf("the log says %q", why)
	}
	for _, other := range []int64{second + 100} {
		if err := s.Decline(ctx, other, "ada", "x"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("declines what is not there: %v", err)
		}
		if _, err := s.Proposal(ctx, other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("shows what is not there: %v", err)
		}
	}
	third, err := s.Propose(ctx, p, siegeEdit(t, s, "cleo", "a third note"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := siegeEdit(t, s, "ada", "a third note")
	wrong.Was, wrong.Version, wrong.Proposal = "", 0, third
	if _, err := s.Save(ctx, wrong); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a new noun takes what was proposed of another: %v", err)
	}
	if err := s.TakeBack(ctx, third, "dov"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("takes back what another has proposed: %v", err)
	}

	// What is settled goes with the next proposal after 90 days.
	exec(t, pool, `UPDATE proposals SET settled_at = now() - interval '91 days' WHERE outcome <> ''`)
	exec(t, pool, `INSERT INTO proposals (kind, title, fields, proposed_by) SELECT 'term', 'x', '{}', 'cleo' FROM generate_series(1, 48)`)
	if _, err := s.Propose(ctx, p, siegeEdit(t, s, "cleo", "the last note")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Propose(ctx, p, siegeEdit(t, s, "cleo", "one too many")); !errors.Is(err, store.ErrProposals) {
		t.Errorf("one too many: %v", err)
	}
	mine, next, err := s.Proposals(ctx, "cleo", 0)
	if err != nil || next != 0 || len(mine) != store.MostProposals || mine[len(mine)-1].ID != third {
		t.Errorf("%d are there, next %d (%v)", len(mine), next, err)
	}
	exec(t, pool, `INSERT INTO proposals (kind, title, fields, proposed_by) SELECT 'term', 'x', '{}', 'dov' FROM generate_series(1, 120)`)
	first, next, err := s.Proposals(ctx, "dov", 0)
	if err != nil || len(first) != 100 || next == 0 {
		t.Fatalf("%d are there, next %d (%v)", len(first), next, err)
	}
	if rest, next, err := s.Proposals(ctx, "dov", next); err != nil || len(rest) != 20 || next != 0 || rest[0].ID >= first[99].ID {
		t.Errorf("%d more are there, next %d (%v)", len(rest), next, err)
	}
}

// isType reports whether an error is or wraps one of a type.
func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// TestOwnClaims has contributors change claims: their own, and others'.
func TestOwnClaims(t *testing.T) {
	t.Parallel()
	s := newTagged(t)
	ctx := t.Context()
	for _, name := range []string{"cleo", "dov"} {
		if err := s.AddAccount(ctx, name, store.RoleContributor, "test"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddAccount(ctx, "ada", store.RoleEditor, "test"); err != nil {
		t.Fatal(err)
	}
	made := ferry(tagging(t, s), 0)
	made.Actor = "cleo"
	c, err := s.SaveClaim(ctx, made)
	if err != nil {
		t.Fatal(err)
	}
	again := func(actor, note string) store.ClaimEdit {
		t.Helper()
		if c, err = s.DeskClaim(ctx, c.Code); err != nil {
			t.Fatal(err)
		}
		e := store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Match: c.Match, Version: c.Version, Preset: c.Preset, Actor: actor}
		e.Claim.Note = narrative.Markup(note)
		return e
	}
	for _, actor := range []string{"cleo", "ada", "cleo", "a program"} {
		if _, err := s.SaveClaim(ctx, again(actor, "by "+actor)); err != nil {
			t.Errorf("%s changes it: %v", actor, err)
		}
	}
	by := again("dov", "by dov")
	move := store.Move{Fact: "bridge-open", To: store.Answer{Position: narrative.Position{Slug: "closed"}}, Claims: []store.MovedStance{{Code: c.Code, Version: c.Version}}, Actor: "dov"}
	link := store.Joint{From: c.Code, Version: c.Version, Actor: "dov", Counter: narrative.Counter{To: narrativetest.Open, Fact: "bridge-open", Relation: narrative.Restates, Why: "the same"}}
	for what, refused := range map[string]func() error{
		"save": func() error { _, err := s.SaveClaim(ctx, by); return err },
		"tag":  func() error { _, err := s.Tag(ctx, store.TagEdit{ClaimEdit: by}); return err },
		"undo": func() error { _, err := s.UndoClaim(ctx, c.Code, c.Version, "dov"); return err },
		"move": func() error { _, err := s.MoveClaims(ctx, move); return err },
		"join": func() error { _, err := s.Join(ctx, link); return err },
		"part": func() error { _, err := s.Part(ctx, link); return err },
		"keep": func() error {
			_, err := s.Keep(ctx, store.Keeping{Claim: c.Code, Version: c.Version, Capture: c.Capture, Actor: "dov"})
			return err
		},
	} {
		if err := refused(); !errors.Is(err, store.ErrNotOwn) {
			t.Errorf("%s of another's claim: %v", what, err)
		}
	}
	if now := again("", ""); now.Version != by.Version {
		t.Errorf("what was refused has changed the claim to version %d", now.Version)
	}
	link.Actor = "cleo"
	if _, err := s.Join(ctx, link); err != nil {
		t.Errorf("joins an own claim: %v", err)
	}
	link.Version++
	if _, err := s.Part(ctx, link); err != nil {
		t.Errorf("parts an own claim: %v", err)
	}

	// It stays the maker's when it is removed and comes back.
	c, err = s.DeskClaim(ctx, c.Code)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeleteClaim(ctx, c.Code, c.Version, "ada", "a slip"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UndoClaim(ctx, c.Code, c.Version, "ada"); err != nil {
		t.Fatal(err)
	}
	for actor, want := range map[string]bool{"cleo": true, "dov": false, "ada": true} {
		if may, err := s.MayChange(ctx, actor, c.Code); err != nil || may != want {
			t.Errorf("%s may change it: %v (%v)", actor, may, err)
		}
	}

	// A claim's proposal is tried with all that it would make, and changes nothing.
	e := store.TagEdit{ClaimEdit: again("dov", "proposed"), Source: &narrative.Source{Slug: "ferryman", Name: "the ferryman", Kind: narrative.Person}}
	p := store.Proposal{Title: "The ferry sails", Fields: url.Values{"note": {"proposed"}}}
	id, err := s.ProposeClaim(ctx, p, e)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Noun(ctx, store.NounKey{Kind: narrative.KindSource, Key: "ferryman"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the new source: %v", err)
	}
	if _, err := s.ProposeClaim(ctx, p, store.TagEdit{ClaimEdit: again("dov", string(c.Note))}); !errors.Is(err, store.ErrNothingNew) {
		t.Errorf("nothing new: %v", err)
	}
	e.Version = 1
	if _, err := s.ProposeClaim(ctx, p, e); !isStaleClaim(err) {
		t.Errorf("stale: %v", err)
	}
	taking := store.TagEdit{ClaimEdit: again("ada", "proposed"), Source: e.Source, Proposal: id}
	saved, err := s.Tag(ctx, taking)
	if err != nil || saved.Note != "proposed" || saved.Source != "ferryman" {
		t.Errorf("taken: %+v (%v)", saved, err)
	}
	if got, err := s.Proposal(ctx, id); err != nil || got.Outcome != store.ProposalTaken || got.SettledBy != "ada" || time.Since(got.SettledAt) > time.Hour {
		t.Errorf("%+v (%v)", got, err)
	}
}
