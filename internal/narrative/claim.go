package narrative

import (
	"cmp"

	"counterclaim/internal/figure"
)

// A Claim is one assertion, by one source, in one passage of one article.
type Claim struct {
	Code         Code        `yaml:"code"`
	Words        []string    `yaml:"words,omitempty"`         // one to three segments of the block's text; none means all of it
	Source       Slug        `yaml:"source"`                  // words of: who wrote or spoke the passage
	Named        string      `yaml:"named,omitempty"`         // the source's name as printed
	Office       string      `yaml:"office,omitempty"`        // its office as printed
	Attribution  Attribution `yaml:"attribution,omitempty"`   // how sure the speaker is
	AttributedTo Slug        `yaml:"attributed_to,omitempty"` // whose view it reports, if another source's
	Joint        bool        `yaml:"joint,omitempty"`         // said by the source together with others, as told by the chain
	Voice        Voice       `yaml:"voice"`
	Basis        ClaimBasis  `yaml:"basis,omitempty"`
	Chain        []Hop       `yaml:"chain,omitempty"`
	Event        Slug        `yaml:"event,omitempty"` // the occasion on which it was said
	Uttered      Date        `yaml:"uttered,omitempty"`
	Issued       Date        `yaml:"issued,omitempty"`
	About        Date        `yaml:"about,omitempty"` // when what it tells of happened, as far as the passage says
	Stances      []Stance    `yaml:"stances"`         // none while nobody has sorted the claim; then it is on no fact
	Figures      []Figure    `yaml:"figures,omitempty"`
	Counters     []Counter   `yaml:"counters,omitempty"`
	Locator      string      `yaml:"locator,omitempty"` // the page or the moment in a recording, as in "page 3" or "00:12:04"
	Note         Markup      `yaml:"note,omitempty"`    // shown beside the claim: doubt, an error in the text
	Changed      TextChange  `yaml:"changed,omitempty"` // what the outlet has done to the words since
}

// A TextChange says that a later text of the same article does not have a claim's words any more. It tells what stands there
// and nothing of why.
type TextChange struct {
	Kind TextChangeKind `yaml:"kind,omitempty"` // "" if nothing has changed
	Seen Day            `yaml:"seen,omitempty"` // the day of the later text
	Now  string         `yaml:"now,omitempty"`  // its words, if it has others in their place; at most 300 characters
}

// IsZero reports whether nothing has changed.
func (c TextChange) IsZero() bool { return c == TextChange{} }

// A TextChangeKind says what became of a claim's words.
type TextChangeKind string

// What became of a claim's words.
const (
	TextRemoved  TextChangeKind = "removed"
	TextReworded TextChangeKind = "re-worded"
)

// An Attribution says how sure it is who speaks; "" means that the text names the speaker for this sentence.
type Attribution string

// How a speaker is known, where the sentence itself does not say.
const (
	AttributionInferred Attribution = "inferred"  // the account of a named speaker goes on
	AttributionOrOutlet Attribution = "or-outlet" // the speaker's, or the outlet's own
)

// A Voice says typographically how the words stand in the article.
type Voice string

// The voices.
const (
	DirectQuote Voice = "direct"
	Paraphrase  Voice = "paraphrase"
	OutletVoice Voice = "outlet"
)

// A ClaimBasis is what the source claims to know it from; "" means not stated.
type ClaimBasis string

// The bases of a claim.
const (
	Witness          ClaimBasis = "witness"
	FromDocument     ClaimBasis = "document"
	OwnCount         ClaimBasis = "own-count"
	StatementOfOther ClaimBasis = "statement"
)

// A Hop is a step by which the words came from the source to the article, after the source itself: a spokesman, press
// service, translator or outlet, with the verb that it uses of the step before. The last hop is the article's outlet.
type Hop struct {
	By       Slug      `yaml:"by"` // a source or an outlet
	Role     HopRole   `yaml:"role"`
	Verb     string    `yaml:"verb,omitempty"` // verbatim
	Class    VerbClass `yaml:"class,omitempty"`
	Inferred bool      `yaml:"inferred,omitempty"` // named in the article, but not for this sentence
}

// A HopRole says what a hop did with the words.
type HopRole string

// The roles of a hop.
const (
	RoleSpokesperson HopRole = "spokesperson"
	RolePressService HopRole = "press-service"
	RoleReadout      HopRole = "readout"
	RoleStatement    HopRole = "statement"
	RoleTranslator   HopRole = "translator"
	RoleOutlet       HopRole = "outlet"
)

// A VerbClass says what a reporting verb does.
type VerbClass string

// The classes of verb.
const (
	VerbNeutral    VerbClass = "neutral"
	VerbDistancing VerbClass = "distancing"
	VerbConcessive VerbClass = "concessive"
	VerbInsisting  VerbClass = "insisting"
	VerbFactive    VerbClass = "factive"
	VerbDenying    VerbClass = "denying"
	VerbPerforming VerbClass = "performing"
)

// A Stance is what a claim does on a fact: the position it takes, if any, and how. A claim has at most one stance on a
// (fact, aspect).
type Stance struct {
	Fact     Slug `yaml:"fact"`
	Aspect   Slug `yaml:"aspect,omitempty"`
	Position Slug `yaml:"position,omitempty"` // none with the modes concern and withheld
	Mode     Mode `yaml:"mode"`
	Period   Slug `yaml:"period,omitempty"` // the period it is about, where that is not the one it was said in
}

// A Mode says how a stance is taken.
type Mode string

// The modes.
const (
	Asserted    Mode = "asserted"
	Denied      Mode = "denied"
	Presupposed Mode = "presupposed"
	Demanded    Mode = "demanded"
	Conditional Mode = "conditional"
	Concern     Mode = "concern"  // takes no position
	Withheld    Mode = "withheld" // "allegedly": takes no position
)

// TakesPosition reports whether a stance in this mode stands under a position.
func (m Mode) TakesPosition() bool { return m != Concern && m != Withheld }

// A Counter is a typed link from the claim that holds it to an earlier or answered claim, about one fact on which both
// have a stance.
type Counter struct {
	To         Code       `yaml:"to"`
	Relation   Relation   `yaml:"relation"`
	Fact       Slug       `yaml:"fact"`
	Difference Difference `yaml:"difference,omitempty"` // none for corroborates, restates and part-of
	Why        Markup     `yaml:"why"`                  // one line
}

// A Relation says what one claim does to another.
type Relation string

// The relations.
const (
	Answers      Relation = "answers"
	Contradicts  Relation = "contradicts"
	InTension    Relation = "in-tension"
	Corroborates Relation = "corroborates"
	Restates     Relation = "restates"
	PartOf       Relation = "part-of"
)

// Opposes reports whether the relation sets two claims against each other, so that they share a row.
func (r Relation) Opposes() bool { return r == Answers || r == Contradicts || r == InTension }

// A Difference says in what two claims differ.
type Difference string

// The kinds of difference.
const (
	DiffersDirect     Difference = "direct"
	DiffersDate       Difference = "date"
	DiffersScope      Difference = "scope"
	DiffersDefinition Difference = "definition"
	DiffersWording    Difference = "wording"
	DiffersSilence    Difference = "silence"
)

// A Figure is a number as a claim gives it. Its bounds are read from its words by package figure.
type Figure struct {
	Verbatim  string `yaml:"verbatim"`           // the part of the passage that is the figure
	ReadsAs   string `yaml:"reads_as,omitempty"` // the same in English, where the passage is in another language
	Counted   string `yaml:"counted"`            // what is counted, in the desk's words, alike for all figures that count the same
	Unit      string `yaml:"unit,omitempty"`     // where the words beside the number do not name it
	Rule      string `yaml:"rule,omitempty"`     // counting rule, "" if not said
	From      Day    `yaml:"from,omitempty"`     // first day of the window counted, "" if not said
	Until     Day    `yaml:"until,omitempty"`    // last day of the window counted, "" if not said
	AsOf      Day    `yaml:"as_of,omitempty"`
	CountedBy Slug   `yaml:"counted_by,omitempty"` // the source whose count it is, "" if not said
	PartOf    Code   `yaml:"part_of,omitempty"`    // the claim whose (first) figure is the whole
	Note      string `yaml:"note,omitempty"`
}

// Reading reads the bounds of the figure from its words, or from ReadsAs where it is given. The errors are those of
// [figure.Read].
func (f Figure) Reading() (figure.Reading, error) { return figure.Read(cmp.Or(f.ReadsAs, f.Verbatim)) }
