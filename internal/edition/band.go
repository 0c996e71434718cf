package edition

import (
	"cmp"
	"slices"

	"counterclaim/internal/narrative"
)

// A band is the comparison on the fact itself or on one aspect, while it is compiled.
type band struct {
	aspect    narrative.Slug
	question  narrative.Markup
	positions []narrative.Position // in the order of their heads
	marks     map[narrative.Slug]mark
	items     []*item // with a stance on the band, in the order of claims
}

// makeBands makes a band for the fact itself, where it has positions or claims of its own, and one for each aspect.
func (p *page) makeBands() []*band {
	aspects := p.fact.Aspects
	onFact := func(it *item) bool { _, ok := it.stanceOn(""); return ok }
	if len(p.fact.Positions) > 0 || slices.ContainsFunc(p.items, onFact) {
		aspects = slices.Insert(slices.Clone(aspects), 0, narrative.Aspect{Question: p.fact.Question, Positions: p.fact.Positions})
	}
	var bands []*band
	for _, a := range aspects {
		b := &band{aspect: a.Slug, question: a.Question}
		for _, it := range p.items {
			if _, ok := it.stanceOn(a.Slug); ok {
				b.items = append(b.items, it)
			}
		}
		b.positions = b.ordered(a.Positions)
		b.marks = p.marksOf(b)
		bands = append(bands, b)
	}
	return bands
}

// taking gives the claims that take a position in the band.
func (b *band) taking(position narrative.Slug) []*item {
	var taking []*item
	for _, it := range b.items {
		if s, _ := it.stanceOn(b.aspect); s.Mode.TakesPosition() && s.Position == position {
			taking = append(taking, it)
		}
	}
	return taking
}

func (p *page) compileBand(b *band) Band {
	value := Band{Aspect: string(b.aspect), Question: p.line(b.question)}
	for _, position := range b.positions {
		value.Heads = append(value.Heads, p.head(b, position))
	}
	for _, key := range p.stageKeys() {
		var items []*item
		for _, it := range b.items {
			if s, _ := it.stanceOn(b.aspect); p.stageOf(s, it) == key {
				items = append(items, it)
			}
		}
		if len(items) > 0 {
			value.Periods = append(value.Periods, p.stage(b, key, items))
		}
	}
	value.Records = p.bearing(b)
	if len(value.Records) == 0 {
		value.Checked = plain("No record entered.")
	}
	return value
}

// bearing gives the records that bear on a band, in the order of their slugs. What bears on the fact as a whole stands
// in its first band.
func (p *page) bearing(b *band) []string {
	var slugs []string
	for _, r := range p.collected.Records {
		if slices.ContainsFunc(r.BearsOn, func(on narrative.Bearing) bool {
			return on.Fact == p.fact.Slug && (on.Aspect == b.aspect || on.Aspect == "" && b == p.bands[0])
		}) {
			slugs = append(slugs, string(r.Slug))
		}
	}
	slices.Sort(slugs)
	return slugs
}

// A stageKey names a stage: a period of the fact, or what stands outside them.
type stageKey string

// The stages outside the periods. A fact without periods has one stage, "".
const (
	stageOther   stageKey = "~other"   // the day is known, but lies in no one period
	stageUnknown stageKey = "~unknown" // the day is not known
)

// period is the slug of the stage's period, "" if it is none.
func (k stageKey) period() string {
	if k == stageOther || k == stageUnknown {
		return ""
	}
	return string(k)
}

// stageKeys are the stages of the fact in their order.
func (p *page) stageKeys() []stageKey {
	if len(p.fact.Periods) == 0 {
		return []stageKey{""}
	}
	var keys []stageKey
	for _, period := range p.fact.Periods {
		keys = append(keys, stageKey(period.Slug))
	}
	return append(keys, stageOther, stageUnknown)
}

// stageOf finds the stage of a claim's stance: the period that it is about, else the one in which it was said.
func (p *page) stageOf(s narrative.Stance, it *item) stageKey {
	if len(p.fact.Periods) == 0 {
		return ""
	}
	if period, ok := p.fact.PeriodOf(s.Period); ok {
		return stageKey(period.Slug)
	}
	if period, ok := p.fact.PeriodDuring(it.said.On); ok {
		return stageKey(period.Slug)
	}
	if it.said.Known() {
		return stageOther
	}
	return stageUnknown
}

func (p *page) stage(b *band, key stageKey, items []*item) Stage {
	s := Stage{Period: key.period()}
	switch key {
	case stageOther:
		s.Label = plain("In none of these stretches alone")
	case stageUnknown:
		s.Label = plain("Day not known")
	default:
		if period, ok := p.fact.PeriodOf(narrative.Slug(key)); ok {
			s.Label = p.line(period.Label)
			s.Span = plain(spanText(period.From, period.Until))
		}
	}
	taken := map[narrative.Slug]bool{}
	for _, it := range items {
		if stance, _ := it.stanceOn(b.aspect); stance.Mode.TakesPosition() {
			taken[stance.Position] = true
		}
	}
	for _, row := range rowsOf(b, items) {
		s.Rows = append(s.Rows, p.row(b, key, row, taken))
	}
	return s
}

// rowsOf parts the claims of a stage into rows: those joined by answers, contradicts or in tension; the rest by
// occasion. Claims that take no position and that nothing joins stand in the first row of their occasion. Rows are in
// the order of their first claims.
func rowsOf(b *band, items []*item) [][]*item {
	at := map[narrative.Code]int{}
	root := make([]int, len(items))
	for i, it := range items {
		at[it.claim.Code], root[i] = i, i
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	union := func(i, j int) {
		i, j = find(i), find(j)
		root[max(i, j)] = min(i, j)
	}
	joins := make([]bool, len(items))
	for i, it := range items {
		for _, c := range it.counters {
			if j, ok := at[c.To]; ok && c.Relation.Opposes() {
				union(i, j)
				joins[i], joins[j] = true, true
			}
		}
	}
	takes := func(it *item) bool { s, _ := it.stanceOn(b.aspect); return s.Mode.TakesPosition() }
	company := map[string]int{} // the row of those of an occasion that nothing joins
	for i, it := range items {
		if joins[i] || !takes(it) {
			continue
		}
		if first, ok := company[it.occasion()]; ok {
			union(first, i)
		} else {
			company[it.occasion()] = i
		}
	}
	for i, it := range items {
		if joins[i] || takes(it) {
			continue
		}
		same := slices.IndexFunc(items, func(other *item) bool {
			return other != it && other.occasion() == it.occasion()
		})
		if same >= 0 {
			union(same, i)
		}
	}
	rows := map[int][]*item{}
	var order []int
	for i, it := range items {
		r := find(i)
		if rows[r] == nil {
			order = append(order, r)
		}
		rows[r] = append(rows[r], it)
	}
	var list [][]*item
	for _, r := range order {
		list = append(list, rows[r])
	}
	return list
}

// occasion is a key of when something was said: the event, else the day, else the article.
func (it *item) occasion() string {
	switch {
	case it.claim.Event != "":
		return "event " + string(it.claim.Event)
	case it.said.Known():
		return "day " + it.said.On.String()
	}
	return "article " + string(it.article.Slug)
}

// row lays a row's claims out under the heads. A cell without a claim says what was read, unless its position has a
// claim elsewhere in the stage, or the stage is no period.
func (p *page) row(b *band, key stageKey, items []*item, taken map[narrative.Slug]bool) Row {
	row := Row{When: p.rowWhen(items), Occasion: p.rowOccasion(items)}
	for _, position := range b.positions {
		var cell Cell
		for _, it := range items {
			if s, _ := it.stanceOn(b.aspect); s.Mode.TakesPosition() && s.Position == position.Slug {
				cell.Claims = append(cell.Claims, it.code())
			}
		}
		if !taken[position.Slug] && key != stageOther && key != stageUnknown {
			cell.Empty = p.empty(b, position.Slug, items)
		}
		row.Cells = append(row.Cells, cell)
	}
	for _, it := range items {
		if s, _ := it.stanceOn(b.aspect); !s.Mode.TakesPosition() {
			row.AlsoSaid = append(row.AlsoSaid, it.code())
		}
	}
	return row
}

// rowWhen says when the claims of a row were said.
func (p *page) rowWhen(items []*item) Text {
	var dates []narrative.Date
	for _, it := range items {
		if it.said.Known() {
			dates = append(dates, it.said)
		}
	}
	switch {
	case len(dates) == 0:
		return plain("Day not known")
	case len(dates) < len(items):
		return plain(upperFirst(datesText(dates)), "; in part not known")
	}
	return plain(upperFirst(datesText(dates)))
}

// rowOccasion names the events on which the claims of a row were said.
func (p *page) rowOccasion(items []*item) Text {
	var events []narrative.Slug
	var names []Text
	for _, it := range items {
		if e := it.claim.Event; e != "" && !slices.Contains(events, e) {
			events = append(events, e)
			names = append(names, Text{p.eventRun(e)})
		}
	}
	return joined(names, "; ")
}

// empty says what was read for a cell without a claim: the articles read that were published when the row's claims had
// been said, since an older one cannot carry an answer.
func (p *page) empty(b *band, position narrative.Slug, items []*item) Text {
	if len(p.read) == 0 {
		return plain("Not yet read for this.")
	}
	var day narrative.Day // of the row's first dated claim
	for _, it := range items {
		if it.said.Known() && (day == "" || it.said.On.Earliest < day) {
			day = it.said.On.Earliest
		}
	}
	n := 0
	for _, a := range p.read {
		if day == "" || !a.Published.Known() || a.Published.On.Latest >= day {
			n++
		}
	}
	if n == 0 {
		return plain("Not yet read for this.")
	}
	nothing := "Nothing in the "
	if slices.ContainsFunc(b.taking(position), (*item).holds) {
		nothing = "Nothing from these holders in the "
	}
	this := " read for this."
	if len(p.fact.Periods) > 0 {
		this = " read for this time."
	}
	return plain(nothing, counted(n, "article", "articles"), this)
}

// ordered gives positions in the order that [orderRule] states.
func (b *band) ordered(positions []narrative.Position) []narrative.Position {
	first := map[narrative.Slug]int{}
	for _, position := range positions {
		first[position.Slug] = len(b.items)
		if dated := datedOf(b.counting(position.Slug)); len(dated) > 0 {
			first[position.Slug] = slices.Index(b.items, dated[0])
		}
	}
	return slices.SortedStableFunc(slices.Values(positions), func(x, y narrative.Position) int {
		return cmp.Compare(first[x.Slug], first[y.Slug])
	})
}

// counting gives the claims that count for the days and the basis of a position: its holders', else those of outlets and
// unnamed groups. An account of another party's view counts for nothing.
func (b *band) counting(position narrative.Slug) []*item {
	taking := b.taking(position)
	counting := slices.DeleteFunc(slices.Clone(taking), func(it *item) bool { return !it.holds() })
	if len(counting) > 0 {
		return counting
	}
	return slices.DeleteFunc(taking, func(it *item) bool { return it.relay })
}

// datedOf gives the claims whose day is given, in the order of claims.
func datedOf(items []*item) []*item {
	return slices.DeleteFunc(slices.Clone(items), func(it *item) bool { return !it.said.Dated() })
}
