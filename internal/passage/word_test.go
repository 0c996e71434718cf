package passage

import (
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestSnapToWords(t *testing.T) {
	t.Parallel()
	text := mustText(t, "The mayor’s office said 1,240 lorries, don't ask.\n\nLaçın ńext “word”")
	for _, test := range []struct {
		name string
		span Span
		want string
	}{
		{"whole words", Span{0, 11}, "The mayor’s"},
		{"inside one word", Span{5, 7}, "mayor’s"},
		{"white space at the ends", Span{3, 12}, "mayor’s"},
		{"from word to word", Span{13, 20}, "office said"},
		{"number", Span{26, 31}, "1,240 lorries"},
		{"contraction", Span{43, 44}, "don't"},
		{"white space only", Span{3, 4}, ""},
		{"caret", Span{5, 5}, ""},
		{"over the blocks", Span{46, 53}, "ask.\n\nLaçın"},
		{"the break only", Span{49, 51}, ""},
		{"outside", Span{-5, 2}, "The"},
		{"beyond", Span{62, 900}, "“word”"},
		{"backwards", Span{9, 2}, ""},
	} {
		got, err := text.Slice(SnapToWords(text, test.span))
		if err != nil || got != test.want {
			t.Errorf("%s: SnapToWords(%v) = %q, %v, want %q", test.name, test.span, got, err, test.want)
		}
	}
	// UAX 29 takes spaces around a joiner for a part of it.
	if got := SnapToWords(mustText(t, "road \u200d gate"), Span{5, 6}); got != (Span{5, 6}) {
		t.Errorf("of a joiner between spaces: %v", got)
	}
	if got := SnapToWords(Text{}, Span{3, 8}); got != (Span{}) {
		t.Errorf("in the empty text: %v", got)
	}
}

func TestSnapToWordsProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		s := Span{rapid.IntRange(-3, text.Len()+3).Draw(t, "start"), rapid.IntRange(-3, text.Len()+3).Draw(t, "end")}
		got := SnapToWords(text, s)
		words, err := text.Slice(got)
		if err != nil {
			t.Fatalf("outside the text: %v", err)
		}
		if again := SnapToWords(text, got); again != got {
			t.Fatalf("%v snaps to %v, that to %v", s, got, again)
		}
		if got.Len() == 0 {
			return
		}
		if text.isSpace(got.Start) || text.isSpace(got.End-1) {
			t.Fatalf("white space at the ends of %q", words)
		}
		edges := map[int]bool{0: true}
		at, rest, state := 0, text.String(), -1
		for rest != "" {
			var w string
			w, rest, state = uniseg.FirstWordInString(rest, state)
			at += len([]rune(w))
			edges[at] = true
		}
		for at := range text.Len() {
			if text.isSpace(at) { // also where UAX 29 joins it to a joiner
				edges[at], edges[at+1] = true, true
			}
		}
		if !edges[got.Start] || !edges[got.End] {
			t.Fatalf("%v of %q cuts a word", got, text)
		}
	})
}

func TestIsEdge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		before, after string
		want          bool
	}{
		{"", "road", true},
		{"road", "", true},
		{"the ", "road", true},
		{"road", ".", true},
		{"road", "s", false},
		{"b", "road", false},
		{"1,", "980", false},
		{"3", ".5", false},
		{"in 2022", ", 980", true},
		{"3", ". Then", true},
		{"ca", "n't", false},
		{"can", "'t", false},
		{"mayor", "'s", true},
		{"non", "-negotiable", true},
		{"e", "\u0301", false},
		{"end\n\n", "\u0301a", true},
		{"東", "京", true},
		{"Լաչ", "ին", false},
	} {
		at := len([]rune(test.before))
		if got := isEdge([]rune(test.before+test.after), at); got != test.want {
			t.Errorf("isEdge(%q | %q) = %v, want %v", test.before, test.after, got, test.want)
		}
	}
}
