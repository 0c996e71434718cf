-- +goose Up
-- Feeds whose new items are listed for the desk.
CREATE TABLE subscriptions (
	id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT subscriptions_pkey PRIMARY KEY,
	address    text NOT NULL CONSTRAINT subscriptions_once UNIQUE
		CONSTRAINT subscriptions_address CHECK (address ~ '^https?://[^[:space:][:cntrl:]]+$' AND octet_length(address) <= 2000),
	title      text NOT NULL DEFAULT '',
	added_by   text NOT NULL CONSTRAINT subscriptions_by CHECK (added_by <> ''),
	added_at   timestamptz NOT NULL DEFAULT now(),
	checked_at timestamptz, -- when it was asked for last, whatever came of it
	fault      text NOT NULL DEFAULT '' -- why nothing came of it, '' if it was read
);

-- What came in, from the moment at which it did until an editor has made an article of it or put it away. The bytes that
-- were received stay as they were until they are those of a capture.
CREATE TABLE arrivals (
	id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT arrivals_pkey PRIMARY KEY,
	state           text NOT NULL CONSTRAINT arrivals_state CHECK (state IN ('listed', 'waiting', 'confirmed', 'dismissed')),
	format          text NOT NULL DEFAULT '',
	name            text NOT NULL DEFAULT '',
	media_type      text NOT NULL DEFAULT '',
	url             text NOT NULL DEFAULT '',
	title           text NOT NULL DEFAULT '',
	summary         text NOT NULL DEFAULT '',
	published_at    timestamptz, -- as a feed has it
	subscription    bigint CONSTRAINT arrivals_subscription_fkey REFERENCES subscriptions ON DELETE SET NULL,
	item            bytea CONSTRAINT arrivals_item CHECK (length(item) = 32), -- SHA-256 of the feed's own name of it
	original        bytea CONSTRAINT arrivals_size CHECK (length(original) <= 20971520),
	original_sha256 bytea CONSTRAINT arrivals_original_sha256 CHECK (original IS NULL OR original_sha256 = sha256(original)),
	received_at     timestamptz NOT NULL DEFAULT now(),
	received_by     text NOT NULL CONSTRAINT arrivals_by CHECK (received_by <> ''),
	draft           text NOT NULL DEFAULT '' CONSTRAINT arrivals_draft CHECK (octet_length(draft) <= 33554432), -- JSON
	version         integer NOT NULL DEFAULT 1,
	article         text CONSTRAINT arrivals_article_fkey REFERENCES articles ON UPDATE CASCADE, -- that it is meant for, or became
	capture         bigint CONSTRAINT arrivals_capture_fkey REFERENCES captures,
	settled_by      text NOT NULL DEFAULT '',
	settled_at      timestamptz,
	CONSTRAINT arrivals_received CHECK (state <> 'waiting' OR original IS NOT NULL AND format <> ''),
	CONSTRAINT arrivals_confirmed CHECK ((state = 'confirmed') = (capture IS NOT NULL) AND (capture IS NULL OR article IS NOT NULL)),
	CONSTRAINT arrivals_settled CHECK ((state IN ('confirmed', 'dismissed')) = (settled_at IS NOT NULL) AND (settled_by = '') = (settled_at IS NULL))
);
CREATE INDEX arrivals_state_idx ON arrivals (state, id DESC);
CREATE UNIQUE INDEX arrivals_item_once ON arrivals (subscription, item);
CREATE INDEX arrivals_url_idx ON arrivals USING hash (url);
CREATE INDEX arrivals_article_idx ON arrivals (article);
CREATE INDEX arrivals_capture_idx ON arrivals (capture);
CREATE INDEX articles_url_idx ON articles USING hash (url);
CREATE TRIGGER arrivals_version BEFORE UPDATE ON arrivals FOR EACH ROW EXECUTE FUNCTION raise_version();

-- Hashes of runs of words of a capture, by which texts are found that have many in common.
CREATE TABLE capture_shingles (
	capture bigint CONSTRAINT capture_shingles_pkey PRIMARY KEY CONSTRAINT capture_shingles_capture_fkey REFERENCES captures,
	prints  integer[] NOT NULL
);
CREATE INDEX capture_shingles_prints_idx ON capture_shingles USING gin (prints);

-- Where an outside archive keeps a copy of what was captured.
CREATE TABLE archive_copies (
	capture  bigint NOT NULL CONSTRAINT archive_copies_capture_fkey REFERENCES captures,
	address  text NOT NULL CONSTRAINT archive_copies_address CHECK (address ~ '^https?://[^[:space:][:cntrl:]]+$' AND octet_length(address) <= 2000),
	made_on  date,
	added_by text NOT NULL CONSTRAINT archive_copies_by CHECK (added_by <> ''),
	added_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT archive_copies_pkey PRIMARY KEY (capture, address)
);

-- Which article is another one's text printed again.
CREATE TABLE reprints (
	article  text NOT NULL CONSTRAINT reprints_article_fkey REFERENCES articles ON UPDATE CASCADE ON DELETE CASCADE,
	origin   text NOT NULL CONSTRAINT reprints_origin_fkey REFERENCES articles ON UPDATE CASCADE ON DELETE CASCADE,
	basis    text NOT NULL CONSTRAINT reprints_basis CHECK (basis IN ('words', 'credit', 'editor')),
	added_by text NOT NULL CONSTRAINT reprints_by CHECK (added_by <> ''),
	added_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT reprints_pkey PRIMARY KEY (article, origin),
	CONSTRAINT reprints_other CHECK (article <> origin)
);
CREATE INDEX reprints_origin_idx ON reprints (origin);

-- forget_arrivals takes along what else is kept of a text that is erased.
-- +goose StatementBegin
CREATE FUNCTION forget_arrivals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM capture_shingles WHERE capture = NEW.capture;
	UPDATE arrivals a SET
		state = CASE a.state WHEN 'waiting' THEN 'dismissed' ELSE a.state END,
		settled_by = CASE a.state WHEN 'waiting' THEN 'erasure' ELSE a.settled_by END,
		settled_at = CASE a.state WHEN 'waiting' THEN now() ELSE a.settled_at END,
		original = NULL, draft = '', title = '', summary = ''
	FROM captures c
	WHERE c.id = NEW.capture AND a.article = c.article;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER erasures_forget AFTER INSERT ON erasures FOR EACH ROW WHEN (NEW.capture IS NOT NULL)
	EXECUTE FUNCTION forget_arrivals();

-- +goose Down
DROP TRIGGER erasures_forget ON erasures;
DROP FUNCTION forget_arrivals;
DROP INDEX articles_url_idx;
DROP TABLE reprints, archive_copies, capture_shingles, arrivals, subscriptions;
