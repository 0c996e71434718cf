package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// verified checks that all that was published is unaltered.
func verified(t *testing.T, s *store.Store) edition.Report {
	t.Helper()
	report, err := s.Verify(t.Context())
	if err != nil {
		t.Errorf("verify: %v", err)
	}
	return report
}

// TestVerify checks that Verify passes what was published and names what was not, to the byte.
func TestVerify(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	c := narrativetest.Bridge()
	c.Facts[0].Gaps = nil
	save(t, s, c)
	publish(t, s, "a second one")
	if report := verified(t, s); report.Editions != 2 || report.Facts != 1 {
		t.Errorf("report = %+v, want 2 editions of 1 fact", report)
	}
	super, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = super.Close(t.Context()) })
	const second = "log index 1"
	for name, test := range map[string]struct{ sql, want string }{
		"a body":                   {`UPDATE edition_bodies SET body = set_byte(body, 100, get_byte(body, 100) # 1) WHERE log_index = 0`, "edition 1 of bridge-open"},
		"the last byte of a body":  {`UPDATE edition_bodies SET body = set_byte(body, length(body) - 1, 32) WHERE log_index = 1`, "edition 2 of bridge-open"},
		"a body gone":              {`DELETE FROM edition_bodies WHERE log_index = 1`, "edition 2 of bridge-open"},
		"a record":                 {`UPDATE log SET record = set_byte(record, 20, get_byte(record, 20) # 1) WHERE index = 1`, second},
		"a record and its hash":    {`UPDATE log SET record = convert_to(replace(convert_from(record, 'UTF8'), '"at":"2', '"at":"3'), 'UTF8'); UPDATE log SET hash = sha256('\x00'::bytea || record)`, "log index 0"},
		"the hash of a record":     {`UPDATE log SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE index = 1`, second},
		"the hash before":          {`UPDATE log SET prev = set_byte(prev, 0, get_byte(prev, 0) # 1) WHERE index = 1`, second},
		"an edition's time":        {`UPDATE editions SET published_at = published_at + interval '1 second' WHERE number = 2`, "edition 2 of bridge-open"},
		"an edition's number":      {`UPDATE editions SET number = 3 WHERE number = 2`, "edition 2 of bridge-open"},
		"an edition's hash":        {`UPDATE editions SET body_sha256 = set_byte(body_sha256, 0, get_byte(body_sha256, 0) # 1) WHERE number = 1`, "edition 1 of bridge-open"},
		"a fact's key":             {`UPDATE facts SET key = 'other-key'`, "edition 1 of bridge-open"},
		"a fact's row":             {`UPDATE published_facts SET row = jsonb_set(row, '{title}', '"Was the mill bridge opem?"')`, second},
		"a fact's day":             {`UPDATE published_facts SET latest_claim = latest_claim + 1`, second},
		"a claim's row":            {`UPDATE published_claims SET row = jsonb_set(row, '{claim,who,0,t}', '"Nobody"') WHERE code = '` + narrativetest.Open + `'`, second},
		"a claim's party":          {`UPDATE published_claims SET party = 'upper-town' WHERE code = '` + narrativetest.Open + `'`, second},
		"a claim gone":             {`DELETE FROM published_claims WHERE code = '` + narrativetest.Open + `'`, second},
		"where a claim begins":     {`UPDATE published_claims SET starts = '{7}' WHERE code = '` + narrativetest.Own + `'`, second},
		"where a claim ends":       {`UPDATE published_claims SET ends = '{7}' WHERE code = '` + narrativetest.Own + `'`, second},
		"a claim's block":          {`UPDATE published_claims SET block = 1 WHERE code = '` + narrativetest.Own + `'`, second},
		"a claim's sentence":       {`UPDATE published_claims SET sentence = 'It is so.' WHERE code = '` + narrativetest.Own + `'`, second},
		"a noun":                   {`UPDATE published_nouns SET doc = jsonb_set(doc, '{name}', '"the majore"') WHERE slug = 'mayor'`, second},
		"nouns gone":               {`DELETE FROM published_nouns WHERE kind = 'source'`, second},
		"the reason of an edition": {`UPDATE published_editions SET reason = 'first wards' WHERE number = 1`, "log index 0"},
		"the claims of an edition": {`UPDATE published_editions SET claims = claims[2:] WHERE number = 2`, second},
		"an edition not listed":    {`DELETE FROM published_editions WHERE number = 1`, "log index 0"},
		"a text that is not free":  {`INSERT INTO published_texts (article, text) VALUES ('bridge-closed', 'All of it.')`, second},
		"an address":               {`UPDATE published_slugs SET fact_id = fact_id + 1`, second},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := super.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, sql := range []string{
				`ALTER TABLE log DROP CONSTRAINT log_hash; SET LOCAL session_replication_role = replica`, test.sql,
				`SET LOCAL session_replication_role = origin`,
			} {
				if _, err := tx.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			_, err = store.VerifyIn(t.Context(), tx)
			if _, ok := errors.AsType[*edition.Fault](err); !ok || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want a fault that names %q", err, test.want)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	verified(t, s)
}

// TestVerifyLeavesNothing checks that Verify changes no row, not even for a while, and waits for nobody who publishes.
func TestVerifyLeavesNothing(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	pool := storetest.Pool(t, db.URL)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `
		SELECT pg_advisory_xact_lock(hashtext('counterclaim.log'));
		LOCK published_facts, published_claims, published_nouns, published_editions IN SHARE ROW EXCLUSIVE MODE;
		UPDATE generation SET value = value + 1`); err != nil {
		t.Fatal(err)
	}
	verified(t, s) // waits for a second at most, and fails then, if it takes any of these
}
