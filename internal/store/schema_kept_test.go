package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// kept has the tables whose rows are never changed or removed, each with a column to change.
var kept = map[string]string{
	"names": "name = 'else'", "captures": "captured_at = now()", "capture_texts": "text = ''",
	"log": "record = ''", "log_tree": "hash = ''", "log_key": "verifier = ''", "editions": "body_sha256 = sha256('')", "edition_bodies": "body = ''",
	"erasures": "reason = 'none'", "audit_log": "why = 'none'", "takedowns": "reason = 'none'",
	"newsroom_editions": "body = ''",
}

// What is kept for ever is kept from its owner too, and by a rule that tells its name.
func TestKept(t *testing.T) {
	t.Parallel()
	db, super := seeded(t)
	sameNames(t, kept, list(t, super, `
		SELECT DISTINCT c.relname::text
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE c.relnamespace = 'public'::regnamespace AND p.proname = 'refuse_change'`))
	for as, url := range map[string]string{"superuser": db.URL, "owner": db.OwnerURL, "desk": db.DeskURL, "reader": db.ReaderURL} {
		t.Run(as, func(t *testing.T) {
			pool := storetest.Pool(t, url)
			for table, change := range kept {
				for _, sql := range []string{
					"UPDATE " + table + " SET " + change,
					"DELETE FROM " + table,
					"TRUNCATE " + table + " CASCADE",
				} {
					err := try(t.Context(), pool, sql)
					rule := store.Constraint(err)
					// A cascade may meet the rule of another table first.
					refused := rule == table+"_append_only" || sql[0] == 'T' && rule != ""
					if as == "desk" || as == "reader" {
						refused = errors.Is(store.Wrapped(err), store.ErrRefused) && rule == ""
					}
					if !refused {
						t.Errorf("%s breaks %q: %v", sql, rule, err)
					}
				}
			}
		})
	}
}

// A capture's article changes with the article's name and in no other way.
func TestCaptureStaysWithArticle(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for _, sql := range []string{
		`UPDATE captures SET article = 'later-report'`,
		`UPDATE captures SET article = article`,
		`UPDATE captures SET kind = 'excerpt', original_sha256 = NULL`,
	} {
		if got := store.Constraint(try(t.Context(), pool, sql)); got != "captures_append_only" {
			t.Errorf("%s breaks %q", sql, got)
		}
	}
	exec(t, pool, `UPDATE articles SET slug = 'renamed-report' WHERE slug = 'ferry-report'`)
	if got := list(t, pool, `SELECT article FROM captures ORDER BY id`); !slices.Contains(got, "renamed-report") {
		t.Errorf("captures are of %v", got)
	}
}

// Rules that are asked of each row are not passed by with a whole table.
func TestTruncateRefused(t *testing.T) {
	t.Parallel()
	db, super := seeded(t)
	tables := list(t, super, `
		SELECT c.relname
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE p.proname = 'refuse_truncate'
		ORDER BY 1`)
	if want := []string{"anchors", "claims", "point_claims", "stances"}; !slices.Equal(tables, want) {
		t.Fatalf("TRUNCATE is refused for %q, not %q", tables, want)
	}
	owner := storetest.Pool(t, db.OwnerURL)
	for _, table := range tables {
		sql := `TRUNCATE ` + table + ` CASCADE`
		if got := store.Constraint(try(t.Context(), owner, sql)); !strings.HasSuffix(got, "_no_truncate") {
			t.Errorf("%s breaks %q", sql, got)
		}
	}
}
