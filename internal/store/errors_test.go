package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

var kinds = []error{
	store.ErrNotFound, store.ErrConflict, store.ErrRefused, store.ErrInvalid, store.ErrBadText, store.ErrUnavailable,
}

// isOnly says whether an error is of one kind, which may be nil, and of none of the others.
func isOnly(err, kind error) bool {
	for _, k := range kinds {
		if errors.Is(err, k) != (k == kind) {
			return false
		}
	}
	return true
}

func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	if store.Wrapped(nil) != nil {
		t.Error("no error becomes one")
	}
	for _, tt := range []struct {
		err  error
		kind error
	}{
		{pgx.ErrNoRows, store.ErrNotFound},
		{store.ErrNotFound, store.ErrNotFound},
		{context.DeadlineExceeded, store.ErrUnavailable},
		{context.Canceled, nil},
		{io.ErrUnexpectedEOF, store.ErrUnavailable},
		{errors.New("else"), nil},
		{fmt.Errorf("%w: %w", store.ErrInvalid, io.EOF), store.ErrInvalid},
		{&pgconn.PgError{Code: "42601"}, nil},
		{&pgconn.PgError{Code: ""}, nil},
		{&pgconn.PgError{Code: "22003"}, store.ErrInvalid},
		{&pgconn.PgError{Code: "40P01"}, store.ErrUnavailable},
		{&pgconn.PgError{Code: "53100"}, store.ErrUnavailable},
		{&pgconn.PgError{Code: "53300"}, store.ErrUnavailable},
		{&pgconn.PgError{Code: "57P01"}, store.ErrUnavailable},
		{&pgconn.PgError{Code: "57P03"}, store.ErrUnavailable},
		{&pgconn.PgError{Code: "08006"}, store.ErrUnavailable},
	} {
		err := store.Wrapped(fmt.Errorf("doing it: %w", tt.err))
		if !isOnly(err, tt.kind) || !strings.HasPrefix(err.Error(), "store.Test(): ") {
			t.Errorf("%v is not %v alone", err, tt.kind)
		}
		if !errors.Is(err, tt.err) && tt.err != pgx.ErrNoRows {
			t.Errorf("%v has lost its cause", err)
		}
	}
}

// The kinds as the database itself gives them.
func TestKindsFromDatabase(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for _, tt := range []struct {
		sql        string
		args       []any
		kind       error
		constraint string
	}{
		{`INSERT INTO parties (slug, name) VALUES ('north', 'x')`, nil, store.ErrConflict, "parties_pkey"},
		{`UPDATE terms SET dispute = 'nowhere'`, nil, store.ErrInvalid, "terms_dispute_fkey"},
		{`UPDATE terms SET dispute = NULL`, nil, store.ErrInvalid, "terms.dispute"},
		{`UPDATE terms SET word = ''`, nil, store.ErrInvalid, "terms_word"},
		{`DELETE FROM log`, nil, store.ErrRefused, "log_append_only"},
		{`SET ROLE counterclaim_reader; SELECT FROM claims`, nil, store.ErrRefused, ""},
		{`UPDATE parties SET note = $1`, []any{"a\x00b"}, store.ErrBadText, ""},
		{`UPDATE parties SET note = $1`, []any{"a\xffb"}, store.ErrBadText, ""},
		{`UPDATE parties SET note = $1`, []any{"\xed\xa0\x80"}, store.ErrBadText, ""}, // half of a surrogate pair
		{`SELECT $1::jsonb`, []any{`{"a": "\u0000"}`}, store.ErrBadText, ""},
		{`SELECT $1::jsonb`, []any{`{"a": "\ud800"}`}, store.ErrBadText, ""},
		{`INSERT INTO import_bases (kind, key, doc) SELECT 'x', string_agg(md5(i::text), ''), '' FROM generate_series(1, 400) AS i`, nil, store.ErrInvalid, ""},
		{`SELECT 2147483647 + 1`, nil, store.ErrInvalid, ""},
		{`SELECT now(`, nil, nil, ""},
	} {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = conn.Exec(t.Context(), tt.sql, tt.args...)
		if _, reset := conn.Exec(t.Context(), `RESET ROLE`); reset != nil {
			t.Fatal(reset)
		}
		conn.Release()
		err = store.Wrapped(err)
		if err == nil || !isOnly(err, tt.kind) || store.Constraint(err) != tt.constraint {
			t.Errorf("%s: %v is not %v alone, of %q", tt.sql, err, tt.kind, tt.constraint)
		}
	}
}

func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	s.Close()
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a closed store is ready")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := store.Open(ctx, store.Options{URL: "host=/nonexistent user=x dbname=x"})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("error is %v", err)
	}
}
