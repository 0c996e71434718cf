-- +goose Up
-- Until when articles were read for a fact that is developing: a minute with its zone, as it was entered.
ALTER TABLE facts ADD COLUMN status_read_to text NOT NULL DEFAULT ''
	CONSTRAINT facts_status_read_to CHECK (status_read_to = '' OR status = 'developing');

-- What a second pair of eyes has looked at: an item of a fact, and a hash of what was signed, so that a later change of it
-- asks for another look. A waiver says why something was published that nobody else had looked at. Rows go when what they
-- are about is taken down, since a hash can confirm a guess.
CREATE TABLE reviews (
	id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT reviews_pkey PRIMARY KEY,
	fact        text NOT NULL CONSTRAINT reviews_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	item        text NOT NULL CONSTRAINT reviews_item CHECK (item <> ''),
	fingerprint bytea NOT NULL CONSTRAINT reviews_fingerprint CHECK (length(fingerprint) = 32),
	waived      boolean NOT NULL,
	reviewer    text NOT NULL CONSTRAINT reviews_reviewer CHECK (reviewer <> ''),
	reviewed_at timestamptz NOT NULL DEFAULT now(),
	note        text NOT NULL DEFAULT '',
	CONSTRAINT reviews_waiver CHECK (NOT waived OR btrim(note) <> '')
);
CREATE INDEX reviews_fact_idx ON reviews (fact, item);

-- +goose Down
DROP TABLE reviews;
ALTER TABLE facts DROP COLUMN status_read_to;
