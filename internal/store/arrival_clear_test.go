package store_test

import (
	"slices"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// What was put away or only announced goes when it is old, and not while a feed announces it; what waits and what was emptied stays.
func TestClearArrivals(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	feed, err := s.Subscribe(t.Context(), "https://feeds.example/all", "anna")
	if err != nil {
		t.Fatal(err)
	}
	announce := func(ids ...string) (added int) {
		t.Helper()
		var items []store.Announced
		for _, id := range ids {
			items = append(items, store.Announced{ID: id, URL: "https://news.example/" + id, Title: id})
		}
		added, err := s.List(t.Context(), feed, "All news", "", items)
		if err != nil {
			t.Fatal(err)
		}
		return added
	}
	left := func() []string { return list(t, pool, `SELECT title FROM arrivals ORDER BY title`) }
	announce("listed", "still", "fetched")
	for title, days := range map[string]int{"put": 0, "fresh": 1, "emptied": 2, "waits": 3} {
		id := cameIn(t, s, store.Receipt{Title: title}, "It rained on day "+string(rune('0'+days))+".", "")
		if title == "put" || title == "fresh" || title == "emptied" {
			if err := s.Dismiss(t.Context(), id, "", "anna"); err != nil {
				t.Fatal(err)
			}
		}
	}
	exec(t, pool, `
		UPDATE arrivals SET received_at = now() - interval '91 days', settled_at = settled_at - interval '91 days' WHERE title <> 'fresh';
		UPDATE arrivals SET received_at = now() - interval '91 days' WHERE title = 'fresh';
		UPDATE arrivals SET settled_by = 'takedown' WHERE title = 'emptied';
		UPDATE arrivals SET state = 'waiting', format = 'text', original = 'x', original_sha256 = sha256('x') WHERE title = 'fetched'`)

	if n := announce("still", "new"); n != 1 {
		t.Errorf("%d were listed, want the new one alone", n)
	}
	if got, want := left(), []string{"emptied", "fetched", "fresh", "new", "still", "waits"}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
	// A month after the feed has announced it last it goes, too, with the next that is put away.
	exec(t, pool, `UPDATE arrivals SET seen_at = seen_at - interval '31 days' WHERE title = 'still'`)
	fresh, _, err := s.Arrivals(t.Context(), store.ArrivalListed, 0)
	if err != nil || fresh[0].Title != "new" {
		t.Fatalf("listed are %+v (%v)", fresh, err)
	}
	if err := s.Dismiss(t.Context(), fresh[0].ID, "", "anna"); err != nil {
		t.Fatal(err)
	}
	if got, want := left(), []string{"emptied", "fetched", "fresh", "new", "waits"}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}
