package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	anchors "counterclaim/internal/passage" // the package has a component of that name
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// invented is a word that stands in every sentence of a full text that no passage quotes.
var invented = regexp.MustCompile(`quelm[0-9]+x[0-9]+`)

// fullText is an article's whole text: its blocks, in their order, each in a paragraph with words before and after it,
// and paragraphs between them. The number tells articles apart.
func fullText(n int, a narrative.Article) string {
	var text strings.Builder
	word := 0
	next := func() string {
		word++
		return fmt.Sprintf("quelm%dx%d", n, word)
	}
	fmt.Fprintf(&text, "The harbour of %s woke early. Nobody in %s had slept.\n\n", next(), next())
	for _, b := range a.Blocks {
		fmt.Fprintf(&text, "From %s it was heard that morning: %s and then %s went home.\n\n", next(), b.Text, next())
		fmt.Fprintf(&text, "Gulls from %s sat on the wall. What %s saw is not told here, nor by %s.\n\n", next(), next(), next())
	}
	return text.String()
}

// TestFullTexts gives every article of the shipped corpus a full text. All claims must be anchored in them, no edition
// may come of it, and no address may show a sentence that is not quoted, but for the article whose rights are full.
func TestFullTexts(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	open := c.Articles[0].Slug
	c.Articles[0].Rights = narrative.RightsFull
	s := newSite(t)
	s.publish(c)

	var texts []store.FullText
	for i, a := range c.Articles {
		raw := fullText(i, a)
		text, err := anchors.NewText(raw)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, store.FullText{Article: a.Slug, Original: []byte(raw), Text: text, At: time.Now()})
	}
	report, err := s.store.Capture(t.Context(), "test", "a test", texts)
	if err != nil {
		t.Fatal(err)
	}
	claims := 0
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			claims += len(b.Claims)
		}
	}
	for _, r := range report {
		if r.Outcome != anchors.Anchored {
			t.Errorf("claim %s of %s is %s", r.Claim, r.Article, r.Outcome)
		}
	}
	if len(report) != claims {
		t.Errorf("%d claims in the report, want %d", len(report), claims)
	}
	published, err := s.store.Publish(t.Context(), store.Publication{Reason: "a test", Kind: edition.Update, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range published {
		if p.Changed {
			t.Errorf("%s has edition %d, though only anchors are new", p.Fact, p.Number)
		}
	}
	checkFullTexts(t, s, open, texts)
}

// checkFullTexts looks for the full texts in the answers of all addresses.
func checkFullTexts(t *testing.T, s *site, open narrative.Slug, texts []store.FullText) {
	t.Helper()
	whole := map[string]bool{} // the words of the article that may be shown
	for _, text := range texts {
		if text.Article == open {
			for _, word := range invented.FindAllString(text.Text.String(), -1) {
				whole[word] = true
			}
		}
	}
	answers := s.crawl()
	for path, a := range answers {
		found := invented.FindAllString(a.body, -1)
		for _, word := range found {
			if !whole[word] {
				t.Errorf("%s shows %q, of a text that readers may not see", path, word)
			}
		}
		switch {
		case path == ui.ArticlePath(string(open)):
			if len(found) != len(whole) {
				t.Errorf("%s shows %d of the %d words of a text whose rights are full", path, len(found), len(whole))
			}
		case strings.HasPrefix(path, "/claims/"):
			if len(found) > 2 { // the one sentence with the passage
				t.Errorf("%s shows more than a sentence: %q", path, found)
			}
		case len(found) > 0:
			t.Errorf("%s shows %q", path, found)
		}
	}
	if len(answers) < len(s.server.Routes()) {
		t.Errorf("only %d addresses were looked at", len(answers))
	}
}
