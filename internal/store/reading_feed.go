package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// feedSize is how many entries a feed has at most.
const feedSize = 50

// keyOf is the permanent key of the fact of an entry e of the log.
const keyOf = `(SELECT convert_from(l.record, 'UTF8')::jsonb ->> 'fact' FROM log l WHERE l.index = e.log_index)`

// A NewFact is a fact with the time of its first edition.
type NewFact struct {
	Key   string // permanent: the slug under which it was first published
	First time.Time
	Fact  edition.FactRow // as its latest edition has it
	From  []string        // addresses of the articles in it, by publication; at most 50
}

// NewFacts returns the facts that were published first last, at most 50, newest first.
func (s *Store) NewFacts(ctx context.Context) (facts []NewFact, err error) {
	defer wrap(&err, "NewFacts()")

	rows, _ := s.reader.Query(ctx, `
		SELECT `+keyOf+` AS key, e.published_at AS first, f.row AS fact,
			ARRAY(
				SELECT n.doc ->> 'url'
				FROM published_nouns n
				WHERE n.fact = f.fact AND n.kind = 'article' AND n.doc ->> 'url' <> ''
				ORDER BY n.doc #>> '{published,earliest}', n.slug
				LIMIT 50) AS "from"
		FROM editions e
		JOIN published_facts f ON f.fact_id = e.fact
		WHERE e.number = 1
		ORDER BY e.log_index DESC
		LIMIT $1`, feedSize)
	return pgx.CollectRows(rows, pgx.RowToStructByName[NewFact])
}

// A FactNews is a fact with its editions as news.
type FactNews struct {
	Key      string
	Fact     string // slug of today
	Title    string // of the latest edition
	Editions []EditionNews
}

// EditionNews is an edition as news.
type EditionNews struct {
	EditionRow
	Key     string `json:"key"`     // of its fact
	Claims  int    `json:"claims"`  // how many it has
	Added   int    `json:"added"`   // of them, those that the edition before did not have; 0 for a first edition
	Removed int    `json:"removed"` // those that it has no more
}

// editionNews has the columns of an [EditionNews], for an edition e and the one before it, b.
const editionNews = `
	e.title, e.kind, e.reason, e.review, e.number, e.published_at, e.log_index, ` + inventedEdition + ` AS fiction, ` + keyOf + ` AS key, cardinality(e.claims) AS claims,
	CASE WHEN b.claims IS NULL THEN 0
		ELSE (SELECT count(*) FROM (SELECT unnest(e.claims) EXCEPT SELECT unnest(b.claims)) AS x) END AS added,
	CASE WHEN b.claims IS NULL THEN 0
		ELSE (SELECT count(*) FROM (SELECT unnest(b.claims) EXCEPT SELECT unnest(e.claims)) AS x) END AS removed`

// FactNews returns a fact's latest editions, at most 50, newest first, by any slug under which it was ever published, also
// where readers do not see it any more. Erased ones are left out. The errors are [ErrNotFound] and, for an old slug,
// [*Moved].
func (s *Store) FactNews(ctx context.Context, fact string) (n FactNews, err error) {
	defer wrap(&err, "FactNews(%q)", fact)

	err = s.reader.QueryRow(ctx, `
		SELECT coalesce(f.fact, s.slug), coalesce((
			SELECT json_agg(to_jsonb(x) - 'log_index' ORDER BY x.number DESC)
			FROM (
				SELECT coalesce(f.fact, s.slug) AS fact, `+editionNews+`
				FROM published_editions e
				LEFT JOIN published_editions b ON b.fact_id = e.fact_id AND b.number = e.number - 1
				WHERE e.fact_id = s.fact_id
				ORDER BY e.number DESC
				LIMIT $2) AS x), '[]')
		FROM published_slugs s
		LEFT JOIN published_facts f ON f.fact_id = s.fact_id
		WHERE s.slug = $1`, fact, feedSize).Scan(&n.Fact, &n.Editions)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && len(n.Editions) == 0:
		return FactNews{}, s.moved(ctx, narrative.KindFact, fact)
	case err == nil && n.Fact != fact:
		return FactNews{}, &Moved{n.Fact}
	case err == nil:
		n.Key, n.Title = n.Editions[0].Key, n.Editions[0].Title
	}
	return n, err
}

// CorrectionNews returns the latest corrections and withdrawals across facts, at most 50, newest first.
func (s *Store) CorrectionNews(ctx context.Context) (news []EditionNews, err error) {
	defer wrap(&err, "CorrectionNews()")

	err = s.reader.QueryRow(ctx, `
		SELECT coalesce(json_agg(to_jsonb(x) - 'log_index' ORDER BY x.log_index DESC), '[]')
		FROM (
			SELECT coalesce(f.fact, `+keyOf+`) AS fact, `+editionNews+`
			FROM published_editions e
			LEFT JOIN published_facts f USING (fact_id)
			LEFT JOIN published_editions b ON b.fact_id = e.fact_id AND b.number = e.number - 1
			WHERE e.`+takenBack+`
			ORDER BY e.log_index DESC
			LIMIT $1) AS x`, feedSize).Scan(&news)
	return news, err
}

// ClaimNews is a claim as news.
type ClaimNews struct {
	First time.Time          `json:"first"` // when it was first published
	Rows  []edition.ClaimRow `json:"rows"`  // one for each fact, the latest entry of the log first
}

// claimNews is a query for the claims for which the condition holds that were first published last, as [Store.noun] takes
// it. The condition is one of this package's constants.
func claimNews(condition string) string {
	return `
		WITH firsts AS (
			SELECT c.code, min(e.log_index) AS log_index
			FROM (SELECT DISTINCT code FROM published_claims WHERE ` + condition + `) AS c
			JOIN published_editions e ON e.claims @> ARRAY[c.code]
			GROUP BY c.code
			ORDER BY 2 DESC, 1
			LIMIT $3)
		SELECT coalesce(json_agg(to_jsonb(x) - 'log_index' - 'code' ORDER BY x.log_index DESC, x.code), '[]')
		FROM (
			SELECT f.log_index, f.code, e.published_at AS first, (
				SELECT json_agg(c.row ORDER BY c.log_index DESC, c.fact)
				FROM published_claims c
				WHERE c.code = f.code) AS rows
			FROM firsts f
			JOIN published_editions e USING (log_index)) AS x`
}

// NounNews is a noun with its claims as news.
type NounNews[T any] struct {
	Noun    T
	Claims  []ClaimNews // those first published last, at most 50, newest first
	Fiction bool        // all facts on which the noun stands were invented for practice
}

// SourceNews returns a source with its claims and those that report its views. The errors are [ErrNotFound] and [*Moved].
func (s *Store) SourceNews(ctx context.Context, slug string) (n NounNews[edition.Source], err error) {
	defer wrap(&err, "SourceNews(%q)", slug)

	err = s.noun(ctx, narrative.KindSource, slug, &n.Noun, claimNews(ofSource)+`), (`+invented("$1", "$2"), []any{feedSize}, &n.Claims, &n.Fiction)
	return n, err
}

// OutletNews returns an outlet with the claims that it carries. The errors are [ErrNotFound] and [*Moved].
func (s *Store) OutletNews(ctx context.Context, slug string) (n NounNews[edition.Outlet], err error) {
	defer wrap(&err, "OutletNews(%q)", slug)

	err = s.noun(ctx, narrative.KindOutlet, slug, &n.Noun, claimNews(ofOutlet)+`), (`+invented("$1", "$2"), []any{feedSize}, &n.Claims, &n.Fiction)
	return n, err
}

// A SitePage is a page of the site that stands for something published.
type SitePage struct {
	Kind    narrative.Kind // fact, claim, dispute, article, source, outlet, party or event
	Name    string         // slug or code
	Changed time.Time      // when the latest edition that has it was published
}

// Cursor names the page among all, for [Store.SitePages].
func (p SitePage) Cursor() string { return string(p.Kind) + "~" + p.Name }

// sitePages has every page that stands for something published, under the names of today, but for those of what was invented
// for practice.
const sitePages = `
	SELECT 'fact' AS kind, fact AS name, published_at AS changed
	FROM published_facts
	WHERE NOT (row ->> 'fiction')::boolean
	UNION ALL
	SELECT 'claim', c.code, max(f.published_at)
	FROM published_claims c
	JOIN published_facts f USING (fact)
	WHERE NOT (f.row ->> 'fiction')::boolean
	GROUP BY c.code
	UNION ALL
	SELECT n.kind, n.slug, max(f.published_at)
	FROM published_nouns n
	JOIN published_facts f USING (fact)
	WHERE n.kind IN ('dispute', 'article', 'source', 'outlet', 'party', 'event') AND NOT (f.row ->> 'fiction')::boolean
	GROUP BY n.kind, n.slug`

// SiteMap returns all pages of the site that stand for something published and not invented, by kind and name, if there are at
// most limit of them. If there are more, it returns the first of each part of that length, and whole is false.
func (s *Store) SiteMap(ctx context.Context, limit int) (pages []SitePage, whole bool, err error) {
	defer wrap(&err, "SiteMap(%d)", limit)

	rows, _ := s.reader.Query(ctx, `
		SELECT kind, name, changed, total
		FROM (
			SELECT kind, name, changed, count(*) OVER () AS total, row_number() OVER (ORDER BY kind, name) AS n
			FROM (`+sitePages+`) AS p) AS numbered
		WHERE total <= $1 OR n % $1 = 1 OR $1 = 1
		ORDER BY n`, max(limit, 1))
	type counted struct {
		SitePage
		Total int
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[counted])
	whole = true
	for _, p := range found {
		pages = append(pages, p.SitePage)
		whole = p.Total <= limit
	}
	return pages, whole, err
}

// SitePages returns the part of the pages of [Store.SiteMap] that begins with the page of a cursor, or with the first after
// where it would be. The error is [ErrNotFound] for a cursor of no sense.
func (s *Store) SitePages(ctx context.Context, cursor string, limit int) (pages []SitePage, err error) {
	defer wrap(&err, "SitePages(%q, %d)", cursor, limit)

	kind, name, ok := strings.Cut(cursor, "~")
	if !ok || !cursorName.MatchString(kind) || !cursorName.MatchString(name) {
		return nil, fmt.Errorf("%w: page %q", ErrNotFound, cursor)
	}
	rows, _ := s.reader.Query(ctx, `
		SELECT kind, name, changed
		FROM (`+sitePages+`) AS p
		WHERE (kind, name) >= ($1, $2)
		ORDER BY kind, name
		LIMIT $3`, kind, name, max(limit, 1))
	return pgx.CollectRows(rows, pgx.RowToStructByName[SitePage])
}
