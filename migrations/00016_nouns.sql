-- +goose Up
-- lead_name_on makes the slug or code of a noun that is gone, with all that led on to it, lead on to one that is there: what
-- a merger of two nouns leaves behind. The kinds are those of the table names, and no kind has more than one table.
-- +goose StatementBegin
CREATE FUNCTION lead_name_on(kind_ text, from_ text, into_ text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	live text[];
BEGIN
	EXECUTE CASE kind_
		WHEN 'dispute' THEN 'SELECT array_agg(slug) FROM disputes WHERE slug IN ($1, $2)'
		WHEN 'party' THEN 'SELECT array_agg(slug) FROM parties WHERE slug IN ($1, $2)'
		WHEN 'outlet' THEN 'SELECT array_agg(slug) FROM outlets WHERE slug IN ($1, $2)'
		WHEN 'source' THEN 'SELECT array_agg(slug) FROM sources WHERE slug IN ($1, $2)'
		WHEN 'place' THEN 'SELECT array_agg(slug) FROM places WHERE slug IN ($1, $2)'
		WHEN 'term' THEN 'SELECT array_agg(slug) FROM terms WHERE slug IN ($1, $2)'
		WHEN 'event' THEN 'SELECT array_agg(slug) FROM events WHERE slug IN ($1, $2)'
		WHEN 'record' THEN 'SELECT array_agg(slug) FROM records WHERE slug IN ($1, $2)'
		WHEN 'fact' THEN 'SELECT array_agg(slug) FROM facts WHERE slug IN ($1, $2)'
		WHEN 'claim' THEN 'SELECT array_agg(code) FROM claims WHERE code IN ($1, $2)'
		ELSE 'SELECT ARRAY[$1, $2]'
	END INTO live USING from_, into_;
	IF live IS DISTINCT FROM ARRAY[into_] THEN
		RAISE EXCEPTION 'the % % does not lead on to %: the one must be gone and the other there', kind_, from_, into_
			USING ERRCODE = 'check_violation', CONSTRAINT = 'names_lead_on';
	END IF;
	UPDATE names SET target = into_ WHERE kind = kind_ AND from_ IN (name, target);
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION lead_name_on FROM PUBLIC;

-- Lists of the desk go by these, and are searched by any part of a name.
CREATE INDEX articles_headline_idx ON articles (retired, headline, slug);
CREATE INDEX articles_headline_trgm_idx ON articles USING gin (headline gin_trgm_ops);
CREATE INDEX sources_name_idx ON sources (retired, name, slug);
CREATE INDEX sources_name_trgm_idx ON sources USING gin (name gin_trgm_ops);

-- +goose Down
DROP INDEX sources_name_trgm_idx, sources_name_idx, articles_headline_trgm_idx, articles_headline_idx;
DROP FUNCTION lead_name_on;
