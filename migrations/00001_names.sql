-- +goose Up
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Every slug and code that was ever used, so that none is used twice. A renamed or merged noun's old name points on.
CREATE TABLE names (
	kind   text NOT NULL,
	name   text NOT NULL,
	target text,
	CONSTRAINT names_pkey PRIMARY KEY (kind, name),
	CONSTRAINT names_target_other CHECK (target <> name),
	CONSTRAINT names_target_fkey FOREIGN KEY (kind, target) REFERENCES names (kind, name)
);
CREATE INDEX names_target_idx ON names (kind, target);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: its rows are kept for ever', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
-- +goose StatementEnd

CREATE TRIGGER names_append_only BEFORE DELETE OR UPDATE OF kind, name ON names FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER names_no_truncate BEFORE TRUNCATE ON names FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- register_name enters a noun's slug (or code, second argument) in names under the kind given as first argument. The
-- names that a renamed noun had before all point to the new one, so that a redirect is never followed by another.
-- +goose StatementBegin
CREATE FUNCTION register_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE FUNCTION is_slug(s text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT s ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(s) BETWEEN 2 AND 80
$$;

-- dated says whether the columns of a date fit together: a known day has a basis, an inferred or unknown one a reason.
CREATE FUNCTION dated(earliest date, latest date, precision_ text, at_ text, basis text, reason text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT (CASE
		WHEN earliest IS NULL THEN latest IS NULL AND precision_ = '' AND at_ = '' AND basis IN ('', 'unknown')
		ELSE latest >= earliest
			AND precision_ IN ('day', 'month', 'year', 'range')
			AND (precision_ <> 'day' OR latest = earliest)
			AND basis IN ('given', 'inferred')
			AND (at_ = '' OR precision_ = 'day')
	END
	AND (basis <> 'inferred' OR reason <> '')) IS TRUE
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION dated, is_slug, register_name;
DROP TABLE names;
DROP FUNCTION refuse_change;
-- The extensions stay: they may have been there before, and may belong to another role.
