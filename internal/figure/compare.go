package figure

import (
	"fmt"
	"strings"
)

// A Verdict says how two figures stand to each other. It says nothing of which is
// right.
type Verdict string

// The verdicts.
const (
	Conflict      Verdict = "conflict"       // both cannot hold
	Compatible    Verdict = "compatible"     // both can hold
	Approximate   Verdict = "approximate"    // they differ, but one is approximate and may mean the other
	NotComparable Verdict = "not-comparable" // they may not be about the same thing
)

// A Comparison is a verdict with its reason, a clause of plain English.
type Comparison struct {
	Verdict Verdict
	Reason  string
}

// Compare sets two figures against each other. They are not comparable if either is
// vague, if the unit, what is counted, the counting rule or the window of either is
// not said, or if these differ. Otherwise they are compatible if their intervals as
// worded have something in common, approximate if only the bands of approximate
// ones have (see [Reading.Band]), and in conflict if not even these. "About 20" is
// taken as 20, "nearly 20" as from the foot of its band to below 20.
//
// The verdict is the same whichever figure comes first; the reason names them in
// the order given.
func Compare(a, b Figure) Comparison {
	not := func(reason string) Comparison { return Comparison{NotComparable, reason} }
	if reason := noNumber(a, b); reason != "" {
		return not(reason)
	}
	if reason := missing(a, b); reason != "" {
		return not(reason)
	}
	switch {
	case unitKey(a.Unit) != unitKey(b.Unit):
		return not(fmt.Sprintf("different units (%s, %s)", a.Unit, b.Unit))
	case key(a.Counted) != key(b.Counted):
		return not(fmt.Sprintf("different things are counted (%s; %s)", a.Counted, b.Counted))
	case key(a.Rule) != key(b.Rule):
		return not(fmt.Sprintf("different counting rules (%s; %s)", a.Rule, b.Rule))
	case a.Window != b.Window:
		return not(fmt.Sprintf("different windows (%s, %s)", a.Window, b.Window))
	}

	x, y := a.worded(), b.worded()
	wordA, wordB := a.amount(), b.amount()
	switch {
	case x.meets(y) && wordA == wordB:
		return Comparison{Compatible, "both say " + wordA}
	case x.meets(y):
		return Comparison{Compatible, fmt.Sprintf("%s and %s can both hold", wordA, wordB)}
	case (a.Approx || b.Approx) && a.drawn().meets(b.drawn()):
		if a.Approx && b.Approx {
			return Comparison{Approximate, fmt.Sprintf("%s and %s differ, and both are approximate", wordA, wordB)}
		}
		loose, other := wordA, wordB
		if b.Approx {
			loose, other = wordB, wordA
		}
		return Comparison{Approximate, fmt.Sprintf("%s is approximate and can mean %s", loose, other)}
	}
	return Comparison{Conflict, fmt.Sprintf("%s and %s cannot both hold", wordA, wordB)}
}

// String prints a window as its days.
func (w Window) String() string {
	switch {
	case w == Window{}:
		return "not said"
	case w.From == w.Until:
		return w.From
	case w.From == "":
		return "until " + w.Until
	case w.Until == "":
		return "from " + w.From
	}
	return w.From + " to " + w.Until
}

// noNumber says which of two figures has no number to compare.
func noNumber(a, b Figure) string {
	has := func(f Figure) bool { return f.Hedge != Vague && (f.Low != nil || f.High != nil) }
	switch {
	case !has(a) && !has(b):
		return "neither figure is a number"
	case !has(a):
		return fmt.Sprintf("“%s” is no number", a.name())
	case !has(b):
		return fmt.Sprintf("“%s” is no number", b.name())
	}
	return ""
}

// name is how a reason calls a figure: by its own words.
func (f Figure) name() string {
	if f.Verbatim != "" {
		return f.Verbatim
	}
	return f.String()
}

// missing says what either of two figures leaves unsaid that a comparison needs.
func missing(a, b Figure) string {
	var of [3][]string // by both, by a, by b
	for _, field := range []struct {
		name string
		a, b bool // said
	}{
		{"the window", a.Window.said(), b.Window.said()},
		{"the counting rule", key(a.Rule) != "", key(b.Rule) != ""},
		{"the unit", unitKey(a.Unit) != "", unitKey(b.Unit) != ""},
		{"what is counted", key(a.Counted) != "", key(b.Counted) != ""},
	} {
		switch {
		case !field.a && !field.b:
			of[0] = append(of[0], field.name)
		case !field.a:
			of[1] = append(of[1], field.name)
		case !field.b:
			of[2] = append(of[2], field.name)
		}
	}
	names := [3]string{"in both figures", "for “" + a.name() + "”", "for “" + b.name() + "”"}
	if a.name() == b.name() {
		names[1], names[2] = "for the first figure", "for the second figure"
	}
	var parts []string
	for i, list := range of {
		if len(list) == 0 {
			continue
		}
		verb := " is"
		if len(list) > 1 {
			verb = " are"
		}
		parts = append(parts, enumerate(list)+verb+" not said "+names[i])
	}
	return strings.Join(parts, "; ")
}

// enumerate joins words as "a", "a and b", "a, b and c".
func enumerate(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// An interval is what a figure allows; nil is an end without a bound.
type interval struct {
	low, high         *Number
	lowOpen, highOpen bool
}

// worded is the interval that the words allow.
func (r Reading) worded() interval {
	in := interval{r.Low, r.High, r.LowOpen, r.HighOpen}
	if r.Hedge == Nearly {
		in.low, _ = r.Band()
		in.lowOpen = false
	}
	return in
}

// drawn is the interval with the band of an approximate figure.
func (r Reading) drawn() interval {
	if !r.Approx {
		return r.worded()
	}
	low, high := r.Band()
	return interval{low: low, high: high}
}

// meets reports whether the intervals have a number in common.
func (x interval) meets(y interval) bool {
	return !x.below(y) && !y.below(x)
}

// below reports whether all of x is below all of y.
func (x interval) below(y interval) bool {
	if x.high == nil || y.low == nil {
		return false
	}
	c := x.high.Cmp(*y.low)
	return c < 0 || c == 0 && (x.highOpen || y.lowOpen)
}
