package passage

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// mustText makes a text or ends the test.
func mustText(t testing.TB, raw string) Text {
	t.Helper()
	text, err := NewText(raw)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// fragments are what generated texts are made of: all that has ever been a trap.
var fragments = []string{
	"road", "the", "convoy", "not", "980", "1,240", "over", "two", "bridge", "Bridge", "closed", "open",
	"U.S.", "Dec.", "don't", "don’t", "“", "”", "\"", "'", "’", ".", ",", "!", "-", "–", "…",
	"Laçın", "Lac\u0327\u0131n", "İşğal", "I\u0307s\u0327g\u0306al", "Լաչին", "։", "لاچین", "،", "Лачин",
	"𝕏", "👩‍👩‍👧", "🏳️‍🌈", "🇦🇿🇦🇲", "e\u0301\u0323", "한국", "กำ", "क्षि", "\u0301", "東京",
	" ", "  ", "\u00a0", "\t", "\n", "\r\n", "\n\n", "\u2029", "\u200b", "\u200d", "\ufeff", "\u202e", "\u0007",
}

// rawText generates text as it may come from anywhere.
func rawText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		words := rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 60).Draw(t, "words")
		sep := rapid.SampledFrom([]string{"", " ", " ", " "}).Draw(t, "separator")
		return strings.Join(words, sep)
	})
}

// anyText generates canonical text.
func anyText() *rapid.Generator[Text] {
	return rapid.Custom(func(t *rapid.T) Text {
		text, err := NewText(rawText().Draw(t, "raw"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	})
}

// anyMatch generates a match of up to three segments in a text with blocks, without white space at the
// ends of the segments.
func anyMatch(t *rapid.T, text Text) Match {
	block := rapid.SampledFrom(text.Blocks()).Draw(t, "block")
	var m Match
	from := block.Start
	for range rapid.IntRange(1, MaxSegments).Draw(t, "segments") {
		s := trimmed(text, spanIn(t, Span{from, block.End}))
		if s.Len() == 0 {
			continue
		}
		m = append(m, s)
		from = s.End
	}
	if len(m) == 0 {
		m = Match{{block.Start, block.Start + 1}}
	}
	return m
}

// spanIn generates a span inside another.
func spanIn(t *rapid.T, s Span) Span {
	start := rapid.IntRange(s.Start, s.End).Draw(t, "start")
	return Span{start, rapid.IntRange(start, s.End).Draw(t, "end")}
}

// trimmed drops white space at the ends of a span.
func trimmed(text Text, s Span) Span {
	for s.Len() > 0 && text.isSpace(s.Start) {
		s.Start++
	}
	for s.Len() > 0 && text.isSpace(s.End-1) {
		s.End--
	}
	return s
}

func TestNewText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, raw, want string }{
		{"empty", "", ""},
		{"white space only", " \n\n\t\u00a0\r\n", ""},
		{"plain", "One line.", "One line."},
		{"runs of spaces", "a  b\t\tc\u00a0 \u2009d", "a b c d"},
		{"single line break", "a\nb\r\nc\rd", "a b c d"},
		{"blank line", "a\n\nb", "a\n\nb"},
		{"blank lines with spaces", " a \n \t\n\n  b \n", "a\n\nb"},
		{"Windows blank line", "a\r\n\r\nb", "a\n\nb"},
		{"old Mac blank line", "a\r\rb", "a\n\nb"},
		{"mixed line ends", "a\n\rb", "a\n\nb"},
		{"line separators", "a\u2028b\u2028\u2028c\u0085d", "a b\n\nc d"},
		{"paragraph separator", "a\u2029b", "a\n\nb"},
		{"break beside invisible", "a\n\u200b\nb", "a\n\nb"},
		{"block of nothing visible", "a\n\n\u200b\n\nb", "a\n\nb"},
		{"soft hyphen", "block\u00adade", "blockade"},
		{"byte order mark", "\ufeffa", "a"},
		{"overrides", "a \u202eb\u202c \u2066c\u2069", "a b c"},
		{"controls", "a\x07b\x1b[0m\x7f\u0099", "ab[0m"},
		{"composed after dropping", "c\u200b\u0327", "ç"},
		{"NFD Laçın", "Lac\u0327\u0131n", "Laçın"},
		{"NFD İşğal", "I\u0307s\u0327g\u0306al", "İşğal"},
		{"order of marks", "e\u0301\u0323", "ẹ\u0301"},
		{"kept joiners", "👩‍👧 می\u200cرود", "👩‍👧 می\u200cرود"},
		{"kept marks of direction", "a\u200fb\u061c", "a\u200fb\u061c"},
		{"Armenian", "Լաչին։  Այո", "Լաչին։ Այո"},
		{"Arabic", "ممر\u00a0لاچین", "ممر لاچین"},
		{"quotation marks stay", "“a” 'b' «c»", "“a” 'b' «c»"},
		{"replacement character stays", "a\uFFFDb", "a\uFFFDb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := NewText(test.raw)
			if err != nil || got.String() != test.want {
				t.Fatalf("NewText(%q) = %q, %v, want %q", test.raw, got.String(), err, test.want)
			}
			if n := utf8.RuneCountInString(test.want); got.Len() != n {
				t.Errorf("Len = %d, want %d", got.Len(), n)
			}
			again, err := ParseText(got.String())
			if diff := cmp.Diff(got, again, cmp.AllowUnexported(Text{})); err != nil || diff != "" {
				t.Errorf("ParseText of it: %v, differs (-new +parsed):\n%s", err, diff)
			}
		})
	}
}

func TestNewTextErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		raw  string
		want error
		at   string
	}{
		{"abc\xff", ErrNotUTF8, "byte 3"},
		{"é\xc3", ErrNotUTF8, "byte 2"},
		{"\xed\xa0\x80", ErrNotUTF8, "byte 0"}, // a surrogate
		{"ab\x00", ErrNUL, "byte 2"},
	} {
		_, err := NewText(test.raw)
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.at) {
			t.Errorf("NewText(%q): %v, want %v at %s", test.raw, err, test.want, test.at)
		}
	}
}

func TestParseTextErrors(t *testing.T) {
	t.Parallel()
	for _, s := range []string{" a", "a ", "a  b", "a\nb", "a\n\n\nb", "a\n\n b", "a\u00a0b", "c\u0327", "a\u00adb", "\n\na"} {
		if _, err := ParseText(s); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("ParseText(%q): %v, want ErrNotCanonical", s, err)
		}
	}
	if _, err := ParseText("a\x00"); !errors.Is(err, ErrNotCanonical) || !errors.Is(err, ErrNUL) {
		t.Errorf("ParseText with NUL: %v, want ErrNotCanonical and ErrNUL", err)
	}
}

func TestTextIsCanonical(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		checkText(t, text)
	})
}

// checkText checks what is true of every text.
func checkText(t interface{ Fatalf(string, ...any) }, text Text) {
	again, err := NewText(text.String())
	if err != nil || again.String() != text.String() {
		t.Fatalf("NewText is not idempotent: %q gives %q, %v", text.String(), again.String(), err)
	}
	if _, err := ParseText(text.String()); err != nil {
		t.Fatalf("ParseText refuses %q: %v", text.String(), err)
	}
	if text.Len() != utf8.RuneCountInString(text.String()) {
		t.Fatalf("Len of %q = %d", text.String(), text.Len())
	}
	var blocks []string
	for i, b := range text.Blocks() {
		s, err := text.Slice(b)
		if err != nil || s == "" || strings.Contains(s, "\n") || strings.TrimSpace(s) != s {
			t.Fatalf("block %d of %q is %q, %v", i, text.String(), s, err)
		}
		if got, ok := text.BlockOf(b); !ok || got != i {
			t.Fatalf("BlockOf(block %d) = %d, %v", i, got, ok)
		}
		blocks = append(blocks, s)
	}
	if got := strings.Join(blocks, "\n\n"); got != text.String() {
		t.Fatalf("blocks make %q, not %q", got, text.String())
	}
}

func TestSlice(t *testing.T) {
	t.Parallel()
	text := mustText(t, "𝕏 Լաչին\n\nلاچین é")
	for _, test := range []struct {
		span Span
		want string
		err  error
	}{
		{Span{0, 1}, "𝕏", nil},
		{Span{2, 7}, "Լաչին", nil},
		{Span{9, 14}, "لاچین", nil},
		{Span{15, 16}, "é", nil},
		{Span{16, 16}, "", nil},
		{Span{15, 17}, "", ErrOutOfRange},
		{Span{-1, 1}, "", ErrOutOfRange},
		{Span{3, 2}, "", ErrOutOfRange},
	} {
		got, err := text.Slice(test.span)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("Slice(%v) = %q, %v, want %q, %v", test.span, got, err, test.want, test.err)
		}
	}
	var empty Text
	if s, err := empty.Slice(Span{}); s != "" || err != nil || empty.Len() != 0 || len(empty.Blocks()) != 0 {
		t.Errorf("the zero text is not empty: %q, %v", s, err)
	}
}

func TestBlockOf(t *testing.T) {
	t.Parallel()
	text := mustText(t, "one\n\ntwo\n\nthree")
	for _, test := range []struct {
		span Span
		want int
		ok   bool
	}{
		{Span{0, 3}, 0, true},
		{Span{1, 1}, 0, true},
		{Span{3, 3}, 0, true},
		{Span{0, 4}, 0, false},
		{Span{4, 4}, 0, false},
		{Span{2, 6}, 0, false},
		{Span{5, 8}, 1, true},
		{Span{5, 5}, 1, true},
		{Span{10, 15}, 2, true},
		{Span{10, 16}, 0, false},
	} {
		if got, ok := text.BlockOf(test.span); got != test.want || ok != test.ok {
			t.Errorf("BlockOf(%v) = %d, %v, want %d, %v", test.span, got, ok, test.want, test.ok)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	text := mustText(t, "a “bridge” was closed\n\ntwo")
	got, err := text.Words(Match{{2, 10}, {15, 21}})
	if diff := cmp.Diff([]string{"“bridge”", "closed"}, got); err != nil || diff != "" {
		t.Errorf("Words: %v (-want +got):\n%s", err, diff)
	}
	for _, test := range []struct {
		name string
		m    Match
		want error
	}{
		{"none", nil, ErrInvalidMatch},
		{"empty span", Match{{2, 2}}, ErrInvalidMatch},
		{"out of order", Match{{4, 5}, {2, 3}}, ErrInvalidMatch},
		{"overlapping", Match{{2, 5}, {4, 6}}, ErrInvalidMatch},
		{"two blocks", Match{{2, 5}, {23, 25}}, ErrInvalidMatch},
		{"over a break", Match{{19, 25}}, ErrInvalidMatch},
		{"outside", Match{{23, 40}}, ErrOutOfRange},
	} {
		if _, err := text.Words(test.m); !errors.Is(err, test.want) {
			t.Errorf("%s: Words = %v, want %v", test.name, err, test.want)
		}
	}
}

func FuzzNewText(f *testing.F) {
	for _, s := range fragments {
		f.Add(s + " a\r\n\n" + s)
	}
	f.Add("a\xff")
	f.Add(strings.Repeat("\u0301", 70))
	f.Add(" e" + strings.Repeat("\u0301\u0323", 40) + "\n\n" + strings.Repeat("\u0327", 31))
	f.Fuzz(func(t *testing.T, raw string) {
		text, err := NewText(raw)
		if err != nil {
			if utf8.ValidString(raw) && !strings.Contains(raw, "\x00") {
				t.Fatalf("NewText(%q): %v", raw, err)
			}
			return
		}
		if !utf8.ValidString(raw) || strings.Contains(raw, "\x00") {
			t.Fatalf("NewText(%q) accepted", raw)
		}
		checkText(t, text)
	})
}
