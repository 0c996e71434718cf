-- +goose Up
CREATE TABLE articles (
	slug                text CONSTRAINT articles_pkey PRIMARY KEY CONSTRAINT articles_slug CHECK (is_slug(slug)),
	outlet              text NOT NULL CONSTRAINT articles_outlet_fkey REFERENCES outlets ON UPDATE CASCADE,
	identified_basis    text NOT NULL CONSTRAINT articles_identified CHECK (identified_basis IN ('given', 'inferred', 'unknown')),
	identified_reason   text NOT NULL DEFAULT '',
	kind                text NOT NULL CONSTRAINT articles_kind CHECK (kind IN ('report', 'statement', 'readout', 'document', 'transcript', 'post')),
	headline            text NOT NULL CONSTRAINT articles_headline CHECK (headline <> ''),
	headline_by         text NOT NULL CONSTRAINT articles_headline_by CHECK (headline_by IN ('article', 'desk')),
	url                 text NOT NULL DEFAULT '' CONSTRAINT articles_url CHECK (url = '' OR url ~ '^https?://[^[:space:][:cntrl:]]+$'),
	byline              text NOT NULL DEFAULT '',
	language            text NOT NULL CONSTRAINT articles_language CHECK (language <> ''),
	translated          text NOT NULL DEFAULT '' CONSTRAINT articles_translated CHECK (translated IN ('', 'stated', 'likely')),
	published_earliest  date,
	published_latest    date,
	published_precision text NOT NULL DEFAULT '',
	published_at        text NOT NULL DEFAULT '',
	published_basis     text NOT NULL DEFAULT '',
	published_reason    text NOT NULL DEFAULT '',
	captured_on         date,
	credit              text NOT NULL DEFAULT '',
	rights              text NOT NULL CONSTRAINT articles_rights CHECK (rights IN ('excerpt', 'full')),
	note                text NOT NULL DEFAULT '',
	CONSTRAINT articles_published CHECK (dated(published_earliest, published_latest, published_precision, published_at, published_basis, published_reason))
);
CREATE INDEX articles_outlet_idx ON articles (outlet);

CREATE TABLE expected_accounts (
	event     text NOT NULL CONSTRAINT expected_accounts_event_fkey REFERENCES events ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal   integer NOT NULL,
	source    text NOT NULL CONSTRAINT expected_accounts_source_fkey REFERENCES sources ON UPDATE CASCADE,
	state     text NOT NULL CONSTRAINT expected_accounts_state CHECK (state IN ('held', 'looked-for', 'not-issued', 'not-looked-for')),
	article   text CONSTRAINT expected_accounts_article_fkey REFERENCES articles ON UPDATE CASCADE,
	looked_in text NOT NULL DEFAULT '',
	looked_on date,
	note      text NOT NULL DEFAULT '',
	CONSTRAINT expected_accounts_pkey PRIMARY KEY (event, ordinal),
	CONSTRAINT expected_accounts_held CHECK ((state = 'held') = (article IS NOT NULL))
);
CREATE INDEX expected_accounts_source_idx ON expected_accounts (source);
CREATE INDEX expected_accounts_article_idx ON expected_accounts (article);

CREATE TABLE readings (
	article text NOT NULL CONSTRAINT readings_article_fkey REFERENCES articles ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	fact    text NOT NULL CONSTRAINT readings_fact_fkey REFERENCES facts ON UPDATE CASCADE,
	read_by text NOT NULL CONSTRAINT readings_read_by CHECK (read_by <> ''),
	read_on date NOT NULL,
	CONSTRAINT readings_pkey PRIMARY KEY (article, ordinal),
	CONSTRAINT readings_once UNIQUE (article, fact)
);
CREATE INDEX readings_fact_idx ON readings (fact);

-- A capture is one immutable copy of an article's text; what it says of the text stays even when the text is erased.
CREATE TABLE captures (
	id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT captures_pkey PRIMARY KEY,
	article         text NOT NULL CONSTRAINT captures_article_fkey REFERENCES articles ON UPDATE CASCADE,
	kind            text NOT NULL CONSTRAINT captures_kind CHECK (kind IN ('full', 'excerpt')),
	captured_at     timestamptz NOT NULL,
	norm_version    integer NOT NULL CONSTRAINT captures_norm_version CHECK (norm_version > 0),
	text_sha256     bytea NOT NULL CONSTRAINT captures_text_sha256 CHECK (length(text_sha256) = 32),
	original_sha256 bytea CONSTRAINT captures_original_sha256 CHECK (length(original_sha256) = 32),
	CONSTRAINT captures_original CHECK ((kind = 'full') = (original_sha256 IS NOT NULL))
);
CREATE INDEX captures_article_idx ON captures (article, kind, id DESC);

CREATE TABLE capture_texts (
	capture  bigint CONSTRAINT capture_texts_pkey PRIMARY KEY CONSTRAINT capture_texts_capture_fkey REFERENCES captures,
	text     text NOT NULL CONSTRAINT capture_texts_nfc CHECK (text IS NFC NORMALIZED),
	original bytea
);
ALTER TABLE captures ADD CONSTRAINT captures_text_fkey FOREIGN KEY (id) REFERENCES capture_texts DEFERRABLE INITIALLY DEFERRED;

-- +goose StatementBegin
CREATE FUNCTION capture_text_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (
		SELECT FROM captures
		WHERE id = NEW.capture
			AND text_sha256 = sha256(convert_to(NEW.text, 'UTF8'))
			AND original_sha256 IS NOT DISTINCT FROM sha256(NEW.original)
	) THEN
		RAISE EXCEPTION 'the text of capture % is not the one that was captured', NEW.capture
			USING ERRCODE = 'check_violation', CONSTRAINT = 'capture_texts_fit';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER capture_texts_fit BEFORE INSERT ON capture_texts FOR EACH ROW EXECUTE FUNCTION capture_text_fits();
CREATE TRIGGER captures_no_truncate BEFORE TRUNCATE ON captures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_texts_no_truncate BEFORE TRUNCATE ON capture_texts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER captures_append_only BEFORE DELETE ON captures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER captures_unchanged BEFORE UPDATE OF id, kind, captured_at, norm_version, text_sha256, original_sha256 ON captures
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- A capture follows its article's slug, by the foreign key, and never moves to another article.
CREATE TRIGGER captures_unmoved BEFORE UPDATE OF article ON captures
	FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_texts_append_only BEFORE DELETE ON capture_texts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE claims (
	code              text CONSTRAINT claims_pkey PRIMARY KEY CONSTRAINT claims_code CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{4}$'),
	article           text NOT NULL CONSTRAINT claims_article_fkey REFERENCES articles ON UPDATE CASCADE,
	ordinal           integer NOT NULL,
	words             text[] NOT NULL,
	whole_block       boolean NOT NULL,
	source            text NOT NULL CONSTRAINT claims_source_fkey REFERENCES sources ON UPDATE CASCADE,
	named             text NOT NULL DEFAULT '',
	office            text NOT NULL DEFAULT '',
	attribution       text NOT NULL DEFAULT '' CONSTRAINT claims_attribution CHECK (attribution IN ('', 'inferred', 'or-outlet')),
	attributed_to     text CONSTRAINT claims_attributed_to_fkey REFERENCES sources ON UPDATE CASCADE,
	joint             boolean NOT NULL DEFAULT false,
	voice             text NOT NULL CONSTRAINT claims_voice CHECK (voice IN ('direct', 'paraphrase', 'outlet')),
	basis             text NOT NULL DEFAULT '' CONSTRAINT claims_basis CHECK (basis IN ('', 'witness', 'document', 'own-count', 'statement')),
	event             text CONSTRAINT claims_event_fkey REFERENCES events ON UPDATE CASCADE,
	about_earliest    date,
	about_latest      date,
	about_precision   text NOT NULL DEFAULT '',
	about_at          text NOT NULL DEFAULT '',
	about_basis       text NOT NULL DEFAULT '',
	about_reason      text NOT NULL DEFAULT '',
	uttered_earliest  date,
	uttered_latest    date,
	uttered_precision text NOT NULL DEFAULT '',
	uttered_at        text NOT NULL DEFAULT '',
	uttered_basis     text NOT NULL DEFAULT '',
	uttered_reason    text NOT NULL DEFAULT '',
	issued_earliest   date,
	issued_latest     date,
	issued_precision  text NOT NULL DEFAULT '',
	issued_at         text NOT NULL DEFAULT '',
	issued_basis      text NOT NULL DEFAULT '',
	issued_reason     text NOT NULL DEFAULT '',
	note              text NOT NULL DEFAULT '',
	CONSTRAINT claims_words CHECK (cardinality(words) BETWEEN 1 AND 3 AND array_position(words, '') IS NULL AND array_position(words, NULL) IS NULL),
	CONSTRAINT claims_length CHECK (char_length(array_to_string(words, '')) <= 300),
	CONSTRAINT claims_attributed_other CHECK (attributed_to <> source),
	CONSTRAINT claims_about CHECK (dated(about_earliest, about_latest, about_precision, about_at, about_basis, about_reason)),
	CONSTRAINT claims_uttered CHECK (dated(uttered_earliest, uttered_latest, uttered_precision, uttered_at, uttered_basis, uttered_reason)),
	CONSTRAINT claims_issued CHECK (dated(issued_earliest, issued_latest, issued_precision, issued_at, issued_basis, issued_reason))
);
CREATE INDEX claims_article_idx ON claims (article, ordinal);
CREATE INDEX claims_source_idx ON claims (source);
CREATE INDEX claims_attributed_to_idx ON claims (attributed_to);
CREATE INDEX claims_event_idx ON claims (event);

-- An anchor says where a claim's words stand in a capture: code points from 0, half open, one span a segment.
CREATE TABLE anchors (
	id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT anchors_pkey PRIMARY KEY,
	claim      text NOT NULL CONSTRAINT anchors_claim_fkey REFERENCES claims ON UPDATE CASCADE,
	capture    bigint NOT NULL CONSTRAINT anchors_capture_fkey REFERENCES captures,
	outcome    text NOT NULL CONSTRAINT anchors_outcome CHECK (outcome IN ('anchored', 'ambiguous', 'drifted', 'orphaned')),
	starts     integer[] NOT NULL DEFAULT '{}',
	ends       integer[] NOT NULL DEFAULT '{}',
	is_current boolean NOT NULL,
	made_at    timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT anchors_spans CHECK (cardinality(starts) = cardinality(ends) AND cardinality(starts) <= 3
		AND array_position(starts, NULL) IS NULL AND array_position(ends, NULL) IS NULL
		AND (outcome <> 'anchored' OR cardinality(starts) > 0)),
	CONSTRAINT anchors_current_anchored CHECK (NOT is_current OR outcome = 'anchored')
);
CREATE UNIQUE INDEX anchors_one_current ON anchors (claim) WHERE is_current;
CREATE INDEX anchors_claim_idx ON anchors (claim, capture);
CREATE INDEX anchors_capture_idx ON anchors (capture);

-- The words of an anchored claim are those of its spans, the spans stand in order and inside one block of the capture.
-- +goose StatementBegin
CREATE FUNCTION anchor_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	segments text[];
	captured text;
	before_ integer := 0;
BEGIN
	IF NEW.outcome <> 'anchored' THEN
		RETURN NEW;
	END IF;
	SELECT words INTO segments FROM claims WHERE code = NEW.claim;
	SELECT t.text INTO captured FROM capture_texts t
		JOIN captures c ON c.id = t.capture
		JOIN claims k ON k.article = c.article
		WHERE t.capture = NEW.capture AND k.code = NEW.claim;
	IF captured IS NULL THEN
		RAISE EXCEPTION 'capture % is not of the article of claim %', NEW.capture, NEW.claim
			USING ERRCODE = 'check_violation', CONSTRAINT = 'anchors_same_article';
	END IF;
	IF cardinality(segments) <> cardinality(NEW.starts) THEN
		RAISE EXCEPTION 'claim % has % segments, its anchor %', NEW.claim, cardinality(segments), cardinality(NEW.starts)
			USING ERRCODE = 'check_violation', CONSTRAINT = 'anchors_verbatim';
	END IF;
	FOR i IN 1 .. cardinality(segments) LOOP
		IF NEW.starts[i] < before_ OR NEW.ends[i] <= NEW.starts[i]
			OR substring(captured FROM NEW.starts[i] + 1 FOR NEW.ends[i] - NEW.starts[i]) IS DISTINCT FROM segments[i] THEN
			RAISE EXCEPTION 'segment % of claim % is not what stands at % to % of capture %', i, NEW.claim, NEW.starts[i], NEW.ends[i], NEW.capture
				USING ERRCODE = 'check_violation', CONSTRAINT = 'anchors_verbatim';
		END IF;
		before_ := NEW.ends[i];
	END LOOP;
	IF strpos(substring(captured FROM NEW.starts[1] + 1 FOR before_ - NEW.starts[1]), E'\n\n') > 0 THEN
		RAISE EXCEPTION 'the passage of claim % crosses a block of capture %', NEW.claim, NEW.capture
			USING ERRCODE = 'check_violation', CONSTRAINT = 'anchors_one_block';
	END IF;
	RETURN NEW;
END $$;

-- Nothing without a passage: at the end of a transaction each claim has one current anchor, in a capture of its article,
-- and it fits the words. They are not compared when only the article changes, since the capture may have been erased.
CREATE FUNCTION claim_is_anchored() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	of_claim text := CASE TG_TABLE_NAME WHEN 'claims' THEN to_jsonb(NEW) ->> 'code' ELSE to_jsonb(OLD) ->> 'claim' END;
BEGIN
	IF EXISTS (SELECT FROM claims WHERE code = of_claim) AND NOT EXISTS (
		SELECT FROM claims k
		JOIN anchors a ON a.claim = k.code AND a.is_current
		JOIN captures c ON c.id = a.capture AND c.article = k.article
		JOIN capture_texts t ON t.capture = a.capture
		WHERE k.code = of_claim
			AND (TG_NAME = 'claims_stay_in_article' OR k.words = ARRAY(
				SELECT substring(t.text FROM s + 1 FOR e - s)
				FROM unnest(a.starts, a.ends) WITH ORDINALITY AS spans (s, e, n)
				ORDER BY n))
	) THEN
		RAISE EXCEPTION 'claim % is not anchored to a passage', of_claim
			USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_anchored';
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER anchors_fit BEFORE INSERT OR UPDATE OF claim, capture, outcome, starts, ends ON anchors
	FOR EACH ROW EXECUTE FUNCTION anchor_fits();
CREATE CONSTRAINT TRIGGER claims_anchored AFTER INSERT ON claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_is_anchored();
CREATE CONSTRAINT TRIGGER claims_stay_anchored AFTER UPDATE OF words ON claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.words <> NEW.words) EXECUTE FUNCTION claim_is_anchored();
CREATE CONSTRAINT TRIGGER claims_stay_in_article AFTER UPDATE OF article ON claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.article <> NEW.article) EXECUTE FUNCTION claim_is_anchored();
CREATE CONSTRAINT TRIGGER anchors_leave_one AFTER DELETE OR UPDATE OF claim, is_current ON anchors
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claim_is_anchored();

CREATE TABLE hops (
	claim    text NOT NULL CONSTRAINT hops_claim_fkey REFERENCES claims ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal  integer NOT NULL,
	source   text NOT NULL CONSTRAINT hops_source_fkey REFERENCES sources ON UPDATE CASCADE,
	role     text NOT NULL CONSTRAINT hops_role CHECK (role IN ('spokesperson', 'press-service', 'readout', 'statement', 'translator', 'outlet')),
	verb     text NOT NULL DEFAULT '',
	class    text NOT NULL DEFAULT '' CONSTRAINT hops_class CHECK (class IN ('', 'neutral', 'distancing', 'concessive', 'insisting', 'factive', 'denying', 'performing')),
	inferred boolean NOT NULL DEFAULT false,
	CONSTRAINT hops_pkey PRIMARY KEY (claim, ordinal)
);
CREATE INDEX hops_source_idx ON hops (source);

CREATE TABLE stances (
	claim    text NOT NULL CONSTRAINT stances_claim_fkey REFERENCES claims ON UPDATE CASCADE ON DELETE CASCADE,
	fact     text NOT NULL,
	aspect   text NOT NULL,
	ordinal  integer NOT NULL,
	position text,
	mode     text NOT NULL CONSTRAINT stances_mode CHECK (mode IN ('asserted', 'denied', 'presupposed', 'demanded', 'conditional', 'concern', 'withheld')),
	period   text,
	CONSTRAINT stances_pkey PRIMARY KEY (claim, fact, aspect),
	CONSTRAINT stances_aspect_fkey FOREIGN KEY (fact, aspect) REFERENCES aspects ON UPDATE CASCADE,
	CONSTRAINT stances_position_fkey FOREIGN KEY (fact, aspect, position) REFERENCES positions ON UPDATE CASCADE,
	CONSTRAINT stances_period_fkey FOREIGN KEY (fact, period) REFERENCES periods ON UPDATE CASCADE,
	CONSTRAINT stances_position_by_mode CHECK ((position IS NULL) = (mode IN ('concern', 'withheld')))
);
CREATE INDEX stances_position_idx ON stances (fact, aspect, position);
CREATE INDEX stances_period_idx ON stances (fact, period);

CREATE TABLE counters (
	claim      text NOT NULL CONSTRAINT counters_claim_fkey REFERENCES claims ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal    integer NOT NULL,
	other      text NOT NULL CONSTRAINT counters_other_fkey REFERENCES claims ON UPDATE CASCADE,
	fact       text NOT NULL CONSTRAINT counters_fact_fkey REFERENCES facts ON UPDATE CASCADE,
	relation   text NOT NULL CONSTRAINT counters_relation CHECK (relation IN ('answers', 'contradicts', 'in-tension', 'corroborates', 'restates', 'part-of')),
	difference text NOT NULL DEFAULT '' CONSTRAINT counters_difference CHECK (difference IN ('', 'direct', 'date', 'scope', 'definition', 'wording', 'silence')),
	why        text NOT NULL CONSTRAINT counters_why CHECK (why <> ''),
	CONSTRAINT counters_pkey PRIMARY KEY (claim, ordinal),
	CONSTRAINT counters_once UNIQUE (claim, other, fact, relation),
	CONSTRAINT counters_two_claims CHECK (claim <> other),
	CONSTRAINT counters_difference_by_relation CHECK ((difference <> '') = (relation IN ('answers', 'contradicts', 'in-tension')))
);
CREATE INDEX counters_other_idx ON counters (other);
CREATE INDEX counters_fact_idx ON counters (fact);

-- Both claims of a counter-claim have a stance on its fact; checked at the end of the transaction from either side.
-- +goose StatementBegin
CREATE FUNCTION counters_have_stances() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	row_ jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
	old_ jsonb := CASE TG_OP WHEN 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
	bad  text;
BEGIN
	-- Nobody else removes the stances before this transaction ends, and what another has removed is seen below.
	IF TG_TABLE_NAME = 'counters' THEN
		PERFORM FROM stances s
		WHERE s.fact = row_ ->> 'fact' AND s.claim IN (row_ ->> 'claim', row_ ->> 'other')
		ORDER BY s.claim, s.aspect
		FOR KEY SHARE;
	END IF;
	SELECT c.claim || ' and ' || c.other INTO bad
	FROM counters c
	WHERE c.fact IN (row_ ->> 'fact', old_ ->> 'fact')
		AND (c.claim IN (row_ ->> 'claim', old_ ->> 'claim') OR c.other IN (row_ ->> 'claim', old_ ->> 'claim'))
		AND (NOT EXISTS (SELECT FROM stances s WHERE s.claim = c.claim AND s.fact = c.fact)
			OR NOT EXISTS (SELECT FROM stances s WHERE s.claim = c.other AND s.fact = c.fact))
	LIMIT 1;
	IF bad IS NOT NULL THEN
		RAISE EXCEPTION 'claims % are joined on a fact on which one of them has no stance', bad
			USING ERRCODE = 'check_violation', CONSTRAINT = 'counters_stances';
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER counters_stances AFTER INSERT OR UPDATE ON counters
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION counters_have_stances();
CREATE CONSTRAINT TRIGGER stances_keep_counters AFTER DELETE OR UPDATE OF claim, fact ON stances
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION counters_have_stances();

CREATE TABLE figures (
	claim      text NOT NULL CONSTRAINT figures_claim_fkey REFERENCES claims ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal    integer NOT NULL,
	verbatim   text NOT NULL CONSTRAINT figures_verbatim CHECK (verbatim <> ''),
	reads_as   text NOT NULL DEFAULT '',
	hedge      text NOT NULL CONSTRAINT figures_hedge CHECK (hedge IN ('exactly', 'about', 'at-least', 'over', 'up-to', 'under', 'nearly', 'between', 'vague')),
	low        numeric,
	high       numeric,
	low_open   boolean NOT NULL,
	high_open  boolean NOT NULL,
	counted    text NOT NULL CONSTRAINT figures_counted CHECK (counted <> ''),
	unit       text NOT NULL DEFAULT '',
	rule       text NOT NULL DEFAULT '',
	from_day   date,
	until_day  date,
	as_of      date,
	counted_by text CONSTRAINT figures_counted_by_fkey REFERENCES sources ON UPDATE CASCADE,
	part_of    text CONSTRAINT figures_part_of_fkey REFERENCES claims ON UPDATE CASCADE,
	note       text NOT NULL DEFAULT '',
	CONSTRAINT figures_pkey PRIMARY KEY (claim, ordinal),
	CONSTRAINT figures_bounds CHECK (coalesce(low <= high, true)
		AND coalesce(low >= 0 AND low < 1e30 AND scale(low) <= 30, true)
		AND coalesce(high >= 0 AND high < 1e30 AND scale(high) <= 30, true)),
	CONSTRAINT figures_some_bound CHECK ((hedge = 'vague') = (low IS NULL AND high IS NULL)),
	CONSTRAINT figures_days CHECK (until_day >= from_day),
	CONSTRAINT figures_part_of_other CHECK (part_of <> claim OR ordinal > 1)
);
CREATE INDEX figures_counted_by_idx ON figures (counted_by);
CREATE INDEX figures_part_of_idx ON figures (part_of);

-- What an editor records as said by opposing parties alike, or by one and answered by nobody.
CREATE TABLE points (
	fact    text NOT NULL CONSTRAINT points_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	kind    text NOT NULL CONSTRAINT points_kind CHECK (kind IN ('both', 'one')),
	text    text NOT NULL CONSTRAINT points_text CHECK (text <> ''),
	period  text,
	CONSTRAINT points_pkey PRIMARY KEY (fact, ordinal),
	CONSTRAINT points_period_fkey FOREIGN KEY (fact, period) REFERENCES periods ON UPDATE CASCADE
);
CREATE INDEX points_period_idx ON points (fact, period);

CREATE TABLE point_claims (
	fact    text NOT NULL,
	point   integer NOT NULL,
	ordinal integer NOT NULL,
	claim   text NOT NULL CONSTRAINT point_claims_claim_fkey REFERENCES claims ON UPDATE CASCADE,
	CONSTRAINT point_claims_pkey PRIMARY KEY (fact, point, ordinal),
	CONSTRAINT point_claims_once UNIQUE (fact, point, claim),
	CONSTRAINT point_claims_point_fkey FOREIGN KEY (fact, point) REFERENCES points ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX point_claims_claim_idx ON point_claims (claim);

-- A point of both needs a passage from two parties or more, a point of one from one party only and none from nobody's.
-- +goose StatementBegin
CREATE FUNCTION point_has_parties() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	row_ jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
	old_ jsonb := CASE TG_OP WHEN 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
	bad  record;
BEGIN
	WITH touched AS (
		SELECT r ->> 'fact' AS fact, (r ->> CASE TG_TABLE_NAME WHEN 'points' THEN 'ordinal' ELSE 'point' END)::integer AS point
		FROM unnest(ARRAY[row_, old_]) AS r
		WHERE TG_TABLE_NAME IN ('points', 'point_claims')
		UNION
		SELECT x.fact, x.point
		FROM point_claims x
		WHERE TG_TABLE_NAME = 'claims' AND x.claim = row_ ->> 'code'
		UNION
		SELECT x.fact, x.point
		FROM point_claims x
		JOIN claims y ON y.code = x.claim
		WHERE TG_TABLE_NAME = 'sources' AND y.source = row_ ->> 'slug')
	SELECT p.fact, p.ordinal, p.kind, count(DISTINCT s.party) AS parties INTO bad
	FROM touched t
	JOIN points p ON p.fact = t.fact AND p.ordinal = t.point
	LEFT JOIN point_claims pc ON pc.fact = p.fact AND pc.point = p.ordinal
	LEFT JOIN claims c ON c.code = pc.claim
	LEFT JOIN sources s ON s.slug = c.source
	GROUP BY p.fact, p.ordinal, p.kind
	HAVING p.kind = 'both' AND count(DISTINCT s.party) < 2
		OR p.kind = 'one' AND (count(DISTINCT s.party) <> 1 OR count(s.party) < count(*));
	IF FOUND THEN
		RAISE EXCEPTION 'point % of % is said by %, and its claims are of % parties', bad.ordinal, bad.fact, bad.kind, bad.parties
			USING ERRCODE = 'check_violation', CONSTRAINT = 'points_parties';
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER points_parties AFTER INSERT OR UPDATE ON points
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION point_has_parties();
CREATE CONSTRAINT TRIGGER point_claims_parties AFTER INSERT OR UPDATE OR DELETE ON point_claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION point_has_parties();
CREATE CONSTRAINT TRIGGER claims_keep_points AFTER UPDATE OF source ON claims
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.source <> NEW.source) EXECUTE FUNCTION point_has_parties();
CREATE CONSTRAINT TRIGGER sources_keep_points AFTER UPDATE OF party ON sources
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.party IS DISTINCT FROM NEW.party) EXECUTE FUNCTION point_has_parties();

-- What a rule asks of each row that is removed, TRUNCATE would pass by.
-- +goose StatementBegin
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'TRUNCATE of % is refused: its rows are removed one by one', TG_TABLE_NAME
		USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
-- +goose StatementEnd
CREATE TRIGGER claims_no_truncate BEFORE TRUNCATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER anchors_no_truncate BEFORE TRUNCATE ON anchors FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER stances_no_truncate BEFORE TRUNCATE ON stances FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER point_claims_no_truncate BEFORE TRUNCATE ON point_claims FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE TRIGGER articles_name AFTER INSERT OR UPDATE OF slug ON articles FOR EACH ROW EXECUTE FUNCTION register_name('article', 'slug');
CREATE TRIGGER claims_name AFTER INSERT OR UPDATE OF code ON claims FOR EACH ROW EXECUTE FUNCTION register_name('claim', 'code');

-- +goose Down
DROP TABLE point_claims, points, figures, counters, stances, hops, anchors, claims, capture_texts, captures, readings, expected_accounts, articles;
DROP TRIGGER sources_keep_points ON sources;
DROP FUNCTION refuse_truncate, point_has_parties, counters_have_stances, claim_is_anchored, anchor_fits, capture_text_fits;
