package edition

import (
	"cmp"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// A mark is the letter and colour by which a position is known in its band.
type mark struct {
	letter string
	colour int // from 1
}

// marksOf gives each position that the band ever had its mark: that of the last edition, else the next free one.
func (p *page) marksOf(b *band) map[narrative.Slug]mark {
	marks := map[narrative.Slug]mark{}
	used := 0
	if p.last != nil {
		for _, m := range p.last.Marks {
			if m.Aspect == string(b.aspect) {
				marks[narrative.Slug(m.Position)] = mark{m.Letter, m.Colour}
				used = max(used, m.Colour)
			}
		}
	}
	for _, position := range b.positions {
		if _, ok := marks[position.Slug]; !ok {
			used++
			marks[position.Slug] = mark{letter(used), used}
		}
	}
	return marks
}

// positionMarks are the marks of all bands that the fact ever had.
func (p *page) positionMarks() []PositionMark {
	var marks []PositionMark
	has := map[string]bool{}
	for _, b := range p.bands {
		has[string(b.aspect)] = true
		for position, m := range b.marks {
			marks = append(marks, PositionMark{string(b.aspect), string(position), m.letter, m.colour})
		}
	}
	if p.last != nil {
		for _, m := range p.last.Marks {
			if !has[m.Aspect] {
				marks = append(marks, m)
			}
		}
	}
	slices.SortFunc(marks, func(a, b PositionMark) int {
		return cmp.Or(cmp.Compare(a.Aspect, b.Aspect), cmp.Compare(a.Colour, b.Colour))
	})
	return marks
}

// letter gives A to Z for 1 to 26, then AA, AB, …
func letter(n int) string {
	if n > 26 {
		return letter((n-1)/26) + letter((n-1)%26+1)
	}
	return string(rune('A' + n - 1))
}

// head makes the head of a position's column.
func (p *page) head(b *band, position narrative.Position) Head {
	holders, others := p.holders(b, position.Slug)
	h := Head{
		Position: string(position.Slug),
		Letter:   b.marks[position.Slug].letter,
		Colour:   b.marks[position.Slug].colour,
		Label:    p.line(position.Label),
		Holders:  holders,
	}
	for _, slug := range others {
		h.Others = append(h.Others, string(slug))
	}
	h.Lines = append(h.Lines, Titled{"held by", p.heldBy(holders)})
	if len(others) > 0 {
		h.Lines = append(h.Lines, Titled{"also", p.othersText(others)})
	}
	if told := p.toldOf(b, position.Slug); len(told) > 0 {
		h.Lines = append(h.Lines, Titled{"by others’ account", told})
	}
	h.Lines = append(h.Lines,
		Titled{"dated", plain(datedText(b.counting(position.Slug)))}, Titled{"basis", plain(basisText(b.counting(position.Slug)))})
	if changes := p.lineChanges(b, position.Slug); len(changes) > 0 {
		h.Lines = append(h.Lines, Titled{"line changed", joined(changes, "; ")})
	}
	return h
}

// holders gives those who hold a position, in the order of their first claims, and the outlets and unnamed groups that
// stand apart.
func (p *page) holders(b *band, position narrative.Slug) (holders []Holder, others []narrative.Slug) {
	for _, it := range b.taking(position) {
		if it.relay {
			continue
		}
		if !it.source.Kind.Holds() {
			if !slices.Contains(others, it.claim.Source) {
				others = append(others, it.claim.Source)
			}
			continue
		}
		slug := string(holderOf(it.claim))
		i := slices.IndexFunc(holders, func(h Holder) bool { return h.Source == slug })
		stance, _ := it.stanceOn(b.aspect)
		if i < 0 {
			i = len(holders)
			holders = append(holders, Holder{Source: slug, Party: string(it.source.Party), Mode: string(stance.Mode)})
		}
		if stance.Mode == narrative.Asserted || stance.Mode == narrative.Denied {
			holders[i].Mode = string(narrative.Asserted)
		}
		if it.said.Dated() {
			if on := string(it.said.On.Earliest); holders[i].First == "" || on < holders[i].First {
				holders[i].First = on
			}
			holders[i].Last = max(holders[i].Last, string(it.said.On.Latest))
		}
	}
	return holders, others
}

// holderOf is whose view a claim tells: that of the source to whom it is attributed, if any.
func holderOf(c narrative.Claim) narrative.Slug {
	if c.AttributedTo != "" {
		return c.AttributedTo
	}
	return c.Source
}

// heldBy names the holders, grouped by the party that they speak for, with how they hold the position where they do not
// assert it: "Armenia: A, B (demanded); Azerbaijan (presupposed): C, D".
func (p *page) heldBy(holders []Holder) Text {
	if len(holders) == 0 {
		return plain("nobody named here")
	}
	var parties []string
	groups := map[string][]Holder{}
	for _, h := range holders {
		if groups[h.Party] == nil {
			parties = append(parties, h.Party)
		}
		groups[h.Party] = append(groups[h.Party], h)
	}
	var texts []Text
	for _, party := range parties {
		text := p.holdersOf(narrative.Slug(party), groups[party])
		if len(texts) > 0 {
			text[0].Text = inMiddle(text[0].Text)
		}
		texts = append(texts, text)
	}
	return joined(texts, "; ")
}

// holdersOf names the holders of one party, after the party's name unless that says the same.
func (p *page) holdersOf(party narrative.Slug, holders []Holder) Text {
	var run Run
	if party != "" {
		run = p.partyRun(party)
	}
	brackets := func(h Holder) string {
		if mark := modeMarks[narrative.Mode(h.Mode)]; mark != "" {
			return " (" + mark + ")"
		}
		return ""
	}
	first := p.sourceStart(narrative.Slug(holders[0].Source))
	if len(holders) == 1 && party != "" && strings.HasPrefix(run.Text, first[0].Text) {
		first[0].Text = run.Text
		return append(first, words(brackets(holders[0])))
	}
	together := party != "" && len(holders) > 1 && !slices.ContainsFunc(holders, func(h Holder) bool { return h.Mode != holders[0].Mode })
	var names []Text
	for i, h := range holders {
		name := p.sourceStart(narrative.Slug(h.Source))
		if i > 0 {
			name[0].Text = inMiddle(name[0].Text)
		}
		if party != "" {
			name[0].Text = strings.TrimPrefix(name[0].Text, run.Text+", ")
		}
		if !together {
			name = append(name, words(brackets(h)))
		}
		names = append(names, name)
	}
	switch {
	case party == "":
		return joined(names, ", ")
	case together:
		return append(Text{run, words(brackets(holders[0]) + ": ")}, joined(names, ", ")...)
	}
	return append(Text{run, words(": ")}, joined(names, ", ")...)
}

// othersText names the outlets and unnamed groups that say the same, which are never counted.
func (p *page) othersText(others []narrative.Slug) Text {
	var outlets, groups []Text
	for _, slug := range others {
		if p.source(slug).Kind == narrative.OutletSource {
			outlets = append(outlets, p.sourceRun(slug))
		} else {
			groups = append(groups, append(p.sourceRun(slug), words(", unnamed")))
		}
	}
	var t Text
	if len(outlets) > 0 {
		t = append(Text{words("in the voice of ")}, listed(outlets)...)
		if len(groups) > 0 {
			t = append(t, words("; "))
		}
	}
	return append(t, joined(groups, "; ")...)
}

// toldOf names those of whom another party tells that they hold a position, and who tells it. It makes nobody a holder.
func (p *page) toldOf(b *band, position narrative.Slug) Text {
	var of []narrative.Slug
	by := map[narrative.Slug][]narrative.Slug{}
	for _, it := range b.taking(position) {
		to := it.claim.AttributedTo
		if !it.relay || slices.Contains(by[to], it.claim.Source) {
			continue
		}
		if by[to] == nil {
			of = append(of, to)
		}
		by[to] = append(by[to], it.claim.Source)
	}
	var texts []Text
	for _, to := range of {
		var tellers []Text
		for _, slug := range by[to] {
			tellers = append(tellers, p.sourceRun(slug))
		}
		texts = append(texts, append(append(p.sourceRun(to), words(", as told by ")), listed(tellers)...))
	}
	return joined(texts, "; ")
}

// datedText says from when to when the claims were said whose day is given.
func datedText(items []*item) string {
	var dates []narrative.Date
	for _, it := range datedOf(items) {
		dates = append(dates, it.said)
	}
	if len(dates) == 0 {
		return "no dated claim"
	}
	return datesText(dates)
}

// basisText says what the sources claim to know it from.
func basisText(items []*item) string {
	var named []Text
	stated, unstated := false, false
	for _, b := range basisWords {
		if !slices.ContainsFunc(items, func(it *item) bool { return it.claim.Basis == b.basis }) {
			continue
		}
		if b.basis == "" {
			unstated = true
			continue
		}
		stated = true
		named = append(named, plain(b.words))
	}
	switch {
	case !stated:
		return "not stated"
	case unstated:
		return joined(named, ", ").String() + "; otherwise not stated"
	}
	return joined(named, ", ").String()
}

// lineChanges names the holders whose dated claims go to this position from another of the band, or from it to another,
// within one stage: what they say of a matter that has changed since is no change of line. Only what they assert or
// deny counts, and only where all of it on the one side is older than all on the other.
func (p *page) lineChanges(b *band, position narrative.Slug) []Text {
	type line struct {
		holder narrative.Slug
		stage  stageKey
	}
	said := map[line]map[narrative.Slug][]*item{}
	var lines []line
	for _, it := range datedOf(b.items) {
		s, _ := it.stanceOn(b.aspect)
		if !it.holds() || s.Mode != narrative.Asserted && s.Mode != narrative.Denied {
			continue
		}
		l := line{holderOf(it.claim), p.stageOf(s, it)}
		if said[l] == nil {
			said[l] = map[narrative.Slug][]*item{}
			lines = append(lines, l)
		}
		said[l][s.Position] = append(said[l][s.Position], it)
	}
	older := func(a, b []*item) bool {
		if len(a) == 0 || len(b) == 0 {
			return false
		}
		var latest narrative.Day
		for _, it := range a {
			latest = max(latest, it.said.On.Latest)
		}
		return latest < b[0].said.On.Earliest
	}
	var changes []Text
	add := func(holder narrative.Slug, later *item, way, letter string) {
		changes = append(changes, append(p.sourceStart(holder), words(way, letter, ", "),
			Run{Text: DateText(later.said), Kind: RunClaim, Ref: later.code()}))
	}
	for _, l := range lines {
		here := said[l][position]
		for _, other := range b.positions {
			there := said[l][other.Slug]
			switch {
			case other.Slug == position:
			case older(there, here):
				add(l.holder, here[0], " from ", b.marks[other.Slug].letter)
			case older(here, there):
				add(l.holder, there[0], " to ", b.marks[other.Slug].letter)
			}
		}
	}
	return changes
}
