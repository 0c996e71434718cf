-- +goose Up
-- The log of editions and erasures: gapless, chained by hash. An entry's hash is that of a Merkle leaf (RFC 6962, 2.1).
CREATE TABLE log (
	index  bigint CONSTRAINT log_pkey PRIMARY KEY CONSTRAINT log_index CHECK (index >= 0),
	record bytea NOT NULL,
	hash   bytea NOT NULL CONSTRAINT log_hash CHECK (hash = sha256('\x00'::bytea || record)),
	prev   bytea NOT NULL CONSTRAINT log_prev CHECK (length(prev) = 32)
);

CREATE TABLE editions (
	fact           bigint NOT NULL CONSTRAINT editions_fact_fkey REFERENCES facts (id),
	number         integer NOT NULL CONSTRAINT editions_number CHECK (number > 0),
	log_index      bigint NOT NULL CONSTRAINT editions_log_fkey REFERENCES log,
	published_at   timestamptz NOT NULL CONSTRAINT editions_second CHECK (published_at = date_trunc('second', published_at)),
	body_sha256    bytea NOT NULL CONSTRAINT editions_body_sha256 CHECK (length(body_sha256) = 32),
	CONSTRAINT editions_pkey PRIMARY KEY (fact, number),
	CONSTRAINT editions_log_key UNIQUE (log_index),
	CONSTRAINT editions_second_once UNIQUE (fact, published_at)
);

-- The bytes of an edition. They change only through erase.
CREATE TABLE edition_bodies (
	log_index bigint CONSTRAINT edition_bodies_pkey PRIMARY KEY CONSTRAINT edition_bodies_edition_fkey REFERENCES editions (log_index),
	body      bytea NOT NULL
);
ALTER TABLE editions ADD CONSTRAINT editions_body_fkey FOREIGN KEY (log_index) REFERENCES edition_bodies DEFERRABLE INITIALLY DEFERRED;

-- What was erased: an edition's body or a capture's text, by whose transaction.
CREATE TABLE erasures (
	log_index bigint CONSTRAINT erasures_pkey PRIMARY KEY CONSTRAINT erasures_log_fkey REFERENCES log,
	edition   bigint CONSTRAINT erasures_edition_fkey REFERENCES editions (log_index),
	capture   bigint CONSTRAINT erasures_capture_fkey REFERENCES captures,
	reason    text NOT NULL CONSTRAINT erasures_reason CHECK (btrim(reason) <> ''),
	erased_at timestamptz NOT NULL,
	xact      xid8 NOT NULL DEFAULT pg_current_xact_id(),
	CONSTRAINT erasures_one CHECK (num_nonnulls(edition, capture) = 1)
);
CREATE INDEX erasures_edition_idx ON erasures (edition);
CREATE INDEX erasures_capture_idx ON erasures (capture);

-- What readers may know of erasures. Their reasons stand in what is left of the bodies.
CREATE VIEW published_erasures AS
	SELECT log_index, edition, erased_at
	FROM erasures
	WHERE edition IS NOT NULL;

-- +goose StatementBegin
-- A fact's key is its own slug, of today or of the past, or a name that nobody has had: that under which another copy of
-- the log published it. It stays as soon as there is an edition.
CREATE FUNCTION fact_keeps_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM editions WHERE fact = NEW.id) THEN
		RAISE EXCEPTION 'the key of % is that of its editions', NEW.slug
			USING ERRCODE = 'restrict_violation', CONSTRAINT = 'facts_keep_key';
	END IF;
	IF NOT EXISTS (SELECT FROM names WHERE kind = 'fact' AND name = NEW.key AND NEW.slug IN (name, target)) THEN
		INSERT INTO names (kind, name, target) VALUES ('fact', NEW.key, NEW.slug);
	END IF;
	RETURN NULL;
END $$;

CREATE FUNCTION log_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	last_ log%ROWTYPE;
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('counterclaim.log'));
	SELECT * INTO last_ FROM log ORDER BY index DESC LIMIT 1;
	IF NEW.index <> coalesce(last_.index + 1, 0) OR NEW.prev <> coalesce(last_.hash, decode(repeat('00', 32), 'hex')) THEN
		RAISE EXCEPTION 'entry % does not go on from entry % of the log', NEW.index, last_.index
			USING ERRCODE = 'check_violation', CONSTRAINT = 'log_goes_on';
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION edition_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.number <> 1 + coalesce((SELECT max(number) FROM editions WHERE fact = NEW.fact), 0) THEN
		RAISE EXCEPTION 'edition % does not follow the latest one', NEW.number
			USING ERRCODE = 'check_violation', CONSTRAINT = 'editions_go_on';
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION edition_body_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM editions WHERE log_index = NEW.log_index AND body_sha256 = sha256(NEW.body))
		AND NOT EXISTS (SELECT FROM erasures WHERE edition = NEW.log_index AND xact = pg_current_xact_id()) THEN
		RAISE EXCEPTION 'the body of entry % is not the one that its record names', NEW.log_index
			USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_bodies_fit';
	END IF;
	RETURN NEW;
END $$;

-- A body or text may change in the transaction that entered its erasure, and in no other.
CREATE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	row_ jsonb := to_jsonb(OLD);
BEGIN
	IF NOT EXISTS (
		SELECT FROM erasures
		WHERE xact = pg_current_xact_id()
			AND CASE TG_TABLE_NAME
				WHEN 'edition_bodies' THEN edition = (row_ ->> 'log_index')::bigint
				ELSE capture = (row_ ->> 'capture')::bigint
			END
	) THEN
		RAISE EXCEPTION '% of % is refused: it changes through erase only', TG_OP, TG_TABLE_NAME
			USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
-- After facts_name, by its own name: the slug is in names then.
CREATE TRIGGER facts_name_key AFTER INSERT ON facts FOR EACH ROW EXECUTE FUNCTION fact_keeps_key();
CREATE TRIGGER facts_name_key_kept AFTER UPDATE OF key ON facts
	FOR EACH ROW WHEN (OLD.key <> NEW.key) EXECUTE FUNCTION fact_keeps_key();
CREATE TRIGGER log_goes_on BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION log_goes_on();
CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER editions_go_on BEFORE INSERT ON editions FOR EACH ROW EXECUTE FUNCTION edition_goes_on();
CREATE TRIGGER editions_append_only BEFORE UPDATE OR DELETE ON editions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER editions_no_truncate BEFORE TRUNCATE ON editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER edition_bodies_fit BEFORE INSERT ON edition_bodies FOR EACH ROW EXECUTE FUNCTION edition_body_fits();
CREATE TRIGGER edition_bodies_append_only BEFORE UPDATE ON edition_bodies FOR EACH ROW EXECUTE FUNCTION only_erased();
CREATE TRIGGER edition_bodies_kept BEFORE DELETE ON edition_bodies FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER edition_bodies_no_truncate BEFORE TRUNCATE ON edition_bodies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasures_append_only BEFORE UPDATE OR DELETE ON erasures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasures_no_truncate BEFORE TRUNCATE ON erasures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_texts_unchanged BEFORE UPDATE ON capture_texts FOR EACH ROW EXECUTE FUNCTION only_erased();

-- The reading projection: what readers' pages are made of, drawn from the latest edition of each fact in the
-- transaction that publishes it. The numbers of block, starts and ends come from the claim's current anchor.
CREATE TABLE published_facts (
	fact         text CONSTRAINT published_facts_pkey PRIMARY KEY,
	fact_id      bigint NOT NULL CONSTRAINT published_facts_id_key UNIQUE,
	log_index    bigint NOT NULL,
	number       integer NOT NULL,
	published_at timestamptz NOT NULL,
	dispute      text NOT NULL,
	latest_claim date,
	row          jsonb NOT NULL
);
CREATE INDEX published_facts_latest_idx ON published_facts (latest_claim DESC NULLS LAST, fact);
CREATE INDEX published_facts_dispute_idx ON published_facts (dispute, latest_claim DESC NULLS LAST, fact);

-- The slugs under which facts were ever published, so that every edition stays at its address.
CREATE TABLE published_slugs (
	slug    text CONSTRAINT published_slugs_pkey PRIMARY KEY,
	fact_id bigint NOT NULL
);

CREATE TABLE published_claims (
	fact          text NOT NULL CONSTRAINT published_claims_fact_fkey REFERENCES published_facts ON DELETE CASCADE,
	code          text NOT NULL,
	log_index     bigint NOT NULL,
	ordinal       integer NOT NULL,
	source        text NOT NULL,
	attributed_to text NOT NULL,
	party         text NOT NULL,
	outlet        text NOT NULL,
	article       text NOT NULL,
	event         text NOT NULL,
	said_earliest date,
	said_latest   date,
	block         integer NOT NULL,
	starts        integer[] NOT NULL,
	ends          integer[] NOT NULL,
	sentence      text NOT NULL DEFAULT '',
	row           jsonb NOT NULL,
	CONSTRAINT published_claims_pkey PRIMARY KEY (fact, code)
);
CREATE INDEX published_claims_code_idx ON published_claims (code, log_index DESC);
CREATE INDEX published_claims_source_idx ON published_claims (source, said_earliest, code);
CREATE INDEX published_claims_attributed_idx ON published_claims (attributed_to, said_earliest, code);
CREATE INDEX published_claims_party_idx ON published_claims (party, said_earliest, code);
CREATE INDEX published_claims_outlet_idx ON published_claims (outlet, said_earliest, code);
CREATE INDEX published_claims_article_idx ON published_claims (article, block, code);
CREATE INDEX published_claims_event_idx ON published_claims (event, said_earliest, code);

CREATE TABLE published_nouns (
	kind      text NOT NULL,
	slug      text NOT NULL,
	fact      text NOT NULL CONSTRAINT published_nouns_fact_fkey REFERENCES published_facts ON DELETE CASCADE,
	log_index bigint NOT NULL,
	doc       jsonb NOT NULL,
	CONSTRAINT published_nouns_pkey PRIMARY KEY (kind, slug, fact)
);
CREATE INDEX published_nouns_latest_idx ON published_nouns (kind, slug, log_index DESC);
CREATE INDEX published_nouns_fact_idx ON published_nouns (fact);

-- What readers may know of each edition, old ones included, with the codes of its claims.
CREATE TABLE published_editions (
	log_index    bigint CONSTRAINT published_editions_pkey PRIMARY KEY
		CONSTRAINT published_editions_edition_fkey REFERENCES editions (log_index),
	fact_id      bigint NOT NULL,
	number       integer NOT NULL,
	published_at timestamptz NOT NULL,
	kind         text NOT NULL CONSTRAINT published_editions_kind CHECK (kind IN ('first', 'update', 'correction')),
	reason       text NOT NULL,
	title        text NOT NULL,
	claims       text[] NOT NULL,
	CONSTRAINT published_editions_fact_key UNIQUE (fact_id, number)
);
CREATE INDEX published_editions_claims_idx ON published_editions USING gin (claims);

-- The whole text of articles whose rights are full, and of no others.
CREATE TABLE published_texts (
	article text CONSTRAINT published_texts_pkey PRIMARY KEY,
	text    text NOT NULL
);

-- The old names of what is published now. What the desk has renamed and not yet published is still found by the name
-- that its edition has.
CREATE VIEW published_redirects AS
	SELECT n.kind, n.name, n.target
	FROM names n
	WHERE n.kind = 'fact' AND EXISTS (SELECT FROM published_facts f WHERE f.fact = n.target)
		OR n.kind = 'claim' AND EXISTS (SELECT FROM published_claims c WHERE c.code = n.target)
		OR EXISTS (SELECT FROM published_nouns p WHERE p.kind = n.kind AND p.slug = n.target);

-- One counter that rises with each change of what readers see.
CREATE TABLE generation (
	one   boolean CONSTRAINT generation_pkey PRIMARY KEY DEFAULT true CONSTRAINT generation_one CHECK (one),
	value bigint NOT NULL
);
INSERT INTO generation (value) VALUES (0);

-- erase puts what is left in the place of an edition's body, or of a capture's text when capture_ is given, and appends
-- the record of the erasure, made by the caller, to the log. The hashes of what is erased stay where they are. What
-- readers see of an erased edition is purged with it. Nothing is left (null) where an archive has an edition that was
-- erased again later. A text in which claims are anchored is not erased: they are moved to another capture first.
-- +goose StatementBegin
CREATE FUNCTION erase(edition_ bigint, capture_ bigint, reason_ text, index_ bigint, record_ bytea, prev_ bytea, left_ bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	record_doc jsonb := convert_from(record_, 'UTF8');
BEGIN
	IF record_doc ->> 'target' IS DISTINCT FROM coalesce(edition_::text, (
			SELECT c.article || '/' || (SELECT count(*) FROM captures o WHERE o.article = c.article AND o.id <= c.id)
			FROM captures c
			WHERE c.id = capture_))
		OR left_ IS NOT NULL AND record_doc ->> 'body_sha256' IS DISTINCT FROM encode(sha256(left_), 'hex') THEN
		RAISE EXCEPTION 'the record is not that of this erasure'
			USING ERRCODE = 'check_violation', CONSTRAINT = 'erase_record';
	END IF;
	IF EXISTS (SELECT FROM anchors WHERE capture = capture_ AND is_current) THEN
		RAISE EXCEPTION 'claims are anchored in capture %', capture_
			USING ERRCODE = 'check_violation', CONSTRAINT = 'erase_anchored';
	END IF;
	INSERT INTO log (index, record, hash, prev) VALUES (index_, record_, sha256('\x00'::bytea || record_), prev_);
	INSERT INTO erasures (log_index, edition, capture, reason, erased_at)
	VALUES (index_, edition_, capture_, reason_, (record_doc ->> 'at')::timestamptz);
	IF edition_ IS NOT NULL THEN
		IF left_ IS NOT NULL THEN
			INSERT INTO edition_bodies (log_index, body) VALUES (edition_, left_)
			ON CONFLICT (log_index) DO UPDATE SET body = excluded.body;
		END IF;
		DELETE FROM published_facts WHERE log_index = edition_;
		DELETE FROM published_editions WHERE log_index = edition_;
	ELSE
		UPDATE capture_texts SET text = convert_from(left_, 'UTF8'), original = NULL WHERE capture = capture_;
		DELETE FROM published_texts WHERE article = (SELECT article FROM captures WHERE id = capture_);
	END IF;
	UPDATE generation SET value = value + 1;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION erase FROM PUBLIC;

-- +goose Down
DROP FUNCTION erase;
DROP VIEW published_redirects, published_erasures;
DROP TABLE generation, published_texts, published_editions, published_nouns, published_claims, published_slugs, published_facts, erasures, edition_bodies, editions, log;
DROP TRIGGER capture_texts_unchanged ON capture_texts;
DROP TRIGGER facts_name_key ON facts;
DROP TRIGGER facts_name_key_kept ON facts;
DROP FUNCTION fact_keeps_key, only_erased, edition_body_fits, edition_goes_on, log_goes_on;
