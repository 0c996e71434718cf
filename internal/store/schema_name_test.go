package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/store"
)

// A named is a table of nouns, the column with their names, and one noun of the seed that much refers to.
type named struct{ table, column, noun string }

var nouns = map[string]named{
	"dispute": {"disputes", "slug", "ferry"},
	"party":   {"parties", "slug", "north"},
	"outlet":  {"outlets", "slug", "gazette"},
	"source":  {"sources", "slug", "harbour-office"},
	"place":   {"places", "slug", "quay"},
	"term":    {"terms", "slug", "stoppage"},
	"event":   {"events", "slug", "first-meeting"},
	"fact":    {"facts", "slug", "quay-open"},
	"record":  {"records", "slug", "tide-table"},
	"article": {"articles", "slug", "ferry-report"},
	"claim":   {"claims", "code", "AAA-AAA1"},
}

// newNames are names that the seed does not have, for a noun and for a claim.
func newNames(kind string) (string, string) {
	if kind == "claim" {
		return "ZZZ-ZZZ1", "ZZZ-ZZZ2"
	}
	return "renamed-once", "renamed-twice"
}

func TestEveryNounHasItsName(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	sameNames(t, nouns, list(t, pool, `
		SELECT convert_from(substring(tgargs FOR position('\x00'::bytea IN tgargs) - 1), 'UTF8')
		FROM pg_trigger WHERE tgfoid = 'register_name'::regproc`))
	for kind, n := range nouns {
		missing := list(t, pool, fmt.Sprintf(`
			SELECT %s FROM %s EXCEPT SELECT name FROM names WHERE kind = $1`, n.column, n.table), kind)
		if len(missing) > 0 {
			t.Errorf("%s %v are not in names", kind, missing)
		}
	}
}

// A noun is renamed with all that hangs on it, its old names lead to the new one, and none is ever used again.
func TestRename(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for _, kind := range slices.Sorted(maps.Keys(nouns)) {
		n := nouns[kind]
		once, twice := newNames(kind)
		rename := func(from, to string) string {
			return fmt.Sprintf(`UPDATE %s SET %s = '%s' WHERE %[2]s = '%[4]s';`, n.table, n.column, to, from)
		}
		inTx(t, pool, kind, func(ctx context.Context, tx pgx.Tx) error {
			if len(references(t, tx, n.table, n.noun)) == 0 {
				t.Errorf("nothing refers to %s %s", kind, n.noun)
			}
			if _, err := tx.Exec(ctx, rename(n.noun, once)+rename(once, twice)+`SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
				return err
			}
			if left := references(t, tx, n.table, n.noun); len(left) > 0 {
				t.Errorf("after its rename %s %s is still in %v", kind, n.noun, left)
			}
			rows, _ := tx.Query(ctx, `SELECT name FROM names WHERE kind = $1 AND target = $2 ORDER BY name`, kind, twice)
			old, err := pgx.CollectRows(rows, pgx.RowTo[string])
			want := []string{n.noun, once}
			slices.Sort(want)
			if !slices.Equal(old, want) {
				t.Errorf("to %s %s lead %q, not %q", kind, twice, old, want)
			}
			return err
		})
		for _, again := range []string{rename(n.noun, once) + rename(once, n.noun), rename(n.noun, once) + rename(once, twice) + rename(twice, once)} {
			if got := store.Constraint(try(t.Context(), pool, again)); got != "names_pkey" {
				t.Errorf("%s breaks %q", again, got)
			}
		}
	}
}

// The parts of a fact that have names of their own are renamed with what refers to them.
func TestRenamePart(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for table, sql := range map[string]string{
		"periods":   `UPDATE periods SET slug = 'renamed' WHERE slug = 'spring'`,
		"aspects":   `UPDATE aspects SET slug = 'renamed' WHERE slug = 'whom'`,
		"positions": `UPDATE positions SET slug = 'renamed' WHERE slug = 'yes'`,
	} {
		if err := try(t.Context(), pool, sql); err != nil {
			t.Errorf("%s: %v", table, err)
		}
	}
}

// A name stays taken when its noun is removed.
func TestNameOfRemovedNoun(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	err := try(t.Context(), pool, `
		INSERT INTO parties (slug, name) VALUES ('east', 'East bank');
		DELETE FROM parties WHERE slug = 'east';
		INSERT INTO parties (slug, name) VALUES ('east', 'East bank')`)
	if got := store.Constraint(err); got != "names_pkey" {
		t.Errorf("a name of a noun that is gone, given again, breaks %q: %v", got, err)
	}
	// Nouns of another kind have names of their own.
	if err := try(t.Context(), pool, `INSERT INTO places (slug, shown) VALUES ('north', 'North')`); err != nil {
		t.Error(err)
	}
}

// Readers are led from an old name as soon as what it leads to is published, and learn no name before.
func TestPublishedRedirects(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	redirects := func() []string {
		return list(t, pool, `SELECT kind || ' ' || name || ' ' || target FROM published_redirects ORDER BY 1`)
	}
	exec(t, pool, `UPDATE facts SET slug = 'quay-shut'; UPDATE outlets SET slug = 'herald'; UPDATE claims SET code = 'ZZZ-ZZZ1' WHERE code = 'AAA-AAA1'`)
	if got := redirects(); len(got) > 0 {
		t.Errorf("before anything is published anew: %q", got)
	}
	exec(t, pool, `
		DELETE FROM published_facts;
		INSERT INTO published_facts (fact, fact_id, log_index, number, published_at, dispute, row)
			SELECT slug, id, 1, 2, now(), dispute, '{}' FROM facts;
		INSERT INTO published_claims (fact, code, log_index, ordinal, source, attributed_to, party, outlet, article, event, block, starts, ends, row)
			VALUES ('quay-shut', 'ZZZ-ZZZ1', 1, 1, '', '', '', '', '', '', 0, '{}', '{}', '{}');
		INSERT INTO published_nouns (kind, slug, fact, log_index, doc) VALUES ('outlet', 'herald', 'quay-shut', 1, '{}')`)
	want := []string{"claim AAA-AAA1 ZZZ-ZZZ1", "fact quay-open quay-shut", "outlet gazette herald"}
	if got := redirects(); !slices.Equal(got, want) {
		t.Errorf("redirects are %q, not %q", got, want)
	}
}

// The source that stands for an outlet follows its names.
func TestOutletIsSource(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	exec(t, pool, `UPDATE outlets SET slug = 'herald', name = 'Herald'`)
	got := list(t, pool, `SELECT slug || ' ' || name || ' ' || outlet FROM sources WHERE kind = 'outlet'`)
	if want := []string{"herald Herald herald"}; !slices.Equal(got, want) {
		t.Errorf("sources are %q, not %q", got, want)
	}
}

// references returns the columns that refer to a table and have the value, and the table's own.
func references(t *testing.T, tx pgx.Tx, table, value string) []string {
	t.Helper()
	rows, _ := tx.Query(t.Context(), `
		SELECT format('SELECT %L FROM %s WHERE %I = $1', c.conrelid::regclass || '.' || a.attname, c.conrelid::regclass, a.attname)
		FROM pg_constraint c
		CROSS JOIN unnest(c.conkey, c.confkey) AS k (own, other)
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
		JOIN pg_attribute o ON o.attrelid = c.confrelid AND o.attnum = k.other
		WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND o.atttypid = 'text'::regtype
			AND (c.confrelid = $1::regclass OR o.attname = 'fact') -- also by way of an aspect, a period or a position
			AND c.conrelid::regclass::text NOT LIKE 'published%'`, table)
	queries, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, q := range queries {
		rows, _ := tx.Query(t.Context(), q, value)
		in, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, in...)
	}
	return found
}
