-- +goose Up
CREATE TABLE disputes (
	slug        text CONSTRAINT disputes_pkey PRIMARY KEY CONSTRAINT disputes_slug CHECK (is_slug(slug)),
	title       text NOT NULL CONSTRAINT disputes_title CHECK (title <> ''),
	background  text NOT NULL DEFAULT '',
	fiction     boolean NOT NULL DEFAULT false,
	name_policy text NOT NULL DEFAULT ''
);

CREATE TABLE parties (
	slug text CONSTRAINT parties_pkey PRIMARY KEY CONSTRAINT parties_slug CHECK (is_slug(slug)),
	name text NOT NULL CONSTRAINT parties_name CHECK (name <> ''),
	note text NOT NULL DEFAULT ''
);

CREATE TABLE outlets (
	slug        text CONSTRAINT outlets_pkey PRIMARY KEY CONSTRAINT outlets_slug CHECK (is_slug(slug)),
	name        text NOT NULL CONSTRAINT outlets_name CHECK (name <> ''),
	description text NOT NULL DEFAULT '',
	country     text NOT NULL DEFAULT '',
	language    text NOT NULL DEFAULT '',
	is_unknown  boolean NOT NULL DEFAULT false,
	boilerplate text[] NOT NULL DEFAULT '{}',
	note        text NOT NULL DEFAULT ''
);

-- A source of kind outlet stands for what that outlet asserts in its own voice; the trigger on outlets makes it.
CREATE TABLE sources (
	slug    text CONSTRAINT sources_pkey PRIMARY KEY CONSTRAINT sources_slug CHECK (is_slug(slug)),
	name    text NOT NULL CONSTRAINT sources_name CHECK (name <> ''),
	printed text[] NOT NULL DEFAULT '{}',
	kind    text NOT NULL CONSTRAINT sources_kind CHECK (kind IN ('person', 'body', 'side', 'unnamed', 'outlet')),
	party   text CONSTRAINT sources_party_fkey REFERENCES parties ON UPDATE CASCADE,
	outlet  text CONSTRAINT sources_outlet_fkey REFERENCES outlets ON UPDATE CASCADE ON DELETE CASCADE,
	note    text NOT NULL DEFAULT '',
	CONSTRAINT sources_outlet CHECK ((kind = 'outlet') = (outlet IS NOT NULL) AND (outlet IS NULL OR party IS NULL))
);
CREATE UNIQUE INDEX sources_outlet_key ON sources (outlet);
CREATE INDEX sources_party_idx ON sources (party);

-- +goose StatementBegin
CREATE FUNCTION outlet_is_source() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO sources (slug, name, kind, outlet) VALUES (NEW.slug, NEW.name, 'outlet', NEW.slug);
	ELSE
		UPDATE sources SET slug = NEW.slug, name = NEW.name WHERE outlet = NEW.slug;
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER outlets_are_sources AFTER INSERT OR UPDATE OF slug, name ON outlets
	FOR EACH ROW EXECUTE FUNCTION outlet_is_source();

CREATE TABLE offices (
	source    text NOT NULL CONSTRAINT offices_source_fkey REFERENCES sources ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal   integer NOT NULL,
	title     text NOT NULL CONSTRAINT offices_title CHECK (title <> ''),
	from_day  date,
	until_day date,
	CONSTRAINT offices_pkey PRIMARY KEY (source, ordinal),
	CONSTRAINT offices_days CHECK (until_day >= from_day)
);

CREATE TABLE places (
	slug  text CONSTRAINT places_pkey PRIMARY KEY CONSTRAINT places_slug CHECK (is_slug(slug)),
	shown text NOT NULL CONSTRAINT places_shown CHECK (shown <> ''),
	note  text NOT NULL DEFAULT ''
);

CREATE TABLE place_names (
	place     text NOT NULL CONSTRAINT place_names_place_fkey REFERENCES places ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal   integer NOT NULL,
	form      text NOT NULL CONSTRAINT place_names_form CHECK (form <> ''),
	language  text NOT NULL,
	from_day  date,
	until_day date,
	note      text NOT NULL DEFAULT '',
	CONSTRAINT place_names_pkey PRIMARY KEY (place, ordinal),
	CONSTRAINT place_names_days CHECK (until_day >= from_day)
);

CREATE TABLE place_name_users (
	place   text NOT NULL,
	name    integer NOT NULL,
	ordinal integer NOT NULL,
	party   text NOT NULL CONSTRAINT place_name_users_party_fkey REFERENCES parties ON UPDATE CASCADE,
	CONSTRAINT place_name_users_pkey PRIMARY KEY (place, name, ordinal),
	CONSTRAINT place_name_users_name_fkey FOREIGN KEY (place, name) REFERENCES place_names ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX place_name_users_party_idx ON place_name_users (party);

CREATE TABLE terms (
	slug    text CONSTRAINT terms_pkey PRIMARY KEY CONSTRAINT terms_slug CHECK (is_slug(slug)),
	dispute text NOT NULL CONSTRAINT terms_dispute_fkey REFERENCES disputes ON UPDATE CASCADE,
	word    text NOT NULL CONSTRAINT terms_word CHECK (word <> ''),
	forms   text[] NOT NULL DEFAULT '{}',
	plain   text NOT NULL DEFAULT '',
	note    text NOT NULL DEFAULT ''
);
CREATE INDEX terms_dispute_idx ON terms (dispute);

CREATE TABLE term_users (
	term    text NOT NULL CONSTRAINT term_users_term_fkey REFERENCES terms ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	party   text NOT NULL CONSTRAINT term_users_party_fkey REFERENCES parties ON UPDATE CASCADE,
	CONSTRAINT term_users_pkey PRIMARY KEY (term, ordinal)
);
CREATE INDEX term_users_party_idx ON term_users (party);

CREATE TABLE events (
	slug           text CONSTRAINT events_pkey PRIMARY KEY CONSTRAINT events_slug CHECK (is_slug(slug)),
	title          text NOT NULL CONSTRAINT events_title CHECK (title <> ''),
	kind           text NOT NULL CONSTRAINT events_kind CHECK (kind IN ('call', 'meeting', 'hearing', 'statement', 'happening')),
	date_earliest  date,
	date_latest    date,
	date_precision text NOT NULL DEFAULT '',
	date_at        text NOT NULL DEFAULT '',
	date_basis     text NOT NULL DEFAULT '',
	date_reason    text NOT NULL DEFAULT '',
	place          text CONSTRAINT events_place_fkey REFERENCES places ON UPDATE CASCADE,
	note           text NOT NULL DEFAULT '',
	CONSTRAINT events_date CHECK (dated(date_earliest, date_latest, date_precision, date_at, date_basis, date_reason))
);
CREATE INDEX events_place_idx ON events (place);

CREATE TABLE event_participants (
	event   text NOT NULL CONSTRAINT event_participants_event_fkey REFERENCES events ON UPDATE CASCADE ON DELETE CASCADE,
	ordinal integer NOT NULL,
	source  text NOT NULL CONSTRAINT event_participants_source_fkey REFERENCES sources ON UPDATE CASCADE,
	CONSTRAINT event_participants_pkey PRIMARY KEY (event, ordinal),
	CONSTRAINT event_participants_once UNIQUE (event, source)
);
CREATE INDEX event_participants_source_idx ON event_participants (source);

CREATE TRIGGER disputes_name AFTER INSERT OR UPDATE OF slug ON disputes FOR EACH ROW EXECUTE FUNCTION register_name('dispute', 'slug');
CREATE TRIGGER parties_name AFTER INSERT OR UPDATE OF slug ON parties FOR EACH ROW EXECUTE FUNCTION register_name('party', 'slug');
CREATE TRIGGER outlets_name AFTER INSERT OR UPDATE OF slug ON outlets FOR EACH ROW EXECUTE FUNCTION register_name('outlet', 'slug');
CREATE TRIGGER sources_name AFTER INSERT OR UPDATE OF slug ON sources FOR EACH ROW EXECUTE FUNCTION register_name('source', 'slug');
CREATE TRIGGER places_name AFTER INSERT OR UPDATE OF slug ON places FOR EACH ROW EXECUTE FUNCTION register_name('place', 'slug');
CREATE TRIGGER terms_name AFTER INSERT OR UPDATE OF slug ON terms FOR EACH ROW EXECUTE FUNCTION register_name('term', 'slug');
CREATE TRIGGER events_name AFTER INSERT OR UPDATE OF slug ON events FOR EACH ROW EXECUTE FUNCTION register_name('event', 'slug');

-- +goose Down
DROP TABLE event_participants, events, term_users, terms, place_name_users, place_names, places, offices, sources, outlets, parties, disputes;
DROP FUNCTION outlet_is_source;
