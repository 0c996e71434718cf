-- +goose Up
-- Editions for the newsroom: numbered for the fact and kept as they are. They stand in no log, and readers' pages are read by
-- a role that cannot see them. The hash is that of the body as it was made.
CREATE TABLE newsroom_editions (
	fact        bigint NOT NULL CONSTRAINT newsroom_editions_fact_fkey REFERENCES facts (id),
	number      integer NOT NULL CONSTRAINT newsroom_editions_number CHECK (number > 0),
	made_at     timestamptz NOT NULL,
	actor       text NOT NULL CONSTRAINT newsroom_editions_actor CHECK (actor <> ''),
	note        text NOT NULL,
	body        bytea NOT NULL,
	body_sha256 bytea NOT NULL CONSTRAINT newsroom_editions_body_sha256 CHECK (length(body_sha256) = 32),
	withheld_at timestamptz, -- when something was last taken out of it
	CONSTRAINT newsroom_editions_pkey PRIMARY KEY (fact, number)
);

-- +goose StatementBegin
CREATE FUNCTION newsroom_edition_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.number <> 1 + coalesce((SELECT max(number) FROM newsroom_editions WHERE fact = NEW.fact), 0)
		OR NEW.body_sha256 <> sha256(NEW.body) OR NEW.withheld_at IS NOT NULL THEN
		RAISE EXCEPTION 'newsroom edition % does not follow the latest one, or its hash is not that of its body', NEW.number
			USING ERRCODE = 'check_violation', CONSTRAINT = 'newsroom_editions_go_on';
	END IF;
	RETURN NEW;
END $$;

-- What is taken down, or erased before readers, is taken out here in the same transaction. Nothing else ever changes.
CREATE FUNCTION newsroom_edition_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM takedowns WHERE xact = pg_current_xact_id() UNION ALL SELECT FROM erasures WHERE xact = pg_current_xact_id())
		OR (NEW.fact, NEW.number, NEW.made_at, NEW.actor, NEW.body_sha256) IS DISTINCT FROM (OLD.fact, OLD.number, OLD.made_at, OLD.actor, OLD.body_sha256) THEN
		RAISE EXCEPTION 'newsroom edition % is kept as it was made', OLD.number
			USING ERRCODE = 'restrict_violation', CONSTRAINT = 'newsroom_editions_append_only';
	END IF;
	RETURN NEW;
END $$;

-- redact_newsroom puts what is left in the place of a newsroom edition's body and note.
CREATE FUNCTION redact_newsroom(fact_ bigint, number_ integer, left_ bytea, note_ text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE newsroom_editions SET body = left_, note = note_, withheld_at = now() WHERE fact = fact_ AND number = number_
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION redact_newsroom FROM PUBLIC;
CREATE TRIGGER newsroom_editions_go_on BEFORE INSERT ON newsroom_editions FOR EACH ROW EXECUTE FUNCTION newsroom_edition_goes_on();
CREATE TRIGGER newsroom_editions_append_only BEFORE UPDATE ON newsroom_editions FOR EACH ROW EXECUTE FUNCTION newsroom_edition_kept();
CREATE TRIGGER newsroom_editions_kept BEFORE DELETE ON newsroom_editions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER newsroom_editions_no_truncate BEFORE TRUNCATE ON newsroom_editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP FUNCTION redact_newsroom;
DROP TABLE newsroom_editions;
DROP FUNCTION newsroom_edition_kept, newsroom_edition_goes_on;
