package ui

// A Band is the comparison of the answers to one question: the fact itself, or one aspect of it.
type Band struct {
	ID        string
	Question  Prose // empty for the fact itself
	Caption   string
	Heads     []Head
	Stages    []Stage
	Records   []Record
	Checked   Prose  // what stands in place of records where there are none
	AlsoSaid  string // title of the claims that take no position
	Checkable string // title of the records
}

// A Head is a position at the top of its column.
type Head struct {
	Letter string
	Colour int
	Label  Prose
	Lines  []Titled
}

// A Stage is a period of the comparison. One without a label is the only one of its band.
type Stage struct {
	Label Prose
	Span  Prose
	Rows  []Row
}

// A Row is an exchange, or a run of claims that nothing joins, packed so that they leave no holes.
type Row struct {
	Occasions []Occasion // more than one in a packed row
	Cells     []Cell     // one for each head, in their order
	AlsoSaid  []Card
	Aside     bool // nobody takes a position in it
	Unheard   []Unheard
}

// An Occasion says when and where the claims of a row were said.
type Occasion struct {
	When  Prose
	Where Prose
}

// A Cell holds the claims of one position in a row, or says what was read.
type Cell struct {
	Head  Head
	Cards []Dated
	Empty []Remark
}

// A Dated card has its own date above it where its row has several.
type Dated struct {
	When Prose
	Card Card
}

// A Remark says what was read for an empty cell, with its date where a packed row has several.
type Remark struct {
	When Prose
	Text Prose
}

// Unheard is what the empty cells of a row say, told once for all positions of which it is true. It takes the place of
// the cells on a narrow page.
type Unheard struct {
	Letters []Head
	Remark  Remark
}

// A Record is what can be checked.
type Record struct {
	ID    string
	Title string
	About string // kind and date
	Lines []RecordLine
}

// A RecordLine is one thing known of a record.
type RecordLine struct {
	Title string
	Texts []Prose
}

// columns is how many columns the table of a band has: one for each position and one for the days.
func (b Band) columns() int { return len(b.Heads) + 1 }

// class tells the style sheet how many positions there are: the more, the tighter they stand.
func (b Band) class() string {
	switch n := len(b.Heads); {
	case n <= 2:
		return "few"
	case n <= 4:
		return "some"
	}
	return "many"
}
