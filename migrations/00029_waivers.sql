-- +goose Up
-- That an edition was published without a second pair of eyes, and why, as its body or what is left of it says; '' of every
-- other. Lists of editions then need not read bodies.
ALTER TABLE published_editions ADD COLUMN review text NOT NULL DEFAULT '';
UPDATE published_editions p
SET review = w.review
FROM (
	SELECT b.log_index, (
		SELECT string_agg(r.value ->> 't', '' ORDER BY r.ordinal)
		FROM elements(coalesce(d.doc -> 'review', d.doc #> '{left,review}')) AS r) AS review
	FROM edition_bodies b
	CROSS JOIN LATERAL (SELECT convert_from(b.body, 'UTF8')::jsonb AS doc) AS d) AS w
WHERE w.log_index = p.log_index AND w.review <> '';

-- +goose Down
ALTER TABLE published_editions DROP COLUMN review;
