package store_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// bigTables are those that grow with what is published, of which no page may read all rows.
var bigTables = regexp.MustCompile(`Seq Scan on (published_(?:claims|facts|nouns|editions|slugs)|editions|edition_bodies|names|log|log_tree)\b`)

// TestPlans asks the database how it answers readers when there is much: by indexes, but for what counts all there is.
func TestPlans(t *testing.T) {
	t.Parallel()
	s, db := filled(t, 2000)
	pool := storetest.Pool(t, db.URL)
	exec(t, pool, `
		SET session_replication_role = replica;
		UPDATE published_claims SET source = article, party = article, outlet = article, event = article WHERE ordinal > 9;
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
			SELECT log_index, fact_id, 1, '2024-01-01Z', 'first', 'x', 'x', ARRAY(SELECT code FROM published_claims c WHERE c.fact = f.fact LIMIT 20)
			FROM published_facts f;
		INSERT INTO published_slugs (slug, fact_id) SELECT fact, fact_id FROM published_facts;
		INSERT INTO names (kind, name) SELECT kind, slug FROM published_nouns ON CONFLICT DO NOTHING;
		INSERT INTO editions (fact, number, log_index, published_at, body_sha256)
			SELECT fact_id, 1, log_index, '2024-01-01Z', sha256('') FROM published_facts;
		INSERT INTO edition_bodies (log_index, body) SELECT log_index, '{}' FROM editions;
		INSERT INTO log (index, record, hash, prev) SELECT log_index, '{"fact": "x"}', sha256('\x00'::bytea || '{"fact": "x"}'), sha256('') FROM editions;
		INSERT INTO log_tree (level, index, hash) SELECT l, i, sha256('') FROM generate_series(0, 6) AS l, generate_series(0, 8000 >> l) AS i;
		SET session_replication_role = origin`)
	exec(t, pool, `ANALYZE`)

	type query struct {
		sql  string
		args []any
	}
	var queries []query
	store.Record(t, s, func(sql string, args []any) { queries = append(queries, query{sql, slices.Clone(args)}) })
	asked := func(ask func(context.Context) error) []query {
		queries = nil
		_ = ask(t.Context()) // what is not there is looked for all the same
		return slices.Clone(queries)
	}
	code := list(t, pool, `SELECT code FROM published_claims LIMIT 1`)[0]
	for name, test := range map[string]struct {
		ask  func(context.Context) error
		most []string // tables that it may read whole, because it counts or sorts all of it
	}{
		"an edition":       {func(ctx context.Context) error { _, err := s.Edition(ctx, "fact-07919", 1); return err }, nil},
		"no edition":       {func(ctx context.Context) error { _, err := s.Edition(ctx, "none", 0); return err }, nil},
		"home":             {func(ctx context.Context) error { _, err := s.Home(ctx); return err }, []string{"published_facts"}}, // counts the facts of each dispute
		"facts":            {func(ctx context.Context) error { _, err := s.Facts(ctx, "", 100); return err }, nil},
		"facts further on": {func(ctx context.Context) error { _, err := s.Facts(ctx, "2024-01-03~fact-05000", 100); return err }, nil},
		"an article":       {func(ctx context.Context) error { _, err := s.Article(ctx, "noun-07919"); return err }, nil},
		"a claim":          {func(ctx context.Context) error { _, err := s.Claim(ctx, code); return err }, nil},
		"no claim":         {func(ctx context.Context) error { _, err := s.Claim(ctx, "none"); return err }, nil},
		"a source":         {func(ctx context.Context) error { _, err := s.Source(ctx, "noun-07919", ""); return err }, nil},
		"a party":          {func(ctx context.Context) error { _, err := s.Party(ctx, "noun-07919", ""); return err }, nil},
		"an outlet":        {func(ctx context.Context) error { _, err := s.Outlet(ctx, "noun-07919", ""); return err }, nil},
		"an event":         {func(ctx context.Context) error { _, err := s.Event(ctx, "noun-07919", ""); return err }, nil},
		"no source":        {func(ctx context.Context) error { _, err := s.Source(ctx, "none", ""); return err }, nil},
		"a dispute":        {func(ctx context.Context) error { _, err := s.Dispute(ctx, "fair"); return err }, nil},
		"no dispute":       {func(ctx context.Context) error { _, err := s.Dispute(ctx, "none"); return err }, nil},
		"the log":          {func(ctx context.Context) error { _, err := s.Log(ctx, ""); return err }, nil},
		"the log's tree":   {func(ctx context.Context) error { _, err := s.Tree(ctx, 5, 4000); return err }, nil},
		"an entry":         {func(ctx context.Context) error { _, err := s.LogEntry(ctx, 7919); return err }, nil},
		"all claims": {func(ctx context.Context) error {
			_, err := s.Claims(ctx, store.ClaimFilter{}, "2024-01-03~C05000", 100)
			return err
		}, nil},
		"claims of some": {func(ctx context.Context) error {
			_, err := s.Claims(ctx, store.ClaimFilter{Source: "noun-07919"}, "", 100)
			return err
		}, nil},
		"claims of a fact": {func(ctx context.Context) error {
			_, err := s.Claims(ctx, store.ClaimFilter{Fact: "fact-07919"}, "", 100)
			return err
		}, nil},
		"claims of nothing": {func(ctx context.Context) error {
			_, err := s.Claims(ctx, store.ClaimFilter{Outlet: "none"}, "", 100)
			return err
		}, nil},
		"all figures":            {func(ctx context.Context) error { _, err := s.Figures(ctx, "", "2024-01-03~C05000~1", 100); return err }, nil},
		"facts of a dispute":     {func(ctx context.Context) error { _, err := s.FactsOf(ctx, "fair", "", 100); return err }, nil},
		"source documents":       {func(ctx context.Context) error { _, err := s.SourceDocuments(ctx, "", 100); return err }, nil},
		"article documents":      {func(ctx context.Context) error { _, err := s.ArticleDocuments(ctx, "", 100); return err }, nil},
		"an entry of an edition": {func(ctx context.Context) error { _, err := s.EditionEntry(ctx, "fact-07919", 1); return err }, nil},
		"entries of editions":    {func(ctx context.Context) error { _, err := s.EditionEntries(ctx, "fact-07919", "", 100); return err }, nil},
		"entries of corrections": {func(ctx context.Context) error { _, err := s.CorrectionEntries(ctx, "5000", 100); return err }, nil},
		"sources":                {func(ctx context.Context) error { _, err := s.Sources(ctx, ""); return err }, nil},
		"articles":               {func(ctx context.Context) error { _, err := s.Articles(ctx, "2024-01-03~noun-05000"); return err }, nil},
		"a moment":               {func(ctx context.Context) error { _, err := s.MementoAt(ctx, "fact-07919", time.Time{}); return err }, nil},
		"mementos":               {func(ctx context.Context) error { _, err := s.Mementos(ctx, "fact-07919", ""); return err }, nil},
		"new facts":              {func(ctx context.Context) error { _, err := s.NewFacts(ctx); return err }, nil},
		"a history":              {func(ctx context.Context) error { _, err := s.Editions(ctx, "fact-07919", ""); return err }, nil},
		"two editions":           {func(ctx context.Context) error { _, err := s.Pair(ctx, "fact-07919", 1, 0); return err }, nil},
		"all corrections":        {func(ctx context.Context) error { _, err := s.Corrections(ctx, "5000"); return err }, nil},
		"news of a fact":         {func(ctx context.Context) error { _, err := s.FactNews(ctx, "fact-07919"); return err }, nil},
		"corrections":            {func(ctx context.Context) error { _, err := s.CorrectionNews(ctx); return err }, nil},
		"news of a source":       {func(ctx context.Context) error { _, err := s.SourceNews(ctx, "noun-07919"); return err }, nil},
		"news of an outlet":      {func(ctx context.Context) error { _, err := s.OutletNews(ctx, "noun-07919"); return err }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := asked(test.ask)
			if len(got) == 0 {
				t.Fatal("nothing was asked")
			}
			for _, q := range got {
				rows, _ := pool.Query(t.Context(), `EXPLAIN `+q.sql, q.args...)
				lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
				if err != nil {
					t.Fatal(err)
				}
				plan := strings.Join(lines, "\n")
				for _, m := range bigTables.FindAllStringSubmatch(plan, -1) {
					if !slices.Contains(test.most, m[1]) {
						t.Errorf("it reads the whole of %s:\n%s\n%s", m[1], q.sql, plan)
					}
				}
			}
		})
	}
}
