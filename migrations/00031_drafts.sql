-- +goose Up
-- A draft is of one opening of a form: its key is the form's address, "#" and a word drawn at random. One from before has no
-- word. A pasted article fits into it, and the first words of what was written are told in lists.
ALTER TABLE drafts
	DROP CONSTRAINT drafts_fields,
	ADD CONSTRAINT drafts_fields CHECK (octet_length(fields) <= 1048576),
	ADD COLUMN excerpt text NOT NULL DEFAULT '' CONSTRAINT drafts_excerpt CHECK (length(excerpt) <= 200);

-- +goose Down
DELETE FROM drafts WHERE octet_length(fields) > 262144;
ALTER TABLE drafts
	DROP COLUMN excerpt,
	DROP CONSTRAINT drafts_fields,
	ADD CONSTRAINT drafts_fields CHECK (octet_length(fields) <= 262144);
