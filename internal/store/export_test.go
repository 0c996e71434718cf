package store

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// VerifyIn lets a test look at what it has tampered with before it is undone.
var VerifyIn = verify

// Wrapped returns an error as an exported method would.
func Wrapped(err error) error {
	wrap(&err, "Test()")
	return err
}

// Record hands every statement that is sent for a reader from now on, with its arguments, to a function.
func Record(t testing.TB, s *Store, each func(sql string, args []any)) { record(t, &s.reader, each) }

// RecordDesk does the same with what is sent for the desk.
func RecordDesk(t testing.TB, s *Store, each func(sql string, args []any)) { record(t, &s.desk, each) }

func record(t testing.TB, of **pgxpool.Pool, each func(sql string, args []any)) {
	t.Helper()
	config := (*of).Config()
	config.ConnConfig.Tracer = recorder(each)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	(*of).Close()
	*of = pool
}

type recorder func(sql string, args []any)

func (r recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	r(d.SQL, d.Args)
	return ctx
}

func (r recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// ReferenceConstraints are the foreign keys that mergers follow.
func ReferenceConstraints() []string {
	var names []string
	for _, list := range references {
		for _, r := range list {
			names = append(names, r.constraint)
		}
	}
	return names
}
