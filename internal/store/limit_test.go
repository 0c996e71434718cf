package store_test

import (
	"errors"
	"testing"
	"time"

	"counterclaim/internal/store"
)

// Work that costs much is bounded for each account and for all together; what is free again can be asked for again, and its row goes.
func TestSpend(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, nil)
	spend := func(c store.Cost, account string) *store.Throttled {
		t.Helper()
		err := s.Spend(t.Context(), c, account)
		throttled, ok := errors.AsType[*store.Throttled](err)
		if err != nil && !ok {
			t.Fatal(err)
		}
		return throttled
	}
	for i := range 60 {
		if got := spend(store.CostFetch, "anna"); got != nil {
			t.Fatalf("fetch %d: %v", i+1, got)
		}
	}
	if got := spend(store.CostFetch, "anna"); got == nil || got.House || got.After <= 0 || got.After > time.Minute {
		t.Errorf("the 61st fetch within an hour: %+v, want to wait a minute at most", got)
	}
	if spend(store.CostFetch, "ben") != nil || spend(store.CostPDF, "anna") != nil || spend(store.CostReprint, "anna") != nil {
		t.Error("another account, or other work, is held up by it")
	}
	exec(t, pool, `UPDATE throttles SET free_at = free_at - interval '1 minute'`)
	if got := spend(store.CostFetch, "anna"); got != nil {
		t.Errorf("a minute later: %v", got)
	}
	exec(t, pool, `UPDATE throttles SET free_at = now() - interval '1 second'`)
	if got := spend(store.CostPDF, "anna"); got != nil {
		t.Errorf("when all is free again: %v", got)
	}
	if got := list(t, pool, `SELECT count(*)::text FROM throttles`); got[0] != "2" {
		t.Errorf("%s rows are left, want those of the account and of the house", got[0])
	}
	exec(t, pool, `UPDATE throttles SET free_at = now() + interval '1 hour'`)
	if got := spend(store.CostPDF, "another"); got == nil || !got.House || got.After > 31*time.Second {
		t.Errorf("one PDF too many for the house: %+v, want the house held up", got)
	}
}

// A program may ask more often than write, each with every token.
func TestSpendToken(t *testing.T) {
	t.Parallel()
	s, pool := accounts(t, nil)
	spend := func(token string, writes bool) error { return s.SpendToken(t.Context(), token, writes) }
	if err := spend("one", true); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `UPDATE throttles SET free_at = now() + interval '10 minutes'`)
	if wait := after(spend("one", true)); wait < time.Second || wait > 2*time.Second {
		t.Errorf("one write too many waits %v, want a second", wait)
	}
	if err := spend("one", false); err != nil {
		t.Errorf("reading with it: %v", err)
	}
	if err := spend("two", true); err != nil {
		t.Errorf("writing with another one: %v", err)
	}
	exec(t, pool, `UPDATE throttles SET free_at = now() + interval '10 minutes'`)
	if wait := after(spend("one", false)); wait != time.Second {
		t.Errorf("one question too many waits %v, want a second", wait)
	}
}
