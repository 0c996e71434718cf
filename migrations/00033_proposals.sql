-- +goose Up
-- What a contributor would have an editor save: a noun's form as it was sent, in the names of its fields. A noun that is there is
-- named by the key that it had then, which leads on by names. What is settled is cleared after a while.
CREATE TABLE proposals (
	id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT proposals_pkey PRIMARY KEY,
	kind          text NOT NULL CONSTRAINT proposals_kind CHECK (kind <> ''),
	key           text NOT NULL DEFAULT '', -- '' for a new noun
	began_version integer NOT NULL DEFAULT 0 CONSTRAINT proposals_began CHECK ((began_version > 0) = (key <> '')),
	title         text NOT NULL CONSTRAINT proposals_title CHECK (title <> '' AND length(title) <= 200), -- for lists
	fields        text NOT NULL CONSTRAINT proposals_fields CHECK (octet_length(fields) <= 1048576),
	why           text NOT NULL DEFAULT '' CONSTRAINT proposals_why CHECK (length(why) <= 300),
	proposed_by   text NOT NULL CONSTRAINT proposals_proposer_fkey REFERENCES accounts,
	proposed_at   timestamptz NOT NULL DEFAULT now(),
	outcome       text NOT NULL DEFAULT '' CONSTRAINT proposals_outcome CHECK (outcome IN ('', 'taken', 'declined', 'withdrawn')),
	settled_by    text CONSTRAINT proposals_settler_fkey REFERENCES accounts,
	settled_at    timestamptz,
	reason        text NOT NULL DEFAULT '' CONSTRAINT proposals_reason CHECK (length(reason) <= 300 AND (outcome <> 'declined' OR reason <> '')),
	CONSTRAINT proposals_settled CHECK ((outcome <> '') = (settled_at IS NOT NULL) AND (outcome <> '') = (settled_by IS NOT NULL))
);
CREATE INDEX proposals_proposer_idx ON proposals (proposed_by, id DESC);
CREATE INDEX proposals_settler_idx ON proposals (settled_by);
CREATE INDEX proposals_open_idx ON proposals (proposed_at) WHERE outcome = '';
CREATE INDEX proposals_old_idx ON proposals (settled_at);

-- +goose Down
DROP TABLE proposals;
