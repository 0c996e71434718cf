-- +goose Up
-- An erasure may leave the rest of an edition. Where the archive that is read back has the last of several erasures only,
-- what the ones before it left is not known, and the last decides.
ALTER TABLE erasures ADD COLUMN IF NOT EXISTS leaves boolean NOT NULL DEFAULT false;
CREATE OR REPLACE VIEW published_erasures AS
	SELECT log_index, edition, erased_at, leaves
	FROM erasures
	WHERE edition IS NOT NULL;

-- A withdrawn fact is on no list; a merged one goes on in another, named by its key. The slug is the one that the edition
-- had, at which the fact was last to be found.
ALTER TABLE published_editions
	DROP CONSTRAINT published_editions_kind,
	ADD CONSTRAINT published_editions_kind CHECK (kind IN ('first', 'update', 'correction', 'withdrawn', 'merged')),
	ADD COLUMN slug text NOT NULL DEFAULT '',
	ADD COLUMN goes_on text NOT NULL DEFAULT '',
	ADD CONSTRAINT published_editions_goes_on CHECK ((goes_on <> '') = (kind = 'merged'));
UPDATE published_editions p
SET slug = convert_from(b.body, 'UTF8')::jsonb #>> '{content,slug}'
FROM edition_bodies b
WHERE b.log_index = p.log_index;

ALTER TABLE audit_log
	DROP CONSTRAINT audit_log_action,
	ADD CONSTRAINT audit_log_action CHECK (action IN ('create', 'change', 'publish', 'capture', 'anchor', 'erase', 'withdraw', 'takedown'));

-- What was taken down, by the hash of its slug or code under every name that it ever had, so that its old address is
-- known to be gone and yet not written anywhere. Stand_in is the slug that stands in a person's place.
CREATE TABLE takedowns (
	id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT takedowns_pkey PRIMARY KEY,
	kind        text NOT NULL CONSTRAINT takedowns_kind CHECK (kind IN ('claim', 'article', 'source')),
	name_sha256 bytea NOT NULL CONSTRAINT takedowns_name_sha256 CHECK (length(name_sha256) = 32),
	taken_down  timestamptz NOT NULL,
	reason      text NOT NULL CONSTRAINT takedowns_reason CHECK (btrim(reason) <> ''),
	stand_in    text CONSTRAINT takedowns_stand_in CHECK (is_slug(stand_in)),
	xact        xid8 NOT NULL DEFAULT pg_current_xact_id(),
	CONSTRAINT takedowns_stand_in_by_kind CHECK ((kind = 'source') = (stand_in IS NOT NULL))
);
CREATE INDEX takedowns_name_idx ON takedowns (kind, name_sha256, id DESC);
CREATE TRIGGER takedowns_append_only BEFORE UPDATE OR DELETE ON takedowns FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER takedowns_no_truncate BEFORE TRUNCATE ON takedowns FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What readers may know of them.
CREATE VIEW published_takedowns AS
	SELECT id, kind, name_sha256, taken_down, reason
	FROM takedowns;

-- erase, see 00005: something may be left of an edition (left_ then begins with it), which the caller projects again.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION erase(edition_ bigint, capture_ bigint, reason_ text, index_ bigint, record_ bytea, prev_ bytea, left_ bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	record_doc jsonb := convert_from(record_, 'UTF8');
BEGIN
	IF record_doc ->> 'target' IS DISTINCT FROM coalesce(edition_::text, (
			SELECT c.article || '/' || (SELECT count(*) FROM captures o WHERE o.article = c.article AND o.id <= c.id)
			FROM captures c
			WHERE c.id = capture_))
		OR left_ IS NOT NULL AND record_doc ->> 'body_sha256' IS DISTINCT FROM encode(sha256(left_), 'hex') THEN
		RAISE EXCEPTION 'the record is not that of this erasure'
			USING ERRCODE = 'check_violation', CONSTRAINT = 'erase_record';
	END IF;
	IF EXISTS (SELECT FROM anchors WHERE capture = capture_ AND is_current) THEN
		RAISE EXCEPTION 'claims are anchored in capture %', capture_
			USING ERRCODE = 'check_violation', CONSTRAINT = 'erase_anchored';
	END IF;
	INSERT INTO log (index, record, hash, prev) VALUES (index_, record_, sha256('\x00'::bytea || record_), prev_);
	INSERT INTO erasures (log_index, edition, capture, reason, erased_at, leaves)
	VALUES (index_, edition_, capture_, reason_, (record_doc ->> 'at')::timestamptz,
		edition_ IS NOT NULL AND (left_ IS NULL OR convert_from(left_, 'UTF8') ~ '^\{"format":[0-9]+,"left":\{'));
	IF edition_ IS NOT NULL THEN
		IF left_ IS NOT NULL THEN
			INSERT INTO edition_bodies (log_index, body) VALUES (edition_, left_)
			ON CONFLICT (log_index) DO UPDATE SET body = excluded.body;
		END IF;
		DELETE FROM published_facts WHERE log_index = edition_;
		DELETE FROM published_editions WHERE log_index = edition_;
	ELSE
		UPDATE capture_texts SET text = convert_from(left_, 'UTF8'), original = NULL WHERE capture = capture_;
		DELETE FROM published_texts WHERE article = (SELECT article FROM captures WHERE id = capture_);
	END IF;
	UPDATE generation SET value = value + 1;
END $$;

-- audit_log changes only where a takedown blanks what it has said of the thing.
CREATE FUNCTION only_taken_down() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP = 'DELETE' OR NOT EXISTS (SELECT FROM takedowns WHERE xact = pg_current_xact_id())
		OR (NEW.id, NEW.at, NEW.actor, NEW.kind, NEW.key, NEW.action)
			IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.kind, OLD.key, OLD.action) THEN
		RAISE EXCEPTION '% of % is refused: its rows are kept for ever', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
	END IF;
	RETURN NEW;
END $$;
DROP TRIGGER audit_log_append_only ON audit_log;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION only_taken_down();

-- forget_nouns blanks what the audit log and the last import say of the nouns, given as kinds and keys, and of any other
-- noun in whose text one of the given texts stands. A blanked base, '# withheld', is kept, so that an import of the same
-- files knows that the desk has changed the noun since, and does not bring it back. It is called after the takedown was
-- entered, in the same transaction.
CREATE FUNCTION forget_nouns(kinds text[], keys text[], needles text[]) RETURNS void
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

-- holds_any says whether one of the texts stands in a document of YAML, whose lines may be folded and quotes doubled.
CREATE FUNCTION holds_any(doc text, needles text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_or(strpos(plain.doc, n) > 0), false)
	FROM unnest(needles) AS n, (SELECT replace(regexp_replace(doc, '\s+', ' ', 'g'), '''''', '''')) AS plain (doc)
$$;

-- forget_source gives a source the slug that stands in its place, and lets no old name lead there.
CREATE FUNCTION forget_source(slug_ text, stand_in_ text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM takedowns WHERE kind = 'source' AND xact = pg_current_xact_id() AND stand_in = stand_in_) THEN
		RAISE EXCEPTION 'source % is not taken down', slug_
			USING ERRCODE = 'restrict_violation', CONSTRAINT = 'forget_source';
	END IF;
	UPDATE sources SET slug = stand_in_ WHERE slug = slug_;
	UPDATE names SET target = NULL WHERE kind = 'source' AND target = stand_in_;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION forget_nouns, forget_source FROM PUBLIC;

-- +goose Down
DROP FUNCTION forget_source, forget_nouns, holds_any;
DROP TRIGGER audit_log_append_only ON audit_log;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION only_taken_down;
DROP VIEW published_takedowns;
DROP TABLE takedowns;
-- The function erase with its column, and the kinds of edition and of action, stay as wide as they are: there may be some.
ALTER TABLE published_editions DROP COLUMN slug, DROP COLUMN goes_on;
