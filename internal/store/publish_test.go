package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

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
	if after, err := s.Generation(t.Context()); err != nil || after.Number <= before.Number {
		t.Errorf("generation = %v after %v (%v)", after, before, err)
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
