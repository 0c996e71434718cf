package store_test

import (
	"errors"
	"slices"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// eraseSQL returns a call of erase with the next entry of the log; what is what to erase, and why.
func eraseSQL(what string) string {
	return `SELECT erase(` + what + `, 3, 'four', (SELECT hash FROM log WHERE index = 2), 'redacted')`
}

const (
	eraseEdition = `1, NULL, 'asked to'`
	eraseCapture = `NULL, (SELECT id FROM captures WHERE article = 'ferry-report'), 'asked to'`
)

func TestEraseEdition(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	state := func() []string {
		return list(t, pool, `
			SELECT 'record ' || number || ' ' || encode(body_sha256, 'hex') || ' ' || encode(content_sha256, 'hex') FROM editions
			UNION ALL
			SELECT 'log ' || index || ' ' || encode(hash, 'hex') FROM log WHERE index < 3
			ORDER BY 1`)
	}
	before := state()
	exec(t, storetest.Pool(t, db.DeskURL), eraseSQL(eraseEdition))

	if after := state(); !slices.Equal(before, after) {
		t.Errorf("the records were\n%q\nand are\n%q", before, after)
	}
	for sql, want := range map[string]string{
		`SELECT convert_from(body, 'UTF8') FROM edition_bodies WHERE log_index = 1`:           "redacted",
		`SELECT convert_from(record, 'UTF8') FROM log WHERE index = 3`:                        "four",
		`SELECT reason || ' ' || edition || ' ' || log_index FROM erasures WHERE edition = 1`: "asked to 1 3",
		`SELECT count(*)::text FROM published_facts`:                                          "0",
		`SELECT count(*)::text FROM published_claims`:                                         "0",
		`SELECT count(*)::text FROM published_nouns`:                                          "0",
		`SELECT count(*)::text FROM published_editions`:                                       "0",
		`SELECT value::text FROM generation`:                                                  "2", // the seed erases one too
	} {
		if got := list(t, pool, sql); !slices.Equal(got, []string{want}) {
			t.Errorf("%s gives %q, not %q", sql, got, want)
		}
	}
	err := try(t.Context(), pool, `UPDATE edition_bodies SET body = 'else' WHERE log_index = 1`)
	if got := store.Constraint(err); got != "edition_bodies_append_only" {
		t.Errorf("an erased body, changed again, breaks %q: %v", got, err)
	}
}

func TestEraseCapture(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	state := func() []string {
		return list(t, pool, `
			SELECT encode(text_sha256, 'hex') || ' ' || encode(original_sha256, 'hex') FROM captures ORDER BY id`)
	}
	before := state()
	exec(t, storetest.Pool(t, db.DeskURL), eraseSQL(eraseCapture))
	if after := state(); !slices.Equal(before, after) {
		t.Errorf("the hashes were %q and are %q", before, after)
	}
	got := list(t, pool, `
		SELECT text || ' ' || coalesce(length(original), 0) FROM capture_texts JOIN captures ON id = capture ORDER BY id`)
	if want := []string{"redacted 0", "Nothing new. 3"}; !slices.Equal(got, want) {
		t.Errorf("the texts are %q, not %q", got, want)
	}
	if got := list(t, pool, `SELECT text FROM published_texts`); len(got) > 0 {
		t.Errorf("readers still see %q", got)
	}

	// What was said of the text stays and can still be worked on; a new passage in it cannot be claimed.
	for sql, rule := range map[string]string{
		`UPDATE claims SET note = 'erased', words = words, article = article`:     "",
		`UPDATE articles SET slug = 'renamed-report' WHERE slug = 'ferry-report'`: "",
		`UPDATE claims SET words = '{redacted}' WHERE code = 'AAA-AAA3'`:          "claims_anchored",
		`UPDATE anchors SET is_current = false WHERE claim = 'AAA-AAA3'`:          "claims_anchored",
		`UPDATE capture_texts SET text = 'else'`:                                  "capture_texts_append_only",
		`UPDATE capture_texts SET original = '<p>' WHERE capture = capture`:       "capture_texts_append_only",
	} {
		err := try(t.Context(), pool, sql)
		if got := store.Constraint(err); got != rule || rule == "" && err != nil {
			t.Errorf("%s breaks %q, not %q: %v", sql, got, rule, err)
		}
	}
}

func TestEraseRefused(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	breakEach(t, pool, map[string]string{
		"erasures_reason":       eraseSQL(`1, NULL, ' '`),
		"erasures_one":          eraseSQL(`NULL, NULL, 'asked to'`),
		"erasures_edition_fkey": eraseSQL(`2, NULL, 'asked to'`), // the entry of an erasure
		"erasures_edition_once": eraseSQL(`0, NULL, 'asked to'`),
		"erasures_capture_fkey": eraseSQL(`NULL, -1, 'asked to'`),
		"log_goes_on":           `SELECT erase(1, NULL, 'asked to', 4, 'four', (SELECT hash FROM log WHERE index = 2), '')`,
	})
	for as, tell := range map[string]struct {
		url     string
		refused bool
	}{"owner": {db.OwnerURL, false}, "desk": {db.DeskURL, false}, "reader": {db.ReaderURL, true}} {
		err := try(t.Context(), storetest.Pool(t, tell.url), eraseSQL(eraseEdition))
		if refused := errors.Is(store.Wrapped(err), store.ErrRefused); refused != tell.refused || !refused && err != nil {
			t.Errorf("erase as %s: %v", as, err)
		}
	}
}

// An entry in erasures by hand, without which no body changes, is for the owner alone.
func TestEraseByHand(t *testing.T) {
	t.Parallel()
	db, _ := seeded(t)
	desk := storetest.Pool(t, db.DeskURL)
	for _, sql := range []string{
		`INSERT INTO erasures (log_index, edition, reason) VALUES (1, 1, 'asked to')`,
		`CREATE TEMPORARY TABLE erasures AS SELECT * FROM public.erasures; UPDATE edition_bodies SET body = ''`,
	} {
		if err := store.Wrapped(try(t.Context(), desk, sql)); !errors.Is(err, store.ErrRefused) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
