package edition

import (
	"cmp"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// timeline sets the claims by the day they were said, in a lane for each position.
func (p *page) timeline() Timeline {
	var t Timeline
	var desc []string
	for _, b := range p.bands {
		for _, position := range b.positions {
			lane := Lane{
				Aspect: string(b.aspect), Position: string(position.Slug), Letter: b.marks[position.Slug].letter,
				Colour: b.marks[position.Slug].colour, Label: p.line(position.Label), Marks: marks(b.taking(position.Slug)),
			}
			t.Lanes = append(t.Lanes, lane)
			desc = append(desc, laneText(lane))
		}
		if none := b.takingNone(); len(none) > 0 {
			lane := Lane{Aspect: string(b.aspect), Label: plain("Takes no position"), Marks: marks(none)}
			t.Lanes = append(t.Lanes, lane)
			desc = append(desc, laneText(lane))
		}
	}
	uncertain := false
	for _, it := range p.items {
		switch {
		case !it.said.Known():
			t.Undated = append(t.Undated, it.code())
		case !it.said.Dated() || it.said.On.Precision != narrative.PrecisionDay:
			uncertain = true
		}
	}
	if uncertain {
		t.Notes = append(t.Notes, plain("A stretch or an open mark is a day that is inferred, or known only within bounds."))
	}
	t.Occasions = p.occasions()
	t.Desc = strings.Join(desc, " ")
	return t
}

// takingNone gives the claims of a band that take no position.
func (b *band) takingNone() []*item {
	return slices.DeleteFunc(slices.Clone(b.items), func(it *item) bool {
		s, _ := it.stanceOn(b.aspect)
		return s.Mode.TakesPosition()
	})
}

// marks are the claims of a lane whose day is known.
func marks(items []*item) []Mark {
	var list []Mark
	for _, it := range items {
		if it.said.Known() {
			list = append(list, Mark{
				Claim: it.code(), Earliest: string(it.said.On.Earliest), Latest: string(it.said.On.Latest), Given: it.said.Dated(),
				Text: it.source.Name + ", " + DateText(it.said),
			})
		}
	}
	return list
}

// laneText says a lane in words.
func laneText(l Lane) string {
	name := l.Label.String()
	if l.Letter != "" {
		name = l.Letter + ", " + name
	}
	if len(l.Marks) == 0 {
		return name + ": no claim with a known day."
	}
	var texts []string
	for _, m := range l.Marks {
		texts = append(texts, m.Text)
	}
	return name + ": " + strings.Join(texts, "; ") + "."
}

// occasions are the events on which claims were said, and the bounds of periods, in the order of their days.
func (p *page) occasions() []Occasion {
	var list []Occasion
	seen := map[narrative.Slug]bool{}
	add := func(slug narrative.Slug) {
		if slug == "" || seen[slug] {
			return
		}
		seen[slug] = true
		if e := p.event(slug); e.Date.Known() {
			text := Text{p.eventRun(slug)}
			if date := p.eventDate(slug); date != "" {
				text = append(text, words(", "+date))
			}
			list = append(list, Occasion{
				Event: string(slug), Earliest: string(e.Date.On.Earliest), Latest: string(e.Date.On.Latest), Text: text,
			})
		}
	}
	for _, it := range p.items {
		add(it.claim.Event)
	}
	for _, period := range p.fact.Periods {
		add(period.FromEvent)
		add(period.UntilEvent)
		if period.FromEvent == "" && period.From != "" {
			list = append(list, Occasion{
				Earliest: string(period.From), Latest: string(period.From),
				Text: append(p.line(period.Label), words(": from "+dayText(period.From))),
			})
		}
	}
	slices.SortFunc(list, func(a, b Occasion) int {
		return cmp.Or(cmp.Compare(a.Earliest, b.Earliest), cmp.Compare(a.Latest, b.Latest), cmp.Compare(a.Event, b.Event))
	})
	return list
}
