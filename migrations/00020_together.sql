-- +goose Up
-- What somebody was writing in a form and has not saved yet: the fields as they stood, as JSON. A form is known by the
-- address at which it is opened.
CREATE TABLE drafts (
	account       text NOT NULL CONSTRAINT drafts_account_fkey REFERENCES accounts ON DELETE CASCADE,
	form          text NOT NULL CONSTRAINT drafts_form CHECK (form <> '' AND length(form) <= 300),
	began_version integer NOT NULL DEFAULT 0, -- of the noun, when the form was opened; 0 for a new one
	fields        text NOT NULL CONSTRAINT drafts_fields CHECK (octet_length(fields) <= 262144),
	saved_at      timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT drafts_pkey PRIMARY KEY (account, form)
);
CREATE INDEX drafts_saved_idx ON drafts (saved_at);

-- Who is to see to a noun. It goes with the noun's name.
CREATE TABLE assignments (
	kind        text NOT NULL,
	key         text NOT NULL,
	account     text NOT NULL CONSTRAINT assignments_account_fkey REFERENCES accounts ON DELETE CASCADE,
	note        text NOT NULL DEFAULT '',
	due_on      date,
	assigned_by text NOT NULL CONSTRAINT assignments_by CHECK (assigned_by <> ''),
	assigned_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT assignments_pkey PRIMARY KEY (kind, key),
	CONSTRAINT assignments_name_fkey FOREIGN KEY (kind, key) REFERENCES names (kind, name)
);
CREATE INDEX assignments_account_idx ON assignments (account, due_on);

-- What somebody watches: a fact, a source, or all that the desk does (the kind desk), with when he has last looked.
CREATE TABLE watches (
	account   text NOT NULL CONSTRAINT watches_account_fkey REFERENCES accounts ON DELETE CASCADE,
	kind      text NOT NULL CONSTRAINT watches_kind CHECK (kind IN ('fact', 'source', 'outlet', 'desk')),
	key       text NOT NULL CONSTRAINT watches_key CHECK ((key = '') = (kind = 'desk')),
	looked_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT watches_pkey PRIMARY KEY (account, kind, key)
);
CREATE INDEX watches_noun_idx ON watches (kind, key);

-- follow_name moves what hangs on a name when its noun gets another, or is merged into another.
-- +goose StatementBegin
CREATE FUNCTION follow_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE assignments a SET key = NEW.target
	WHERE a.kind = NEW.kind AND a.key = NEW.name
		AND NOT EXISTS (SELECT FROM assignments b WHERE b.kind = NEW.kind AND b.key = NEW.target);
	DELETE FROM assignments a WHERE a.kind = NEW.kind AND a.key = NEW.name;
	UPDATE watches w SET key = NEW.target
	WHERE w.kind = NEW.kind AND w.key = NEW.name
		AND NOT EXISTS (SELECT FROM watches v WHERE v.account = w.account AND v.kind = NEW.kind AND v.key = NEW.target);
	DELETE FROM watches w WHERE w.kind = NEW.kind AND w.key = NEW.name;
	RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER names_follow AFTER UPDATE OF target ON names FOR EACH ROW WHEN (NEW.target IS NOT NULL)
	EXECUTE FUNCTION follow_name();

CREATE INDEX audit_log_kind_idx ON audit_log (kind, id DESC);
CREATE INDEX anchors_adrift_idx ON anchors (capture, claim) WHERE outcome <> 'anchored';

-- +goose Down
DROP INDEX anchors_adrift_idx;
DROP INDEX audit_log_kind_idx;
DROP TRIGGER names_follow ON names;
DROP FUNCTION follow_name;
DROP TABLE watches, assignments, drafts;
