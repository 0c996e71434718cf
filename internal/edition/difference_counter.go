package edition

import (
	"strings"

	"counterclaim/internal/narrative"
)

// counters compares the links between claims. One whose other end is new or gone comes or goes with it.
func (p *comparison) counters() {
	key := func(c Counter) string { return c.From + " " + c.To + " " + c.Relation }
	both, gone, added := matched(p.before.Counters, p.after.Counters, key)
	for _, c := range both {
		p.counter(c[0], c[1])
	}
	ends := func(c Counter) string { return c.From + " " + c.To }
	related, gone, added := matched(gone, added, ends)
	for _, c := range related {
		p.counter(c[0], c[1])
	}
	for _, c := range added {
		change := p.link(CounterJoined, c, Text{words("Joined: ")})
		change.Follows = !p.has(p.before, c.From) || !p.has(p.before, c.To)
		change.After = counterDetail(c)
		p.add(change)
	}
	for _, c := range gone {
		change := p.link(CounterParted, c, Text{words("Parted; until then: ")})
		change.Follows = !p.has(p.after, c.From) || !p.has(p.after, c.To)
		change.Before = counterDetail(c)
		p.add(change)
	}
}

// counter compares two states of a link.
func (p *comparison) counter(before, after Counter) {
	if before.Relation == after.Relation && before.Difference == after.Difference && same(before.Why, after.Why) {
		return
	}
	change := p.link(CounterChanged, after, Text{words("How it is joined changed: ")})
	p.add(reworded(change, readable(counterText(before)), readable(counterText(after))))
}

// link is a change of a link, told from the claim that it goes out from.
func (p *comparison) link(kind ChangeKind, c Counter, begin Text) Change {
	from, _ := p.claimOf(c.From)
	to, _ := p.claimOf(c.To)
	name := claimName(to.Who, c.To)
	name.Text = inMiddle(name.Text)
	return Change{
		Kind: kind, Subject: c.From, Object: c.To, Claim: changedClaim(from, p.has(p.before, c.From), p.has(p.after, c.From)),
		Text: append(begin, words(relationWords(narrative.Relation(c.Relation), true)), name, words(".")),
	}
}

// counterText says how two claims are joined.
func counterText(c Counter) Text {
	return append(Text{words(strings.TrimSpace(relationWords(narrative.Relation(c.Relation), true)), "; ")}, counterDetail(c)...)
}

// counterDetail says in what two claims differ, and the line of reason.
func counterDetail(c Counter) Text {
	var t Text
	if c.Difference != "" {
		t = Text{words("differing in: ", c.Difference, "; ")}
	}
	return append(t, c.Why...)
}
