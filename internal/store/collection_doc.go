package store

// The documents say of one row of a noun's table, under the alias that each names, what the noun is: JSON in the shape of
// its type in package narrative.
const (
	disputeDoc = `jsonb_build_object('Slug', slug, 'Title', title, 'Background', background, 'Fiction', fiction,
			'NamePolicy', name_policy)` // of disputes

	partyDoc = `jsonb_build_object('Slug', slug, 'Name', name, 'Note', note)` // of parties

	outletDoc = `jsonb_build_object('Slug', slug, 'Name', name, 'Description', description, 'Country', country,
			'Language', language, 'Unknown', is_unknown, 'Boilerplate', boilerplate, 'Note', note)` // of outlets

	placeDoc = `jsonb_build_object('Slug', p.slug, 'Shown', p.shown, 'Note', p.note, 'Names', (
			SELECT jsonb_agg(jsonb_build_object('Form', n.form, 'Language', n.language,
				'From', coalesce(n.from_day::text, ''), 'Until', coalesce(n.until_day::text, ''), 'Note', n.note,
				'UsedBy', ARRAY(
					SELECT u.party FROM place_name_users u
					WHERE u.place = n.place AND u.name = n.ordinal
					ORDER BY u.ordinal)) ORDER BY n.ordinal)
			FROM place_names n
			WHERE n.place = p.slug))` // of places p

	termDoc = `jsonb_build_object('Slug', t.slug, 'Dispute', t.dispute, 'Word', t.word, 'Forms', t.forms,
			'Plain', t.plain, 'Note', t.note, 'UsedBy', ARRAY(
				SELECT u.party FROM term_users u WHERE u.term = t.slug ORDER BY u.ordinal))` // of terms t

	sourceDoc = `jsonb_build_object('Slug', s.slug, 'Name', s.name, 'Printed', s.printed, 'Kind', s.kind,
			'Party', coalesce(s.party, ''), 'Note', s.note, 'Offices', (
				SELECT jsonb_agg(jsonb_build_object('Title', o.title, 'From', coalesce(o.from_day::text, ''),
					'Until', coalesce(o.until_day::text, '')) ORDER BY o.ordinal)
				FROM offices o
				WHERE o.source = s.slug))` // of sources s

	eventDoc = `jsonb_build_object('Slug', e.slug, 'Title', e.title, 'Kind', e.kind,
			'Date', date_doc(e.date_earliest, e.date_latest, e.date_precision, e.date_at, e.date_basis, e.date_reason),
			'Place', coalesce(e.place, ''), 'Note', e.note,
			'Participants', ARRAY(
				SELECT p.source FROM event_participants p WHERE p.event = e.slug ORDER BY p.ordinal),
			'Expected', (
				SELECT jsonb_agg(jsonb_build_object('Of', x.source, 'State', x.state, 'Article', coalesce(x.article, ''),
					'Where', x.looked_in, 'On', coalesce(x.looked_on::text, ''), 'Note', x.note) ORDER BY x.ordinal)
				FROM expected_accounts x
				WHERE x.event = e.slug))` // of events e

	factDoc = `jsonb_build_object('Slug', f.slug, 'Key', CASE WHEN f.key <> f.slug THEN f.key ELSE '' END, 'Dispute', f.dispute, 'Question', f.question, 'Kind', f.kind,
			'Background', f.background, 'Note', f.note,
			'Status', jsonb_build_object('State', f.status, 'ReadTo', f.status_read_to, 'Since', coalesce(f.status_since::text, ''),
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
				WHERE g.fact = f.slug),
			'Requests', (
				SELECT jsonb_agg(jsonb_build_object('To', q.source, 'Question', q.question, 'Event', coalesce(q.event, ''),
					'Asked', q.asked, 'By', q.way, 'Deadline', q.deadline, 'State', q.state, 'Settled', q.settled,
					'Article', coalesce(q.article, ''), 'Claim', coalesce(q.claim, ''), 'Note', q.note) ORDER BY q.ordinal)
				FROM requests q
				WHERE q.fact = f.slug))` // of facts f

	recordDoc = `jsonb_build_object('Slug', r.slug, 'Title', r.title, 'Kind', r.kind, 'Maker', r.maker,
			'Date', date_doc(r.date_earliest, r.date_latest, r.date_precision, r.date_at, r.date_basis, r.date_reason),
			'Where', r.found_at, 'Checked', r.checked, 'CheckedBy', r.checked_by, 'Shows', r.shows,
			'ShowsNot', r.shows_not, 'BearsOn', (
				SELECT jsonb_agg(jsonb_build_object('Fact', b.fact, 'Aspect', b.aspect) ORDER BY b.ordinal)
				FROM bearings b
				WHERE b.record = r.slug))` // of records r

	articleDoc = `jsonb_build_object('Slug', a.slug, 'Outlet', a.outlet,
			'Identified', jsonb_build_object('Basis', a.identified_basis, 'Reason', a.identified_reason),
			'Kind', a.kind, 'Headline', a.headline, 'HeadlineBy', a.headline_by, 'URL', a.url, 'Byline', a.byline,
			'Language', a.language, 'Translated', a.translated,
			'Published', date_doc(a.published_earliest, a.published_latest, a.published_precision, a.published_at,
				a.published_basis, a.published_reason),
			'Captured', coalesce(a.captured_on::text, ''), 'Credit', a.credit, 'Rights', a.rights, 'Note', a.note,
			'ReprintOf', (
				SELECT jsonb_agg(p.origin ORDER BY p.origin COLLATE "C")
				FROM reprints p
				WHERE p.article = a.slug),
			'ReadFor', (
				SELECT jsonb_agg(jsonb_build_object('Fact', r.fact, 'By', r.read_by, 'On', r.read_on) ORDER BY r.ordinal)
				FROM readings r
				WHERE r.article = a.slug))` // of articles a

	// claimDoc needs claimAnchors beside the claims.
	claimDoc = `jsonb_build_object('Code', c.code, 'Article', c.article, 'Words', c.words, 'WholeBlock', c.whole_block,
			'Ordinal', c.ordinal, 'Excerpt', to_jsonb(a), 'Full', to_jsonb(f), 'Locator', c.locator, 'Source', c.source, 'Named', c.named, 'Office', c.office, 'Attribution', c.attribution,
			'AttributedTo', coalesce(c.attributed_to, ''), 'Joint', c.joint, 'Voice', c.voice, 'Basis', c.basis,
			'Event', coalesce(c.event, ''),
			'About', date_doc(c.about_earliest, c.about_latest, c.about_precision, c.about_at, c.about_basis, c.about_reason),
			'Uttered', date_doc(c.uttered_earliest, c.uttered_latest, c.uttered_precision, c.uttered_at, c.uttered_basis,
				c.uttered_reason),
			'Issued', date_doc(c.issued_earliest, c.issued_latest, c.issued_precision, c.issued_at, c.issued_basis,
				c.issued_reason),
			'Note', c.note,
			'Changed', jsonb_build_object('Kind', c.changed, 'Seen', coalesce(c.changed_seen::text, ''), 'Now', c.changed_now),
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
				WHERE x.claim = c.code))` // of claims c

	// claimAnchors are beside a claim c: where it stands in its article's latest excerpt (a) and, if its current anchor is in
	// a full capture, where it stands there (f).
	claimAnchors = `
		LEFT JOIN LATERAL (
			SELECT x.capture AS "Capture", x.starts AS "Starts", x.ends AS "Ends", x.outcome
			FROM anchors x
			JOIN captures k ON k.id = x.capture
			WHERE x.claim = c.code AND k.kind = 'excerpt'
				AND NOT EXISTS (SELECT FROM erasures e WHERE e.capture = k.id)
			ORDER BY x.id DESC
			LIMIT 1) AS a ON a.outcome = 'anchored' 
		LEFT JOIN LATERAL (
			SELECT x.capture AS "Capture", x.starts AS "Starts", x.ends AS "Ends"
			FROM anchors x
			JOIN captures k ON k.id = x.capture
			WHERE x.claim = c.code AND x.is_current AND k.kind = 'full') AS f ON true`
)
