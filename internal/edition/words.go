package edition

import "counterclaim/internal/narrative"

// PageWords are the titles and terms that stand on the page of a fact beside the texts above.
type PageWords struct {
	Comparison    string `json:"comparison"`
	BothSay       string `json:"both_say"`
	OneSays       string `json:"one_says"`
	FiguresGlance string `json:"figures_glance"`
	Missing       string `json:"missing"`
	AlsoSaid      string `json:"also_said"`
	Checkable     string `json:"checkable"`
	Figures       string `json:"figures"`
	FiguresApart  string `json:"figures_apart"`
	Timeline      string `json:"timeline"`
	Undated       string `json:"undated"`
	Gaps          string `json:"gaps"`
	Articles      string `json:"articles"`
	InTheArticle  string `json:"in_the_article"`
	Original      string `json:"original"`
	NoVerdict     string `json:"no_verdict"`
	Unaltered     string `json:"unaltered"`
	MadeBy        string `json:"made_by"` // these five before what is known of a record
	Where         string `json:"where"`
	Checked       string `json:"checked"`
	Shows         string `json:"shows"`
	ShowsNot      string `json:"shows_not"`
	Positions     string `json:"positions"`
	Edition       string `json:"edition"` // these four in the colophon
	From          string `json:"from"`
	Record        string `json:"record"`
	Corrects      string `json:"corrects"`
	Names         string `json:"names"`
	TimelineList  string `json:"timeline_list"`
}

// pageWords are the page's words in English.
var pageWords = PageWords{
	Comparison:    "The comparison",
	BothSay:       "Said by opposing parties alike",
	OneSays:       "Said by one, not answered here",
	FiguresGlance: "Figures",
	Missing:       "Missing here",
	AlsoSaid:      "Also said, taking no position",
	Checkable:     "What can be checked",
	Figures:       "Figures",
	FiguresApart:  "Not drawn or not to be compared",
	Timeline:      "By the day they were said",
	Undated:       "Day not known",
	Gaps:          "Gaps",
	Articles:      "Articles",
	InTheArticle:  "in the article",
	Original:      "original",
	NoVerdict:     "Counterclaim gives no verdict. The words of sources are never altered.",
	Unaltered:     "unaltered since publication",
	MadeBy:        "made by",
	Where:         "where",
	Checked:       "checked",
	Shows:         "what it shows",
	ShowsNot:      "what it does not show",
	Positions:     "The positions",
	Edition:       "Edition",
	From:          "From",
	Record:        "Record",
	Corrects:      "Corrects",
	Names:         "Names of places",
	TimelineList:  "Every dated claim in order",
}

const orderRule = "Positions stand in the order of their earliest dated claim by a holder among the articles read; where nobody holds a position, " +
	"by that of an outlet or unnamed group. Those without a dated claim follow. An inferred day counts for nothing in this."

// waivedWords stand before the reason why nobody else has looked at an edition before it was published.
const waivedWords = "One editor: published without a second pair of eyes. "

var livelinessWords = map[narrative.Liveliness]string{
	narrative.Developing: "Developing",
	narrative.Dormant:    "Dormant",
	narrative.Overtaken:  "Overtaken by events",
}

// modeNotes say how a stance is taken; asserting and denying need no note.
var modeNotes = map[narrative.Mode]string{
	narrative.Presupposed: "Presupposed.",
	narrative.Demanded:    "A demand.",
	narrative.Conditional: "An offer or condition; presupposes that it is not so now.",
	narrative.Concern:     "Concern; takes no position.",
	narrative.Withheld:    "Verdict withheld; takes no position.",
}

// modeMarks stand in brackets after a holder who neither asserts nor denies.
var modeMarks = map[narrative.Mode]string{
	narrative.Presupposed: "presupposed",
	narrative.Demanded:    "demanded",
	narrative.Conditional: "conditional",
}

var modeNouns = map[narrative.Mode]string{
	narrative.Demanded:    "demand",
	narrative.Conditional: "offer",
	narrative.Concern:     "concern",
}

var basisNotes = map[narrative.ClaimBasis]string{
	narrative.Witness:          "Basis given: witness.",
	narrative.FromDocument:     "Basis given: a document.",
	narrative.OwnCount:         "Basis given: own count.",
	narrative.StatementOfOther: "Basis given: others’ statements.",
}

// basisWords name bases in the head of a position, in this order.
var basisWords = []struct {
	basis narrative.ClaimBasis
	words string
}{
	{narrative.Witness, "witness"},
	{narrative.FromDocument, "document"},
	{narrative.OwnCount, "own count"},
	{narrative.StatementOfOther, "others’ statements"},
	{"", "not stated"},
}

var attributionNotes = map[narrative.Attribution]string{
	narrative.AttributionInferred: "Speaker inferred: the sentence itself names nobody.",
	narrative.AttributionOrOutlet: "The speaker’s words or the outlet’s own; the article leaves it open.",
}

// linkWords stand before the name of the claim at the other end of a counter-claim.
var linkWords = map[narrative.Relation]struct{ to, from string }{
	narrative.Answers:      {"answers ", "answered by "},
	narrative.Contradicts:  {"contradicts ", "contradicted by "},
	narrative.InTension:    {"in tension with ", "in tension with "},
	narrative.Corroborates: {"says the same as ", "says the same as "},
	narrative.Restates:     {"said before by ", "said again by "},
	narrative.PartOf:       {"part of what is said by ", "has as a part what is said by "},
}
