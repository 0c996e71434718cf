package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// textOf makes a canonical text.
func textOf(t *testing.T, s string) passage.Text {
	t.Helper()
	text, err := passage.NewText(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// received keeps a text as an arrival and returns what confirms it.
func received(t *testing.T, s *store.Store, article narrative.Slug, text string) store.Confirmation {
	t.Helper()
	id, err := s.Receive(t.Context(), store.Receipt{Format: "text", Name: "pasted.txt", Title: "Bridge", Original: []byte(text), At: time.Now(), Actor: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	return store.Confirmation{Arrival: id, Version: 1, Article: narrative.Article{Slug: article}, Text: textOf(t, text), Prints: []int32{1, 2, 3}, Actor: "anna"}
}

// Claims that were tagged in the whole text are looked for in a newer one from there; what is not certain stays where it is, as
// are words beside which a figure is another one now.
func TestRecapture(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, narrativetest.Bridge())
	text := textOf(t, bridgeText)
	if _, err := s.Recapture(t.Context(), received(t, s, "bridge-closed", bridgeText)); err != nil {
		t.Fatal(err)
	}
	open, err := s.DeskClaim(t.Context(), narrativetest.Open)
	if err != nil {
		t.Fatal(err)
	}
	first := open.Capture
	same := tagged(t, s, first, text, "A paper's own heading.")
	moved := tagged(t, s, first, text, "He left by boat.")
	reworded := tagged(t, s, first, text, "It was a cold day.")
	gone := tagged(t, s, first, text, "Nobody laughed.")

	newer := strings.NewReplacer("It was a cold day.", "It was a cold May day.", " Nobody laughed.", "", "at least 40 carts", "at least 60 carts",
		"The envoy is", "It snowed for an hour.\n\nThe envoy is").Replace(bridgeText)
	report, err := s.Recapture(t.Context(), received(t, s, "bridge-closed", newer))
	if err != nil || len(report) != 8 {
		t.Fatalf("report = %+v (%v), want 8 claims", report, err)
	}
	latest := textOf(t, newer)
	for _, test := range []struct {
		code  narrative.Code
		moves bool
	}{{same.Code, true}, {moved.Code, true}, {reworded.Code, false}, {gone.Code, false}, {narrativetest.Open, true}, {narrativetest.Own, false}, {narrativetest.Closed, false}} {
		c, err := s.DeskClaim(t.Context(), test.code)
		if err != nil {
			t.Fatal(err)
		}
		if (c.Capture > first) != test.moves {
			t.Errorf("claim %q stands in capture %d, moved: want %v", c.Words, c.Capture, test.moves)
		}
		if test.moves {
			if words, err := latest.Words(c.Match); err != nil || words[0] != c.Words[0] {
				t.Errorf("claim %q is anchored at %q (%v)", c.Words, words, err)
			}
		}
	}
	article, drifts, counts, err := s.Drifts(t.Context(), "bridge-closed")
	if err != nil || article.Slug != "bridge-closed" {
		t.Fatal(err)
	}
	outcomes := map[narrative.Code]passage.Outcome{}
	for _, d := range drifts {
		outcomes[d.Code] = d.Anchor.Outcome
		if d.Code == narrativetest.Own && !d.Anchor.Figures {
			t.Error("a changed figure is not told")
		}
	}
	if len(drifts) != 4 || outcomes[narrativetest.Closed] != passage.Drifted || outcomes[reworded.Code] != passage.Drifted || outcomes[gone.Code] != passage.Orphaned || outcomes[narrativetest.Own] != passage.Drifted {
		t.Errorf("drifts: %v", outcomes)
	}
	if counts.Same+counts.Moved != 4 || counts.Moved < 2 || counts.Kept != 0 {
		t.Errorf("counts = %+v", counts)
	}
	adrift, next, err := s.Adrift(t.Context(), "")
	if err != nil || len(adrift) != 4 || next != "" {
		t.Errorf("adrift = %+v, %q (%v)", adrift, next, err)
	}

	// One is left where it is, and does not come again; the collection holds together.
	keep := store.Keeping{Claim: gone.Code, Version: gone.Version, Capture: drifts[0].Latest, Actor: "anna",
		Changed: narrative.TextChange{Kind: narrative.TextRemoved, Seen: "2024-05-05"}}
	if _, err := s.Keep(t.Context(), keep); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(t.Context(), keep); err == nil {
		t.Error("kept again from an old version")
	}
	c, err := s.DeskClaim(t.Context(), gone.Code)
	if err != nil || c.Changed != keep.Changed || c.Capture != first {
		t.Errorf("claim = %+v (%v)", c, err)
	}
	if _, drifts, counts, err = s.Drifts(t.Context(), "bridge-closed"); err != nil || len(drifts) != 3 || counts.Kept != 1 {
		t.Errorf("%d drifts, %+v (%v), want 3", len(drifts), counts, err)
	}
	blocks(t, s)

	// The words of the new text, where an editor takes them.
	for _, d := range drifts {
		if d.Code != reworded.Code {
			continue
		}
		claim := d.Claim.Claim
		claim.Words = nil
		if _, err := s.SaveClaim(t.Context(), store.ClaimEdit{
			Claim: claim, Article: d.Article, Capture: d.Latest, Match: d.Anchor.Match, Version: d.Version, Actor: "anna",
		}); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := s.DeskClaim(t.Context(), reworded.Code); err != nil || !strings.HasPrefix(c.Words[0], "It was a cold May day") {
		t.Errorf("claim = %q (%v)", c.Words, err)
	}

	// A newer text still with the words back: what was left goes there, too.
	if _, err := s.Recapture(t.Context(), received(t, s, "bridge-closed", bridgeText)); err != nil {
		t.Fatal(err)
	}
	if c, err := s.DeskClaim(t.Context(), gone.Code); err != nil || c.Capture == first {
		t.Errorf("claim stands in capture %d (%v)", c.Capture, err)
	}
	if _, err := s.Keep(t.Context(), keep); !errors.Is(err, store.ErrNotLatest) {
		t.Errorf("kept against an older text: %v", err)
	}
}

// Of many who confirm the same arrival one makes the article, and the others are told.
func TestConfirmOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, narrativetest.Bridge())
	c := received(t, s, "", bridgeText)
	c.Article = narrative.Article{
		Slug: "new-story", Outlet: "courier", Identified: narrative.Identification{Basis: narrative.Given}, Kind: narrative.Report, Headline: "A bridge",
		HeadlineBy: narrative.ByArticle, Language: "en", Rights: narrative.RightsExcerpt, Published: narrative.Date{Basis: narrative.Unknown, Reason: "no day is given"},
	}
	c.Marks = []store.Mark{{Start: 0, Label: "page 1"}, {Start: 10, Label: "page 2"}}
	c.Archive = store.ArchiveCopy{Address: "https://archive.example/1", On: "2024-05-05"}
	c.Origin, c.Basis = "bridge-closed", "words"
	var wg sync.WaitGroup
	results := make([]error, 4)
	slugs := make([]narrative.Slug, len(results))
	for i := range results {
		wg.Go(func() { slugs[i], results[i] = s.Confirm(t.Context(), c) })
	}
	wg.Wait()
	won := 0
	for i, err := range results {
		var told *store.ArrivalChanged
		switch {
		case err == nil && slugs[i] == "new-story":
			won++
		case !errors.As(err, &told) || told.Now.State != store.ArrivalConfirmed || told.Now.Article != "new-story" || told.Now.SettledBy != "anna":
			t.Errorf("told %v", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d won, want 1", won)
	}
	view, err := s.Tagging(t.Context(), "new-story")
	if err != nil || !view.Full || view.Text.String() != c.Text.String() || len(view.Marks) != 2 {
		t.Errorf("view = %+v (%v)", view, err)
	}
	_, list, err := s.Captures(t.Context(), "new-story")
	if err != nil || len(list) != 1 || len(list[0].Archives) != 1 || list[0].Archives[0] != c.Archive {
		t.Errorf("captures = %+v (%v)", list, err)
	}
	if name, body, err := s.Original(t.Context(), c.Arrival); err != nil || name != "pasted.txt" || string(body) != bridgeText {
		t.Errorf("original = %q, %q (%v)", name, body, err)
	}

	// Texts are found by what they have in common, those of an import once they were looked at.
	if left, err := s.IndexReprints(t.Context(), func(string) []int32 { return []int32{3, 4} }); err != nil || left != 0 {
		t.Errorf("%d left (%v)", left, err)
	}
	alike, err := s.Reprints(t.Context(), []int32{2, 3}, "")
	if err != nil || len(alike) != 2 || alike[0].Article != "new-story" || !alike[0].Full || alike[1].Article != "bridge-closed" || alike[1].Full {
		t.Errorf("alike = %+v (%v)", alike, err)
	}

	// With the text goes what else is kept of it.
	if err := s.EraseText(t.Context(), "anna", "new-story", "asked to"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Original(t.Context(), c.Arrival); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the original is still there: %v", err)
	}
	if alike, err := s.Reprints(t.Context(), []int32{1, 2}, ""); err != nil || len(alike) != 0 {
		t.Errorf("alike = %+v (%v), want none", alike, err)
	}
}

// What is not sound makes nothing, and leaves the arrival as it was.
func TestConfirmRefused(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := received(t, s, "new-story", bridgeText)
	c.Article.Outlet = "nobody"
	var unsound *store.Unsound
	if _, err := s.Confirm(t.Context(), c); !errors.As(err, &unsound) || len(unsound.Problems) == 0 {
		t.Fatalf("error = %v", err)
	}
	if a, err := s.Arrival(t.Context(), c.Arrival); err != nil || a.State != store.ArrivalWaiting || a.Version != 1 {
		t.Errorf("arrival = %+v (%v)", a, err)
	}
	if _, err := s.Recapture(t.Context(), c); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a new text of nothing: %v", err)
	}
	if _, err := s.Receive(t.Context(), store.Receipt{Format: "text", Actor: "anna"}); !errors.Is(err, store.ErrNothingReceived) {
		t.Errorf("nothing received: %v", err)
	}
}
