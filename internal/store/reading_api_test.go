package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// inParts reads a list in parts of a size and returns the names of its items.
func inParts(t *testing.T, limit int, part func(cursor string, limit int) (names []string, more string, err error)) []string {
	t.Helper()
	var all []string
	cursor := ""
	for parts := 0; ; parts++ {
		names, more, err := part(cursor, limit)
		if err != nil {
			t.Fatalf("after %q: %v", cursor, err)
		}
		if len(names) > limit || len(names) == 0 || more != "" && len(names) != limit {
			t.Errorf("after %q: %d items, more %q", cursor, len(names), more)
		}
		all = append(all, names...)
		if cursor = more; cursor == "" {
			return all
		}
		if parts > 1000 {
			t.Fatal("the list has no end")
		}
	}
}

// TestAPILists reads lists of which there is much in parts of several sizes, and wants everything once and in order.
func TestAPILists(t *testing.T) {
	t.Parallel()
	s, db := filled(t, 250)
	pool := storetest.Pool(t, db.URL)
	// Every fourth claim has figures, one to three, in its latest row.
	exec(t, pool, `
		UPDATE published_claims c SET row = jsonb_set(row, '{claim,figures}', (
			SELECT jsonb_agg(jsonb_build_object('verbatim', format('%s of %s', i, c.code))) FROM generate_series(1, 1 + c.ordinal % 3) AS i))
		WHERE ordinal % 4 = 0 AND log_index = (SELECT max(log_index) FROM published_claims x WHERE x.code = c.code)`)
	ctx := t.Context()
	newest := func(sql string) []string {
		var found []dated
		for _, row := range list(t, pool, sql) {
			d := dated{}
			if _, err := fmt.Sscanf(row, "%q %q", &d.key, &d.name); err != nil {
				t.Fatalf("%s: %v", row, err)
			}
			found = append(found, d)
		}
		slices.SortFunc(found, func(a, b dated) int { return -cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.name, b.name)) })
		var names []string
		for _, d := range found {
			names = append(names, d.name)
		}
		return names
	}
	const claims = `SELECT DISTINCT format('"%s" "%s"', coalesce(said_earliest::text, ''), code) FROM published_claims WHERE `
	claimsBy := func(f store.ClaimFilter) func(string, int) ([]string, string, error) {
		return func(cursor string, limit int) (names []string, more string, err error) {
			l, err := s.Claims(ctx, f, cursor, limit)
			for _, rows := range l.Claims {
				names = append(names, rows[0].Claim.Code)
			}
			return names, l.More, err
		}
	}
	figures := func(fact string) []string {
		var names []string
		for _, code := range newest(claims + `row #> '{claim,figures}' IS NOT NULL AND ('` + fact + `' = '' OR fact = '` + fact + `')`) {
			ordinal := list(t, pool, `SELECT ordinal::text FROM published_claims WHERE code = '`+code+`' LIMIT 1`)[0]
			var n int
			if _, err := fmt.Sscan(ordinal, &n); err != nil {
				t.Fatal(err)
			}
			for i := range 1 + n%3 {
				names = append(names, fmt.Sprintf("%d of %s", i+1, code))
			}
		}
		return names
	}
	figuresOf := func(fact string) func(string, int) ([]string, string, error) {
		return func(cursor string, limit int) (names []string, more string, err error) {
			l, err := s.Figures(ctx, fact, cursor, limit)
			for _, f := range l.Figures {
				if want := fmt.Sprintf("%d of %s", f.Number, f.Row.Claim.Code); f.Figure.Verbatim != want || len(f.Facts) == 0 {
					t.Errorf("figure %q is given as %q, on %d facts", f.Figure.Verbatim, want, len(f.Facts))
				}
				names = append(names, f.Figure.Verbatim)
			}
			return names, l.More, err
		}
	}
	fact := list(t, pool, `SELECT fact FROM published_claims WHERE row #> '{claim,figures}' IS NOT NULL ORDER BY fact LIMIT 1`)[0]
	for name, test := range map[string]struct {
		want []string
		part func(cursor string, limit int) ([]string, string, error)
	}{
		"claims":                {newest(claims + `true`), claimsBy(store.ClaimFilter{})},
		"claims of a source":    {newest(claims + `true`), claimsBy(store.ClaimFilter{Source: "crier"})},
		"claims of a fact":      {newest(claims + `fact = '` + fact + `'`), claimsBy(store.ClaimFilter{Fact: fact, Outlet: "courier"})},
		"claims of one article": {newest(claims + `article = 'noun-7'`), claimsBy(store.ClaimFilter{Article: "noun-7"})},
		"figures":               {figures(""), figuresOf("")},
		"figures of a fact":     {figures(fact), figuresOf(fact)},
	} {
		if len(test.want) == 0 {
			t.Fatalf("%s: there are none", name)
		}
		if strings.HasSuffix(name, "article") {
			exec(t, pool, `INSERT INTO published_nouns (kind, slug, fact, log_index, doc) SELECT 'article', 'noun-7', fact, 0, '{}' FROM published_facts LIMIT 1`)
		}
		for _, limit := range []int{100, 7, 1} {
			if diff := gocmp.Diff(test.want, inParts(t, limit, test.part)); diff != "" {
				t.Errorf("%s by %d (-want +got):\n%s", name, limit, diff)
			}
		}
	}
	// The other lists are in the order of the pages that have them.
	for name, test := range map[string]struct {
		want func() ([]string, error)
		part func(cursor string, limit int) ([]string, string, error)
	}{
		"facts": {
			func() ([]string, error) {
				p, err := s.Facts(ctx, "", 100)
				return factNames(p.Facts), err
			},
			func(cursor string, limit int) ([]string, string, error) {
				p, err := s.FactsOf(ctx, "fair", cursor, limit)
				return factNames(p.Facts), p.More, err
			},
		},
		"sources":  {slugsOf(s.Sources(ctx, "")), documentsOf(ctx, s.SourceDocuments, func(d edition.Source) string { return d.Slug })},
		"parties":  {slugsOf(s.Parties(ctx, "")), documentsOf(ctx, s.PartyDocuments, func(d edition.Party) string { return d.Slug })},
		"outlets":  {slugsOf(s.Outlets(ctx, "")), documentsOf(ctx, s.OutletDocuments, func(d edition.Outlet) string { return d.Slug })},
		"events":   {slugsOf(s.Events(ctx, "")), documentsOf(ctx, s.EventDocuments, func(d edition.Event) string { return d.Slug })},
		"articles": {slugsOf(s.Articles(ctx, "")), documentsOf(ctx, s.ArticleDocuments, func(d edition.Article) string { return d.Slug })},
	} {
		want, err := test.want()
		if err != nil || len(want) != 100 {
			t.Fatalf("%s: %d on a page (%v)", name, len(want), err)
		}
		got := inParts(t, 100, test.part)
		if !slices.Equal(got[:100], want) {
			t.Errorf("%s are in another order than on their page", name)
		}
		if by := inParts(t, 9, test.part); !slices.Equal(got, by) {
			t.Errorf("%s by 9: %d, of %d", name, len(by), len(got))
		}
	}
}

func factNames(facts []edition.FactRow) (names []string) {
	for _, f := range facts {
		names = append(names, f.Fact)
	}
	return names
}

func slugsOf(l store.NounList, err error) func() ([]string, error) {
	return func() (slugs []string, _ error) {
		for _, r := range l.Rows {
			slugs = append(slugs, r.Slug)
		}
		return slugs, err
	}
}

func documentsOf[T any](ctx context.Context, list func(context.Context, string, int) (store.DocumentList[T], error), slug func(T) string) func(string, int) ([]string, string, error) {
	return func(cursor string, limit int) (slugs []string, more string, err error) {
		l, err := list(ctx, cursor, limit)
		for _, d := range l.Rows {
			slugs = append(slugs, slug(d.Doc))
		}
		return slugs, l.More, err
	}
}

// apiLists are the lists of the read API, by a filter and a cursor; apiNouns what it reads by a name.
var apiLists = map[string]func(ctx context.Context, s *store.Store, slug, cursor string) error{
	"dispute": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.FactsOf(ctx, slug, c, 10)
		return err
	},
	"source": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.Claims(ctx, store.ClaimFilter{Source: slug}, c, 10)
		return err
	},
	"party": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.Claims(ctx, store.ClaimFilter{Party: slug}, c, 10)
		return err
	},
	"outlet": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.Claims(ctx, store.ClaimFilter{Outlet: slug}, c, 10)
		return err
	},
	"article": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.Claims(ctx, store.ClaimFilter{Article: slug}, c, 10)
		return err
	},
	"fact": func(ctx context.Context, s *store.Store, slug, c string) error {
		_, err := s.Figures(ctx, slug, c, 10)
		return err
	},
}

var apiNouns = map[string]func(ctx context.Context, s *store.Store, slug string) error{
	"dispute": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.DisputeDocument(ctx, n)
		return err
	},
	"source": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.SourceDocument(ctx, n)
		return err
	},
	"party": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.PartyDocument(ctx, n)
		return err
	},
	"outlet": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.OutletDocument(ctx, n)
		return err
	},
	"event": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.EventDocument(ctx, n)
		return err
	},
	"fact": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.EditionEntries(ctx, n, "", 10)
		return err
	},
	"edition": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.EditionEntry(ctx, n, 1)
		return err
	},
}

// TestAPIFilters narrows lists to nouns that are there and to some that are not, by hostile names too.
func TestAPIFilters(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	names := map[string]string{
		"dispute": "mill-bridge", "source": "mayor", "party": "upper-town", "outlet": "courier", "article": "bridge-closed", "fact": "bridge-open",
		"event": "talks", "edition": "bridge-open",
	}
	queries := func(ask func(context.Context) error) (int, error) {
		ctx, counter := store.CountQueries(t.Context())
		err := ask(ctx)
		return counter.Queries(), err
	}
	hostile := []string{" ", "none", "\x00", "\xff", strings.Repeat("a", 10_000), "%", "'; DROP TABLE log; --", "{}", "$1"}
	for kind, ask := range apiLists {
		if n, err := queries(func(ctx context.Context) error { return ask(ctx, s, names[kind], "") }); n != 1 || err != nil {
			t.Errorf("by %s: %d queries (%v), want 1", kind, n, err)
		}
		for _, name := range hostile {
			n, err := queries(func(ctx context.Context) error { return ask(ctx, s, name, "") })
			filter, ok := errors.AsType[*store.FilterError](err)
			if n > 1 || !errors.Is(err, store.ErrBadText) && (!ok || filter.Parameter != kind || !errors.Is(err, store.ErrNotFound)) {
				t.Errorf("by %s %.40q: %d queries, error = %v, want one and that there is none", kind, name, n, err)
			}
		}
		for _, cursor := range []string{"x", "~", "\x00~a", "\xff~a", "2024-02-30~a", "-~a b", strings.Repeat("~", 99)} {
			_, err := queries(func(ctx context.Context) error { return ask(ctx, s, names[kind], cursor) })
			if filter, ok := errors.AsType[*store.FilterError](err); !ok || filter.Parameter != "after" || !errors.Is(err, store.ErrNotFound) {
				t.Errorf("by %s after %.40q: error = %v, want one of the cursor", kind, cursor, err)
			}
		}
	}
	for kind, ask := range apiNouns {
		if n, err := queries(func(ctx context.Context) error { return ask(ctx, s, names[kind]) }); n != 1 || err != nil {
			t.Errorf("%s: %d queries (%v), want 1", kind, n, err)
		}
		for _, name := range hostile {
			err := ask(t.Context(), s, name)
			if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrBadText) {
				t.Errorf("%s %.40q: error = %v, want ErrNotFound or ErrBadText", kind, name, err)
			}
		}
	}
	for _, number := range []int{-1, 0, 2, 1 << 31, 1 << 62, -1 << 62} {
		if _, err := s.EditionEntry(t.Context(), "bridge-open", number); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("edition %d: error = %v, want ErrNotFound", number, err)
		}
	}
	for _, cursor := range []string{"x", "0", "-1", "01", "2147483648", "99999999999999999999"} {
		_, err := s.EditionEntries(t.Context(), "bridge-open", cursor, 10)
		if filter, ok := errors.AsType[*store.FilterError](err); !ok || filter.Parameter != "after" {
			t.Errorf("editions after %q: error = %v, want one of the cursor", cursor, err)
		}
	}
}

// TestAPIEditions reads editions and corrections, one of which was erased.
func TestAPIEditions(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, twoFacts())
	publish(t, s, "first words")
	relabelled(t, s, edition.Update, edition.Correction, edition.Correction, edition.Update)
	erase(t, s, "bridge-open", 2, "asked to")
	numbers := inParts(t, 2, func(cursor string, limit int) (names []string, more string, err error) {
		l, err := s.EditionEntries(t.Context(), "bridge-open", cursor, limit)
		for _, e := range l.Editions {
			names = append(names, fmt.Sprintf("%d %s %s %v", e.Number, e.Kind, e.Reason, e.RedactedOn.IsZero()))
			if one, err := s.EditionEntry(t.Context(), "bridge-open", e.Number); err != nil || one != e {
				t.Errorf("edition %d alone = %+v (%v), want %+v", e.Number, one, err, e)
			}
		}
		return names, l.More, err
	})
	want := []string{"5 update reason 3 true", "4 correction reason 2 true", "3 correction reason 1 true", "2   false", "1 first first words true"}
	if !slices.Equal(numbers[:2], want[:2]) || len(numbers) != 5 || !strings.HasPrefix(numbers[3], "2   false") {
		t.Errorf("editions = %q, want %q", numbers, want)
	}
	corrections := inParts(t, 1, func(cursor string, limit int) (names []string, more string, err error) {
		l, err := s.CorrectionEntries(t.Context(), cursor, limit)
		for _, e := range l.Editions {
			names = append(names, fmt.Sprintf("%s %d %s", e.Fact, e.Number, e.Reason))
		}
		return names, l.More, err
	})
	if want := []string{"bridge-open 4 reason 2", "bridge-open 3 reason 1"}; !slices.Equal(corrections, want) {
		t.Errorf("corrections = %q, want %q", corrections, want)
	}
}

// TestAPIClaimOfTwoFacts wants a claim once, in the state of the latest edition that has it, whatever the list is
// narrowed to.
func TestAPIClaimOfTwoFacts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, twoFacts())
	publish(t, s, "both")
	both := 0
	for _, f := range []store.ClaimFilter{{}, {Fact: "bridge-open"}, {Outlet: "courier"}} {
		l, err := s.Claims(t.Context(), f, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, rows := range l.Claims {
			code := rows[0].Claim.Code
			if seen[code] {
				t.Errorf("%+v: claim %s is listed twice", f, code)
			}
			seen[code] = true
			if len(rows) == 2 {
				both++
				if rows[0].LogIndex < rows[1].LogIndex {
					t.Errorf("claim %s begins with the older edition", code)
				}
			}
		}
	}
	if both == 0 {
		t.Errorf("no claim, such as %s, is on two facts", narrativetest.Own)
	}
}
