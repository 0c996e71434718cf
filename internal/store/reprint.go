package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// mostIndexed is how many captures [Store.IndexReprints] looks at in one call: some hundred milliseconds of work.
const mostIndexed = 200

// IndexReprints notes the prints of captures of which none are noted yet, the latest first and at most 200 in a call, so
// that [Store.Reprints] finds them. prints makes them of a text. It returns how many captures are left. Captures that come in
// at the desk are noted with their confirmation; this is for those of an import, and is called before every look-up.
func (s *Store) IndexReprints(ctx context.Context, prints func(text string) []int32) (left int, err error) {
	defer wrap(&err, "IndexReprints()")

	rows, _ := s.desk.Query(ctx, `
		SELECT c.id, t.text
		FROM captures c
		JOIN capture_texts t ON t.capture = c.id
		WHERE NOT EXISTS (SELECT FROM capture_shingles h WHERE h.capture = c.id) AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.id DESC
		LIMIT $1`, mostIndexed)
	var b pgx.Batch
	var id int64
	var text string
	if _, err := pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		b.Queue(`INSERT INTO capture_shingles (capture, prints) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, nonNil(prints(text)))
		return nil
	}); err != nil || b.Len() == 0 {
		return 0, err
	}
	if err := s.desk.SendBatch(ctx, &b).Close(); err != nil || b.Len() < mostIndexed {
		return 0, err
	}
	err = s.desk.QueryRow(ctx, `
		SELECT count(*)
		FROM captures c
		WHERE NOT EXISTS (SELECT FROM capture_shingles h WHERE h.capture = c.id) AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)`).Scan(&left)
	return left, err
}

// A Likeness is a captured text that has some words in common with another.
type Likeness struct {
	Article  narrative.Slug
	Headline string
	Outlet   string // its name
	Language string
	Day      string // the first on which it can have been published; "" if that is not known
	Credit   string
	Capture  int64
	Full     bool
	Text     string
	Here     bool // its address is the one that was asked for
}

// mostAlike bounds what [Store.Reprints] returns.
const mostAlike = 8

// Reprints returns the texts that have most prints in common with one, at most eight and each article once, and first the
// articles that have its address ("" for none). How much they have in common is for the caller to say.
func (s *Store) Reprints(ctx context.Context, prints []int32, address string) (list []Likeness, err error) {
	defer wrap(&err, "Reprints(%d prints)", len(prints))

	rows, _ := s.desk.Query(ctx, `
		WITH alike AS (
			SELECT c.article, c.id, c.kind, (SELECT count(*) FROM unnest(h.prints) AS p WHERE p = ANY ($1)) AS common
			FROM capture_shingles h
			JOIN captures c ON c.id = h.capture
			WHERE h.prints && $1
			UNION ALL
			SELECT a.slug, c.id, c.kind, 1000000
			FROM articles a
			JOIN captures c ON c.article = a.slug
			WHERE $2 <> '' AND a.url = $2 AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		), best AS (
			SELECT DISTINCT ON (article) article, id, kind, common
			FROM alike
			ORDER BY article, common DESC, kind = 'full' DESC, id DESC
		)
		SELECT b.article, a.headline, o.name, a.language, coalesce(a.published_earliest::text, ''), a.credit, b.id, b.kind = 'full', t.text,
			$2 <> '' AND a.url = $2
		FROM best b
		JOIN articles a ON a.slug = b.article
		JOIN outlets o ON o.slug = a.outlet
		JOIN capture_texts t ON t.capture = b.id
		ORDER BY b.common DESC, b.article
		LIMIT $3`, nonNil(prints), address, mostAlike)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Likeness])
}

// A Reprint says that an article is another one's text printed again.
type Reprint struct {
	Article  narrative.Slug
	Origin   narrative.Slug
	Headline string // of the other one of the two
	Basis    string // words, credit or editor
}

// ReprintsOf returns the reprints that an article is one of, or is the origin of, at most 100.
func (s *Store) ReprintsOf(ctx context.Context, article narrative.Slug) (list []Reprint, err error) {
	defer wrap(&err, "ReprintsOf(%q)", article)

	rows, _ := s.desk.Query(ctx, `
		SELECT r.article, r.origin, a.headline, r.basis
		FROM reprints r
		JOIN articles a ON a.slug = CASE WHEN r.article = $1 THEN r.origin ELSE r.article END
		WHERE $1 IN (r.article, r.origin)
		ORDER BY r.article, r.origin
		LIMIT $2`, article, pageSize)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Reprint])
}
