package edition

import (
	"slices"

	"counterclaim/internal/narrative"
)

// points gives what opposing parties both say, and what one says and nobody answers here. The titles name the parties.
func (p *page) points() (both, one []Titled) {
	for _, point := range p.fact.Points {
		var names []Text
		var parties []narrative.Slug
		for _, code := range point.Claims {
			ref, ok := p.index.Claim(code)
			if !ok {
				p.missing(narrative.KindClaim, narrative.Slug(code))
				continue
			}
			party := p.source(ref.Claim().Source).Party
			if slices.Contains(parties, party) {
				continue
			}
			parties = append(parties, party)
			if party == "" {
				names = append(names, p.sourceRun(ref.Claim().Source))
			} else {
				names = append(names, Text{p.partyRun(party)})
			}
		}
		text := p.line(point.Text)
		if period, ok := p.fact.PeriodOf(point.Period); ok {
			text = append(append(text, words(" (")), append(p.line(period.Label), words(")"))...)
		}
		for _, code := range point.Claims {
			if !slices.ContainsFunc(text, func(r Run) bool { return r.Kind == RunCite && r.Ref == string(code) }) {
				text = append(text, p.cite(string(code)))
			}
		}
		who := inSentence(names)
		if point.Kind == narrative.SaidByBoth {
			between := "Said by "
			if len(names) == 2 {
				between = "Said by both "
			}
			both = append(both, Titled{between + who, text})
		} else {
			one = append(one, Titled{"Said by " + who + ", not answered here", text})
		}
	}
	return both, one
}

// inSentence joins names of parties as words, "the" before a description such as "Armenian side".
func inSentence(names []Text) string {
	for i, name := range names {
		if len(name) == 1 && name[0].Kind == RunParty {
			text := inMiddle(name[0].Text)
			if isDescription(text) {
				text = "the " + text
			}
			names[i] = plain(text)
		}
	}
	return listed(names).String()
}
