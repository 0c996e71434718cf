package narrative

// A Source is the person or body that asserts. Each outlet is also a source, under the outlet's slug, for what it
// asserts in its own voice; such sources are not listed here, see [Collection.SourceOf].
type Source struct {
	Slug    Slug       `yaml:"slug"`
	Name    string     `yaml:"name"`              // house name
	Printed []string   `yaml:"printed,omitempty"` // other forms of the name found in articles
	Kind    SourceKind `yaml:"kind"`
	Party   Slug       `yaml:"party,omitempty"` // the party it speaks for, "" for none
	Offices []Office   `yaml:"offices,omitempty"`
	Note    string     `yaml:"note,omitempty"`
}

// A SourceKind says what sort of source it is. Only persons, bodies and sides can hold a position; outlets and unnamed
// plurals are listed apart.
type SourceKind string

// The kinds of source.
const (
	Person       SourceKind = "person"
	Body         SourceKind = "body"    // an office, ministry, organisation
	Side         SourceKind = "side"    // "the Armenian side", as a text has it
	UnnamedGroup SourceKind = "unnamed" // "many experts"
	OutletSource SourceKind = "outlet"  // an outlet in its own voice; never written in a corpus file
)

// Holds reports whether a source of this kind can be a holder of a position.
func (k SourceKind) Holds() bool { return k == Person || k == Body || k == Side }

// An Office is a post that a source held, over time.
type Office struct {
	Title string `yaml:"title"`
	From  Day    `yaml:"from,omitempty"`
	Until Day    `yaml:"until,omitempty"`
}

// An Outlet publishes articles: a newspaper, an agency, or an office that publishes its own statements.
type Outlet struct {
	Slug        Slug     `yaml:"slug"`
	Name        string   `yaml:"name"`
	Description string   `yaml:"description,omitempty"`
	Country     string   `yaml:"country,omitempty"`
	Language    string   `yaml:"language,omitempty"`    // BCP 47, the usual one
	Unknown     bool     `yaml:"unknown,omitempty"`     // stands for an outlet that could not be identified
	Boilerplate []string `yaml:"boilerplate,omitempty"` // beginnings of lines that are the site's own, not the article's
	Note        string   `yaml:"note,omitempty"`
}
