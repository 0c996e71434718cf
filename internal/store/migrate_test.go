package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/postgres"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// schema returns all that the migrations make, and who may do what with it, a line each.
func schema(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	return list(t, pool, `
		SELECT concat_ws(' ', 'relation', c.relkind, c.relname, pg_get_userbyid(c.relowner),
			ARRAY(SELECT unnest(c.relacl)::text COLLATE "C" ORDER BY 1)::text,
			CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'i' THEN pg_get_indexdef(c.oid) END)
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
		UNION ALL
		SELECT concat_ws(' ', 'column', c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
			format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
		FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid
		LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')
		UNION ALL
		SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL
		SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
		UNION ALL
		SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner),
			ARRAY(SELECT unnest(p.proacl)::text COLLATE "C" ORDER BY 1)::text)
		FROM pg_proc p
		WHERE p.pronamespace = 'public'::regnamespace
			AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
		ORDER BY 1`)
}

func TestMigrationsDownAndUp(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	pool := storetest.Pool(t, db.URL)
	want := schema(t, pool)
	if len(want) < 500 {
		t.Fatalf("the schema has only %d parts", len(want))
	}
	newest := list(t, pool, `SELECT max(version_id)::text FROM goose_db_version`)[0]
	latest, err := strconv.ParseInt(newest, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for to := latest - 1; to >= 0; to-- {
		if latest-to > 8 && to%4 != 0 { // those in between have landed, and are gone through on the way
			continue
		}
		if err := store.MigrateDown(t.Context(), db.Options(), to); err != nil {
			t.Fatal(err)
		}
		if to == 0 {
			for _, part := range schema(t, pool) {
				if !strings.Contains(part, "goose_db_version") {
					t.Errorf("left over: %s", part)
				}
			}
		}
		if err := store.Migrate(t.Context(), db.Options()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, schema(t, pool)); diff != "" {
			t.Errorf("after going down to %d and up:\n%s", to, diff)
		}
	}
}

// What an older and a newer release meet while one replaces the other.
func TestSchemaOfAnotherRelease(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	pool := storetest.Pool(t, db.URL)

	exec(t, pool, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("a server that runs on while a newer one has migrated: %v", err)
	}
	if _, err := store.Open(t.Context(), db.Options()); !errors.Is(err, store.ErrSchemaNewer) {
		t.Errorf("opening a newer schema: %v", err)
	}
	if err := store.Migrate(t.Context(), db.Options()); !errors.Is(err, store.ErrSchemaNewer) {
		t.Errorf("migrating a newer schema: %v", err)
	}
	exec(t, pool, `DELETE FROM goose_db_version WHERE version_id IN (SELECT version_id FROM goose_db_version ORDER BY id DESC LIMIT 2)`)
	if err := s.Ready(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("ready on an older schema: %v", err)
	}
}

// Six servers that start at once on a server without our roles, three to a database, all get through, and each
// migration runs once.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	server, err := postgres.Start(t.Context(), postgres.Options{
		Dir: folder(t), Roles: []string{store.OwnerRole, store.DeskRole, store.ReaderRole}, Database: "one", Ephemeral: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	exec(t, storetest.Pool(t, server.URL(server.Superuser(), "one")), `CREATE DATABASE two`)

	var wg sync.WaitGroup
	errs := make(chan error, 6)
	for i := range cap(errs) {
		wg.Go(func() {
			name := []string{"one", "two"}[i%2]
			s, err := store.Open(t.Context(), store.Options{
				URL:      server.URL(server.Superuser(), name),
				OwnerURL: server.URL(store.OwnerRole, name), DeskURL: server.URL(store.DeskRole, name),
				ReaderURL: server.URL(store.ReaderRole, name), DeskConns: 1, ReaderConns: 1,
			})
			if err != nil {
				errs <- err
				return
			}
			defer s.Close()
			if err := s.Ready(t.Context()); err != nil {
				errs <- err
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	for _, name := range []string{"one", "two"} {
		pool := storetest.Pool(t, server.URL(server.Superuser(), name))
		got := list(t, pool, `SELECT version_id::text FROM goose_db_version GROUP BY version_id HAVING count(*) <> 1`)
		if len(got) > 0 {
			t.Errorf("%s: migrations %v ran more than once", name, got)
		}
	}
}

func TestUnfitDatabase(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options string
		want    error
	}{
		"letters of ASCII only": {`TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`, store.ErrCollation},
		"no character set":      {`TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`, store.ErrCollation},
		"ICU over C":            {`TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C'`, store.ErrCollation},
		"C.UTF-8":               {`TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`, nil},
		"ICU":                   {`TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C.UTF-8'`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Empty(t, tt.options)
			err := store.Migrate(t.Context(), db.Options())
			if !errors.Is(err, tt.want) || err != nil && tt.want == nil {
				t.Fatalf("error is %v, want %v", err, tt.want)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), "C.UTF-8") {
				t.Errorf("the error does not name the remedy: %v", err)
			}
			pool := storetest.Pool(t, db.URL)
			if got := list(t, pool, `SELECT extname::text FROM pg_extension`); !slices.Equal(got, []string{"plpgsql"}) {
				t.Errorf("left in a database that is not fit: %v", got)
			}
		})
	}
}

func TestServerVersion(t *testing.T) {
	t.Parallel()
	for number, fits := range map[int]bool{9_06_24: false, 14_00_18: false, 15_00_00: true, 18_00_01: true} {
		if err := store.CheckVersion(number); (err == nil) != fits || err != nil && !errors.Is(err, store.ErrVersion) {
			t.Errorf("%d: %v", number, err)
		}
	}
	if got, want := fmt.Sprint(store.CheckVersion(14_00_18)), "it is version 14.18"; !strings.Contains(got, want) {
		t.Errorf("error is %q", got)
	}
}
