package passage

import (
	"errors"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

func TestFromUTF16(t *testing.T) {
	t.Parallel()
	text := mustText(t, "𝕏 Лачин 👩‍👧\n\nկ")
	for _, test := range []struct {
		start, end int
		want       Span
		err        error
	}{
		{0, 0, Span{}, nil},
		{0, 2, Span{0, 1}, nil},
		{2, 8, Span{1, 7}, nil},
		{9, 14, Span{8, 11}, nil},
		{16, 17, Span{13, 14}, nil},
		{17, 17, Span{14, 14}, nil},
		{0, 1, Span{}, ErrSplitsCharacter},
		{1, 2, Span{}, ErrSplitsCharacter},
		{10, 11, Span{}, ErrSplitsCharacter},
		{0, 18, Span{}, ErrOutOfRange},
		{-1, 2, Span{}, ErrOutOfRange},
		{5, 4, Span{}, ErrOutOfRange},
	} {
		got, err := FromUTF16(text, test.start, test.end)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("FromUTF16(%d, %d) = %v, %v, want %v, %v", test.start, test.end, got, err, test.want, test.err)
		}
	}
	if _, _, err := ToUTF16(text, Span{0, 15}); !errors.Is(err, ErrOutOfRange) {
		t.Errorf("ToUTF16 outside: %v, want ErrOutOfRange", err)
	}
}

func TestUTF16RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		span := spanIn(t, Span{0, text.Len()})
		start, end, err := ToUTF16(text, span)
		if err != nil {
			t.Fatal(err)
		}
		back, err := FromUTF16(text, start, end)
		if err != nil || back != span {
			t.Fatalf("%v is %d to %d in UTF-16, and that is %v, %v", span, start, end, back, err)
		}
		checkUnits(t, text, span, start, end)
	})
}

// checkUnits checks that both kinds of positions denote the same words, by the standard library's
// own encoding.
func checkUnits(t interface{ Fatalf(string, ...any) }, text Text, span Span, start, end int) {
	want, err := text.Slice(span)
	if err != nil {
		t.Fatalf("Slice(%v): %v", span, err)
	}
	if got := string(utf16.Decode(utf16.Encode([]rune(text.String()))[start:end])); got != want {
		t.Fatalf("%d to %d in UTF-16 is %q, want %q", start, end, got, want)
	}
}

func FuzzFromUTF16(f *testing.F) {
	f.Add("𝕏 Лачин 👩‍👧\n\nկ", 2, 8)
	f.Add("𝕏", 1, 2)
	f.Add("", 0, 0)
	f.Add("abc", -1, 7)
	f.Fuzz(func(t *testing.T, raw string, start, end int) {
		text, err := NewText(raw)
		if err != nil {
			return
		}
		span, err := FromUTF16(text, start, end)
		if err != nil {
			if !errors.Is(err, ErrOutOfRange) && !errors.Is(err, ErrSplitsCharacter) {
				t.Fatalf("FromUTF16: %v", err)
			}
			return
		}
		checkUnits(t, text, span, start, end)
		if s, e, err := ToUTF16(text, span); s != start || e != end || err != nil {
			t.Fatalf("back: %d, %d, %v, want %d, %d", s, e, err, start, end)
		}
	})
}
