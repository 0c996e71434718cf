package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/figure"
	"counterclaim/internal/narrative"
)

// A step writes one table's rows out of a list of nouns, given as JSON in $1. Steps stand in an order in which every
// foreign key finds its row.
type step struct {
	table string
	list  func(rows) any
	sql   string
}

// rows are the nouns to write, with claims, counters and figures taken out of their articles' blocks.
type rows struct {
	narrative.Collection
	Claims  []claimRow
	Figures []figureRow
	Actor   string // who writes them; of use for articles alone
}

// A claimRow is a claim with its place in its article. Its Words hide the claim's own, which may be left out.
type claimRow struct {
	narrative.Claim
	Article    narrative.Slug
	Ordinal    int
	Words      []string
	WholeBlock bool
}

// A figureRow is a figure with its claim and what its words say.
type figureRow struct {
	narrative.Figure
	figure.Reading
	Verbatim string // the same in both
	Claim    narrative.Code
	Ordinal  int
	Unit     string // the desk's
}

// newRows takes a collection apart. The error names a figure that cannot be read.
func newRows(c narrative.Collection, actor string) (rows, error) {
	r := rows{Collection: c, Actor: actor}
	for _, a := range c.Articles {
		ordinal := 0
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				ordinal++
				row := claimRow{claim, a.Slug, ordinal, claim.Words, len(claim.Words) == 0}
				if row.WholeBlock {
					row.Words = []string{b.Text}
				}
				r.Claims = append(r.Claims, row)
				for i, f := range claim.Figures {
					reading, err := f.Reading()
					if err != nil {
						return rows{}, fmt.Errorf("figure %q of claim %s: %w", f.Verbatim, claim.Code, err)
					}
					r.Figures = append(r.Figures, figureRow{f, reading, f.Verbatim, claim.Code, i + 1, f.Unit})
				}
			}
		}
	}
	return r, nil
}

// A reprintRow is an article with those that it prints again, and who says so.
type reprintRow struct {
	Article narrative.Slug
	Of      []narrative.Slug
	Actor   string
}

func (r rows) reprints() []reprintRow {
	var list []reprintRow
	for _, a := range r.Articles {
		list = append(list, reprintRow{a.Slug, a.ReprintOf, r.Actor})
	}
	return list
}

var steps = []step{
	{"disputes", func(r rows) any { return r.Disputes }, `
		INSERT INTO disputes (slug, title, background, fiction, name_policy)
		SELECT d ->> 'Slug', d ->> 'Title', d ->> 'Background', (d ->> 'Fiction')::boolean, d ->> 'NamePolicy'
		FROM jsonb_array_elements($1) AS d
		ON CONFLICT (slug) DO UPDATE
		SET title = excluded.title, background = excluded.background, fiction = excluded.fiction,
			name_policy = excluded.name_policy`},
	{"parties", func(r rows) any { return r.Parties }, `
		INSERT INTO parties (slug, name, note)
		SELECT p ->> 'Slug', p ->> 'Name', p ->> 'Note'
		FROM jsonb_array_elements($1) AS p
		ON CONFLICT (slug) DO UPDATE
		SET name = excluded.name, note = excluded.note`},
	{"outlets", func(r rows) any { return r.Outlets }, `
		INSERT INTO outlets (slug, name, description, country, language, is_unknown, boilerplate, note)
		SELECT o ->> 'Slug', o ->> 'Name', o ->> 'Description', o ->> 'Country', o ->> 'Language',
			(o ->> 'Unknown')::boolean, texts(o -> 'Boilerplate'), o ->> 'Note'
		FROM jsonb_array_elements($1) AS o
		ON CONFLICT (slug) DO UPDATE
		SET name = excluded.name, description = excluded.description, country = excluded.country,
			language = excluded.language, is_unknown = excluded.is_unknown, boilerplate = excluded.boilerplate,
			note = excluded.note`},
	{"sources", func(r rows) any { return r.Sources }, `
		INSERT INTO sources (slug, name, printed, kind, party, note)
		SELECT s ->> 'Slug', s ->> 'Name', texts(s -> 'Printed'), s ->> 'Kind', nullif(s ->> 'Party', ''), s ->> 'Note'
		FROM jsonb_array_elements($1) AS s
		ON CONFLICT (slug) DO UPDATE
		SET name = excluded.name, printed = excluded.printed, kind = excluded.kind, party = excluded.party,
			note = excluded.note`},
	{"offices", func(r rows) any { return r.Sources }, `
		WITH gone AS (DELETE FROM offices WHERE source IN (SELECT s ->> 'Slug' FROM jsonb_array_elements($1) AS s) AND NOT EXISTS (
			SELECT FROM jsonb_array_elements($1) AS s, elements(s -> 'Offices') AS o
			WHERE s ->> 'Slug' = offices.source AND o.ordinal = offices.ordinal))
		INSERT INTO offices (source, ordinal, title, from_day, until_day)
		SELECT s ->> 'Slug', o.ordinal, o.value ->> 'Title', nullif(o.value ->> 'From', '')::date,
			nullif(o.value ->> 'Until', '')::date
		FROM jsonb_array_elements($1) AS s, elements(s -> 'Offices') AS o
		ON CONFLICT (source, ordinal) DO UPDATE
		SET title = excluded.title, from_day = excluded.from_day, until_day = excluded.until_day`},
	{"places", func(r rows) any { return r.Places }, `
		INSERT INTO places (slug, shown, note)
		SELECT p ->> 'Slug', p ->> 'Shown', p ->> 'Note'
		FROM jsonb_array_elements($1) AS p
		ON CONFLICT (slug) DO UPDATE
		SET shown = excluded.shown, note = excluded.note`},
	{"place_names", func(r rows) any { return r.Places }, `
		DELETE FROM place_names WHERE place IN (SELECT p ->> 'Slug' FROM jsonb_array_elements($1) AS p)`},
	{"place_names", func(r rows) any { return r.Places }, `
		INSERT INTO place_names (place, ordinal, form, language, from_day, until_day, note)
		SELECT p ->> 'Slug', n.ordinal, n.value ->> 'Form', n.value ->> 'Language', nullif(n.value ->> 'From', '')::date,
			nullif(n.value ->> 'Until', '')::date, n.value ->> 'Note'
		FROM jsonb_array_elements($1) AS p, elements(p -> 'Names') AS n`},
	{"place_name_users", func(r rows) any { return r.Places }, `
		INSERT INTO place_name_users (place, name, ordinal, party)
		SELECT p ->> 'Slug', n.ordinal, u.ordinal, u.value #>> '{}'
		FROM jsonb_array_elements($1) AS p, elements(p -> 'Names') AS n, elements(n.value -> 'UsedBy') AS u`},
	{"terms", func(r rows) any { return r.Terms }, `
		INSERT INTO terms (slug, dispute, word, forms, plain, note)
		SELECT t ->> 'Slug', t ->> 'Dispute', t ->> 'Word', texts(t -> 'Forms'), t ->> 'Plain', t ->> 'Note'
		FROM jsonb_array_elements($1) AS t
		ON CONFLICT (slug) DO UPDATE
		SET dispute = excluded.dispute, word = excluded.word, forms = excluded.forms, plain = excluded.plain,
			note = excluded.note`},
	{"term_users", func(r rows) any { return r.Terms }, `
		DELETE FROM term_users WHERE term IN (SELECT t ->> 'Slug' FROM jsonb_array_elements($1) AS t)`},
	{"term_users", func(r rows) any { return r.Terms }, `
		INSERT INTO term_users (term, ordinal, party)
		SELECT t ->> 'Slug', u.ordinal, u.value #>> '{}'
		FROM jsonb_array_elements($1) AS t, elements(t -> 'UsedBy') AS u`},
	{"events", func(r rows) any { return r.Events }, `
		INSERT INTO events (slug, title, kind, date_earliest, date_latest, date_precision, date_at, date_basis, date_reason,
			place, note)
		SELECT e ->> 'Slug', e ->> 'Title', e ->> 'Kind', nullif(e #>> '{Date,On,Earliest}', '')::date,
			nullif(e #>> '{Date,On,Latest}', '')::date, e #>> '{Date,On,Precision}', e #>> '{Date,At}', e #>> '{Date,Basis}',
			e #>> '{Date,Reason}', nullif(e ->> 'Place', ''), e ->> 'Note'
		FROM jsonb_array_elements($1) AS e
		ON CONFLICT (slug) DO UPDATE
		SET title = excluded.title, kind = excluded.kind, date_earliest = excluded.date_earliest,
			date_latest = excluded.date_latest, date_precision = excluded.date_precision, date_at = excluded.date_at,
			date_basis = excluded.date_basis, date_reason = excluded.date_reason, place = excluded.place,
			note = excluded.note`},
	{"event_participants", func(r rows) any { return r.Events }, `
		DELETE FROM event_participants WHERE event IN (SELECT e ->> 'Slug' FROM jsonb_array_elements($1) AS e)`},
	{"event_participants", func(r rows) any { return r.Events }, `
		INSERT INTO event_participants (event, ordinal, source)
		SELECT e ->> 'Slug', p.ordinal, p.value #>> '{}'
		FROM jsonb_array_elements($1) AS e, elements(e -> 'Participants') AS p`},
	{"facts", func(r rows) any { return r.Facts }, `
		INSERT INTO facts (slug, key, dispute, question, kind, background, status, status_read_to, status_since, status_reason, note)
		SELECT f ->> 'Slug', coalesce(nullif(f ->> 'Key', ''), f ->> 'Slug'), f ->> 'Dispute', f ->> 'Question', f ->> 'Kind', f ->> 'Background', f #>> '{Status,State}',
			f #>> '{Status,ReadTo}', nullif(f #>> '{Status,Since}', '')::date, f #>> '{Status,Reason}', f ->> 'Note'
		FROM jsonb_array_elements($1) AS f
		ON CONFLICT (slug) DO UPDATE
		SET dispute = excluded.dispute, question = excluded.question, kind = excluded.kind,
			background = excluded.background, status = excluded.status, status_read_to = excluded.status_read_to, status_since = excluded.status_since,
			status_reason = excluded.status_reason, note = excluded.note`},
	{"periods", func(r rows) any { return r.Facts }, `
		INSERT INTO periods (fact, slug, ordinal, label, from_day, from_event, until_day, until_event)
		SELECT f ->> 'Slug', p.value ->> 'Slug', p.ordinal, p.value ->> 'Label', nullif(p.value ->> 'From', '')::date,
			nullif(p.value ->> 'FromEvent', ''), nullif(p.value ->> 'Until', '')::date, nullif(p.value ->> 'UntilEvent', '')
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Periods') AS p
		ON CONFLICT (fact, slug) DO UPDATE
		SET ordinal = excluded.ordinal, label = excluded.label, from_day = excluded.from_day,
			from_event = excluded.from_event, until_day = excluded.until_day, until_event = excluded.until_event`},
	{"aspects", func(r rows) any { return r.Facts }, `
		INSERT INTO aspects (fact, slug, ordinal, question)
		SELECT f ->> 'Slug', a.value ->> 'Slug', a.ordinal, a.value ->> 'Question'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Aspects') AS a
		ON CONFLICT (fact, slug) DO UPDATE
		SET ordinal = excluded.ordinal, question = excluded.question`},
	{"positions", func(r rows) any { return r.Facts }, `
		INSERT INTO positions (fact, aspect, slug, ordinal, label)
		SELECT f ->> 'Slug', '', p.value ->> 'Slug', p.ordinal, p.value ->> 'Label'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Positions') AS p
		UNION ALL
		SELECT f ->> 'Slug', a.value ->> 'Slug', p.value ->> 'Slug', p.ordinal, p.value ->> 'Label'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Aspects') AS a, elements(a.value -> 'Positions') AS p
		ON CONFLICT (fact, aspect, slug) DO UPDATE
		SET ordinal = excluded.ordinal, label = excluded.label`},
	{"gaps", func(r rows) any { return r.Facts }, `
		DELETE FROM gaps WHERE fact IN (SELECT f ->> 'Slug' FROM jsonb_array_elements($1) AS f)`},
	{"gaps", func(r rows) any { return r.Facts }, `
		INSERT INTO gaps (fact, ordinal, title, text)
		SELECT f ->> 'Slug', g.ordinal, g.value ->> 'Title', g.value ->> 'Text'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Gaps') AS g`},
	{"records", func(r rows) any { return r.Records }, `
		INSERT INTO records (slug, title, kind, maker, date_earliest, date_latest, date_precision, date_at, date_basis,
			date_reason, found_at, checked, checked_by, shows, shows_not)
		SELECT r ->> 'Slug', r ->> 'Title', r ->> 'Kind', r ->> 'Maker', nullif(r #>> '{Date,On,Earliest}', '')::date,
			nullif(r #>> '{Date,On,Latest}', '')::date, r #>> '{Date,On,Precision}', r #>> '{Date,At}', r #>> '{Date,Basis}',
			r #>> '{Date,Reason}', r ->> 'Where', r ->> 'Checked', r ->> 'CheckedBy', r ->> 'Shows', r ->> 'ShowsNot'
		FROM jsonb_array_elements($1) AS r
		ON CONFLICT (slug) DO UPDATE
		SET title = excluded.title, kind = excluded.kind, maker = excluded.maker, date_earliest = excluded.date_earliest,
			date_latest = excluded.date_latest, date_precision = excluded.date_precision, date_at = excluded.date_at,
			date_basis = excluded.date_basis, date_reason = excluded.date_reason, found_at = excluded.found_at,
			checked = excluded.checked, checked_by = excluded.checked_by, shows = excluded.shows,
			shows_not = excluded.shows_not`},
	{"bearings", func(r rows) any { return r.Records }, `
		DELETE FROM bearings WHERE record IN (SELECT r ->> 'Slug' FROM jsonb_array_elements($1) AS r)`},
	{"bearings", func(r rows) any { return r.Records }, `
		INSERT INTO bearings (record, ordinal, fact, aspect)
		SELECT r ->> 'Slug', b.ordinal, b.value ->> 'Fact', b.value ->> 'Aspect'
		FROM jsonb_array_elements($1) AS r, elements(r -> 'BearsOn') AS b`},
	{"articles", func(r rows) any { return r.Articles }, `
		INSERT INTO articles (slug, outlet, identified_basis, identified_reason, kind, headline, headline_by, url, byline,
			language, translated, published_earliest, published_latest, published_precision, published_at, published_basis,
			published_reason, captured_on, credit, rights, note)
		SELECT a ->> 'Slug', a ->> 'Outlet', a #>> '{Identified,Basis}', a #>> '{Identified,Reason}', a ->> 'Kind',
			a ->> 'Headline', a ->> 'HeadlineBy', a ->> 'URL', a ->> 'Byline', a ->> 'Language', a ->> 'Translated',
			nullif(a #>> '{Published,On,Earliest}', '')::date, nullif(a #>> '{Published,On,Latest}', '')::date,
			a #>> '{Published,On,Precision}', a #>> '{Published,At}', a #>> '{Published,Basis}', a #>> '{Published,Reason}',
			nullif(a ->> 'Captured', '')::date, a ->> 'Credit', a ->> 'Rights', a ->> 'Note'
		FROM jsonb_array_elements($1) AS a
		ON CONFLICT (slug) DO UPDATE
		SET outlet = excluded.outlet, identified_basis = excluded.identified_basis,
			identified_reason = excluded.identified_reason, kind = excluded.kind, headline = excluded.headline,
			headline_by = excluded.headline_by, url = excluded.url, byline = excluded.byline, language = excluded.language,
			translated = excluded.translated, published_earliest = excluded.published_earliest,
			published_latest = excluded.published_latest, published_precision = excluded.published_precision,
			published_at = excluded.published_at, published_basis = excluded.published_basis,
			published_reason = excluded.published_reason, captured_on = excluded.captured_on, credit = excluded.credit, rights = excluded.rights,
			note = excluded.note`},
	{"readings", func(r rows) any { return r.Articles }, `
		DELETE FROM readings WHERE article IN (SELECT a ->> 'Slug' FROM jsonb_array_elements($1) AS a)`},
	{"readings", func(r rows) any { return r.Articles }, `
		INSERT INTO readings (article, ordinal, fact, read_by, read_on)
		SELECT a ->> 'Slug', r.ordinal, r.value ->> 'Fact', r.value ->> 'By', (r.value ->> 'On')::date
		FROM jsonb_array_elements($1) AS a, elements(a -> 'ReadFor') AS r`},
	// A line that stays keeps what it rests on and who added it.
	{"reprints", func(r rows) any { return r.reprints() }, `
		DELETE FROM reprints p
		USING jsonb_array_elements($1) AS a
		WHERE p.article = a ->> 'Article'
			AND NOT EXISTS (SELECT FROM elements(a -> 'Of') AS o WHERE o.value #>> '{}' = p.origin)`},
	{"reprints", func(r rows) any { return r.reprints() }, `
		INSERT INTO reprints (article, origin, basis, added_by)
		SELECT a ->> 'Article', o.value #>> '{}', 'editor', a ->> 'Actor'
		FROM jsonb_array_elements($1) AS a, elements(a -> 'Of') AS o
		ON CONFLICT (article, origin) DO NOTHING`},
	{"expected_accounts", func(r rows) any { return r.Events }, `
		DELETE FROM expected_accounts WHERE event IN (SELECT e ->> 'Slug' FROM jsonb_array_elements($1) AS e)`},
	{"expected_accounts", func(r rows) any { return r.Events }, `
		INSERT INTO expected_accounts (event, ordinal, source, state, article, looked_in, looked_on, note)
		SELECT e ->> 'Slug', x.ordinal, x.value ->> 'Of', x.value ->> 'State', nullif(x.value ->> 'Article', ''),
			x.value ->> 'Where', nullif(x.value ->> 'On', '')::date, x.value ->> 'Note'
		FROM jsonb_array_elements($1) AS e, elements(e -> 'Expected') AS x`},
	{"claims", func(r rows) any { return r.Claims }, `
		INSERT INTO claims (code, article, ordinal, words, whole_block, source, named, office, attribution, attributed_to,
			joint, voice, basis, event, about_earliest, about_latest, about_precision, about_at, about_basis, about_reason,
			uttered_earliest, uttered_latest, uttered_precision, uttered_at, uttered_basis,
			uttered_reason, issued_earliest, issued_latest, issued_precision, issued_at, issued_basis, issued_reason, locator, note,
			changed, changed_seen, changed_now)
		SELECT c ->> 'Code', c ->> 'Article', (c ->> 'Ordinal')::integer, texts(c -> 'Words'), (c ->> 'WholeBlock')::boolean,
			c ->> 'Source', c ->> 'Named', c ->> 'Office', c ->> 'Attribution', nullif(c ->> 'AttributedTo', ''),
			(c ->> 'Joint')::boolean, c ->> 'Voice', c ->> 'Basis', nullif(c ->> 'Event', ''),
			nullif(c #>> '{About,On,Earliest}', '')::date, nullif(c #>> '{About,On,Latest}', '')::date,
			c #>> '{About,On,Precision}', c #>> '{About,At}', c #>> '{About,Basis}', c #>> '{About,Reason}',
			nullif(c #>> '{Uttered,On,Earliest}', '')::date, nullif(c #>> '{Uttered,On,Latest}', '')::date,
			c #>> '{Uttered,On,Precision}', c #>> '{Uttered,At}', c #>> '{Uttered,Basis}', c #>> '{Uttered,Reason}',
			nullif(c #>> '{Issued,On,Earliest}', '')::date, nullif(c #>> '{Issued,On,Latest}', '')::date,
			c #>> '{Issued,On,Precision}', c #>> '{Issued,At}', c #>> '{Issued,Basis}', c #>> '{Issued,Reason}',
			c ->> 'Locator', c ->> 'Note', c #>> '{Changed,Kind}', nullif(c #>> '{Changed,Seen}', '')::date, c #>> '{Changed,Now}'
		FROM jsonb_array_elements($1) AS c
		ON CONFLICT (code) DO UPDATE
		SET article = excluded.article, ordinal = excluded.ordinal, words = excluded.words,
			whole_block = excluded.whole_block, source = excluded.source, named = excluded.named, office = excluded.office,
			attribution = excluded.attribution, attributed_to = excluded.attributed_to, joint = excluded.joint,
			voice = excluded.voice, basis = excluded.basis, event = excluded.event,
			about_earliest = excluded.about_earliest, about_latest = excluded.about_latest,
			about_precision = excluded.about_precision, about_at = excluded.about_at,
			about_basis = excluded.about_basis, about_reason = excluded.about_reason,
			uttered_earliest = excluded.uttered_earliest, uttered_latest = excluded.uttered_latest,
			uttered_precision = excluded.uttered_precision, uttered_at = excluded.uttered_at,
			uttered_basis = excluded.uttered_basis, uttered_reason = excluded.uttered_reason,
			issued_earliest = excluded.issued_earliest, issued_latest = excluded.issued_latest,
			issued_precision = excluded.issued_precision, issued_at = excluded.issued_at,
			issued_basis = excluded.issued_basis, issued_reason = excluded.issued_reason, locator = excluded.locator,
			note = excluded.note, changed = excluded.changed, changed_seen = excluded.changed_seen,
			changed_now = excluded.changed_now`},
	{"hops", func(r rows) any { return r.Claims }, `
		DELETE FROM hops WHERE claim IN (SELECT c ->> 'Code' FROM jsonb_array_elements($1) AS c)`},
	{"hops", func(r rows) any { return r.Claims }, `
		INSERT INTO hops (claim, ordinal, source, role, verb, class, inferred)
		SELECT c ->> 'Code', h.ordinal, h.value ->> 'By', h.value ->> 'Role', h.value ->> 'Verb', h.value ->> 'Class',
			(h.value ->> 'Inferred')::boolean
		FROM jsonb_array_elements($1) AS c, elements(c -> 'Chain') AS h`},
	{"stances", func(r rows) any { return r.Claims }, `
		DELETE FROM stances WHERE claim IN (SELECT c ->> 'Code' FROM jsonb_array_elements($1) AS c)`},
	{"stances", func(r rows) any { return r.Claims }, `
		INSERT INTO stances (claim, fact, aspect, ordinal, position, mode, period)
		SELECT c ->> 'Code', s.value ->> 'Fact', s.value ->> 'Aspect', s.ordinal, nullif(s.value ->> 'Position', ''),
			s.value ->> 'Mode', nullif(s.value ->> 'Period', '')
		FROM jsonb_array_elements($1) AS c, elements(c -> 'Stances') AS s`},
	{"counters", func(r rows) any { return r.Claims }, `
		DELETE FROM counters WHERE claim IN (SELECT c ->> 'Code' FROM jsonb_array_elements($1) AS c)`},
	{"counters", func(r rows) any { return r.Claims }, `
		INSERT INTO counters (claim, ordinal, other, fact, relation, difference, why)
		SELECT c ->> 'Code', x.ordinal, x.value ->> 'To', x.value ->> 'Fact', x.value ->> 'Relation',
			x.value ->> 'Difference', x.value ->> 'Why'
		FROM jsonb_array_elements($1) AS c, elements(c -> 'Counters') AS x`},
	{"figures", func(r rows) any { return r.Claims }, `
		DELETE FROM figures WHERE claim IN (SELECT c ->> 'Code' FROM jsonb_array_elements($1) AS c)`},
	{"figures", func(r rows) any { return r.Figures }, `
		INSERT INTO figures (claim, ordinal, verbatim, reads_as, hedge, low, high, low_open, high_open, counted, unit, rule,
			from_day, until_day, as_of, counted_by, part_of, note)
		SELECT f ->> 'Claim', (f ->> 'Ordinal')::integer, f ->> 'Verbatim', f ->> 'ReadsAs', f ->> 'Hedge',
			(f ->> 'Low')::numeric, (f ->> 'High')::numeric, (f ->> 'LowOpen')::boolean, (f ->> 'HighOpen')::boolean,
			f ->> 'Counted', f ->> 'Unit', f ->> 'Rule', nullif(f ->> 'From', '')::date, nullif(f ->> 'Until', '')::date,
			nullif(f ->> 'AsOf', '')::date, nullif(f ->> 'CountedBy', ''), nullif(f ->> 'PartOf', ''), f ->> 'Note'
		FROM jsonb_array_elements($1) AS f`},
	{"points", func(r rows) any { return r.Facts }, `
		DELETE FROM points WHERE fact IN (SELECT f ->> 'Slug' FROM jsonb_array_elements($1) AS f)`},
	{"points", func(r rows) any { return r.Facts }, `
		INSERT INTO points (fact, ordinal, kind, text, period)
		SELECT f ->> 'Slug', p.ordinal, p.value ->> 'Kind', p.value ->> 'Text', nullif(p.value ->> 'Period', '')
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Points') AS p`},
	{"point_claims", func(r rows) any { return r.Facts }, `
		INSERT INTO point_claims (fact, point, ordinal, claim)
		SELECT f ->> 'Slug', p.ordinal, c.ordinal, c.value #>> '{}'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Points') AS p, elements(p.value -> 'Claims') AS c`},
	{"requests", func(r rows) any { return r.Facts }, `
		DELETE FROM requests WHERE fact IN (SELECT f ->> 'Slug' FROM jsonb_array_elements($1) AS f)`},
	{"requests", func(r rows) any { return r.Facts }, `
		INSERT INTO requests (fact, ordinal, source, question, event, asked, way, deadline, due_at, state, settled, article,
			claim, note)
		SELECT f ->> 'Slug', q.ordinal, q.value ->> 'To', q.value ->> 'Question', nullif(q.value ->> 'Event', ''),
			q.value ->> 'Asked', q.value ->> 'By', q.value ->> 'Deadline', nullif(q.value ->> 'Deadline', '')::timestamptz,
			q.value ->> 'State', q.value ->> 'Settled', nullif(q.value ->> 'Article', ''), nullif(q.value ->> 'Claim', ''),
			q.value ->> 'Note'
		FROM jsonb_array_elements($1) AS f, elements(f -> 'Requests') AS q`},
	// What a fact no longer has goes last, when no stance holds it any more.
	{"positions", func(r rows) any { return r.Facts }, `
		DELETE FROM positions p
		USING jsonb_array_elements($1) AS f
		WHERE p.fact = f ->> 'Slug'
			AND NOT EXISTS (
				SELECT FROM elements(f -> 'Positions') AS x
				WHERE p.aspect = '' AND x.value ->> 'Slug' = p.slug)
			AND NOT EXISTS (
				SELECT FROM elements(f -> 'Aspects') AS a, elements(a.value -> 'Positions') AS x
				WHERE p.aspect = a.value ->> 'Slug' AND x.value ->> 'Slug' = p.slug)`},
	{"aspects", func(r rows) any { return r.Facts }, `
		DELETE FROM aspects a
		USING jsonb_array_elements($1) AS f
		WHERE a.fact = f ->> 'Slug' AND a.slug <> ''
			AND NOT EXISTS (SELECT FROM elements(f -> 'Aspects') AS x WHERE x.value ->> 'Slug' = a.slug)`},
	{"periods", func(r rows) any { return r.Facts }, `
		DELETE FROM periods p
		USING jsonb_array_elements($1) AS f
		WHERE p.fact = f ->> 'Slug'
			AND NOT EXISTS (SELECT FROM elements(f -> 'Periods') AS x WHERE x.value ->> 'Slug' = p.slug)`},
}

// writeCollection writes the nouns of c whole, in the place of what the tables hold of them, with their passages
// anchored. Nouns that c does not hold stay as they are.
func writeCollection(ctx context.Context, tx pgx.Tx, c narrative.Collection, actor string) error {
	r, err := newRows(c, actor)
	if err != nil {
		return err
	}
	if err := writeRows(ctx, tx, r); err != nil {
		return err
	}
	return anchorExcerpts(ctx, tx, c.Articles, r.Claims)
}

// writeRows writes the rows of nouns, without the anchors of their passages.
func writeRows(ctx context.Context, tx pgx.Tx, r rows) error {
	for _, step := range steps {
		list, err := json.Marshal(step.list(r))
		if err != nil {
			return fmt.Errorf("%s: %w", step.table, err)
		}
		if string(list) == "null" {
			continue
		}
		if _, err := tx.Exec(ctx, step.sql, list); err != nil {
			return fmt.Errorf("%s: %w", step.table, err)
		}
	}
	return nil
}
