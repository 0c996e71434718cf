// Package ui draws the parts that the site's pages are made of: running text with its links, a claim's card, the
// comparison of positions, figures, the timeline and lists. A component draws what it is given; it asks for nothing,
// decides nothing and knows nothing of requests or of the store.
package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// Prose is running text, ready to be drawn: every link is settled.
type Prose []Span

// A Span is a stretch of [Prose].
type Span struct {
	Text string
	Href string // "" for no link
	Lang string // BCP 47, "" for the page's own language
	Look Look
	Away bool // the link leads away from the site
}

// A Look says how a span is drawn.
type Look int

// The looks of a span.
const (
	Plain Look = iota
	Name       // whoever speaks
	Said       // words of others, in quotation marks
	Cite       // the raised number of a citation
	Code       // a claim's code
)

// A Titled is prose under a short title.
type Titled struct {
	Title string
	Text  Prose
}

// A Link is a link with its text. One without an address is not drawn.
type Link struct {
	Text string
	Href string
}

// String returns the prose as plain text.
func (p Prose) String() string {
	var s strings.Builder
	for _, span := range p {
		s.WriteString(span.Text)
	}
	return s.String()
}

// Plainly returns s as prose without links.
func Plainly(s string) Prose {
	if s == "" {
		return nil
	}
	return Prose{{Text: s}}
}

// position returns the class that gives a part the colour of a position. Colours are numbered from 1 and come round
// again after the sixth; 0 is the colour of plain text.
func position(colour int) string {
	if colour < 1 {
		return "p0"
	}
	return "p" + string(rune('1'+(colour-1)%Colours))
}

// Colours is how many colours of positions the style sheet has, --p1 to --p6.
const Colours = 6

// identified returns the attribute id, or none for "".
func identified(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"id": id}
}
