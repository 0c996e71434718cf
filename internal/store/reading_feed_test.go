package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// corrected returns a store in which both facts of the collection are published, and the one on the bridge twice more: it
// gains and loses a claim, the second time as a correction.
func corrected(t *testing.T) *store.Store {
	t.Helper()
	s := storetest.New(t)
	c := twoFacts()
	claims := c.Articles[0].Blocks[1].Claims // the envoy's
	c.Articles[0].Blocks[1].Claims = nil
	save(t, s, c)
	publish(t, s, "first words")
	c.Articles[0].Blocks[1].Claims = claims
	save(t, s, c)
	publish(t, s, "the envoy was heard")
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	_, err := s.Publish(t.Context(), store.Publication{Reason: "the question was too wide", Kind: edition.Correction, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNews(t *testing.T) {
	t.Parallel()
	s := corrected(t)
	ctx := t.Context()

	facts, err := s.NewFacts(ctx)
	if err != nil || len(facts) != 2 {
		t.Fatalf("new facts = %+v (%v), want 2", facts, err)
	}
	bridge := facts[slices.IndexFunc(facts, func(f store.NewFact) bool { return f.Key == "bridge-open" })]
	first, err := s.Edition(ctx, "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	if !bridge.First.Equal(first.PublishedAt) || bridge.Fact.Number != 3 || bridge.Fact.Title != "Was the mill bridge open to carts?" ||
		!slices.Equal(bridge.From, []string{"https://courier.example/bridge"}) {
		t.Errorf("the fact as news = %+v", bridge)
	}

	fact, err := s.FactNews(ctx, "bridge-open")
	if err != nil || fact.Key != "bridge-open" || fact.Fact != "bridge-open" || fact.Title != "Was the mill bridge open to carts?" || len(fact.Editions) != 3 {
		t.Fatalf("news of the fact = %+v (%v)", fact, err)
	}
	for i, want := range []struct {
		kind                   edition.Kind
		reason                 string
		claims, added, removed int
	}{
		{edition.Correction, "the question was too wide", 4, 0, 0},
		{edition.Update, "the envoy was heard", 4, 1, 0},
		{edition.First, "first words", 3, 0, 0},
	} {
		e := fact.Editions[i]
		if e.Number != 3-i || e.Kind != want.kind || e.Reason != want.reason || e.Claims != want.claims || e.Added != want.added || e.Removed != want.removed ||
			e.Key != "bridge-open" || e.Fact != "bridge-open" || e.PublishedAt.IsZero() {
			t.Errorf("edition %d as news = %+v, want %+v", 3-i, e, want)
		}
	}

	corrections, err := s.CorrectionNews(ctx)
	if err != nil || len(corrections) != 1 || corrections[0].Number != 3 || corrections[0].Fact != "bridge-open" || corrections[0].Reason != "the question was too wide" {
		t.Errorf("corrections = %+v (%v), want edition 3", corrections, err)
	}

	outlet, err := s.OutletNews(ctx, "courier")
	news := outlet.Claims
	if err != nil || outlet.Noun.Name != "The Courier" || !outlet.Fiction || len(news) != 4 || news[0].Rows[0].Claim.Code != narrativetest.Worried {
		t.Fatalf("news of the outlet = %+v (%v), want 4 claims, the envoy's newest, all invented", outlet, err)
	}
	if !news[3].First.Equal(first.PublishedAt) || !news[0].First.After(news[1].First) || news[3].Rows[0].Number != 3 {
		t.Errorf("claims were first published at %v and %v, want the first %v", news[0].First, news[3].First, first.PublishedAt)
	}
	source, err := s.SourceNews(ctx, "council")
	if err != nil || source.Noun.Name != "Lower Town council" || !source.Fiction || len(source.Claims) != 1 || len(source.Claims[0].Rows) != 2 {
		t.Errorf("news of the source = %+v (%v), want an invented claim on two facts", source, err)
	}

	// What was erased is no news any more. The claims that only it had are of its successor.
	erase(t, s, "bridge-open", 1, "asked to")
	if fact, err = s.FactNews(ctx, "bridge-open"); err != nil || len(fact.Editions) != 2 || fact.Editions[1].Added != 0 {
		t.Errorf("news after an erasure = %+v (%v), want 2 editions, the older of which adds nothing", fact, err)
	}
	if facts, err = s.NewFacts(ctx); err != nil || len(facts) != 2 {
		t.Errorf("new facts after an erasure = %+v (%v), want 2", facts, err)
	}
	erase(t, s, "bridge-open", 3, "asked to")
	if fact, err = s.FactNews(ctx, "bridge-open"); err != nil || fact.Fact != "bridge-open" || len(fact.Editions) != 1 || fact.Editions[0].Number != 2 {
		t.Errorf("news of a fact whose latest edition was erased = %+v (%v), want edition 2", fact, err)
	}
	if corrections, err = s.CorrectionNews(ctx); err != nil || len(corrections) != 0 {
		t.Errorf("corrections after an erasure = %+v (%v), want none", corrections, err)
	}
	erase(t, s, "bridge-open", 2, "asked to")
	if _, err = s.FactNews(ctx, "bridge-open"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("news of a fact all of whose editions were erased: %v, want ErrNotFound", err)
	}
}

// TestNewsMoves asks for news under a name that has gone.
func TestNewsMoves(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	desk, _ := store.Pools(s)
	exec(t, desk, `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`)
	exec(t, desk, `UPDATE sources SET slug = 'burgomaster' WHERE slug = 'mayor'`)
	publish(t, s, "new names")
	_, err := s.FactNews(t.Context(), "bridge-open")
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "bridge-passable" {
		t.Errorf("news under the fact's old slug: %v, want moved", err)
	}
	if n, err := s.FactNews(t.Context(), "bridge-passable"); err != nil || n.Key != "bridge-open" || len(n.Editions) != 2 {
		t.Errorf("news = %+v (%v), want 2 editions under the key of old", n, err)
	}
	_, err = s.SourceNews(t.Context(), "mayor")
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "burgomaster" {
		t.Errorf("news under the source's old slug: %v, want moved", err)
	}
}

// TestSiteMap reads the map of a site whole and in parts of every length.
func TestSiteMap(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()
	if pages, whole, err := s.SiteMap(ctx, 1000); err != nil || !whole || len(pages) != 0 {
		t.Errorf("pages = %+v (%v), want none of what was invented", pages, err)
	}
	c := narrativetest.Bridge()
	c.Disputes[0].Fiction = false
	save(t, s, c)
	publish(t, s, "it was not invented")
	pages, whole, err := s.SiteMap(ctx, 1000)
	if err != nil || !whole {
		t.Fatalf("%d pages, all of them: %v (%v)", len(pages), whole, err)
	}
	var names []string
	for _, p := range pages {
		names = append(names, p.Cursor())
		if p.Changed.IsZero() {
			t.Errorf("%s has never changed", p.Cursor())
		}
	}
	want := []string{
		"article~bridge-closed", "claim~" + narrativetest.Worried, "claim~" + narrativetest.Own, "claim~" + narrativetest.Open, "claim~" + narrativetest.Closed,
		"dispute~mill-bridge", "event~talks", "fact~bridge-open", "outlet~courier", "party~lower-town", "party~upper-town",
		"source~council", "source~envoy", "source~mayor", "source~spokeswoman",
	}
	if !slices.Equal(names, want) {
		t.Errorf("pages = %v, want %v", names, want)
	}
	for limit := 1; limit <= len(pages); limit++ {
		parts, whole, err := s.SiteMap(ctx, limit)
		if err != nil || whole != (limit == len(pages)) {
			t.Errorf("parts of %d: %v, all of them: %v (%v)", limit, parts, whole, err)
		}
		if whole {
			continue
		}
		var got []store.SitePage
		for _, p := range parts {
			part, err := s.SitePages(ctx, p.Cursor(), limit)
			if err != nil || len(part) == 0 || part[0] != p {
				t.Fatalf("the part from %s on = %+v (%v)", p.Cursor(), part, err)
			}
			got = append(got, part...)
		}
		if !slices.Equal(got, pages) {
			t.Errorf("in parts of %d: %v, want %v", limit, got, pages)
		}
	}
	for _, cursor := range []string{"", "~", "fact", "fact~", "~a", "fact~a\x00", "fact~\xff", "fact~a b", "fact~a~b", "fäct~a"} {
		if _, err := s.SitePages(ctx, cursor, 10); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the part from %q on: %v, want ErrNotFound", cursor, err)
		}
	}
	if pages, err := s.SitePages(ctx, "zzz~zzz", 10); err != nil || len(pages) != 0 {
		t.Errorf("beyond the end: %v (%v), want nothing", pages, err)
	}
}

// TestNewsBounded asks for the news of what has much of it.
func TestNewsBounded(t *testing.T) {
	t.Parallel()
	s, db := filled(t, 400)
	pool := storetest.Pool(t, db.URL)
	exec(t, pool, `
		SET session_replication_role = replica;
		INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
			SELECT 1000 * fact_id + n, fact_id, n, timestamptz '2024-01-01Z' + n * interval '1 hour', CASE n WHEN 1 THEN 'first' ELSE 'correction' END, 'x', 'x',
				ARRAY(SELECT code FROM published_claims c WHERE c.fact = f.fact)
			FROM published_facts f, generate_series(1, CASE WHEN fact_id < 9 THEN 60 ELSE 1 END) AS n;
		INSERT INTO published_slugs (slug, fact_id) SELECT fact, fact_id FROM published_facts;
		INSERT INTO editions (fact, number, log_index, published_at, body_sha256)
			SELECT fact_id, number, log_index, published_at, sha256('') FROM published_editions;
		INSERT INTO log (index, record, hash, prev)
			SELECT log_index, record, sha256('\x00'::bytea || record), sha256('')
			FROM published_editions, LATERAL convert_to(format('{"fact": "key-%s"}', fact_id), 'UTF8') AS record;
		SET session_replication_role = origin`)
	ctx := t.Context()
	slug := list(t, pool, `SELECT fact FROM published_facts WHERE fact_id = 1`)[0]
	facts, err := s.NewFacts(ctx)
	if err != nil || len(facts) != 50 || facts[0].Key != "key-400" {
		t.Errorf("%d new facts, the first of key %q (%v), want 50, the newest first", len(facts), facts[0].Key, err)
	}
	fact, err := s.FactNews(ctx, slug)
	if err != nil || len(fact.Editions) != 50 || fact.Editions[0].Number != 60 || fact.Editions[49].Number != 11 {
		t.Errorf("%d editions (%v), want the latest 50", len(fact.Editions), err)
	}
	corrections, err := s.CorrectionNews(ctx)
	if err != nil || len(corrections) != 50 || corrections[0].Number != 60 || corrections[0].Key != "key-8" {
		t.Errorf("%d corrections (%v), want the latest 50", len(corrections), err)
	}
	for name, ask := range map[string]func(context.Context) ([]store.ClaimNews, error){
		"source": func(ctx context.Context) ([]store.ClaimNews, error) {
			n, err := s.SourceNews(ctx, "crier")
			return n.Claims, err
		},
		"outlet": func(ctx context.Context) ([]store.ClaimNews, error) {
			n, err := s.OutletNews(ctx, "courier")
			return n.Claims, err
		},
	} {
		news, err := ask(ctx)
		if err != nil || len(news) != 50 {
			t.Errorf("%d claims of the %s (%v), want 50", len(news), name, err)
			continue
		}
		newest := list(t, pool, `SELECT max(first)::text FROM (
			SELECT min(published_at) AT TIME ZONE 'UTC' AS first FROM published_claims c JOIN published_editions e ON e.claims @> ARRAY[c.code] GROUP BY c.code) AS x`)[0]
		if got := news[0].First.UTC().Format("2006-01-02 15:04:05"); got != newest {
			t.Errorf("the newest claim of the %s is of %s, want %s", name, got, newest)
		}
		if !slices.IsSortedFunc(news, func(a, b store.ClaimNews) int { return b.First.Compare(a.First) }) {
			t.Errorf("claims of the %s are not in order: %s", name, fmt.Sprint(news[0].First, news[49].First))
		}
	}
}
