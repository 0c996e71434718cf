package ui

// A ChoiceGroup is the claims to be chosen from on one question.
type ChoiceGroup struct {
	Question  Prose
	Positions []ChoicePosition
}

// A ChoicePosition is the claims to be chosen from of one position. One without a letter holds those that take none.
type ChoicePosition struct {
	Head    Head
	Missing bool // nothing was chosen of it, and something has to be
	Claims  []Choice
}

// A Choice is a claim or a record that can be chosen.
type Choice struct {
	Value  string
	ID     string // of its box, unique on the page
	Chosen bool
	Who    Prose
	Words  string // "" for a record
	Lang   string
	Dir    string
	When   Prose
}
