package store_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/postgres"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// folder returns a folder that the account which runs Postgres can enter, removed after the test.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "store-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestReady(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	// A lock that keeps it waiting is not waited for longer than a quarter of a second.
	pool := storetest.Pool(t, db.URL)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK goose_db_version`); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("ready with a locked table: %v", err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready again: %v", err)
	}
}

func TestConnectionSettings(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	for mode, o := range modes(db) {
		o.DeskConns, o.ReaderConns = 3, 5
		s := open(t, o)
		desk, reader := store.Pools(s)
		for _, c := range []struct {
			pool *pgxpool.Pool
			want string
			max  int32
		}{
			{desk, "counterclaim_desk counterclaim_desk 8s 1s 10s public UTC off", 3},
			{reader, "counterclaim_reader counterclaim_reader 2s 1s 10s public UTC on", 5},
		} {
			got := list(t, c.pool, `
				SELECT concat_ws(' ', current_user, current_setting('application_name'), current_setting('statement_timeout'),
					current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
					current_setting('search_path'), current_setting('timezone'), current_setting('default_transaction_read_only'))`)
			if !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s: settings are %q, not %q", mode, got, c.want)
			}
			config := c.pool.Config()
			if config.MaxConns != c.max || config.PingTimeout != time.Second || config.MaxConnLifetimeJitter == 0 {
				t.Errorf("%s: %d connections, ping within %v, jitter %v", mode,
					config.MaxConns, config.PingTimeout, config.MaxConnLifetimeJitter)
			}
		}
	}
}

// The server ends a statement that takes too long, and the connection lives on.
func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	_, reader := store.Pools(s)
	conn, err := reader.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	begun := time.Now()
	_, err = conn.Exec(t.Context(), `SELECT pg_sleep(30)`)
	if !errors.Is(store.Wrapped(err), store.ErrUnavailable) {
		t.Errorf("error is %v", err)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, err := conn.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Nobody waits for a free connection longer than the context allows, and editors do not wait for readers.
func TestAllConnectionsInUse(t *testing.T) {
	t.Parallel()
	o := storetest.Database(t).Options()
	o.ReaderConns = 1
	s := open(t, o)
	desk, reader := store.Pools(s)
	conn, err := reader.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := reader.Exec(ctx, `SELECT 1`); !errors.Is(store.Wrapped(err), store.ErrUnavailable) {
		t.Errorf("error is %v", err)
	}
	if _, err := desk.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Errorf("an editor waits for a reader: %v", err)
	}
	conn.Release()
	if _, err := reader.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Error(err)
	}
}

// Open waits for a database that is just starting, as long as its context allows.
func TestOpenWaits(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	start := func() *postgres.Server {
		server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Database: "one", Ephemeral: true})
		if err != nil {
			t.Fatal(err)
		}
		return server
	}
	server := start()
	o := store.Options{URL: server.URL(server.Superuser(), "one")}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := store.Open(ctx, o); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("with no database: %v", err)
	}

	told := make(signals, 1)
	o.Log = told.logger()
	opened := make(chan error)
	go func() {
		s, err := store.Open(t.Context(), o)
		if err == nil {
			s.Close()
		}
		opened <- err
	}()
	<-told // that it waits
	server = start()
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	for name, o := range map[string]store.Options{
		"no such database":   {URL: strings.Replace(db.URL, "/test_", "/none_", 1)},
		"no such account":    {URL: strings.Replace(db.URL, "user=postgres", "user=somebody", 1)},
		"no connection text": {URL: "postgres://%zz"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := store.Open(ctx, o); err == nil || ctx.Err() != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
