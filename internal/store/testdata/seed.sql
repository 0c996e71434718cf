-- A small story with a row in every table, for the tests of the schema's rules. Its text has characters outside the
-- basic plane and a letter with a combining mark that has no code point of its own, so that code points, UTF-16 units
-- and bytes all count differently.
BEGIN;
INSERT INTO parties (slug, name) VALUES ('north', 'North bank'), ('south', 'South bank');
INSERT INTO outlets (slug, name) VALUES ('gazette', 'Gazette');
INSERT INTO sources (slug, name, kind, party) VALUES
	('harbour-office', 'Harbour office', 'body', 'north'),
	('ferry-council', 'Ferry council', 'body', 'south');
INSERT INTO offices (source, ordinal, title, from_day, until_day) VALUES ('ferry-council', 1, 'council', '2020-01-01', '2021-01-01');
INSERT INTO places (slug, shown) VALUES ('quay', 'Quay');
INSERT INTO place_names (place, ordinal, form, language, from_day, until_day) VALUES ('quay', 1, 'Old Quay', 'en', '1990-01-01', NULL);
INSERT INTO place_name_users (place, name, ordinal, party) VALUES ('quay', 1, 1, 'north');
INSERT INTO disputes (slug, title, fiction) VALUES ('ferry', 'The ferry', true);
INSERT INTO terms (slug, dispute, word) VALUES ('stoppage', 'ferry', 'stoppage');
INSERT INTO term_users (term, ordinal, party) VALUES ('stoppage', 1, 'south');
INSERT INTO events (slug, title, kind, date_earliest, date_latest, date_precision, date_basis, place)
	VALUES ('first-meeting', 'First meeting', 'meeting', '2024-03-01', '2024-03-01', 'day', 'given', 'quay');
INSERT INTO event_participants (event, ordinal, source) VALUES ('first-meeting', 1, 'harbour-office');
INSERT INTO facts (slug, key, dispute, question, kind, status) VALUES ('quay-open', 'quay-open', 'ferry', 'Was the quay open?', 'yes-no', 'developing');
INSERT INTO periods (fact, slug, ordinal, label, from_event, until_event)
	VALUES ('quay-open', 'spring', 1, 'in spring', 'first-meeting', 'first-meeting');
INSERT INTO aspects (fact, slug, ordinal, question) VALUES ('quay-open', 'whom', 1, 'Open to whom?');
INSERT INTO positions (fact, aspect, slug, ordinal, label) VALUES
	('quay-open', '', 'yes', 1, 'It was open'), ('quay-open', '', 'no', 2, 'It was shut'),
	('quay-open', 'whom', 'all', 1, 'To all');
INSERT INTO gaps (fact, ordinal, title, text) VALUES ('quay-open', 1, 'No log book', 'Nobody has shown the log book.');
INSERT INTO records (slug, title, kind, maker, found_at, checked, checked_by, shows, shows_not)
	VALUES ('tide-table', 'Tide table', 'document', 'Harbour office', '', 'read', 'desk', '', '');
INSERT INTO bearings (record, ordinal, fact, aspect) VALUES ('tide-table', 1, 'quay-open', 'whom');
INSERT INTO articles (slug, outlet, identified_basis, kind, headline, headline_by, url, language, rights) VALUES
	('ferry-report', 'gazette', 'given', 'report', 'Ferry', 'article', 'https://example.org/ferry', 'en', 'excerpt'),
	('later-report', 'gazette', 'given', 'report', 'Later', 'article', '', 'en', 'excerpt');
INSERT INTO expected_accounts (event, ordinal, source, state, article) VALUES ('first-meeting', 1, 'harbour-office', 'held', 'ferry-report');
INSERT INTO readings (article, ordinal, fact, read_by, read_on) VALUES ('ferry-report', 1, 'quay-open', 'desk', '2024-03-02');

INSERT INTO captures (article, kind, captured_at, norm_version, text_sha256, original_sha256)
	SELECT article, 'full', '2024-03-02 10:00+00', 1, sha256(convert_to(text, 'UTF8')), sha256('<p>')
	FROM (VALUES
		('ferry-report', E'😀 The x\u0302 quay was open.\n\nAlso 12 ferries sailed, and no quay was open.\n\nAll quiet.'),
		('later-report', E'Nothing new.')
	) AS t (article, text);
INSERT INTO capture_texts (capture, text, original)
	SELECT c.id, t.text, '<p>'
	FROM (VALUES
		('ferry-report', E'😀 The x\u0302 quay was open.\n\nAlso 12 ferries sailed, and no quay was open.\n\nAll quiet.'),
		('later-report', E'Nothing new.')
	) AS t (article, text)
	JOIN captures c USING (article);
INSERT INTO capture_marks (capture, start, label) SELECT id, 0, 'page 1' FROM captures WHERE article = 'ferry-report';
INSERT INTO capture_shingles (capture, prints) SELECT id, '{1, 2}' FROM captures WHERE article = 'ferry-report';
INSERT INTO archive_copies (capture, address, added_by) SELECT id, 'https://archive.example/ferry', 'desk' FROM captures WHERE article = 'ferry-report';
INSERT INTO reprints (article, origin, basis, added_by) VALUES ('later-report', 'ferry-report', 'words', 'desk');
INSERT INTO subscriptions (address, added_by) VALUES ('https://example.org/feed', 'desk');
INSERT INTO arrivals (state, format, title, subscription, item, original, original_sha256, received_by, article, capture, settled_by, settled_at)
	SELECT 'waiting', 'text', 'Ferry', s.id, sha256('1'), 'Ferry'::bytea, sha256('Ferry'), 'desk', 'ferry-report', NULL::bigint, '', NULL::timestamptz FROM subscriptions s
	UNION ALL
	SELECT 'confirmed', 'text', 'Later', s.id, sha256('2'), NULL, sha256('<p>'), 'desk', c.article, c.id, 'desk', timestamptz '2024-03-02 10:00+00'
	FROM subscriptions s, captures c WHERE c.article = 'later-report';
INSERT INTO media (arrival, media_type, body, sha256) SELECT id, 'audio/mpeg', 'ID3'::bytea, sha256('ID3') FROM arrivals WHERE state = 'waiting';

INSERT INTO claims (code, article, ordinal, words, whole_block, source, voice, event, attributed_to) VALUES
	('AAA-AAA1', 'ferry-report', 1, ARRAY[E'😀 The x\u0302 quay was open.'], true, 'harbour-office', 'paraphrase', 'first-meeting', NULL),
	('AAA-AAA2', 'ferry-report', 2, ARRAY['12 ferries', 'no quay was open'], false, 'ferry-council', 'direct', NULL, 'harbour-office'),
	('AAA-AAA3', 'ferry-report', 3, ARRAY['All quiet'], false, 'gazette', 'outlet', NULL, NULL);
INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
	SELECT a.claim, c.id, 'anchored', a.starts, a.ends, true
	FROM captures c, (VALUES
		('AAA-AAA1', ARRAY[0], ARRAY[23]),
		('AAA-AAA2', ARRAY[30, 53], ARRAY[40, 69]),
		('AAA-AAA3', ARRAY[72], ARRAY[81])
	) AS a (claim, starts, ends)
	WHERE c.article = 'ferry-report';
INSERT INTO kept_passages (claim, capture, kept_by) SELECT 'AAA-AAA3', id, 'desk' FROM captures WHERE article = 'ferry-report';
INSERT INTO hops (claim, ordinal, source, role) VALUES ('AAA-AAA2', 1, 'gazette', 'outlet');
INSERT INTO stances (claim, fact, aspect, ordinal, position, mode, period) VALUES
	('AAA-AAA1', 'quay-open', '', 1, 'yes', 'asserted', 'spring'),
	('AAA-AAA1', 'quay-open', 'whom', 2, 'all', 'asserted', NULL),
	('AAA-AAA2', 'quay-open', '', 1, 'no', 'asserted', 'spring');
INSERT INTO counters (claim, ordinal, other, fact, relation, difference, why)
	VALUES ('AAA-AAA2', 1, 'AAA-AAA1', 'quay-open', 'contradicts', 'direct', 'The one says open, the other shut.');
INSERT INTO figures (claim, ordinal, verbatim, hedge, low, high, low_open, high_open, counted, unit, counted_by, part_of, from_day, until_day)
	VALUES ('AAA-AAA2', 1, '12', 'exactly', 12, 12, false, false, 'ferries', '', 'ferry-council', 'AAA-AAA1', '2024-03-01', '2024-03-02');
INSERT INTO points (fact, ordinal, kind, text, period) VALUES
	('quay-open', 1, 'both', 'There is a quay.', 'spring'), ('quay-open', 2, 'one', 'Ferries sailed.', NULL);
INSERT INTO point_claims (fact, point, ordinal, claim) VALUES
	('quay-open', 1, 1, 'AAA-AAA1'), ('quay-open', 1, 2, 'AAA-AAA2'), ('quay-open', 2, 1, 'AAA-AAA2');

INSERT INTO log (index, record, hash, prev) VALUES
	(0, 'one', sha256('\x00'::bytea || 'one'), decode(repeat('00', 32), 'hex')),
	(1, 'two', sha256('\x00'::bytea || 'two'), sha256('\x00'::bytea || 'one'));
INSERT INTO log_key (verifier) VALUES ('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
INSERT INTO editions (fact, number, log_index, published_at, body_sha256)
	SELECT f.id, e.number, e.index, e.at, sha256(e.body)
	FROM facts f, (VALUES
		(1, 0, timestamptz '2024-03-03 10:00:00+00', 'body one'::bytea),
		(2, 1, timestamptz '2024-03-04 10:00:00+00', 'body two'::bytea)
	) AS e (number, index, at, body);
INSERT INTO edition_bodies (log_index, body) VALUES (0, 'body one'), (1, 'body two');
INSERT INTO published_slugs (slug, fact_id) SELECT slug, id FROM facts;
INSERT INTO published_facts (fact, fact_id, log_index, number, published_at, dispute, latest_claim, row)
	SELECT slug, id, 1, 2, '2024-03-04 10:00:00+00', dispute, '2024-03-01', '{}' FROM facts;
INSERT INTO published_claims (fact, code, log_index, ordinal, source, attributed_to, party, outlet, article, event, block, starts, ends, row)
	VALUES ('quay-open', 'AAA-AAA1', 1, 1, 'harbour-office', '', 'north', 'gazette', 'ferry-report', '', 0, '{0}', '{22}', '{}');
INSERT INTO published_nouns (kind, slug, fact, log_index, doc) VALUES ('outlet', 'gazette', 'quay-open', 1, '{}');
INSERT INTO published_editions (log_index, fact_id, number, published_at, kind, reason, title, claims)
	SELECT e.log_index, e.fact, e.number, e.published_at, 'update', '', 'Was the quay open?', '{AAA-AAA1}' FROM editions e;
INSERT INTO published_texts (article, text) VALUES ('ferry-report', 'All of it.');
INSERT INTO audit_log (actor, kind, key, action) VALUES ('desk', 'fact', 'quay-open', 'publish');
INSERT INTO accounts (name, role) VALUES ('pier-desk', 'editor');
INSERT INTO drafts (account, form, fields) VALUES ('pier-desk', '/desk/facts/new', '{}');
INSERT INTO proposals (kind, key, began_version, title, fields, proposed_by, outcome, settled_by, settled_at)
	VALUES ('fact', 'quay-open', 1, 'Was the quay open?', '{}', 'pier-desk', 'taken', 'pier-desk', '2024-03-05 10:00+00');
INSERT INTO assignments (kind, key, account, assigned_by) VALUES ('fact', 'quay-open', 'pier-desk', 'pier-desk');
INSERT INTO watches (account, kind, key) VALUES ('pier-desk', 'fact', 'quay-open');
INSERT INTO requests (fact, ordinal, source, question, event, asked, way, deadline, due_at, state, settled, article, claim)
	VALUES ('quay-open', 1, 'ferry-council', 'Was it open?', 'first-meeting', '2024-03-02T10:00Z', 'letter', '2024-03-03T10:00Z', '2024-03-03 10:00+00',
		'answered', '2024-03-03T09:00Z', 'ferry-report', 'AAA-AAA2');
INSERT INTO complaints (received_at, about, fact, sender, words) VALUES ('2024-03-05 10:00+00', '/facts/quay-open', 'quay-open', 'A reader', 'The quay was shut.');
INSERT INTO reviews (fact, item, fingerprint, waived, reviewer, note) VALUES ('quay-open', 'question', sha256('Was the quay open?'), false, 'pier-desk', '');
INSERT INTO review_requests (fact, asked_by, note, authors) VALUES ('quay-open', 'pier-desk', 'before noon', '{pier-desk}');
INSERT INTO embargoes (article, until, set_by) VALUES ('ferry-report', '2024-03-03 06:00+00', 'pier-desk');
INSERT INTO newsroom_editions (fact, number, made_at, actor, note, body, body_sha256)
	SELECT id, 1, '2024-03-04 09:00+00', 'pier-desk', '', 'for us', sha256('for us') FROM facts;
INSERT INTO accounts (name, role) VALUES ('anna', 'admin');
INSERT INTO sessions (token_sha256, account) VALUES (sha256('session'), 'anna');
INSERT INTO logins (token_sha256, account) VALUES (sha256('login'), 'anna');
INSERT INTO account_links (account, token_sha256, drops_factor) VALUES ('anna', sha256('link'), false);
INSERT INTO recovery_codes (account, code_sha256) VALUES ('anna', sha256('code'));
INSERT INTO account_tokens (account, name, token_sha256, expires_at) VALUES ('anna', 'import', sha256('token'), now() + interval '1 day');
INSERT INTO throttles (key, free_at) VALUES (sha256('key'), now());
INSERT INTO import_bases (kind, key, doc) VALUES ('fact', 'quay-open', '');
INSERT INTO takedowns (kind, name_sha256, taken_down, reason, stand_in) VALUES
	('claim', sha256('AAA-AAA9'), '2024-03-05 10:00:00+00', 'asked to', NULL), ('source', sha256('pilot'), '2024-03-05 10:00:00+00', 'asked to', 'withheld-1');
SELECT erase(0, NULL, 'asked to', 2, convert_to(format('{"target":"0","body_sha256":"%s","at":"2024-03-05T10:00:00Z"}', encode(sha256('redacted'), 'hex')), 'UTF8'),
	sha256('\x00'::bytea || 'two'), 'redacted');
INSERT INTO api_keys (account, key, request_sha256, answer) VALUES ('anna', 'first', sha256('request'), '{}');
COMMIT;
