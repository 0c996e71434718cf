package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// bridgeText is a whole text in which the passages of the story of the bridge stand.
const bridgeText = "A paper's own heading.\n\n" +
	"It was a cold day. The council has closed the bridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open. Nobody laughed.\n\n" +
	"The envoy is concerned, “deeply”. He left by boat."

// tagged saves a claim of the paper's own on words of its article, which must stand there once.
func tagged(t *testing.T, s *store.Store, capture int64, text passage.Text, words ...string) store.Claim {
	t.Helper()
	found := passage.Find(text, passage.Quote{Segments: words})
	if len(found) != 1 {
		t.Fatalf("%q stands in %d places", words, len(found))
	}
	c, err := s.SaveClaim(t.Context(), store.ClaimEdit{
		Claim:   narrative.Claim{Source: "courier", Voice: narrative.OutletVoice},
		Article: "bridge-closed", Capture: capture, Match: found[0], Actor: "anna",
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// blocks returns the texts of an article's blocks with the numbers of claims in each.
func blocks(t *testing.T, s *store.Store) (texts []string, counts []int) {
	t.Helper()
	c, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range c.Articles[0].Blocks {
		texts = append(texts, b.Text)
		counts = append(counts, len(b.Claims))
	}
	if problems := slices.DeleteFunc(c.Validate(), func(p narrative.Problem) bool { return p.Later }); len(problems) > 0 {
		t.Errorf("the collection is not sound: %v", problems)
	}
	return texts, counts
}

// A claim that is tagged in the whole text becomes a part of the article's blocks where it overlaps one, and a block of its
// own elsewhere, in the order of the text.
func TestBlocksOfWholeText(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	want := narrativetest.Bridge()
	save(t, s, want)
	text, err := passage.NewText(bridgeText)
	if err != nil {
		t.Fatal(err)
	}
	full := store.FullText{Article: "bridge-closed", Original: []byte(bridgeText), Text: text, At: time.Now()}
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want.Sort()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the whole text changes what the desk holds (-want +got):\n%s", diff)
	}
	c, err := s.DeskClaim(t.Context(), narrativetest.Open)
	if err != nil {
		t.Fatal(err)
	}

	tagged(t, s, c.Capture, text, "He left by boat.")
	tagged(t, s, c.Capture, text, "A paper's own heading.")
	tagged(t, s, c.Capture, text, "the bridge was open. Nobody laughed.")
	tagged(t, s, c.Capture, text, "It was", "cold day")
	texts, counts := blocks(t, s)
	first := want.Articles[0].Blocks[0].Text
	if diff := cmp.Diff([]string{
		"A paper's own heading.", "It was a cold day", first + " Nobody laughed.",
		want.Articles[0].Blocks[1].Text, "He left by boat.",
	}, texts); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if want := []int{1, 1, 4, 1, 1}; !slices.Equal(counts, want) {
		t.Errorf("claims in the blocks: %v, want %v", counts, want)
	}
}

// A claim that gets other words is no longer where it stood in the excerpt, and one with nothing new keeps its version.
func TestSaveClaimMovesPassage(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, narrativetest.Bridge())
	text, err := passage.NewText(bridgeText)
	if err != nil {
		t.Fatal(err)
	}
	full := store.FullText{Article: "bridge-closed", Original: []byte(bridgeText), Text: text, At: time.Now()}
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); err != nil {
		t.Fatal(err)
	}
	c, err := s.DeskClaim(t.Context(), narrativetest.Open)
	if err != nil {
		t.Fatal(err)
	}
	e := store.ClaimEdit{Claim: c.Claim, Article: c.Article, Capture: c.Capture, Version: c.Version, Actor: "anna", Why: "shorter"}
	e.Claim.Words = []string{"the bridge was open"}
	e.Match = passage.Find(text, passage.Quote{Segments: e.Claim.Words})[0]
	saved, err := s.SaveClaim(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if saved.Version <= c.Version || strings.Join(saved.Words, "") != "the bridge was open" {
		t.Errorf("saved %q as version %d", saved.Words, saved.Version)
	}
	texts, _ := blocks(t, s)
	if texts[0] != narrativetest.Bridge().Articles[0].Blocks[0].Text {
		t.Errorf("the block is %q", texts[0])
	}
	// Whoever started from the version before is told.
	if _, err := s.SaveClaim(t.Context(), e); err == nil {
		t.Error("a save of an older version went through")
	}
	// A new capture of the same text finds the new words.
	longer, err := passage.NewText(bridgeText + "\n\nA line more.")
	if err != nil {
		t.Fatal(err)
	}
	full.Text, full.Original = longer, []byte(longer.String())
	if _, err := s.Capture(t.Context(), "test", "", []store.FullText{full}); err != nil {
		t.Fatal(err)
	}
	publish(t, s, "a first edition")
	verified(t, s)
}
