-- +goose Up
-- How a complaint came: entered by an editor, or sent by the form on readers' pages.
ALTER TABLE complaints ADD COLUMN origin text NOT NULL DEFAULT 'desk' CONSTRAINT complaints_origin CHECK (origin IN ('desk', 'form'));
CREATE INDEX complaints_form_idx ON complaints (received_at) WHERE origin = 'form';

-- +goose Down
DROP INDEX complaints_form_idx;
ALTER TABLE complaints DROP COLUMN origin;
