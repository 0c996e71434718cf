package store

import (
	"context"
	"slices"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// A NounPage is a noun with the published claims that hang on it: newest said first, undated last, then by code and
// fact. All rows of a claim are on one page, of about 100.
type NounPage[T any] struct {
	Noun    T
	Claims  []edition.ClaimRow
	Fiction bool   // all facts on which it stands were invented for practice
	More    string // cursor of the next page, "" at the end
}

// invented is a query that says whether all facts on which a noun stands are of disputes that were invented for practice.
// Kind and slug are SQL of this package's own.
func invented(kind, slug string) string {
	return `
		SELECT NOT EXISTS (
			SELECT
			FROM published_nouns v
			JOIN published_facts r USING (fact)
			WHERE v.kind = ` + kind + ` AND v.slug = ` + slug + ` AND NOT (r.row ->> 'fiction')::boolean)`
}

// A claimList is what the queries below return beside the noun.
type claimList struct {
	Claims []edition.ClaimRow `json:"claims"`
	Codes  []struct {
		Code string `json:"code"`
		Said string `json:"said"`
	} `json:"codes"`
}

// claimsOf is a query for one document: the rows of a page of the claims for which the condition holds. $2 is the
// noun's slug, $3 and $4 the cursor. The condition is one of this file's constants.
func claimsOf(condition string) string {
	return `
		WITH codes AS (
			SELECT code, max(coalesce(said_earliest::text, '')) AS said
			FROM published_claims
			WHERE ` + condition + `
			GROUP BY code
			HAVING $4 = '' OR (max(coalesce(said_earliest::text, '')), $4) < ($3, code)
			ORDER BY said DESC, code
			LIMIT 101)
		SELECT json_build_object(
			'codes', (SELECT json_agg(c ORDER BY c.said DESC, c.code) FROM codes AS c),
			'claims', (
				SELECT json_agg(p.row ORDER BY c.said DESC, p.code, p.fact)
				FROM codes AS c
				JOIN published_claims p USING (code)
				WHERE ` + condition + `))`
}

const (
	ofSource = `(source = $2 OR attributed_to = $2)`
	ofParty  = `party = $2`
	ofOutlet = `outlet = $2`
	ofEvent  = `event = $2`
)

// page cuts the list to a page and returns the cursor of the next.
func (l claimList) page() ([]edition.ClaimRow, string) {
	if len(l.Codes) <= pageSize {
		return l.Claims, ""
	}
	last, next := l.Codes[pageSize-1], l.Codes[pageSize].Code
	cut := slices.IndexFunc(l.Claims, func(c edition.ClaimRow) bool { return c.Claim.Code == next })
	return l.Claims[:cut], last.Said + "~" + last.Code
}

// nounPage fills a page of a noun and its claims, and dest with what the further query says.
func nounPage[T any](ctx context.Context, s *Store, kind narrative.Kind, slug, cursor, condition, further string, dest any) (p NounPage[T], err error) {
	said, code, err := after(cursor, true)
	if err != nil {
		return p, err
	}
	var list claimList
	err = s.noun(ctx, kind, slug, &p.Noun, claimsOf(condition)+`), (`+invented("$1", "$2")+`), (`+further, []any{said, code}, &list, &p.Fiction, dest)
	p.Claims, p.More = list.page()
	return p, err
}

// A SourcePage is a source with its claims and those that report its views.
type SourcePage struct {
	NounPage[edition.Source]
	Party edition.Party // zero if it speaks for none
}

// Source returns a source after a cursor. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Source(ctx context.Context, slug, cursor string) (p SourcePage, err error) {
	defer wrap(&err, "Source(%q)", slug)

	var party *edition.Party
	p.NounPage, err = nounPage[edition.Source](ctx, s, narrative.KindSource, slug, cursor, ofSource, `
		SELECT x.doc
		FROM published_nouns x
		WHERE x.kind = 'party' AND x.slug = n.doc ->> 'party'
		ORDER BY x.log_index DESC
		LIMIT 1`, &party)
	if party != nil {
		p.Party = *party
	}
	return p, err
}

// A PartyPage is a party with the claims of the sources that speak for it.
type PartyPage struct {
	NounPage[edition.Party]
	Sources []edition.NounRow // by title, with the numbers of their claims
}

// Party returns a party after a cursor. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Party(ctx context.Context, slug, cursor string) (p PartyPage, err error) {
	defer wrap(&err, "Party(%q)", slug)

	p.NounPage, err = nounPage[edition.Party](ctx, s, narrative.KindParty, slug, cursor, ofParty, `
		SELECT json_agg(x ORDER BY x.title, x.slug)
		FROM (
			SELECT y.*, (`+invented("'source'", "y.slug")+`) AS fiction
			FROM (
				SELECT source AS slug, max(row ->> 'source_name') AS title, count(DISTINCT code) AS count
				FROM published_claims
				WHERE party = $2
				GROUP BY source
				ORDER BY count(DISTINCT code) DESC
				LIMIT 100) AS y) AS x`, &p.Sources)
	return p, err
}

// An OutletPage is an outlet with the claims that it carries.
type OutletPage struct {
	NounPage[edition.Outlet]
	Articles []edition.NounRow // newest first, with the days of their publication as notes; at most 100
}

// Outlet returns an outlet after a cursor. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Outlet(ctx context.Context, slug, cursor string) (p OutletPage, err error) {
	defer wrap(&err, "Outlet(%q)", slug)

	p.NounPage, err = nounPage[edition.Outlet](ctx, s, narrative.KindOutlet, slug, cursor, ofOutlet, `
		SELECT json_agg(
			json_build_object('slug', x.slug, 'title', x.doc ->> 'headline', 'note', x.doc #>> '{published,text}',
				'fiction', (`+invented("'article'", "x.slug")+`))
			ORDER BY x.doc #>> '{published,earliest}' DESC, x.slug)
		FROM (
			SELECT DISTINCT ON (slug) slug, doc
			FROM published_nouns
			WHERE kind = 'article' AND slug IN (SELECT article FROM published_claims WHERE outlet = $2)
			ORDER BY slug, log_index DESC
			LIMIT 100) AS x`, &p.Articles)
	return p, err
}

// An EventPage is an occasion with what was said on it.
type EventPage struct {
	NounPage[edition.Event]
	Participants []edition.NounRow // by title
}

// Event returns an occasion after a cursor. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Event(ctx context.Context, slug, cursor string) (p EventPage, err error) {
	defer wrap(&err, "Event(%q)", slug)

	p.NounPage, err = nounPage[edition.Event](ctx, s, narrative.KindEvent, slug, cursor, ofEvent, `
		SELECT json_agg(x ORDER BY x.title, x.slug)
		FROM (
			SELECT DISTINCT ON (p.slug) p.slug, p.doc ->> 'name' AS title, (`+invented("'source'", "p.slug")+`) AS fiction
			FROM published_nouns p
			WHERE p.kind = 'source' AND p.slug IN (SELECT jsonb_array_elements_text(n.doc -> 'participants'))
			ORDER BY p.slug, p.log_index DESC) AS x`, &p.Participants)
	return p, err
}

// A PlacedClaim is a claim with where it stands in its article.
type PlacedClaim struct {
	Rows   []edition.ClaimRow `json:"rows"`   // one for each fact, the latest entry of the log first
	Block  int                `json:"block"`  // which paragraph of the article, or of the excerpt of it
	Starts []int              `json:"starts"` // of its segments, in code points from the beginning of the block
	Ends   []int              `json:"ends"`
}

// An ArticlePage is an article with its published passages.
type ArticlePage struct {
	Article  edition.Article
	Outlet   edition.Outlet
	Passages []PlacedClaim     // in the article's order
	ReadFor  []edition.NounRow // the facts that it was read for, by title
	Text     string            // the whole text, only where the article's rights are full
	Fiction  bool              // all facts on which it stands were invented for practice
}

// Article returns an article. The errors are [ErrNotFound] and [*Moved].
func (s *Store) Article(ctx context.Context, slug string) (p ArticlePage, err error) {
	defer wrap(&err, "Article(%q)", slug)

	err = s.noun(ctx, narrative.KindArticle, slug, &p.Article, `
		SELECT json_agg(x ORDER BY x.block, x.starts[1], x.ends[array_upper(x.ends, 1)], x.code)
		FROM (
			SELECT code, min(block) AS block, max(starts) AS starts, max(ends) AS ends,
				json_agg(row ORDER BY log_index DESC, fact) AS rows
			FROM published_claims
			WHERE article = $2
			GROUP BY code
			ORDER BY min(block), code
			LIMIT 1000) AS x`+`), (`+`
		SELECT json_agg(x ORDER BY x.title, x.slug)
		FROM (
			SELECT f.fact AS slug, f.row ->> 'title' AS title, (f.row ->> 'fiction')::boolean AS fiction
			FROM published_nouns r
			JOIN published_facts f USING (fact)
			WHERE r.kind = 'article' AND r.slug = $2 AND (r.doc ->> 'read')::boolean
			ORDER BY f.fact
			LIMIT 200) AS x`+`), (`+`
		SELECT o.doc
		FROM published_nouns o
		WHERE o.kind = 'outlet' AND o.slug = n.doc ->> 'outlet'
		ORDER BY o.log_index DESC
		LIMIT 1`+`), (`+`
		SELECT coalesce(max(t.text), '')
		FROM published_texts t
		WHERE t.article = $2`+`), (`+invented("$1", "$2"), nil, &p.Passages, &p.ReadFor, &p.Outlet, &p.Text, &p.Fiction)
	return p, err
}
