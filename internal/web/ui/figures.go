package ui

// A FigureGroup is the figures that count the same, drawn on one axis.
type FigureGroup struct {
	ID    string
	Title string
	Desc  string // the drawing in words
	Ticks []Tick
	Rows  []FigureRow
	Notes []Prose
}

// A Tick is a labelled line across a drawing. X is a share of its width, such as "37.5%", so that a drawing keeps the
// size of its letters at every width of the page.
type Tick struct {
	X      string
	Anchor string // where the label stands: start, middle or end
	Label  string
}

// A FigureRow is one figure on the axis.
type FigureRow struct {
	Label  Prose // with the way to the claim
	Part   bool  // part of the figure above it that is not a part
	Colour int
	Shape  FigureShape
}

// A FigureShape is how a figure is drawn: a dot for a number, hollow if the number itself is left out ("over 850"), an
// arrow for a side without a bound, a band for an approximate one, a line to a bound from the other or from nothing. Empty fields are not
// drawn.
type FigureShape struct {
	Low, High           string // dots
	LowOpen, HighOpen   bool   // hollow
	Up, Down            string // arrows from here
	From, Until         string // a band
	LineFrom, LineUntil string // a line
}

// An ApartFigure is a figure that is not drawn, with the reason.
type ApartFigure struct {
	Label  Prose
	Reason Prose
	Colour int
}
