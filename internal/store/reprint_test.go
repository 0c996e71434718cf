package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// printed is the bridge with a piece that comes first, and with articles that print others again; the bridge's own prints the
// first one, through another that is on no page.
func printed() narrative.Collection {
	c := claimed()
	for slug, of := range map[narrative.Slug][]narrative.Slug{"first": nil, "again": {"first"}, "both": {"bridge-closed", "first"}} {
		a := c.Articles[0]
		a.Slug, a.Headline, a.URL, a.Blocks, a.ReadFor, a.ReprintOf = slug, "Head of "+string(slug), "", nil, nil, of
		c.Articles = append(c.Articles, a)
	}
	c.Articles[0].ReprintOf = []narrative.Slug{"again"}
	c.Sort()
	return c
}

// TestReprints takes the articles that print others again through all that can become of them.
func TestReprints(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool, ctx := storetest.Open(t, db), storetest.Pool(t, db.URL), t.Context()
	save(t, s, printed())
	if diff := cmp.Diff(printed(), must(s.Collection(ctx))(t), cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("what was saved (-want +got):\n%s", diff)
	}
	lines := func(slug string) string {
		return strings.Join(list(t, pool, `SELECT concat_ws(' ', origin, basis, added_by) FROM reprints WHERE article = $1 ORDER BY origin`, slug), ", ")
	}
	if got, want := lines("both"), "bridge-closed editor test, first editor test"; got != want {
		t.Errorf("lines %q, want %q", got, want)
	}
	exec(t, pool, `UPDATE reprints SET basis = 'words', added_by = 'intake' WHERE article = 'both' AND origin = 'first'`)
	put := func(slug string, change func(*narrative.Article)) (store.Noun, error) {
		n := noun(t, s, narrative.KindArticle, slug)
		a := n.Doc.(narrative.Article)
		change(&a)
		return s.Save(ctx, store.Edit{Doc: a, Was: slug, Version: n.Version, Actor: "ada", Why: "so it is"})
	}

	// A save that leaves a line as it was keeps what it rests on; the order of the list says nothing.
	before := noun(t, s, narrative.KindArticle, "both").Version
	n, err := put("both", func(a *narrative.Article) {
		a.Headline, a.ReprintOf = "Another head", []narrative.Slug{"first", "bridge-closed", "again"}
	})
	if err != nil || n.Version <= before || !slices.Equal(n.Doc.(narrative.Article).ReprintOf, []narrative.Slug{"again", "bridge-closed", "first"}) {
		t.Fatalf("saved %+v (%v)", n, err)
	}
	if got, want := lines("both"), "again editor ada, bridge-closed editor test, first words intake"; got != want {
		t.Errorf("lines %q, want %q", got, want)
	}
	if same, err := put("both", func(a *narrative.Article) { slices.Reverse(a.ReprintOf) }); err != nil || same.Version != n.Version {
		t.Errorf("another order was saved as a change: %+v (%v)", same, err)
	}
	if _, err := put("both", func(a *narrative.Article) { a.ReprintOf = a.ReprintOf[1:2] }); err != nil || lines("both") != "bridge-closed editor test" {
		t.Errorf("lines %q (%v)", lines("both"), err)
	}

	// The log has them, and brings them back.
	log := must(s.NounLog(ctx, store.NounKey{Kind: narrative.KindArticle, Key: "both"}, 0))(t)
	if _, err := s.RestoreNoun(ctx, store.Restoration{NounKey: n.NounKey, Entry: log.Entries[0].ID, Version: noun(t, s, n.Kind, n.Key).Version, Actor: "bob"}); err != nil {
		t.Fatal(err)
	}
	if got, want := lines("both"), "again editor bob, bridge-closed editor test, first editor bob"; got != want {
		t.Errorf("lines %q, want %q", got, want)
	}

	for name, bad := range map[string]struct {
		slug string
		of   []narrative.Slug
		path string
		want string
	}{
		"itself":        {"first", []narrative.Slug{"first"}, "reprint_of[0]", "leads back to the article itself"},
		"a long round":  {"first", []narrative.Slug{"both"}, "reprint_of[0]", "first → both → "},
		"nothing":       {"first", []narrative.Slug{"nowhere"}, "reprint_of[0]", `"nowhere" is no article`},
		"twice":         {"both", []narrative.Slug{"first", "first"}, "reprint_of[1]", "comes twice"},
		"no slug":       {"first", []narrative.Slug{"A Head"}, "reprint_of[0]", "is no slug"},
		"no text":       {"first", []narrative.Slug{"a\x00b", "\xff"}, "reprint_of[0]", "is no slug"},
		"another noun":  {"first", []narrative.Slug{"mayor"}, "reprint_of[0]", `"mayor" is no article`},
		"an empty name": {"first", []narrative.Slug{""}, "reprint_of[0]", "missing"},
	} {
		_, err := put(bad.slug, func(a *narrative.Article) { a.ReprintOf = bad.of })
		if e, ok := errors.AsType[*store.Unsound](err); !ok || e.Problems[0].Path != bad.path || !strings.Contains(e.Problems[0].Message, bad.want) {
			t.Errorf("%s: %v, want a problem at %s with %q", name, err, bad.path, bad.want)
		}
	}

	// What is on no page counts and is told all the same.
	content := preview(t, s, "bridge-open").Content
	for _, c := range content.Claims {
		if c.Event == "" && !strings.HasSuffix(c.Origin, " in article first") {
			t.Errorf("claim %s has the origin %q", c.Code, c.Origin)
		}
	}
	const told = "Prints again “Head of again” (The Courier, 6 March 2024). Counted as one origin with “Head of first” (The Courier, 6 March 2024)."
	if got := content.Articles[0].Reprint.String(); len(content.Articles) != 1 || got != told {
		t.Errorf("%d articles, the first with %q", len(content.Articles), got)
	}
	publish(t, s, "first words")
	for _, slug := range []string{"first", "again", "bridge-closed"} {
		facts, err := s.TouchedFacts(ctx, store.NounKey{Kind: narrative.KindArticle, Key: slug})
		if err != nil || len(facts) != 1 {
			t.Errorf("a change of %s touches %v (%v)", slug, facts, err)
		}
	}

	// A rename of what is printed again takes the lines along, and tells whoever has a reprint open.
	before = noun(t, s, narrative.KindArticle, "again").Version
	if _, err := put("first", func(a *narrative.Article) { a.Slug = "zeroth" }); err != nil {
		t.Fatal(err)
	}
	n = noun(t, s, narrative.KindArticle, "again")
	if of := n.Doc.(narrative.Article).ReprintOf; n.Version <= before || !slices.Equal(of, []narrative.Slug{"zeroth"}) {
		t.Errorf("version %d after %d, prints %q again", n.Version, before, of)
	}
	if uses := must(s.Uses(ctx, store.NounKey{Kind: narrative.KindArticle, Key: "zeroth"}))(t); len(uses) != 1 || !slices.Equal(uses[0].Keys, []string{"again", "both"}) {
		t.Errorf("uses %+v", uses)
	}
	zeroth := noun(t, s, narrative.KindArticle, "zeroth")
	err = s.Remove(ctx, store.Fating{NounKey: zeroth.NounKey, Version: zeroth.Version, Actor: "ada"})
	if e, ok := errors.AsType[*store.Unsound](err); !ok || !strings.Contains(e.Problems[0].Message, "is named by 2 of the kind article (again, both)") {
		t.Errorf("what is printed again was removed: %v", err)
	}
}

// TestReprintsRacing: of saves at one time that would lead round together one is refused, and none hangs.
func TestReprintsRacing(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	const n = 6
	for i := range n {
		a := c.Articles[0]
		a.Slug, a.Blocks, a.ReadFor = narrative.Slug(fmt.Sprintf("piece-%d", i)), nil, nil
		c.Articles = append(c.Articles, a)
	}
	s := stored(t, c)
	errs := make([]error, n)
	var done sync.WaitGroup
	for i := range n {
		saved := noun(t, s, narrative.KindArticle, fmt.Sprintf("piece-%d", i))
		a := saved.Doc.(narrative.Article)
		a.ReprintOf = []narrative.Slug{narrative.Slug(fmt.Sprintf("piece-%d", (i+1)%n))}
		done.Go(func() {
			_, errs[i] = s.Save(t.Context(), store.Edit{Doc: a, Was: saved.Key, Version: saved.Version, Actor: "ada"})
		})
	}
	done.Wait()
	refused := 0
	for i, err := range errs {
		if e, ok := errors.AsType[*store.Unsound](err); ok && strings.Contains(e.Problems[0].Message, "leads back to the article itself") {
			refused++
		} else if err != nil {
			t.Errorf("piece %d: %v", i, err)
		}
	}
	if refused != 1 {
		t.Errorf("%d saves were refused, want 1", refused)
	}
	if problems := must(s.Collection(t.Context()))(t).Validate(); len(problems) > 0 {
		t.Errorf("what is left breaks the rules: %v", problems)
	}
}
