-- +goose Up
-- A noun that was removed can be brought back from its log, under the slug or code that nothing else was ever given. Names
-- says of a noun that is gone in which version it was last there, so that versions go on rising, and of a claim of which
-- article it was, under the slug that this had then. Back is the transaction that brings it back.
ALTER TABLE names
	ADD COLUMN last_version integer,
	ADD COLUMN gone_from text NOT NULL DEFAULT '',
	ADD COLUMN back xid8;
CREATE INDEX names_gone_idx ON names (kind, name) WHERE last_version IS NOT NULL AND target IS NULL;
CREATE INDEX names_gone_from_idx ON names (gone_from) WHERE last_version IS NOT NULL AND target IS NULL AND gone_from <> '';

-- +goose StatementBegin
CREATE FUNCTION leave_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE names SET last_version = OLD.version, gone_from = coalesce(to_jsonb(OLD) ->> 'article', ''), back = NULL
	WHERE kind = TG_ARGV[0] AND name = to_jsonb(OLD) ->> TG_ARGV[1];
	RETURN NULL;
END $$;

CREATE FUNCTION resume_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	NEW.version := coalesce((
		SELECT last_version + 1 FROM names
		WHERE kind = TG_ARGV[0] AND name = to_jsonb(NEW) ->> TG_ARGV[1] AND back = pg_current_xact_id()), NEW.version);
	RETURN NEW;
END $$;

-- register_name, see 00001; a noun that is brought back has its name already.
CREATE OR REPLACE FUNCTION register_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	new_name text := to_jsonb(NEW) ->> TG_ARGV[1];
	old_name text := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ->> TG_ARGV[1] END;
BEGIN
	IF new_name IS NOT DISTINCT FROM old_name THEN
		RETURN NEW;
	END IF;
	IF TG_OP = 'INSERT' THEN
		UPDATE names SET last_version = NULL, gone_from = '', back = NULL
		WHERE kind = TG_ARGV[0] AND name = new_name AND back = pg_current_xact_id();
		IF FOUND THEN
			RETURN NEW;
		END IF;
	END IF;
	INSERT INTO names (kind, name) VALUES (TG_ARGV[0], new_name);
	IF old_name IS NOT NULL THEN
		UPDATE names SET target = new_name WHERE kind = TG_ARGV[0] AND old_name IN (name, target);
	END IF;
	RETURN NEW;
END $$;

-- bring_back lets the row of a noun that is gone be inserted anew, in this transaction, if it was last there in the version
-- given. What was merged into another or taken down does not come back. An outlet comes with the source of its own voice.
CREATE FUNCTION bring_back(kind_ text, name_ text, version_ integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE names n SET back = pg_current_xact_id()
	WHERE n.kind = kind_ AND n.name = name_ AND n.target IS NULL AND n.last_version = version_
		AND NOT EXISTS (SELECT FROM takedowns t WHERE t.kind = kind_ AND t.name_sha256 = sha256(convert_to(name_, 'UTF8')));
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the % % was not last there in version %', kind_, name_, version_
			USING ERRCODE = 'check_violation', CONSTRAINT = 'names_bring_back';
	END IF;
	IF kind_ = 'outlet' THEN
		UPDATE names SET back = pg_current_xact_id() WHERE kind = 'source' AND name = name_ AND target IS NULL AND last_version IS NOT NULL;
	END IF;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION bring_back FROM PUBLIC;

CREATE TRIGGER disputes_gone AFTER DELETE ON disputes FOR EACH ROW EXECUTE FUNCTION leave_name('dispute', 'slug');
CREATE TRIGGER parties_gone AFTER DELETE ON parties FOR EACH ROW EXECUTE FUNCTION leave_name('party', 'slug');
CREATE TRIGGER outlets_gone AFTER DELETE ON outlets FOR EACH ROW EXECUTE FUNCTION leave_name('outlet', 'slug');
CREATE TRIGGER sources_gone AFTER DELETE ON sources FOR EACH ROW EXECUTE FUNCTION leave_name('source', 'slug');
CREATE TRIGGER places_gone AFTER DELETE ON places FOR EACH ROW EXECUTE FUNCTION leave_name('place', 'slug');
CREATE TRIGGER terms_gone AFTER DELETE ON terms FOR EACH ROW EXECUTE FUNCTION leave_name('term', 'slug');
CREATE TRIGGER events_gone AFTER DELETE ON events FOR EACH ROW EXECUTE FUNCTION leave_name('event', 'slug');
CREATE TRIGGER records_gone AFTER DELETE ON records FOR EACH ROW EXECUTE FUNCTION leave_name('record', 'slug');
CREATE TRIGGER facts_gone AFTER DELETE ON facts FOR EACH ROW EXECUTE FUNCTION leave_name('fact', 'slug');
CREATE TRIGGER articles_gone AFTER DELETE ON articles FOR EACH ROW EXECUTE FUNCTION leave_name('article', 'slug');
CREATE TRIGGER claims_gone AFTER DELETE ON claims FOR EACH ROW EXECUTE FUNCTION leave_name('claim', 'code');
CREATE TRIGGER disputes_back BEFORE INSERT ON disputes FOR EACH ROW EXECUTE FUNCTION resume_version('dispute', 'slug');
CREATE TRIGGER parties_back BEFORE INSERT ON parties FOR EACH ROW EXECUTE FUNCTION resume_version('party', 'slug');
CREATE TRIGGER outlets_back BEFORE INSERT ON outlets FOR EACH ROW EXECUTE FUNCTION resume_version('outlet', 'slug');
CREATE TRIGGER sources_back BEFORE INSERT ON sources FOR EACH ROW EXECUTE FUNCTION resume_version('source', 'slug');
CREATE TRIGGER places_back BEFORE INSERT ON places FOR EACH ROW EXECUTE FUNCTION resume_version('place', 'slug');
CREATE TRIGGER terms_back BEFORE INSERT ON terms FOR EACH ROW EXECUTE FUNCTION resume_version('term', 'slug');
CREATE TRIGGER events_back BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION resume_version('event', 'slug');
CREATE TRIGGER records_back BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION resume_version('record', 'slug');
CREATE TRIGGER facts_back BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION resume_version('fact', 'slug');
CREATE TRIGGER articles_back BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION resume_version('article', 'slug');
CREATE TRIGGER claims_back BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION resume_version('claim', 'code');

-- In which version a noun was that is gone already is not known. No form that is still open has seen a thousandth.
UPDATE names n SET last_version = 1000
WHERE n.target IS NULL
	AND NOT EXISTS (
		SELECT FROM (
			SELECT 'dispute' AS kind, slug AS name FROM disputes UNION ALL SELECT 'party', slug FROM parties
			UNION ALL SELECT 'outlet', slug FROM outlets UNION ALL SELECT 'source', slug FROM sources
			UNION ALL SELECT 'place', slug FROM places UNION ALL SELECT 'term', slug FROM terms
			UNION ALL SELECT 'event', slug FROM events UNION ALL SELECT 'record', slug FROM records
			UNION ALL SELECT 'fact', slug FROM facts UNION ALL SELECT 'article', slug FROM articles
			UNION ALL SELECT 'claim', code FROM claims) AS there
		WHERE there.kind = n.kind AND there.name = n.name);

-- Claims are found by a part of their words and by the beginning of their code. The function is what array_to_string is for
-- text, and says that it always answers the same, as an index needs.
-- +goose StatementBegin
CREATE FUNCTION passage_text(words text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT array_to_string(words, ' … ')
$$;
-- +goose StatementEnd
CREATE INDEX claims_words_trgm_idx ON claims USING gin (passage_text(words) gin_trgm_ops);
CREATE INDEX claims_code_prefix_idx ON claims (code text_pattern_ops);

-- +goose Down
DROP INDEX claims_code_prefix_idx, claims_words_trgm_idx;
DROP FUNCTION passage_text;
DROP TRIGGER claims_back ON claims;
DROP TRIGGER articles_back ON articles;
DROP TRIGGER facts_back ON facts;
DROP TRIGGER records_back ON records;
DROP TRIGGER events_back ON events;
DROP TRIGGER terms_back ON terms;
DROP TRIGGER places_back ON places;
DROP TRIGGER sources_back ON sources;
DROP TRIGGER outlets_back ON outlets;
DROP TRIGGER parties_back ON parties;
DROP TRIGGER disputes_back ON disputes;
DROP TRIGGER claims_gone ON claims;
DROP TRIGGER articles_gone ON articles;
DROP TRIGGER facts_gone ON facts;
DROP TRIGGER records_gone ON records;
DROP TRIGGER events_gone ON events;
DROP TRIGGER terms_gone ON terms;
DROP TRIGGER places_gone ON places;
DROP TRIGGER sources_gone ON sources;
DROP TRIGGER outlets_gone ON outlets;
DROP TRIGGER parties_gone ON parties;
DROP TRIGGER disputes_gone ON disputes;
DROP FUNCTION bring_back;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION register_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	new_name text := to_jsonb(NEW) ->> TG_ARGV[1];
	old_name text := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ->> TG_ARGV[1] END;
BEGIN
	IF new_name IS NOT DISTINCT FROM old_name THEN
		RETURN NEW;
	END IF;
	INSERT INTO names (kind, name) VALUES (TG_ARGV[0], new_name);
	IF old_name IS NOT NULL THEN
		UPDATE names SET target = new_name WHERE kind = TG_ARGV[0] AND old_name IN (name, target);
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
DROP FUNCTION resume_version, leave_name;
DROP INDEX names_gone_from_idx, names_gone_idx;
ALTER TABLE names DROP COLUMN last_version, DROP COLUMN gone_from, DROP COLUMN back;
