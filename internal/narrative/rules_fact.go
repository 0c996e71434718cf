package narrative

import (
	"fmt"
	"slices"
	"strings"
)

func (v *checker) fact(f Fact) {
	ref(v, "dispute", KindDispute, v.index.disputes, f.Dispute)
	v.question("question", f.Question)
	if f.Background != "" && !cites(f.Background) {
		v.later("background", "cites nothing; expected a citation such as [@7K3-M9QX] for each factual clause")
	}
	v.status(f.Status)
	v.periods(f.Periods)

	// An aspect may have a single answer that nobody contests; the question as a whole may not.
	positions := len(f.Positions)
	for _, a := range f.Aspects {
		positions += len(a.Positions)
	}
	if positions < 2 {
		v.later("positions", "fewer than two; expected at least two positions, of the fact or of its aspects")
	}
	v.positions("positions", f.Positions)
	for i, a := range f.Aspects {
		path := fmt.Sprintf("aspects[%d]", i)
		if slices.ContainsFunc(f.Aspects[:i], func(b Aspect) bool { return a.Slug == b.Slug }) {
			v.add(path+".slug", "%q is another aspect of the fact already", a.Slug)
		}
		v.question(path+".question", a.Question)
		v.positions(path+".positions", a.Positions)
	}
	for i, p := range f.Points {
		v.point(fmt.Sprintf("points[%d]", i), f, p)
	}
	v.requests(f)
}

func (v *checker) question(path string, m Markup) {
	if m != "" && !strings.HasSuffix(string(m), "?") {
		v.add(path, "does not end with a question mark; expected a question")
	}
}

func (v *checker) status(s FactStatus) {
	if s.ReadTo != "" && s.State != Developing {
		v.add("status.read_to", "not expected with the state %s; only of a developing matter it is said until when articles were read", s.State)
	}
	if s.State != Overtaken {
		return
	}
	if s.Since == "" {
		v.add("status.since", "missing; the state overtaken needs the day")
	}
	if !cites(s.Reason) {
		v.add("status.reason", "missing; the state overtaken needs a reason that cites a claim or a record")
	}
}

// periods checks that periods follow each other in time without overlapping.
func (v *checker) periods(periods []Period) {
	for i, p := range periods {
		path := fmt.Sprintf("periods[%d]", i)
		ref(v, path+".from_event", KindEvent, v.index.events, p.FromEvent)
		ref(v, path+".until_event", KindEvent, v.index.events, p.UntilEvent)
		v.ordered(path+".until", p.From, p.Until)
		if slices.ContainsFunc(periods[:i], func(q Period) bool { return p.Slug == q.Slug }) {
			v.add(path+".slug", "%q is another period of the fact already", p.Slug)
		}
		if i == 0 {
			continue
		}
		if before := periods[i-1].Until; before == "" || p.From == "" || p.From <= before {
			v.add(path+".from", "not after the last day of the period before; expected periods in order that do not overlap")
		}
	}
}

func (v *checker) positions(path string, positions []Position) {
	for i, p := range positions {
		if slices.ContainsFunc(positions[:i], func(q Position) bool { return p.Slug == q.Slug }) {
			v.add(fmt.Sprintf("%s[%d].slug", path, i), "%q is another position of the same list already", p.Slug)
		}
	}
}

// point checks that a point's claims speak on the fact and are of as many parties as its kind says.
func (v *checker) point(path string, f Fact, p Point) {
	v.period(path+".period", f, p.Period)
	parties := map[Slug]bool{}
	partyless := false
	for i, code := range p.Claims {
		at := fmt.Sprintf("%s.claims[%d]", path, i)
		if slices.Contains(p.Claims[:i], code) {
			v.add(at, "%q comes twice in the list", code)
		}
		r, ok := v.claim(at, code)
		if !ok {
			continue
		}
		if !speaksOn(r.Claim(), f.Slug) {
			v.add(at, "the claim %s has no stance on the fact %s", code, f.Slug)
		}
		party := v.index.sources[r.Claim().Source].Party
		parties[party] = party != ""
		partyless = partyless || party == ""
	}
	delete(parties, "")
	switch {
	case p.Kind == SaidByBoth && len(parties) < 2:
		v.add(path+".claims", "claims of %d parties; a point that both say needs at least two", len(parties))
	case p.Kind == SaidByOne && (len(parties) != 1 || partyless):
		v.add(path+".claims", "not of one party; a point that one says needs claims of exactly one party")
	}
}

// claim finds the claim that a code refers to. It asks nothing of a code that is not well formed.
func (v *checker) claim(path string, code Code) (ClaimRef, bool) {
	r, ok := v.index.claims[code]
	if !ok && code.Valid() {
		v.add(path, "%q is the code of no claim", code)
	}
	return r, ok
}

// aspect checks that a fact has an aspect. It asks nothing of "".
func (v *checker) aspect(path string, f Fact, aspect Slug) bool {
	if _, ok := f.AspectOf(aspect); ok || aspect == "" {
		return true
	}
	choices := make([]string, len(f.Aspects))
	for i, a := range f.Aspects {
		choices[i] = string(a.Slug)
	}
	v.add(path, "%q is no aspect of the fact %s%s", aspect, f.Slug, instead(string(aspect), choices))
	return false
}

// period checks that a fact has a period. It asks nothing of "".
func (v *checker) period(path string, f Fact, period Slug) {
	if _, ok := f.PeriodOf(period); ok || period == "" {
		return
	}
	choices := make([]string, len(f.Periods))
	for i, p := range f.Periods {
		choices[i] = string(p.Slug)
	}
	v.add(path, "%q is no period of the fact %s%s", period, f.Slug, instead(string(period), choices))
}

func speaksOn(c Claim, fact Slug) bool {
	return slices.ContainsFunc(c.Stances, func(s Stance) bool { return s.Fact == fact })
}
