package edition

import (
	"cmp"
	"slices"

	"counterclaim/internal/narrative"
)

// stances compares where a claim stands: for each question of the fact the position, the mode and the period.
func (p *comparison) stances(before, after Claim) {
	both, gone, added := matched(before.Stances, after.Stances, func(s Stance) string { return s.Aspect })
	claim := changedClaim(after, true, true)
	add := func(c Change, old, now Text) {
		c.Subject, c.Claim, c.Before, c.After = after.Code, claim, old, now
		p.add(c)
	}
	for _, s := range both {
		switch {
		case s[0].Position != s[1].Position:
			moved := fromTo(place(p.before, s[0]), place(p.after, s[1]))
			if question := questionOf(p.after, s[1].Aspect); len(question) > 0 {
				moved[0].Text = lowerFirst(moved[0].Text)
				moved = slices.Concat(Text{words("On ")}, question, Text{words(", ")}, moved)
			}
			add(Change{Kind: ClaimMoved, Aspect: s[1].Aspect, Text: moved}, stands(p.before, s[0]), stands(p.after, s[1]))
			continue
		case s[0].Mode != s[1].Mode:
			add(Change{Kind: ClaimMode, Aspect: s[1].Aspect, Text: plain("How it takes the position changed: ", modeName(s[1].Mode), "; before, ",
				modeName(s[0].Mode), ".")}, plain(modeName(s[0].Mode)), plain(modeName(s[1].Mode)))
		}
		if s[0].Period != s[1].Period {
			c := Change{
				Kind: ClaimPeriod, Aspect: s[1].Aspect, Text: fromTo(periodName(p.before, s[0].Period), periodName(p.after, s[1].Period)),
				Follows: p.periodsDiffer(),
			}
			add(c, periodName(p.before, s[0].Period), periodName(p.after, s[1].Period))
		}
	}
	for i := range max(len(gone), len(added)) {
		switch {
		case i >= len(gone):
			now := stands(p.after, added[i])
			add(Change{Kind: ClaimMoved, Aspect: added[i].Aspect, Text: ended(append(Text{words("Stands in another place too now: ")}, now...))}, nil, now)
		case i >= len(added):
			old := stands(p.before, gone[i])
			add(Change{Kind: ClaimMoved, Aspect: gone[i].Aspect, Text: ended(append(Text{words("Does not stand here any more: ")}, old...))}, old, nil)
		default:
			old, now := stands(p.before, gone[i]), stands(p.after, added[i])
			add(Change{Kind: ClaimMoved, Aspect: added[i].Aspect, Text: fromTo(old, now)}, old, now)
		}
	}
}

// fromTo says that a claim was moved.
func fromTo(before, after Text) Text {
	return ended(append(append(append(Text{words("Moved from ")}, before...), words(" to ")), after...))
}

// standsOf says all places in which a claim stands.
func standsOf(c Content, claim Claim) Text {
	var places []Text
	for _, s := range claim.Stances {
		places = append(places, stands(c, s))
	}
	return append(Text{words("under ")}, joined(places, "; ")...)
}

// stands names a place of the comparison with its question, where that is not the fact's own: "“What stopped it?”: A, “It was
// stopped”, presupposed".
func stands(c Content, s Stance) Text {
	question := questionOf(c, s.Aspect)
	if len(question) > 0 {
		question = append(question, words(": "))
	}
	return append(question, place(c, s)...)
}

// questionOf names the question of an aspect in quotation marks; nothing for the fact's own.
func questionOf(c Content, aspect string) Text {
	if i := bandOf(c, aspect); i >= 0 && aspect != "" {
		return slices.Concat(Text{words("“")}, c.Bands[i].Question, Text{words("”")})
	}
	return nil
}

func bandOf(c Content, aspect string) int {
	return slices.IndexFunc(c.Bands, func(b Band) bool { return b.Aspect == aspect })
}

// place names a position with how it is taken: "A, “It was stopped” (presupposed)", "no position (concern only)".
func place(c Content, s Stance) Text {
	if s.Position == "" {
		return plain("no position (", modeName(s.Mode), ")")
	}
	t := plain(s.Position)
	if i := bandOf(c, s.Aspect); i >= 0 {
		heads := c.Bands[i].Heads
		if k := slices.IndexFunc(heads, func(h Head) bool { return h.Position == s.Position }); k >= 0 {
			t = position(heads[k])
		}
	}
	if name := modeMarks[narrative.Mode(s.Mode)]; name != "" {
		t = append(t, words(" (", name, ")"))
	}
	return t
}

// modeName is a word for how a claim takes a position.
func modeName(mode string) string {
	names := map[narrative.Mode]string{
		narrative.Asserted: "asserted", narrative.Denied: "by denying the opposite", narrative.Concern: "concern only", narrative.Withheld: "verdict withheld",
	}
	return cmp.Or(names[narrative.Mode(mode)], modeMarks[narrative.Mode(mode)], mode)
}
