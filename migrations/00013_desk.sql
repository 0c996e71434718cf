-- +goose Up
-- A noun's version rises with every change of its row, so that whoever saves what he saw earlier can be told that it has
-- changed since. What hangs on a noun in other tables is only ever written together with its row.
-- +goose StatementBegin
CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	NEW.version := OLD.version + 1;
	RETURN NEW;
END $$;
-- +goose StatementEnd

-- A noun that is retired stays where it is used and is offered for no new use.
ALTER TABLE disputes ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE parties ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE outlets ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE sources ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE places ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE terms ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE events ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE records ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE facts ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
ALTER TABLE articles ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN retired boolean NOT NULL DEFAULT false;
-- What of a claim the program has preset and nobody has looked at yet, by the keys of the corpus format.
ALTER TABLE claims ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN preset text[] NOT NULL DEFAULT '{}',
	ADD COLUMN locator text NOT NULL DEFAULT '';
CREATE INDEX claims_preset_idx ON claims (article) WHERE preset <> '{}';

CREATE TRIGGER disputes_version BEFORE UPDATE ON disputes FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER parties_version BEFORE UPDATE ON parties FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER outlets_version BEFORE UPDATE ON outlets FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER sources_version BEFORE UPDATE ON sources FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER places_version BEFORE UPDATE ON places FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER terms_version BEFORE UPDATE ON terms FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER events_version BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER records_version BEFORE UPDATE ON records FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER facts_version BEFORE UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER articles_version BEFORE UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION raise_version();
CREATE TRIGGER claims_version BEFORE UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION raise_version();

-- Where pages or times begin in a capture that has some: a page of a document, a moment of a recording.
CREATE TABLE capture_marks (
	capture bigint NOT NULL CONSTRAINT capture_marks_capture_fkey REFERENCES captures,
	start   integer NOT NULL CONSTRAINT capture_marks_start CHECK (start >= 0),
	label   text NOT NULL CONSTRAINT capture_marks_label CHECK (label <> ''),
	CONSTRAINT capture_marks_pkey PRIMARY KEY (capture, start)
);

ALTER TABLE audit_log
	DROP CONSTRAINT audit_log_action,
	ADD CONSTRAINT audit_log_action CHECK (action IN ('create', 'change', 'publish', 'capture', 'anchor', 'erase', 'withdraw',
		'takedown', 'rename', 'merge', 'retire', 'delete', 'restore', 'review'));
CREATE INDEX audit_log_at_idx ON audit_log (at DESC, id DESC);
CREATE INDEX audit_log_actor_idx ON audit_log (actor, id DESC);

-- +goose Down
DROP INDEX audit_log_actor_idx;
DROP INDEX audit_log_at_idx;
ALTER TABLE audit_log
	DROP CONSTRAINT audit_log_action,
	ADD CONSTRAINT audit_log_action CHECK (action IN ('create', 'change', 'publish', 'capture', 'anchor', 'erase', 'withdraw', 'takedown')) NOT VALID;
DROP TABLE capture_marks;
DROP TRIGGER claims_version ON claims;
DROP TRIGGER articles_version ON articles;
DROP TRIGGER facts_version ON facts;
DROP TRIGGER records_version ON records;
DROP TRIGGER events_version ON events;
DROP TRIGGER terms_version ON terms;
DROP TRIGGER places_version ON places;
DROP TRIGGER sources_version ON sources;
DROP TRIGGER outlets_version ON outlets;
DROP TRIGGER parties_version ON parties;
DROP TRIGGER disputes_version ON disputes;
ALTER TABLE claims DROP COLUMN version, DROP COLUMN preset, DROP COLUMN locator;
ALTER TABLE articles DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE facts DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE records DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE events DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE terms DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE places DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE sources DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE outlets DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE parties DROP COLUMN version, DROP COLUMN retired;
ALTER TABLE disputes DROP COLUMN version, DROP COLUMN retired;
DROP FUNCTION raise_version;
