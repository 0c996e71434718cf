-- +goose Up
-- That somebody asks whoever may sign off for a second pair of eyes on a fact. Authors are the accounts that had changed last what
-- was due then, '' for one that is not known: whoever has written all of it is not asked. A row goes when nothing of the fact is
-- due any more, and when the fact is published.
CREATE TABLE review_requests (
	fact     text CONSTRAINT review_requests_pkey PRIMARY KEY
		CONSTRAINT review_requests_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	asked_by text NOT NULL CONSTRAINT review_requests_by CHECK (asked_by <> ''),
	note     text NOT NULL DEFAULT '',
	authors  text[] NOT NULL CONSTRAINT review_requests_authors CHECK (authors <> '{}' AND array_position(authors, NULL) IS NULL),
	asked_at timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE review_requests;
