// Package passage finds, checks and re-anchors verbatim spans in captured text.
//
// A capture's text is a [Text]: canonical, so that the same words always have the same code points
// at the same positions. A passage in it is a [Match]: one to three spans in code points, inside one
// block. A [Quote] is the words of a passage as somebody typed or stored them; [Find] says where they
// stand. [Reanchor] and [ReanchorAll] carry passages into a newer capture of the same article and say
// how sure that is.
//
// It is the only place that knows code points, UTF-16 and normal forms. It knows nothing of claims,
// articles or databases, and reads and writes nothing.
package passage

import "errors"

// MaxSegments is the largest number of segments of a passage.
const MaxSegments = 3

// MaxLength is the largest length of a passage in code points, all its segments together.
const MaxLength = 300

// ContextLength is how many code points of context stand on either side of a passage at most.
const ContextLength = 32

// Errors that callers may test for with [errors.Is].
var (
	// ErrNotUTF8 says that a text is not valid UTF-8; the message names the byte.
	ErrNotUTF8 = errors.New("not valid UTF-8")
	// ErrNUL says that a text holds U+0000, which Postgres cannot store; the message names the byte.
	ErrNUL = errors.New("holds a NUL character")
	// ErrNotCanonical says that a text is not in the form that [NewText] gives.
	ErrNotCanonical = errors.New("not canonical text")
	// ErrOutOfRange says that a position lies outside the text, or an end before its start.
	ErrOutOfRange = errors.New("position outside the text")
	// ErrSplitsCharacter says that a UTF-16 offset falls inside a surrogate pair.
	ErrSplitsCharacter = errors.New("offset splits a character")
	// ErrInvalidMatch says that a match has no span, an empty span, spans out of order or
	// overlapping, or spans that do not lie in one block.
	ErrInvalidMatch = errors.New("spans are not in order inside one block")
	// ErrNoSegment says that a quote has no segment.
	ErrNoSegment = errors.New("quote has no words")
	// ErrTooManySegments says that a quote has more than [MaxSegments] segments.
	ErrTooManySegments = errors.New("quote has too many segments")
	// ErrBlankSegment says that a segment holds nothing that can be seen.
	ErrBlankSegment = errors.New("segment of the quote is blank")
	// ErrTooLong says that a quote is longer than [MaxLength] code points.
	ErrTooLong = errors.New("quote is too long")
)

// A Span is a half-open range of positions in a [Text], counted in code points from 0.
type Span struct {
	Start int `json:"start"` // the first code point
	End   int `json:"end"`   // the one after the last
}

// Len returns the length of the span in code points.
func (s Span) Len() int { return s.End - s.Start }

// A Match is where a passage stands in a [Text]: the spans of its segments, in order, none empty,
// none overlapping, all inside one block.
type Match []Span

// extent returns the span from the start of the first segment to the end of the last.
// m must not be empty.
func (m Match) extent() Span { return Span{m[0].Start, m[len(m)-1].End} }

// length returns the number of code points of all segments together.
func (m Match) length() int {
	n := 0
	for _, s := range m {
		n += s.Len()
	}
	return n
}
