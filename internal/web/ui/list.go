package ui

// A FactEntry is a contested fact in a list: the question with its answers in equal form.
type FactEntry struct {
	Question Link
	Dispute  Link  // without an address where the page is of that dispute
	Status   Prose // how alive it is, and since when or until when
	AsOf     Prose
	About    string // "Edition 3 · 14 claims in 5 articles"
	Aspect   string // the question that the answers are to, "" for the fact itself
	Heads    []Head
	Aspects  []Link // the fact's other questions
}

// A Noun is an entry of an index.
type Noun struct {
	Name  Link
	Note  string
	Count string
}
