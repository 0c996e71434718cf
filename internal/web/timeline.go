package web

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// Measures of the timeline's drawing. Places along the axis are shares of its width.
const (
	markPitch  = 15    // pixels between marks that stand over each other
	markRoom   = 0.022 // share of the width that a dot takes up on a wide page
	flagPitch  = 20    // pixels between the numbers of occasions that would touch
	flagRoom   = 0.05
	axisMargin = 0.02 // share of the width that stays free at either end
)

// timeline draws the timeline of a fact. Its axis spans the claims; occasions far outside are named but not drawn.
func (m *factPageMaker) timeline(t edition.Timeline) ui.Timeline {
	words := m.content.Words
	drawing := ui.Timeline{
		Title: words.Timeline, Desc: t.Desc, Notes: m.proses(t.Notes), NoDate: words.Undated,
		List: words.TimelineList,
	}
	for _, code := range t.Undated {
		drawing.Undated = append(drawing.Undated, m.entry(code))
	}
	axis, ok := newDays(t)
	if !ok {
		return drawing
	}
	drawing.Ticks = axis.ticks()
	drawing.Occasions, drawing.Height = m.flags(axis, t.Occasions)
	questions := map[string]edition.Text{}
	for _, b := range m.content.Bands {
		questions[b.Aspect] = b.Question
	}
	for i, l := range t.Lanes {
		lane := axis.lane(l)
		lane.Label = m.prose(l.Label)
		if l.Aspect != "" && (i == 0 || t.Lanes[i-1].Aspect != l.Aspect) {
			lane.Band = m.prose(questions[l.Aspect])
		}
		drawing.Lanes = append(drawing.Lanes, lane)
	}
	drawing.Listed = m.listed(t)
	return drawing
}

// entry names a claim in the list beside the drawing.
func (m *factPageMaker) entry(code string) ui.Listed {
	c := m.claims[code]
	e := ui.Listed{When: c.Said.Text, Claim: ui.Link{Text: code, Href: "#" + code}}
	for _, s := range m.content.Sources {
		if s.Slug == c.Source {
			e.Who = s.Name
		}
	}
	for _, o := range m.content.Outlets {
		if o.Slug == c.Source {
			e.Who = o.Name
		}
	}
	return e
}

// listed names the claims of the drawing in order, each with the letters of its lanes.
func (m *factPageMaker) listed(t edition.Timeline) []ui.Listed {
	lanes := map[string]edition.Lane{}
	for _, l := range slices.Backward(t.Lanes) {
		for _, mark := range l.Marks {
			lanes[mark.Claim] = l
		}
	}
	var list []ui.Listed
	for _, c := range m.content.Claims {
		if l, ok := lanes[c.Code]; ok {
			e := m.entry(c.Code)
			e.Letter, e.Colour = l.Letter, l.Colour
			list = append(list, e)
		}
	}
	return list
}

// flags numbers the occasions and sets their numbers in as many levels as they need not to touch.
func (m *factPageMaker) flags(axis days, occasions []edition.Occasion) (flags []ui.Flag, height string) {
	var ends []float64
	for i, o := range occasions {
		flag := ui.Flag{Number: strconv.Itoa(i + 1), Text: m.prose(o.Text)}
		from, ok := axis.share(o.Earliest)
		until, within := axis.share(cmp.Or(o.Latest, o.Earliest))
		if ok && within {
			middle := (from + until) / 2
			level := stack(&ends, from, until, flagRoom)
			flag.X, flag.Y = percent(middle), strconv.Itoa(10+flagPitch*level)
			if from != until {
				flag.From, flag.Until = percent(from), percent(until)
			}
		}
		flags = append(flags, flag)
	}
	return flags, strconv.Itoa(flagPitch*len(ends) + 6)
}

// stack returns the lowest level on which something from one share of the width to another is free, and takes it.
func stack(ends *[]float64, from, until, room float64) int {
	for level, end := range *ends {
		if from-end >= room {
			(*ends)[level] = until
			return level
		}
	}
	*ends = append(*ends, until)
	return len(*ends) - 1
}

// days is the axis of a timeline, from one day to another.
type days struct{ first, last time.Time }

// newDays makes the axis that spans the marks, and false if there are none.
func newDays(t edition.Timeline) (days, bool) {
	var first, last string
	for _, l := range t.Lanes {
		for _, mark := range l.Marks {
			if mark.Earliest != "" && (first == "" || mark.Earliest < first) {
				first = mark.Earliest
			}
			last = max(last, cmp.Or(mark.Latest, mark.Earliest))
		}
	}
	from, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return days{}, false
	}
	until, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return days{}, false
	}
	room := max(until.Sub(from)/12, 7*24*time.Hour)
	axis := days{from.Add(-room), until.Add(room)}
	for _, o := range t.Occasions { // a little before or after all claims is still on the axis
		if day, err := time.Parse(time.DateOnly, o.Earliest); err == nil && day.After(axis.first.Add(-3*room)) && day.Before(axis.first) {
			axis.first = day.Add(-room / 3)
		}
	}
	return axis, true
}

// share returns where on the axis a day stands, and false if it is none or lies outside.
func (d days) share(day string) (float64, bool) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil || t.Before(d.first) || t.After(d.last) {
		return 0, false
	}
	return axisMargin + (1-2*axisMargin)*float64(t.Sub(d.first))/float64(d.last.Sub(d.first)), true
}

// lane draws the marks of a lane; those that would touch stand over each other.
func (d days) lane(l edition.Lane) ui.Lane {
	lane := ui.Lane{Letter: l.Letter, Colour: l.Colour}
	var ends []float64
	for _, mark := range l.Marks {
		from, ok := d.share(mark.Earliest)
		if !ok {
			continue
		}
		until, ok := d.share(cmp.Or(mark.Latest, mark.Earliest))
		if !ok {
			until = from
		}
		lane.Marks = append(lane.Marks, ui.Mark{
			From: percent(from), Until: percent(until), Day: mark.Earliest == mark.Latest, Inferred: !mark.Given,
			Y: strconv.Itoa(14 + markPitch*stack(&ends, from, until, markRoom)),
		})
	}
	lane.Height = strconv.Itoa(28 + markPitch*max(len(ends)-1, 0))
	return lane
}

// ticks marks the beginnings of months, quarters or years, as many as have room.
func (d days) ticks() []ui.Tick {
	months := int(d.last.Sub(d.first).Hours()/24/30) + 1
	step, layout := 1, "Jan 2006"
	switch {
	case months > 60:
		step, layout = 12*(months/60), "2006"
	case months > 24:
		step = 6
	case months > 6:
		step = 3
	}
	var ticks []ui.Tick
	first := time.Date(d.first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	for t := first; !t.After(d.last); t = t.AddDate(0, step, 0) {
		if x, ok := d.share(t.Format(time.DateOnly)); ok {
			ticks = append(ticks, ui.Tick{X: percent(x), Anchor: "middle", Label: t.Format(layout)})
		}
	}
	return ticks
}
