package store_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// signals takes the lines of a log as text, and forgets those that do not fit.
type signals chan string

func (s signals) Write(p []byte) (int, error) {
	select {
	case s <- string(p):
	default:
	}
	return len(p), nil
}

func (s signals) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(s, nil))
}

func TestCountQueries(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	desk, _ := store.Pools(s)
	ctx, outer := store.CountQueries(t.Context())

	if err := s.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	if got := outer.Queries(); got != 1 {
		t.Errorf("Ready takes %d queries", got)
	}
	var b pgx.Batch
	b.Queue(`SELECT 1`)
	b.Queue(`SELECT 2`)
	err := pgx.BeginFunc(ctx, desk, func(tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"parties"}, []string{"slug", "name"}, pgx.CopyFromRows([][]any{{"north", "North"}}))
		return errors.Join(err, tx.SendBatch(ctx, &b).Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := outer.Queries(); got != 1+5 {
		t.Errorf("begin, copy, a batch of two and commit are %d", got-1)
	}
	inner, counter := store.CountQueries(ctx)
	if err := s.Ready(inner); err != nil {
		t.Fatal(err)
	}
	if counter.Queries() != 1 || outer.Queries() != 6 {
		t.Errorf("counters say %d and %d", counter.Queries(), outer.Queries())
	}
}

func TestSlowQueries(t *testing.T) {
	t.Parallel()
	log := make(signals, 100)
	o := storetest.Database(t).Options()
	o.Log = log.logger()
	s := open(t, o)
	desk, _ := store.Pools(s)
	for len(log) > 0 {
		<-log
	}
	long := "/* " + strings.Repeat("ж", 400) + " */"
	for _, do := range []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := desk.Exec(ctx, "SELECT pg_sleep(0.25),\n\t$1::text "+long, "a secret")
			return err
		},
		func(ctx context.Context) error {
			var b pgx.Batch
			b.Queue(`SELECT pg_sleep(0.25), $1::text`, "a secret")
			return desk.SendBatch(ctx, &b).Close()
		},
	} {
		if err := do(t.Context()); err != nil {
			t.Fatal(err)
		}
		line := <-log
		if !strings.Contains(line, `slow query`) || !strings.Contains(line, "SELECT pg_sleep(0.25), $1::text") ||
			strings.Contains(line, "secret") || strings.Contains(line, "\uFFFD") || len(line) > 800 {
			t.Errorf("the log says %s", line)
		}
	}
}
