package passage

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ab ", 100)
	for _, test := range []struct {
		name string
		q    Quote
		want error
	}{
		{"one", Quote{Segments: []string{"a"}}, nil},
		{"three", Quote{Segments: []string{"a", "b", "c"}}, nil},
		{"none", Quote{}, ErrNoSegment},
		{"four", Quote{Segments: []string{"a", "b", "c", "d"}}, ErrTooManySegments},
		{"blank", Quote{Segments: []string{"a", " \u200b\n"}}, ErrBlankSegment},
		{"at the limit", Quote{Segments: []string{long}}, nil},
		{"300 and one", Quote{Segments: []string{strings.Repeat("x", 300), "y"}}, ErrTooLong},
		{"300 once composed", Quote{Segments: []string{strings.Repeat("c\u0327", 300)}}, nil},
		{"300 beyond the basic plane", Quote{Segments: []string{strings.Repeat("𝕏", 300)}}, nil},
		{"bytes", Quote{Segments: []string{"\xff"}}, ErrNotUTF8},
		{"NUL", Quote{Segments: []string{"a"}, Suffix: "\x00"}, ErrNUL},
	} {
		if err := test.q.Validate(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	const text = "The bridge is “closed”, said the mayor’s office.\n\n" +
		"The bridge is open, said 'the harbour' office; Laçın İşğal Լաչին لاچین 𝕏 road.\n\n" +
		"a b a b a"
	for _, test := range []struct {
		name string
		q    Quote
		want []string // each match's segments, with positions checked by Words
	}{
		{"once", Quote{Segments: []string{"is open"}}, []string{"is open"}},
		{"twice", Quote{Segments: []string{"The bridge is"}}, []string{"The bridge is", "The bridge is"}},
		{"nowhere", Quote{Segments: []string{"the tunnel"}}, nil},
		{"other case", Quote{Segments: []string{"the Bridge is"}}, nil},
		{"other dash", Quote{Segments: []string{"is - open"}}, nil},
		{"straight marks", Quote{Segments: []string{`is "closed", said the mayor's`}}, []string{"is “closed”, said the mayor’s"}},
		{"curly marks", Quote{Segments: []string{"said ‘the harbour’"}}, []string{"said 'the harbour'"}},
		{"angled marks", Quote{Segments: []string{"is «closed»"}}, []string{"is “closed”"}},
		{"single for double", Quote{Segments: []string{"is 'closed'"}}, nil},
		{"any white space", Quote{Segments: []string{"\u00a0is\t\nopen,\r\n\r\nsaid "}}, []string{"is open, said"}},
		{"NFD", Quote{Segments: []string{"Lac\u0327\u0131n I\u0307s\u0327g\u0306al"}}, []string{"Laçın İşğal"}},
		{"Armenian", Quote{Segments: []string{"Լաչին"}}, []string{"Լաչին"}},
		{"Arabic", Quote{Segments: []string{"لاچین 𝕏"}}, []string{"لاچین 𝕏"}},
		{"over a block", Quote{Segments: []string{"office. The"}}, nil},
		{"two segments", Quote{Segments: []string{"The bridge", "office"}}, []string{"The bridge|office", "The bridge|office"}},
		{"segments in two blocks", Quote{Segments: []string{"closed", "harbour"}}, nil},
		{"segments out of order", Quote{Segments: []string{"open", "The bridge"}}, nil},
		{"segments side by side", Quote{Segments: []string{"is", "open"}}, []string{"is|open"}},
		{"overlapping places", Quote{Segments: []string{"a b a"}}, []string{"a b a", "a b a"}},
		{"prefix", Quote{Segments: []string{"said"}, Prefix: "open, "}, []string{"said"}},
		{"prefix without its space", Quote{Segments: []string{"said"}, Prefix: "is open,"}, []string{"said"}},
		{"prefix in other marks", Quote{Segments: []string{"said"}, Prefix: `"closed", `}, []string{"said"}},
		{"wrong prefix", Quote{Segments: []string{"said"}, Prefix: "shut, "}, nil},
		{"prefix over a block", Quote{Segments: []string{"The bridge"}, Prefix: "office. "}, nil},
		{"suffix", Quote{Segments: []string{"The bridge is"}, Suffix: " open"}, []string{"The bridge is"}},
		{"wrong suffix", Quote{Segments: []string{"The bridge is"}, Suffix: " shut"}, nil},
		{"both", Quote{Segments: []string{"bridge", "said"}, Prefix: "The", Suffix: "'the"}, []string{"bridge|said"}},
		{"no segment", Quote{}, nil},
		{"blank segment", Quote{Segments: []string{"bridge", " "}}, nil},
		{"not UTF-8", Quote{Segments: []string{"bridge\xff"}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := mustText(t, text)
			var got []string
			for _, m := range Find(text, test.q) {
				words, err := text.Words(m)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.Join(words, "|"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindPositions(t *testing.T) {
	t.Parallel()
	text := mustText(t, "𝕏 “é” is\n\n𝕏 “é” is")
	want := []Match{{{2, 5}, {6, 8}}, {{12, 15}, {16, 18}}}
	if diff := cmp.Diff(want, Find(text, Quote{Segments: []string{`"e` + "\u0301" + `"`, "is"}})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], Find(text, Quote{Segments: []string{`"é"`, "is"}, Prefix: "𝕏"})[1:]); diff != "" {
		t.Errorf("with a prefix (-want +got):\n%s", diff)
	}
}

func TestFindEveryWay(t *testing.T) {
	t.Parallel()
	text := mustText(t, "a b a b a")
	want := []Match{
		{{0, 1}, {2, 3}, {4, 5}}, {{0, 1}, {2, 3}, {8, 9}}, {{0, 1}, {6, 7}, {8, 9}}, {{4, 5}, {6, 7}, {8, 9}},
	}
	if diff := cmp.Diff(want, Find(text, Quote{Segments: []string{"a", "b", "a"}})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFindIsBounded(t *testing.T) {
	t.Parallel()
	text := mustText(t, strings.Repeat("a ", 50_000))
	if got := len(Find(text, Quote{Segments: []string{"a", "a", "a"}})); got != maxMatches {
		t.Errorf("%d matches, want %d", got, maxMatches)
	}
	if got := Find(text, Quote{Segments: []string{"a", "a", "b"}}); got != nil {
		t.Errorf("%d matches of what is not there", len(got))
	}
}

func TestFindWhatWasCutOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Filter(func(text Text) bool { return text.Len() > 0 }).Draw(t, "text")
		m := anyMatch(t, text)
		words, err := text.Words(m)
		if err != nil {
			t.Fatal(err)
		}
		found := Find(text, Quote{Segments: words})
		if len(found) < maxMatches && !slices.ContainsFunc(found, func(n Match) bool { return slices.Equal(m, n) }) {
			t.Fatalf("%q of %q: %v is not in %v", words, text, m, found)
		}
		prefix, suffix := Context(text, m)
		near := Find(text, Quote{Segments: words, Prefix: prefix, Suffix: suffix})
		if len(near) < maxMatches && !slices.ContainsFunc(near, func(n Match) bool { return slices.Equal(m, n) }) {
			t.Fatalf("%q of %q between %q and %q: %v is not in %v", words, text, prefix, suffix, m, near)
		}
		checkFound(t, text, words, found)
	})
}

// checkFound checks that matches denote words that are the segments but for white space and marks.
func checkFound(t interface{ Fatalf(string, ...any) }, text Text, segments []string, found []Match) {
	for _, m := range found {
		words, err := text.Words(m)
		if err != nil || len(words) != len(segments) {
			t.Fatalf("Words(%v) = %q, %v", m, words, err)
		}
		for i := range words {
			if foldQuote(words[i]) != foldQuote(segments[i]) {
				t.Fatalf("found %q for %q", words[i], segments[i])
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("The “bridge” is closed.\n\nThe bridge is open.", `The "bridge"`, "closed", "", ".")
	f.Add("Lac\u0327\u0131n 𝕏", "Laçın", "", "", " 𝕏")
	f.Add("a a a a", "a", "a", "a", "a")
	f.Add("a\u0301", "a", "\u0301", "\u200b", "\xff")
	f.Fuzz(func(t *testing.T, raw, first, second, prefix, suffix string) {
		text, err := NewText(raw)
		if err != nil {
			return
		}
		segments := []string{first}
		if second != "" {
			segments = append(segments, second)
		}
		all := Find(text, Quote{Segments: segments})
		checkFound(t, text, segments, all)
		near := Find(text, Quote{Segments: segments, Prefix: prefix, Suffix: suffix})
		checkFound(t, text, segments, near)
		if len(near) > len(all) {
			t.Fatalf("%d places with context, %d without", len(near), len(all))
		}
	})
}
