-- +goose Up
-- What the outlet has done to a claim's words since: taken them away or put others in their place, and in the text of which
-- day that was seen.
ALTER TABLE claims
	ADD COLUMN changed text NOT NULL DEFAULT '' CONSTRAINT claims_changed CHECK (changed IN ('', 'removed', 're-worded')),
	ADD COLUMN changed_seen date,
	ADD COLUMN changed_now text NOT NULL DEFAULT '',
	ADD CONSTRAINT claims_changed_fits CHECK ((changed = '') = (changed_seen IS NULL) AND (changed = 're-worded') = (changed_now <> '')
		AND char_length(changed_now) <= 300);

-- A claim that stays in an older capture, since a newer one no longer has its words: an editor has seen it.
CREATE TABLE kept_passages (
	claim   text NOT NULL CONSTRAINT kept_passages_claim_fkey REFERENCES claims ON UPDATE CASCADE ON DELETE CASCADE,
	capture bigint NOT NULL CONSTRAINT kept_passages_capture_fkey REFERENCES captures,
	kept_by text NOT NULL CONSTRAINT kept_passages_by CHECK (kept_by <> ''),
	kept_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT kept_passages_pkey PRIMARY KEY (claim, capture)
);
CREATE INDEX kept_passages_capture_idx ON kept_passages (capture);

-- +goose Down
DROP TABLE kept_passages;
ALTER TABLE claims DROP CONSTRAINT claims_changed_fits, DROP COLUMN changed, DROP COLUMN changed_seen, DROP COLUMN changed_now;
