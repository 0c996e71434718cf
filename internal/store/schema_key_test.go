package store_test

import (
	"strings"
	"testing"

	"counterclaim/internal/store"
)

// foreignKeys has a statement that breaks each foreign key of the schema.
var foreignKeys = map[string]string{
	"names_target_fkey":              `UPDATE names SET target = 'nowhere'`,
	"sources_party_fkey":             `UPDATE sources SET party = 'nowhere' WHERE kind = 'body'`,
	"sources_outlet_fkey":            `UPDATE sources SET outlet = 'nowhere' WHERE kind = 'outlet'`,
	"offices_source_fkey":            `UPDATE offices SET source = 'nowhere'`,
	"place_names_place_fkey":         `UPDATE place_names SET place = 'nowhere'`,
	"place_name_users_name_fkey":     `UPDATE place_name_users SET name = 2`,
	"place_name_users_party_fkey":    `UPDATE place_name_users SET party = 'nowhere'`,
	"terms_dispute_fkey":             `UPDATE terms SET dispute = 'nowhere'`,
	"term_users_term_fkey":           `UPDATE term_users SET term = 'nowhere'`,
	"term_users_party_fkey":          `UPDATE term_users SET party = 'nowhere'`,
	"events_place_fkey":              `UPDATE events SET place = 'nowhere'`,
	"event_participants_event_fkey":  `UPDATE event_participants SET event = 'nowhere'`,
	"event_participants_source_fkey": `UPDATE event_participants SET source = 'nowhere'`,

	"facts_dispute_fkey":       `UPDATE facts SET dispute = 'nowhere'`,
	"periods_fact_fkey":        `INSERT INTO periods (fact, slug, ordinal, label) VALUES ('nowhere', 'then', 1, 'then')`,
	"periods_from_event_fkey":  `UPDATE periods SET from_event = 'nowhere'`,
	"periods_until_event_fkey": `UPDATE periods SET until_event = 'nowhere'`,
	"aspects_fact_fkey":        `INSERT INTO aspects (fact, slug, ordinal) VALUES ('nowhere', '', 1)`,
	"positions_aspect_fkey":    `INSERT INTO positions (fact, aspect, slug, ordinal, label) VALUES ('quay-open', 'when', 'yes', 1, 'Yes')`,
	"gaps_fact_fkey":           `UPDATE gaps SET fact = 'nowhere'`,
	"bearings_record_fkey":     `UPDATE bearings SET record = 'nowhere'`,
	"bearings_aspect_fkey":     `UPDATE bearings SET aspect = 'nowhere'`,
	"points_fact_fkey":         `INSERT INTO points (fact, ordinal, kind, text) VALUES ('nowhere', 1, 'one', 'x')`,
	"points_period_fkey":       `UPDATE points SET period = 'nowhere'`,
	"point_claims_point_fkey":  `UPDATE point_claims SET point = 9 WHERE point = 2`,
	"point_claims_claim_fkey":  `UPDATE point_claims SET claim = 'nowhere' WHERE point = 2`,

	"reviews_fact_fkey":           `UPDATE reviews SET fact = 'nowhere'`,
	"review_requests_fact_fkey":   `UPDATE review_requests SET fact = 'nowhere'`,
	"embargoes_article_fkey":      `UPDATE embargoes SET article = 'nowhere'`,
	"newsroom_editions_fact_fkey": `INSERT INTO newsroom_editions (fact, number, made_at, actor, note, body, body_sha256) VALUES (-1, 1, now(), 'x', '', '', sha256(''))`,

	"articles_outlet_fkey":           `UPDATE articles SET outlet = 'nowhere'`,
	"articles_merged_into_fkey":      `UPDATE articles SET retired = true, merged_into = 'nowhere' WHERE slug = 'later-report'`,
	"expected_accounts_event_fkey":   `UPDATE expected_accounts SET event = 'nowhere'`,
	"expected_accounts_source_fkey":  `UPDATE expected_accounts SET source = 'nowhere'`,
	"expected_accounts_article_fkey": `UPDATE expected_accounts SET article = 'nowhere'`,
	"readings_article_fkey":          `UPDATE readings SET article = 'nowhere'`,
	"readings_fact_fkey":             `UPDATE readings SET fact = 'nowhere'`,
	"captures_article_fkey":          strings.Replace(insertCapture(`'excerpt', 1, sha256(''), NULL`), "ferry-report", "nowhere", 1),
	"captures_text_fkey":             insertCapture(`'excerpt', 1, sha256(''), NULL`),
	"capture_texts_capture_fkey":     `ALTER TABLE capture_texts DISABLE TRIGGER capture_texts_fit; INSERT INTO capture_texts (capture, text) VALUES (-1, '')`,
	"claims_article_fkey":            `UPDATE claims SET article = 'nowhere'`,
	"claims_source_fkey":             `UPDATE claims SET source = 'nowhere'`,
	"claims_attributed_to_fkey":      `UPDATE claims SET attributed_to = 'nowhere'`,
	"claims_event_fkey":              `UPDATE claims SET event = 'nowhere'`,
	"anchors_claim_fkey":             `UPDATE anchors SET claim = 'nowhere', outcome = 'orphaned', is_current = false`,
	"anchors_capture_fkey":           `UPDATE anchors SET capture = -1, outcome = 'orphaned', is_current = false`,
	"hops_claim_fkey":                `UPDATE hops SET claim = 'nowhere'`,
	"hops_source_fkey":               `UPDATE hops SET source = 'nowhere'`,
	"stances_claim_fkey":             `UPDATE stances SET claim = 'nowhere' WHERE ordinal = 2`,
	"stances_aspect_fkey":            `UPDATE stances SET aspect = 'nowhere', position = NULL, mode = 'concern', period = NULL WHERE ordinal = 2`,
	"stances_position_fkey":          `UPDATE stances SET position = 'all' WHERE aspect = ''`,
	"stances_period_fkey":            `UPDATE stances SET period = 'autumn'`,
	"counters_claim_fkey":            `UPDATE counters SET claim = 'nowhere'`,
	"counters_other_fkey":            `UPDATE counters SET other = 'nowhere'`,
	"counters_fact_fkey":             `UPDATE counters SET fact = 'nowhere'`,
	"capture_marks_capture_fkey":     `INSERT INTO capture_marks (capture, start, label) VALUES (-1, 0, 'page 1')`,
	"arrivals_subscription_fkey":     `UPDATE arrivals SET subscription = -1`,
	"arrivals_article_fkey":          `UPDATE arrivals SET article = 'nowhere'`,
	"arrivals_capture_fkey":          `UPDATE arrivals SET capture = -1 WHERE state = 'confirmed'`,
	"media_arrival_fkey":             `UPDATE media SET arrival = -1`,
	"capture_shingles_capture_fkey":  `INSERT INTO capture_shingles (capture, prints) VALUES (-1, '{}')`,
	"archive_copies_capture_fkey":    `INSERT INTO archive_copies (capture, address, added_by) VALUES (-1, 'https://archive.example/', 'desk')`,
	"reprints_article_fkey":          `UPDATE reprints SET article = 'nowhere'`,
	"reprints_origin_fkey":           `UPDATE reprints SET origin = 'nowhere'`,
	"kept_passages_claim_fkey":       `UPDATE kept_passages SET claim = 'nowhere'`,
	"kept_passages_capture_fkey":     `UPDATE kept_passages SET capture = -1`,
	"figures_claim_fkey":             `UPDATE figures SET claim = 'nowhere'`,
	"figures_counted_by_fkey":        `UPDATE figures SET counted_by = 'nowhere'`,
	"figures_part_of_fkey":           `UPDATE figures SET part_of = 'nowhere'`,

	"proposals_proposer_fkey":  `UPDATE proposals SET proposed_by = 'nobody'`,
	"proposals_settler_fkey":   `UPDATE proposals SET settled_by = 'nobody'`,
	"drafts_account_fkey":      `UPDATE drafts SET account = 'nobody'`,
	"assignments_account_fkey": `UPDATE assignments SET account = 'nobody'`,
	"assignments_name_fkey":    `UPDATE assignments SET key = 'nowhere'`,
	"watches_account_fkey":     `UPDATE watches SET account = 'nobody'`,
	"requests_fact_fkey":       `UPDATE requests SET fact = 'nowhere'`,
	"requests_source_fkey":     `UPDATE requests SET source = 'nowhere'`,
	"requests_event_fkey":      `UPDATE requests SET event = 'nowhere'`,
	"requests_article_fkey":    `UPDATE requests SET article = 'nowhere'`,
	"requests_claim_fkey":      `UPDATE requests SET claim = 'nowhere'`,
	"complaints_fact_fkey":     `UPDATE complaints SET fact = 'nowhere'`,

	"editions_fact_fkey":              strings.Replace(insertEdition(`1, '2024-03-05', sha256('')`), "SELECT fact,", "SELECT -1,", 1),
	"editions_log_fkey":               strings.Replace(insertEdition(`3, '2024-03-05', sha256('')`), "fact, 2,", "fact, 9,", 1),
	"editions_body_fkey":              insertEdition(`3, '2024-03-05', sha256('')`),
	"edition_bodies_edition_fkey":     `ALTER TABLE edition_bodies DISABLE TRIGGER edition_bodies_fit; INSERT INTO edition_bodies (log_index, body) VALUES (2, '')`,
	"erasures_log_fkey":               `INSERT INTO erasures (log_index, edition, reason, erased_at) VALUES (9, 1, 'asked to', now())`,
	"erasures_edition_fkey":           `INSERT INTO erasures (log_index, edition, reason, erased_at) VALUES (1, 2, 'asked to', now())`,
	"erasures_capture_fkey":           `INSERT INTO erasures (log_index, capture, reason, erased_at) VALUES (1, -1, 'asked to', now())`,
	"published_claims_fact_fkey":      `UPDATE published_claims SET fact = 'nowhere'`,
	"published_nouns_fact_fkey":       `UPDATE published_nouns SET fact = 'nowhere'`,
	"sessions_account_fkey":           `UPDATE sessions SET account = 'nobody'`,
	"logins_account_fkey":             `UPDATE logins SET account = 'nobody'`,
	"account_links_account_fkey":      `UPDATE account_links SET account = 'nobody'`,
	"recovery_codes_account_fkey":     `UPDATE recovery_codes SET account = 'nobody'`,
	"account_tokens_account_fkey":     `UPDATE account_tokens SET account = 'nobody'`,
	"api_keys_account_fkey":           `UPDATE api_keys SET account = 'nobody'`,
	"published_editions_edition_fkey": `UPDATE published_editions SET log_index = 2 WHERE log_index = 1`,
}

// uniques has a statement that breaks each rule that something is there once, besides the primary keys.
var uniques = map[string]string{
	"sources_outlet_key":          `INSERT INTO sources (slug, name, kind, outlet) VALUES ('gazette-two', 'Gazette', 'outlet', 'gazette')`,
	"event_participants_once":     `INSERT INTO event_participants (event, ordinal, source) SELECT event, 2, source FROM event_participants`,
	"facts_id_key":                `INSERT INTO facts (id, slug, key, dispute, question, kind, status) OVERRIDING SYSTEM VALUE SELECT id, 'again', 'again', dispute, question, kind, status FROM facts`,
	"facts_key_key":               `INSERT INTO facts (slug, key, dispute, question, kind, status) SELECT 'again', key, dispute, question, kind, status FROM facts`,
	"bearings_once":               `INSERT INTO bearings (record, ordinal, fact, aspect) SELECT record, 2, fact, aspect FROM bearings`,
	"readings_once":               `INSERT INTO readings (article, ordinal, fact, read_by, read_on) SELECT article, 2, fact, read_by, read_on FROM readings`,
	"anchors_one_current":         `INSERT INTO anchors (claim, capture, outcome, starts, ends, is_current) SELECT claim, capture, outcome, starts, ends, true FROM anchors`,
	"subscriptions_once":          `INSERT INTO subscriptions (address, added_by) SELECT address, 'desk' FROM subscriptions`,
	"arrivals_item_once":          `INSERT INTO arrivals (state, subscription, item, received_by) SELECT 'listed', subscription, item, 'desk' FROM arrivals`,
	"counters_once":               `INSERT INTO counters (claim, ordinal, other, fact, relation, difference, why) SELECT claim, 2, other, fact, relation, 'date', why FROM counters`,
	"point_claims_once":           `INSERT INTO point_claims (fact, point, ordinal, claim) SELECT fact, point, ordinal + 10, claim FROM point_claims`,
	"editions_log_key":            strings.Replace(insertEdition(`3, '2024-03-05', sha256('')`), "fact, 2,", "fact, 1,", 1),
	"editions_second_once":        insertEdition(`3, '2024-03-04 10:00:00+00', sha256('')`),
	"published_facts_id_key":      `INSERT INTO published_facts SELECT 'again', fact_id, log_index, number, published_at, dispute, latest_claim, row FROM published_facts`,
	"account_links_token_key":     `INSERT INTO accounts (name, role) VALUES ('ben', 'reader'); INSERT INTO account_links (account, token_sha256, drops_factor) SELECT 'ben', token_sha256, false FROM account_links`,
	"account_tokens_token_key":    `INSERT INTO account_tokens (account, name, token_sha256, expires_at) SELECT account, name, token_sha256, expires_at FROM account_tokens`,
	"published_editions_fact_key": `INSERT INTO published_editions SELECT 0, fact_id, number, published_at, kind, reason, title, claims FROM published_editions`,
}

func TestForeignKeys(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	sameNames(t, foreignKeys, list(t, pool, `
		SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'f'`))
	breakEach(t, pool, foreignKeys)
}

func TestUniques(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	sameNames(t, uniques, list(t, pool, `
		SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary`))
	breakEach(t, pool, uniques)
}

// Each table has a primary key named for it, and a row twice breaks it. All tables of the seed have a row.
func TestPrimaryKeys(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for _, table := range list(t, pool, `
		SELECT relname FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'goose_db_version'`) {
		// Triggers that look at the row before the key does would refuse it first.
		err := try(t.Context(), pool, `
			ALTER TABLE `+table+` DISABLE TRIGGER USER;
			INSERT INTO `+table+` OVERRIDING SYSTEM VALUE SELECT * FROM `+table+` LIMIT 1`)
		if got, want := store.Constraint(err), table+"_pkey"; got != want {
			t.Errorf("the row twice breaks %q, not %s: %v", got, want, err)
		}
	}
}

// A foreign key without an index makes each rename and each removal read the whole table.
func TestForeignKeysHaveIndexes(t *testing.T) {
	t.Parallel()
	_, pool := seeded(t)
	for _, name := range list(t, pool, `
		SELECT c.conname
		FROM pg_constraint c
		WHERE c.connamespace = 'public'::regnamespace AND c.contype = 'f' AND NOT EXISTS (
			SELECT FROM pg_index i
			WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
				AND (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(c.conkey)] @> c.conkey
		)`) {
		t.Errorf("%s has no index", name)
	}
}
