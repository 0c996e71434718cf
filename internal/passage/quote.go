package passage

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// maxMatches bounds what [Find] returns: a quote that stands in a thousand places says nothing, and
// three short segments can be combined in a number of ways that grows with the cube of the text.
const maxMatches = 1000

// A Quote is the words of a passage, with as much of what stands around them as is known.
type Quote struct {
	Segments []string // one to [MaxSegments], in order, all in one block
	Prefix   string   // what stands right before the first segment; "" for not known
	Suffix   string   // what stands right after the last segment; "" for not known
}

// Validate says whether a quote may be a passage. Lengths are counted in canonical form, as the
// words would stand in a [Text]. The errors are [ErrNoSegment], [ErrTooManySegments],
// [ErrBlankSegment], [ErrTooLong], and [ErrNotUTF8] or [ErrNUL] for text that cannot be in a capture.
func (q Quote) Validate() error {
	switch n := len(q.Segments); {
	case n == 0:
		return ErrNoSegment
	case n > MaxSegments:
		return fmt.Errorf("%d segments, at most %d: %w", n, MaxSegments, ErrTooManySegments)
	}
	length := 0
	for i, s := range q.Segments {
		c, err := canonical(s)
		if err != nil {
			return fmt.Errorf("segment %d: %w", i+1, err)
		}
		if c == "" {
			return fmt.Errorf("segment %d: %w", i+1, ErrBlankSegment)
		}
		length += utf8.RuneCountInString(c)
	}
	for _, s := range []string{q.Prefix, q.Suffix} {
		if _, err := canonical(s); err != nil {
			return fmt.Errorf("context: %w", err)
		}
	}
	if length > MaxLength {
		return fmt.Errorf("%d characters, at most %d: %w", length, MaxLength, ErrTooLong)
	}
	return nil
}

// Find returns every place in t where the quote stands, in order: all its segments, one after the
// other, inside one block. Any white space stands for any other, curly, angled and straight quotation
// marks and apostrophes for each other, and normal forms do not matter; letters and their case, dashes
// and all else must be the same. With a prefix or suffix only places with that context are returned;
// white space between it and the words does not count, and context never reaches over the edge of a
// block. Words are found in the midst of longer words too. A quote that stands in more than 1000 places
// gives the first 1000; one without a segment, or with a blank segment, stands nowhere.
//
// The spans denote t's own characters: take the words from [Text.Words], not from the quote.
func Find(t Text, q Quote) []Match {
	segments := make([]string, len(q.Segments))
	for i, s := range q.Segments {
		segments[i] = foldQuote(s)
		if segments[i] == "" {
			return nil
		}
	}
	prefix, suffix := foldQuote(q.Prefix), foldQuote(q.Suffix)

	if len(segments) == 0 {
		return nil
	}
	x := newIndex(t)
	places := make([][]Span, len(segments))
	for i, s := range segments {
		places[i] = x.places(s)
	}
	if prefix != "" {
		places[0] = slices.DeleteFunc(places[0], func(s Span) bool {
			before := strings.TrimSuffix(x.s[:x.starts[s.Start]], " ")
			return !strings.HasSuffix(before, prefix)
		})
	}
	if last := len(places) - 1; suffix != "" {
		places[last] = slices.DeleteFunc(places[last], func(s Span) bool {
			after := strings.TrimPrefix(x.s[x.starts[s.End]:], " ")
			return !strings.HasPrefix(after, suffix)
		})
	}
	return combine(t, places)
}

// combine returns the ways to take one place for each segment, in order and inside one block,
// at most maxMatches. The places of each segment are in order of both their starts and their ends.
func combine(t Text, places [][]Span) []Match {
	if len(places) == 0 {
		return nil
	}
	var found []Match
	var m Match
	// extend adds the remaining segments after a position and says whether there was a way.
	var extend func(after, end int) bool
	extend = func(after, end int) bool {
		if len(m) == len(places) {
			found = append(found, slices.Clone(m))
			return true
		}
		next := places[len(m)]
		first := sort.Search(len(next), func(i int) bool { return next[i].Start >= after })
		fits := false
		for _, s := range next[first:] {
			if s.End > end || len(found) == maxMatches {
				break
			}
			m = append(m, s)
			ok := extend(s.End, end)
			m = m[:len(m)-1]
			if !ok {
				break // what does not fit after s fits after no later place either
			}
			fits = true
		}
		return fits
	}
	for _, b := range t.blocks {
		extend(b.Start, b.End)
	}
	return found
}

// foldQuote brings words from elsewhere into the form that an [index] is searched in: canonical, one
// block, quotation marks folded. It is "" for words that can stand in no text.
func foldQuote(s string) string {
	c, err := canonical(s)
	if err != nil {
		return ""
	}
	return strings.Map(foldRune, strings.ReplaceAll(c, blockBreak, " "))
}

// foldRune maps each quotation mark and apostrophe to the straight one of its kind, one character for
// one, so that positions stay what they are. Single and double marks stay apart.
func foldRune(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″', '＂', '〝', '〞':
		return '"'
	case '‘', '’', '‚', '‛', '‹', '›', '′', '＇', '`', '´', 'ʼ', 'ʻ', '՚':
		return '\''
	}
	return r
}
