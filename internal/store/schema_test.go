package store_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// seeded returns a database with the rows of testdata/seed.sql, and connections to it as the superuser, whom no grant
// holds back.
func seeded(t *testing.T) (storetest.DB, *pgxpool.Pool) {
	t.Helper()
	db := storetest.Database(t)
	pool := storetest.Pool(t, db.URL)
	seed, err := os.ReadFile("testdata/seed.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), string(seed)); err != nil {
		t.Fatal(err)
	}
	return db, pool
}

var errUndone = errors.New("undone")

// try runs SQL, with what is deferred to the end of a transaction, and undoes it.
func try(ctx context.Context, pool *pgxpool.Pool, sql string) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sql+`; SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return err
		}
		return errUndone
	})
	if errors.Is(err, errUndone) {
		return nil
	}
	return err
}

// list returns the one column of a query's rows.
func list(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) []string {
	t.Helper()
	rows, _ := pool.Query(t.Context(), sql, args...)
	l, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// sameNames checks that the tests have all of the database's rules of a kind, and no others.
func sameNames[V any](t *testing.T, tests map[string]V, there []string) {
	t.Helper()
	for _, name := range there {
		if _, ok := tests[name]; !ok {
			t.Errorf("%s has no test", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		if !slices.Contains(there, name) {
			t.Errorf("%s is tested and not in the database", name)
		}
	}
}

// breakEach checks that each rule is broken by its SQL, and by nothing less.
func breakEach(t *testing.T, pool *pgxpool.Pool, tests map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		err := try(t.Context(), pool, tests[name])
		if got := store.Constraint(err); got != name {
			t.Errorf("%s breaks %q, not %s: %v", tests[name], got, name, err)
		}
	}
}

// inTx runs do in a transaction that is undone.
func inTx(t *testing.T, pool *pgxpool.Pool, what string, do func(context.Context, pgx.Tx) error) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if err := do(t.Context(), tx); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Errorf("%s: %v", what, err)
	}
}
