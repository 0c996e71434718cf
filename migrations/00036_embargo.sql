-- +goose Up
-- Until when the sender of what came in wants it kept back, as the item itself says.
ALTER TABLE arrivals ADD COLUMN embargo_until timestamptz;

-- Until when an article is under embargo. It stands apart from the article, so that whoever has its form open is not told of a
-- change that no field of it shows. It is the desk's alone and in no export.
CREATE TABLE embargoes (
	article text CONSTRAINT embargoes_pkey PRIMARY KEY
		CONSTRAINT embargoes_article_fkey REFERENCES articles ON UPDATE CASCADE ON DELETE CASCADE,
	until   timestamptz NOT NULL,
	set_by  text NOT NULL CONSTRAINT embargoes_by CHECK (set_by <> '')
);

-- A recording may be added to a transcript after it was confirmed; its file's name and when it came are kept with it.
ALTER TABLE media
	ADD COLUMN name text NOT NULL DEFAULT '',
	ADD COLUMN added_by text NOT NULL DEFAULT '',
	ADD COLUMN added_at timestamptz;
UPDATE media m SET added_by = a.received_by, added_at = a.received_at FROM arrivals a WHERE a.id = m.arrival;
ALTER TABLE media
	ALTER COLUMN added_at SET NOT NULL,
	ALTER COLUMN added_at SET DEFAULT now(),
	ADD CONSTRAINT media_name CHECK (length(name) <= 300);

-- +goose Down
ALTER TABLE media DROP COLUMN added_at, DROP COLUMN added_by, DROP COLUMN name;
DROP TABLE embargoes;
ALTER TABLE arrivals DROP COLUMN embargo_until;
