-- +goose Up
-- When a feed was last seen to announce an item, so that one that it announces no longer can be cleared away when it is old.
ALTER TABLE arrivals ADD COLUMN seen_at timestamptz;
CREATE INDEX arrivals_old_idx ON arrivals (coalesce(settled_at, received_at)) WHERE state IN ('listed', 'dismissed');

-- only_erased, see 00005: besides, what was received goes from a capture's text in the transaction of a takedown, and its text stays.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	row_ jsonb := to_jsonb(OLD) - 'original';
BEGIN
	IF NOT EXISTS (
		SELECT FROM erasures
		WHERE xact = pg_current_xact_id()
			AND CASE TG_TABLE_NAME
				WHEN 'edition_bodies' THEN edition = (row_ ->> 'log_index')::bigint
				ELSE capture = (row_ ->> 'capture')::bigint
			END
	) AND NOT (
		TG_TABLE_NAME = 'capture_texts' AND row_ = to_jsonb(NEW) - 'original' AND to_jsonb(NEW) ->> 'original' IS NULL
		AND EXISTS (SELECT FROM takedowns WHERE xact = pg_current_xact_id())
	) THEN
		RAISE EXCEPTION '% of % is refused: it changes through erase only', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
	END IF;
	RETURN NEW;
END $$;

-- forget_originals takes away what was received for captures, whose texts stay. It is called after the takedown was entered, in
-- the same transaction.
CREATE FUNCTION forget_originals(captures_ bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE capture_texts SET original = NULL WHERE capture = ANY (captures_)
$$;

-- forget_nouns, see 00010 and 00021: it blanks what the desk may not change by itself, and says how many entries of the audit log.
-- The rest is cleared by the desk. Of an article's captures the log has the addresses of copies in outside archives.
DROP FUNCTION forget_nouns;
CREATE FUNCTION forget_nouns(kinds text[], keys text[], needles text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	blanked bigint;
BEGIN
	UPDATE audit_log a
	SET before = CASE WHEN a.before = '' THEN '' ELSE '[withheld]' END, after = CASE WHEN a.after = '' THEN '' ELSE '[withheld]' END,
		why = CASE WHEN holds_any(a.why, needles) THEN '[withheld]' ELSE a.why END
	WHERE (a.kind, a.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n))
			AND a.action IN ('create', 'change', 'rename', 'merge', 'retire', 'delete', 'restore')
		OR holds_any(a.before || ' ' || a.after || ' ' || a.why, needles);
	GET DIAGNOSTICS blanked = ROW_COUNT;
	UPDATE import_bases b
	SET doc = '# withheld'
	WHERE b.doc <> '# withheld'
		AND ((b.kind, b.key) IN (SELECT k, n FROM unnest(kinds, keys) AS x (k, n)) OR holds_any(b.doc, needles));
	RETURN blanked;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION forget_originals, forget_nouns FROM PUBLIC;

-- +goose Down
DROP FUNCTION forget_nouns, forget_originals;
-- +goose StatementBegin
CREATE FUNCTION forget_nouns(kinds text[], keys text[], needles text[]) RETURNS void
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

CREATE OR REPLACE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	row_ jsonb := to_jsonb(OLD);
BEGIN
	IF NOT EXISTS (
		SELECT FROM erasures
		WHERE xact = pg_current_xact_id()
			AND CASE TG_TABLE_NAME
				WHEN 'edition_bodies' THEN edition = (row_ ->> 'log_index')::bigint
				ELSE capture = (row_ ->> 'capture')::bigint
			END
	) THEN
		RAISE EXCEPTION '% of % is refused: it changes through erase only', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION forget_nouns FROM PUBLIC;
DROP INDEX arrivals_old_idx;
ALTER TABLE arrivals DROP COLUMN seen_at;
