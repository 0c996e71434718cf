package store_test

import (
	"bytes"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// twoFacts is the quarrel over the bridge with a second fact, on which one of its claims has a stance too.
func twoFacts() narrative.Collection {
	c := narrativetest.Bridge()
	c.Facts = append(c.Facts, narrative.Fact{
		Slug: "toll-paid", Dispute: "mill-bridge", Question: "Was the toll paid?", Kind: narrative.YesNo,
		Background: "The book counts carts [@toll-book].",
		Status:     narrative.FactStatus{State: narrative.Dormant},
		Positions:  []narrative.Position{{Slug: "paid", Label: "It was paid."}, {Slug: "owed", Label: "It is owed."}},
	})
	c.Records[0].BearsOn = append(c.Records[0].BearsOn, narrative.Bearing{Fact: "toll-paid"})
	open := &c.Articles[0].Blocks[0].Claims[1]
	open.Stances = append(open.Stances, narrative.Stance{Fact: "toll-paid", Position: "paid", Mode: narrative.Presupposed})
	return c
}

// capture gives an article a whole text, with the given sentences before and after the words of the corpus.
func capture(t *testing.T, s *store.Store, a narrative.Article, before, after string) {
	t.Helper()
	var text strings.Builder
	text.WriteString(before)
	for _, b := range a.Blocks {
		text.WriteString("\n\n" + b.Text)
	}
	text.WriteString("\n\n" + after)
	whole, err := passage.NewText(text.String())
	if err != nil {
		t.Fatal(err)
	}
	full := store.FullText{Article: a.Slug, Original: []byte(text.String()), Text: whole, At: time.Now()}
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); err != nil {
		t.Fatal(err)
	}
}

const (
	longBefore = "It rained on the day of the market, and nobody who lives on either bank remembers when the river last stood so high in spring."
	longAfter  = "The miller has sold his carts and will not say to whom, and so the story rests where it has rested since the winter before last."
)

// history returns a store with all kinds of entry in its log, and the entries before the erasures.
func history(t *testing.T) (s *store.Store, before []edition.Entry) {
	t.Helper()
	s = storetest.New(t)
	c := twoFacts()
	save(t, s, c)
	publish(t, s, "first words")
	capture(t, s, c.Articles[0], longBefore, longAfter)
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	publish(t, s, "a better question")
	before = entries(t, s)
	for _, reason := range []string{"asked to", "asked again"} { // in the same second, most likely
		erase(t, s, "bridge-open", 1, reason)
	}
	erase(t, s, "toll-paid", 1, "the latest of its fact")
	if err := s.EraseText(t.Context(), "test", "bridge-closed", "not ours"); err != nil {
		t.Fatal(err)
	}
	desk, _ := store.Pools(s)
	exec(t, desk, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	if _, err := s.Publish(t.Context(), store.Publication{
		Facts: []narrative.Slug{"bridge-passable"}, Reason: "a new name", Kind: edition.Update, Actor: "test",
	}); err != nil {
		t.Fatal(err)
	}
	return s, before
}

func erase(t *testing.T, s *store.Store, fact narrative.Slug, number int, reason string) {
	t.Helper()
	if err := s.Erase(t.Context(), "test", fact, number, reason); err != nil {
		t.Fatal(err)
	}
}

func entries(t *testing.T, s *store.Store) (all []edition.Entry) {
	t.Helper()
	if err := s.Entries(t.Context(), func(e edition.Entry) error {
		all = append(all, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// inOrder yields entries, and then an error if there is one.
func inOrder(entries []edition.Entry, end error) iter.Seq2[edition.Entry, error] {
	return func(yield func(edition.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
		if end != nil {
			yield(edition.Entry{}, end)
		}
	}
}

func restore(t *testing.T, s *store.Store, entries []edition.Entry, want int) {
	t.Helper()
	if added, err := s.Restore(t.Context(), inOrder(entries, nil)); err != nil || added != want {
		t.Fatalf("restored %d entries (%v), want %d", added, err, want)
	}
}

// TestRestore checks that an archive's log comes back as it was into an empty database, into one that has its beginning,
// from before what it says was erased, and no second time.
func TestRestore(t *testing.T) {
	t.Parallel()
	s, before := history(t)
	want := entries(t, s)
	if len(want) != 8 || len(before) != 3 {
		t.Fatalf("%d entries, of which %d before the erasures, want 8 and 3", len(want), len(before))
	}
	report := verified(t, s)
	if report.Editions != 4 || report.Erased != 2 {
		t.Errorf("report = %+v, want 4 editions of which 2 erased", report)
	}
	c, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("refused", func(t *testing.T) { testRestoreRefused(t, s, c, before, want) })
	for name, steps := range map[string][][]edition.Entry{
		"into an empty one": {want}, "into one from before": {before, want}, "again": {want, want},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := storetest.New(t)
			save(t, other, c)
			have := 0
			for _, step := range steps {
				generation := generation(t, other)
				restore(t, other, step, len(step)-have)
				if risen := generationAfter(t, other, generation); risen != (len(step) > have) {
					t.Errorf("the generation rises: %v", risen)
				}
				have = len(step)
			}
			if diff := cmp.Diff(want, entries(t, other)); diff != "" {
				t.Errorf("the entries differ (-want +got):\n%s", diff)
			}
			if got := verified(t, other); got != report {
				t.Errorf("report = %+v, want %+v", got, report)
			}
			for _, at := range []struct {
				slug   string
				number int
			}{{"bridge-open", 1}, {"bridge-open", 2}, {"bridge-passable", 0}, {"toll-paid", 1}, {"toll-paid", 0}} {
				mine, err := s.Edition(t.Context(), at.slug, at.number)
				if err != nil {
					t.Fatal(err)
				}
				theirs, err := other.Edition(t.Context(), at.slug, at.number)
				if diff := cmp.Diff(mine, theirs); diff != "" || err != nil {
					t.Errorf("edition %d of %s (%v) differs (-want +got):\n%s", at.number, at.slug, err, diff)
				}
			}
			home, err := other.Home(t.Context())
			if err != nil || len(home.Facts) != 1 || home.Facts[0].Fact != "bridge-passable" {
				t.Errorf("home = %+v (%v), want the one fact whose latest edition is there", home, err)
			}
			desk, _ := store.Pools(other)
			reasons := list(t, desk, `SELECT reason FROM erasures ORDER BY log_index`)
			if diff := cmp.Diff([]string{"asked to", "asked again", "the latest of its fact"}, reasons); diff != "" {
				t.Errorf("reasons of erasures differ (-want +got):\n%s", diff)
			}
		})
	}
}

func generation(t *testing.T, s *store.Store) int64 {
	t.Helper()
	g, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g.Number
}

func generationAfter(t *testing.T, s *store.Store, before int64) bool {
	t.Helper()
	return generation(t, s) > before
}

// testRestoreRefused checks that what is no continuation of the log, or does not verify, is not restored at all. The
// whole log is that of s, the facts are c.
func testRestoreRefused(t *testing.T, s *store.Store, c narrative.Collection, before, whole []edition.Entry) {
	t.Parallel()
	other := storetest.New(t)
	save(t, other, twoFacts())
	publish(t, other, "other words")

	empty := storetest.New(t)
	save(t, empty, c)
	began := storetest.New(t)
	save(t, began, c)
	restore(t, began, before, len(before))
	factless := storetest.New(t)

	stop := errors.New("stop")
	change := func(at int, change func(*edition.Entry)) []edition.Entry {
		changed := make([]edition.Entry, len(whole))
		for i, e := range whole {
			changed[i] = edition.Entry{Record: bytes.Clone(e.Record), Body: bytes.Clone(e.Body)}
		}
		change(&changed[at])
		return changed
	}
	flip := func(b []byte) { b[len(b)/2] ^= 1 }
	isFault := func(err error) bool {
		_, ok := errors.AsType[*edition.Fault](err)
		return ok
	}
	is := func(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }
	for name, test := range map[string]struct {
		into    *store.Store
		entries iter.Seq2[edition.Entry, error]
		want    func(error) bool
	}{
		"onto a longer log":       {s, inOrder(before, nil), is(store.ErrOtherLog)},
		"nothing onto a log":      {s, inOrder(nil, nil), is(store.ErrOtherLog)},
		"onto another log":        {other, inOrder(whole, nil), is(store.ErrOtherLog)},
		"without its facts":       {factless, inOrder(whole, nil), is(store.ErrNotFound)},
		"an archive out of order": {empty, inOrder(whole, stop), is(stop)},
		"a first entry missing":   {empty, inOrder(whole[1:], nil), isFault},
		"a middle entry missing":  {empty, inOrder(append(whole[:1:1], whole[2:]...), nil), isFault},
		"erased, not recorded":    {empty, inOrder(whole[:3], nil), isFault},
		"recorded, not erased": {empty, inOrder(change(0, func(e *edition.Entry) {
			*e = before[0]
		}), nil), isFault},
		"other words left": {empty, inOrder(change(0, func(e *edition.Entry) {
			e.Body = bytes.Replace(e.Body, []byte("asked again"), []byte("asked twice"), 1)
		}), nil), isFault},
		"a body":           {empty, inOrder(change(2, func(e *edition.Entry) { flip(e.Body) }), nil), isFault},
		"a body gone":      {empty, inOrder(change(2, func(e *edition.Entry) { e.Body = nil }), nil), isFault},
		"a record":         {empty, inOrder(change(2, func(e *edition.Entry) { flip(e.Record) }), nil), isFault},
		"an erasure":       {empty, inOrder(change(3, func(e *edition.Entry) { flip(e.Record) }), nil), isFault},
		"a body we have":   {began, inOrder(change(2, func(e *edition.Entry) { flip(e.Body) }), nil), isFault},
		"a record we have": {began, inOrder(change(2, func(e *edition.Entry) { flip(e.Record) }), nil), isFault},
	} {
		t.Run(name, func(t *testing.T) {
			log := entries(t, test.into)
			added, err := test.into.Restore(t.Context(), test.entries)
			if !test.want(err) || added != 0 {
				t.Errorf("restored %d entries, error %v", added, err)
			}
			if diff := cmp.Diff(log, entries(t, test.into)); diff != "" {
				t.Errorf("the log has changed (-before +after):\n%s", diff)
			}
		})
	}
	restore(t, empty, whole, len(whole))
	restore(t, began, whole, len(whole)-len(before))
}
