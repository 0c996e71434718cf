package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
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
// articles of these and those read for the facts, and what all of these name. With no facts it returns everything.
// An article's blocks are those that hold one of the claims.
func loadCollection(ctx context.Context, tx pgx.Tx, facts []narrative.Slug) (narrative.Collection, error) {
	var c narrative.Collection
	var claims []placedClaim
	var excerpts []excerpt

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
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return narrative.Collection{}, err
	}
	if err := placeClaims(c.Articles, claims, excerpts); err != nil {
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

// A placedClaim is a claim with where it stands in its article's excerpt.
type placedClaim struct {
	narrative.Claim
	Article    narrative.Slug
	WholeBlock bool
	Start      int
}

// An excerpt is the text of an article's latest excerpt capture.
type excerpt struct {
	Article narrative.Slug
	Text    string
}

// placeClaims puts claims, which come in the order of their articles, into the blocks of the articles' excerpts.
func placeClaims(articles []narrative.Article, claims []placedClaim, excerpts []excerpt) error {
	texts := make(map[narrative.Slug]passage.Text, len(excerpts))
	for _, e := range excerpts {
		text, err := passage.ParseText(e.Text)
		if err != nil {
			return fmt.Errorf("excerpt of %s: %w", e.Article, err)
		}
		texts[e.Article] = text
	}
	byArticle := make(map[narrative.Slug][]placedClaim)
	for _, c := range claims {
		byArticle[c.Article] = append(byArticle[c.Article], c)
	}
	for i := range articles {
		a := &articles[i]
		text := texts[a.Slug]
		spans := text.Blocks()
		blocks := make([]narrative.Block, len(spans))
		for n, span := range spans {
			words, err := text.Slice(span)
			if err != nil {
				return err
			}
			blocks[n].Text = words
		}
		for _, c := range byArticle[a.Slug] {
			n, ok := text.BlockOf(passage.Span{Start: c.Start, End: c.Start + 1})
			if !ok {
				return fmt.Errorf("%w: claim %s stands outside its excerpt", ErrPassage, c.Code)
			}
			if c.WholeBlock {
				c.Claim.Words = nil
			}
			blocks[n].Claims = append(blocks[n].Claims, c.Claim)
		}
		for _, block := range blocks {
			if len(block.Claims) > 0 {
				a.Blocks = append(a.Blocks, block)
			}
		}
	}
	return nil
}

// The queries return one JSON document a row, with the names of the fields of the type that it becomes. Those that take
// $1 return what hangs on the facts of that list, or everything if it is null.
const (
	disputesSQL = `
		SELECT jsonb_build_object('Slug', slug, 'Title', title, 'Background', background, 'Fiction', fiction,
			'NamePolicy', name_policy)
		FROM disputes`

	partiesSQL = `
		SELECT jsonb_build_object('Slug', slug, 'Name', name, 'Note', note)
		FROM parties`

	outletsSQL = `
		SELECT jsonb_build_object('Slug', slug, 'Name', name, 'Description', description, 'Country', country,
			'Language', language, 'Unknown', is_unknown, 'Boilerplate', boilerplate, 'Note', note)
		FROM outlets`

	placesSQL = `
		SELECT jsonb_build_object('Slug', p.slug, 'Shown', p.shown, 'Note', p.note, 'Names', (
			SELECT jsonb_agg(jsonb_build_object('Form', n.form, 'Language', n.language,
				'From', coalesce(n.from_day::text, ''), 'Until', coalesce(n.until_day::text, ''), 'Note', n.note,
				'UsedBy', ARRAY(
					SELECT u.party FROM place_name_users u
					WHERE u.place = n.place AND u.name = n.ordinal
					ORDER BY u.ordinal)) ORDER BY n.ordinal)
			FROM place_names n
			WHERE n.place = p.slug))
		FROM places p`

	termsSQL = `
		SELECT jsonb_build_object('Slug', t.slug, 'Dispute', t.dispute, 'Word', t.word, 'Forms', t.forms,
			'Plain', t.plain, 'Note', t.note, 'UsedBy', ARRAY(
				SELECT u.party FROM term_users u WHERE u.term = t.slug ORDER BY u.ordinal))
		FROM terms t`

	// chosenClaims are the claims with a stance on one of the facts.
	chosenClaims = `
		chosen_claims AS (
			SELECT c.code, c.article, c.source, c.attributed_to, c.event
			FROM claims c
			WHERE $1::text[] IS NULL
				OR c.code IN (SELECT s.claim FROM stances s WHERE s.fact = ANY ($1)))`

	// chosenEvents are the occasions of those claims and the bounds of the facts' periods.
	chosenEvents = `
		chosen_events AS (
			SELECT e.slug
			FROM events e
			WHERE $1::text[] IS NULL
				OR e.slug IN (
					SELECT event FROM chosen_claims
					UNION SELECT from_event FROM periods WHERE fact = ANY ($1)
					UNION SELECT until_event FROM periods WHERE fact = ANY ($1)))`

	sourcesSQL = `
		WITH ` + chosenClaims + `, ` + chosenEvents + `
		SELECT jsonb_build_object('Slug', s.slug, 'Name', s.name, 'Printed', s.printed, 'Kind', s.kind,
			'Party', coalesce(s.party, ''), 'Note', s.note, 'Offices', (
				SELECT jsonb_agg(jsonb_build_object('Title', o.title, 'From', coalesce(o.from_day::text, ''),
					'Until', coalesce(o.until_day::text, '')) ORDER BY o.ordinal)
				FROM offices o
				WHERE o.source = s.slug))
		FROM sources s
		WHERE s.kind <> 'outlet'
			AND ($1::text[] IS NULL
				OR s.slug IN (
					SELECT source FROM chosen_claims
					UNION SELECT attributed_to FROM chosen_claims
					UNION SELECT h.source FROM hops h JOIN chosen_claims c ON c.code = h.claim
					UNION SELECT f.counted_by FROM figures f JOIN chosen_claims c ON c.code = f.claim
					UNION SELECT p.source FROM event_participants p JOIN chosen_events e ON e.slug = p.event
					UNION SELECT x.source FROM expected_accounts x JOIN chosen_events e ON e.slug = x.event))`

	eventsSQL = `
		WITH ` + chosenClaims + `, ` + chosenEvents + `
		SELECT jsonb_build_object('Slug', e.slug, 'Title', e.title, 'Kind', e.kind,
			'Date', date_doc(e.date_earliest, e.date_latest, e.date_precision, e.date_at, e.date_basis, e.date_reason),
			'Place', coalesce(e.place, ''), 'Note', e.note,
			'Participants', ARRAY(
				SELECT p.source FROM event_participants p WHERE p.event = e.slug ORDER BY p.ordinal),
			'Expected', (
				SELECT jsonb_agg(jsonb_build_object('Of', x.source, 'State', x.state, 'Article', coalesce(x.article, ''),
					'Where', x.looked_in, 'On', coalesce(x.looked_on::text, ''), 'Note', x.note) ORDER BY x.ordinal)
				FROM expected_accounts x
				WHERE x.event = e.slug))
		FROM events e
		JOIN chosen_events USING (slug)`

	factsSQL = `
		SELECT jsonb_build_object('Slug', f.slug, 'Key', CASE WHEN f.key <> f.slug THEN f.key ELSE '' END, 'Dispute', f.dispute, 'Question', f.question, 'Kind', f.kind,
			'Background', f.background, 'Note', f.note,
			'Status', jsonb_build_object('State', f.status, 'Since', coalesce(f.status_since::text, ''),
				'Reason', f.status_reason),
			'Periods', (
				SELECT jsonb_agg(jsonb_build_object('Slug', p.slug, 'Label', p.label,
					'From', coalesce(p.from_day::text, ''), 'FromEvent', coalesce(p.from_event, ''),
					'Until', coalesce(p.until_day::text, ''), 'UntilEvent', coalesce(p.until_event, '')) ORDER BY p.ordinal)
				FROM periods p
				WHERE p.fact = f.slug),
			'Positions', (
				SELECT jsonb_agg(jsonb_build_object('Slug', p.slug, 'Label', p.label) ORDER BY p.ordinal)
				FROM positions p
				WHERE p.fact = f.slug AND p.aspect = ''),
			'Aspects', (
				SELECT jsonb_agg(jsonb_build_object('Slug', a.slug, 'Question', a.question, 'Positions', (
					SELECT jsonb_agg(jsonb_build_object('Slug', p.slug, 'Label', p.label) ORDER BY p.ordinal)
					FROM positions p
					WHERE p.fact = a.fact AND p.aspect = a.slug)) ORDER BY a.ordinal)
				FROM aspects a
				WHERE a.fact = f.slug AND a.slug <> ''),
			'Points', (
				SELECT jsonb_agg(jsonb_build_object('Kind', p.kind, 'Text', p.text, 'Period', coalesce(p.period, ''),
					'Claims', ARRAY(
						SELECT c.claim FROM point_claims c
						WHERE c.fact = p.fact AND c.point = p.ordinal
						ORDER BY c.ordinal)) ORDER BY p.ordinal)
				FROM points p
				WHERE p.fact = f.slug),
			'Gaps', (
				SELECT jsonb_agg(jsonb_build_object('Title', g.title, 'Text', g.text) ORDER BY g.ordinal)
				FROM gaps g
				WHERE g.fact = f.slug))
		FROM facts f
		WHERE $1::text[] IS NULL OR f.slug = ANY ($1)`

	recordsSQL = `
		SELECT jsonb_build_object('Slug', r.slug, 'Title', r.title, 'Kind', r.kind, 'Maker', r.maker,
			'Date', date_doc(r.date_earliest, r.date_latest, r.date_precision, r.date_at, r.date_basis, r.date_reason),
			'Where', r.found_at, 'Checked', r.checked, 'CheckedBy', r.checked_by, 'Shows', r.shows,
			'ShowsNot', r.shows_not, 'BearsOn', (
				SELECT jsonb_agg(jsonb_build_object('Fact', b.fact, 'Aspect', b.aspect) ORDER BY b.ordinal)
				FROM bearings b
				WHERE b.record = r.slug))
		FROM records r
		WHERE $1::text[] IS NULL
			OR r.slug IN (SELECT b.record FROM bearings b WHERE b.fact = ANY ($1))`

	// chosenArticles are the articles of those claims and those read for the facts.
	chosenArticles = `
		chosen_articles AS (
			SELECT a.slug
			FROM articles a
			WHERE $1::text[] IS NULL
				OR a.slug IN (
					SELECT article FROM chosen_claims
					UNION SELECT article FROM readings WHERE fact = ANY ($1)))`

	articlesSQL = `
		WITH ` + chosenClaims + `, ` + chosenArticles + `
		SELECT jsonb_build_object('Slug', a.slug, 'Outlet', a.outlet,
			'Identified', jsonb_build_object('Basis', a.identified_basis, 'Reason', a.identified_reason),
			'Kind', a.kind, 'Headline', a.headline, 'HeadlineBy', a.headline_by, 'URL', a.url, 'Byline', a.byline,
			'Language', a.language, 'Translated', a.translated,
			'Published', date_doc(a.published_earliest, a.published_latest, a.published_precision, a.published_at,
				a.published_basis, a.published_reason),
			'Captured', coalesce(a.captured_on::text, ''), 'Credit', a.credit, 'Rights', a.rights, 'Note', a.note,
			'ReadFor', (
				SELECT jsonb_agg(jsonb_build_object('Fact', r.fact, 'By', r.read_by, 'On', r.read_on) ORDER BY r.ordinal)
				FROM readings r
				WHERE r.article = a.slug))
		FROM articles a
		JOIN chosen_articles USING (slug)`

	claimsSQL = `
		WITH ` + chosenClaims + `
		SELECT jsonb_build_object('Code', c.code, 'Article', c.article, 'Words', c.words, 'WholeBlock', c.whole_block,
			'Start', a.starts[1], 'Source', c.source, 'Named', c.named, 'Office', c.office, 'Attribution', c.attribution,
			'AttributedTo', coalesce(c.attributed_to, ''), 'Joint', c.joint, 'Voice', c.voice, 'Basis', c.basis,
			'Event', coalesce(c.event, ''),
			'About', date_doc(c.about_earliest, c.about_latest, c.about_precision, c.about_at, c.about_basis, c.about_reason),
			'Uttered', date_doc(c.uttered_earliest, c.uttered_latest, c.uttered_precision, c.uttered_at, c.uttered_basis,
				c.uttered_reason),
			'Issued', date_doc(c.issued_earliest, c.issued_latest, c.issued_precision, c.issued_at, c.issued_basis,
				c.issued_reason),
			'Note', c.note,
			'Chain', (
				SELECT jsonb_agg(jsonb_build_object('By', h.source, 'Role', h.role, 'Verb', h.verb, 'Class', h.class,
					'Inferred', h.inferred) ORDER BY h.ordinal)
				FROM hops h
				WHERE h.claim = c.code),
			'Stances', (
				SELECT jsonb_agg(jsonb_build_object('Fact', s.fact, 'Aspect', s.aspect,
					'Position', coalesce(s.position, ''), 'Mode', s.mode, 'Period', coalesce(s.period, '')) ORDER BY s.ordinal)
				FROM stances s
				WHERE s.claim = c.code),
			'Figures', (
				SELECT jsonb_agg(jsonb_build_object('Verbatim', f.verbatim, 'ReadsAs', f.reads_as, 'Counted', f.counted,
					'Unit', f.unit, 'Rule', f.rule, 'From', coalesce(f.from_day::text, ''),
					'Until', coalesce(f.until_day::text, ''), 'AsOf', coalesce(f.as_of::text, ''),
					'CountedBy', coalesce(f.counted_by, ''), 'PartOf', coalesce(f.part_of, ''), 'Note', f.note)
					ORDER BY f.ordinal)
				FROM figures f
				WHERE f.claim = c.code),
			'Counters', (
				SELECT jsonb_agg(jsonb_build_object('To', x.other, 'Relation', x.relation, 'Fact', x.fact,
					'Difference', x.difference, 'Why', x.why) ORDER BY x.ordinal)
				FROM counters x
				WHERE x.claim = c.code))
		FROM claims c
		JOIN chosen_claims USING (code)
		JOIN LATERAL (
			SELECT x.starts
			FROM anchors x
			JOIN captures k ON k.id = x.capture
			WHERE x.claim = c.code AND k.kind = 'excerpt' AND x.outcome = 'anchored'
				AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
			ORDER BY x.id DESC
			LIMIT 1) AS a ON true
		ORDER BY c.article, c.ordinal`

	excerptsSQL = `
		WITH ` + chosenClaims + `, ` + chosenArticles + `
		SELECT DISTINCT ON (c.article) jsonb_build_object('Article', c.article, 'Text', t.text)
		FROM captures c
		JOIN chosen_articles a ON a.slug = c.article
		JOIN capture_texts t ON t.capture = c.id
		WHERE c.kind = 'excerpt' AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = c.id)
		ORDER BY c.article, c.id DESC`
)
