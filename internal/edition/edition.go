// Package edition compiles a contested fact with all that hangs on it into an edition: the numbered, immutable state
// that readers see. It writes editions in canonical JSON, hashes, chains and verifies them.
//
// The types here are the published form, format 1, and are apart from the domain's on purpose: what is published can
// never be taken back. Every sentence that the program writes on a page of a fact is made here and stored as text, so
// that templates change the layout and never the words. The package knows nothing of SQL or HTML.
package edition

// Format is the number of the form that this version writes. Readers of older forms upgrade them in memory, see [Read].
const Format = 1

// A Body is all of an edition that can be read: the content, and what makes this edition of it one of its own. It holds
// no absolute address of ours, no editor's name and no float; texts are in NFC; every list is in a stated total order.
type Body struct {
	Format   int      `json:"format"`
	Audience Audience `json:"audience"`
	// 32 random hexadecimal digits, so that a hash confirms no guess after an erasure, which takes them away too.
	Salt        string  `json:"salt,omitempty"`
	Fact        string  `json:"fact"`         // permanent key: the slug under which it was first published
	Number      int     `json:"number"`       // from 1, without gaps for the fact
	PublishedAt string  `json:"published_at"` // RFC 3339 in UTC, to the second; unique for the fact
	Kind        Kind    `json:"kind"`
	Into        string  `json:"into,omitempty"` // of a merged fact: the key of the one where it goes on
	Reason      string  `json:"reason"`
	Review      Text    `json:"review,omitempty"` // that nobody else had looked at it and why; nil where somebody had, or none was needed
	Content     Content `json:"content"`
}

// An Audience says whom an edition is for.
type Audience string

// The audiences. An edition for the newsroom stands in no log, and [Read] refuses it, so that it never gets before readers.
const (
	Public   Audience = "public"
	Newsroom Audience = "newsroom"
)

// A Kind says why an edition was published.
type Kind string

// The kinds of edition.
const (
	First      Kind = "first"
	Update     Kind = "update"
	Correction Kind = "correction" // mends a mistake of ours; Reason says what and why
	Withdrawn  Kind = "withdrawn"  // the fact is on no list any more; the content is that of the edition before
	Merged     Kind = "merged"     // likewise, and it goes on in another fact
)

// Ends reports whether an edition of this kind takes its fact from the lists, until a later edition brings it back.
func (k Kind) Ends() bool { return k == Withdrawn || k == Merged }

// Content is what an edition shows. Two editions with equal content are never published one after the other.
type Content struct {
	Key         string         `json:"key"`   // permanent: the slug under which the fact was first published
	Slug        string         `json:"slug"`  // of today
	Title       string         `json:"title"` // the question as plain text
	Question    Text           `json:"question"`
	Kind        string         `json:"kind"` // narrative.FactKind
	Dispute     Dispute        `json:"dispute"`
	Background  []Text         `json:"background"` // paragraphs; citations are runs that name a claim or record
	AsOf        Text           `json:"as_of"`      // "Latest claim here 15 September 2023; nothing later has been read."
	LatestClaim string         `json:"latest_claim"`
	Status      Status         `json:"status"`
	ReadFor     Text           `json:"read_for"` // "5 articles of 4 outlets"
	OrderRule   Text           `json:"order_rule"`
	Glance      Glance         `json:"glance"`
	Bands       []Band         `json:"bands"`
	Claims      []Claim        `json:"claims"` // by earliest, latest, article, position in the text; unknown last
	Counters    []Counter      `json:"counters"`
	Records     []Record       `json:"records"`
	Figures     Figures        `json:"figures"`
	Timeline    Timeline       `json:"timeline"`
	Gaps        []Titled       `json:"gaps"`
	Articles    []Article      `json:"articles"` // by published, slug
	Outlets     []Outlet       `json:"outlets"`  // these by slug
	Sources     []Source       `json:"sources"`
	Parties     []Party        `json:"parties"`
	Events      []Event        `json:"events"`
	Places      []Place        `json:"places"`
	Words       PageWords      `json:"words"`
	Marks       []PositionMark `json:"marks"` // of every position that the fact ever had, by aspect, then colour
}

// A PositionMark is the letter and colour that a position keeps for ever, so that no later one gets them.
type PositionMark struct {
	Aspect   string `json:"aspect"`
	Position string `json:"position"`
	Letter   string `json:"letter"`
	Colour   int    `json:"colour"`
}

// Text is text that the program or an editor wrote, as runs.
type Text []Run

// A Run is a stretch of text. With a kind it names a noun and stands for a link to it, or marks words that were said.
type Run struct {
	Text string  `json:"t"`
	Kind RunKind `json:"k,omitempty"`
	Ref  string  `json:"ref,omitempty"` // slug or code of the noun; for a place the mark, Text being the name shown
	Lang string  `json:"lang,omitempty"`
}

// A RunKind says what a run names.
type RunKind string

// The kinds of run; "" is plain text.
const (
	RunSource  RunKind = "source"
	RunParty   RunKind = "party"
	RunOutlet  RunKind = "outlet"
	RunArticle RunKind = "article"
	RunEvent   RunKind = "event"
	RunPlace   RunKind = "place"
	RunClaim   RunKind = "claim"
	RunRecord  RunKind = "record"
	RunFact    RunKind = "fact"
	RunSaid    RunKind = "said" // words of others, drawn as a quotation
	RunCite    RunKind = "cite" // a citation: Text is its number, Ref a claim's code or a record's slug
)

// Titled is a short title with text.
type Titled struct {
	Title string `json:"title"`
	Text  Text   `json:"text"`
}

// A Dispute is the dispute of the fact.
type Dispute struct {
	Slug       string `json:"slug"`
	Title      string `json:"title"`
	Background []Text `json:"background"`
	NamePolicy []Text `json:"name_policy"`
	Fiction    bool   `json:"fiction"`
}

// Status says how alive the fact is, in words.
type Status struct {
	State string `json:"state"` // narrative.Liveliness
	Text  Text   `json:"text"`
}

// Glance is what the first screen answers beside the heads.
type Glance struct {
	BothSay []Titled `json:"both_say"` // what opposing parties both say: the title names them
	OneSays []Titled `json:"one_says"` // what one says and nobody answers here
	Figures Text     `json:"figures"`  // one line; empty where the fact has no figures
	Missing []Text   `json:"missing"`
}

// A Band is the comparison of the answers to the fact itself, or to one aspect of it.
type Band struct {
	Aspect   string   `json:"aspect"` // "" for the fact itself
	Question Text     `json:"question"`
	Heads    []Head   `json:"heads"` // in the order that OrderRule states
	Periods  []Stage  `json:"periods"`
	Records  []string `json:"records"` // slugs: what can be checked on this band
	Checked  Text     `json:"checked"` // "No record entered.", where there is none
}

// A Head is a position at the top of its column.
type Head struct {
	Position string   `json:"position"`
	Letter   string   `json:"letter"` // A, B, …; kept when the order later changes
	Colour   int      `json:"colour"` // from 1; kept likewise
	Label    Text     `json:"label"`
	Lines    []Titled `json:"lines"` // held by, dated, basis, line changed
	Holders  []Holder `json:"holders"`
	Others   []string `json:"others"` // outlets and unnamed groups, listed apart, never counted
}

// A Holder is a source that holds a position, with the days of its dated claims.
type Holder struct {
	Source string `json:"source"`
	Party  string `json:"party"`
	First  string `json:"first"` // earliest day of its first dated claim, "" if none is dated
	Last   string `json:"last"`
	Mode   string `json:"mode"` // asserted if any of its claims asserts or denies, else that of the first
}

// A Stage is one period of a band; a band of a fact without periods has one stage without a label.
type Stage struct {
	Period string `json:"period"`
	Label  Text   `json:"label"`
	Span   Text   `json:"span"` // "12 December 2022 to 22 April 2023"
	Rows   []Row  `json:"rows"`
}

// A Row is an exchange: claims joined by answers, contradicts or in tension, or those of one occasion that nothing joins.
type Row struct {
	When     Text     `json:"when"`
	Occasion Text     `json:"occasion"`
	Cells    []Cell   `json:"cells"`     // one for each head, in their order
	AlsoSaid []string `json:"also_said"` // codes of claims that take no position
}

// A Cell holds the claims of one position in a row, or says what was read where there are none.
type Cell struct {
	Claims []string `json:"claims"` // codes
	Empty  Text     `json:"empty"`
}

// A Claim is a claim's card with what stands behind it.
type Claim struct {
	Code         string   `json:"code"`
	Who          Text     `json:"who"` // "Jeyhun Bayramov, Azerbaijan’s foreign minister, through his ministry; Asbarez, paraphrasing:"
	Segments     []string `json:"segments"`
	Lang         string   `json:"lang"`
	Dir          string   `json:"dir"`    // ltr or rtl
	Quoted       bool     `json:"quoted"` // drawn in quotation marks: a direct quotation that has none of its own
	When         Text     `json:"when"`
	Notes        []Text   `json:"notes"`
	Links        []Link   `json:"links"`
	Stances      []Stance `json:"stances"`
	Source       string   `json:"source"`
	AttributedTo string   `json:"attributed_to"`
	Named        string   `json:"named"`
	Office       string   `json:"office"`
	Attribution  string   `json:"attribution"`
	Joint        bool     `json:"joint"`
	Party        string   `json:"party"`
	Outlet       string   `json:"outlet"`
	Article      string   `json:"article"`
	Event        string   `json:"event"`
	Voice        string   `json:"voice"`
	Basis        string   `json:"basis"`
	Chain        []Hop    `json:"chain"`
	Uttered      Date     `json:"uttered"`
	Issued       Date     `json:"issued"`
	Said         Date     `json:"said"`
	About        Date     `json:"about"` // when what it tells of happened, as far as the passage says
	Figures      []Figure `json:"figures"`
	Origin       string   `json:"origin"` // key of first issuer and occasion: claims with equal keys are one origin

	Changed  TextChange `json:"changed,omitzero"`  // what the outlet has done to the words since
	Withheld Redaction  `json:"withheld,omitzero"` // when and why its words were taken down; its one segment says so too
}

// A TextChange says that a later text of the article does not have a claim's words any more.
type TextChange struct {
	Kind string `json:"kind"`          // narrative.TextChangeKind
	Seen string `json:"seen"`          // the day of the later text
	Now  string `json:"now,omitempty"` // its words, verbatim, if it has others in their place
	Text Text   `json:"text"`          // the same in a sentence
}

// A Link is a counter-claim seen from one claim: "answers Yuri Kim", "answered by Aykhan Hajizada".
type Link struct {
	Relation string `json:"relation"` // narrative.Relation
	Outgoing bool   `json:"outgoing"` // this claim answers the other
	Claim    string `json:"claim"`
	Text     Text   `json:"text"`
	Why      Text   `json:"why"`
}

// A Counter is a counter-claim on the fact.
type Counter struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Relation   string `json:"relation"`
	Difference string `json:"difference"`
	Why        Text   `json:"why"`
}

// A Stance is what the claim does on the fact.
type Stance struct {
	Aspect   string `json:"aspect"`
	Position string `json:"position"`
	Mode     string `json:"mode"`
	Period   string `json:"period"` // the stage under which it stands
}

// A Hop is a step of the chain.
type Hop struct {
	By       string `json:"by"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Verb     string `json:"verb"`
	Class    string `json:"class"`
	Inferred bool   `json:"inferred"`
	Text     string `json:"text"` // the step in words: "in a statement by Azerbaijan’s foreign ministry, inferred"
}

// A Date is a date with its words.
type Date struct {
	Earliest  string `json:"earliest"`
	Latest    string `json:"latest"`
	Precision string `json:"precision"`
	Time      string `json:"time"`
	Basis     string `json:"basis"`
	Reason    string `json:"reason"`
	Text      string `json:"text"` // "14 September 2023", "10 or 11 January 2023, inferred", "not known"
}

// A Record is what can be checked.
type Record struct {
	Slug      string `json:"slug"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Maker     string `json:"maker"`
	Date      Date   `json:"date"`
	Where     string `json:"where"`
	Checked   string `json:"checked"`
	CheckedBy string `json:"checked_by"`
	Shows     []Text `json:"shows"`
	ShowsNot  []Text `json:"shows_not"`
}

// Figures is the part of the page on figures.
type Figures struct {
	Groups []FigureGroup `json:"groups"`
	Apart  []ApartFigure `json:"apart"`
}

// A FigureGroup is the figures that count the same, on one axis.
type FigureGroup struct {
	Title string      `json:"title"`
	Unit  string      `json:"unit"`
	Ticks []string    `json:"ticks"` // ascending decimals, the first and last being the ends of the axis
	Rows  []FigureRow `json:"rows"`
	Notes []Text      `json:"notes"`
	Desc  string      `json:"desc"` // the drawing in words
}

// A FigureRow is one figure on the axis.
type FigureRow struct {
	Figure Figure `json:"figure"`
	Label  Text   `json:"label"`
	Part   bool   `json:"part"` // part of the figure above it that is not a part
}

// An ApartFigure is a figure that cannot be set on an axis or compared, with the reason.
type ApartFigure struct {
	Figure Figure `json:"figure"`
	Label  Text   `json:"label"`
	Reason Text   `json:"reason"`
}

// A Figure is a number as claimed. Low and High are exact decimals in plain digits, "" for no bound.
type Figure struct {
	Claim     string `json:"claim"`
	Aspect    string `json:"aspect"`   // of the position
	Position  string `json:"position"` // of the claim on the fact, "" if none
	Verbatim  string `json:"verbatim"`
	Printed   string `json:"printed"` // normal form: "at least 980 vehicles"
	Hedge     string `json:"hedge"`
	Low       string `json:"low"`
	High      string `json:"high"`
	LowOpen   bool   `json:"low_open"`
	HighOpen  bool   `json:"high_open"`
	Approx    bool   `json:"approx"`
	BandLow   string `json:"band_low"` // what an approximate figure spans
	BandHigh  string `json:"band_high"`
	Vague     string `json:"vague"`
	Unit      string `json:"unit"`
	Counted   string `json:"counted"`
	Rule      string `json:"rule"`
	From      string `json:"from"`
	Until     string `json:"until"`
	AsOf      string `json:"as_of"`
	CountedBy string `json:"counted_by"`
	PartOf    string `json:"part_of"`
	Note      string `json:"note"`
}

// Timeline is the dated claims by the day they were said, in lanes by position.
type Timeline struct {
	Lanes     []Lane     `json:"lanes"`
	Occasions []Occasion `json:"occasions"`
	Undated   []string   `json:"undated"` // codes
	Notes     []Text     `json:"notes"`
	Desc      string     `json:"desc"`
}

// A Lane is one position's row of the timeline; the last lane of a band may be for claims without a position.
type Lane struct {
	Aspect   string `json:"aspect"`
	Position string `json:"position"`
	Letter   string `json:"letter"`
	Colour   int    `json:"colour"`
	Label    Text   `json:"label"`
	Marks    []Mark `json:"marks"`
}

// A Mark is a claim on the timeline: a dot for a given day, a stretch for an uncertain one.
type Mark struct {
	Claim    string `json:"claim"`
	Earliest string `json:"earliest"`
	Latest   string `json:"latest"`
	Given    bool   `json:"given"`
	Text     string `json:"text"`
}

// An Occasion is an event or a bound of a period marked on the timeline.
type Occasion struct {
	Event    string `json:"event"`
	Earliest string `json:"earliest"`
	Latest   string `json:"latest"`
	Text     Text   `json:"text"`
}
