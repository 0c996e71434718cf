package corpus_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

// fullWords is how many words each shipped article has, headline and byline included where the text has them. The full
// texts are not in the repository; whoever adds an article counts its words and enters the number here.
var fullWords = map[narrative.Slug]int{
	"anadolu-2023-01-24-aliyev-blinken-call":      518,
	"asbarez-2023-01-donfried-calls":              348,
	"asbarez-2023-09-15-senate-testimony":         469,
	"ifp-2023-09-07-aliyev-blinken-call":          320,
	"unidentified-2023-09-blinken-pashinyan-call": 761,
}

var (
	word   = regexp.MustCompile(`[\p{L}\p{M}\p{N}_]+`)
	quoted = regexp.MustCompile(`“([^“”]+)”`)
)

// TestCopied counts the words that the corpus has copied from each article: at most half of them, as rights allow. Words
// that stand in the article's passages are counted once, however often the rest of the corpus quotes them. Only what was
// written for practice may be here whole, and no article that is somebody else's passes for that by saying so.
func TestCopied(t *testing.T) {
	t.Parallel()
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range c.Articles {
		if a.Rights != narrative.RightsExcerpt {
			t.Errorf("%s: rights are %s; expected excerpt of what others have written", a.Slug, a.Rights)
		}
		all, ok := fullWords[a.Slug]
		if !ok {
			t.Errorf("%s: how many words it has is not known; expected an entry in fullWords", a.Slug)
			continue
		}
		copied := copiedFrom(a, c)
		n := 0
		for _, s := range copied {
			n += len(word.FindAllString(s, -1))
		}
		t.Logf("%s: %d of %d words, %d percent", a.Slug, n, all, 100*n/all)
		if 2*n > all {
			t.Errorf("%s: %d of its %d words are copied; expected at most half: shorten passages", a.Slug, n, all)
		}
	}
	err = fs.WalkDir(os.DirFS("../../articles"), ".", func(name string, entry fs.DirEntry, err error) error {
		if path.Ext(name) == ".txt" && path.Dir(name) != "practice" {
			t.Errorf("articles/%s: expected no full text but those written for practice", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for slug := range fullWords {
		if _, ok := c.Index().Article(slug); !ok {
			t.Errorf("%s is no article of the corpus", slug)
		}
	}
}

// copiedFrom returns what the corpus has from the text of an article: its passages, headline and byline, the names, offices
// and verbs as printed, and what editors' text on it quotes. What stands in another piece of it is left out. Other names of
// a source count where it speaks in this article only: of one that speaks in several, nobody knows which printed them.
func copiedFrom(a narrative.Article, c narrative.Collection) []string {
	var copied, more []string
	for _, b := range a.Blocks {
		copied = append(copied, b.Text)
	}
	quotes := func(texts ...string) {
		for _, s := range texts {
			for _, m := range quoted.FindAllStringSubmatch(s, -1) {
				more = append(more, m[1])
			}
		}
	}
	if a.HeadlineBy == narrative.ByArticle {
		more = append(more, a.Headline)
	}
	more = append(more, a.Byline)
	quotes(a.Credit, a.Note, a.Identified.Reason, a.Published.Reason)
	speaks := map[narrative.Slug]map[narrative.Slug]bool{} // source: articles
	for _, other := range c.Articles {
		for _, b := range other.Blocks {
			for _, claim := range b.Claims {
				if speaks[claim.Source] == nil {
					speaks[claim.Source] = map[narrative.Slug]bool{}
				}
				speaks[claim.Source][other.Slug] = true
			}
		}
	}
	for _, b := range a.Blocks {
		for _, claim := range b.Claims {
			more = append(more, claim.Named, claim.Office)
			quotes(string(claim.Note), claim.Uttered.Reason, claim.Issued.Reason, claim.About.Reason)
			if s, ok := c.SourceOf(claim.Source); ok && len(speaks[claim.Source]) == 1 {
				more = append(more, s.Printed...)
			}
			for _, h := range claim.Chain {
				more = append(more, h.Verb)
			}
		}
	}
	slices.SortStableFunc(more, func(a, b string) int { return len(b) - len(a) })
	for _, s := range more {
		in := func(old string) bool { return strings.Contains(strings.ToLower(old), strings.ToLower(s)) }
		if s != "" && !slices.ContainsFunc(copied, in) {
			copied = append(copied, s)
		}
	}
	return copied
}
