package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// Bounds of what the view offers in which an article is tagged. What is beyond them is still found by its slug.
const (
	mostTagged  = 1000 // claims of one article
	mostOffered = 300  // sources, events
	mostFacts   = 100
)

// A Tagging is all that the view shows in which an article is tagged.
type Tagging struct {
	Article  narrative.Article // without its passages
	Outlet   string            // its name
	Capture  int64             // in which the article is tagged, see [ClaimEdit]
	Full     bool              // whether that is its whole text
	Text     passage.Text
	Marks    []Mark    // where its pages or times begin, in order
	Claims   []Claim   // in the order in which they were made; at most 1000
	Removed  []Removed // claims of the article that can be brought back, see [Store.RemovedClaims]
	Sources  []Offer   // outlets among them; those of this article first, then those used last
	Facts    []narrative.Fact
	Events   []Offer
	Parties  []Offer
	Disputes []Offer                   // [FictionKind] for one that is invented
	Places   map[narrative.Slug]string // by what name the facts' words show the places that they mark
	Next     Offer                     // an article that nobody has tagged yet, the zero Offer where there is none
}

// FictionKind is the kind of an [Offer] of a dispute that is invented.
const FictionKind = "fiction"

// A Mark says where a page or a moment begins in a capture.
type Mark struct {
	Start int // code points
	Label string
}

// An Offer is a noun that a field offers.
type Offer struct {
	Slug narrative.Slug
	Name string
	Kind string // of a source; [FictionKind]; "" otherwise

	Invented bool `db:"-"` // for practice, see [Store.Invented]
}

// Tagging returns what it takes to tag an article, with the facts named besides those that it offers: the article's own
// first, then those tagged last, at most 100. The errors are [*Moved], and [ErrNotFound] for an article that is not there or
// was never captured.
func (s *Store) Tagging(ctx context.Context, article narrative.Slug, facts ...narrative.Slug) (t Tagging, err error) {
	defer wrap(&err, "Tagging(%q)", article)

	n, err := loadNoun(ctx, s.desk, NounKey{narrative.KindArticle, string(article)})
	if err != nil {
		return Tagging{}, err
	}
	t.Article = n.Doc.(narrative.Article)
	var text string
	err = s.desk.QueryRow(ctx, `
		SELECT o.name, c.id, c.kind = 'full', t.text
		FROM articles a
		JOIN outlets o ON o.slug = a.outlet
		JOIN captures c ON c.id = (`+taggedCapture+`)
		JOIN capture_texts t ON t.capture = c.id
		WHERE a.slug = $1`, article).Scan(&t.Outlet, &t.Capture, &t.Full, &text)
	if err != nil {
		return Tagging{}, err
	}
	if t.Text, err = passage.ParseText(text); err != nil {
		return Tagging{}, err
	}
	if err := t.loadRest(ctx, s.desk, facts); err != nil {
		return Tagging{}, err
	}
	var words []narrative.Markup
	for _, f := range t.Facts {
		words = append(words, f.Wording()...)
	}
	if t.Places, err = s.PlaceNames(ctx, words); err != nil {
		return Tagging{}, err
	}
	return t, s.tellOffers(ctx, &t)
}

// tellOffers says of what a view offers what was invented for practice. What is of the other kind than the article comes last.
func (s *Store) tellOffers(ctx context.Context, t *Tagging) error {
	var told []telling
	var invented bool
	told = append(told, telling{NounKey{narrative.KindArticle, string(t.Article.Slug)}, nil, &invented})
	offers := map[narrative.Kind][]Offer{
		narrative.KindSource: t.Sources, narrative.KindEvent: t.Events, narrative.KindParty: t.Parties, narrative.KindDispute: t.Disputes,
	}
	for kind, list := range offers {
		for i := range list {
			told = append(told, telling{NounKey{kind, string(list[i].Slug)}, nil, &list[i].Invented})
		}
	}
	if err := s.tell(ctx, told); err != nil {
		return err
	}
	for _, list := range offers {
		slices.SortStableFunc(list, func(a, b Offer) int {
			switch {
			case a.Invented == b.Invented:
				return 0
			case a.Invented == invented:
				return -1
			}
			return 1
		})
	}
	return nil
}

// PlaceNames returns by what names editors' texts show the places that they mark, in one query at most. A place that is not
// there has none.
func (s *Store) PlaceNames(ctx context.Context, texts []narrative.Markup) (_ map[narrative.Slug]string, err error) {
	defer wrap(&err, "PlaceNames(%d texts)", len(texts))

	names := map[narrative.Slug]string{}
	for _, text := range texts {
		paragraphs, err := text.Runs()
		if err != nil {
			continue // shown as it is
		}
		for _, runs := range paragraphs {
			for _, run := range runs {
				if run.Place != "" {
					names[run.Place] = ""
				}
			}
		}
	}
	if len(names) == 0 {
		return names, nil
	}
	rows, _ := s.desk.Query(ctx, `SELECT slug, shown FROM places WHERE slug = ANY ($1)`, slices.Sorted(maps.Keys(names)))
	var place narrative.Slug
	var shown string
	_, err = pgx.ForEachRow(rows, []any{&place, &shown}, func() error {
		names[place] = shown
		return nil
	})
	return names, err
}

// loadRest reads the lists of a view in one round trip.
func (t *Tagging) loadRest(ctx context.Context, pool interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}, facts []narrative.Slug) error {
	var b pgx.Batch
	offers := func(list *[]Offer, sql string, args ...any) {
		b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
			*list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Offer])
			return err
		})
	}
	b.Queue(`SELECT start, label FROM capture_marks WHERE capture = $1 ORDER BY start`, t.Capture).Query(func(rows pgx.Rows) (err error) {
		t.Marks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Mark])
		return err
	})
	b.Queue(deskClaims+`
		WHERE c.article = $1
		ORDER BY c.ordinal
		LIMIT $2`, t.Article.Slug, mostTagged).Query(func(rows pgx.Rows) (err error) {
		t.Claims, err = pgx.CollectRows(rows, scanClaim)
		return err
	})
	b.Queue(removedClaims, t.Article.Slug, pageSize).Query(func(rows pgx.Rows) (err error) {
		t.Removed, err = pgx.CollectRows(rows, scanRemoved)
		return err
	})
	offers(&t.Sources, `
		WITH `+lately+`, used AS (
			SELECT c.source AS slug, max(c.ordinal) FILTER (WHERE c.article = $1) AS here, max(l.id) AS latest
			FROM claims c
			LEFT JOIN lately l ON l.key = c.code
			WHERE c.article = $1 OR l.key IS NOT NULL
			GROUP BY c.source
		)
		SELECT s.slug, s.name, s.kind
		FROM sources s
		LEFT JOIN used u ON u.slug = s.slug
		WHERE NOT s.retired
		ORDER BY u.here DESC NULLS LAST, u.latest DESC NULLS LAST, s.name, s.slug
		LIMIT $2`, t.Article.Slug, mostOffered)
	queue(&b, &t.Facts, `
		WITH `+lately+`, used AS (
			SELECT s.fact AS slug, max(c.ordinal) FILTER (WHERE c.article = $1) AS here, max(l.id) AS latest
			FROM stances s
			JOIN claims c ON c.code = s.claim
			LEFT JOIN lately l ON l.key = c.code
			WHERE c.article = $1 OR l.key IS NOT NULL
			GROUP BY s.fact
		)
		SELECT `+factDoc+`
		FROM facts f
		LEFT JOIN used u ON u.slug = f.slug
		WHERE NOT f.retired OR f.slug = ANY ($2)
		ORDER BY f.slug = ANY ($2) DESC, u.here DESC NULLS LAST, u.latest DESC NULLS LAST, f.slug
		LIMIT $3`, t.Article.Slug, nonNil(facts), mostFacts+len(facts))
	offers(&t.Events, `
		SELECT slug, title, ''
		FROM events
		WHERE NOT retired
		ORDER BY date_earliest DESC NULLS LAST, slug
		LIMIT $1`, mostOffered)
	offers(&t.Parties, `
		SELECT slug, name, ''
		FROM parties
		WHERE NOT retired
		ORDER BY name, slug
		LIMIT $1`, mostOffered)
	offers(&t.Disputes, `
		SELECT slug, title, CASE WHEN fiction THEN '`+FictionKind+`' ELSE '' END
		FROM disputes
		WHERE NOT retired
		ORDER BY title, slug
		LIMIT $1`, mostOffered)
	b.Queue(`
		SELECT a.slug, a.headline, ''
		FROM articles a
		WHERE NOT a.retired AND a.slug <> $1 AND EXISTS (SELECT FROM captures k WHERE k.article = a.slug)
			AND NOT EXISTS (SELECT FROM claims c WHERE c.article = a.slug)
		ORDER BY a.published_latest DESC NULLS LAST, a.slug
		LIMIT 1`, t.Article.Slug).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Offer])
		if len(list) > 0 {
			t.Next = list[0]
		}
		return err
	})
	return pool.SendBatch(ctx, &b).Close()
}

// lately are the claims that were worked on last.
const lately = `lately AS (
			SELECT key, max(id) AS id
			FROM (SELECT key, id FROM audit_log WHERE kind = 'claim' ORDER BY id DESC LIMIT 300) AS entries
			GROUP BY key
		)`

// deskClaims returns claims with all that a [Claim] has, see scanClaim.
const deskClaims = `
		SELECT ` + claimDoc + `, c.version, c.preset, x.capture, x.starts, x.ends
		FROM claims c
		JOIN anchors x ON x.claim = c.code AND x.is_current ` + claimAnchors

func scanClaim(row pgx.CollectableRow) (c Claim, err error) {
	var doc []byte
	at := anchorRow{}
	if err := row.Scan(&doc, &c.Version, &c.Preset, &at.Capture, &at.Starts, &at.Ends); err != nil {
		return Claim{}, err
	}
	var placed placedClaim
	if err := json.Unmarshal(doc, &placed); err != nil {
		return Claim{}, err
	}
	c.Claim, c.Article, c.Ordinal, c.Capture, c.Match = placed.Claim, placed.Article, placed.Ordinal, at.Capture, at.match()
	return c, nil
}

// SourcesByName returns for each name the sources that have it: as slug, as house name, or as one that articles print, in
// that order and in whatever case.
func (s *Store) SourcesByName(ctx context.Context, names []string) (found map[string][]Offer, err error) {
	defer wrap(&err, "SourcesByName(%d names)", len(names))

	rows, _ := s.desk.Query(ctx, `
		SELECT n.name, s.slug, s.name, s.kind
		FROM (SELECT DISTINCT * FROM unnest($1::text[])) AS n (name)
		JOIN sources s ON s.slug = n.name OR NOT s.retired AND (lower(s.name) = lower(n.name) OR n.name = ANY (s.printed))
		ORDER BY s.slug = n.name DESC, lower(s.name) = lower(n.name) DESC, s.slug
		LIMIT 1000`, names)
	found = map[string][]Offer{}
	var name string
	var o Offer
	_, err = pgx.ForEachRow(rows, []any{&name, &o.Slug, &o.Name, &o.Kind}, func() error {
		found[name] = append(found[name], o)
		return nil
	})
	return found, err
}

// FactClaims returns claims with a stance on a fact in the order of their codes, a page of 100 that begins after a code ("" for
// the first), and the code after which the next page begins, "" if there is none. aspect and position, "*" for any, choose
// among them. The errors are [ErrNotFound] and [*Moved] for the fact.
func (s *Store) FactClaims(ctx context.Context, fact narrative.Slug, aspect, position, after string) (n Noun, claims []Claim, next string, err error) {
	defer wrap(&err, "FactClaims(%q)", fact)

	if n, err = loadNoun(ctx, s.desk, NounKey{narrative.KindFact, string(fact)}); err != nil {
		return Noun{}, nil, "", err
	}
	rows, _ := s.desk.Query(ctx, deskClaims+`
		WHERE c.code > $4 AND c.code IN (
			SELECT s.claim FROM stances s
			WHERE s.fact = $1 AND ($2 = '*' OR s.aspect = $2) AND ($3 = '*' OR coalesce(s.position, '') = $3))
		ORDER BY c.code
		LIMIT $5`, fact, aspect, position, after, pageSize+1)
	claims, err = pgx.CollectRows(rows, scanClaim)
	if len(claims) > pageSize {
		claims = claims[:pageSize]
		next = string(claims[pageSize-1].Code)
	}
	return n, claims, next, err
}
