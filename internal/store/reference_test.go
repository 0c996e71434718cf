package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// parts are the foreign keys by which rows are part of a noun, or of what is kept under it: they name nothing that a merger
// would have to move.
var parts = []string{
	"offices_source_fkey", "place_names_place_fkey", "place_name_users_name_fkey", "term_users_term_fkey", "event_participants_event_fkey",
	"expected_accounts_event_fkey", "periods_fact_fkey", "aspects_fact_fkey", "positions_aspect_fkey", "gaps_fact_fkey", "points_fact_fkey",
	"points_period_fkey", "point_claims_point_fkey", "bearings_record_fkey", "requests_fact_fkey", "readings_article_fkey",
	"captures_article_fkey", "hops_claim_fkey", "stances_claim_fkey", "counters_claim_fkey", "figures_claim_fkey", "anchors_claim_fkey",
	"sources_outlet_fkey", "reviews_fact_fkey", "review_requests_fact_fkey", "kept_passages_claim_fkey",
	"arrivals_article_fkey", "reprints_article_fkey", "articles_merged_into_fkey", "embargoes_article_fkey", // moved by themselves
	"editions_fact_fkey", "newsroom_editions_fact_fkey", // a fact that has some stays
	"complaints_fact_fkey",                         // moved by itself
	"stances_position_fkey", "stances_period_fkey", // with stances_aspect_fkey
}

// TestReferences checks that no foreign key to a noun is forgotten by mergers.
func TestReferences(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	known := slices.Concat(parts, store.ReferenceConstraints())
	for _, name := range list(t, pool, `
		WITH RECURSIVE nouns AS (
			SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
				AND relname IN ('disputes', 'parties', 'outlets', 'sources', 'places', 'terms', 'events', 'records', 'facts',
					'articles', 'claims', 'aspects', 'positions', 'periods', 'points'))
		SELECT conname
		FROM pg_constraint
		WHERE contype = 'f' AND confrelid IN (SELECT oid FROM nouns)
		ORDER BY 1`) {
		if !slices.Contains(known, name) {
			t.Errorf("%s: a merger would forget it; it belongs in references, or in parts", name)
		}
	}
	all := list(t, pool, `SELECT conname FROM pg_constraint WHERE contype = 'f' ORDER BY 1`)
	seen := map[string]bool{}
	for _, name := range known {
		if !slices.Contains(all, name) {
			t.Errorf("%s: there is no such foreign key", name)
		}
		if seen[name] {
			t.Errorf("%s stands twice in references and parts: a merger would move it twice", name)
		}
		seen[name] = true
	}
}

// marked returns the bridge with a mark of the place and citations of the record and of a claim in each text of an editor's.
func marked() narrative.Collection {
	c := narrativetest.Bridge()
	const marks = "[[bridge]] [@toll-book] [@" + narrativetest.Own + "]"
	c.Disputes[0].Background, c.Disputes[0].NamePolicy = marks, marks
	c.Records[0].Shows, c.Records[0].ShowsNot = marks, marks
	f := &c.Facts[0]
	f.Question, f.Background = marks+"?", marks
	f.Status = narrative.FactStatus{State: narrative.Overtaken, Since: "2024-05-01", Reason: marks}
	f.Periods[0].Label, f.Positions[0].Label, f.Aspects[0].Question, f.Aspects[0].Positions[0].Label = marks, marks, marks+"?", marks
	f.Points[0].Text, f.Gaps[0].Text = marks, marks
	f.Requests = []narrative.Request{{To: "council", Question: marks, Asked: "2024-03-07T10:00Z", By: "e-mail", State: narrative.RequestOpen}}
	claim := &c.Articles[0].Blocks[0].Claims[1]
	claim.Note, claim.Counters[0].Why = marks, marks
	return c
}

// texts is a collection as one text.
func texts(t *testing.T, s *store.Store) string {
	t.Helper()
	c, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stored returns a store that holds a collection.
func stored(t *testing.T, c narrative.Collection) *store.Store {
	t.Helper()
	s := storetest.New(t)
	save(t, s, c)
	return s
}

// noun returns a noun of the desk's.
func noun(t *testing.T, s *store.Store, kind narrative.Kind, key string) store.Noun {
	t.Helper()
	n, err := s.Noun(t.Context(), store.NounKey{Kind: kind, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRenameFollowsMarks checks that every text of an editor's follows a place and a record that get other slugs.
func TestRenameFollowsMarks(t *testing.T) {
	t.Parallel()
	s := stored(t, marked())
	before := texts(t, s)
	place := noun(t, s, narrative.KindPlace, "bridge")
	doc := place.Doc.(narrative.Place)
	doc.Slug = "span"
	if _, err := s.Save(t.Context(), store.Edit{Doc: doc, Was: "bridge", Version: place.Version, Actor: "a", Why: "b"}); err != nil {
		t.Fatal(err)
	}
	record := noun(t, s, narrative.KindRecord, "toll-book")
	book := record.Doc.(narrative.Record)
	book.Slug = "ledger"
	if _, err := s.Save(t.Context(), store.Edit{Doc: book, Was: "toll-book", Version: record.Version, Actor: "a"}); err != nil {
		t.Fatal(err)
	}
	after := texts(t, s)
	for _, pair := range [][2]string{{"[[bridge]]", "[[span]]"}, {"[@toll-book]", "[@ledger]"}} {
		if was, is := strings.Count(before, pair[0]), strings.Count(after, pair[1]); was != is || was < 16 || strings.Contains(after, pair[0]) {
			t.Errorf("%d marks %s became %d marks %s; %d are left", was, pair[0], is, pair[1], strings.Count(after, pair[0]))
		}
	}
	if moved, ok := errors.AsType[*store.Moved](second(s.Noun(t.Context(), store.NounKey{Kind: narrative.KindPlace, Key: "bridge"}))); !ok || moved.To != "span" {
		t.Errorf("the old slug leads to %v", moved)
	}
	if problems := must(s.Collection(t.Context()))(t).Validate(); len(problems) > 0 {
		t.Errorf("what is left breaks the rules: %v", problems)
	}
	// Whoever has the fact open is told.
	if v := noun(t, s, narrative.KindFact, "bridge-open").Version; v == 1 {
		t.Errorf("the fact's version is still %d", v)
	}
	verified(t, s)
}

func second[T any](_ T, err error) error { return err }

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestUses(t *testing.T) {
	t.Parallel()
	s := stored(t, marked())
	tests := map[store.NounKey][]store.Use{
		{Kind: narrative.KindParty, Key: "upper-town"}: {
			{Kind: narrative.KindPlace, Count: 1, Keys: []string{"bridge"}},
			{Kind: narrative.KindSource, Count: 2, Keys: []string{"mayor", "spokeswoman"}},
			{Kind: narrative.KindTerm, Count: 1, Keys: []string{"siege"}},
		},
		{Kind: narrative.KindSource, Key: "council"}: {
			{Kind: narrative.KindClaim, Count: 1, Keys: []string{narrativetest.Open}},
			{Kind: narrative.KindEvent, Count: 1, Keys: []string{"talks"}},
			{Kind: narrative.KindFact, Count: 1, Keys: []string{"bridge-open"}},
		},
		{Kind: narrative.KindOutlet, Key: "courier"}: {
			{Kind: narrative.KindArticle, Count: 1, Keys: []string{"bridge-closed"}},
			{Kind: narrative.KindClaim, Count: 4, Keys: []string{narrativetest.Worried, narrativetest.Own, narrativetest.Open, narrativetest.Closed}},
		},
		{Kind: narrative.KindRecord, Key: "toll-book"}: {
			{Kind: narrative.KindClaim, Count: 1, Keys: []string{narrativetest.Open}},
			{Kind: narrative.KindDispute, Count: 1, Keys: []string{"mill-bridge"}},
			{Kind: narrative.KindFact, Count: 1, Keys: []string{"bridge-open"}},
			{Kind: narrative.KindRecord, Count: 1, Keys: []string{"toll-book"}},
		},
		{Kind: narrative.KindTerm, Key: "siege"}:         {},
		{Kind: narrative.KindOutlet, Key: "nobody-here"}: {},
	}
	for key, want := range tests {
		got, err := s.Uses(t.Context(), key)
		if err != nil {
			t.Errorf("%v: %v", key, err)
		}
		for i := range got {
			slices.Sort(got[i].Keys)
		}
		for i := range want {
			slices.Sort(want[i].Keys)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got)\n%s", key, diff)
		}
	}
}

// TestSaveSameSavesNothing checks, for each kind, that a noun as it was read is the same when it is saved, with no new
// version and no entry in the log.
func TestSaveSameSavesNothing(t *testing.T) {
	t.Parallel()
	s := stored(t, marked())
	for _, key := range sampleNouns {
		n := noun(t, s, key.Kind, key.Key)
		saved, err := s.Save(t.Context(), store.Edit{Doc: n.Doc, Was: n.Key, Version: n.Version, Actor: "a"})
		if err != nil || saved.Version != n.Version {
			t.Errorf("%v: version %d, then %d (%v)", key, n.Version, saved.Version, err)
		}
	}
}

// sampleNouns is a noun of each kind, of the bridge.
var sampleNouns = []store.NounKey{
	{Kind: narrative.KindDispute, Key: "mill-bridge"}, {Kind: narrative.KindParty, Key: "upper-town"}, {Kind: narrative.KindOutlet, Key: "courier"},
	{Kind: narrative.KindSource, Key: "mayor"}, {Kind: narrative.KindPlace, Key: "bridge"}, {Kind: narrative.KindTerm, Key: "siege"},
	{Kind: narrative.KindEvent, Key: "talks"}, {Kind: narrative.KindRecord, Key: "toll-book"}, {Kind: narrative.KindFact, Key: "bridge-open"},
	{Kind: narrative.KindArticle, Key: "bridge-closed"},
}

// TestRetireAndRemove takes each kind of noun through retirement, and removes what nothing names.
func TestRetireAndRemove(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	ctx := t.Context()
	for _, key := range sampleNouns {
		at := func() int { return noun(t, s, key.Kind, key.Key).Version }
		if err := s.Retire(ctx, store.Fating{NounKey: key, Version: at() + 1, Actor: "a"}, true); !isStale(err) {
			t.Errorf("%v with another version: %v", key, err)
		}
		if err := s.Retire(ctx, store.Fating{NounKey: key, Version: at(), Actor: "a"}, true); err != nil || !noun(t, s, key.Kind, key.Key).Retired {
			t.Errorf("%v: %v", key, err)
		}
		for _, f := range must(s.Find(ctx, key.Kind, key.Key))(t) {
			if f.Slug == key.Key {
				t.Errorf("%v is retired and offered", key)
			}
		}
		if l := must(s.Nouns(ctx, key.Kind, "", ""))(t); !l.Nouns[len(l.Nouns)-1].Retired {
			t.Errorf("%v is not last of its list", key)
		}
		if err := s.Retire(ctx, store.Fating{NounKey: key, Version: at(), Actor: "a"}, false); err != nil || noun(t, s, key.Kind, key.Key).Retired {
			t.Errorf("%v brought back: %v", key, err)
		}
		err := s.Remove(ctx, store.Fating{NounKey: key, Version: at(), Actor: "a"})
		if e, ok := errors.AsType[*store.Unsound](err); key.Kind != narrative.KindTerm && (!ok || e.Problems[0].Message == "") {
			t.Errorf("%v is named and was removed: %v", key, err)
		}
	}
	gone := store.NounKey{Kind: narrative.KindTerm, Key: "siege"}
	if err := second(s.Noun(ctx, gone)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the term is still there: %v", err)
	}
	_, err := s.Save(ctx, store.Edit{Doc: narrative.Term{Slug: "siege", Dispute: "mill-bridge", Word: "siege"}, Actor: "a"})
	if e, ok := errors.AsType[*store.Unsound](err); !ok || e.Problems[0].Path != "slug" {
		t.Errorf("a slug is used again: %v", err)
	}
	publish(t, s, "first words")
	place := noun(t, s, narrative.KindPlace, "bridge")
	if err := s.Remove(ctx, store.Fating{NounKey: place.NounKey, Version: place.Version, Actor: "a"}); err == nil {
		t.Error("a published place was removed")
	}
}

func isStale(err error) bool {
	_, ok := errors.AsType[*store.Stale](err)
	return ok
}

func TestFindAndResolve(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	c.Sources = append(c.Sources, narrative.Source{Slug: "second-mayor", Name: "the mayor", Kind: narrative.Person})
	c.Places[0].Names = append(c.Places[0].Names, narrative.PlaceName{Form: "Мельничный мост", Language: "ru"})
	s := stored(t, c)
	find := func(kind narrative.Kind, query string) []string {
		var slugs []string
		for _, f := range must(s.Find(t.Context(), kind, query))(t) {
			slugs = append(slugs, f.Slug)
		}
		return slugs
	}
	for _, test := range []struct {
		kind  narrative.Kind
		query string
		first string
	}{
		{narrative.KindSource, "may", "mayor"}, {narrative.KindSource, "mayor", "mayor"}, {narrative.KindSource, "Courier", "courier"},
		{narrative.KindPlace, "МЕЛЬНИЧ", "bridge"}, {narrative.KindParty, "upper", "upper-town"}, {narrative.KindFact, "bridge", "bridge-open"},
		{narrative.KindOutlet, "the courrier", "courier"},
	} {
		if got := find(test.kind, test.query); len(got) == 0 || got[0] != test.first {
			t.Errorf("Find(%s, %q) = %q, want %q first", test.kind, test.query, got, test.first)
		}
	}
	for _, query := range []string{"100%", `\`, "_", "xyzzy"} {
		if got := find(narrative.KindSource, query); len(got) > 0 {
			t.Errorf("Find(%q) = %q", query, got)
		}
	}
	asked := []store.Named{
		{Kind: narrative.KindSource, Text: "mayor"}, {Kind: narrative.KindSource, Text: "The Envoy"}, {Kind: narrative.KindSource, Text: "THE MAYOR"},
		{Kind: narrative.KindSource, Text: "the envoi"}, {Kind: narrative.KindSource, Text: "courier"}, {Kind: narrative.KindParty, Text: "Upper Town"},
		{Kind: narrative.KindParty, Text: "zzz"},
	}
	ctx, counter := store.CountQueries(t.Context())
	got := must(s.Resolve(ctx, asked))(t)
	want := map[store.Named]store.Meaning{
		asked[0]: {Slugs: []narrative.Slug{"mayor"}}, asked[1]: {Slugs: []narrative.Slug{"envoy"}}, asked[2]: {Slugs: []narrative.Slug{"mayor", "second-mayor"}},
		asked[3]: {Slugs: []narrative.Slug{}, Nearest: "the envoy (envoy)"}, asked[4]: {Slugs: []narrative.Slug{"courier"}},
		asked[5]: {Slugs: []narrative.Slug{"upper-town"}}, asked[6]: {Slugs: []narrative.Slug{}},
	}
	for named, w := range want {
		g := got[named]
		if !slices.Equal(g.Slugs, w.Slugs) || len(w.Slugs) == 0 && g.Nearest != w.Nearest {
			t.Errorf("%v means %+v, want %+v", named, g, w)
		}
	}
	if counter.Queries() != 1 {
		t.Errorf("%d queries", counter.Queries())
	}
}

// TestNounsByPages walks a list of 250 to its end and back to its search.
func TestNounsByPages(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	for i := range 250 {
		slug := narrative.Slug("person-" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
		c.Sources = append(c.Sources, narrative.Source{Slug: slug, Name: "Person ~ " + string(slug), Kind: narrative.Person})
	}
	s := stored(t, c)
	var names []string
	cursor := ""
	for {
		ctx, counter := store.CountQueries(t.Context())
		l := must(s.Nouns(ctx, narrative.KindSource, "", cursor))(t)
		if counter.Queries() != 2 || len(l.Nouns) > 100 {
			t.Fatalf("%d nouns by %d queries", len(l.Nouns), counter.Queries())
		}
		for _, n := range l.Nouns {
			names = append(names, n.Name)
		}
		if cursor = l.More; cursor == "" {
			break
		}
	}
	if len(names) != 254 || !slices.IsSorted(names) {
		t.Errorf("%d names, sorted %v", len(names), slices.IsSorted(names))
	}
	if l := must(s.Nouns(t.Context(), narrative.KindSource, "mayor", ""))(t); len(l.Nouns) != 2 || l.Nouns[0].Uses == 0 {
		t.Errorf("search: %+v", l.Nouns)
	}
	for _, bad := range []string{"x", "~", "0x~?", "0\x00~a"} {
		if _, err := s.Nouns(context.Background(), narrative.KindSource, "", bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}
