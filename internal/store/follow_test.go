package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// followed starts following and returns what is told.
func followed(t *testing.T, s *store.Store) <-chan store.Generation {
	t.Helper()
	told := make(chan store.Generation, 100)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Follow(ctx, func(g store.Generation) { told <- g }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Follow = %v, want the context's error", err)
		}
	})
	return told
}

// next waits for the next generation that is told, longer than the poll takes.
func next(t *testing.T, told <-chan store.Generation) store.Generation {
	t.Helper()
	select {
	case g := <-told:
		return g
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was told")
		return store.Generation{}
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	told := followed(t, s)
	first := next(t, told)
	if want, err := s.Generation(t.Context()); err != nil || first != want || first.Head == "" {
		t.Fatalf("told of %v, want %v (%v)", first, want, err)
	}
	c := narrativetest.Bridge()
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	publish(t, s, "a better question")
	second := next(t, told)
	if second.Number <= first.Number || second.Head == first.Head {
		t.Errorf("told of %v after %v", second, first)
	}
}

// TestFollowWithoutNotice changes the generation in a way of which nobody is told, and cuts the connection.
func TestFollowWithoutNotice(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	told := followed(t, s)
	first := next(t, told)
	pool := storetest.Pool(t, db.URL)
	if _, err := pool.Exec(t.Context(), `UPDATE generation SET value = value + 1`); err != nil {
		t.Fatal(err)
	}
	if second := next(t, told); second.Number != first.Number+1 {
		t.Errorf("told of %v after %v", second, first)
	}
	var cut bool
	err := pool.QueryRow(t.Context(), `
		SELECT bool_or(pg_terminate_backend(pid))
		FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE '%FROM generation%' AND pid <> pg_backend_pid()`).Scan(&cut)
	if err != nil || !cut {
		t.Fatalf("the connection was not cut: %v", err)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE generation SET value = value + 1`); err != nil {
		t.Fatal(err)
	}
	if third := next(t, told); third.Number != first.Number+2 {
		t.Errorf("told of %v after %v", third, first)
	}
}
