-- +goose Up
-- An article that became part of another keeps what was captured of it, which never moves, and nothing else: it is retired,
-- stands in no list, and its slug leads on.
ALTER TABLE articles
	ADD COLUMN merged_into text CONSTRAINT articles_merged_into_fkey REFERENCES articles ON UPDATE CASCADE,
	ADD CONSTRAINT articles_merged_other CHECK (merged_into <> slug),
	ADD CONSTRAINT articles_merged_retired CHECK (merged_into IS NULL OR retired);
CREATE INDEX articles_merged_into_idx ON articles (merged_into);

-- +goose StatementBegin
CREATE FUNCTION merged_holds_nothing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	of_article text := CASE TG_TABLE_NAME WHEN 'articles' THEN to_jsonb(NEW) ->> 'slug' ELSE to_jsonb(NEW) ->> 'article' END;
BEGIN
	IF EXISTS (SELECT FROM articles WHERE slug = of_article AND merged_into IS NOT NULL)
		AND (EXISTS (SELECT FROM claims WHERE article = of_article) OR EXISTS (SELECT FROM readings WHERE article = of_article)
			OR EXISTS (SELECT FROM articles WHERE merged_into = of_article)
			OR EXISTS (SELECT FROM articles a JOIN articles b ON b.slug = a.merged_into WHERE a.slug = of_article AND b.merged_into IS NOT NULL)) THEN
		RAISE EXCEPTION 'article % is part of another and holds nothing but its captures', of_article
			USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_merged_empty';
	END IF;
	RETURN NULL;
END $$;

-- What a takedown withholds of a merged article in the log, which has the whole of it as it was, it withholds of the row.
CREATE FUNCTION forget_merged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE articles
	SET headline = '[withheld]', headline_by = 'desk', url = '', byline = '', credit = '', note = '',
		identified_reason = CASE identified_reason WHEN '' THEN '' ELSE 'withheld' END,
		published_reason = CASE published_reason WHEN '' THEN '' ELSE 'withheld' END
	WHERE slug = NEW.key AND merged_into IS NOT NULL;
	RETURN NULL;
END $$;

-- lead_name_on, see 00016: an article that is merged is still there, and leads to the one that it is part of.
CREATE OR REPLACE FUNCTION lead_name_on(kind_ text, from_ text, into_ text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
		WHEN 'article' THEN 'SELECT array_agg(slug) FROM articles
			WHERE slug = $2 AND merged_into IS NULL OR slug = $1 AND merged_into IS DISTINCT FROM $2'
		ELSE 'SELECT ARRAY[$1, $2]'
	END INTO live USING from_, into_;
	IF live IS DISTINCT FROM ARRAY[into_] THEN
		RAISE EXCEPTION 'the % % does not lead on to %: the one must be gone and the other there', kind_, from_, into_
			USING ERRCODE = 'check_violation', CONSTRAINT = 'names_lead_on';
	END IF;
	UPDATE names SET target = into_ WHERE kind = kind_ AND from_ IN (name, target);
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION forget_merged FROM PUBLIC;

CREATE CONSTRAINT TRIGGER articles_merged_empty AFTER UPDATE OF merged_into ON articles
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into IS NOT NULL) EXECUTE FUNCTION merged_holds_nothing();
CREATE CONSTRAINT TRIGGER claims_not_merged AFTER INSERT OR UPDATE OF article ON claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION merged_holds_nothing();
CREATE CONSTRAINT TRIGGER readings_not_merged AFTER INSERT OR UPDATE OF article ON readings
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION merged_holds_nothing();
CREATE TRIGGER audit_log_forgets_merged AFTER UPDATE OF before ON audit_log
	FOR EACH ROW WHEN (NEW.kind = 'article' AND NEW.action = 'merge' AND NEW.before = '[withheld]')
	EXECUTE FUNCTION forget_merged();

-- +goose Down
DROP TRIGGER audit_log_forgets_merged ON audit_log;
DROP TRIGGER readings_not_merged ON readings;
DROP TRIGGER claims_not_merged ON claims;
DROP TRIGGER articles_merged_empty ON articles;
DROP FUNCTION forget_merged, merged_holds_nothing;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION lead_name_on(kind_ text, from_ text, into_ text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
ALTER TABLE articles DROP COLUMN merged_into;
