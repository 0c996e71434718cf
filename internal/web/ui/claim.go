package ui

import "strings"

// A Card is a claim: who said it, how it reached the article, the words, when, and what it answers.
type Card struct {
	ID        string // the place on the page by which it is cited; "" where the claim stands there a second time
	Code      string
	Who       Prose
	Segments  []string
	Lang      string
	Dir       string // ltr or rtl
	Quoted    bool   // drawn in quotation marks
	When      Prose
	Notes     []Prose // in short
	More      []Prose // longer ones, folded away
	MoreTitle string
	InArticle Link
	Original  Link
	Answers   []Answer
	Changed   Prose  // what the outlet has done to the words since; empty where nothing of it is known
	Withheld  string // in the place of words that were taken down: when and why
	Wrong     string // address to report what is wrong with it, "" for none
}

// An Answer is a counter-claim seen from the claim on the card.
type Answer struct {
	Text Prose
	Why  Prose // one line; empty where the card leaves it out
}

// A Stand is what a claim does on a fact.
type Stand struct {
	Question Link
	Answers  []StandAnswer
}

// A StandAnswer is what a claim does on one question of a fact.
type StandAnswer struct {
	Aspect Prose  // empty for the fact itself
	Letter string // of the position, "" where it takes none
	Colour int
	Label  Prose
	Mode   string // "asserted", "demanded": in words
}

// An Entry is a claim in a list: when, the card, and on which facts.
type Entry struct {
	Card   Card
	Stands []Stand
	Also   string // that another edition shows it in an older state, "" if none does
}

// Words returns the words of the claim as the card shows them, on one line.
func (c Card) Words() string {
	segments := make([]string, len(c.Segments))
	for i, s := range c.Segments {
		segments[i] = c.marked(i, s)
	}
	return strings.Join(segments, " … ")
}

// marked returns a segment with the quotation marks that it begins or ends.
func (c Card) marked(i int, segment string) string {
	if c.Quoted && i == 0 {
		segment = "“" + segment
	}
	if c.Quoted && i == len(c.Segments)-1 {
		segment += "”"
	}
	return segment
}
