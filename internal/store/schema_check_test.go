package store_test

import (
	"strings"
	"testing"
)

// checks has a statement that breaks each check of the schema.
var checks = map[string]string{
	"disputes_slug":  `UPDATE disputes SET slug = 'Two Words'`,
	"disputes_title": `UPDATE disputes SET title = ''`,
	"parties_slug":   `UPDATE parties SET slug = 'a' WHERE slug = 'north'`,
	"parties_name":   `UPDATE parties SET name = ''`,
	"outlets_slug":   `UPDATE outlets SET slug = 'é'`,
	"outlets_name":   `UPDATE outlets SET name = ''`,
	"sources_slug":   `UPDATE sources SET slug = '-x' WHERE slug = 'ferry-council'`,
	"sources_name":   `UPDATE sources SET name = ''`,
	"sources_kind":   `UPDATE sources SET kind = 'witness' WHERE slug = 'ferry-council'`,
	"sources_outlet": `UPDATE sources SET party = 'north' WHERE slug = 'gazette'`,
	"offices_title":  `UPDATE offices SET title = ''`,
	"offices_days":   `UPDATE offices SET until_day = from_day - 1`,

	"places_slug":      `UPDATE places SET slug = 'double--dash'`,
	"places_shown":     `UPDATE places SET shown = ''`,
	"place_names_form": `UPDATE place_names SET form = ''`,
	"place_names_days": `UPDATE place_names SET until_day = from_day - 1`,
	"terms_slug":       `UPDATE terms SET slug = repeat('a', 81)`,
	"terms_word":       `UPDATE terms SET word = ''`,
	"events_slug":      `UPDATE events SET slug = ''`,
	"events_title":     `UPDATE events SET title = ''`,
	"events_kind":      `UPDATE events SET kind = 'party'`,
	"events_date":      `UPDATE events SET date_precision = 'week'`,

	"facts_slug":         `UPDATE facts SET slug = 'Quay'`,
	"facts_key":          `UPDATE facts SET key = 'Quay'`,
	"facts_question":     `UPDATE facts SET question = 'It was.'`,
	"facts_kind":         `UPDATE facts SET kind = 'who'`,
	"facts_status":       `UPDATE facts SET status = 'settled'`,
	"periods_slug":       `UPDATE periods SET slug = ''`,
	"periods_label":      `UPDATE periods SET label = ''`,
	"periods_days":       `UPDATE periods SET from_day = '2024-01-02', until_day = '2024-01-01'`,
	"aspects_slug":       `UPDATE aspects SET slug = 'W' WHERE slug <> ''`,
	"aspects_question":   `UPDATE aspects SET question = '' WHERE slug <> ''`,
	"positions_slug":     `UPDATE positions SET slug = ''`,
	"positions_label":    `UPDATE positions SET label = ''`,
	"gaps_title":         `UPDATE gaps SET title = ''`,
	"gaps_text":          `UPDATE gaps SET text = ''`,
	"records_slug":       `UPDATE records SET slug = 'tide_table'`,
	"records_title":      `UPDATE records SET title = ''`,
	"records_kind":       `UPDATE records SET kind = 'proof'`,
	"records_maker":      `UPDATE records SET maker = ''`,
	"records_checked":    `UPDATE records SET checked = ''`,
	"records_date":       `UPDATE records SET date_basis = 'given'`,
	"points_kind":        `UPDATE points SET kind = 'all'`,
	"points_text":        `UPDATE points SET text = ''`,
	"names_target_other": `UPDATE names SET target = name WHERE name = 'quay-open'`,

	"facts_status_read_to":          `UPDATE facts SET status = 'dormant', status_read_to = '2024-03-04T10:00Z'`,
	"reviews_item":                  `UPDATE reviews SET item = ''`,
	"reviews_fingerprint":           `UPDATE reviews SET fingerprint = 'short'`,
	"reviews_reviewer":              `UPDATE reviews SET reviewer = ''`,
	"reviews_waiver":                `UPDATE reviews SET waived = true, note = ' '`,
	"newsroom_editions_number":      insertNewsroom(`0, now(), 'x', 'y'::bytea, sha256('y')`, "newsroom_editions_go_on"),
	"newsroom_editions_actor":       insertNewsroom(`2, now(), '', 'y'::bytea, sha256('y')`, ""),
	"newsroom_editions_body_sha256": insertNewsroom(`2, now(), 'x', 'y'::bytea, 'short'::bytea`, "newsroom_editions_go_on"),

	"proposals_kind":        `UPDATE proposals SET kind = ''`,
	"proposals_began":       `UPDATE proposals SET began_version = 0`,
	"proposals_title":       `UPDATE proposals SET title = ''`,
	"proposals_fields":      `UPDATE proposals SET fields = repeat('é', 524289)`,
	"proposals_why":         `UPDATE proposals SET why = repeat('é', 301)`,
	"proposals_outcome":     `UPDATE proposals SET outcome = 'lost'`,
	"proposals_reason":      `UPDATE proposals SET outcome = 'declined'`,
	"proposals_settled":     `UPDATE proposals SET settled_at = NULL`,
	"drafts_form":           `UPDATE drafts SET form = repeat('a', 301)`,
	"drafts_fields":         `UPDATE drafts SET fields = repeat('é', 524289)`,
	"drafts_excerpt":        `UPDATE drafts SET excerpt = repeat('é', 201)`,
	"assignments_by":        `UPDATE assignments SET assigned_by = ''`,
	"watches_kind":          `UPDATE watches SET kind = 'place'`,
	"watches_key":           `UPDATE watches SET key = ''`,
	"requests_question":     `UPDATE requests SET question = ''`,
	"requests_asked":        `UPDATE requests SET asked = ''`,
	"requests_way":          `UPDATE requests SET way = ''`,
	"requests_state":        `UPDATE requests SET state = 'late', article = NULL, claim = NULL`,
	"requests_due":          `UPDATE requests SET deadline = ''`,
	"requests_answer":       `UPDATE requests SET article = NULL, claim = NULL`,
	"requests_settled":      `UPDATE requests SET state = 'none', article = NULL, claim = NULL, settled = ''`,
	"complaints_origin":     `UPDATE complaints SET origin = 'post'`,
	"complaints_about":      `UPDATE complaints SET about = ''`,
	"complaints_words":      `UPDATE complaints SET words = ''`,
	"complaints_outcome":    `UPDATE complaints SET outcome = 'won', settled_at = now(), reason = 'x'`,
	"complaints_settled":    `UPDATE complaints SET settled_at = now()`,
	"complaints_correction": `UPDATE complaints SET outcome = 'correction', settled_at = now()`,
	"complaints_edition":    `UPDATE complaints SET outcome = 'correction', settled_at = now(), edition = 2, fact = NULL`,
	"complaints_reason":     `UPDATE complaints SET outcome = 'note', settled_at = now()`,
	"complaints_erased":     `UPDATE complaints SET erased_at = now()`,

	"articles_slug":           `UPDATE articles SET slug = 'Report'`,
	"articles_identified":     `UPDATE articles SET identified_basis = ''`,
	"articles_kind":           `UPDATE articles SET kind = 'opinion'`,
	"articles_headline":       `UPDATE articles SET headline = ''`,
	"articles_headline_by":    `UPDATE articles SET headline_by = 'outlet'`,
	"articles_url":            `UPDATE articles SET url = 'javascript:alert(1)'`,
	"articles_language":       `UPDATE articles SET language = ''`,
	"articles_translated":     `UPDATE articles SET translated = 'yes'`,
	"articles_published":      `UPDATE articles SET published_reason = 'none', published_at = '10:00'`,
	"articles_rights":         `UPDATE articles SET rights = 'none'`,
	"articles_merged_other":   `UPDATE articles SET retired = true, merged_into = slug`,
	"articles_merged_retired": `UPDATE articles SET merged_into = 'ferry-report' WHERE slug = 'later-report'`,
	"expected_accounts_state": `UPDATE expected_accounts SET state = 'lost', article = NULL`,
	"expected_accounts_held":  `UPDATE expected_accounts SET article = NULL`,
	"readings_read_by":        `UPDATE readings SET read_by = ''`,
	"capture_marks_start":     `UPDATE capture_marks SET start = -1`,
	"capture_marks_label":     `UPDATE capture_marks SET label = ''`,

	"subscriptions_address":    `UPDATE subscriptions SET address = 'ftp://example.org/feed'`,
	"subscriptions_by":         `UPDATE subscriptions SET added_by = ''`,
	"arrivals_state":           `UPDATE arrivals SET state = 'lost' WHERE state = 'waiting'`,
	"arrivals_item":            `UPDATE arrivals SET item = 'short' WHERE state = 'waiting'`,
	"arrivals_size":            `UPDATE arrivals SET original = repeat('a', 20971521)::bytea, original_sha256 = sha256(repeat('a', 20971521)::bytea) WHERE state = 'waiting'`,
	"arrivals_original_sha256": `UPDATE arrivals SET original = 'other' WHERE state = 'waiting'`,
	"media_type":               `UPDATE media SET media_type = 'text/html'`,
	"media_size":               `UPDATE media SET body = '', sha256 = sha256('')`,
	"media_sha256":             `UPDATE media SET body = 'other'`,
	"media_name":               `UPDATE media SET name = repeat('a', 301)`,
	"embargoes_by":             `UPDATE embargoes SET set_by = ''`,
	"review_requests_by":       `UPDATE review_requests SET asked_by = ''`,
	"review_requests_authors":  `UPDATE review_requests SET authors = '{}'`,
	"arrivals_by":              `UPDATE arrivals SET received_by = ''`,
	"arrivals_draft":           `UPDATE arrivals SET draft = repeat('a', 33554433) WHERE state = 'waiting'`,
	"arrivals_received":        `UPDATE arrivals SET original = NULL WHERE state = 'waiting'`,
	"arrivals_confirmed":       `UPDATE arrivals SET article = NULL WHERE state = 'confirmed'`,
	"arrivals_settled":         `UPDATE arrivals SET settled_by = '' WHERE state = 'confirmed'`,
	"archive_copies_address":   `UPDATE archive_copies SET address = 'javascript:alert(1)'`,
	"archive_copies_by":        `UPDATE archive_copies SET added_by = ''`,
	"reprints_basis":           `UPDATE reprints SET basis = 'guess'`,
	"reprints_by":              `UPDATE reprints SET added_by = ''`,
	"reprints_other":           `UPDATE reprints SET origin = article`,
	"claims_changed":           `UPDATE claims SET changed = 'mended', changed_seen = '2024-03-02' WHERE code = 'AAA-AAA3'`,
	"claims_changed_fits":      `UPDATE claims SET changed = 'removed' WHERE code = 'AAA-AAA3'`,
	"kept_passages_by":         `UPDATE kept_passages SET kept_by = ''`,
	"captures_kind":            insertCapture(`'part', 1, sha256(''), NULL`),
	"captures_norm_version":    insertCapture(`'excerpt', 0, sha256(''), NULL`),
	"captures_text_sha256":     insertCapture(`'excerpt', 1, 'short', NULL`),
	"captures_original_sha256": insertCapture(`'full', 1, sha256(''), 'short'`),
	"captures_original":        insertCapture(`'excerpt', 1, sha256(''), sha256('')`),
	"capture_texts_nfc": insertCapture(`'excerpt', 1, sha256(convert_to(E'e\u0301', 'UTF8')), NULL`) +
		`; INSERT INTO capture_texts (capture, text) SELECT max(id), E'e\u0301' FROM captures`,

	"claims_code":                     `UPDATE claims SET code = 'AAA-AAAI' WHERE code = 'AAA-AAA3'`,
	"claims_attribution":              `UPDATE claims SET attribution = 'guessed'`,
	"claims_voice":                    `UPDATE claims SET voice = 'loud'`,
	"claims_basis":                    `UPDATE claims SET basis = 'hearsay'`,
	"claims_words":                    `UPDATE claims SET words = '{}'`,
	"claims_length":                   `UPDATE claims SET words = ARRAY[repeat('😀', 301)]`,
	"claims_attributed_other":         `UPDATE claims SET attributed_to = source`,
	"claims_about":                    `UPDATE claims SET about_earliest = '2024-03-01'`,
	"claims_uttered":                  `UPDATE claims SET uttered_latest = '2024-03-01'`,
	"claims_issued":                   `UPDATE claims SET issued_earliest = '2024-03-01', issued_precision = 'day', issued_basis = 'given'`,
	"anchors_outcome":                 `UPDATE anchors SET outcome = 'lost', is_current = false`,
	"anchors_spans":                   `UPDATE anchors SET outcome = 'drifted', is_current = false, ends = '{}'`,
	"anchors_current_anchored":        `UPDATE anchors SET outcome = 'ambiguous'`,
	"hops_role":                       `UPDATE hops SET role = 'friend'`,
	"hops_class":                      `UPDATE hops SET class = 'lying'`,
	"stances_mode":                    `UPDATE stances SET mode = 'doubted'`,
	"stances_position_by_mode":        `UPDATE stances SET mode = 'withheld'`,
	"counters_relation":               `UPDATE counters SET relation = 'refutes', difference = ''`,
	"counters_difference":             `UPDATE counters SET difference = 'style'`,
	"counters_why":                    `UPDATE counters SET why = ''`,
	"counters_two_claims":             `UPDATE counters SET other = claim`,
	"counters_difference_by_relation": `UPDATE counters SET relation = 'restates'`,
	"figures_verbatim":                `UPDATE figures SET verbatim = ''`,
	"figures_hedge":                   `UPDATE figures SET hedge = 'roughly'`,
	"figures_counted":                 `UPDATE figures SET counted = ''`,
	"figures_bounds":                  `UPDATE figures SET low = 13`,
	"figures_some_bound":              `UPDATE figures SET low = NULL, high = NULL`,
	"figures_days":                    `UPDATE figures SET until_day = from_day - 1`,
	"figures_part_of_other":           `UPDATE figures SET part_of = claim`,

	"log_index":                  `ALTER TABLE log DISABLE TRIGGER log_goes_on; INSERT INTO log (index, record, hash, prev) VALUES (-1, '', sha256('\x00'), sha256(''))`,
	"log_hash":                   `INSERT INTO log (index, record, hash, prev) SELECT 3, 'four', sha256('four'), hash FROM log WHERE index = 2`,
	"log_prev":                   `ALTER TABLE log DISABLE TRIGGER log_goes_on; INSERT INTO log (index, record, hash, prev) VALUES (3, 'four', sha256('\x00'::bytea || 'four'), '')`,
	"log_tree_level":             `ALTER TABLE log_tree DISABLE TRIGGER log_tree_fits; INSERT INTO log_tree (level, index, hash) VALUES (63, 0, '')`,
	"log_tree_index":             `ALTER TABLE log_tree DISABLE TRIGGER log_tree_fits; INSERT INTO log_tree (level, index, hash) VALUES (0, -1, '')`,
	"log_key_one":                `INSERT INTO log_key (one, verifier) SELECT false, verifier FROM log_key`,
	"log_key_verifier":           `INSERT INTO log_key (verifier) VALUES ('PRIVATE+KEY+x+00000000+AQ==')`,
	"takedowns_kind":             insertTakedown(`'party', sha256(''), 'asked to', NULL`),
	"takedowns_name_sha256":      insertTakedown(`'claim', 'short'::bytea, 'asked to', NULL`),
	"takedowns_reason":           insertTakedown(`'claim', sha256(''), ' ', NULL`),
	"takedowns_stand_in":         insertTakedown(`'source', sha256(''), 'asked to', 'Some Body'`),
	"takedowns_stand_in_by_kind": insertTakedown(`'source', sha256(''), 'asked to', NULL`),
	"published_editions_goes_on": `UPDATE published_editions SET goes_on = 'quay-open'`,
	"editions_number":            `ALTER TABLE editions DISABLE TRIGGER editions_go_on; ` + insertEdition(`0, '2024-03-05', sha256('')`),
	"editions_second":            insertEdition(`3, '2024-03-05 10:00:00.5', sha256('')`),
	"editions_body_sha256":       insertEdition(`3, '2024-03-05', ''`),
	"erasures_reason":            `INSERT INTO erasures (log_index, edition, reason, erased_at) VALUES (1, 1, '  ', now())`,
	"erasures_one":               `INSERT INTO erasures (log_index, edition, capture, reason, erased_at) VALUES (1, 1, 1, 'both', now())`,
	"published_editions_kind":    `UPDATE published_editions SET kind = 'draft'`,
	"generation_one":             `INSERT INTO generation (one, value) VALUES (false, 1)`,
	"accounts_name":              `UPDATE accounts SET name = 'Anna Larkin'`,
	"accounts_role":              `UPDATE accounts SET role = 'owner'`,
	"sessions_token":             `UPDATE sessions SET token_sha256 = 'short'`,
	"sessions_device":            `UPDATE sessions SET device = repeat('a', 101)`,
	"logins_token":               `UPDATE logins SET token_sha256 = 'short'`,
	"account_links_token":        `UPDATE account_links SET token_sha256 = 'short'`,
	"recovery_codes_code":        `UPDATE recovery_codes SET code_sha256 = 'short'`,
	"account_tokens_name":        `UPDATE account_tokens SET name = ''`,
	"account_tokens_token":       `UPDATE account_tokens SET token_sha256 = 'short'`,
	"account_tokens_expires":     `UPDATE account_tokens SET expires_at = created_at`,
	"throttles_key":              `UPDATE throttles SET key = 'short'`,
	"api_keys_key":               `UPDATE api_keys SET key = ''`,
	"api_keys_request_sha256":    `UPDATE api_keys SET request_sha256 = 'short'`,
	"audit_log_actor":            `INSERT INTO audit_log (actor, kind, key, action) VALUES ('', 'fact', 'x', 'create')`,
	"audit_log_action":           `INSERT INTO audit_log (actor, kind, key, action) VALUES ('desk', 'fact', 'x', 'look')`,
}

// insertCapture returns a statement that adds a capture, from kind, version and hashes, and its text if it is empty.
func insertCapture(values string) string {
	return `INSERT INTO captures (article, captured_at, kind, norm_version, text_sha256, original_sha256)
		VALUES ('ferry-report', now(), ` + values + `)`
}

// insertEdition returns a statement that adds an edition without its body, from number, time and hash. Its entry in the
// log is that of an erasure.
func insertEdition(values string) string {
	return `INSERT INTO editions (fact, log_index, number, published_at, body_sha256)
		SELECT fact, 2, ` + values + ` FROM editions WHERE number = 1`
}

func TestChecks(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	sameNames(t, checks, list(t, pool, `
		SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'c'`))
	breakEach(t, pool, checks)
}

// Rules with more than one way to break them.
func TestChecksAllWays(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for name, statements := range map[string][]string{
		"figures_bounds": {
			`UPDATE figures SET low = -1`,
			`UPDATE figures SET low = NULL, high = 1e30`,
			`UPDATE figures SET low = 'NaN', high = NULL`,
			`UPDATE figures SET high = 'NaN'`,
			`UPDATE figures SET high = 'Infinity'`,
			`UPDATE figures SET low = 1e-31`,
		},
		"figures_some_bound": {`UPDATE figures SET hedge = 'vague'`},
		"claims_words": {
			`UPDATE claims SET words = '{a,b,c,d}'`,
			`UPDATE claims SET words = '{a,""}'`,
			`UPDATE claims SET words = '{a,NULL}'`,
		},
		"anchors_spans": {
			`UPDATE anchors SET starts = '{1,2,3,4}', ends = '{1,2,3,4}', outcome = 'drifted', is_current = false`,
			`UPDATE anchors SET starts = '{NULL}', ends = '{2}', outcome = 'drifted', is_current = false`,
			`UPDATE anchors SET starts = '{2}', ends = '{NULL}', outcome = 'drifted', is_current = false`,
		},
		"stances_position_by_mode": {`UPDATE stances SET position = NULL`},
		"expected_accounts_held":   {`UPDATE expected_accounts SET state = 'not-issued'`},
		"sources_outlet": {
			`UPDATE sources SET kind = 'body' WHERE slug = 'gazette'`,
			`UPDATE sources SET kind = 'outlet' WHERE slug = 'ferry-council'`,
		},
		"articles_url": {
			`UPDATE articles SET url = 'ftp://example.org'`,
			`UPDATE articles SET url = 'https://example.org/a b'`,
			`UPDATE articles SET url = E'https://example.org/\n'`,
			`UPDATE articles SET url = E'https://example.org/\u2028x'`,
			`UPDATE articles SET url = 'https://'`,
		},
		"events_date": {
			`UPDATE events SET date_latest = NULL`,
			`UPDATE events SET date_latest = date_earliest - 1`,
			`UPDATE events SET date_latest = date_earliest + 1`,
			`UPDATE events SET date_precision = ''`,
			`UPDATE events SET date_basis = ''`,
			`UPDATE events SET date_basis = 'unknown'`,
			`UPDATE events SET date_basis = 'inferred'`,
			`UPDATE events SET date_precision = 'month', date_at = '10:00'`,
			`UPDATE events SET date_earliest = NULL`,
			`UPDATE events SET date_earliest = NULL, date_latest = NULL`,
		},
	} {
		for _, sql := range statements {
			breakEach(t, pool, map[string]string{name: sql})
		}
	}
	for _, sql := range []string{
		`UPDATE events SET date_basis = 'inferred', date_reason = 'by the tide', date_at = '10:00'`,
		`UPDATE events SET date_earliest = '2024-03-01', date_latest = '2024-03-31', date_precision = 'month'`,
		`UPDATE events SET date_earliest = NULL, date_latest = NULL, date_precision = '', date_basis = 'unknown'`,
		`UPDATE figures SET hedge = 'vague', low = NULL, high = NULL`,
		`UPDATE figures SET hedge = 'at-least', high = NULL, low = 0.000000000000000000000000000001`,
		`UPDATE stances SET mode = 'concern', position = NULL`,
		`UPDATE parties SET slug = 'ab' WHERE slug = 'north'; UPDATE parties SET slug = repeat('a', 80) WHERE slug = 'ab'`,
	} {
		if err := try(t.Context(), pool, sql); err != nil {
			t.Errorf("%s: %v", strings.TrimSpace(sql), err)
		}
	}
}

// insertNewsroom returns SQL that adds an edition for the newsroom, from number, time, actor, body and hash, without one of
// the triggers.
func insertNewsroom(values, without string) string {
	sql := `INSERT INTO newsroom_editions (fact, note, number, made_at, actor, body, body_sha256) SELECT id, '', ` + values + ` FROM facts`
	if without != "" {
		sql = `ALTER TABLE newsroom_editions DISABLE TRIGGER ` + without + `; ` + sql
	}
	return sql
}

// insertTakedown returns SQL that enters a takedown of the given kind, hash, reason and stand-in.
func insertTakedown(values string) string {
	return `INSERT INTO takedowns (kind, name_sha256, reason, stand_in, taken_down) SELECT v.*, now() FROM (VALUES (` + values + `)) AS v`
}
