package corpus_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// practice reads the corpus for practice and the full texts of its articles.
func practice(t *testing.T) (narrative.Collection, map[narrative.Slug]string) {
	t.Helper()
	c, err := corpus.Read(articles.Practice)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[narrative.Slug]string{}
	for _, a := range c.Articles {
		text, err := fs.ReadFile(articles.Practice, string(a.Slug)+".txt")
		if err != nil {
			t.Fatal(err)
		}
		texts[a.Slug] = string(text)
	}
	return c, texts
}

// TestPracticeInvented: all of the corpus for practice says that it is invented, and none of it has a name or a code in
// common with the shipped one.
func TestPracticeInvented(t *testing.T) {
	t.Parallel()
	c, _ := practice(t)
	for _, d := range c.Disputes {
		if !d.Fiction {
			t.Errorf("the dispute %s does not say that it is fiction", d.Slug)
		}
	}
	for _, a := range c.Articles {
		if a.Rights != narrative.RightsFull || !strings.HasPrefix(a.Note, "Invented for practice") {
			t.Errorf("%s: rights are %s and the note is %q, want full rights and a note that it is invented", a.Slug, a.Rights, a.Note)
		}
		if a.URL != "" && !strings.Contains(a.URL, ".example/") {
			t.Errorf("%s: %s may be an address of somebody's", a.Slug, a.URL)
		}
	}
	for _, o := range c.Outlets {
		if !strings.HasPrefix(o.Description, "Invented") {
			t.Errorf("the outlet %s does not say that it is invented", o.Slug)
		}
	}
	shipped, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	taken := map[corpus.NounKey]bool{}
	for _, noun := range corpus.Nouns(shipped) {
		taken[noun.NounKey] = true
	}
	for _, noun := range corpus.Nouns(c) {
		if taken[noun.NounKey] {
			t.Errorf("%s %s is one of the shipped corpus too", noun.Kind, noun.Key)
		}
	}
}

// TestPracticeWords: the words of each passage, claim and figure stand in the full text of their article, each in one
// place.
func TestPracticeWords(t *testing.T) {
	t.Parallel()
	c, texts := practice(t)
	claims := 0
	for _, a := range c.Articles {
		text, err := passage.NewText(texts[a.Slug])
		if err != nil {
			t.Fatal(err)
		}
		find := func(words ...string) {
			if n := len(passage.Find(text, passage.Quote{Segments: words})); n != 1 {
				t.Errorf("%s: %q stands in %d places of the full text, want one", a.Slug, words, n)
			}
		}
		for _, b := range a.Blocks {
			find(b.Text)
			if !strings.Contains(text.String(), b.Text) {
				t.Errorf("%s: the full text has %q in other characters", a.Slug, b.Text)
			}
			for _, claim := range b.Claims {
				claims++
				if len(claim.Words) > 0 {
					find(claim.Words...)
				}
				for _, f := range claim.Figures {
					if !strings.Contains(b.Text, f.Verbatim) {
						t.Errorf("%s: the figure %q is not in its passage", claim.Code, f.Verbatim)
					}
				}
			}
		}
	}
	if claims < 25 {
		t.Errorf("%d claims, want at least 25", claims)
	}
}

// TestPracticeKinds: there is something of each sort that an editor meets.
func TestPracticeKinds(t *testing.T) {
	t.Parallel()
	c, texts := practice(t)
	if len(c.Articles) != 5 || len(c.Facts) < 3 {
		t.Errorf("%d articles and %d facts, want 5 and at least 3", len(c.Articles), len(c.Facts))
	}
	scripts := map[*unicode.RangeTable]int{}
	voices := map[narrative.Voice]int{}
	modes := map[narrative.Mode]int{}
	relations := map[narrative.Relation]int{}
	kinds := map[narrative.FactKind]int{}
	untagged, reworked := 0, 0
	for _, a := range c.Articles {
		if n := len(strings.Fields(texts[a.Slug])); n < 250 || n > 450 {
			t.Errorf("%s has %d words, want 250 to 450", a.Slug, n)
		}
		for _, script := range []*unicode.RangeTable{unicode.Arabic, unicode.Cyrillic, unicode.Latin} {
			if mostly(script, texts[a.Slug]) {
				scripts[script]++
			}
		}
		if len(a.Blocks) == 0 {
			untagged++
		}
		if a.Credit != "" {
			reworked++
		}
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				voices[claim.Voice]++
				for _, s := range claim.Stances {
					modes[s.Mode]++
				}
				for _, k := range claim.Counters {
					relations[k.Relation]++
				}
			}
		}
	}
	for _, f := range c.Facts {
		kinds[f.Kind]++
	}
	if scripts[unicode.Arabic] != 1 || scripts[unicode.Cyrillic] != 1 || scripts[unicode.Latin] != 3 {
		t.Errorf("articles by script: %d Arabic, %d Cyrillic, %d Latin; want 1, 1 and 3",
			scripts[unicode.Arabic], scripts[unicode.Cyrillic], scripts[unicode.Latin])
	}
	if untagged != 1 || reworked != 1 {
		t.Errorf("%d untagged articles and %d that rework another, want one of each", untagged, reworked)
	}
	for _, voice := range []narrative.Voice{narrative.DirectQuote, narrative.Paraphrase, narrative.OutletVoice} {
		if voices[voice] == 0 {
			t.Errorf("no claim has the voice %s", voice)
		}
	}
	for _, mode := range []narrative.Mode{
		narrative.Asserted, narrative.Denied, narrative.Presupposed, narrative.Demanded, narrative.Conditional, narrative.Concern, narrative.Withheld,
	} {
		if modes[mode] == 0 {
			t.Errorf("no stance has the mode %s", mode)
		}
	}
	for _, relation := range []narrative.Relation{
		narrative.Answers, narrative.Contradicts, narrative.InTension, narrative.Corroborates, narrative.Restates, narrative.PartOf,
	} {
		if relations[relation] == 0 {
			t.Errorf("no counter-claim has the relation %s", relation)
		}
	}
	for _, kind := range []narrative.FactKind{narrative.YesNo, narrative.NumberFact, narrative.Agreement} {
		if kinds[kind] == 0 {
			t.Errorf("no fact is of the kind %s", kind)
		}
	}
}

// mostly reports whether most letters of a text are of a script.
func mostly(script *unicode.RangeTable, text string) bool {
	letters := slices.DeleteFunc([]rune(text), func(r rune) bool { return !unicode.IsLetter(r) })
	n := 0
	for _, r := range letters {
		if unicode.Is(script, r) {
			n++
		}
	}
	return 2*n > len(letters)
}

// TestPracticeReprint: one article has half of its words from another one, almost as they are, and says so.
func TestPracticeReprint(t *testing.T) {
	t.Parallel()
	c, texts := practice(t)
	fours := func(text string) map[string]bool {
		words := strings.Fields(text)
		set := map[string]bool{}
		for i := 4; i <= len(words); i++ {
			set[strings.Join(words[i-4:i], " ")] = true
		}
		return set
	}
	for _, a := range c.Articles {
		if a.Credit == "" {
			continue
		}
		of, most := fours(texts[a.Slug]), 0.0
		for _, b := range c.Articles {
			shared := 0
			for four := range fours(texts[b.Slug]) {
				if a.Slug != b.Slug && of[four] {
					shared++
				}
			}
			most = max(most, float64(shared)/float64(len(of)))
		}
		if most < 0.4 || most > 0.9 {
			t.Errorf("%s shares %.2f of its runs of four words with another article, want 0.4 to 0.9", a.Slug, most)
		}
		return
	}
	t.Error("no article says that it reworks another")
}
