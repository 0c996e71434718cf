package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// many is SQL that fills the projection with $1 facts, claims of one source, and nouns of each kind. Days and titles
// repeat, some have none; every third claim is on two facts, and every noun in two editions, of which the later one has
// its title of today.
var many = []string{
	`INSERT INTO published_facts (fact, fact_id, log_index, number, published_at, dispute, latest_claim, row)
		SELECT fact, i, i, 1, '2024-01-01Z', 'fair', day, jsonb_build_object('fact', fact, 'latest_claim', coalesce(day::text, ''))
		FROM generate_series(1, $1::integer) AS i,
			format('fact-%s', lpad((i * 7919 % 10007)::text, 5, '0')) AS fact,
			LATERAL (SELECT CASE WHEN i % 6 > 0 THEN date '2024-01-01' + i % 9 END AS day) AS d`,
	`INSERT INTO published_claims (fact, code, log_index, ordinal, source, attributed_to, party, outlet, article, event,
			said_earliest, said_latest, block, starts, ends, row)
		SELECT f.fact, code, f.log_index, i, CASE WHEN i % 10 > 0 THEN 'crier' ELSE 'other' END,
			CASE WHEN i % 10 > 0 THEN '' ELSE 'crier' END, 'crowd', 'courier', 'noun-' || i, 'fair', day, day, 0, '{0}', '{9}',
			jsonb_build_object('fact', f.fact, 'claim', jsonb_build_object('code', code, 'said', jsonb_build_object('earliest', coalesce(day::text, ''))))
		FROM generate_series(1, $1::integer) AS i,
			format('C%s', lpad((i * 7919 % 10007)::text, 5, '0')) AS code,
			LATERAL (SELECT CASE WHEN i % 6 > 0 THEN date '2024-01-01' + i % 9 END AS day) AS d,
			(SELECT fact, log_index, row_number() OVER (ORDER BY fact) AS n FROM published_facts LIMIT 6) AS f
		WHERE f.n = i % 5 + 1 OR i % 3 = 0 AND f.n = i % 5 + 2`,
	`INSERT INTO published_nouns (kind, slug, fact, log_index, doc)
		SELECT kind, slug, f.fact, f.log_index, jsonb_build_object(
			'slug', slug, 'name', title, 'title', title, 'headline', title, 'country', '', 'party', 'crowd', 'outlet', 'courier',
			'date', jsonb_build_object('text', 'then', 'earliest', coalesce(day::text, '')),
			'published', jsonb_build_object('text', 'then', 'earliest', coalesce(day::text, '')))
		FROM generate_series(1, $1::integer) AS i,
			unnest('{source,party,outlet,event,article}'::text[]) AS kind,
			(SELECT fact, log_index, row_number() OVER (ORDER BY log_index DESC) AS n FROM published_facts LIMIT 6) AS f,
			format('noun-%s', lpad((i * 7919 % 10007)::text, 5, '0')) AS slug,
			LATERAL (SELECT CASE WHEN i % 6 > 0 THEN date '2024-01-01' + i % 9 END AS day,
				CASE f.n WHEN i % 5 + 1 THEN format('title-%s', lpad((i % 41)::text, 2, '0')) ELSE format('an old title %s', i) END AS title) AS d
		WHERE f.n IN (i % 5 + 1, i % 5 + 2)`,
	`INSERT INTO published_nouns (kind, slug, fact, log_index, doc)
		SELECT kind, slug, fact, 0, jsonb_build_object('slug', slug, 'name', slug, 'title', slug, 'date', '{}'::jsonb)
		FROM (VALUES ('source', 'crier'), ('party', 'crowd'), ('outlet', 'courier'), ('event', 'fair'), ('dispute', 'fair')) AS n (kind, slug),
			(SELECT fact FROM published_facts LIMIT 1) AS f`,
}

// filled returns a store whose projection has n of each.
func filled(t testing.TB, n int) (*store.Store, storetest.DB) {
	t.Helper()
	db := storetest.Database(t)
	pool := storetest.Pool(t, db.URL)
	for i, sql := range many {
		args := []any{n}
		if i == len(many)-1 {
			args = nil
		}
		if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pool.Exec(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	return storetest.Open(t, db), db
}

// A dated is a name with the day or title that it is sorted by.
type dated struct{ key, name string }

func newestFirst(a, b dated) int {
	return cmp.Or(-cmp.Compare(a.key, b.key), cmp.Compare(a.name, b.name))
}

func byTitle(a, b dated) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.name, b.name)) }

// TestPaging reads lists of more than two pages and checks that they have everything once and in order.
func TestPaging(t *testing.T) {
	t.Parallel()
	const n = 250
	s, db := filled(t, n)
	pool := storetest.Pool(t, db.URL)
	all := func(order func(a, b dated) int, sql string) []string {
		var names []dated
		rows := list(t, pool, sql)
		for _, row := range rows {
			var d dated
			if _, err := fmt.Sscanf(row, "%q %q", &d.key, &d.name); err != nil {
				t.Fatalf("%s: %v", row, err)
			}
			names = append(names, d)
		}
		slices.SortFunc(names, order)
		var got []string
		for _, d := range names {
			got = append(got, d.name)
		}
		return got
	}
	rowsOf := func(claims []edition.ClaimRow, more string, err error) ([]string, string, error) {
		var rows []string
		for _, c := range claims {
			rows = append(rows, c.Claim.Code+" "+c.Fact)
		}
		return rows, more, err
	}
	listOf := func(l store.NounList, err error) ([]string, string, error) {
		var slugs []string
		for _, r := range l.Rows {
			slugs = append(slugs, r.Slug)
		}
		return slugs, l.More, err
	}
	const claims = `SELECT format('"%s" "%s %s"', coalesce(said_earliest::text, ''), code, fact) FROM published_claims`
	nouns := func(order func(a, b dated) int, kind, key string) []string {
		return all(order, `
			SELECT DISTINCT ON (slug) format('"%s" "%s"', coalesce(doc #>> '`+key+`', ''), slug)
			FROM published_nouns WHERE kind = '`+kind+`'
			ORDER BY slug, log_index DESC`)
	}
	for name, test := range map[string]struct {
		want []string
		get  func(ctx context.Context, cursor string) ([]string, string, error)
	}{
		"facts": {
			all(newestFirst, `SELECT format('"%s" "%s"', coalesce(latest_claim::text, ''), fact) FROM published_facts`),
			func(ctx context.Context, cursor string) ([]string, string, error) {
				p, err := s.Facts(ctx, cursor, 1000)
				var facts []string
				for _, f := range p.Facts {
					facts = append(facts, f.Fact)
				}
				return facts, p.More, err
			},
		},
		"claims of a source": {all(newestFirst, claims), func(ctx context.Context, cursor string) ([]string, string, error) {
			p, err := s.Source(ctx, "crier", cursor)
			return rowsOf(p.Claims, p.More, err)
		}},
		"claims of a party": {all(newestFirst, claims), func(ctx context.Context, cursor string) ([]string, string, error) {
			p, err := s.Party(ctx, "crowd", cursor)
			return rowsOf(p.Claims, p.More, err)
		}},
		"claims of an outlet": {all(newestFirst, claims), func(ctx context.Context, cursor string) ([]string, string, error) {
			p, err := s.Outlet(ctx, "courier", cursor)
			return rowsOf(p.Claims, p.More, err)
		}},
		"claims of an event": {all(newestFirst, claims), func(ctx context.Context, cursor string) ([]string, string, error) {
			p, err := s.Event(ctx, "fair", cursor)
			return rowsOf(p.Claims, p.More, err)
		}},
		"sources": {nouns(byTitle, "source", "{name}"), func(ctx context.Context, cursor string) ([]string, string, error) {
			return listOf(s.Sources(ctx, cursor))
		}},
		"parties": {nouns(byTitle, "party", "{name}"), func(ctx context.Context, cursor string) ([]string, string, error) {
			return listOf(s.Parties(ctx, cursor))
		}},
		"outlets": {nouns(byTitle, "outlet", "{name}"), func(ctx context.Context, cursor string) ([]string, string, error) {
			return listOf(s.Outlets(ctx, cursor))
		}},
		"events": {nouns(newestFirst, "event", "{date,earliest}"), func(ctx context.Context, cursor string) ([]string, string, error) {
			return listOf(s.Events(ctx, cursor))
		}},
		"articles": {nouns(newestFirst, "article", "{published,earliest}"), func(ctx context.Context, cursor string) ([]string, string, error) {
			return listOf(s.Articles(ctx, cursor))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.want) < n {
				t.Fatalf("there are only %d", len(test.want))
			}
			var got []string
			cursor, pages := "", 0
			for {
				rows, more, err := test.get(t.Context(), cursor)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) == 0 || len(rows) > 150 {
					t.Errorf("page %d has %d rows", pages+1, len(rows))
				}
				got = append(got, rows...)
				pages++
				if cursor = more; cursor == "" || pages > 9 {
					break
				}
			}
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Errorf("the rows differ (-want +got):\n%s", diff)
			}
		})
	}
}
