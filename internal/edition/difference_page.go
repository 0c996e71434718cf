package edition

import (
	"slices"
	"strings"
)

// top compares what stands at the head of the page.
func (p *comparison) top() {
	b, a := p.before, p.after
	if !same(b.Question, a.Question) {
		p.add(reworded(Change{Kind: QuestionReworded, Text: plain("The question is worded otherwise.")}, readable(b.Question), readable(a.Question)))
	}
	if !sameAll(b.Background, a.Background) {
		p.add(reworded(Change{Kind: BackgroundReworded, Text: plain("The background changed.")}, paragraphs(b.Background), paragraphs(a.Background)))
	}
	if b.Status.State != a.Status.State || !same(b.Status.Text, a.Status.Text) {
		p.add(reworded(Change{Kind: StatusChanged, Text: plain("How the matter stands changed.")}, readable(b.Status.Text), readable(a.Status.Text)))
	}
	var dispute fields
	dispute.text("title", b.Dispute.Title+quotedSlug(b.Dispute.Slug), a.Dispute.Title+quotedSlug(a.Dispute.Slug))
	dispute.texts("background", b.Dispute.Background, a.Dispute.Background)
	dispute.texts("names used", b.Dispute.NamePolicy, a.Dispute.NamePolicy)
	dispute.flag("invented for practice", b.Dispute.Fiction, a.Dispute.Fiction)
	if c, ok := dispute.change(Change{Kind: DisputeChanged, Subject: a.Dispute.Slug}, plain("The dispute")); ok {
		p.add(c)
	}
	var address fields
	address.text("address", b.Slug, a.Slug)
	address.text("kind of question", b.Kind, a.Kind)
	if c, ok := address.change(Change{Kind: AddressChanged, Subject: a.Slug}, plain("The fact")); ok {
		p.add(c)
	}
	if b.Words != a.Words || !same(b.OrderRule, a.OrderRule) {
		p.add(reworded(Change{Kind: PageWordsChanged, Text: plain("The program words titles or rules of the page otherwise.")},
			readable(b.OrderRule), readable(a.OrderRule)))
	}
	for _, line := range []struct {
		kind          ChangeKind
		text          string
		before, after Text
	}{
		{AsOf, "Up to when the page goes.", b.AsOf, a.AsOf},
		{ReadFor, "How much was read for it.", b.ReadFor, a.ReadFor},
		{FiguresLine, "What the figures come to.", b.Glance.Figures, a.Glance.Figures},
	} {
		if !same(line.before, line.after) {
			p.follow(reworded(Change{Kind: line.kind, Text: plain(line.text)}, readable(line.before), readable(line.after)))
		}
	}
}

func quotedSlug(slug string) string { return " (" + slug + ")" }

// bands compares the questions of the fact and the positions on each.
func (p *comparison) bands() {
	both, gone, added := matched(p.before.Bands, p.after.Bands, func(b Band) string { return b.Aspect })
	for _, b := range added {
		if b.Aspect == "" { // the fact's own question, which is not new
			p.add(Change{Kind: AspectAdded, Text: plain("The question itself has positions now, beside its aspects."), After: headsText(b)})
			continue
		}
		p.add(Change{Kind: AspectAdded, Subject: b.Aspect, Aspect: b.Aspect, Text: append(Text{words("A question was added: “")}, append(slices.Clone(b.Question), words("”."))...),
			After: headsText(b)})
	}
	for _, b := range gone {
		if b.Aspect == "" {
			p.add(Change{Kind: AspectRemoved, Text: plain("The question itself has no positions any more; its aspects have."), Before: headsText(b)})
			continue
		}
		p.add(Change{Kind: AspectRemoved, Subject: b.Aspect, Aspect: b.Aspect, Text: append(Text{words("A question was removed: “")}, append(slices.Clone(b.Question), words("”."))...),
			Before: headsText(b)})
	}
	for _, b := range both {
		if b[1].Aspect != "" && !same(b[0].Question, b[1].Question) {
			p.add(reworded(Change{Kind: AspectReworded, Subject: b[1].Aspect, Aspect: b[1].Aspect, Text: plain("A question is worded otherwise.")},
				readable(b[0].Question), readable(b[1].Question)))
		}
		p.heads(b[0], b[1])
	}
}

// headsText lists the positions of a band.
func headsText(b Band) Text {
	var list []Text
	for _, h := range b.Heads {
		list = append(list, position(h))
	}
	return joined(list, "; ")
}

// position names a position: "A, “It was stopped”".
func position(h Head) Text {
	return append(append(Text{words(h.Letter, ", “")}, h.Label...), words("”"))
}

// heads compares the positions of a band.
func (p *comparison) heads(before, after Band) {
	both, gone, added := matched(before.Heads, after.Heads, func(h Head) string { return h.Position })
	of := func(kind ChangeKind, h Head, t ...Text) Change {
		return Change{Kind: kind, Subject: h.Position, Aspect: after.Aspect, Text: slices.Concat(t...)}
	}
	for _, h := range added {
		p.add(of(PositionAdded, h, plain("Position added: "), position(h), plain(".")))
	}
	for _, h := range gone {
		p.add(of(PositionRemoved, h, plain("Position removed: "), position(h), plain(".")))
	}
	for _, h := range both {
		old, now := h[0], h[1]
		if !same(old.Label, now.Label) || old.Letter != now.Letter || old.Colour != now.Colour {
			p.add(reworded(of(PositionReworded, now, plain("Position ", now.Letter, " is labelled otherwise.")),
				readable(position(old)), readable(position(now))))
		}
		p.headLines(old, now, of)
	}
	var old, now []string
	for _, h := range both {
		now = append(now, h[1].Letter)
	}
	for _, h := range before.Heads {
		if slices.ContainsFunc(both, func(pair [2]Head) bool { return pair[0].Position == h.Position }) {
			old = append(old, h.Letter)
		}
	}
	if !slices.Equal(old, now) {
		text := Text{words("The positions stand in another order.")}
		if question := questionOf(p.after, after.Aspect); len(question) > 0 {
			text = slices.Concat(Text{words("On ")}, question, Text{words(", the positions stand in another order.")})
		}
		p.follow(Change{Kind: PositionOrder, Aspect: after.Aspect, Text: text, Before: plain(strings.Join(old, ", ")), After: plain(strings.Join(now, ", "))})
	}
}

// headLines compares what the program says of a position: who holds it, its days and basis.
func (p *comparison) headLines(old, now Head, of func(ChangeKind, Head, ...Text) Change) {
	both, gone, added := matched(old.Lines, now.Lines, func(l Titled) string { return l.Title })
	add := func(title string, before, after Text) {
		c := of(PositionLine, now, plain("Under "), position(now), plain(": ", title, "."))
		c.Object = title
		p.follow(reworded(c, readable(before), readable(after)))
	}
	for _, l := range both {
		if !same(l[0].Text, l[1].Text) {
			add(l[1].Title, l[0].Text, l[1].Text)
		}
	}
	for _, l := range added {
		add(l.Title, nil, l.Text)
	}
	for _, l := range gone {
		add(l.Title, l.Text, nil)
	}
}

// stagesOf are the periods in which a page has claims, in their order, each once.
func stagesOf(c Content) []Stage {
	var stages []Stage
	for _, b := range c.Bands {
		for _, s := range b.Periods {
			if s.Period != "" && !slices.ContainsFunc(stages, func(t Stage) bool { return t.Period == s.Period }) {
				stages = append(stages, s)
			}
		}
	}
	return stages
}

func stageSlug(s Stage) string { return s.Period }

// periods compares the stretches by which the comparison is parted. One that comes or goes with its only claims follows
// from them.
func (p *comparison) periods() {
	both, gone, added := matched(stagesOf(p.before), stagesOf(p.after), stageSlug)
	for _, s := range added {
		p.add(Change{Kind: PeriodAdded, Subject: s.Period, After: periodText(s), Follows: !p.keepsClaims(p.after, s.Period),
			Text: append(append(Text{words("A stretch of time was added: ")}, periodText(s)...), words("."))})
	}
	for _, s := range gone {
		p.add(Change{Kind: PeriodRemoved, Subject: s.Period, Before: periodText(s), Follows: !p.keepsClaims(p.before, s.Period),
			Text: append(append(Text{words("A stretch of time was removed: ")}, periodText(s)...), words("."))})
	}
	for _, s := range both {
		if !same(s[0].Label, s[1].Label) || !same(s[0].Span, s[1].Span) {
			p.add(reworded(Change{Kind: PeriodChanged, Subject: s[1].Period, Text: plain("A stretch of time is named or bounded otherwise.")},
				readable(periodText(s[0])), readable(periodText(s[1]))))
		}
	}
}

// periodsDiffer reports whether a stretch of time was added or removed as such, so that claims moved with it.
func (p *comparison) periodsDiffer() bool {
	_, gone, added := matched(stagesOf(p.before), stagesOf(p.after), stageSlug)
	return slices.ContainsFunc(added, func(s Stage) bool { return p.keepsClaims(p.after, s.Period) }) ||
		slices.ContainsFunc(gone, func(s Stage) bool { return p.keepsClaims(p.before, s.Period) })
}

// keepsClaims reports whether a claim of a period stands in both editions.
func (p *comparison) keepsClaims(c Content, period string) bool {
	return slices.ContainsFunc(c.Claims, func(claim Claim) bool {
		return p.has(p.before, claim.Code) && p.has(p.after, claim.Code) &&
			slices.ContainsFunc(claim.Stances, func(s Stance) bool { return s.Period == period })
	})
}

func periodText(s Stage) Text {
	t := append(Text{words("“")}, append(slices.Clone(s.Label), words("”"))...)
	if len(s.Span) > 0 {
		t = append(append(t, words(" (")), append(slices.Clone(s.Span), words(")"))...)
	}
	return t
}

// periodName names a period of a page by its slug.
func periodName(c Content, period string) Text {
	stages := stagesOf(c)
	if i := slices.IndexFunc(stages, func(s Stage) bool { return s.Period == period }); i >= 0 {
		return periodText(stages[i])
	}
	return plain("no one stretch of time")
}

// A point is what parties say alike, or one says alone.
type point struct {
	both bool
	Titled
}

func pointsOf(g Glance) []point {
	var points []point
	for _, t := range g.BothSay {
		points = append(points, point{true, t})
	}
	for _, t := range g.OneSays {
		points = append(points, point{false, t})
	}
	return points
}

// points compares what opposing parties both say and what one says unanswered. A point has no name: it is the same if it
// says the same, and has been changed if it cites a claim that the other cites and stands in the same list.
func (p *comparison) points() {
	old, now := pointsOf(p.before.Glance), pointsOf(p.after.Glance)
	take := func(fits func(a, b point) bool, changed func(a, b point)) {
		now = slices.DeleteFunc(now, func(b point) bool {
			i := slices.IndexFunc(old, func(a point) bool { return fits(a, b) })
			if i < 0 {
				return false
			}
			changed(old[i], b)
			old = slices.Delete(old, i, i+1)
			return true
		})
	}
	alike := func(a, b point) bool { return same(a.Text, b.Text) }
	change := func(a, b point) {
		p.add(reworded(Change{Kind: PointChanged, Text: plain("What parties say alike, or one says alone, changed.")}, pointText(a), pointText(b)))
	}
	take(func(a, b point) bool { return a.both == b.both && alike(a, b) }, func(point, point) {})
	take(alike, change)
	take(func(a, b point) bool { return a.both == b.both && shareClaim(a.Text, b.Text) }, change)
	for _, b := range now {
		p.add(Change{Kind: PointAdded, Text: plain("Added: ", b.Title, "."), After: b.Text})
	}
	for _, a := range old {
		p.add(Change{Kind: PointRemoved, Text: plain("Removed: ", a.Title, "."), Before: a.Text})
	}
}

func pointText(t point) string { return t.Title + ": " + readable(t.Text) }

// shareClaim reports whether two texts cite the same claim.
func shareClaim(a, b Text) bool {
	return slices.ContainsFunc(a, func(r Run) bool {
		return r.Kind == RunCite && slices.ContainsFunc(b, func(s Run) bool { return s.Kind == RunCite && s.Ref == r.Ref })
	})
}

// ownGaps are the titles of the gaps that the program finds.
var ownGaps = []string{
	"Expected, not held", "One origin only", "Heard only through another", "Undated figures", "No primary document", "No record", "Days not given",
}

// gaps compares what is missing, by titles. What the program finds follows from what was entered.
func (p *comparison) gaps() {
	both, gone, added := matched(p.before.Gaps, p.after.Gaps, func(g Titled) string { return g.Title })
	add := func(c Change, title string) {
		c.Object, c.Follows = title, slices.Contains(ownGaps, title)
		p.add(c)
	}
	for _, g := range added {
		add(Change{Kind: GapOpened, Text: plain("Missing now: ", g.Title, "."), After: g.Text}, g.Title)
	}
	for _, g := range gone {
		add(Change{Kind: GapClosed, Text: plain("Not missing any more: ", g.Title, "."), Before: g.Text}, g.Title)
	}
	for _, g := range both {
		if !same(g[0].Text, g[1].Text) {
			add(reworded(Change{Kind: GapReworded, Text: plain("What is missing changed: ", g[1].Title, ".")}, readable(g[0].Text), readable(g[1].Text)), g[1].Title)
		}
	}
}
