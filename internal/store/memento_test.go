package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// listed gives the bridge's one fact n mementos a day apart, of which the first is of 1 March 2031 at noon, but for those
// that were taken down.
func listed(t *testing.T, n int, down ...int) *store.Store {
	t.Helper()
	s, db := published(t)
	down = append(down, 0)
	exec(t, storetest.Pool(t, db.URL), fmt.Sprintf(`
		SET session_replication_role = replica;
		DELETE FROM published_editions;
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
		SELECT 100 + n, fact_id, n, '2031-02-28T12:00:00Z'::timestamptz + n * interval '1 day', 'update', 'x', 'x', '{}'
		FROM published_facts, generate_series(1, %d) AS n
		WHERE n NOT IN (%s);
		SET session_replication_role = origin`, n, strings.Trim(strings.ReplaceAll(fmt.Sprint(down), " ", ", "), "[]")))
	return s
}

// noon is the time of memento n.
func noon(n int) time.Time { return time.Date(2031, 2, 28+n, 12, 0, 0, 0, time.UTC) }

func TestMementoAt(t *testing.T) {
	t.Parallel()
	s := listed(t, 5, 1, 4)
	for name, test := range map[string]struct {
		at   time.Time
		want int
	}{
		"no time":                        {time.Time{}, 5},
		"before the first":               {time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), 2},
		"the year 1":                     {time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), 2},
		"the very time":                  {noon(3), 3},
		"a second before":                {noon(3).Add(-time.Second), 2},
		"one taken down is passed over":  {noon(4).Add(time.Hour), 3},
		"after the last":                 {noon(6), 5},
		"the year 9999":                  {time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), 5},
		"another zone's name of a time":  {noon(3).In(time.FixedZone("", 4*3600)), 3},
		"a time of more than one second": {noon(3).Add(-time.Millisecond), 2},
	} {
		m, err := s.MementoAt(t.Context(), "bridge-open", test.at)
		if err != nil || m.Chosen.Number != test.want || !m.Chosen.PublishedAt.Equal(noon(test.want)) {
			t.Errorf("%s: %+v (%v), want memento %d", name, m.Chosen, err, test.want)
		}
		if m.Fact != "bridge-open" || m.First.Number != 2 || m.Last.Number != 5 || !m.Last.PublishedAt.Equal(noon(5)) {
			t.Errorf("%s: %+v, want mementos 2 to 5", name, m)
		}
	}
	for _, fact := range []string{"none", "bridge'; --", "", "bridge-open\x00"} {
		if _, err := s.MementoAt(t.Context(), fact, time.Time{}); !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrBadText) {
			t.Errorf("of %q: %v, want ErrNotFound or ErrBadText", fact, err)
		}
	}
	if m, err := listed(t, 2, 1, 2).MementoAt(t.Context(), "bridge-open", time.Time{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("where all were taken down: %+v (%v), want ErrNotFound", m, err)
	}
}

func TestMementos(t *testing.T) {
	t.Parallel()
	s := listed(t, 1003, 2)
	var got []int
	cursor, pages := "", 0
	for {
		p, err := s.Mementos(t.Context(), "bridge-open", cursor)
		if err != nil {
			t.Fatal(err)
		}
		if p.First.Number != 1 || p.Last.Number != 1003 || len(p.List) > 500 || p.Fact != "bridge-open" {
			t.Errorf("page %d: mementos %d to %d, %d of them", pages, p.First.Number, p.Last.Number, len(p.List))
		}
		for _, m := range p.List {
			got = append(got, m.Number)
			if !m.PublishedAt.Equal(noon(m.Number)) {
				t.Errorf("memento %d is of %v", m.Number, m.PublishedAt)
			}
		}
		if pages++; p.More == "" {
			break
		}
		if p.Next.Number != p.List[len(p.List)-1].Number+1 {
			t.Errorf("after page %d comes memento %d", pages, p.Next.Number)
		}
		cursor = p.More
	}
	if pages != 3 || len(got) != 1002 || got[0] != 1 || got[1] != 3 || !slices.IsSorted(got) {
		t.Errorf("%d mementos on %d pages, beginning with %v", len(got), pages, got[:2])
	}
	for _, cursor := range []string{"x", "0", "-1", "007", "1003", "99999999999999999999", "1\x00", "2147483648"} {
		if _, err := s.Mementos(t.Context(), "bridge-open", cursor); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("after %q: %v, want ErrNotFound", cursor, err)
		}
	}
	if _, err := s.Mementos(t.Context(), "none", ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of no fact: %v, want ErrNotFound", err)
	}
}

// TestMementosOfRenamed asks under a slug that the fact had, also when it is on no list any more.
func TestMementosOfRenamed(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	desk, _ := store.Pools(s)
	exec(t, desk, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	publish(t, s, "a new name")
	for _, slug := range []string{"bridge-open", "bridge-passable"} {
		m, err := s.MementoAt(t.Context(), slug, time.Time{})
		if err != nil || m.Fact != "bridge-passable" || m.First.Number != 1 || m.Last.Number != 2 || m.Chosen != m.Last {
			t.Errorf("under %s: %+v (%v)", slug, m, err)
		}
		if p, err := s.Mementos(t.Context(), slug, ""); err != nil || p.Fact != "bridge-passable" || len(p.List) != 2 {
			t.Errorf("under %s: %+v (%v)", slug, p, err)
		}
	}
	withdraw(t, s, "bridge-passable", "", "a doubtful question")
	if m, err := s.MementoAt(t.Context(), "bridge-open", time.Time{}); err != nil || m.Fact != "bridge-passable" || m.Chosen.Number != 3 {
		t.Errorf("of a withdrawn fact: %+v (%v)", m, err)
	}
}

// TestNeighbours asks for what stands round an edition.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	desk, _ := store.Pools(s)
	for _, slug := range []string{"bridge-b", "bridge-c"} {
		exec(t, desk, `UPDATE facts SET slug = '`+slug+`'`)
		publish(t, s, "a new name")
	}
	erase(t, s, "bridge-c", 1, "asked to")
	for number, want := range map[int][2]int{1: {0, 2}, 2: {0, 3}, 3: {2, 0}} {
		e, err := s.Edition(t.Context(), "bridge-c", number)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, [2]int{e.Around.Previous, e.Around.Next}); diff != "" {
			t.Errorf("round edition %d (-want +got):\n%s", number, diff)
		}
		if e.Around.First.Number != 2 || e.Around.Last.Number != 3 || !e.Around.First.PublishedAt.Before(e.Around.Last.PublishedAt) {
			t.Errorf("edition %d of %+v to %+v, want 2 to 3", number, e.Around.First, e.Around.Last)
		}
	}
}
