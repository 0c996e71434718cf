package edition

import (
	"cmp"
	"slices"

	"counterclaim/internal/narrative"
)

// A Restricted is the comparison of an edition restricted to what had been said by a day. The day is the world's clock, which
// says when claims were said; when they were read and published here is the edition's own clock and plays no part.
type Restricted struct {
	Day     narrative.Day
	Content Content  // of the edition, without what was not said by the day; see [SaidBy]
	Count   Text     // how many claims had been said, may have been, have no known day, and are left out
	Notes   []Text   // how the rest of the view is to be read
	Perhaps []string // codes of the claims in the comparison that may have been said by the day; their cards say so
	Undated []string // codes of the claims of which no day is known; they are in Content.Claims and in no band
	Later   int      // how many claims are left out
}

// SaidBy restricts the content of an edition to what had been said by a day. The content itself is not changed.
//
// A claim whose latest possible day is the day or before it is shown; one that can have been said by then or later is
// shown, marked "Perhaps by then"; one said later is left out with all that names it. A claim was not said after its
// article was published, or, where that is not known, was taken down; one of which no day is known beside that bound
// stands apart until the bound has passed.
//
// Bands keep all positions with their letters, colours and order. What the edition says over all its claims is worded
// anew for those shown (the lines of heads, days of rows, empty cells) or left out (background, status, gaps, records,
// and what the figures come to where one is missing). A point of the first screen stays if all its claims had been said.
// The question, the positions, the stretches of time and the words of claims stay as they are. In the rest no text names
// a day after the given one, but for the bounds of a claim that may have been said by then, the articles' own dates,
// and the cards of undated claims.
func SaidBy(c Content, day narrative.Day) Restricted {
	r := newRestriction(c, day)
	a := Restricted{Day: day, Content: c}
	a.Content.Claims = nil
	surely := 0
	for _, claim := range c.Claims {
		switch r.standing[claim.Code] {
		case saidLater:
			a.Later++
			continue
		case saidPerhaps:
			a.Perhaps = append(a.Perhaps, claim.Code)
		case saidUnknown:
			a.Undated = append(a.Undated, claim.Code)
		default:
			surely++
		}
		a.Content.Claims = append(a.Content.Claims, r.claim(claim))
	}
	a.Count = countText(surely, len(a.Perhaps), len(a.Undated), a.Later)
	a.Notes = []Text{plain(asOfNote)}
	r.restrict(&a.Content)
	return a
}

const asOfNote = "The question, the positions with their letters and order, and the stretches of time are those of the edition, which was " +
	"made later. A claim counts from the day on which it was said, also where the article in which it was read is of a later day. " +
	"Background, records and gaps are on the page of the whole edition."

// countText says how many claims stand how to the day.
func countText(surely, perhaps, undated, later int) Text {
	var text string
	switch {
	case surely > 0:
		text = counted(surely, "claim had been said by then.", "claims had been said by then.")
	case perhaps > 0:
		text = "No claim here was surely said by then."
	default:
		text = "No claim here is known to have been said by then."
	}
	if perhaps > 0 {
		text += " " + counted(perhaps, "claim may have been said by then and is marked.", "claims may have been said by then and are marked.")
	}
	if undated > 0 {
		text += " " + counted(undated, "claim has no known day and stands apart.", "claims have no known day and stand apart.")
	}
	if later > 0 {
		text += " " + counted(later, "claim said later is left out.", "claims said later are left out.")
	}
	return plain(text)
}

// A SaidDay is a day on which claims were said.
type SaidDay struct {
	Day    narrative.Day
	Claims int // whose day is given as this one
}

// SaidDays returns the days on which something was said, in order, as far as the articles give them to the day.
func SaidDays(c Content) []SaidDay {
	count := map[narrative.Day]int{}
	for _, claim := range c.Claims {
		if said := dateFrom(claim.Said); said.Dated() && said.On.Earliest == said.On.Latest {
			count[said.On.Earliest]++
		}
	}
	days := make([]SaidDay, 0, len(count))
	for day, n := range count {
		days = append(days, SaidDay{day, n})
	}
	slices.SortFunc(days, func(a, b SaidDay) int { return cmp.Compare(a.Day, b.Day) })
	return days
}

// SaidBetween returns the first and the last day on which a claim whose day is known can have been said. Both are "" if
// there is none.
func SaidBetween(c Content) (first, last narrative.Day) {
	articles := articlesBySlug(c)
	for _, claim := range c.Claims {
		said := boundsOf(claim, articles[claim.Article])
		if said.Earliest == "" {
			continue
		}
		if first == "" || said.Earliest < first {
			first = said.Earliest
		}
		last = max(last, said.Latest)
	}
	return first, last
}

func articlesBySlug(c Content) map[string]Article {
	articles := map[string]Article{}
	for _, a := range c.Articles {
		articles[a.Slug] = a
	}
	return articles
}

// boundsOf gives the days between which a claim was said. Earliest is "" where its day is not known; Latest is "" where
// nothing bounds it.
func boundsOf(c Claim, a Article) narrative.Interval {
	bounds := dateFrom(c.Said).On
	last := narrative.Day(cmp.Or(a.Published.Latest, a.Captured))
	switch {
	case bounds.Latest == "":
		bounds.Latest = last
	case last >= bounds.Earliest: // else one of the two is a mistake
		bounds.Latest = min(bounds.Latest, last)
	}
	return bounds
}

// A standing says how a claim stands to a day.
type standing int

const (
	saidLater standing = iota
	saidSurely
	saidPerhaps
	saidUnknown // whether by then or later, nothing says
)

// standingOf says how a claim that was said between two days stands to a day.
func standingOf(said narrative.Interval, day narrative.Day) standing {
	switch {
	case said.Latest != "" && said.Latest <= day:
		return saidSurely
	case said.Earliest == "":
		return saidUnknown
	case said.Earliest <= day:
		return saidPerhaps
	}
	return saidLater
}

// A restriction is the content of an edition while it is restricted to a day.
type restriction struct {
	content  Content
	day      narrative.Day
	standing map[string]standing
	page     *page // of what the edition holds, so that heads and rows are worded as ever
}

func newRestriction(c Content, day narrative.Day) *restriction {
	r := &restriction{content: c, day: day, standing: map[string]standing{}, page: recall(c)}
	articles := articlesBySlug(c)
	for _, claim := range c.Claims {
		r.standing[claim.Code] = standingOf(boundsOf(claim, articles[claim.Article]), day)
	}
	return r
}

// placed reports whether a claim stands in the comparison.
func (r *restriction) placed(code string) bool {
	return r.standing[code] == saidSurely || r.standing[code] == saidPerhaps
}

// placedOnly gives those of the codes whose claims stand in the comparison.
func (r *restriction) placedOnly(codes []string) []string {
	var kept []string
	for _, code := range codes {
		if r.placed(code) {
			kept = append(kept, code)
		}
	}
	return kept
}

// restrict does all but the claims themselves, which are in the content already.
func (r *restriction) restrict(c *Content) {
	c.AsOf, c.LatestClaim, c.Background, c.Status = nil, "", nil, Status{}
	c.Records, c.Gaps, c.Places = nil, nil, nil
	c.Counters = slices.DeleteFunc(slices.Clone(c.Counters), func(k Counter) bool { return !r.placed(k.From) || !r.placed(k.To) })
	for i := range c.Counters {
		c.Counters[i].Why = r.unlessLater(c.Counters[i].Why, r.day)
	}
	c.Bands = nil
	for _, b := range r.content.Bands {
		c.Bands = append(c.Bands, r.band(b))
	}
	var whole bool
	c.Figures, whole = r.figures()
	c.Glance = r.glance(whole)
	c.Timeline = r.timeline()
	c.Articles = slices.DeleteFunc(slices.Clone(c.Articles), func(a Article) bool {
		return !slices.ContainsFunc(c.Claims, func(claim Claim) bool { return claim.Article == a.Slug })
	})
	c.Events = slices.DeleteFunc(slices.Clone(c.Events), func(e Event) bool {
		return !slices.ContainsFunc(c.Claims, func(claim Claim) bool { return claim.Event == e.Slug })
	})
}

// claim gives a claim's card as of the day.
func (r *restriction) claim(c Claim) Claim {
	stands := r.standing[c.Code]
	if narrative.Day(c.Changed.Seen) > r.day {
		c.Changed = TextChange{}
	}
	c.Links = slices.DeleteFunc(slices.Clone(c.Links), func(l Link) bool {
		return !r.placed(l.Claim) && (stands != saidUnknown || r.standing[l.Claim] != saidUnknown)
	})
	if stands == saidUnknown {
		return c
	}
	until := max(r.day, narrative.Day(c.Said.Latest))
	for i := range c.Links {
		c.Links[i].Why = r.unlessLater(c.Links[i].Why, until)
	}
	if len(r.unlessLater(c.When, until)) == 0 {
		c.When = plain("Said ", c.Said.Text, ".")
	}
	if stands == saidPerhaps {
		c.When = append(Text{words("Perhaps by then. ")}, c.When...)
	}
	var notes []Text
	for _, n := range c.Notes {
		if kept := r.unlessLater(n, until); len(kept) > 0 {
			notes = append(notes, kept)
		}
	}
	if left := len(c.Notes) - len(notes); left > 0 {
		notes = append(notes, plain(counted(left, "note names a later day and is left out.", "notes name a later day and are left out.")))
	}
	c.Notes = notes
	return c
}

// unlessLater gives a text that names no day after until, and nothing for one that does.
func (r *restriction) unlessLater(t Text, until narrative.Day) Text {
	if lastDayNamed(t) > until {
		return nil
	}
	return t
}

func (r *restriction) glance(figuresWhole bool) Glance {
	var g Glance
	g.BothSay, g.OneSays = r.points(r.content.Glance.BothSay), r.points(r.content.Glance.OneSays)
	if figuresWhole {
		g.Figures = r.unlessLater(r.content.Glance.Figures, r.day)
	}
	return g
}

// points gives those whose claims had all been said.
func (r *restriction) points(points []Titled) []Titled {
	var kept []Titled
	for _, point := range points {
		claims, said := 0, 0
		for _, run := range point.Text {
			stands, isClaim := r.standing[run.Ref]
			if run.Kind != RunCite || !isClaim {
				continue
			}
			claims++
			if stands == saidSurely {
				said++
			}
		}
		if claims > 0 && claims == said && len(r.unlessLater(point.Text, r.day)) > 0 {
			kept = append(kept, point)
		}
	}
	return kept
}

// figures gives the figures of the claims in the comparison, and whether these are all that the edition has.
func (r *restriction) figures() (figures Figures, whole bool) {
	whole = true
	for _, g := range r.content.Figures.Groups {
		rows := slices.DeleteFunc(slices.Clone(g.Rows), func(row FigureRow) bool { return !r.placed(row.Figure.Claim) })
		if len(rows) < len(g.Rows) {
			whole = false
			g.Notes = []Text{plain("Not all figures of the edition were said by then; what they come to is on its own page.")}
		}
		if len(rows) == 0 {
			continue
		}
		for i, row := range rows {
			if row.Part && !r.placed(row.Figure.PartOf) {
				rows[i].Part = false
				rows[i].Label = append(Text{words(upperFirst(row.Figure.Counted), ", ")}, row.Label[min(1, len(row.Label)):]...)
			}
			rows[i].Label = r.figureLabel(rows[i])
		}
		g.Rows = rows
		if len(g.Ticks) > 0 {
			g.Desc = axisText(g.Unit, g.Ticks, rows)
		}
		g.Notes = slices.DeleteFunc(slices.Clone(g.Notes), func(n Text) bool { return len(r.unlessLater(n, r.day)) == 0 })
		figures.Groups = append(figures.Groups, g)
	}
	for _, f := range r.content.Figures.Apart {
		if !r.placed(f.Figure.Claim) {
			whole = false
			continue
		}
		f.Label = r.figureLabel(FigureRow{Figure: f.Figure, Label: f.Label})
		figures.Apart = append(figures.Apart, f)
	}
	return figures, whole
}

// figureLabel marks a figure of a claim that may have been said by the day.
func (r *restriction) figureLabel(row FigureRow) Text {
	if r.standing[row.Figure.Claim] != saidPerhaps {
		return row.Label
	}
	return append(slices.Clone(row.Label), words(" (perhaps by then)"))
}

// timeline gives the timeline up to the day, which it marks.
func (r *restriction) timeline() Timeline {
	var t Timeline
	uncertain := false
	for _, l := range r.content.Timeline.Lanes {
		l.Marks = slices.DeleteFunc(slices.Clone(l.Marks), func(m Mark) bool { return !r.placed(m.Claim) })
		for _, m := range l.Marks {
			uncertain = uncertain || !m.Given || m.Earliest != m.Latest
		}
		if len(l.Marks) == 0 && l.Letter == "" {
			continue
		}
		t.Lanes = append(t.Lanes, l)
		t.Desc += laneText(l) + " "
	}
	if uncertain {
		t.Notes = append(t.Notes, plain("A stretch or an open mark is a day that is inferred, or known only within bounds."))
	}
	for _, o := range r.content.Timeline.Occasions {
		if narrative.Day(cmp.Or(o.Latest, o.Earliest)) <= r.day && len(r.unlessLater(o.Text, r.day)) > 0 {
			t.Occasions = append(t.Occasions, o)
		}
	}
	t.Occasions = append(t.Occasions, Occasion{
		Earliest: string(r.day), Latest: string(r.day), Text: plain("The day of this view, " + dayText(r.day)),
	})
	t.Desc += "The view ends on " + dayText(r.day) + "."
	return t
}
