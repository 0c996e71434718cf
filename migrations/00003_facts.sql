-- +goose Up
-- The id and the key stand for the fact in editions, which outlive any slug: the id here, the key in the log of every
-- copy. The key is the slug under which the fact was first published.
CREATE TABLE facts (
	id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT facts_id_key UNIQUE,
	slug          text CONSTRAINT facts_pkey PRIMARY KEY CONSTRAINT facts_slug CHECK (is_slug(slug)),
	key           text NOT NULL CONSTRAINT facts_key_key UNIQUE CONSTRAINT facts_key CHECK (is_slug(key)),
	dispute       text NOT NULL CONSTRAINT facts_dispute_fkey REFERENCES disputes ON UPDATE CASCADE,
	question      text NOT NULL CONSTRAINT facts_question CHECK (question LIKE '%?'),
	kind          text NOT NULL CONSTRAINT facts_kind CHECK (kind IN ('yes-no', 'state', 'number', 'agreement', 'sequence', 'open')),
	background    text NOT NULL DEFAULT '',
	status        text NOT NULL CONSTRAINT facts_status CHECK (status IN ('developing', 'dormant', 'overtaken')),
	status_since  date,
	status_reason text NOT NULL DEFAULT '',
	note          text NOT NULL DEFAULT ''
);
CREATE INDEX facts_dispute_idx ON facts (dispute);

CREATE TABLE periods (
	fact        text NOT NULL CONSTRAINT periods_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	slug        text NOT NULL CONSTRAINT periods_slug CHECK (is_slug(slug)),
	ordinal     integer NOT NULL,
	label       text NOT NULL CONSTRAINT periods_label CHECK (label <> ''),
	from_day    date,
	from_event  text CONSTRAINT periods_from_event_fkey REFERENCES events ON UPDATE CASCADE,
	until_day   date,
	until_event text CONSTRAINT periods_until_event_fkey REFERENCES events ON UPDATE CASCADE,
	CONSTRAINT periods_pkey PRIMARY KEY (fact, slug),
	CONSTRAINT periods_days CHECK (until_day >= from_day)
);
CREATE INDEX periods_from_event_idx ON periods (from_event);
CREATE INDEX periods_until_event_idx ON periods (until_event);

-- The aspect '' stands for the fact itself; the trigger on facts makes it.
CREATE TABLE aspects (
	fact     text NOT NULL CONSTRAINT aspects_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	slug     text NOT NULL CONSTRAINT aspects_slug CHECK (slug = '' OR is_slug(slug)),
	ordinal  integer NOT NULL,
	question text NOT NULL DEFAULT '',
	CONSTRAINT aspects_pkey PRIMARY KEY (fact, slug),
	CONSTRAINT aspects_question CHECK ((slug = '') = (question = ''))
);

-- +goose StatementBegin
CREATE FUNCTION fact_is_aspect() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO aspects (fact, slug, ordinal) VALUES (NEW.slug, '', 0);
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER facts_are_aspects AFTER INSERT ON facts FOR EACH ROW EXECUTE FUNCTION fact_is_aspect();

CREATE TABLE positions (
	fact    text NOT NULL,
	aspect  text NOT NULL,
	slug    text NOT NULL CONSTRAINT positions_slug CHECK (is_slug(slug)),
	ordinal integer NOT NULL,
	label   text NOT NULL CONSTRAINT positions_label CHECK (label <> ''),
	CONSTRAINT positions_pkey PRIMARY KEY (fact, aspect, slug),
	CONSTRAINT positions_aspect_fkey FOREIGN KEY (fact, aspect) REFERENCES aspects ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE gaps (
	fact    text NOT NULL CONSTRAINT gaps_fact_fkey REFERENCES facts ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	title   text NOT NULL CONSTRAINT gaps_title CHECK (title <> ''),
	text    text NOT NULL CONSTRAINT gaps_text CHECK (text <> ''),
	CONSTRAINT gaps_pkey PRIMARY KEY (fact, ordinal)
);

CREATE TABLE records (
	slug           text CONSTRAINT records_pkey PRIMARY KEY CONSTRAINT records_slug CHECK (is_slug(slug)),
	title          text NOT NULL CONSTRAINT records_title CHECK (title <> ''),
	kind           text NOT NULL CONSTRAINT records_kind CHECK (kind IN ('document', 'order', 'count', 'image', 'recording', 'data-set')),
	maker          text NOT NULL CONSTRAINT records_maker CHECK (maker <> ''),
	date_earliest  date,
	date_latest    date,
	date_precision text NOT NULL DEFAULT '',
	date_at        text NOT NULL DEFAULT '',
	date_basis     text NOT NULL DEFAULT '',
	date_reason    text NOT NULL DEFAULT '',
	found_at       text NOT NULL,
	checked        text NOT NULL CONSTRAINT records_checked CHECK (checked <> ''),
	checked_by     text NOT NULL,
	shows          text NOT NULL,
	shows_not      text NOT NULL,
	CONSTRAINT records_date CHECK (dated(date_earliest, date_latest, date_precision, date_at, date_basis, date_reason))
);

CREATE TABLE bearings (
	record  text NOT NULL CONSTRAINT bearings_record_fkey REFERENCES records ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	fact    text NOT NULL,
	aspect  text NOT NULL,
	CONSTRAINT bearings_pkey PRIMARY KEY (record, ordinal),
	CONSTRAINT bearings_once UNIQUE (record, fact, aspect),
	CONSTRAINT bearings_aspect_fkey FOREIGN KEY (fact, aspect) REFERENCES aspects ON UPDATE CASCADE
);
CREATE INDEX bearings_aspect_idx ON bearings (fact, aspect);

CREATE TRIGGER facts_name AFTER INSERT OR UPDATE OF slug ON facts FOR EACH ROW EXECUTE FUNCTION register_name('fact', 'slug');
CREATE TRIGGER records_name AFTER INSERT OR UPDATE OF slug ON records FOR EACH ROW EXECUTE FUNCTION register_name('record', 'slug');

-- +goose Down
DROP TABLE bearings, records, gaps, positions, aspects, periods, facts;
DROP FUNCTION fact_is_aspect;
