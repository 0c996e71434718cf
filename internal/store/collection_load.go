package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// Collection returns all that the desk's tables hold, sorted.
func (s *Store) Collection(ctx context.Context) (_ narrative.Collection, err error) {
	defer wrap(&err, "Collection()")

	var c narrative.Collection
	err = pgx.BeginTxFunc(ctx, s.desk, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		c, err = loadCollection(ctx, tx, nil)
		return err
	})
	return c, err
}

// loadCollection returns the facts with all that hangs on them, sorted: the claims with a stance on one of them, the
// articles of these and those read for the facts with the articles that they print again, and what all of these name. With
// no facts it returns everything.
// An article's blocks are those that hold one of the claims.
func loadCollection(ctx context.Context, tx pgx.Tx, facts []narrative.Slug) (narrative.Collection, error) {
	var c narrative.Collection
	var claims []placedClaim
	var excerpts, fulls []captured

	var b pgx.Batch
	queue(&b, &c.Disputes, disputesSQL)
	queue(&b, &c.Parties, partiesSQL)
	queue(&b, &c.Outlets, outletsSQL)
	queue(&b, &c.Places, placesSQL)
	queue(&b, &c.Terms, termsSQL)
	queue(&b, &c.Sources, sourcesSQL, facts)
	queue(&b, &c.Events, eventsSQL, facts)
	queue(&b, &c.Facts, factsSQL, facts)
	queue(&b, &c.Records, recordsSQL, facts)
	queue(&b, &c.Articles, articlesSQL, facts)
	queue(&b, &claims, claimsSQL, facts)
	queue(&b, &excerpts, excerptsSQL, facts)
	queue(&b, &fulls, fullsSQL, facts)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return narrative.Collection{}, err
	}
	if err := layBlocks(c.Articles, claims, excerpts, fulls); err != nil {
		return narrative.Collection{}, err
	}
	c.Sort()
	return c, nil
}

// queue adds a query of one JSON column to the batch; its rows end in list.
func queue[T any](b *pgx.Batch, list *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowTo[T])
		return err
	})
}

// The queries return one JSON document a row, with the names of the fields of the type that it becomes. Those that take
// $1 return what hangs on the facts of that list, or everything if it is null.
const (
	disputesSQL = `
		SELECT ` + disputeDoc + `
		FROM disputes`

	partiesSQL = `
		SELECT ` + partyDoc + `
		FROM parties`

	outletsSQL = `
		SELECT ` + outletDoc + `
		FROM outlets`

	placesSQL = `
		SELECT ` + placeDoc + `
		FROM places p`

	termsSQL = `
		SELECT ` + termDoc + `
		FROM terms t`

	// chosenClaims are the claims with a stance on one of the facts.
	chosenClaims = `
		chosen_claims AS (
			SELECT c.code, c.article, c.source, c.attributed_to, c.event
			FROM claims c
			WHERE $1::text[] IS NULL
				OR c.code IN (SELECT s.claim FROM stances s WHERE s.fact = ANY ($1)))`

	// chosenEvents are the occasions of those claims, the bounds of the facts' periods, and what somebody was asked about.
	chosenEvents = `
		chosen_events AS (
			SELECT e.slug
			FROM events e
			WHERE $1::text[] IS NULL
				OR e.slug IN (
					SELECT event FROM chosen_claims
					UNION SELECT from_event FROM periods WHERE fact = ANY ($1)
					UNION SELECT until_event FROM periods WHERE fact = ANY ($1)
					UNION SELECT event FROM requests WHERE fact = ANY ($1)))`

	sourcesSQL = `
		WITH ` + chosenClaims + `, ` + chosenEvents + `
		SELECT ` + sourceDoc + `
		FROM sources s
		WHERE s.kind <> 'outlet'
			AND ($1::text[] IS NULL
				OR s.slug IN (
					SELECT source FROM chosen_claims
					UNION SELECT attributed_to FROM chosen_claims
					UNION SELECT h.source FROM hops h JOIN chosen_claims c ON c.code = h.claim
					UNION SELECT f.counted_by FROM figures f JOIN chosen_claims c ON c.code = f.claim
					UNION SELECT p.source FROM event_participants p JOIN chosen_events e ON e.slug = p.event
					UNION SELECT x.source FROM expected_accounts x JOIN chosen_events e ON e.slug = x.event
					UNION SELECT source FROM requests WHERE fact = ANY ($1)))`

	eventsSQL = `
		WITH ` + chosenClaims + `, ` + chosenEvents + `
		SELECT ` + eventDoc + `
		FROM events e
		JOIN chosen_events USING (slug)`

	factsSQL = `
		SELECT ` + factDoc + `
		FROM facts f
		WHERE $1::text[] IS NULL OR f.slug = ANY ($1)`

	recordsSQL = `
		SELECT ` + recordDoc + `
		FROM records r
		WHERE $1::text[] IS NULL
			OR r.slug IN (SELECT b.record FROM bearings b WHERE b.fact = ANY ($1))`

	// chosenArticles are the articles of those claims, those read for the facts, and those that carry the answer to a
	// request for comment.
	chosenArticles = `
		chosen_articles AS (
			SELECT a.slug
			FROM articles a
			WHERE a.merged_into IS NULL AND ($1::text[] IS NULL
				OR a.slug IN (
					SELECT article FROM chosen_claims
					UNION SELECT article FROM readings WHERE fact = ANY ($1)
					UNION SELECT article FROM requests WHERE fact = ANY ($1))))`

	// articlesSQL returns those and what they print again, through however many others.
	articlesSQL = `
		WITH RECURSIVE ` + chosenClaims + `, ` + chosenArticles + `,
		printed_articles AS (
			SELECT slug FROM chosen_articles
			UNION
			SELECT p.origin FROM printed_articles x JOIN reprints p ON p.article = x.slug)
		SELECT ` + articleDoc + `
		FROM articles a
		JOIN printed_articles USING (slug)`

	claimsSQL = `
		WITH ` + chosenClaims + `
		SELECT ` + claimDoc + `
		FROM claims c
		JOIN chosen_claims USING (code)
		` + claimAnchors + `
		ORDER BY c.article, c.ordinal`

	// excerptsSQL returns the latest excerpt of each article, fullsSQL the full captures in which one of the claims stands.
	excerptsSQL = `
		WITH ` + chosenClaims + `, ` + chosenArticles + `
		SELECT DISTINCT ON (c.article) jsonb_build_object('Article', c.article, 'Capture', c.id, 'Text', t.text)
		FROM captures c
		JOIN chosen_articles a ON a.slug = c.article
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.kind = 'excerpt' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.article, c.id DESC`

	fullsSQL = `
		WITH ` + chosenClaims + `
		SELECT jsonb_build_object('Article', k.article, 'Capture', k.id, 'Text', t.text)
		FROM captures k
		JOIN capture_texts t ON t.capture = k.id
		WHERE k.kind = 'full' AND k.id IN (
			SELECT x.capture FROM anchors x JOIN chosen_claims c ON c.code = x.claim WHERE x.is_current)
		ORDER BY k.article, k.id DESC`
)
