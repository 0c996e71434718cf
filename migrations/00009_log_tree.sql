-- +goose Up
-- The Merkle tree over the log (RFC 6962, 2.1): its nodes whose two halves are whole, level 0 being the entries. A proof
-- is made of few of them, however long the log is.
CREATE TABLE log_tree (
	level integer NOT NULL CONSTRAINT log_tree_level CHECK (level BETWEEN 0 AND 62),
	index bigint NOT NULL CONSTRAINT log_tree_index CHECK (index >= 0),
	hash  bytea NOT NULL,
	CONSTRAINT log_tree_pkey PRIMARY KEY (level, index)
);

-- The public part of the key that signs the log's heads. A server with another key does not sign.
CREATE TABLE log_key (
	one      boolean CONSTRAINT log_key_pkey PRIMARY KEY DEFAULT true CONSTRAINT log_key_one CHECK (one),
	verifier text NOT NULL CONSTRAINT log_key_verifier CHECK (verifier ~ '^[!-*,-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}$')
);

-- +goose StatementBegin
CREATE FUNCTION log_tree_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.hash IS DISTINCT FROM (CASE NEW.level
		WHEN 0 THEN (SELECT hash FROM log WHERE index = NEW.index)
		ELSE (
			SELECT sha256('\x01'::bytea || l.hash || r.hash)
			FROM log_tree l
			JOIN log_tree r ON r.level = l.level AND r.index = l.index + 1
			WHERE l.level = NEW.level - 1 AND l.index = 2 * NEW.index)
	END) THEN
		RAISE EXCEPTION 'node % on level % does not follow from the log', NEW.index, NEW.level
			USING ERRCODE = 'check_violation', CONSTRAINT = 'log_tree_fits';
	END IF;
	RETURN NEW;
END $$;

-- log_tree_grows adds the nodes that a new entry makes whole.
CREATE FUNCTION log_tree_grows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	level_ integer := 0;
	index_ bigint := NEW.index;
	hash_ bytea := NEW.hash;
BEGIN
	LOOP
		INSERT INTO log_tree (level, index, hash) VALUES (level_, index_, hash_);
		EXIT WHEN index_ % 2 = 0; -- the left half of its pair
		hash_ := (SELECT sha256('\x01'::bytea || l.hash || hash_) FROM log_tree l WHERE l.level = level_ AND l.index = index_ - 1);
		level_ := level_ + 1;
		index_ := index_ / 2;
	END LOOP;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER log_tree_fits BEFORE INSERT ON log_tree FOR EACH ROW EXECUTE FUNCTION log_tree_fits();
CREATE TRIGGER log_tree_append_only BEFORE UPDATE OR DELETE ON log_tree FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_tree_no_truncate BEFORE TRUNCATE ON log_tree FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_key_append_only BEFORE UPDATE OR DELETE ON log_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_key_no_truncate BEFORE TRUNCATE ON log_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_tree_grows AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION log_tree_grows();

-- The tree over the log as it is, a level a turn.
-- +goose StatementBegin
DO $$
DECLARE
	level_ integer := 0;
BEGIN
	INSERT INTO log_tree (level, index, hash) SELECT 0, index, hash FROM log;
	WHILE FOUND LOOP
		INSERT INTO log_tree (level, index, hash)
			SELECT level_ + 1, l.index / 2, sha256('\x01'::bytea || l.hash || r.hash)
			FROM log_tree l
			JOIN log_tree r ON r.level = l.level AND r.index = l.index + 1
			WHERE l.level = level_ AND l.index % 2 = 0;
		level_ := level_ + 1;
	END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER log_tree_grows ON log;
DROP TABLE log_key, log_tree;
DROP FUNCTION log_tree_grows, log_tree_fits;
