package narrative

// A Dispute is the conflict or story that contested facts belong to.
type Dispute struct {
	Slug       Slug   `yaml:"slug"`
	Title      string `yaml:"title"`
	Background Markup `yaml:"background,omitempty"`
	Fiction    bool   `yaml:"fiction,omitempty"`     // invented for practice; every page of it says so
	NamePolicy Markup `yaml:"name_policy,omitempty"` // how editors' text names places, dated
}

// A Party is a side for which sources speak. Parties are never merged: "the Armenian side" is neither Yerevan nor the
// Karabakh authorities unless a text says so.
type Party struct {
	Slug Slug   `yaml:"slug"`
	Name string `yaml:"name"`
	Note string `yaml:"note,omitempty"`
}

// A Term is a word that one side uses for a thing, for the ledger of loaded words and the lint of editors' prose.
type Term struct {
	Slug    Slug     `yaml:"slug"`
	Dispute Slug     `yaml:"dispute"`
	Word    string   `yaml:"word"`
	Forms   []string `yaml:"forms,omitempty"`   // other forms that the lint looks for
	UsedBy  []Slug   `yaml:"used_by,omitempty"` // parties
	Plain   string   `yaml:"plain,omitempty"`   // the plain word that editors use instead
	Note    string   `yaml:"note,omitempty"`
}

// A Place is a place with each name used for it.
type Place struct {
	Slug  Slug        `yaml:"slug"`
	Shown string      `yaml:"shown"` // the name in editors' text, by the dispute's name policy
	Names []PlaceName `yaml:"names"`
	Note  string      `yaml:"note,omitempty"`
}

// A PlaceName is one form of a place's name and who uses it.
type PlaceName struct {
	Form     string `yaml:"form"`
	Language string `yaml:"language"`          // BCP 47, with the script where it is not the usual one
	UsedBy   []Slug `yaml:"used_by,omitempty"` // parties
	From     Day    `yaml:"from,omitempty"`    // first day of use, "" if not known
	Until    Day    `yaml:"until,omitempty"`   // last day of use, "" if still used or not known
	Note     string `yaml:"note,omitempty"`
}
