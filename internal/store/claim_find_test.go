package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestFindClaims finds claims by code, words and source, and asks the database how when there are many.
func TestFindClaims(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	c := narrativetest.Bridge()
	c.Articles[0].Blocks[0].Text += " Мост закрыт."
	russian := c.Articles[0].Blocks[0].Claims[2]
	russian.Code, russian.Words, russian.Stances, russian.Figures, russian.Counters = narrative.NewCode(), []string{"Мост закрыт."}, nil, nil, nil
	c.Articles[0].Blocks[0].Claims = append(c.Articles[0].Blocks[0].Claims, russian)
	save(t, s, c)
	find := func(q store.ClaimQuery) []narrative.Code {
		t.Helper()
		ctx, counter := store.CountQueries(t.Context())
		found, err := s.FindClaims(ctx, q)
		if err != nil || counter.Queries() != 1 {
			t.Fatalf("%+v: %d queries (%v)", q, counter.Queries(), err)
		}
		var codes []narrative.Code
		for _, c := range found {
			codes = append(codes, c.Code)
		}
		return codes
	}
	const all = 4
	for _, test := range []struct {
		text  string
		first narrative.Code // "" for nothing
	}{
		{narrativetest.Closed, narrativetest.Closed}, {"yoj b528", narrativetest.Closed}, {"yojb5", narrativetest.Closed}, {"Y0J-", narrativetest.Closed},
		{"597hym2", narrativetest.Own}, {"0zh-wvbx", narrativetest.Worried}, {"ozh", narrativetest.Worried},
		{"DEEPLY", narrativetest.Worried}, {"bridge was open", narrativetest.Open}, {"open bridge", narrativetest.Open}, {"мост", russian.Code},
		{"mayor", narrativetest.Closed}, {"mayor closed", narrativetest.Closed}, {"courier carts", narrativetest.Own}, {"mayor deeply", ""},
		{"100%", ""}, {`\`, ""}, {"_", ""}, {"xyzzy", ""}, {"999-9999", ""}, {"", ""}, {strings.Repeat("a ", 90), ""},
	} {
		got := find(store.ClaimQuery{Text: test.text})
		if test.first == "" && len(got) > 0 || test.first != "" && (len(got) == 0 || got[0] != test.first) {
			t.Errorf("%q finds %q, want %q first", test.text, got, test.first)
		}
	}
	for _, test := range []struct {
		q    store.ClaimQuery
		want int
	}{
		{store.ClaimQuery{Fact: "bridge-open"}, all}, {store.ClaimQuery{Article: "bridge-closed"}, all + 1},
		{store.ClaimQuery{Article: "bridge-closed", But: narrativetest.Own}, all}, {store.ClaimQuery{Text: "carts", Article: "nowhere"}, 0},
		{store.ClaimQuery{Text: "ca", Fact: "bridge-open"}, 2}, {store.ClaimQuery{Text: narrativetest.Own, But: narrativetest.Own}, 0},
	} {
		if got := find(test.q); len(got) != test.want {
			t.Errorf("%+v finds %q, want %d", test.q, got, test.want)
		}
	}
	found, err := s.FindClaims(t.Context(), store.ClaimQuery{Text: narrativetest.Closed})
	if want := (store.FoundClaim{Code: narrativetest.Closed, Source: "the mayor", Outlet: "The Courier", Said: narrative.Date{On: narrative.Interval{Earliest: "2024-03-05", Latest: "2024-03-05", Precision: narrative.PrecisionDay}, Basis: narrative.Given},
		Words: "The council has closed the bridge … carts wait", Language: "en"}); err != nil || found[0] != want {
		t.Errorf("shown is %+v (%v), want %+v", found[0], err, want)
	}

	pool := storetest.Pool(t, db.URL)
	exec(t, pool, `
		SET session_replication_role = replica;
		INSERT INTO sources (slug, name, kind) SELECT 'clerk-' || n, 'Clerk ' || md5(n::text), 'person' FROM generate_series(1, 2000) AS n;
		INSERT INTO claims (code, article, ordinal, words, whole_block, source, voice)
			SELECT translate(lpad(to_hex(n), 3, '0') || '-' || lpad(to_hex(n % 1000), 4, '0'), 'abcdef', 'ABCDEF'), 'bridge-closed', 100 + n,
				ARRAY['the word ' || md5(n::text) || ' and ' || md5((n * 7)::text)], false, 'clerk-' || (n % 2000 + 1), 'outlet'
			FROM generate_series(1, 4000) AS n;
		SET session_replication_role = origin`)
	exec(t, pool, `VACUUM ANALYZE claims, sources, stances`)
	type query struct {
		sql  string
		args []any
	}
	var asked []query
	store.RecordDesk(t, s, func(sql string, args []any) { asked = append(asked, query{sql, slices.Clone(args)}) })
	for _, text := range []string{"deeply", "mayor closed", "yoj", "clerk 1679091c5a880faf6fb5e6087eb1b2dc", "zzzz"} {
		asked = nil
		if _, err := s.FindClaims(t.Context(), store.ClaimQuery{Text: text, Fact: "bridge-open"}); err != nil {
			t.Fatal(err)
		}
		rows, _ := pool.Query(t.Context(), `EXPLAIN `+asked[0].sql, asked[0].args...)
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			if strings.Contains(line, "Seq Scan on claims") {
				t.Errorf("%q reads all claims:\n%s", text, strings.Join(plan, "\n"))
				break
			}
		}
	}
}
