package edition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"counterclaim/internal/figure"
	"counterclaim/internal/narrative"
)

// count reads a figure of a claim.
func (p *page) count(f narrative.Figure) count {
	text := f.Verbatim
	if f.ReadsAs != "" {
		text = f.ReadsAs
	}
	reading, err := figure.Read(text)
	switch {
	case errors.Is(err, figure.ErrNoNumber):
		reading = figure.Reading{Verbatim: text, Hedge: figure.Vague, Vague: text}
	case err != nil:
		p.fail(fmt.Errorf("figure %q: %w", f.Verbatim, err))
	}
	if f.Unit != "" {
		reading.Unit = f.Unit
	}
	return count{
		Figure: figure.Figure{
			Reading: reading, Counted: f.Counted, Rule: f.Rule, Window: figure.Window{From: string(f.From), Until: string(f.Until)},
			AsOf: string(f.AsOf), CountedBy: string(f.CountedBy),
		},
		figure: f,
	}
}

// figureValue is a figure in the published form.
func (p *page) figureValue(it *item, n count) Figure {
	f := n.figure
	value := Figure{
		Claim: it.code(), Verbatim: f.Verbatim, Printed: n.String(), Hedge: string(n.Hedge), Low: digits(n.Low), High: digits(n.High),
		LowOpen: n.LowOpen, HighOpen: n.HighOpen, Approx: n.Approx, Vague: n.Vague, Unit: n.Unit, Counted: f.Counted, Rule: f.Rule,
		From: string(f.From), Until: string(f.Until), AsOf: string(f.AsOf), CountedBy: string(f.CountedBy), Note: f.Note,
	}
	for _, s := range it.stances {
		if s.Mode.TakesPosition() {
			value.Aspect, value.Position = string(s.Aspect), string(s.Position)
			break
		}
	}
	if n.Approx {
		low, high := n.Band()
		value.BandLow, value.BandHigh = digits(low), digits(high)
	}
	if f.CountedBy != "" {
		p.source(f.CountedBy)
	}
	if p.byCode[f.PartOf] != nil {
		value.PartOf = string(f.PartOf)
	}
	return value
}

func digits(n *figure.Number) string {
	if n == nil {
		return ""
	}
	return n.String()
}

// A placed count is one with where it stands.
type placed struct {
	it    *item
	at    int // of the claim's figures
	count count
	whole *placed // nil if it is no part of another figure that is drawn
}

// A figureGroup is the figures on one axis, while they are compiled.
type figureGroup struct {
	key  string
	rows []*placed // wholes in the order of claims, each followed by its parts
}

// A figureVerdicts is what the figures of a page come to, for the first screen and the gaps.
type figureVerdicts struct {
	groups    []figureGroup
	apart     int
	conflicts []string // reasons
	approx    bool     // some differ, but are approximate
	apartFrom bool     // some cannot be compared
}

// figures sets the figures of the claims on axes by what they count.
func (p *page) figures() (Figures, figureVerdicts) {
	var figures Figures
	var v figureVerdicts
	all := p.placedCounts()
	for _, f := range all {
		if reason := notDrawn(f.count); reason != "" {
			v.apart++
			figures.Apart = append(figures.Apart, ApartFigure{
				Figure: p.figureValue(f.it, f.count), Label: p.figureLabel(f), Reason: plain(reason),
			})
			continue
		}
		root := f
		for depth := 0; root.whole != nil && depth < len(all); depth++ {
			root = root.whole
		}
		key := groupKey(root.count)
		i := slices.IndexFunc(v.groups, func(g figureGroup) bool { return g.key == key })
		if i < 0 {
			i = len(v.groups)
			v.groups = append(v.groups, figureGroup{key: key})
		}
		v.groups[i].rows = append(v.groups[i].rows, f)
	}
	for i := range v.groups {
		v.groups[i].rows = wholesFirst(v.groups[i].rows)
		figures.Groups = append(figures.Groups, p.figureGroup(v.groups[i], &v))
	}
	return figures, v
}

// placedCounts gives the figures in the order of claims, each part with its whole.
func (p *page) placedCounts() []*placed {
	var all []*placed
	first := map[narrative.Code]*placed{}
	for _, it := range p.items {
		for i, n := range it.counts {
			f := &placed{it: it, at: i, count: n}
			if i == 0 {
				first[it.claim.Code] = f
			}
			all = append(all, f)
		}
	}
	for _, f := range all {
		if whole := first[f.count.figure.PartOf]; whole != nil && whole != f && notDrawn(whole.count) == "" {
			f.whole = whole
		}
	}
	return all
}

// notDrawn says why a figure cannot be set on an axis, "" if it can.
func notDrawn(n count) string {
	switch {
	case n.Hedge == figure.Vague || n.Low == nil && n.High == nil:
		return "Has no number and is not drawn."
	case n.Unit == "":
		return "Names no unit and is not drawn."
	}
	return ""
}

// groupKey is equal for figures of the same thing in the same unit, whether in the singular or plural.
func groupKey(n count) string {
	fold := func(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
	return fold(n.Counted) + " in " + strings.TrimSuffix(fold(n.Unit), "s")
}

// wholesFirst sets each whole before its parts.
func wholesFirst(rows []*placed) []*placed {
	var ordered []*placed
	var add func(whole *placed)
	add = func(whole *placed) {
		for _, f := range rows {
			if f.whole == whole && !slices.Contains(ordered, f) {
				ordered = append(ordered, f)
				add(f)
			}
		}
	}
	add(nil)
	for _, f := range rows { // parts of each other
		if !slices.Contains(ordered, f) {
			ordered = append(ordered, f)
		}
	}
	return ordered
}

// figureLabel names a figure beside its place on the axis.
func (p *page) figureLabel(f *placed) Text {
	said := Run{Text: f.count.figure.Verbatim, Kind: RunSaid, Lang: f.it.article.Language}
	name := Run{Text: f.it.source.Name, Kind: RunClaim, Ref: f.it.code()}
	if f.whole != nil {
		return Text{words("of them ", f.count.Counted, ", "), said, words(", "), name}
	}
	return Text{words(upperFirst(f.count.Counted), ", "), said, words(", "), name}
}

func (p *page) figureGroup(g figureGroup, v *figureVerdicts) FigureGroup {
	lead := g.rows[0].count
	group := FigureGroup{Title: upperFirst(lead.Counted), Unit: unitOf(lead.Unit), Ticks: ticks(g.rows)}
	for _, f := range g.rows {
		group.Rows = append(group.Rows, FigureRow{Figure: p.figureValue(f.it, f.count), Label: p.figureLabel(f), Part: f.whole != nil})
	}
	group.Notes = append(group.Notes, p.oneCount(g)...)
	group.Notes = append(group.Notes, sums(g)...)
	group.Notes = append(group.Notes, compared(g, v)...)
	group.Notes = append(group.Notes, leftOpen(g)...)
	group.Desc = axisText(group.Unit, group.Ticks, group.Rows)
	return group
}

// axisText says an axis with its figures in words.
func axisText(unit string, ticks []string, rows []FigureRow) string {
	var labels []string
	for _, row := range rows {
		labels = append(labels, row.Label.String()+" ("+row.Figure.Printed+")")
	}
	return fmt.Sprintf("An axis of %s from %s to %s. %s.", unit, ticks[0], ticks[len(ticks)-1], strings.Join(labels, "; "))
}

// counters gives whose counts the figures are, each once: the source that the text names for it, else who says it.
func (p *page) counters(g figureGroup) []narrative.Slug {
	var by []narrative.Slug
	for _, f := range g.rows {
		slug := f.count.figure.CountedBy
		if slug == "" {
			slug = f.it.claim.Source
		}
		if !slices.Contains(by, slug) {
			by = append(by, slug)
		}
	}
	return by
}

// onlyParty gives the one party whose counts all figures are, and false if there are more or a counter has none.
func (p *page) onlyParty(groups []figureGroup) (narrative.Slug, bool) {
	var only narrative.Slug
	for _, g := range groups {
		for _, slug := range p.counters(g) {
			party := p.source(slug).Party
			if party == "" || only != "" && party != only {
				return "", false
			}
			only = party
		}
	}
	return only, only != ""
}

// oneCount says that the figures are of one side only, where they are.
func (p *page) oneCount(g figureGroup) []Text {
	by := p.counters(g)
	if len(by) == 1 {
		if len(g.rows) == 1 {
			return []Text{append(append(Text{words("One figure, by ")}, p.sourceRun(by[0])...), words("."))}
		}
		return []Text{append(append(Text{words("One count, by ")}, p.sourceRun(by[0])...), words("."))}
	}
	if party, ok := p.onlyParty([]figureGroup{g}); ok {
		run := p.partyRun(party)
		run.Text = possessive(run.Text)
		return []Text{{words("One side’s figures only, "), run, words(".")}}
	}
	return nil
}

// sums adds the parts of a whole, as our own arithmetic over one origin's figures, without a conclusion.
func sums(g figureGroup) []Text {
	var notes []Text
	for _, whole := range g.rows {
		var parts []figure.Figure
		var amounts []string
		var origin string
		seen := map[string]bool{}
		for _, f := range g.rows {
			if f.whole != whole || origin != "" && f.it.origin() != origin || seen[f.count.Counted] {
				continue
			}
			origin, seen[f.count.Counted] = f.it.origin(), true
			part := f.count.Figure
			parts = append(parts, part)
			part.Unit = ""
			amounts = append(amounts, part.String())
		}
		if len(parts) < 2 {
			continue
		}
		sum, err := figure.Sum(parts)
		if err != nil {
			continue // parts in different units, rules or windows are not added
		}
		sum.Unit = ""
		notes = append(notes, plain(upperFirst(strings.Join(amounts, " + ")), " = ", sum.String(), " (our arithmetic)."))
	}
	return notes
}

// compared says of each pair of figures of the same thing whether both can hold. Pairs of one origin are only
// mentioned where they cannot, and what cannot be compared is put together by its reason.
func compared(g figureGroup, v *figureVerdicts) []Text {
	var notes []Text
	var reasons []string
	pairs := map[string][]string{}
	for i, a := range g.rows {
		for _, b := range g.rows[i+1:] {
			if groupKey(a.count) != groupKey(b.count) || a.whole == b || b.whole == a {
				continue
			}
			c := figure.Compare(a.count.Figure, b.count.Figure)
			pair := "“" + a.count.figure.Verbatim + "” (" + a.it.source.Name + ") and “" + b.count.figure.Verbatim + "” (" + b.it.source.Name + ")"
			switch {
			case c.Verdict == figure.Conflict:
				v.conflicts = append(v.conflicts, c.Reason)
				notes = append(notes, plain("Cannot both hold: ", pair, "."))
			case a.it.origin() == b.it.origin():
			case c.Verdict == figure.Approximate:
				v.approx = true
				notes = append(notes, plain("Differ, but not surely: ", pair, "; ", c.Reason, "."))
			case c.Verdict == figure.NotComparable:
				v.apartFrom = true
				if pairs[c.Reason] == nil {
					reasons = append(reasons, c.Reason)
				}
				pairs[c.Reason] = append(pairs[c.Reason], pair)
			default:
				notes = append(notes, plain("Can both hold: ", pair, "."))
			}
		}
	}
	for _, reason := range reasons {
		notes = append(notes, plain("Not comparable: ", strings.Join(pairs[reason], "; "), ". ", upperFirst(sentence(reason))))
	}
	return notes
}

// leftOpen says what the counts do not say: by what rule, and over which days.
func leftOpen(g figureGroup) []Text {
	if g.isPlain() {
		return nil
	}
	var open []string
	if slices.ContainsFunc(g.rows, func(f *placed) bool { return f.count.Rule == "" }) {
		open = append(open, "by what rule they were counted, and so whether one that came twice counts twice")
	}
	if slices.ContainsFunc(g.rows, (*placed).undated) {
		if len(open) == 0 {
			open = append(open, "for each of them over which days")
		} else {
			open = append(open, "over which days")
		}
	}
	if len(open) == 0 {
		return nil
	}
	return []Text{plain("Not said: ", strings.Join(open, "; "), ".")}
}

// isPlain reports whether the figures are no counts that could be made in several ways: measures, or a handful of things
// that were named rather than counted, such as five principles.
func (g figureGroup) isPlain() bool {
	few := figure.Whole(12)
	return isMeasure(g.rows[0].count.Unit) || !slices.ContainsFunc(g.rows, func(f *placed) bool {
		n := f.count.High
		return n == nil || f.count.Hedge != figure.Exactly || n.Cmp(few) > 0
	})
}

// undated reports whether nothing says when a figure held, nor the whole that it is part of.
func (f *placed) undated() bool {
	return undated(f.count) && (f.whole == nil || undated(f.whole.count))
}

func undated(n count) bool {
	return n.figure.From == "" && n.figure.Until == "" && n.figure.AsOf == ""
}

// isMeasure reports whether a unit measures rather than counts things.
func isMeasure(unit string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(unit)) {
		if measures[strings.TrimSuffix(word, "s")] {
			return true
		}
	}
	return false
}

// unitOf names the unit of an axis: a measure in the plural.
func unitOf(unit string) string {
	if measures[strings.ToLower(unit)] && len(unit) > 2 && unit != "percent" {
		return unit + "s"
	}
	return unit
}

var measures = map[string]bool{
	"second": true, "minute": true, "hour": true, "day": true, "week": true, "month": true, "year": true, "decade": true,
	"centurie": true, "century": true, "meter": true, "metre": true, "kilometer": true, "kilometre": true, "km": true, "mile": true,
	"hectare": true, "acre": true, "ton": true, "tonne": true, "kilogram": true, "kilogramme": true, "kg": true, "liter": true, "litre": true,
	"percent": true, "%": true, "dollar": true, "euro": true, "degree": true,
}

// figuresGlance says in one line what the figures come to, nothing where there are none.
func (p *page) figuresGlance(v figureVerdicts) Text {
	party, one := p.onlyParty(v.groups)
	switch {
	case len(v.groups) == 0 && v.apart == 0:
		return nil
	case len(v.groups) == 0:
		return plain("No figure here is a number with a unit.")
	case len(v.conflicts) == 1:
		return plain("Two figures cannot both hold: ", v.conflicts[0], ".")
	case len(v.conflicts) > 1:
		return plain(counted(len(v.conflicts), "pair", "pairs"), " of figures cannot both hold.")
	case one && len(v.groups) == 1:
		run := p.partyRun(party)
		run.Text = possessive(run.Text)
		if len(v.groups[0].rows) == 1 || v.groups[0].isPlain() {
			return Text{words("One figure only, "), run, words(".")}
		}
		return Text{words("One count only, "), run, words("; no clash of figures.")}
	case one:
		run := p.partyRun(party)
		run.Text = possessive(run.Text)
		return Text{words("One side’s figures only, "), run, words("; no clash of figures.")}
	case !slices.ContainsFunc(v.groups, func(g figureGroup) bool { return len(p.counters(g)) > 1 }):
		if len(v.groups) == 1 {
			what := "One count only, by "
			if len(v.groups[0].rows) == 1 || v.groups[0].isPlain() {
				what = "One figure only, by "
			}
			return append(append(Text{words(what)}, p.sourceRun(p.counters(v.groups[0])[0])...), words("."))
		}
		return plain("One count only of each thing; no clash of figures.")
	case v.approx:
		return plain("Figures differ, but some are approximate.")
	case v.apartFrom:
		return plain("No clash among the figures that can be compared; some cannot.")
	}
	return plain("No clash of figures.")
}
