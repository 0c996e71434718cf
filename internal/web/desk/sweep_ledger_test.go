package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/store/storetest"
)

// A ledger knows which tables a request has changed, and puts them back as they were. Triggers tell it, so that asking costs
// next to nothing after each of thousands of requests.
type ledger struct {
	t       *testing.T
	pool    *pgxpool.Pool
	columns map[string]string // of each table, those that are written
}

// newLedger begins a ledger with what the tables hold now.
func newLedger(t *testing.T, db storetest.DB) *ledger {
	t.Helper()
	l := &ledger{t: t, pool: storetest.Pool(t, db.URL), columns: map[string]string{}}
	rows, err := l.pool.Query(t.Context(), `
		SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var name, columns string
	if _, err := pgx.ForEachRow(rows, []any{&name, &columns}, func() error { l.columns[name] = columns; return nil }); err != nil {
		t.Fatal(err)
	}
	var sql strings.Builder
	sql.WriteString(`
		CREATE SCHEMA swept;
		CREATE TABLE swept.ledger (name text);
		CREATE FUNCTION swept.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
		BEGIN
			IF TG_OP <> 'UPDATE' OR OLD::text IS DISTINCT FROM NEW::text THEN INSERT INTO swept.ledger VALUES (TG_TABLE_NAME); END IF;
			RETURN NULL;
		END $$;`)
	for name := range l.columns {
		fmt.Fprintf(&sql, `
			CREATE TABLE swept.%[1]s AS TABLE public.%[1]s;
			CREATE TRIGGER zz_swept AFTER INSERT OR UPDATE OR DELETE ON public.%[1]s FOR EACH ROW EXECUTE FUNCTION swept.note();`, name)
	}
	l.run(sql.String())
	return l
}

// run does several statements in one transaction.
func (l *ledger) run(sql string) {
	l.t.Helper()
	conn, err := l.pool.Acquire(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(l.t.Context(), "BEGIN;"+sql+";COMMIT").ReadAll(); err != nil {
		l.t.Fatal(err)
	}
}

// changed returns the tables that have changed since it was last asked.
func (l *ledger) changed() []string {
	l.t.Helper()
	rows, err := l.pool.Query(l.t.Context(), `WITH noted AS (DELETE FROM swept.ledger RETURNING name) SELECT DISTINCT name FROM noted ORDER BY 1`)
	if err != nil {
		l.t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		l.t.Fatal(err)
	}
	return names
}

// restore puts tables back as they were at first. The generation is never put back: pages are kept in memory by it.
func (l *ledger) restore(tables []string) {
	l.t.Helper()
	tables = slices.DeleteFunc(slices.Clone(tables), func(name string) bool { return name == "generation" })
	if len(tables) == 0 {
		return
	}
	var sql strings.Builder
	sql.WriteString(`SET LOCAL session_replication_role = replica`) // without triggers: what must never change is put back too
	for _, name := range tables {
		fmt.Fprintf(&sql, `; DELETE FROM public.%[1]s; INSERT INTO public.%[1]s (%[2]s) OVERRIDING SYSTEM VALUE SELECT %[2]s FROM swept.%[1]s`, name, l.columns[name])
	}
	l.run(sql.String())
}
