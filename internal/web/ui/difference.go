package ui

// A Stretch is a run of words that two texts share, or that one of them has.
type Stretch struct {
	Text           string
	Removed, Added bool // neither where both texts have it
}

// A ChangeEntry is one thing that differs between two editions.
type ChangeEntry struct {
	Claim  Card      // whoever speaks, and the words as they stand; nobody where no claim changed
	Text   Prose     // empty where the title above says it
	Words  []Stretch // what was reworded; in place of the claim's own words where these are what changed
	Quoted bool      // Words are those of the claim
	Before Prose
	After  Prose
	Links  []Link // the claim in either edition
}
