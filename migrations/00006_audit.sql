-- +goose Up
CREATE TABLE audit_log (
	id     bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_log_pkey PRIMARY KEY,
	at     timestamptz NOT NULL DEFAULT now(),
	actor  text NOT NULL CONSTRAINT audit_log_actor CHECK (actor <> ''),
	kind   text NOT NULL,
	key    text NOT NULL,
	action text NOT NULL CONSTRAINT audit_log_action CHECK (action IN ('create', 'change', 'publish', 'capture', 'anchor', 'erase')),
	before text NOT NULL DEFAULT '',
	after  text NOT NULL DEFAULT '',
	why    text NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_noun_idx ON audit_log (kind, key, id);
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the last import said of each noun, so that the next one can tell the desk's changes from the files'.
CREATE TABLE import_bases (
	kind text NOT NULL,
	key  text NOT NULL,
	doc  text NOT NULL,
	CONSTRAINT import_bases_pkey PRIMARY KEY (kind, key)
);

-- +goose Down
DROP TABLE import_bases, audit_log;
