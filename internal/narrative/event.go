package narrative

// An Event is an occasion: when and where something was said or happened.
type Event struct {
	Slug         Slug       `yaml:"slug"`
	Title        string     `yaml:"title"`
	Kind         EventKind  `yaml:"kind"`
	Date         Date       `yaml:"date"`
	Place        Slug       `yaml:"place,omitempty"`
	Participants []Slug     `yaml:"participants,omitempty"` // sources
	Expected     []Expected `yaml:"expected,omitempty"`
	Note         string     `yaml:"note,omitempty"`
}

// An EventKind says what sort of occasion it was.
type EventKind string

// The kinds of event.
const (
	Call      EventKind = "call"
	Meeting   EventKind = "meeting"
	Hearing   EventKind = "hearing"
	Statement EventKind = "statement"
	Happening EventKind = "happening"
)

// An Expected account is what one source could be expected to have issued about an event, and whether it is held.
type Expected struct {
	Of      Slug         `yaml:"of"` // the source whose account it would be
	State   AccountState `yaml:"state"`
	Article Slug         `yaml:"article,omitempty"` // the article through which it is held
	Where   string       `yaml:"where,omitempty"`   // where it was looked for
	On      Day          `yaml:"day,omitempty"`     // when it was looked for
	Note    string       `yaml:"note,omitempty"`
}

// An AccountState says what is known of an expected account.
type AccountState string

// The states of an expected account.
const (
	Held         AccountState = "held"           // an article of the collection carries it
	LookedFor    AccountState = "looked-for"     // not found where and when looked for
	NotIssued    AccountState = "not-issued"     // the source says that it issued none
	NotLookedFor AccountState = "not-looked-for" // nobody has looked yet
)

// A Record is a document, order, count, image, recording or data set that bears on a fact. It is neither a position nor
// a verdict.
type Record struct {
	Slug      Slug       `yaml:"slug"`
	Title     string     `yaml:"title"`
	Kind      RecordKind `yaml:"kind"`
	Maker     string     `yaml:"maker"`
	Date      Date       `yaml:"date"`
	Where     string     `yaml:"where"`      // where it can be found: an address or an archive's mark
	Checked   string     `yaml:"checked"`    // how it was checked, or that it was not
	CheckedBy string     `yaml:"checked_by"` // a role, never a person's name
	Shows     Markup     `yaml:"shows"`
	ShowsNot  Markup     `yaml:"shows_not"`
	BearsOn   []Bearing  `yaml:"bears_on"`
}

// A RecordKind says what sort of record it is.
type RecordKind string

// The kinds of record.
const (
	Document  RecordKind = "document"
	Order     RecordKind = "order"
	Count     RecordKind = "count"
	Image     RecordKind = "image"
	Recording RecordKind = "recording"
	DataSet   RecordKind = "data-set"
)

// A Bearing names the fact, and the aspect of it if any, that a record bears on.
type Bearing struct {
	Fact   Slug `yaml:"fact"`
	Aspect Slug `yaml:"aspect,omitempty"`
}
