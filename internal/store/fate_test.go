package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

func withdraw(t *testing.T, s *store.Store, fact, into narrative.Slug, reason string) store.Published {
	t.Helper()
	done, err := s.Withdraw(t.Context(), store.Withdrawal{Fact: fact, Into: into, Reason: reason, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// TestWithdraw checks that a withdrawn fact is on no list, that its editions stay at their addresses, and that it comes
// back by name only.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	save(t, s, twoFacts())
	publish(t, s, "first words")
	generation := generation(t, s)
	if done := withdraw(t, s, "bridge-open", "", "the question was wrong"); done.Number != 2 {
		t.Errorf("withdrawn by edition %d, want 2", done.Number)
	}
	if !generationAfter(t, s, generation) {
		t.Error("the generation has not risen")
	}
	for number := 0; number <= 2; number++ {
		e, err := s.Edition(ctx, "bridge-open", number)
		if err != nil || e.Fate.Kind != edition.Withdrawn || e.Fate.Reason != "the question was wrong" || e.Fate.On.IsZero() || e.Fate.Into != "" ||
			e.Newest != 2 || e.Fact != "bridge-open" {
			t.Errorf("edition %d = %d of %s, fate %+v (%v)", number, e.Number, e.Fact, e.Fate, err)
		}
	}
	first, err := s.Edition(ctx, "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	last, err := s.Edition(ctx, "bridge-open", 0)
	if err != nil {
		t.Fatal(err)
	}
	before, err := edition.Read(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	after, err := edition.Read(last.Body)
	if diff := cmp.Diff(before.Content, after.Content); diff != "" || err != nil || last.Kind != edition.Withdrawn {
		t.Errorf("the last edition, %q, has other content (%v) (-want +got):\n%s", last.Kind, err, diff)
	}
	if home, err := s.Home(ctx); err != nil || len(home.Facts) != 1 || len(home.Editions) != 1 {
		t.Errorf("home = %+v (%v), want the other fact alone", home, err)
	}
	if p, err := s.Claim(ctx, narrativetest.Closed); err != nil || !p.Past || len(p.Rows) != 1 {
		t.Errorf("a claim of the withdrawn fact alone = %+v (%v), want it as the last edition had it", p, err)
	}
	if l, err := s.Corrections(ctx, ""); err != nil || len(l.Corrections) != 1 || l.Corrections[0].Kind != edition.Withdrawn {
		t.Errorf("corrections = %+v (%v), want the withdrawal", l.Corrections, err)
	}
	if n, err := s.FactNews(ctx, "bridge-open"); err != nil || len(n.Editions) != 2 || n.Editions[0].Kind != edition.Withdrawn {
		t.Errorf("news of the withdrawn fact = %+v (%v)", n, err)
	}
	verified(t, s)

	if got := publish(t, s, "everything"); got[0].Changed || got[0].Number != 2 {
		t.Errorf("published with all: %+v", got[0])
	}
	if _, err := s.Withdraw(ctx, store.Withdrawal{Fact: "bridge-open", Reason: "again", Actor: "test"}); !errors.Is(err, store.ErrWithdrawn) {
		t.Errorf("withdrawn again: %v, want ErrWithdrawn", err)
	}
	back, err := s.Publish(ctx, store.Publication{Facts: []narrative.Slug{"bridge-open"}, Reason: "it was right", Kind: edition.Update, Actor: "test"})
	if err != nil || len(back) != 1 || back[0].Number != 3 || !back[0].Changed {
		t.Errorf("brought back: %+v (%v), want edition 3", back, err)
	}
	if e, err := s.Edition(ctx, "bridge-open", 0); err != nil || e.Fate != (store.Fate{}) || e.Number != 3 {
		t.Errorf("edition %d, fate %+v (%v)", e.Number, e.Fate, err)
	}
	if home, err := s.Home(ctx); err != nil || len(home.Facts) != 2 {
		t.Errorf("%d facts (%v), want both", len(home.Facts), err)
	}
	verified(t, s)
}

// TestEveryPermalink follows each address at which an edition ever stood through a rename, a merge and a withdrawal, here
// and after a restoration.
func TestEveryPermalink(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	save(t, s, twoFacts())
	publish(t, s, "first words")
	desk_, _ := store.Pools(s)
	exec(t, desk_, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	publish(t, s, "a new name")
	withdraw(t, s, "bridge-passable", "toll-paid", "it is the same question")

	check := func(t *testing.T, s *store.Store, fate store.Fate) {
		t.Helper()
		for _, slug := range []string{"bridge-open", "bridge-passable"} {
			for number := 1; number <= 3; number++ {
				e, err := s.Edition(ctx, slug, number)
				if err != nil || e.Number != number || e.Fact != "bridge-passable" || e.Fate.Kind != fate.Kind || e.Fate.Into != fate.Into {
					t.Errorf("edition %d under %s = %d of %s, fate %+v (%v)", number, slug, e.Number, e.Fact, e.Fate, err)
				}
			}
			_, err := s.Edition(ctx, slug, 0)
			if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != fate.Into {
				t.Errorf("the latest under %s: %v, want moved to %s", slug, err, fate.Into)
			}
		}
		if e, err := s.Edition(ctx, "toll-paid", 1); err != nil || e.Number != 1 {
			t.Errorf("edition 1 of the other: %v", err)
		}
		verified(t, s)
	}
	check(t, s, store.Fate{Kind: edition.Merged, Into: "toll-paid"})
	exec(t, desk_, `UPDATE facts SET slug = 'toll-owed' WHERE slug = 'toll-paid'`)
	publish(t, s, "another name")
	check(t, s, store.Fate{Kind: edition.Merged, Into: "toll-owed"})
	withdraw(t, s, "toll-owed", "", "nobody asks")
	check(t, s, store.Fate{Kind: edition.Merged, Into: "toll-owed"})
	if e, err := s.Edition(ctx, "toll-owed", 0); err != nil || e.Fate.Kind != edition.Withdrawn {
		t.Errorf("where it went on: fate %+v (%v)", e.Fate, err)
	}
	_, err := s.Edition(ctx, "toll-paid", 0)
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "toll-owed" {
		t.Errorf("the latest under an old slug of a withdrawn fact: %v, want moved", err)
	}

	other := storetest.New(t)
	save(t, other, desk(t, s))
	want := entries(t, s)
	restore(t, other, want, len(want))
	check(t, other, store.Fate{Kind: edition.Merged, Into: "toll-owed"})
}

// TestWithdrawRefused checks what cannot be withdrawn, and that then nothing is.
func TestWithdrawRefused(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, twoFacts())
	if _, err := s.Publish(t.Context(), store.Publication{Facts: []narrative.Slug{"bridge-open"}, Reason: "r", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	log := entries(t, s)
	for name, tt := range map[string]struct {
		fact, into narrative.Slug
		reason     string
		want       error
	}{
		"no reason":               {"bridge-open", "", "\t", store.ErrReason},
		"no such fact":            {"none", "", "r", store.ErrNotFound},
		"into no such fact":       {"bridge-open", "none", "r", store.ErrNotFound},
		"never published":         {"toll-paid", "", "r", store.ErrWithdrawn},
		"into what is on no list": {"bridge-open", "toll-paid", "r", store.ErrWithdrawn},
		"into itself":             {"bridge-open", "bridge-open", "r", edition.ErrSeal},
		"no text":                 {"bridge-open", "", "a\x00b", store.ErrBadText},
	} {
		_, err := s.Withdraw(t.Context(), store.Withdrawal{Fact: tt.fact, Into: tt.into, Reason: tt.reason, Actor: "test"})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
	if diff := cmp.Diff(log, entries(t, s)); diff != "" {
		t.Errorf("the log has changed (-before +after):\n%s", diff)
	}
}
