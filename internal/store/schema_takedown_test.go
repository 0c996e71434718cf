package store_test

import (
	"errors"
	"slices"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// What the audit log and the last import say is blanked in the transaction of a takedown and in no other, and a source
// changes its name for good only there.
func TestForget(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	desk := storetest.Pool(t, db.DeskURL)
	exec(t, desk, `
		INSERT INTO audit_log (actor, kind, key, action, after, why) VALUES
			('desk', 'claim', 'AAA-AAA1', 'create', 'words: x', ''),
			('desk', 'event', 'first-meeting', 'change', E'title: it''''s the\n  old quay', 'of the old quay'),
			('desk', 'event', 'first-meeting', 'change', 'title: another', '');
		INSERT INTO import_bases (kind, key, doc) VALUES ('claim', 'AAA-AAA1', 'words: x'), ('event', 'first-meeting', E'it''''s the\n old quay')`)
	forget := `SELECT forget_nouns('{claim}', '{AAA-AAA1}', ARRAY['it''s the old quay', 'of the old quay']);`
	rename := `SELECT forget_source('ferry-council', 'withheld-2');`
	entered := `INSERT INTO takedowns (kind, name_sha256, taken_down, reason, stand_in) VALUES ('source', sha256('ferry-council'), now(), 'asked to', 'withheld-2');`
	for sql, rule := range map[string]string{
		forget:                            "audit_log_append_only",
		rename:                            "forget_source",
		entered + `DELETE FROM takedowns`: "takedowns_append_only",
		entered + forget + rename:         "",
	} {
		if err := try(t.Context(), pool, sql); store.Constraint(err) != rule || rule == "" && err != nil {
			t.Errorf("%s breaks %q, not %q: %v", sql, store.Constraint(err), rule, err)
		}
	}
	for _, sql := range []string{`UPDATE audit_log SET actor = 'nobody'`, `UPDATE audit_log SET action = 'publish'`, `DELETE FROM audit_log`} {
		if err := try(t.Context(), pool, entered+sql); store.Constraint(err) != "audit_log_append_only" {
			t.Errorf("%s breaks %q", sql, store.Constraint(err))
		}
	}
	if err := store.Wrapped(try(t.Context(), desk, entered+`UPDATE audit_log SET after = ''`)); !errors.Is(err, store.ErrRefused) {
		t.Errorf("the desk blanks what it likes: %v", err)
	}
	for _, f := range []string{forget, rename} {
		if err := store.Wrapped(try(t.Context(), storetest.Pool(t, db.ReaderURL), f)); !errors.Is(err, store.ErrRefused) {
			t.Errorf("a reader may %s: %v", f, err)
		}
	}

	exec(t, desk, `BEGIN;`+entered+forget+rename+`COMMIT`)
	for sql, want := range map[string][]string{
		`SELECT concat_ws('|', kind, before, after, why) FROM audit_log WHERE actor = 'desk' AND action <> 'publish' ORDER BY id`: {
			"claim||[withheld]|", "event||[withheld]|[withheld]", "event||title: another|",
		},
		`SELECT doc FROM import_bases ORDER BY kind`:                                  {"# withheld", "# withheld", ""},
		`SELECT slug FROM sources WHERE name = 'Ferry council'`:                       {"withheld-2"},
		`SELECT name FROM names WHERE kind = 'source' AND target IS NOT NULL`:         {},
		`SELECT DISTINCT source FROM figures f JOIN claims c ON c.code = f.claim`:     {"withheld-2"},
		`SELECT count(*)::text FROM names WHERE kind = 'source' AND name ~ 'council'`: {"1"},
	} {
		if got := list(t, pool, sql); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s gives %q, not %q", sql, got, want)
		}
	}
}
