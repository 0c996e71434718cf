package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// relabelled publishes further editions of the facts, one for each kind given, each with another label of a position.
func relabelled(t *testing.T, s *store.Store, kinds ...edition.Kind) {
	t.Helper()
	for i, kind := range kinds {
		c := twoFacts()
		c.Facts[0].Positions[0].Label = narrative.Markup(fmt.Sprintf("It was closed, version %d.", i))
		save(t, s, c)
		if _, err := s.Publish(t.Context(), store.Publication{Reason: fmt.Sprintf("reason %d", i), Kind: kind, Actor: "test"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	save(t, s, twoFacts())
	publish(t, s, "first words")
	relabelled(t, s, edition.Update, edition.Correction, edition.Correction, edition.Update)
	erase(t, s, "bridge-open", 2, "asked to")

	h, err := s.Editions(ctx, "bridge-open", "")
	if err != nil || h.Fact != "bridge-open" || h.Title == "" || !h.Fiction || h.Newest != 5 || h.Latest != 5 || h.More != "" {
		t.Fatalf("history = %+v (%v)", h, err)
	}
	var got []string
	for _, e := range h.Editions {
		got = append(got, fmt.Sprintf("%d after %d %s %s %v", e.Number, e.Before, e.Kind, e.Reason, e.RedactedOn.IsZero()))
		if e.PublishedAt.IsZero() {
			t.Errorf("edition %d has no time", e.Number)
		}
	}
	want := []string{
		"5 after 4 update reason 3 true", "4 after 3 correction reason 2 true", "3 after 1 correction reason 1 true", "2 after 1   false",
		"1 after 0 first first words true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("editions = %q, want %q", got, want)
	}

	for _, test := range []struct{ before, after, wantAfter int }{{1, 4, 4}, {1, 0, 5}, {5, 0, 5}, {3, 3, 3}, {2, 4, 4}} {
		p, err := s.Pair(ctx, "bridge-open", test.before, test.after)
		if err != nil || p.Before.Number != test.before || p.After.Number != test.wantAfter || p.Before.Newest != 5 || p.After.Fact != "bridge-open" {
			t.Errorf("pair %d..%d = %d..%d (%v)", test.before, test.after, p.Before.Number, p.After.Number, err)
			continue
		}
		for _, e := range []store.Edition{p.Before, p.After} {
			alone, err := s.Edition(ctx, "bridge-open", e.Number)
			if err != nil || string(alone.Body) != string(e.Body) || alone.BodySHA256 != e.BodySHA256 || alone.RedactedOn != e.RedactedOn {
				t.Errorf("edition %d of the pair is another than by itself (%v)", e.Number, err)
			}
		}
		var numbers []int
		for _, c := range p.Corrections {
			numbers = append(numbers, c.Number)
			if body, err := edition.Read(mustEdition(t, s, c.Number).Body); err != nil || body.Imprint() != c {
				t.Errorf("correction %+v is not that of its edition %+v (%v)", c, body.Imprint(), err)
			}
		}
		var among []int
		for _, n := range []int{3, 4} {
			if n > test.before && n <= test.wantAfter {
				among = append(among, n)
			}
		}
		if !slices.Equal(numbers, among) {
			t.Errorf("corrections of %d..%d are %v, want %v", test.before, test.after, numbers, among)
		}
	}
	for _, test := range [][2]int{{0, 1}, {-1, 2}, {2, 1}, {1, 6}, {6, 0}, {6, 7}, {1 << 31, 0}, {1, 1 << 31}, {1, -1}, {-1 << 62, 1 << 62}} {
		if _, err := s.Pair(ctx, "bridge-open", test[0], test[1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("pair %v: error = %v, want ErrNotFound", test, err)
		}
	}

	corrections, err := s.Corrections(ctx, "")
	if err != nil || len(corrections.Corrections) != 2 || corrections.More != "" || !corrections.Corrections[0].Fiction {
		t.Fatalf("corrections = %+v (%v), want 2", corrections, err)
	}
	if c := corrections.Corrections[0]; c.Number != 4 || c.Fact != "bridge-open" || c.Reason != "reason 2" || c.Title == "" {
		t.Errorf("the latest correction is %+v", c)
	}
}

func mustEdition(t *testing.T, s *store.Store, number int) store.Edition {
	t.Helper()
	e, err := s.Edition(t.Context(), "bridge-open", number)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestHistoryOfRenamedFact asks under the old slug: pairs stay there, the history has moved.
func TestHistoryOfRenamedFact(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()
	desk, _ := store.Pools(s)
	exec(t, desk, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	publish(t, s, "a new name")
	_, err := s.Editions(ctx, "bridge-open", "")
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "bridge-passable" {
		t.Errorf("history under the old slug: %v, want moved", err)
	}
	for _, slug := range []string{"bridge-open", "bridge-passable"} {
		if p, err := s.Pair(ctx, slug, 1, 0); err != nil || p.Before.Number != 1 || p.After.Number != 2 || p.Before.Fact != "bridge-passable" {
			t.Errorf("pair under %s = %+v (%v)", slug, p, err)
		}
	}
	if h, err := s.Editions(ctx, "bridge-passable", ""); err != nil || len(h.Editions) != 2 {
		t.Errorf("history = %+v (%v)", h, err)
	}
}

// TestHistoryPages walks through long lists: each entry once, in order.
func TestHistoryPages(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	pool := storetest.Pool(t, db.URL)
	exec(t, pool, `
		SET session_replication_role = replica;
		INSERT INTO editions (fact, number, log_index, published_at, body_sha256)
			SELECT fact, n, n, published_at + n * interval '1 second', body_sha256 FROM editions, generate_series(2, 230) AS n;
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
			SELECT n, fact_id, n, published_at, 'correction', 'why ' || n, title, '{}' FROM published_editions, generate_series(2, 230) AS n;
		SET session_replication_role = origin`)
	ctx := t.Context()
	var numbers []int
	cursor, pages := "", 0
	for {
		h, err := s.Editions(ctx, "bridge-open", cursor)
		if err != nil || len(h.Editions) > 50 || h.Newest != 230 {
			t.Fatalf("page %d: %d editions of %d (%v)", pages, len(h.Editions), h.Newest, err)
		}
		for _, e := range h.Editions {
			numbers = append(numbers, e.Number)
		}
		pages++
		if cursor = h.More; cursor == "" {
			break
		}
	}
	if pages != 5 || !isCountdown(numbers, 230, 1) {
		t.Errorf("%d pages of %v", pages, numbers)
	}
	numbers, cursor, pages = nil, "", 0
	for {
		l, err := s.Corrections(ctx, cursor)
		if err != nil || len(l.Corrections) > 100 {
			t.Fatalf("page %d: %d corrections (%v)", pages, len(l.Corrections), err)
		}
		for _, c := range l.Corrections {
			numbers = append(numbers, c.Number)
		}
		pages++
		if cursor = l.More; cursor == "" {
			break
		}
	}
	if pages != 3 || !isCountdown(numbers, 230, 2) {
		t.Errorf("%d pages of %v", pages, numbers)
	}
	if p, err := s.Pair(ctx, "bridge-open", 1, 1); err != nil || len(p.Corrections) != 0 {
		t.Errorf("pair = %+v (%v)", p, err)
	}
}

func isCountdown(numbers []int, from, to int) bool {
	if len(numbers) != from-to+1 {
		return false
	}
	for i, n := range numbers {
		if n != from-i {
			return false
		}
	}
	return true
}

// TestHostileHistory asks for histories that nobody has, and in one query each for those that are there.
func TestHostileHistory(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()
	for _, name := range []string{"", "none", "bridge-open\x00", "\xff", strings.Repeat("a", 10_000), "'; --", "BRIDGE-OPEN"} {
		_, err := s.Editions(ctx, name, "")
		_, pairErr := s.Pair(ctx, name, 1, 0)
		for _, err := range []error{err, pairErr} {
			if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrBadText) {
				t.Errorf("%.20q: error = %v, want ErrNotFound or ErrBadText", name, err)
			}
		}
	}
	for _, cursor := range []string{"x", "0", "-1", "01", "1.5", " 1", "1 ", "99999999999999999999", "2147483648", "1~a", "\x00", "\xff", "1"} {
		if _, err := s.Editions(ctx, "bridge-open", cursor); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("history after %q: error = %v, want ErrNotFound", cursor, err)
		}
	}
	for _, cursor := range []string{"x", "0", "-1", "01", "1.5", "99999999999999999999", "1~a", "\x00", "\xff"} {
		if _, err := s.Corrections(ctx, cursor); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("corrections after %q: error = %v, want ErrNotFound", cursor, err)
		}
	}
	for name, ask := range map[string]func() error{
		"Editions":    func() error { _, err := s.Editions(ctx, "bridge-open", ""); return err },
		"Pair":        func() error { _, err := s.Pair(ctx, "bridge-open", 1, 0); return err },
		"Corrections": func() error { _, err := s.Corrections(ctx, ""); return err },
	} {
		var counter *store.Counter
		ctx, counter = store.CountQueries(t.Context())
		if err := ask(); err != nil || counter.Queries() != 1 {
			t.Errorf("%s takes %d queries (%v), want 1", name, counter.Queries(), err)
		}
	}
	if l, err := s.Corrections(ctx, ""); err != nil || len(l.Corrections) != 0 {
		t.Errorf("corrections = %+v (%v), want none", l, err)
	}
}
