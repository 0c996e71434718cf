package ui

// A Timeline is the dated claims by the day they were said, a lane for each position.
type Timeline struct {
	Title     string
	Desc      string // the drawing in words
	Ticks     []Tick
	Occasions []Flag
	Height    string // of the flags, in pixels
	Lanes     []Lane
	Listed    []Listed // every claim of the drawing, in order
	List      string   // title of that list
	Notes     []Prose
	Undated   []Listed
	NoDate    string // title of the undated
}

// A Flag is the number of an occasion, with a line across all lanes where its day is known and a stretch where it is not.
// One that lies beyond the axis has no X and stands in the key alone.
type Flag struct {
	Number      string
	X           string
	Y           string // of its number, in pixels
	From, Until string // the stretch, "" for a known day
	Text        Prose
}

// A Lane is the row of one position.
type Lane struct {
	Band   Prose // the aspect, on the first lane of its band
	Letter string
	Colour int
	Label  Prose
	Height string // in pixels
	Marks  []Mark
}

// A Mark is a claim in a lane: a dot for a day, a stretch for an uncertain one; hollow where the day is inferred.
type Mark struct {
	From, Until string // shares of the width
	Y           string // in pixels
	Day         bool
	Inferred    bool
}

// A Listed claim is an entry of the list beside the drawing.
type Listed struct {
	When   string
	Letter string
	Colour int
	Who    string
	Claim  Link
}
