-- +goose Up
-- Audio or video of which a transcript came in, to the byte. It goes where the original of the transcript goes.
CREATE TABLE media (
	arrival    bigint CONSTRAINT media_pkey PRIMARY KEY CONSTRAINT media_arrival_fkey REFERENCES arrivals ON DELETE CASCADE,
	media_type text NOT NULL CONSTRAINT media_type CHECK (media_type ~ '^(audio|video)/[a-z0-9]+$'),
	body       bytea NOT NULL CONSTRAINT media_size CHECK (length(body) BETWEEN 1 AND 20971520),
	sha256     bytea NOT NULL CONSTRAINT media_sha256 CHECK (sha256 = sha256(body))
);
ALTER TABLE media ALTER COLUMN body SET STORAGE EXTERNAL; -- it is compressed already

-- forget_media takes away what was kept with a transcript whose original is taken away, before or after it was confirmed.
-- +goose StatementBegin
CREATE FUNCTION forget_media() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_TABLE_NAME = 'arrivals' THEN
		DELETE FROM media WHERE arrival = OLD.id;
	ELSE
		DELETE FROM media m USING arrivals a WHERE a.id = m.arrival AND a.capture = OLD.capture;
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER arrivals_forget_media AFTER UPDATE OF original ON arrivals FOR EACH ROW
	WHEN (OLD.original IS NOT NULL AND NEW.original IS NULL AND NEW.state <> 'confirmed') EXECUTE FUNCTION forget_media();
CREATE TRIGGER capture_texts_forget_media AFTER UPDATE ON capture_texts FOR EACH ROW
	WHEN (OLD.original IS NOT NULL AND NEW.original IS NULL) EXECUTE FUNCTION forget_media();

-- +goose Down
DROP TRIGGER capture_texts_forget_media ON capture_texts;
DROP TRIGGER arrivals_forget_media ON arrivals;
DROP FUNCTION forget_media;
DROP TABLE media;
