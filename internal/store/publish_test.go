package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// published returns a store in which the bridge's one fact is published, and its database.
func published(t *testing.T) (*store.Store, storetest.DB) {
	t.Helper()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	save(t, s, narrativetest.Bridge())
	if got := publish(t, s, "first words"); len(got) != 1 || got[0].Number != 1 || !got[0].Changed {
		t.Fatalf("published %+v, want edition 1", got)
	}
	return s, db
}

func publish(t *testing.T, s *store.Store, reason string) []store.Published {
	t.Helper()
	got, err := s.Publish(t.Context(), store.Publication{Reason: reason, Kind: edition.Update, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPublish(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := publish(t, s, "nothing new"); got[0].Changed {
		t.Errorf("published %+v again without a change", got)
	}
	c := narrativetest.Bridge()
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	if got := publish(t, s, "a better question"); !got[0].Changed || got[0].Number != 2 {
		t.Errorf("published %+v, want edition 2", got)
	}
	if after, err := s.Generation(t.Context()); err != nil || after <= before {
		t.Errorf("generation = %d after %d (%v)", after, before, err)
	}
	first, err := s.Edition(t.Context(), "bridge-open", 1)
	if err != nil {
		t.Fatal(err)
	}
	latest, err := s.Edition(t.Context(), "bridge-open", 0)
	if err != nil {
		t.Fatal(err)
	}
	if first.Number != 1 || first.Newest != 2 || latest.Number != 2 || !latest.PublishedAt.After(first.PublishedAt) {
		t.Errorf("editions %d of %d and %d; published %v and %v", first.Number, first.Newest, latest.Number, first.PublishedAt, latest.PublishedAt)
	}
	if latest.Reason != "a better question" || latest.Kind != edition.Update || first.Kind != edition.First {
		t.Errorf("kind and reason: %s, %s %q", first.Kind, latest.Kind, latest.Reason)
	}
	body, err := edition.Read(first.Body)
	if err != nil || body.Content.Title != "Was the mill bridge open?" {
		t.Errorf("title of edition 1 = %q (%v)", body.Content.Title, err)
	}
	if _, err := s.Edition(t.Context(), "bridge-open", 3); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error of an edition that is not there = %v, want ErrNotFound", err)
	}
}

func TestPublishRefused(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	for name, test := range map[string]struct {
		p    store.Publication
		want error
	}{
		"no reason": {store.Publication{Actor: "test"}, store.ErrReason},
		"no fact":   {store.Publication{Actor: "test", Reason: "r", Facts: []narrative.Slug{"bridge-open", "none"}}, store.ErrNotFound},
	} {
		if _, err := s.Publish(t.Context(), test.p); !errors.Is(err, test.want) {
			t.Errorf("%s: error = %v, want %v", name, err, test.want)
		}
	}
}

// TestPublishShare checks that no more than half of an article comes before readers, once it is known how long it is.
func TestPublishShare(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	text, err := passage.NewText(c.Articles[0].Blocks[0].Text + "\n\n" + c.Articles[0].Blocks[1].Text)
	if err != nil {
		t.Fatal(err)
	}
	full := store.FullText{Article: "bridge-closed", Original: []byte(text.String()), Text: text, At: time.Now()}
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); err != nil {
		t.Fatal(err)
	}
	c.Facts[0].Gaps = nil
	save(t, s, c)
	_, err = s.Publish(t.Context(), store.Publication{Reason: "r", Kind: edition.Update, Actor: "test"})
	if !errors.Is(err, store.ErrShare) || !strings.Contains(err.Error(), "bridge-closed") {
		t.Errorf("error = %v, want ErrShare that names the article", err)
	}
	if e, err := s.Edition(t.Context(), "bridge-open", 0); err != nil || e.Number != 1 {
		t.Errorf("latest edition %d (%v) after a refused publication, want 1", e.Number, err)
	}
	c.Articles[0].Rights = narrative.RightsFull
	save(t, s, c)
	if got := publish(t, s, "with rights"); got[0].Number != 2 {
		t.Errorf("published %+v, want edition 2", got)
	}
	p, err := s.Claim(t.Context(), narrativetest.Worried)
	if err != nil || p.Sentence != "The envoy is concerned, “deeply”." {
		t.Errorf("whole sentence = %q (%v)", p.Sentence, err)
	}
}

// TestVerify checks that Verify passes what was published and names what was not.
func TestVerify(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	c := narrativetest.Bridge()
	c.Facts[0].Gaps = nil
	save(t, s, c)
	publish(t, s, "a second one")
	report, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if report.Editions != 2 || report.Facts != 1 {
		t.Errorf("report = %+v, want 2 editions of 1 fact", report)
	}
	super, err := pgx.Connect(t.Context(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = super.Close(t.Context()) })
	for name, test := range map[string]struct{ sql, want string }{
		"body":       {`UPDATE edition_bodies SET body = set_byte(body, 100, get_byte(body, 100) # 1) WHERE log_index = 0`, "edition 1 of bridge-open"},
		"record":     {`UPDATE log SET record = set_byte(record, 20, get_byte(record, 20) # 1), hash = hash WHERE index = 1`, "log index 1"},
		"row":        {`UPDATE editions SET published_at = published_at + interval '1 minute' WHERE number = 2`, "edition 2 of bridge-open"},
		"projection": {`UPDATE published_claims SET row = jsonb_set(row, '{claim,who,0,t}', '"Nobody"') WHERE code = '` + narrativetest.Open + `'`, "log index 1"},
		"position":   {`UPDATE published_claims SET starts = '{7}' WHERE code = '` + narrativetest.Own + `'`, "log index 1"},
		"missing":    {`DELETE FROM published_nouns WHERE kind = 'source'`, "log index 1"},
	} {
		// A copy of the database for each, since what was done cannot be undone.
		t.Run(name, func(t *testing.T) {
			tx, err := super.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), `ALTER TABLE log DROP CONSTRAINT log_hash; SET LOCAL session_replication_role = replica`); err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), test.sql); err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), `SET LOCAL session_replication_role = origin`); err != nil {
				t.Fatal(err)
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
}

func TestReading(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	ctx := t.Context()

	home, err := s.Home(ctx)
	if err != nil || len(home.Facts) != 1 || len(home.Disputes) != 1 || len(home.Editions) != 1 {
		t.Fatalf("home = %+v (%v), want one of each", home, err)
	}
	if home.Disputes[0].Title != "The mill bridge" || home.Disputes[0].Count != 1 || !home.Facts[0].Fiction {
		t.Errorf("home = %+v", home)
	}
	facts, err := s.Facts(ctx, "", 10)
	if err != nil || len(facts.Facts) != 1 || facts.More != "" {
		t.Errorf("facts = %+v (%v)", facts, err)
	}
	if _, err := s.Facts(ctx, "no cursor", 10); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error of a bad cursor = %v, want ErrNotFound", err)
	}
	dispute, err := s.Dispute(ctx, "mill-bridge")
	if err != nil || dispute.Dispute.Title != "The mill bridge" || len(dispute.Facts) != 1 {
		t.Errorf("dispute = %+v (%v)", dispute, err)
	}
	source, err := s.Source(ctx, "mayor", "")
	if err != nil || source.Noun.Name != "the mayor" || len(source.Claims) != 1 || source.Party.Name != "Upper Town" {
		t.Errorf("source = %+v (%v)", source, err)
	}
	party, err := s.Party(ctx, "lower-town", "")
	if err != nil || len(party.Claims) != 1 || len(party.Sources) != 1 || party.Sources[0].Title != "Lower Town council" {
		t.Errorf("party = %+v (%v)", party, err)
	}
	outlet, err := s.Outlet(ctx, "courier", "")
	if err != nil || len(outlet.Claims) != 4 || len(outlet.Articles) != 1 {
		t.Errorf("outlet: %d claims, %d articles (%v), want 4 and 1", len(outlet.Claims), len(outlet.Articles), err)
	}
	event, err := s.Event(ctx, "talks", "")
	if err != nil || len(event.Claims) != 1 || len(event.Participants) != 2 {
		t.Errorf("event = %+v (%v)", event, err)
	}
	article, err := s.Article(ctx, "bridge-closed")
	if err != nil || len(article.Passages) != 4 || article.Outlet.Name != "The Courier" || len(article.ReadFor) != 1 || article.Text != "" {
		t.Fatalf("article = %+v (%v)", article, err)
	}
	if p := article.Passages[3]; p.Block != 1 || p.Starts[0] != 0 || p.Rows[0].Claim.Code != narrativetest.Worried {
		t.Errorf("last passage = block %d at %v of %s", p.Block, p.Starts, p.Rows[0].Claim.Code)
	}
	claim, err := s.Claim(ctx, narrativetest.Own)
	if err != nil || len(claim.Rows) != 1 || claim.Outlet.Name != "The Courier" || len(claim.Editions) != 1 || claim.Sentence != "" {
		t.Errorf("claim = %+v (%v)", claim, err)
	}
	for name, list := range map[string]func() (store.NounList, error){
		"sources":  func() (store.NounList, error) { return s.Sources(ctx, "") },
		"parties":  func() (store.NounList, error) { return s.Parties(ctx, "") },
		"outlets":  func() (store.NounList, error) { return s.Outlets(ctx, "") },
		"events":   func() (store.NounList, error) { return s.Events(ctx, "") },
		"articles": func() (store.NounList, error) { return s.Articles(ctx, "") },
	} {
		if got, err := list(); err != nil || len(got.Rows) == 0 || got.More != "" {
			t.Errorf("%s = %+v (%v)", name, got, err)
		}
	}
	for name, get := range map[string]func() error{
		"dispute": func() error { _, err := s.Dispute(ctx, "none"); return err },
		"source":  func() error { _, err := s.Source(ctx, "none", ""); return err },
		"article": func() error { _, err := s.Article(ctx, "none"); return err },
		"claim":   func() error { _, err := s.Claim(ctx, "none"); return err },
		"edition": func() error { _, err := s.Edition(ctx, "none", 0); return err },
	} {
		if err := get(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("error of a %s that is not there = %v, want ErrNotFound", name, err)
		}
	}
}

// TestEntries checks that the log comes out as it went in.
func TestEntries(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	var entries []edition.Entry
	if err := s.Entries(t.Context(), func(e edition.Entry) error {
		entries = append(entries, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	e, err := s.Edition(t.Context(), "bridge-open", 1)
	if err != nil || len(entries) != 1 || !bytes.Equal(entries[0].Body, e.Body) {
		t.Errorf("%d entries (%v), want the one edition", len(entries), err)
	}
}
