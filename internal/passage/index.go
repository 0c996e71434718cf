package passage

import (
	"index/suffixarray"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// An index is a text made ready for searching: with quotation marks folded, each character at the
// position that it has in the text.
type index struct {
	text   Text
	s      string
	runes  []rune
	starts []int // byte offset in s of each code point, then len(s)

	suffixes *suffixarray.Index // made by prepare
	skeleton *skeleton          // made by bones
}

func newIndex(t Text) *index {
	s := strings.Map(foldRune, t.s)
	return &index{text: t, s: s, runes: []rune(s), starts: runeStarts(s)}
}

// prepare makes each later search take time in proportion to what it finds, not to the text.
func (x *index) prepare() {
	if x.suffixes == nil {
		x.suffixes = suffixarray.New([]byte(x.s))
	}
}

// places returns where a folded segment, not empty, stands; overlapping places too, in order.
func (x *index) places(segment string) []Span {
	n := utf8.RuneCountInString(segment)
	var places []Span
	if x.suffixes != nil {
		hits := x.suffixes.Lookup([]byte(segment), -1)
		slices.Sort(hits)
		for _, at := range hits {
			start := x.position(at)
			places = append(places, Span{start, start + n})
		}
		return places
	}
	for from := 0; ; {
		at := strings.Index(x.s[from:], segment)
		if at < 0 {
			return places
		}
		start := x.position(from + at)
		places = append(places, Span{start, start + n})
		from = x.starts[start+1]
	}
}

// position returns the code point that begins at a byte of x.s.
func (x *index) position(at int) int { return sort.SearchInts(x.starts, at) }

// cut returns the folded characters of a span.
func (x *index) cut(s Span) string { return x.s[x.starts[s.Start]:x.starts[s.End]] }

// block returns the block that holds a span, which must be in one.
func (x *index) block(s Span) Span {
	b, _ := x.text.BlockOf(s)
	return x.text.blocks[b]
}
