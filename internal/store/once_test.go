package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// TestDo checks that what is done once is there with its answer, or not at all.
func TestDo(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	if err := s.AddAccount(t.Context(), "importer", store.RoleEditor, "test"); err != nil {
		t.Fatal(err)
	}
	once := store.Once{Account: "importer", Key: "first", Request: [32]byte{1}}
	party := func(slug narrative.Slug) func(context.Context) ([]byte, error) {
		return func(ctx context.Context) ([]byte, error) {
			_, err := s.Save(ctx, store.Edit{Doc: narrative.Party{Slug: slug, Name: "Third town"}, Actor: "importer"})
			return []byte(slug), err
		}
	}
	isThere := func(slug string) bool {
		_, err := s.Noun(t.Context(), store.NounKey{Kind: narrative.KindParty, Key: slug})
		return err == nil
	}

	failed := errors.New("failed afterwards")
	_, err := s.Do(t.Context(), once, func(ctx context.Context) ([]byte, error) {
		if _, err := party("third")(ctx); err != nil {
			t.Error(err)
		}
		return nil, failed
	})
	if !errors.Is(err, failed) || isThere("third") {
		t.Errorf("work that failed: %v; is something of it there: %v", err, isThere("third"))
	}
	if _, ok, err := s.FirstAnswer(t.Context(), once); ok || err != nil {
		t.Errorf("work that failed has an answer: %v (%v)", ok, err)
	}

	for range 2 {
		if answer, err := s.Do(t.Context(), once, party("third")); err != nil || string(answer) != "third" {
			t.Errorf("the answer is %q (%v), want third", answer, err)
		}
	}
	if answer, ok, err := s.FirstAnswer(t.Context(), once); !ok || err != nil || string(answer) != "third" {
		t.Errorf("the first answer is %q, %v (%v)", answer, ok, err)
	}
	once.Request[0] = 2
	if _, err := s.Do(t.Context(), once, party("fourth")); !errors.Is(err, store.ErrKeyUsed) || isThere("fourth") {
		t.Errorf("another request with the key: %v", err)
	}
	if _, _, err := s.FirstAnswer(t.Context(), once); !errors.Is(err, store.ErrKeyUsed) {
		t.Errorf("the first answer to another request: %v", err)
	}
}

// TestDoRules checks that what the database refuses only at the end of a transaction is said in words inside one, too.
func TestDoRules(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	if err := s.AddAccount(t.Context(), "importer", store.RoleEditor, "test"); err != nil {
		t.Fatal(err)
	}
	n := noun(t, s, narrative.KindSource, "council")
	council := n.Doc.(narrative.Source)
	council.Party = "upper-town" // for which the other speaker of the point said by both speaks
	_, err := s.Do(t.Context(), store.Once{Account: "importer", Key: "rules"}, func(ctx context.Context) ([]byte, error) {
		_, err := s.Save(ctx, store.Edit{Doc: council, Was: "council", Version: n.Version, Actor: "importer"})
		return nil, err
	})
	if unsound, ok := errors.AsType[*store.Unsound](err); !ok || unsound.Problems[0].Path != "points" {
		t.Errorf("a party that leaves a point with one side: %v, want a problem of the points", err)
	}
}

// TestBring checks that an article comes with its text or not at all.
func TestBring(t *testing.T) {
	t.Parallel()
	s := stored(t, narrativetest.Bridge())
	text, err := passage.NewText("The bridge was open.\n\nCarts crossed it.")
	if err != nil {
		t.Fatal(err)
	}
	like := noun(t, s, narrative.KindArticle, "bridge-closed").Doc.(narrative.Article)
	like.Slug = "bridge-again"
	b := store.Bringing{
		Article: like, Text: text, Original: []byte("The bridge was open.\nCarts crossed it."), At: time.Now(), Marks: []store.Mark{{Start: 22, Label: "page 2"}}, Actor: "importer",
	}
	n, capture, err := s.Bring(t.Context(), b)
	if err != nil || n.Key != "bridge-again" || n.Version != 1 {
		t.Fatalf("brought in: %+v (%v)", n, err)
	}
	tagged, err := s.TaggedText(t.Context(), "bridge-again")
	if err != nil || tagged.Capture != capture || !tagged.Full || tagged.Text.String() != text.String() || len(tagged.Marks) != 1 || tagged.Marks[0].Label != "page 2" {
		t.Errorf("the text is %+v (%v)", tagged, err)
	}
	if _, _, err := s.Bring(t.Context(), b); !isUnsound(err) {
		t.Errorf("a slug that is taken: %v", err)
	}
	b.Article.Slug, b.Marks = "bridge-third", []store.Mark{{Start: -1, Label: "page 0"}}
	if _, _, err := s.Bring(t.Context(), b); !isUnsound(err) {
		t.Errorf("a mark outside the text: %v", err)
	}
	if _, err := s.TaggedText(t.Context(), "bridge-third"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of the article that was refused there is a text: %v", err)
	}
}

func isUnsound(err error) bool {
	_, ok := errors.AsType[*store.Unsound](err)
	return ok
}
