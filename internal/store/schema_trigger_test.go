package store_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// A broken is a statement and the rule that it breaks. A rule that is "" is not broken.
type broken struct{ sql, rule string }

// anchor2 is the current anchor of the claim of two segments.
const anchor2 = `UPDATE anchors SET claim = claim, `

// mergeLater makes the article without claims part of the other.
const mergeLater = `UPDATE articles SET retired = true, merged_into = 'ferry-report' WHERE slug = 'later-report';`

// triggers has, for each trigger of the schema, statements that it refuses, and some close to them that it lets pass.
// Those that keep names and what must not change have tests of their own.
var triggers = map[string][]broken{
	"capture_texts_fit": {
		{insertCapture(`'excerpt', 1, sha256('that'), NULL`) + `; INSERT INTO capture_texts (capture, text) SELECT max(id), 'this' FROM captures`, "capture_texts_fit"},
		{insertCapture(`'full', 1, sha256('that'), sha256('<p>')`) + `; INSERT INTO capture_texts (capture, text, original) SELECT max(id), 'that', '<b>' FROM captures`, "capture_texts_fit"},
		{insertCapture(`'full', 1, sha256('that'), sha256('<p>')`) + `; INSERT INTO capture_texts (capture, text) SELECT max(id), 'that' FROM captures`, "capture_texts_fit"},
		{insertCapture(`'full', 1, sha256('that'), sha256('<p>')`) + `; INSERT INTO capture_texts (capture, text, original) SELECT max(id), 'that', '<p>' FROM captures`, ""},
	},
	"anchors_fit": {
		// One code point off, either way, for each of the two segments.
		{anchor2 + `starts = '{31,53}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `starts = '{30,52}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `ends = '{41,69}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `ends = '{40,68}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		// UTF-16 units and bytes instead of code points.
		{anchor2 + `starts = '{31,54}', ends = '{41,70}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `starts = '{34,57}', ends = '{44,73}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `ends = '{24}' WHERE claim = 'AAA-AAA1'`, "anchors_verbatim"},
		// Out of the text, backwards, out of order, one for two.
		{anchor2 + `starts = '{-1}' WHERE claim = 'AAA-AAA1'`, "anchors_verbatim"},
		{anchor2 + `ends = '{2000000000}' WHERE claim = 'AAA-AAA3'`, "anchors_verbatim"},
		{anchor2 + `starts = '{40,53}', ends = '{30,69}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{`UPDATE claims SET words = '{"no quay was open","12 ferries"}' WHERE code = 'AAA-AAA2';` +
			anchor2 + `starts = '{53,30}', ends = '{69,40}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		{anchor2 + `starts = '{30}', ends = '{40}' WHERE claim = 'AAA-AAA2'`, "anchors_verbatim"},
		// Over the end of a block.
		{`UPDATE claims SET words = '{"quay was open.",Also}' WHERE code = 'AAA-AAA1';` +
			anchor2 + `starts = '{9,25}', ends = '{23,29}' WHERE claim = 'AAA-AAA1'`, "anchors_one_block"},
		{`UPDATE claims SET words = ARRAY[E'quay was open.\n\nAlso'] WHERE code = 'AAA-AAA1';` +
			anchor2 + `starts = '{9}', ends = '{29}' WHERE claim = 'AAA-AAA1'`, "anchors_one_block"},
		{`UPDATE anchors SET capture = (SELECT id FROM captures WHERE article = 'later-report')`, "anchors_same_article"},
		// What is not anchored claims nothing, and the letter with its mark is two code points.
		{`INSERT INTO anchors (claim, capture, outcome, is_current) SELECT claim, capture, 'orphaned', false FROM anchors`, ""},
		{`UPDATE claims SET words = ARRAY[E'x\u0302 quay'] WHERE code = 'AAA-AAA1';` +
			anchor2 + `starts = '{6}', ends = '{13}' WHERE claim = 'AAA-AAA1'`, ""},
	},
	"claims_anchored": {
		{`INSERT INTO claims (code, article, ordinal, words, whole_block, source, voice)
			VALUES ('AAA-AAA4', 'ferry-report', 4, '{quiet}', false, 'gazette', 'outlet')`, "claims_anchored"},
		{`INSERT INTO claims (code, article, ordinal, words, whole_block, source, voice)
			VALUES ('AAA-AAA4', 'ferry-report', 4, '{quiet}', false, 'gazette', 'outlet');
		INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
			SELECT 'AAA-AAA4', capture, 'anchored', '{76}', '{81}', false FROM anchors LIMIT 1`, "claims_anchored"},
		{`INSERT INTO claims (code, article, ordinal, words, whole_block, source, voice)
			VALUES ('AAA-AAA4', 'ferry-report', 4, '{quiet}', false, 'gazette', 'outlet');
		INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
			SELECT 'AAA-AAA4', capture, 'anchored', '{76}', '{81}', true FROM anchors LIMIT 1`, ""},
	},
	"claims_stay_anchored": {
		{`UPDATE claims SET words = '{quiet}' WHERE code = 'AAA-AAA3'`, "claims_anchored"},
		{`UPDATE claims SET words = '{quiet}' WHERE code = 'AAA-AAA3';
			UPDATE anchors SET starts = '{76}' WHERE claim = 'AAA-AAA3'`, ""},
	},
	"claims_stay_in_article": {
		{`UPDATE claims SET article = 'later-report' WHERE code = 'AAA-AAA3'`, "claims_anchored"},
		{`UPDATE claims SET article = article`, ""},
	},
	"names_follow": {
		// A draft's neighbour has the new name already, so that of the old one goes.
		{`INSERT INTO watches (account, kind, key) VALUES ('pier-desk', 'fact', 'quay-shut'); UPDATE facts SET slug = 'quay-shut'`, ""},
		{`UPDATE facts SET slug = 'quay-shut'; UPDATE assignments SET key = 'quay-open', kind = 'place'`, "assignments_name_fkey"},
	},
	"articles_merged_empty": {
		{`UPDATE articles SET retired = true, merged_into = 'later-report' WHERE slug = 'ferry-report'`, "articles_merged_empty"},
		{mergeLater + `UPDATE articles SET retired = true, merged_into = 'later-report' WHERE slug = 'ferry-report'`, "articles_merged_empty"},
		{mergeLater, ""},
	},
	"claims_not_merged":   {{mergeLater + `UPDATE claims SET article = 'later-report' WHERE code = 'AAA-AAA3'`, "articles_merged_empty"}},
	"readings_not_merged": {{mergeLater + `UPDATE readings SET article = 'later-report'`, "articles_merged_empty"}},
	"audit_log_forgets_merged": {
		{mergeLater + `
			INSERT INTO audit_log (actor, kind, key, action, before) VALUES ('desk', 'article', 'later-report', 'merge', '{}');
			` + insertTakedown(`'article', sha256(''), 'asked to', NULL`) + `;
			UPDATE audit_log SET before = '[withheld]' WHERE key = 'later-report';
			UPDATE articles SET kind = '' WHERE headline = 'Later'`, ""},
	},
	"erasures_forget": {
		{`INSERT INTO erasures (log_index, capture, reason, erased_at) SELECT 1, id, 'asked to', now() FROM captures WHERE article = 'ferry-report';
			UPDATE capture_shingles SET capture = -1;
			UPDATE arrivals SET state = 'lost' WHERE draft <> '' OR original IS NOT NULL`, ""},
	},
	"arrivals_forget_media": {
		{`UPDATE arrivals SET state = 'dismissed', settled_by = 'takedown', settled_at = now(), original = NULL WHERE state = 'waiting'; UPDATE media SET sha256 = ''`, ""},
		{`UPDATE arrivals SET state = 'dismissed', settled_by = 'desk', settled_at = now() WHERE state = 'waiting'; UPDATE media SET sha256 = ''`, "media_sha256"},
	},
	"capture_texts_forget_media": {
		{`UPDATE media SET arrival = (SELECT id FROM arrivals WHERE state = 'confirmed');
			` + insertTakedown(`'claim', sha256(''), 'asked to', NULL`) + `;
			SELECT forget_originals(ARRAY(SELECT capture FROM arrivals WHERE capture IS NOT NULL)); UPDATE media SET sha256 = ''`, ""},
	},
	"erasures_forget_answers": {
		{`INSERT INTO erasures (log_index, capture, reason, erased_at) SELECT 1, id, 'asked to', now() FROM captures WHERE article = 'ferry-report';
			UPDATE api_keys SET key = ''`, ""},
		{`UPDATE api_keys SET key = ''`, "api_keys_key"},
	},
	"takedowns_forget_answers": {
		{insertTakedown(`'claim', sha256(''), 'asked to', NULL`) + `; UPDATE api_keys SET key = ''`, ""},
	},
	"anchors_leave_one": {
		{`UPDATE anchors SET is_current = false WHERE claim = 'AAA-AAA3'`, "claims_anchored"},
		{`DELETE FROM anchors WHERE claim = 'AAA-AAA3'`, "claims_anchored"},
		{`INSERT INTO anchors (claim, capture, outcome, is_current) SELECT 'AAA-AAA1', capture, 'orphaned', false FROM anchors LIMIT 1;
			UPDATE anchors SET claim = 'AAA-AAA1', outcome = 'drifted', is_current = false WHERE claim = 'AAA-AAA3'`, "claims_anchored"},
		{`DELETE FROM anchors WHERE claim = 'AAA-AAA3'; DELETE FROM claims WHERE code = 'AAA-AAA3'`, ""},
		{`UPDATE anchors SET is_current = false WHERE claim = 'AAA-AAA3';
			INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current)
			SELECT claim, capture, outcome, starts, ends, true FROM anchors WHERE claim = 'AAA-AAA3'`, ""},
	},
	"counters_stances": {
		{`UPDATE counters SET other = 'AAA-AAA3'`, "counters_stances"},
		{`UPDATE counters SET claim = 'AAA-AAA3'`, "counters_stances"},
		{`INSERT INTO facts (slug, key, dispute, question, kind, status) VALUES ('other-fact', 'other-fact', 'ferry', 'Why?', 'open', 'developing');
			UPDATE counters SET fact = 'other-fact'`, "counters_stances"},
		{`UPDATE counters SET claim = other, other = claim`, ""},
	},
	"stances_keep_counters": {
		{`DELETE FROM stances WHERE claim = 'AAA-AAA2'`, "counters_stances"},
		{`DELETE FROM stances WHERE claim = 'AAA-AAA1'`, "counters_stances"},
		{`UPDATE stances SET claim = 'AAA-AAA3' WHERE claim = 'AAA-AAA2'`, "counters_stances"},
		{`DELETE FROM stances WHERE claim = 'AAA-AAA1' AND aspect = 'whom'`, ""},
		{`DELETE FROM stances WHERE claim = 'AAA-AAA2'; DELETE FROM counters`, ""},
	},
	"points_parties": {
		{`UPDATE points SET kind = 'one' WHERE ordinal = 1`, "points_parties"},
		{`UPDATE points SET kind = 'both' WHERE ordinal = 2`, "points_parties"},
		{`INSERT INTO points (fact, ordinal, kind, text) VALUES ('quay-open', 3, 'one', 'Nobody says so.')`, "points_parties"},
	},
	"point_claims_parties": {
		{`DELETE FROM point_claims WHERE point = 1 AND ordinal = 1`, "points_parties"},
		{`DELETE FROM point_claims WHERE point = 2`, "points_parties"},
		{`UPDATE point_claims SET claim = 'AAA-AAA3' WHERE point = 1 AND ordinal = 1`, "points_parties"},
		{`UPDATE point_claims SET point = 2, ordinal = 9 WHERE point = 1 AND ordinal = 1`, "points_parties"},
		{`INSERT INTO point_claims (fact, point, ordinal, claim) VALUES ('quay-open', 2, 2, 'AAA-AAA3')`, "points_parties"}, // of no party
		{`DELETE FROM points WHERE ordinal = 1`, ""},
	},
	"claims_keep_points": {
		{`UPDATE claims SET source = 'harbour-office', attributed_to = NULL WHERE code = 'AAA-AAA2'`, "points_parties"},
		{`UPDATE points SET kind = 'one' WHERE ordinal = 1; DELETE FROM point_claims WHERE point = 1 AND ordinal = 1;
			UPDATE claims SET source = 'gazette', attributed_to = NULL WHERE code = 'AAA-AAA2'`, "points_parties"},
		{`DELETE FROM points; UPDATE claims SET source = 'gazette', attributed_to = NULL WHERE code = 'AAA-AAA2'`, ""},
	},
	"sources_keep_points": {
		{`UPDATE sources SET party = 'south' WHERE slug = 'harbour-office'`, "points_parties"},
		{`UPDATE sources SET party = NULL WHERE slug = 'ferry-council'`, "points_parties"},
		{`UPDATE sources SET party = NULL WHERE slug = 'harbour-office'`, "points_parties"},
		{`INSERT INTO parties (slug, name) VALUES ('east', 'East bank'); UPDATE sources SET party = 'east' WHERE slug = 'harbour-office'`, ""},
	},
	"facts_name_key": {
		{insertFact(`'other-fact', 'first-name'`), ""},
		{insertFact(`'other-fact', 'quay-open'`), "facts_key_key"},
		{`UPDATE facts SET slug = 'quay-shut';` + insertFact(`'other-fact', 'quay-shut'`), "names_pkey"}, // another's slug
		{`UPDATE facts SET slug = 'quay-shut'; UPDATE facts SET slug = 'quay-dry';` + insertFact(`'other-fact', 'quay-shut'`), "names_pkey"},
		{insertFact(`'other-fact', 'first-name'`) + insertFact(`'first-name', 'third-name'`), "names_pkey"}, // a slug that is another's key
	},
	"facts_name_key_kept": {
		{`UPDATE facts SET key = 'other-name'`, "facts_keep_key"},
		{`UPDATE facts SET key = key, slug = 'quay-shut'`, ""},
		{insertFact(`'other-fact', 'other-fact'`) + `UPDATE facts SET key = 'other-name' WHERE slug = 'other-fact';
			UPDATE facts SET key = 'other-fact' WHERE slug = 'other-fact'`, ""},
		{insertFact(`'other-fact', 'other-fact'`) + `UPDATE facts SET slug = 'quay-shut' WHERE slug = 'quay-open';
			UPDATE facts SET key = 'quay-shut' WHERE slug = 'other-fact'`, "names_pkey"},
	},
	"log_goes_on": {
		{insertLog(`index + 2`, `hash`), "log_goes_on"},
		{insertLog(`index`, `hash`), "log_goes_on"},
		{insertLog(`index + 1`, `prev`), "log_goes_on"},
		{insertLog(`index + 1`, `hash`), ""},
	},
	"log_tree_fits": {
		{`INSERT INTO log_tree (level, index, hash) VALUES (0, 3, sha256('next'))`, "log_tree_fits"},
		{`INSERT INTO log_tree (level, index, hash) VALUES (1, 1, sha256('next'))`, "log_tree_fits"},
		{`ALTER TABLE log DISABLE TRIGGER log_tree_grows;` + insertLog(`index + 1`, `hash`) +
			`; INSERT INTO log_tree (level, index, hash) SELECT 0, 3, hash FROM log WHERE index = 2`, "log_tree_fits"},
		{`ALTER TABLE log DISABLE TRIGGER log_tree_grows;` + insertLog(`index + 1`, `hash`) +
			`; INSERT INTO log_tree (level, index, hash) SELECT 0, 3, hash FROM log WHERE index = 3`, ""},
	},
	"log_tree_grows": {
		{`INSERT INTO log_tree (level, index, hash) SELECT 0, 3, sha256('\x00'::bytea || 'next');` + insertLog(`index + 1`, `hash`), "log_tree_fits"},
		{`SELECT 1 / (count(*) - 2) FROM log_tree;` + insertLog(`index + 1`, `hash`) + `; SELECT 1 / (count(*) - 6) FROM log_tree`, ""},
	},
	"audit_log_append_only": {
		{`UPDATE audit_log SET after = '[withheld]'`, "audit_log_append_only"},
		{insertTakedown(`'claim', sha256('x'), 'asked to', NULL`) + `; UPDATE audit_log SET after = '[withheld]', key = 'none'`, "audit_log_append_only"},
		{insertTakedown(`'claim', sha256('x'), 'asked to', NULL`) + `; UPDATE audit_log SET before = '', after = '[withheld]', why = ''`, ""},
	},
	"newsroom_editions_go_on": {
		{insertNewsroom(`3, now(), 'x', 'y'::bytea, sha256('y')`, ""), "newsroom_editions_go_on"},
		{insertNewsroom(`2, now(), 'x', 'y'::bytea, sha256('z')`, ""), "newsroom_editions_go_on"},
		{insertNewsroom(`2, now(), 'x', 'y'::bytea, sha256('y')`, ""), ""},
	},
	"newsroom_editions_append_only": {
		{`SELECT redact_newsroom(fact, 1, 'left', '') FROM newsroom_editions`, "newsroom_editions_append_only"},
		{insertTakedown(`'claim', sha256('x'), 'asked to', NULL`) + `; UPDATE newsroom_editions SET actor = 'else'`, "newsroom_editions_append_only"},
		{insertTakedown(`'claim', sha256('x'), 'asked to', NULL`) + `; UPDATE newsroom_editions SET body_sha256 = sha256('left')`, "newsroom_editions_append_only"},
		{insertTakedown(`'claim', sha256('x'), 'asked to', NULL`) + `; SELECT redact_newsroom(fact, 1, 'left', '') FROM newsroom_editions`, ""},
	},
	"editions_go_on": {
		{insertEdition(`4, '2024-03-05', sha256('')`), "editions_go_on"},
		{insertEdition(`2, '2024-03-05', sha256('')`), "editions_go_on"},
	},
	"edition_bodies_fit": {
		{insertLog(`index + 1`, `hash`) + `;` + insertEdition(`3, '2024-03-05', sha256('a body')`) +
			`; INSERT INTO edition_bodies (log_index, body) VALUES (2, 'a Body')`, "edition_bodies_fit"},
		{insertLog(`index + 1`, `hash`) + `;` + insertEdition(`3, '2024-03-05', sha256('a body')`) +
			`; INSERT INTO edition_bodies (log_index, body) VALUES (2, 'a body')`, ""},
	},
	"outlets_are_sources": {
		{`UPDATE sources SET outlet = NULL WHERE slug = 'gazette'`, "sources_outlet"},
		{`INSERT INTO outlets (slug, name) VALUES ('harbour-office', 'Harbour office')`, "sources_pkey"},
	},
	"facts_are_aspects": {
		{`INSERT INTO aspects (fact, slug, ordinal) VALUES ('quay-open', '', 9)`, "aspects_pkey"},
	},
}

// insertFact returns a statement that adds a fact, from slug and key.
func insertFact(names string) string {
	return `INSERT INTO facts (slug, key, dispute, question, kind, status) VALUES (` + names + `, 'ferry', 'Why?', 'open', 'developing');`
}

// insertLog returns a statement that adds an entry to the log, given by what follows from the last one.
func insertLog(index, prev string) string {
	return `INSERT INTO log (index, record, hash, prev)
		SELECT ` + index + `, 'next', sha256('\x00'::bytea || 'next'), ` + prev + ` FROM log ORDER BY index DESC LIMIT 1`
}

// Every change of a noun's row raises its version, whoever makes it.
func TestVersions(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	versioned := list(t, pool, `
		SELECT c.relname
		FROM pg_trigger t
		JOIN pg_class c ON c.oid = t.tgrelid
		JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE p.proname = 'raise_version'`)
	if want := list(t, pool, `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'version'`); len(want) < 11 || !slices.Equal(sorted(versioned), sorted(want)) {
		t.Errorf("versions are raised in %q, want in all of %q", versioned, want)
	}
	for _, table := range versioned {
		exec(t, pool, `UPDATE `+table+` SET version = 7`)
		if got := list(t, pool, `SELECT max(version) || ' to ' || min(version) FROM `+table)[0]; got == "7 to 7" {
			t.Errorf("%s: a change sets the version by hand", table)
		}
		before := list(t, pool, `SELECT min(version)::text FROM `+table)[0]
		exec(t, pool, `UPDATE `+table+` SET version = version`)
		if got := list(t, pool, `SELECT (min(version) - `+before+`)::text FROM `+table)[0]; got != "1" {
			t.Errorf("%s: a change raises the version by %s, want 1", table, got)
		}
	}
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

func TestTriggers(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	sameNames(t, triggers, list(t, pool, `
		SELECT t.tgname
		FROM pg_trigger t
		JOIN pg_class c ON c.oid = t.tgrelid
		JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
			AND p.proname NOT IN ('refuse_change', 'refuse_truncate', 'only_erased', 'register_name', 'raise_version', 'leave_name', 'resume_version')`))
	for _, name := range slices.Sorted(maps.Keys(triggers)) {
		for _, b := range triggers[name] {
			err := try(t.Context(), pool, b.sql)
			if got := store.Constraint(err); got != b.rule || b.rule == "" && err != nil {
				t.Errorf("%s: %s breaks %q, not %q: %v", name, b.sql, got, b.rule, err)
			}
		}
	}
}

// A rule of a whole transaction is asked at its end.
func TestDeferred(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `DELETE FROM stances WHERE claim = 'AAA-AAA2'`); err != nil {
		t.Fatal(err)
	}
	if got := store.Constraint(tx.Commit(t.Context())); got != "counters_stances" {
		t.Errorf("the commit breaks %q, not counters_stances", got)
	}
}

// Two transactions that each see the state before the other cannot break between them what neither breaks alone.
func TestCounterAgainstStance(t *testing.T) {
	t.Parallel()
	const (
		join   = `INSERT INTO counters (claim, ordinal, other, fact, relation, why) VALUES ('AAA-AAA1', 1, 'AAA-AAA2', 'quay-open', 'restates', 'x')`
		remove = `DELETE FROM stances WHERE claim = 'AAA-AAA2'`
	)
	for name, order := range map[string][2]string{"join first": {join, remove}, "remove first": {remove, join}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, pool := seeded(t)
			exec(t, pool, `DELETE FROM counters`)
			first, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = first.Rollback(t.Context()) }()
			if _, err := first.Exec(t.Context(), order[0]+`; SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				_, err := pool.Exec(t.Context(), order[1])
				done <- err
			}()
			waits := func() bool {
				return list(t, pool, `SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)[0] != "0"
			}
			for !waits() {
				if len(done) > 0 {
					t.Fatalf("the second transaction has not waited for the first: %v", <-done)
				}
			}
			if err := first.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := <-done; store.Constraint(err) != "counters_stances" {
				t.Errorf("the second transaction breaks %q, not counters_stances: %v", store.Constraint(err), err)
			}
		})
	}
}

// A table of the desk's own, of the name of one that a rule looks at, is not looked at.
func TestTemporaryTables(t *testing.T) {
	t.Parallel()
	db, super := seeded(t)
	desk := storetest.Pool(t, db.DeskURL)
	for _, b := range []broken{
		{`CREATE TEMP TABLE log AS SELECT 41::bigint AS index, 'x'::bytea AS record, sha256('x') AS hash, sha256('') AS prev;
			INSERT INTO public.log VALUES (42, 'x', sha256('\x00'::bytea || 'x'), sha256('x'))`, "log_goes_on"},
		{`CREATE TEMP TABLE editions (LIKE public.editions);
			INSERT INTO public.editions SELECT fact, 1, 2, '2024-03-05', sha256('') FROM public.editions LIMIT 1`, "editions_go_on"},
		{`CREATE TEMP TABLE captures AS SELECT 7::bigint AS id, sha256('that') AS text_sha256, NULL::bytea AS original_sha256;
			INSERT INTO public.capture_texts (capture, text) VALUES (7, 'that')`, "capture_texts_fit"},
		{`CREATE TEMP TABLE names (LIKE public.names);
			INSERT INTO public.parties (slug, name) VALUES ('east', 'East bank'); DELETE FROM public.parties WHERE slug = 'east';
			INSERT INTO public.parties (slug, name) VALUES ('east', 'East bank')`, "names_pkey"},
	} {
		err := try(t.Context(), desk, b.sql)
		if got := store.Constraint(err); got != b.rule {
			t.Errorf("%s breaks %q, not %q: %v", b.sql, got, b.rule, err)
		}
	}
	for _, function := range list(t, super, `
		SELECT p.proname
		FROM pg_proc p
		JOIN pg_language l ON l.oid = p.prolang
		WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'plpgsql'
			AND p.proconfig IS DISTINCT FROM '{"search_path=public, pg_temp"}'`) {
		t.Errorf("the function %s looks for tables elsewhere than in public first", function)
	}
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
