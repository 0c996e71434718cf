-- +goose Up
-- The first answers to what programs have asked the desk to do once, by the key that the program has sent. They are kept for
-- 24 hours.
CREATE TABLE api_keys (
	account        text NOT NULL CONSTRAINT api_keys_account_fkey REFERENCES accounts,
	key            text NOT NULL CONSTRAINT api_keys_key CHECK (length(key) BETWEEN 1 AND 128),
	request_sha256 bytea NOT NULL CONSTRAINT api_keys_request_sha256 CHECK (length(request_sha256) = 32),
	answer         bytea NOT NULL,
	made_at        timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT api_keys_pkey PRIMARY KEY (account, key)
);
CREATE INDEX api_keys_made_at_idx ON api_keys (made_at);

-- forget_answers takes the answers away when something is taken down, for they may hold it.
-- +goose StatementBegin
CREATE FUNCTION forget_answers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM api_keys;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER erasures_forget_answers AFTER INSERT ON erasures FOR EACH STATEMENT EXECUTE FUNCTION forget_answers();
CREATE TRIGGER takedowns_forget_answers AFTER INSERT ON takedowns FOR EACH STATEMENT EXECUTE FUNCTION forget_answers();

-- +goose Down
DROP TRIGGER takedowns_forget_answers ON takedowns;
DROP TRIGGER erasures_forget_answers ON erasures;
DROP FUNCTION forget_answers;
DROP TABLE api_keys;
