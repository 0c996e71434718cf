-- +goose Up
-- A request for comment: a source was asked about a fact. Moments are kept as they were written, with their zone; due_at
-- is the deadline as the database compares it.
CREATE TABLE requests (
	fact     text NOT NULL CONSTRAINT requests_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal  integer NOT NULL,
	source   text NOT NULL CONSTRAINT requests_source_fkey REFERENCES sources ON UPDATE CASCADE,
	question text NOT NULL CONSTRAINT requests_question CHECK (question <> ''),
	event    text CONSTRAINT requests_event_fkey REFERENCES events ON UPDATE CASCADE,
	asked    text NOT NULL CONSTRAINT requests_asked CHECK (asked <> ''),
	way      text NOT NULL CONSTRAINT requests_way CHECK (way <> ''),
	deadline text NOT NULL DEFAULT '',
	due_at   timestamptz,
	state    text NOT NULL CONSTRAINT requests_state CHECK (state IN ('open', 'answered', 'declined', 'none')),
	settled  text NOT NULL DEFAULT '',
	article  text CONSTRAINT requests_article_fkey REFERENCES articles ON UPDATE CASCADE,
	claim    text CONSTRAINT requests_claim_fkey REFERENCES claims ON UPDATE CASCADE,
	note     text NOT NULL DEFAULT '',
	CONSTRAINT requests_pkey PRIMARY KEY (fact, ordinal),
	CONSTRAINT requests_due CHECK ((deadline = '') = (due_at IS NULL)),
	CONSTRAINT requests_answer CHECK ((state = 'answered') = (article IS NOT NULL OR claim IS NOT NULL)),
	CONSTRAINT requests_settled CHECK (state <> 'none' OR settled <> '')
);
CREATE INDEX requests_source_idx ON requests (source);
CREATE INDEX requests_event_idx ON requests (event);
CREATE INDEX requests_article_idx ON requests (article);
CREATE INDEX requests_claim_idx ON requests (claim);
CREATE INDEX requests_due_idx ON requests (due_at) WHERE state = 'open';

-- A reader's complaint. Who sent it, what was written and what was answered are private: they are in no log and no export,
-- and are taken away when that is asked for after it was settled.
CREATE TABLE complaints (
	id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT complaints_pkey PRIMARY KEY,
	version     integer NOT NULL DEFAULT 1,
	received_at timestamptz NOT NULL,
	about       text NOT NULL CONSTRAINT complaints_about CHECK (about <> ''), -- an address of this site, without its host
	fact        text CONSTRAINT complaints_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE SET NULL,
	sender      text NOT NULL DEFAULT '',
	words       text NOT NULL DEFAULT '',
	answer      text NOT NULL DEFAULT '',
	outcome     text NOT NULL DEFAULT '' CONSTRAINT complaints_outcome CHECK (outcome IN ('', 'correction', 'note', 'none')),
	edition     integer, -- of the fact, that made the correction
	reason      text NOT NULL DEFAULT '',
	settled_at  timestamptz,
	erased_at   timestamptz,
	CONSTRAINT complaints_words CHECK (words <> '' OR erased_at IS NOT NULL),
	CONSTRAINT complaints_settled CHECK ((outcome = '') = (settled_at IS NULL)),
	CONSTRAINT complaints_correction CHECK ((outcome = 'correction') = (edition IS NOT NULL)),
	CONSTRAINT complaints_edition CHECK (edition IS NULL OR fact IS NOT NULL),
	CONSTRAINT complaints_reason CHECK (outcome NOT IN ('note', 'none') OR reason <> ''),
	CONSTRAINT complaints_erased CHECK (erased_at IS NULL OR settled_at IS NOT NULL AND sender = '' AND words = '' AND answer = '')
);
CREATE INDEX complaints_fact_idx ON complaints (fact);
CREATE INDEX complaints_open_idx ON complaints (id) WHERE outcome = '';
CREATE TRIGGER complaints_version BEFORE UPDATE ON complaints FOR EACH ROW EXECUTE FUNCTION raise_version();

-- A takedown looks into JSON as it looked into YAML, and into all kinds of entry; drafts that hold the thing go, and
-- a complaint keeps none of its words that do.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION holds_any(doc text, needles text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_or(strpos(yaml.doc, n) > 0 OR strpos(json.doc, n) > 0), false)
	FROM unnest(needles) AS n,
		(SELECT replace(regexp_replace(doc, '\s+', ' ', 'g'), '''''', '''')) AS yaml (doc),
		(SELECT regexp_replace(replace(replace(replace(replace(replace(replace(doc,
			'\n', ' '), '\"', '"'), '\u0026', '&'), '\u003c', '<'), '\u003e', '>'), '\\', '\'), '\s+', ' ', 'g')) AS json (doc)
$$;

CREATE OR REPLACE FUNCTION forget_nouns(kinds text[], keys text[], needles text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE audit_log a
	SET before = CASE WHEN a.before = '' THEN '' ELSE '[withheld]' END, after = CASE WHEN a.after = '' THEN '' ELSE '[withheld]' END,
		why = CASE WHEN holds_any(a.why, needles) THEN '[withheld]' ELSE a.why END
	WHERE (a.kind, a.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n))
			AND a.action IN ('create', 'change', 'rename', 'merge', 'retire', 'delete', 'restore')
		OR holds_any(a.before || ' ' || a.after || ' ' || a.why, needles);
	UPDATE import_bases b
	SET doc = '# withheld'
	WHERE b.doc <> '# withheld'
		AND ((b.kind, b.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n)) OR holds_any(b.doc, needles));
	DELETE FROM drafts d WHERE holds_any(d.fields, needles);
	UPDATE assignments a SET note = '' WHERE holds_any(a.note, needles);
	UPDATE complaints c
	SET words = CASE WHEN holds_any(c.words, needles) THEN '[withheld]' ELSE c.words END,
		answer = CASE WHEN holds_any(c.answer, needles) THEN '[withheld]' ELSE c.answer END,
		sender = CASE WHEN holds_any(c.sender, needles) THEN '[withheld]' ELSE c.sender END,
		reason = CASE WHEN holds_any(c.reason, needles) THEN '[withheld]' ELSE c.reason END
	WHERE holds_any(concat_ws(' ', c.words, c.answer, c.sender, c.reason), needles);
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION forget_nouns(kinds text[], keys text[], needles text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE audit_log a
	SET before = CASE WHEN a.before = '' THEN '' ELSE '[withheld]' END, after = CASE WHEN a.after = '' THEN '' ELSE '[withheld]' END,
		why = CASE WHEN holds_any(a.why, needles) THEN '[withheld]' ELSE a.why END
	WHERE (a.kind, a.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n)) AND a.action IN ('create', 'change')
		OR holds_any(a.before || ' ' || a.after || ' ' || a.why, needles);
	UPDATE import_bases b
	SET doc = '# withheld'
	WHERE b.doc <> '# withheld'
		AND ((b.kind, b.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n)) OR holds_any(b.doc, needles));
END $$;
CREATE OR REPLACE FUNCTION holds_any(doc text, needles text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_or(strpos(plain.doc, n) > 0), false)
	FROM unnest(needles) AS n, (SELECT replace(regexp_replace(doc, '\s+', ' ', 'g'), '''''', '''')) AS plain (doc)
$$;
-- +goose StatementEnd
DROP TABLE complaints, requests;
