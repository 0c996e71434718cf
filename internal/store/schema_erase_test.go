package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// eraseSQL returns a call of erase with the next entry of the log: what to erase, why, and what its record says.
func eraseSQL(what, target, left string) string {
	return fmt.Sprintf(`
		SELECT erase(%s, 3,
			convert_to(format('{"target":"%s","body_sha256":"%%s","at":"2024-03-06T10:00:00Z"}', encode(sha256('redacted'), 'hex')), 'UTF8'),
			(SELECT hash FROM log WHERE index = 2), %s)`, what, target, left)
}

const (
	ferryCapture = `(SELECT min(id) FROM captures WHERE article = 'ferry-report')`

	// moveAnchors gives the article another capture of the same text, and moves its claims there.
	moveAnchors = `
		INSERT INTO captures (article, kind, captured_at, norm_version, text_sha256)
			SELECT article, 'excerpt', now(), 1, text_sha256 FROM captures WHERE id = ` + ferryCapture + `;
		INSERT INTO capture_texts (capture, text)
			SELECT (SELECT max(id) FROM captures), text FROM capture_texts WHERE capture = ` + ferryCapture + `;
		UPDATE anchors SET is_current = false;
		INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
			SELECT claim, (SELECT max(id) FROM captures), outcome, starts, ends, true FROM anchors;`
)

var (
	eraseEdition = eraseSQL(`1, NULL, 'asked to'`, "1", "'redacted'")
	eraseCapture = eraseSQL(`NULL, `+ferryCapture+`, 'asked to'`, "ferry-report/1", "'redacted'")
)

func TestEraseEdition(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	state := func() []string {
		return list(t, pool, `
			SELECT 'record ' || number || ' ' || encode(body_sha256, 'hex') FROM editions
			UNION ALL
			SELECT 'log ' || index || ' ' || encode(hash, 'hex') FROM log WHERE index < 3
			ORDER BY 1`)
	}
	before := state()
	exec(t, storetest.Pool(t, db.DeskURL), eraseEdition)

	if after := state(); !slices.Equal(before, after) {
		t.Errorf("the records were\n%q\nand are\n%q", before, after)
	}
	for sql, want := range map[string]string{
		`SELECT convert_from(body, 'UTF8') FROM edition_bodies WHERE log_index = 1`:                           "redacted",
		`SELECT convert_from(record, 'UTF8')::json ->> 'target' FROM log WHERE index = 3`:                     "1",
		`SELECT reason || ' ' || edition || ' ' || log_index FROM erasures WHERE edition = 1`:                 "asked to 1 3",
		`SELECT log_index || ' ' || (erased_at AT TIME ZONE 'UTC') FROM published_erasures WHERE edition = 1`: "3 2024-03-06 10:00:00",
		`SELECT count(*)::text FROM published_facts`:                                                          "0",
		`SELECT count(*)::text FROM published_claims`:                                                         "0",
		`SELECT count(*)::text FROM published_nouns`:                                                          "0",
		`SELECT count(*)::text FROM published_editions`:                                                       "0",
		`SELECT count(*)::text FROM published_slugs`:                                                          "1", // its address stays
		`SELECT value::text FROM generation`:                                                                  "2", // the seed erases one too
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

// What was erased is erased again, and an archive's copy of it may come with the last erasure only.
func TestEraseAgain(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	desk := storetest.Pool(t, db.DeskURL)
	exec(t, desk, eraseSQL(`0, NULL, 'asked again'`, "0", "NULL"))
	if got := list(t, pool, `SELECT convert_from(body, 'UTF8') FROM edition_bodies WHERE log_index = 0`); got[0] != "redacted" {
		t.Errorf("an erasure that leaves nothing makes of the body %q", got)
	}
	again := strings.Replace(eraseSQL(`0, NULL, 'asked once more'`, "0", "'less'"), "sha256('redacted')", "sha256('less')", 1)
	exec(t, desk, strings.NewReplacer(" 3,", " 4,", "index = 2", "index = 3").Replace(again))
	if got := list(t, pool, `SELECT convert_from(body, 'UTF8') FROM edition_bodies WHERE log_index = 0`); got[0] != "less" {
		t.Errorf("the last erasure leaves %q", got)
	}
	got := list(t, pool, `SELECT reason FROM erasures WHERE edition = 0 ORDER BY log_index`)
	if want := []string{"asked to", "asked again", "asked once more"}; !slices.Equal(got, want) {
		t.Errorf("erasures for %q, not %q", got, want)
	}
}

func TestEraseCapture(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	exec(t, pool, moveAnchors)
	state := func() []string {
		return list(t, pool, `
			SELECT encode(text_sha256, 'hex') || ' ' || coalesce(encode(original_sha256, 'hex'), '') FROM captures ORDER BY id`)
	}
	before := state()
	exec(t, storetest.Pool(t, db.DeskURL), eraseCapture)
	if after := state(); !slices.Equal(before, after) {
		t.Errorf("the hashes were %q and are %q", before, after)
	}
	got := list(t, pool, `
		SELECT left(text, 13) || ' ' || coalesce(length(original), 0) FROM capture_texts JOIN captures ON id = capture ORDER BY id`)
	if want := []string{"redacted 0", "Nothing new. 3", "😀 The x\u0302 quay 0"}; !slices.Equal(got, want) {
		t.Errorf("the texts are %q, not %q", got, want)
	}
	if got := list(t, pool, `SELECT text FROM published_texts`); len(got) > 0 {
		t.Errorf("readers still see %q", got)
	}
	if got := list(t, pool, `SELECT log_index::text FROM published_erasures WHERE log_index = 3`); len(got) > 0 {
		t.Error("readers learn of the erasure of a text")
	}

	// What was said of the text stays and can still be worked on; a new passage in it cannot be claimed.
	for sql, rule := range map[string]string{
		`UPDATE claims SET note = 'erased', words = words, article = article`:                                   "",
		`UPDATE articles SET slug = 'renamed-report' WHERE slug = 'ferry-report'`:                               "",
		`UPDATE anchors SET capture = ` + ferryCapture + ` WHERE claim = 'AAA-AAA3' AND is_current`:             "anchors_verbatim",
		`UPDATE anchors SET is_current = (capture = ` + ferryCapture + `) WHERE claim = 'AAA-AAA3'`:             "anchors_one_current",
		`UPDATE anchors SET is_current = false WHERE claim = 'AAA-AAA3'`:                                        "claims_anchored",
		`UPDATE capture_texts SET text = 'else'`:                                                                "capture_texts_append_only",
		`UPDATE capture_texts SET original = '<p>' WHERE capture = capture`:                                     "capture_texts_append_only",
		`UPDATE anchors SET is_current = false; UPDATE anchors SET is_current = capture = ` + ferryCapture + ``: "claims_anchored",
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
	for _, b := range []broken{
		{eraseSQL(`1, NULL, ' '`, "1", `'redacted'`), "erasures_reason"},
		{eraseSQL(`1, `+ferryCapture+`, 'asked to'`, "1", `'redacted'`), "erase_anchored"},
		{moveAnchors + eraseSQL(`1, `+ferryCapture+`, 'asked to'`, "1", `'redacted'`), "erasures_one"},
		{eraseSQL(`NULL, NULL, 'asked to'`, "1", `'redacted'`), "erase_record"},
		{eraseSQL(`2, NULL, 'asked to'`, "2", `'redacted'`), "erasures_edition_fkey"}, // the entry of an erasure
		{eraseSQL(`NULL, -1, 'asked to'`, "ferry-report/1", `'redacted'`), "erase_record"},
		// Its record names another edition, another text, another content, or nothing.
		{eraseSQL(`1, NULL, 'asked to'`, "0", `'redacted'`), "erase_record"},
		{eraseSQL(`1, NULL, 'asked to'`, "01", `'redacted'`), "erase_record"},
		{eraseSQL(`1, NULL, 'asked to'`, "1", `'else'`), "erase_record"},
		{strings.Replace(eraseEdition, `"target":"1",`, ``, 1), "erase_record"},
		{strings.Replace(eraseEdition, `"body_sha256"`, `"sha256"`, 1), "erase_record"},
		{moveAnchors + strings.Replace(eraseCapture, "ferry-report/1", "ferry-report/2", 1), "erase_record"},
		{moveAnchors + strings.Replace(eraseCapture, "ferry-report/1", "later-report/1", 1), "erase_record"},
		{eraseCapture, "erase_anchored"},
		{strings.Replace(eraseEdition, " 3,", " 4,", 1), "log_goes_on"},
		{strings.Replace(eraseEdition, "index = 2", "index = 1", 1), "log_goes_on"},
		{moveAnchors + eraseCapture, ""},
		{eraseEdition, ""},
	} {
		err := try(t.Context(), pool, b.sql)
		if got := store.Constraint(err); got != b.rule || b.rule == "" && err != nil {
			t.Errorf("%s breaks %q, not %q: %v", b.sql, got, b.rule, err)
		}
	}
	if err := try(t.Context(), pool, strings.Replace(eraseEdition, `{"target"`, `"target"`, 1)); err == nil {
		t.Error("a record that is no document is entered")
	}
	for as, tell := range map[string]struct {
		url     string
		refused bool
	}{"owner": {db.OwnerURL, false}, "desk": {db.DeskURL, false}, "reader": {db.ReaderURL, true}} {
		err := try(t.Context(), storetest.Pool(t, tell.url), eraseEdition)
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
		`INSERT INTO erasures (log_index, edition, reason, erased_at) VALUES (1, 1, 'asked to', now())`,
		`CREATE TEMPORARY TABLE erasures AS SELECT * FROM public.erasures; UPDATE edition_bodies SET body = ''`,
	} {
		if err := store.Wrapped(try(t.Context(), desk, sql)); !errors.Is(err, store.ErrRefused) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
