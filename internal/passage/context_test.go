package passage

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestContext(t *testing.T) {
	t.Parallel()
	family := "👩‍👩‍👧" // 5 code points, one cluster
	for _, test := range []struct {
		name, text, words, prefix, suffix string
	}{
		{"whole block", "before\n\nthe words\n\nafter", "the words", "", ""},
		{"inside a block", "x\n\nsee the words here\n\ny", "the words", "see ", " here"},
		{"cut to 32", strings.Repeat("ab ", 20) + "WORDS" + strings.Repeat(" cd", 20), "WORDS",
			"b ab ab ab ab ab ab ab ab ab ab ", " cd cd cd cd cd cd cd cd cd cd c"},
		{"no half cluster", family + strings.Repeat("x", 29) + "WORDS" + strings.Repeat("y", 29) + family, "WORDS",
			strings.Repeat("x", 29), strings.Repeat("y", 29)},
		{"no letter without its mark", "q\u0301" + strings.Repeat("x", 31) + "WORDS" + strings.Repeat("y", 31) + "q\u0301", "WORDS",
			strings.Repeat("x", 31), strings.Repeat("y", 31)},
		{"whole clusters at the limit", family + strings.Repeat("x", 27) + "WORDS" + strings.Repeat("y", 27) + family, "WORDS",
			family + strings.Repeat("x", 27), strings.Repeat("y", 27) + family},
		{"flags", "a " + strings.Repeat("🇦🇿", 17) + "WORDS", "WORDS", strings.Repeat("🇦🇿", 16), ""},
		{"half a flag", strings.Repeat("🇦🇿", 16) + "xWORDS", "WORDS", strings.Repeat("🇦🇿", 15) + "x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := mustText(t, test.text)
			found := Find(text, Quote{Segments: []string{test.words}})
			if len(found) != 1 {
				t.Fatalf("%d places", len(found))
			}
			prefix, suffix := Context(text, found[0])
			if prefix != test.prefix || suffix != test.suffix {
				t.Errorf("got %q and %q, want %q and %q", prefix, suffix, test.prefix, test.suffix)
			}
		})
	}
	text := mustText(t, "one two")
	if p, s := Context(text, Match{{0, 90}}); p != "" || s != "" {
		t.Errorf("of no match: %q, %q", p, s)
	}
	if p, s := Context(text, Match{{1, 2}, {3, 4}}); p != "o" || s != "two" {
		t.Errorf("of two segments: %q, %q", p, s)
	}
}

func TestContextProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Filter(func(text Text) bool { return text.Len() > 0 }).Draw(t, "text")
		m := anyMatch(t, text)
		prefix, suffix := Context(text, m)
		if strings.Contains(prefix+suffix, "\n") {
			t.Fatalf("context crosses a block: %q, %q", prefix, suffix)
		}
		n, k := utf8.RuneCountInString(prefix), utf8.RuneCountInString(suffix)
		if n > ContextLength || k > ContextLength {
			t.Fatalf("context too long: %q, %q", prefix, suffix)
		}
		words := m.extent()
		if p, err := text.Slice(Span{words.Start - n, words.Start}); p != prefix || err != nil {
			t.Fatalf("prefix %q is not before the words: %q, %v", prefix, p, err)
		}
		if s, err := text.Slice(Span{words.End, words.End + k}); s != suffix || err != nil {
			t.Fatalf("suffix %q is not after the words: %q, %v", suffix, s, err)
		}

		// The outer ends are edges of clusters, counted from the beginning of the block, except
		// where the words themselves begin or end inside one.
		block, err := text.blockOfMatch(m)
		if err != nil {
			t.Fatal(err)
		}
		edges := map[int]bool{words.Start: true, words.End: true}
		at := block.Start
		for g := uniseg.NewGraphemes(text.cut(block)); g.Next(); {
			edges[at] = true
			at += len(g.Runes())
		}
		edges[at] = true
		if !edges[words.Start-n] || !edges[words.End+k] {
			t.Fatalf("context of %v in %q splits a cluster: %q, %q", m, text, prefix, suffix)
		}
		// What was left out would not have fitted.
		for i := words.Start - ContextLength; i < words.Start-n; i++ {
			if i >= block.Start && edges[i] {
				t.Fatalf("prefix of %v in %q could have been longer: %q", m, text, prefix)
			}
		}
		for i := words.End + k + 1; i <= words.End+ContextLength; i++ {
			if i <= block.End && edges[i] {
				t.Fatalf("suffix of %v in %q could have been longer: %q", m, text, suffix)
			}
		}
	})
}
