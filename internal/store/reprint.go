package store

import (
	"context"
	"errors"
	"slices"

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
// articles that have its address ("" for none). What an article became part of has its texts and its address. How much they
// have in common is for the caller to say.
func (s *Store) Reprints(ctx context.Context, prints []int32, address string) (list []Likeness, err error) {
	defer wrap(&err, "Reprints(%d prints)", len(prints))

	rows, _ := s.desk.Query(ctx, `
		WITH alike AS (
			SELECT coalesce(a.merged_into, a.slug) AS article, c.id, c.kind,
				(SELECT count(*) FROM unnest(h.prints) AS p WHERE p = ANY ($1)) AS common, false AS here
			FROM capture_shingles h
			JOIN captures c ON c.id = h.capture
			JOIN articles a ON a.slug = c.article
			WHERE h.prints && $1
			UNION ALL
			SELECT coalesce(a.merged_into, a.slug), c.id, c.kind, 1000000, true
			FROM articles a
			JOIN captures c ON c.article = a.slug
			WHERE $2 <> '' AND a.url = $2 AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		), best AS (
			SELECT DISTINCT ON (article) article, id, kind, common, here
			FROM alike
			ORDER BY article, common DESC, kind = 'full' DESC, id DESC
		)
		SELECT b.article, a.headline, o.name, a.language, coalesce(a.published_earliest::text, ''), a.credit, b.id, b.kind = 'full', t.text, b.here
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
	return reprintsOf(ctx, s.desk, article)
}

func reprintsOf(ctx context.Context, q querier, article narrative.Slug) ([]Reprint, error) {
	rows, _ := q.Query(ctx, `
		SELECT r.article, r.origin, a.headline, r.basis
		FROM reprints r
		JOIN articles a ON a.slug = CASE WHEN r.article = $1 THEN r.origin ELSE r.article END
		WHERE $1 IN (r.article, r.origin)
		ORDER BY r.article, r.origin
		LIMIT $2`, article, pageSize)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Reprint])
}

// inOrder returns a noun with those of its lists whose order says nothing in theirs.
func inOrder(doc any) any {
	if a, ok := doc.(narrative.Article); ok {
		a.ReprintOf = slices.Sorted(slices.Values(a.ReprintOf))
		return a
	}
	return doc
}

// holdReprints makes saves of articles that print others again wait for each other until the transaction has ended, since two
// of them that are sound by themselves can lead round together. Other saves do not wait.
func holdReprints(ctx context.Context, tx pgx.Tx, doc any) error {
	if a, ok := doc.(narrative.Article); !ok || len(a.ReprintOf) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('counterclaim.reprints'))`)
	return err
}

// nameOrigins adds to the names in a noun those of all articles that it comes down to by what each prints again, so that the
// rules see where it leads.
func nameOrigins(ctx context.Context, tx pgx.Tx, doc any, n names) error {
	a, ok := doc.(narrative.Article)
	if !ok || len(a.ReprintOf) == 0 {
		return nil
	}
	if err := holdReprints(ctx, tx, doc); err != nil {
		return err
	}
	of := slices.DeleteFunc(slices.Clone(a.ReprintOf), func(slug narrative.Slug) bool { return !slug.Valid() }) // may be no text
	rows, _ := tx.Query(ctx, `
		WITH RECURSIVE leads_to AS (
			SELECT origin FROM reprints WHERE article = ANY ($1)
			UNION
			SELECT p.origin FROM leads_to x JOIN reprints p ON p.article = x.origin)
		SELECT origin FROM leads_to`, of)
	origins, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Slug])
	for _, slug := range origins {
		n.slugs[slug] = true
	}
	return err
}

// link sets down what the two links of a confirmation rest on, and adds the second of them, which is part of an article that
// was there before.
func (c *Confirmation) link(ctx context.Context, tx pgx.Tx) error {
	if c.Reprint != "" {
		if err := c.addReprint(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		UPDATE reprints SET basis = $4
		WHERE (article, origin) IN (($1, $2), ($3, $1))`, c.Article.Slug, c.Origin, c.Reprint, c.Basis)
	return err
}

// addReprint saves that the article of the confirmation is printed again by another.
func (c *Confirmation) addReprint(ctx context.Context, tx pgx.Tx) error {
	key := NounKey{narrative.KindArticle, string(c.Reprint)}
	if _, err := tx.Exec(ctx, `SELECT FROM articles WHERE slug = $1 FOR UPDATE`, key.Key); err != nil {
		return err
	}
	n, err := loadNoun(ctx, tx, key)
	if _, moved := errors.AsType[*Moved](err); moved || errors.Is(err, ErrNotFound) || errors.Is(err, pgx.ErrNoRows) {
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key, Path: "reprint_of", Message: "is not there any more under this name; choose again"}}}
	}
	if err != nil {
		return err
	}
	before := n.Doc.(narrative.Article)
	after := before
	after.ReprintOf = append(slices.Clone(before.ReprintOf), c.Article.Slug)
	if err := check(ctx, tx, after, before); err != nil {
		return err
	}
	doc := inOrder(after)
	was, now, err := beforeAndAfter(before, doc)
	if err != nil {
		return err
	}
	if err := writeRows(ctx, tx, rows{Collection: collectionWith(doc), Actor: c.Actor}); err != nil {
		return err
	}
	return audit(ctx, tx, c.Actor, "change", Change{key, was, now}, c.Why)
}
