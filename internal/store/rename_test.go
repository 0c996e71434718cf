package store_test

import (
	"errors"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestRenamedFact checks that editions stay at the addresses under which they were published when their fact gets
// another slug, and that the fact's key stays.
func TestRenamedFact(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()
	desk, _ := store.Pools(s)
	exec(t, desk, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	// Until it is published again readers know the old name only.
	if e, err := s.Edition(ctx, "bridge-open", 0); err != nil || e.Fact != "bridge-open" {
		t.Errorf("latest edition under the old slug: %q (%v)", e.Fact, err)
	}
	if _, err := s.Edition(ctx, "bridge-passable", 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error under a slug that is not published = %v, want ErrNotFound", err)
	}
	verified(t, s)

	if got := publish(t, s, "a new name"); got[0].Fact != "bridge-passable" || got[0].Number != 2 {
		t.Fatalf("published %+v, want edition 2", got)
	}
	_, err := s.Edition(ctx, "bridge-open", 0)
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "bridge-passable" {
		t.Errorf("the latest under the old slug: %v, want moved", err)
	}
	for _, slug := range []string{"bridge-open", "bridge-passable"} {
		for number := 1; number <= 2; number++ {
			e, err := s.Edition(ctx, slug, number)
			if err != nil || e.Number != number || e.Newest != 2 || e.Fact != "bridge-passable" {
				t.Errorf("edition %d under %s = %d of %d of %s (%v)", number, slug, e.Number, e.Newest, e.Fact, err)
				continue
			}
			if body, err := edition.Read(e.Body); err != nil || body.Fact != "bridge-open" {
				t.Errorf("edition %d is of %q (%v), want the key", number, body.Fact, err)
			}
		}
	}
	if facts, err := s.Facts(ctx, "", 10); err != nil || len(facts.Facts) != 1 || facts.Facts[0].Fact != "bridge-passable" {
		t.Errorf("facts = %+v (%v), want one, under its new slug", facts, err)
	}
	if p, err := s.Claim(ctx, narrativetest.Own); err != nil || len(p.Rows) != 1 || len(p.Editions) != 2 || p.Editions[1].Fact != "bridge-passable" {
		t.Errorf("claim = %+v (%v), want one row and two editions", p, err)
	}
	if c, err := s.Collection(ctx); err != nil || c.Facts[0].Slug != "bridge-passable" || c.Facts[0].Key != "bridge-open" {
		t.Errorf("fact %s of key %q (%v)", c.Facts[0].Slug, c.Facts[0].Key, err)
	}
	verified(t, s)
}

// TestRenamedNouns checks that readers are led from the old names of nouns once the new ones are published.
func TestRenamedNouns(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()
	desk, _ := store.Pools(s)
	exec(t, desk, `
		UPDATE disputes SET slug = 'the-mill';
		UPDATE sources SET slug = 'lord-mayor' WHERE slug = 'mayor';
		UPDATE parties SET slug = 'hill-town' WHERE slug = 'upper-town';
		UPDATE outlets SET slug = 'herald' WHERE slug = 'courier';
		UPDATE events SET slug = 'first-talks' WHERE slug = 'talks';
		UPDATE articles SET slug = 'bridge-shut' WHERE slug = 'bridge-closed';
		UPDATE claims SET code = 'ZZZ-ZZZ1' WHERE code = '`+narrativetest.Own+`'`)
	reads := map[string]struct {
		was, is string
		get     func(name string) error
	}{
		"dispute": {"mill-bridge", "the-mill", func(n string) error { _, err := s.Dispute(ctx, n); return err }},
		"source":  {"mayor", "lord-mayor", func(n string) error { _, err := s.Source(ctx, n, ""); return err }},
		"party":   {"upper-town", "hill-town", func(n string) error { _, err := s.Party(ctx, n, ""); return err }},
		"outlet":  {"courier", "herald", func(n string) error { _, err := s.Outlet(ctx, n, ""); return err }},
		"event":   {"talks", "first-talks", func(n string) error { _, err := s.Event(ctx, n, ""); return err }},
		"article": {"bridge-closed", "bridge-shut", func(n string) error { _, err := s.Article(ctx, n); return err }},
		"claim":   {narrativetest.Own, "ZZZ-ZZZ1", func(n string) error { _, err := s.Claim(ctx, n); return err }},
	}
	for kind, r := range reads {
		if err := r.get(r.was); err != nil {
			t.Errorf("%s under its old name before it is published anew: %v", kind, err)
		}
		if err := r.get(r.is); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s under its new name before it is published: %v, want ErrNotFound", kind, err)
		}
	}
	publish(t, s, "new names")
	for kind, r := range reads {
		if moved, ok := errors.AsType[*store.Moved](r.get(r.was)); !ok || moved.To != r.is {
			t.Errorf("%s under its old name: %v, want moved to %s", kind, moved, r.is)
		}
		if err := r.get(r.is); err != nil {
			t.Errorf("%s under its new name: %v", kind, err)
		}
	}
	verified(t, s)
}
