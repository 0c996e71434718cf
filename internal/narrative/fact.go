package narrative

import "cmp"

// A Fact is a contested fact: a neutral question that sources answer differently.
type Fact struct {
	Slug       Slug       `yaml:"slug"`
	Key        Slug       `yaml:"key,omitempty"` // the slug that it was first published under, if that was another
	Dispute    Slug       `yaml:"dispute"`
	Question   Markup     `yaml:"question"`
	Kind       FactKind   `yaml:"kind"`
	Background Markup     `yaml:"background"` // two sentences; each factual clause cites a claim or a record
	Status     FactStatus `yaml:"status"`
	Periods    []Period   `yaml:"periods,omitempty"`
	Positions  []Position `yaml:"positions,omitempty"` // of the fact itself
	Aspects    []Aspect   `yaml:"aspects,omitempty"`
	Points     []Point    `yaml:"points,omitempty"`
	Gaps       []Gap      `yaml:"gaps,omitempty"`
	Requests   []Request  `yaml:"requests,omitempty"` // for comment, in the order in which they are printed
	Note       string     `yaml:"note,omitempty"`     // for the desk; never published
}

// Wording returns the editors' own words by which a fact is asked and answered: its question, the labels of its positions, the
// questions and labels of its aspects, the labels of its periods.
func (f Fact) Wording() []Markup {
	list := []Markup{f.Question}
	labels := func(positions []Position) {
		for _, p := range positions {
			list = append(list, p.Label)
		}
	}
	labels(f.Positions)
	for _, a := range f.Aspects {
		list = append(list, a.Question)
		labels(a.Positions)
	}
	for _, p := range f.Periods {
		list = append(list, p.Label)
	}
	return list
}

// A FactKind says what sort of question a fact is.
type FactKind string

// The kinds of fact.
const (
	YesNo      FactKind = "yes-no"
	State      FactKind = "state" // changes over time
	NumberFact FactKind = "number"
	Agreement  FactKind = "agreement"
	Sequence   FactKind = "sequence"
	Open       FactKind = "open"
)

// A FactStatus says how alive a fact is.
type FactStatus struct {
	State  Liveliness `yaml:"state"`
	ReadTo Minute     `yaml:"read_to,omitempty"` // until when articles were read for it, while it is developing
	Since  Day        `yaml:"since,omitempty"`
	Reason Markup     `yaml:"reason,omitempty"` // cited, for "overtaken"
}

// Liveliness is developing, dormant or overtaken by events.
type Liveliness string

// The states of a fact.
const (
	Developing Liveliness = "developing"
	Dormant    Liveliness = "dormant"
	Overtaken  Liveliness = "overtaken"
)

// A Period is a stretch bounded by dated events, for a matter that changes. Claims are set against each other within a
// period only.
type Period struct {
	Slug       Slug   `yaml:"slug"`
	Label      Markup `yaml:"label"`
	From       Day    `yaml:"from,omitempty"` // first day, "" for no bound
	FromEvent  Slug   `yaml:"from_event,omitempty"`
	Until      Day    `yaml:"until,omitempty"` // last day, "" for no bound
	UntilEvent Slug   `yaml:"until_event,omitempty"`
}

// A Position is one answer, neutrally labelled: a sentence that its holders would sign. Its slug is unique in its fact
// or aspect.
type Position struct {
	Slug  Slug   `yaml:"slug"`
	Label Markup `yaml:"label"`
}

// An Aspect is a sub-question of a fact with positions of its own.
type Aspect struct {
	Slug      Slug       `yaml:"slug"`
	Question  Markup     `yaml:"question"`
	Positions []Position `yaml:"positions"`
}

// A Point is something that an editor records as said by opposing parties alike, or by one party and answered by nobody
// in what was read. It names the claims that say it.
type Point struct {
	Kind   PointKind `yaml:"kind"`
	Text   Markup    `yaml:"text"`
	Period Slug      `yaml:"period,omitempty"`
	Claims []Code    `yaml:"claims"`
}

// A PointKind says whether opposing parties or one party says it.
type PointKind string

// The kinds of point.
const (
	SaidByBoth PointKind = "both" // needs claims from at least two parties
	SaidByOne  PointKind = "one"  // all its claims are of one party
)

// A Gap is something that an editor misses; other gaps (an expected account, one origin) are found by the program.
type Gap struct {
	Title string `yaml:"title"` // two or three words
	Text  Markup `yaml:"text"`
}

// PermanentKey returns what stands for the fact in the log of editions for ever, whatever its slug is today.
func (f Fact) PermanentKey() Slug { return cmp.Or(f.Key, f.Slug) }
