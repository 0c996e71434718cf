package passage

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NormVersion is the version of the canonical form that [NewText] makes. It is stored with each
// capture; it goes up whenever the same raw text would come out differently.
const NormVersion = 1

// blockBreak separates two blocks of a canonical text.
const blockBreak = "\n\n"

// Text is the canonical text of a capture: valid UTF-8 in normal form C, without control characters
// other than the line feeds between blocks, with runs of white space inside a block collapsed to one
// space, blocks (paragraphs) separated by exactly two line feeds, and no white space at either end.
// The zero value is the empty text. A Text never changes and may be used by several goroutines.
type Text struct {
	s      string
	starts []int  // byte offset of each code point, then len(s)
	blocks []Span // where each block lies
}

// NewText brings raw text into the canonical form.
//
// A run of white space (the Unicode property, so no-break spaces too) becomes one space, or a block
// break if it holds two line breaks or more (CR LF counts as one) or a paragraph separator, U+2029.
// A single line break is a space: whoever has text with one line to a paragraph must double the line
// breaks first. Control characters are dropped, and so are the invisible characters that carry no
// meaning for the words: soft hyphen, zero width space, word joiner, byte order mark, and the
// embeddings, overrides and isolates of bidirectional text, which could make a passage show other
// words than it holds. Joiners (U+200C, U+200D) and the marks U+200E, U+200F, U+061C are kept.
// The result is then brought into normal form C (UAX 15).
//
// The errors are [ErrNotUTF8] and [ErrNUL]; the message gives the offset of the byte.
func NewText(raw string) (Text, error) {
	s, err := canonical(raw)
	if err != nil {
		return Text{}, fmt.Errorf("passage.NewText: %w", err)
	}
	return measure(s), nil
}

// ParseText takes a text that is canonical already, as [Text.String] gave it.
// The error is [ErrNotCanonical] for any other, together with what [NewText] says of it.
func ParseText(s string) (Text, error) {
	c, err := canonical(s)
	if err != nil {
		return Text{}, fmt.Errorf("passage.ParseText: %w: %w", ErrNotCanonical, err)
	}
	if c != s {
		at := 0
		for at < len(c) && at < len(s) && c[at] == s[at] {
			at++
		}
		return Text{}, fmt.Errorf("passage.ParseText: byte %d: %w", at, ErrNotCanonical)
	}
	return measure(s), nil
}

// String returns the text. Its positions in other units are made by [ToUTF16] and [Text.Slice].
func (t Text) String() string { return t.s }

// Len returns the length in code points.
func (t Text) Len() int { return max(0, len(t.starts)-1) }

// Slice returns the characters of a span. The error is [ErrOutOfRange].
func (t Text) Slice(s Span) (string, error) {
	if err := t.check(s); err != nil {
		return "", fmt.Errorf("passage.Slice: %w", err)
	}
	return t.cut(s), nil
}

// Blocks returns where the blocks lie, in order; they are never empty. An empty text has none.
func (t Text) Blocks() []Span { return append([]Span(nil), t.blocks...) }

// BlockOf returns the index of the block that holds the whole of s. It is false if s reaches over the
// edge of a block or lies outside the text.
func (t Text) BlockOf(s Span) (int, bool) {
	if t.check(s) != nil {
		return 0, false
	}
	i := sort.Search(len(t.blocks), func(i int) bool { return t.blocks[i].End >= s.End })
	if i == len(t.blocks) || s.Start < t.blocks[i].Start {
		return 0, false
	}
	return i, true
}

// Words returns the segments of a match, verbatim.
// The error is [ErrOutOfRange] or [ErrInvalidMatch].
func (t Text) Words(m Match) ([]string, error) {
	if _, err := t.blockOfMatch(m); err != nil {
		return nil, fmt.Errorf("passage.Words: %w", err)
	}
	words := make([]string, len(m))
	for i, s := range m {
		words[i] = t.cut(s)
	}
	return words, nil
}

// blockOfMatch returns the block that a match lies in, or why it is none of this text.
func (t Text) blockOfMatch(m Match) (Span, error) {
	if len(m) == 0 {
		return Span{}, ErrInvalidMatch
	}
	for i, s := range m {
		if err := t.check(s); err != nil {
			return Span{}, err
		}
		if s.Len() == 0 || i > 0 && s.Start < m[i-1].End {
			return Span{}, ErrInvalidMatch
		}
	}
	b, ok := t.BlockOf(m.extent())
	if !ok {
		return Span{}, ErrInvalidMatch
	}
	return t.blocks[b], nil
}

// check returns ErrOutOfRange if s is no span of the text.
func (t Text) check(s Span) error {
	if s.Start < 0 || s.End < s.Start || s.End > t.Len() {
		return fmt.Errorf("%d to %d of %d: %w", s.Start, s.End, t.Len(), ErrOutOfRange)
	}
	return nil
}

// cut returns the characters of a span that is known to be good.
func (t Text) cut(s Span) string {
	if s.Len() == 0 {
		return ""
	}
	return t.s[t.starts[s.Start]:t.starts[s.End]]
}

// measure finds the code points and blocks of a canonical text.
func measure(s string) Text {
	if s == "" {
		return Text{}
	}
	t := Text{s: s, starts: runeStarts(s)}
	start, n := 0, 0
	for _, r := range s {
		if r == '\n' {
			if n > start {
				t.blocks = append(t.blocks, Span{start, n})
			}
			start = n + 1
		}
		n++
	}
	t.blocks = append(t.blocks, Span{start, n})
	return t
}

// runeStarts returns the byte offset of each code point of s, then len(s).
func runeStarts(s string) []int {
	starts := make([]int, 0, utf8.RuneCountInString(s)+1)
	for i := range s {
		starts = append(starts, i)
	}
	return append(starts, len(s))
}

// canonical does the work of [NewText]. The normal form comes last, since a character that is
// dropped may part a letter from its mark; it never makes or removes white space.
func canonical(raw string) (string, error) {
	var b strings.Builder
	b.Grow(len(raw))
	var gap, paragraph, afterCR bool // what the white space so far amounts to
	breaks := 0
	for i, r := range raw {
		if r == utf8.RuneError && !strings.HasPrefix(raw[i:], "\uFFFD") {
			return "", fmt.Errorf("byte %d: %w", i, ErrNotUTF8)
		}
		if r == 0 {
			return "", fmt.Errorf("byte %d: %w", i, ErrNUL)
		}
		if unicode.IsSpace(r) {
			gap = true
			switch r {
			case '\n':
				if !afterCR {
					breaks++
				}
			case '\r', '\u0085', '\u2028':
				breaks++
			case '\u2029':
				paragraph = true
			}
			afterCR = r == '\r'
			continue
		}
		if isDropped(r) {
			continue
		}
		if gap && b.Len() > 0 {
			if paragraph || breaks > 1 {
				b.WriteString(blockBreak)
			} else {
				b.WriteByte(' ')
			}
		}
		gap, paragraph, afterCR, breaks = false, false, false, 0
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String()), nil
}

// isDropped reports whether a character, not white space, has no place in canonical text.
func isDropped(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r == '\u00AD', r == '\u200B', r == '\u2060', r == '\uFEFF': // invisible, between letters
		return true
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u206F': // order of display
		return true
	}
	return false
}
