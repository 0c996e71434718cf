package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// forReaders is all that readers' pages can be made of.
var forReaders = []string{
	"log", "log_tree", "log_key", "editions", "edition_bodies", "published_erasures", "published_takedowns", "published_facts", "published_claims", "published_nouns",
	"published_editions", "published_slugs", "published_texts", "published_redirects", "generation", "goose_db_version",
}

const relations = `
	SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY 1`

// modes are the ways in which a server lets the program use the roles.
func modes(db storetest.DB) map[store.Roles]store.Options {
	return map[store.Roles]store.Options{
		store.RolesConnected: db.Options(),
		store.RolesSet:       {URL: db.URL},
	}
}

func TestReaderReads(t *testing.T) {
	t.Parallel()
	db, super := seeded(t)
	for mode, o := range modes(db) {
		s := open(t, o)
		_, reader := store.Pools(s)
		if s.Roles() != mode {
			t.Errorf("roles are %q, not %q", s.Roles(), mode)
		}
		for _, table := range list(t, super, relations) {
			_, err := reader.Exec(t.Context(), `SELECT FROM `+table)
			if got, want := err == nil, slices.Contains(forReaders, table); got != want {
				t.Errorf("%s: reader selects from %s: %v, want %v: %v", mode, table, got, want, err)
			}
			for _, sql := range []string{`DELETE FROM ` + table, `INSERT INTO ` + table + ` DEFAULT VALUES`, `TRUNCATE ` + table} {
				// The role is refused it, not only the connection, which may be told to write.
				err := try(t.Context(), reader, `SET TRANSACTION READ WRITE; `+sql)
				if err := store.Wrapped(err); !errors.Is(err, store.ErrRefused) && !strings.Contains(err.Error(), "is not a table") {
					t.Errorf("%s: reader: %s: %v", mode, sql, err)
				}
			}
		}
		if _, err := reader.Exec(t.Context(), `CREATE TABLE mine ()`); err == nil {
			t.Errorf("%s: reader makes a table", mode)
		}
	}
}

// A connection as the reader's role cannot become another.
func TestReaderStaysReader(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	_, reader := store.Pools(s)
	for _, sql := range []string{`SET ROLE counterclaim_desk`, `SET ROLE counterclaim_owner`, `SET SESSION AUTHORIZATION counterclaim_owner`} {
		if err := store.Wrapped(try(t.Context(), reader, sql)); !errors.Is(err, store.ErrRefused) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if got := list(t, reader, `SELECT session_user::text`); got[0] != store.ReaderRole {
		t.Errorf("session of %s", got[0])
	}
}

// privileges returns what a role may do with a table, of SELECT, INSERT, UPDATE and DELETE the first letters, and t for
// anything else.
func privileges(t *testing.T, pool *pgxpool.Pool, role, table string) string {
	t.Helper()
	return list(t, pool, `
		SELECT concat(
			CASE WHEN has_table_privilege($1, $2, 'SELECT') THEN 'S' END,
			CASE WHEN has_table_privilege($1, $2, 'INSERT') THEN 'I' END,
			CASE WHEN has_table_privilege($1, $2, 'UPDATE') THEN 'U' END,
			CASE WHEN has_table_privilege($1, $2, 'DELETE') THEN 'D' END,
			CASE WHEN has_table_privilege($1, $2, 'TRUNCATE, REFERENCES, TRIGGER') THEN 't' END)`, role, table)[0]
}

func TestDeskWrites(t *testing.T) {
	t.Parallel()
	_, super := seeded(t)
	want := map[string]string{
		"log": "SI", "log_tree": "S", "log_key": "SI", "editions": "SI", "edition_bodies": "SI", "captures": "SI", "capture_texts": "SI", "audit_log": "SI", "capture_marks": "SI", "newsroom_editions": "SI",
		"published_slugs": "SI", "erasures": "S", "takedowns": "SI", "published_takedowns": "S", "names": "S", "published_redirects": "S", "published_erasures": "S", "goose_db_version": "S", "generation": "SU",
		"accounts": "SIU",
	}
	for _, table := range list(t, super, relations) {
		w, ok := want[table]
		if !ok {
			w = "SIUD"
		}
		if got := privileges(t, super, store.DeskRole, table); got != w {
			t.Errorf("desk may %s on %s, not %s", got, table, w)
		}
	}
}

// What somebody has granted or taken away by hand is put right at the next start.
func TestGrantsPutRight(t *testing.T) {
	t.Parallel()
	db, super := seeded(t)
	exec(t, super, `
		GRANT SELECT, INSERT ON claims TO counterclaim_reader;
		REVOKE SELECT ON published_facts FROM counterclaim_reader;
		GRANT EXECUTE ON FUNCTION erase TO PUBLIC;
		CREATE TABLE notes ();
		GRANT SELECT ON notes TO counterclaim_reader`)
	open(t, db.Options())
	for table, want := range map[string]string{"claims": "", "published_facts": "S", "notes": "S"} {
		if got := privileges(t, super, store.ReaderRole, table); got != want {
			t.Errorf("reader may %q on %s, not %q", got, table, want)
		}
	}
	if got := list(t, super, `SELECT has_function_privilege('counterclaim_reader', oid, 'EXECUTE')::text FROM pg_proc WHERE proname = 'erase'`); got[0] != "false" {
		t.Error("reader may erase")
	}
}

// A user that owns its database and no more gets the triggers alone.
func TestNoRoles(t *testing.T) {
	t.Parallel()
	db := storetest.Empty(t, `OWNER counterclaim_owner`)
	o := store.Options{URL: db.OwnerURL}
	for range 2 {
		s := open(t, o)
		if s.Roles() != store.RolesNone {
			t.Errorf("roles are %q", s.Roles())
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		desk, reader := store.Pools(s)
		if err := try(t.Context(), desk, `INSERT INTO parties (slug, name) VALUES ('north', 'North')`); err != nil {
			t.Error(err)
		}
		if err := store.Wrapped(try(t.Context(), reader, `DELETE FROM parties`)); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("a connection for reading writes: %v", err)
		}
	}
}

// Tables that belong to the user of the connection string stay so when that user comes to have the roles.
func TestRolesLater(t *testing.T) {
	t.Parallel()
	db := storetest.Empty(t, `OWNER counterclaim_desk`)
	if err := store.Migrate(t.Context(), store.Options{URL: db.DeskURL}); err != nil {
		t.Fatal(err)
	}
	s := open(t, store.Options{URL: db.URL})
	if s.Roles() != store.RolesSet {
		t.Errorf("roles are %q", s.Roles())
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// A user that may make roles, and is no superuser, gives itself their use.
func TestRolesOfCreator(t *testing.T) {
	t.Parallel()
	admin := storetest.Empty(t, "")
	pool := storetest.Pool(t, admin.URL)
	// Roles are of the whole server, so that this one is there for other tests too.
	exec(t, pool, `CREATE ROLE creator CREATEROLE`)
	exec(t, pool, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO creator', current_database()); END $$`)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if _, err := pool.Exec(ctx, `REASSIGN OWNED BY creator TO postgres; DROP OWNED BY creator; DROP ROLE creator`); err != nil {
			t.Error(err)
		}
	})
	s := open(t, store.Options{URL: admin.URL + "&role=creator"})
	if s.Roles() != store.RolesSet {
		t.Errorf("roles are %q", s.Roles())
	}
	owners := list(t, pool, `SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'`)
	if !slices.Equal(owners, []string{store.OwnerRole}) {
		t.Errorf("the tables belong to %q", owners)
	}
}

// open opens a store and closes it after the test.
func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
