package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestReaders asks one store, which nobody changes, as readers do.
func TestReaders(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	for name, test := range map[string]func(*testing.T, *store.Store){
		"pages": testReading, "names": testHostileNames, "cursors": testCursorsOfNoSense, "queries": testQueriesOfReaders,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// testReading checks what each page is made of.
func testReading(t *testing.T, s *store.Store) {
	ctx := t.Context()

	home, err := s.Home(ctx)
	if err != nil || len(home.Facts) != 1 || len(home.Disputes) != 1 || len(home.Editions) != 1 {
		t.Fatalf("home = %+v (%v), want one of each", home, err)
	}
	if home.Disputes[0].Title != "The mill bridge" || home.Disputes[0].Count != 1 || !home.Facts[0].Fiction {
		t.Errorf("home = %+v", home)
	}
	facts, err := s.Facts(ctx, "", 10)
	if err != nil || len(facts.Facts) != 1 || facts.More != "" {
		t.Errorf("facts = %+v (%v)", facts, err)
	}
	if _, err := s.Facts(ctx, "no cursor", 10); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error of a bad cursor = %v, want ErrNotFound", err)
	}
	dispute, err := s.Dispute(ctx, "mill-bridge")
	if err != nil || dispute.Dispute.Title != "The mill bridge" || len(dispute.Facts) != 1 {
		t.Errorf("dispute = %+v (%v)", dispute, err)
	}
	source, err := s.Source(ctx, "mayor", "")
	if err != nil || source.Noun.Name != "the mayor" || len(source.Claims) != 1 || source.Party.Name != "Upper Town" {
		t.Errorf("source = %+v (%v)", source, err)
	}
	party, err := s.Party(ctx, "lower-town", "")
	if err != nil || len(party.Claims) != 1 || len(party.Sources) != 1 || party.Sources[0].Title != "Lower Town council" {
		t.Errorf("party = %+v (%v)", party, err)
	}
	outlet, err := s.Outlet(ctx, "courier", "")
	if err != nil || len(outlet.Claims) != 4 || len(outlet.Articles) != 1 {
		t.Errorf("outlet: %d claims, %d articles (%v), want 4 and 1", len(outlet.Claims), len(outlet.Articles), err)
	}
	event, err := s.Event(ctx, "talks", "")
	if err != nil || len(event.Claims) != 1 || len(event.Participants) != 2 {
		t.Errorf("event = %+v (%v)", event, err)
	}
	article, err := s.Article(ctx, "bridge-closed")
	if err != nil || len(article.Passages) != 4 || article.Outlet.Name != "The Courier" || len(article.ReadFor) != 1 || article.Text != "" {
		t.Fatalf("article = %+v (%v)", article, err)
	}
	if p := article.Passages[3]; p.Block != 1 || p.Starts[0] != 0 || p.Rows[0].Claim.Code != narrativetest.Worried {
		t.Errorf("last passage = block %d at %v of %s", p.Block, p.Starts, p.Rows[0].Claim.Code)
	}
	claim, err := s.Claim(ctx, narrativetest.Own)
	if err != nil || len(claim.Rows) != 1 || claim.Outlet.Name != "The Courier" || len(claim.Editions) != 1 || claim.Sentence != "" {
		t.Errorf("claim = %+v (%v)", claim, err)
	}
	for name, list := range map[string]func() (store.NounList, error){
		"sources":  func() (store.NounList, error) { return s.Sources(ctx, "") },
		"parties":  func() (store.NounList, error) { return s.Parties(ctx, "") },
		"outlets":  func() (store.NounList, error) { return s.Outlets(ctx, "") },
		"events":   func() (store.NounList, error) { return s.Events(ctx, "") },
		"articles": func() (store.NounList, error) { return s.Articles(ctx, "") },
	} {
		if got, err := list(); err != nil || len(got.Rows) == 0 || got.More != "" {
			t.Errorf("%s = %+v (%v)", name, got, err)
		}
	}
	for name, get := range map[string]func() error{
		"dispute": func() error { _, err := s.Dispute(ctx, "none"); return err },
		"source":  func() error { _, err := s.Source(ctx, "none", ""); return err },
		"article": func() error { _, err := s.Article(ctx, "none"); return err },
		"claim":   func() error { _, err := s.Claim(ctx, "none"); return err },
		"edition": func() error { _, err := s.Edition(ctx, "none", 0); return err },
	} {
		if err := get(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("error of a %s that is not there = %v, want ErrNotFound", name, err)
		}
	}
}

// byName are the reader's methods that take a slug or code.
var byName = map[string]func(ctx context.Context, s *store.Store, name string) error{
	"Edition": func(ctx context.Context, s *store.Store, n string) error { _, err := s.Edition(ctx, n, 0); return err },
	"Dispute": func(ctx context.Context, s *store.Store, n string) error { _, err := s.Dispute(ctx, n); return err },
	"Source":  func(ctx context.Context, s *store.Store, n string) error { _, err := s.Source(ctx, n, ""); return err },
	"Party":   func(ctx context.Context, s *store.Store, n string) error { _, err := s.Party(ctx, n, ""); return err },
	"Outlet":  func(ctx context.Context, s *store.Store, n string) error { _, err := s.Outlet(ctx, n, ""); return err },
	"Event":   func(ctx context.Context, s *store.Store, n string) error { _, err := s.Event(ctx, n, ""); return err },
	"Article": func(ctx context.Context, s *store.Store, n string) error { _, err := s.Article(ctx, n); return err },
	"Claim":   func(ctx context.Context, s *store.Store, n string) error { _, err := s.Claim(ctx, n); return err },

	"FactNews": func(ctx context.Context, s *store.Store, n string) error { _, err := s.FactNews(ctx, n); return err },
	"SourceNews": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.SourceNews(ctx, n)
		return err
	},
	"OutletNews": func(ctx context.Context, s *store.Store, n string) error {
		_, err := s.OutletNews(ctx, n)
		return err
	},
}

// there has a name for each of them in the collection about the bridge.
var there = map[string]string{
	"Edition": "bridge-open", "Dispute": "mill-bridge", "Source": "mayor", "Party": "upper-town", "Outlet": "courier",
	"Event": "talks", "Article": "bridge-closed", "Claim": narrativetest.Own,
	"FactNews": "bridge-open", "SourceNews": "mayor", "OutletNews": "courier",
}

// byCursor are the reader's methods that take a cursor.
var byCursor = map[string]func(ctx context.Context, s *store.Store, cursor string) error{
	"Facts": func(ctx context.Context, s *store.Store, c string) error { _, err := s.Facts(ctx, c, 10); return err },
	"Source": func(ctx context.Context, s *store.Store, c string) error {
		_, err := s.Source(ctx, "mayor", c)
		return err
	},
	"Party": func(ctx context.Context, s *store.Store, c string) error {
		_, err := s.Party(ctx, "upper-town", c)
		return err
	},
	"Outlet": func(ctx context.Context, s *store.Store, c string) error {
		_, err := s.Outlet(ctx, "courier", c)
		return err
	},
	"Event": func(ctx context.Context, s *store.Store, c string) error {
		_, err := s.Event(ctx, "talks", c)
		return err
	},
	"Sources":  func(ctx context.Context, s *store.Store, c string) error { _, err := s.Sources(ctx, c); return err },
	"Parties":  func(ctx context.Context, s *store.Store, c string) error { _, err := s.Parties(ctx, c); return err },
	"Outlets":  func(ctx context.Context, s *store.Store, c string) error { _, err := s.Outlets(ctx, c); return err },
	"Events":   func(ctx context.Context, s *store.Store, c string) error { _, err := s.Events(ctx, c); return err },
	"Articles": func(ctx context.Context, s *store.Store, c string) error { _, err := s.Articles(ctx, c); return err },
}

// testHostileNames asks for names that nobody has.
func testHostileNames(t *testing.T, s *store.Store) {
	names := []string{
		"", " ", "none", "bridge-open\x00", "\x00", "\xff\xfe", "\xed\xa0\x80", strings.Repeat("a", 10_000),
		strings.Repeat("\xf0", 10_000), "%", "_", `\`, "'; DROP TABLE log; --", `{"a":1}`, "{}", "NULL", "Лачин", "💥", "../../etc",
		"BRIDGE-OPEN", "bridge-open ", "$1", "mayor~", "\u202e", "a\u0000b",
	}
	for method, get := range byName {
		for _, name := range names {
			if err := get(t.Context(), s, name); !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrBadText) {
				t.Errorf("%s(%.40q): error = %v, want ErrNotFound or ErrBadText", method, name, err)
			}
		}
	}
	for _, number := range []int{-1, 2, 1 << 31, -1 << 31, 1 << 62, -1 << 62} {
		if _, err := s.Edition(t.Context(), "bridge-open", number); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("edition %d: error = %v, want ErrNotFound", number, err)
		}
	}
	if _, err := s.Edition(t.Context(), "bridge-open", 0); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// testCursorsOfNoSense asks for pages that no list has.
func testCursorsOfNoSense(t *testing.T, s *store.Store) {
	cursors := []string{
		"x", "~", "2024-01-01", "2024-01-01~", "~~", "2024-01-01~a~", "2024-01-01~\x00", "2024-01-01~\xff", "2024-01-01~a b",
		"\x00~a", "\xff~a", "2024-01-01~" + strings.Repeat("a", 10_000), "2024-01-01~a\n", "2024-01-01~é",
	}
	days := []string{"2024-13-01~a", "2024-02-30~a", "0000-01-01~a", "-1~a", "20240101~a", "2024-1-1~a", "today~a", "infinity~a", " ~a", "2024-01-01~b~a"}
	byTitle := []string{"Sources", "Parties", "Outlets"}
	for method, get := range byCursor {
		for _, cursor := range cursors {
			if err := get(t.Context(), s, cursor); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s(%.40q): error = %v, want ErrNotFound", method, cursor, err)
			}
		}
		for _, cursor := range days {
			err := get(t.Context(), s, cursor)
			if slices.Contains(byTitle, method) {
				if err != nil {
					t.Errorf("%s(%q), where titles sort: %v", method, cursor, err)
				}
			} else if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s(%q): error = %v, want ErrNotFound", method, cursor, err)
			}
		}
		for _, cursor := range []string{"", "2024-01-01~a", "~a", "9999-12-31~zzz"} {
			if err := get(t.Context(), s, cursor); err != nil {
				t.Errorf("%s(%q): %v", method, cursor, err)
			}
		}
	}
}

// testQueriesOfReaders counts what a page costs: one query, and another to learn where what is not there has gone.
func testQueriesOfReaders(t *testing.T, s *store.Store) {
	queries := func(read func(context.Context) error) (int, error) {
		ctx, counter := store.CountQueries(t.Context())
		err := read(ctx)
		return counter.Queries(), err
	}
	for method, get := range byName {
		n, err := queries(func(ctx context.Context) error { return get(ctx, s, there[method]) })
		if n != 1 || err != nil {
			t.Errorf("%s takes %d queries (%v), want 1", method, n, err)
		}
		n, err = queries(func(ctx context.Context) error { return get(ctx, s, "none") })
		if n > 2 || !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s takes %d queries to find nothing (%v), want 2 at most", method, n, err)
		}
	}
	for method, get := range byCursor {
		if n, err := queries(func(ctx context.Context) error { return get(ctx, s, "") }); n != 1 || err != nil {
			t.Errorf("%s takes %d queries (%v), want 1", method, n, err)
		}
	}
	for method, get := range map[string]func(context.Context) error{
		"Home":       func(ctx context.Context) error { _, err := s.Home(ctx); return err },
		"Generation": func(ctx context.Context) error { _, err := s.Generation(ctx); return err },
		"an edition": func(ctx context.Context) error { _, err := s.Edition(ctx, "bridge-open", 1); return err },

		"NewFacts":       func(ctx context.Context) error { _, err := s.NewFacts(ctx); return err },
		"CorrectionNews": func(ctx context.Context) error { _, err := s.CorrectionNews(ctx); return err },
		"SiteMap":        func(ctx context.Context) error { _, _, err := s.SiteMap(ctx, 10); return err },
		"SitePages":      func(ctx context.Context) error { _, err := s.SitePages(ctx, "claim~0", 10); return err },
	} {
		if n, err := queries(get); n != 1 || err != nil {
			t.Errorf("%s takes %d queries (%v), want 1", method, n, err)
		}
	}
}
