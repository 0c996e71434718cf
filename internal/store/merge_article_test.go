package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// longText is the text of the bridge with enough behind it that all of its passages may be published, mobileText the same
// as a page for telephones has it.
const (
	longText   = bridgeText + "\n\nIn the evening it rained, and nobody was to be seen on either bank. The inns were full of carters who played cards and waited for news."
	mobileText = "The Courier, for your telephone.\n\n" + longText
)

// piece adds an article like that of the bridge, without passages and readings.
func piece(c *narrative.Collection, slug narrative.Slug, change func(*narrative.Article)) {
	a := c.Articles[0]
	a.Slug, a.URL, a.Blocks, a.ReadFor, a.ReprintOf = slug, "https://m.courier.example/"+string(slug), nil, nil, nil
	if change != nil {
		change(&a)
	}
	c.Articles = append(c.Articles, a)
}

// full gives an article a whole text.
func full(t *testing.T, s *store.Store, article narrative.Slug, text string) {
	t.Helper()
	_, err := s.Capture(t.Context(), "test", "", []store.FullText{{Article: article, Original: []byte(text), Text: textOf(t, text), At: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
}

// tagIn saves a claim on words of an article's whole text, which must stand there once.
func tagIn(t *testing.T, s *store.Store, article narrative.Slug, claim narrative.Claim, words ...string) store.Claim {
	t.Helper()
	text := must(s.TaggedText(t.Context(), article))(t)
	found := passage.Find(text.Text, passage.Quote{Segments: words})
	if len(found) != 1 {
		t.Fatalf("%q stands in %d places", words, len(found))
	}
	return must(s.SaveClaim(t.Context(), store.ClaimEdit{Claim: claim, Article: article, Capture: text.Capture, Match: found[0], Actor: "anna"}))(t)
}

// asSeen is a merger of two articles as a preview shows it.
func asSeen(t *testing.T, s *store.Store, from, into narrative.Slug) (store.Merger, store.ArticleMerge) {
	t.Helper()
	p := must(s.PreviewArticleMerge(t.Context(), from, into))(t)
	return store.Merger{
		Kind: narrative.KindArticle, From: string(from), Into: string(into), FromVersion: p.From.Version, IntoVersion: p.Into.Version,
		Article: store.ArticleMerging{Seen: p.Seen}, Actor: "an editor", Why: "entered twice",
	}, p
}

// tables has a hash of what each table holds.
func tables(t *testing.T, pool *pgxpool.Pool) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for _, table := range list(t, pool, `SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`) {
		hashes[table] = list(t, pool, `SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM `+table+` AS t`)[0]
	}
	return hashes
}

// enteredTwice returns a store in which the piece about the bridge was entered twice: with its claims, which are published, as
// bridge-closed, and with one claim as bridge-mobile.
func enteredTwice(t *testing.T) (*store.Store, *pgxpool.Pool, store.Claim) {
	t.Helper()
	c := narrativetest.Bridge()
	c.Facts[0].Requests = []narrative.Request{{To: "council", Question: "Is it?", Asked: "2024-03-07T10:00Z", By: "e-mail", State: narrative.RequestAnswered, Article: "bridge-closed"}}
	piece(&c, "bridge-mobile", func(a *narrative.Article) { a.ReprintOf = []narrative.Slug{"bridge-closed"} })
	piece(&c, "bridge-wire", nil)
	piece(&c, "bridge-copy", func(a *narrative.Article) { a.ReprintOf = []narrative.Slug{"bridge-closed"} })
	c.Articles[0].ReprintOf = []narrative.Slug{"bridge-wire"}
	s := stored(t, c)
	pool, _ := store.Pools(s)
	full(t, s, "bridge-closed", longText)
	full(t, s, "bridge-mobile", mobileText)
	twin := tagIn(t, s, "bridge-mobile", narrative.Claim{
		Source: "envoy", Voice: narrative.DirectQuote, Chain: []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet}},
		Stances: []narrative.Stance{{Fact: "bridge-open", Mode: narrative.Concern}},
	}, "The envoy is concerned, “deeply”.")
	publish(t, s, "first words")
	return s, pool, twin
}

// TestMergeArticles merges an article with all that hangs on it into another that is the same piece.
func TestMergeArticles(t *testing.T) {
	t.Parallel()
	s, pool, twin := enteredTwice(t)
	ctx := t.Context()
	waiting := must(s.Receive(ctx, store.Receipt{Format: "text", Title: "x", Original: []byte("x"), At: time.Now(), Article: "bridge-closed", Actor: "anna"}))(t)
	exec(t, pool, `INSERT INTO capture_marks (capture, start, label) SELECT max(id), 0, 'screen 1' FROM captures WHERE article = 'bridge-mobile'`)
	exec(t, pool, `INSERT INTO archive_copies (capture, address, added_by) SELECT max(id), 'https://archive.example/1', 'anna' FROM captures WHERE article = 'bridge-closed'`)
	before := must(s.DeskClaim(ctx, narrativetest.Closed))(t)

	m, p := asSeen(t, s, "bridge-closed", "bridge-mobile")
	if len(p.Claims) != 4 || len(p.InTheWay()) != 0 || len(p.Refused) != 0 || p.SameText || !p.Full || p.Captures != 2 || p.Archives != 1 || p.Arrivals != 1 || len(p.Reprints) != 3 {
		t.Errorf("preview %+v", p)
	}
	if c := p.Claims[0]; c.Code != narrativetest.Closed || c.Anchor.Match[0].Start != before.Match[0].Start+34 || !strings.HasSuffix(c.Before, "cold day. ") || c.Twin != "" {
		t.Errorf("first claim %+v", c)
	}
	if c := p.Claims[3]; c.Code != narrativetest.Worried || c.Twin != twin.Code {
		t.Errorf("the claim with a twin: %+v", c)
	}
	for _, stale := range []func(*store.Merger){
		func(m *store.Merger) { m.FromVersion++ }, func(m *store.Merger) { m.IntoVersion++ }, func(m *store.Merger) { m.Article.Seen = "" },
	} {
		other := m
		stale(&other)
		if err := s.Merge(ctx, other); !isStale(err) {
			t.Errorf("merged although something has changed: %v", err)
		}
	}
	m.Article.Twins = map[narrative.Code]narrative.Code{narrativetest.Worried: twin.Code}
	if err := s.Merge(ctx, m); err != nil {
		t.Fatal(err)
	}

	gone := store.NounKey{Kind: narrative.KindArticle, Key: "bridge-closed"}
	if moved, ok := errors.AsType[*store.Moved](second(s.Noun(ctx, gone))); !ok || moved.To != "bridge-mobile" {
		t.Errorf("the old slug leads to %v", moved)
	}
	after := must(s.DeskClaim(ctx, narrativetest.Closed))(t)
	if after.Article != "bridge-mobile" || after.Capture != p.Capture || after.Match[0].Start != before.Match[0].Start+34 || after.Locator != "screen 1" || after.Version == before.Version {
		t.Errorf("claim %+v", after)
	}
	if moved, ok := errors.AsType[*store.Moved](second(s.DeskClaim(ctx, narrativetest.Worried))); !ok || moved.To != string(twin.Code) {
		t.Errorf("the twin's code leads to %v", moved)
	}
	c := must(s.Collection(ctx))(t)
	if problems := c.Validate(); len(problems) > 0 {
		t.Errorf("what is left breaks the rules: %v", problems)
	}
	if text := texts(t, s); strings.Contains(text, `"bridge-closed"`) {
		t.Error("the old slug is still named")
	}
	a, _ := c.Index().Article("bridge-mobile")
	if len(a.ReadFor) != 0 || !slices.Equal(a.ReprintOf, []narrative.Slug{"bridge-wire"}) || len(a.Blocks) != 3 || a.URL != "https://m.courier.example/bridge-mobile" {
		t.Errorf("the one that stays: %+v", a)
	}
	if copied, _ := c.Index().Article("bridge-copy"); !slices.Equal(copied.ReprintOf, []narrative.Slug{"bridge-mobile"}) {
		t.Errorf("a reprint of it prints %q again", copied.ReprintOf)
	}
	if q := c.Facts[0].Requests[0]; q.Article != "bridge-mobile" || c.Events[0].Expected[0].Article != "bridge-mobile" {
		t.Errorf("request %+v, account %+v", q, c.Events[0].Expected[0])
	}
	if r := must(s.Arrival(ctx, waiting))(t); r.Article != "bridge-mobile" {
		t.Errorf("what waits is of %q", r.Article)
	}

	// What was captured stays where it is, and the log has the address.
	old, captures, err := s.Captures(ctx, "bridge-closed")
	if err != nil || old.URL != "https://courier.example/bridge" || len(captures) != 2 || len(captures[0].Archives) != 1 || captures[0].Claims != 0 {
		t.Errorf("captures of %+v: %+v (%v)", old, captures, err)
	}
	into, merged, err := s.ArticleMergers(ctx, "bridge-closed")
	if err != nil || into != "bridge-mobile" || len(merged) != 0 {
		t.Errorf("it became part of %q (%v)", into, err)
	}
	if _, merged, err := s.ArticleMergers(ctx, "bridge-mobile"); err != nil || len(merged) != 1 || merged[0].URL != old.URL {
		t.Errorf("part of it: %+v (%v)", merged, err)
	}
	got := list(t, pool, `
		SELECT concat_ws('|', kind, key, action, why, before LIKE '%https://courier.example/bridge%', after LIKE '%https://courier.example/bridge%')
		FROM audit_log WHERE actor = 'an editor' AND kind = 'article' ORDER BY key, id`)
	want := []string{"article|bridge-closed|merge|entered twice|t|f", "article|bridge-mobile|change|entered twice|f|f", "article|bridge-mobile|merge|entered twice|f|t"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got)\n%s", diff)
	}
	verified(t, s)

	// Readers are led on as soon as the facts are published that show it; old editions keep it.
	if touched := must(s.TouchedFacts(ctx, store.NounKey{Kind: narrative.KindArticle, Key: "bridge-mobile"}))(t); len(touched) != 1 || touched[0].Slug != "bridge-open" {
		t.Errorf("touched: %+v", touched)
	}
	publish(t, s, "entered twice")
	if moved, ok := errors.AsType[*store.Moved](second(s.Article(ctx, "bridge-closed"))); !ok || moved.To != "bridge-mobile" {
		t.Errorf("readers are led to %v", moved)
	}
	e := must(s.Edition(ctx, "bridge-open", 1))(t)
	if !strings.Contains(string(e.Body), `"bridge-closed"`) {
		t.Error("edition 1 has lost the article's slug")
	}
	verified(t, s)
}

// TestMergedArticleStays tries what would make something of an article that became part of another.
func TestMergedArticleStays(t *testing.T) {
	t.Parallel()
	s, pool, _ := enteredTwice(t)
	ctx := t.Context()
	old := must(s.Collection(ctx))(t)
	m, _ := asSeen(t, s, "bridge-closed", "bridge-mobile")
	stale := noun(t, s, narrative.KindArticle, "bridge-closed")
	if err := s.Merge(ctx, m); err != nil {
		t.Fatal(err)
	}
	if err := s.Merge(ctx, m); !isMoved(err, "bridge-mobile") {
		t.Errorf("merged twice: %v", err)
	}
	if _, err := s.Save(ctx, store.Edit{Doc: stale.Doc, Was: stale.Key, Version: stale.Version, Actor: "a"}); !isMoved(err, "bridge-mobile") {
		t.Errorf("saved: %v", err)
	}
	if err := s.Retire(ctx, store.Fating{NounKey: stale.NounKey, Version: stale.Version, Actor: "a"}, false); !isMoved(err, "bridge-mobile") {
		t.Errorf("brought back: %v", err)
	}
	if _, err := s.Tagging(ctx, "bridge-closed"); !isMoved(err, "bridge-mobile") {
		t.Errorf("tagged: %v", err)
	}
	if _, err := s.Recapture(ctx, received(t, s, "bridge-closed", bridgeText)); !isMoved(err, "bridge-mobile") {
		t.Errorf("captured: %v", err)
	}
	err := s.Import(ctx, "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: narrative.Collection{Articles: old.Articles}}, nil
	})
	if !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), "bridge-closed has become part of bridge-mobile; take it out of the files") {
		t.Errorf("imported: %v", err)
	}
	if l := must(s.Nouns(ctx, narrative.KindArticle, "", ""))(t); len(l.Nouns) != 3 {
		t.Errorf("listed: %+v", l.Nouns)
	}
	if l := must(s.Texts(ctx))(t); len(l) != 1 || l[0].Article != "bridge-mobile" {
		t.Errorf("%d texts are exported", len(l))
	}
	asked := store.Named{Kind: narrative.KindArticle, Text: "bridge-closed"}
	if got := must(s.Resolve(ctx, []store.Named{asked}))(t); !slices.Equal(got[asked].Slugs, []narrative.Slug{"bridge-mobile"}) {
		t.Errorf("its short name means %v", got[asked])
	}
	alike := must(s.Reprints(ctx, nil, "https://courier.example/bridge"))(t)
	if len(alike) != 1 || alike[0].Article != "bridge-mobile" || !alike[0].Here {
		t.Errorf("its address is that of %+v", alike)
	}

	// What is part of it goes along when it becomes part of another.
	full(t, s, "bridge-wire", mobileText)
	m, p := asSeen(t, s, "bridge-mobile", "bridge-wire")
	if !p.SameText {
		t.Error("the texts are the same")
	}
	if err := s.Merge(ctx, m); err != nil {
		t.Fatal(err)
	}
	if _, merged, err := s.ArticleMergers(ctx, "bridge-wire"); err != nil || len(merged) != 2 {
		t.Errorf("part of it: %+v (%v)", merged, err)
	}
	if err := second(s.Noun(ctx, stale.NounKey)); !isMoved(err, "bridge-wire") {
		t.Errorf("the oldest slug: %v", err)
	}

	// A takedown reaches what was captured and is known of the ones that became part of it.
	publish(t, s, "twice merged")
	done := must(s.TakeDown(ctx, store.Takedown{Kind: narrative.KindArticle, Name: "bridge-closed", Reason: "asked to", Actor: "a"}))(t)
	if len(done.Editions) == 0 || len(done.Removed) == 0 {
		t.Errorf("taken down: %+v", done)
	}
	if got := list(t, pool, `SELECT article FROM captures c JOIN capture_texts t ON t.capture = c.id WHERE t.text LIKE '%council%' OR t.original IS NOT NULL`); len(got) > 0 {
		t.Errorf("texts of %v are left", got)
	}
	if got := list(t, pool, `SELECT slug || headline || url FROM articles WHERE merged_into IS NOT NULL AND (headline <> '[withheld]' OR url <> '')`); len(got) > 0 {
		t.Errorf("left of rows: %v", got)
	}
	if got := list(t, pool, `SELECT before || after FROM audit_log WHERE before || after LIKE '%Quarrel over a bridge%'`); len(got) > 0 {
		t.Errorf("left in the log: %v", got)
	}
	if _, err := s.Inbox(ctx, "anna"); err != nil {
		t.Error(err)
	}
	verified(t, s)
}

func isMoved(err error, to string) bool {
	moved, ok := errors.AsType[*store.Moved](err)
	return ok && moved.To == to
}

// TestMergeArticlesRefused checks what keeps two articles from being merged, and that nothing has changed then.
func TestMergeArticlesRefused(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	c.Disputes = append(c.Disputes, narrative.Dispute{Slug: "real", Title: "A real one"})
	c.Facts = append(c.Facts, narrative.Fact{Slug: "in-truth", Dispute: "real", Question: "Was it?", Kind: narrative.YesNo, Status: narrative.FactStatus{State: narrative.Dormant}})
	piece(&c, "other-outlet", func(a *narrative.Article) { a.Outlet = "nobody-knows" })
	piece(&c, "other-language", func(a *narrative.Article) { a.Language = "hy" })
	piece(&c, "not-invented", func(a *narrative.Article) {
		a.ReadFor = []narrative.Reading{{Fact: "in-truth", By: "the desk", On: "2024-03-10"}}
	})
	piece(&c, "without-text", nil)
	piece(&c, "another-text", nil)
	piece(&c, "too-early", func(a *narrative.Article) { a.ReprintOf = []narrative.Slug{"third"} })
	piece(&c, "third", func(a *narrative.Article) { a.ReprintOf = []narrative.Slug{"bridge-closed"} })
	s := stored(t, c)
	pool, _ := store.Pools(s)
	full(t, s, "bridge-closed", bridgeText)
	for _, slug := range []narrative.Slug{"other-outlet", "other-language", "not-invented", "too-early"} {
		full(t, s, slug, mobileText)
	}
	full(t, s, "another-text", strings.NewReplacer("at least 40", "at least 60", "The envoy is concerned, “deeply”. He left", "He left").Replace(bridgeText))
	before := tables(t, pool)
	for into, want := range map[narrative.Slug]string{
		"other-outlet": "is of another outlet", "other-language": "is in another language", "not-invented": "was invented for practice",
		"without-text": "has no text in which the claims could stand", "too-early": "print each other again through a third",
		"another-text": "does not stand for certain in the text of another-text",
	} {
		m, p := asSeen(t, s, "bridge-closed", into)
		err := s.Merge(t.Context(), m)
		e, ok := errors.AsType[*store.Unsound](err)
		if !ok || !strings.Contains(e.Problems[0].Message, want) {
			t.Errorf("%s: %v", into, err)
		}
		if into != "another-text" {
			continue
		}
		var codes []narrative.Code
		for _, c := range p.InTheWay() {
			codes = append(codes, c.Code)
		}
		if diff := cmp.Diff([]narrative.Code{narrativetest.Closed, narrativetest.Own, narrativetest.Worried}, codes); diff != "" || len(e.Problems) != 3 || e.Problems[1].Key != narrativetest.Own {
			t.Errorf("in the way (-want +got)\n%s%v", diff, e)
		}
	}
	m, _ := asSeen(t, s, "without-text", "another-text")
	m.Article.Twins = map[narrative.Code]narrative.Code{narrativetest.Open: narrativetest.Closed}
	if _, ok := errors.AsType[*store.Unsound](s.Merge(t.Context(), m)); !ok {
		t.Error("claims that are none of the two became one")
	}
	if diff := cmp.Diff(before, tables(t, pool)); diff != "" {
		t.Errorf("something has changed\n%s", diff)
	}
	m.Article.Twins = nil
	if err := s.Merge(t.Context(), m); err != nil {
		t.Errorf("an article without claims and text: %v", err)
	}
}

// TestMergeArticlesWithOneText merges an article into one of which there is an excerpt alone, and checks that a page of the
// text in which a claim stood does not go along, and readings of the same text do.
func TestMergeArticlesWithOneText(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	piece(&c, "bridge-paper", nil)
	piece(&c, "bridge-mobile", nil)
	s := stored(t, c)
	pool, _ := store.Pools(s)
	full(t, s, "bridge-paper", bridgeText)
	exec(t, pool, `INSERT INTO capture_marks (capture, start, label) SELECT max(id), 0, 'page 7' FROM captures`)
	claim := tagIn(t, s, "bridge-paper", narrative.Claim{Source: "courier", Voice: narrative.OutletVoice}, "at least 40 carts wait")
	paper, p := asSeen(t, s, "bridge-paper", "bridge-closed")
	if len(p.Claims) != 1 || !p.Claims[0].IsCertain() || p.Full || claim.Locator != "page 7" {
		t.Errorf("into an excerpt: %+v", p)
	}
	if err := s.Merge(t.Context(), paper); err != nil {
		t.Fatal(err)
	}
	if got := must(s.DeskClaim(t.Context(), claim.Code))(t); got.Article != "bridge-closed" || got.Capture != p.Capture || got.Locator != "" {
		t.Errorf("claim %+v", got)
	}
	blocks(t, s)
	full(t, s, "bridge-closed", bridgeText)
	full(t, s, "bridge-mobile", bridgeText)
	m, _ := asSeen(t, s, "bridge-closed", "bridge-mobile")
	if err := s.Merge(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := noun(t, s, narrative.KindArticle, "bridge-mobile").Doc.(narrative.Article)
	if diff := cmp.Diff(c.Articles[0].ReadFor, got.ReadFor); diff != "" {
		t.Errorf("readings (-want +got)\n%s", diff)
	}
}
