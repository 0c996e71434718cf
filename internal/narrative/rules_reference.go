package narrative

import (
	"fmt"
	"slices"
)

func (v *checker) source(s Source) {
	v.isParty("party", s.Party)
	for i, o := range s.Offices {
		v.ordered(fmt.Sprintf("offices[%d].until", i), o.From, o.Until)
	}
}

func (v *checker) place(p Place) {
	for i, n := range p.Names {
		path := fmt.Sprintf("names[%d]", i)
		v.refs(path+".used_by", n.UsedBy, v.isParty)
		v.ordered(path+".until", n.From, n.Until)
	}
}

func (v *checker) term(t Term) {
	ref(v, "dispute", KindDispute, v.index.disputes, t.Dispute)
	v.refs("used_by", t.UsedBy, v.isParty)
}

func (v *checker) event(e Event) {
	ref(v, "place", KindPlace, v.index.places, e.Place)
	v.refs("participants", e.Participants, v.isSource)
	for i, x := range e.Expected {
		path := fmt.Sprintf("expected[%d]", i)
		v.isSource(path+".of", x.Of)
		if slices.ContainsFunc(e.Expected[:i], func(y Expected) bool { return x.Of == y.Of }) {
			v.add(path+".of", "the account of %s is expected twice", x.Of)
		}
		v.expected(path, x)
	}
}

// expected checks that an expected account says what its state needs.
func (v *checker) expected(path string, x Expected) {
	ref(v, path+".article", KindArticle, v.index.articles, x.Article)
	switch x.State {
	case Held:
		if x.Article == "" {
			v.add(path+".article", "missing; expected the article through which the account is held")
		}
	case LookedFor:
		if x.Where == "" {
			v.add(path+".where", "missing; expected where it was looked for")
		}
		if x.On == "" {
			v.add(path+".day", "missing; expected when it was looked for")
		}
	case NotIssued:
		if x.Where == "" && x.Note == "" {
			v.add(path+".note", "missing; expected how it is known that none was issued")
		}
	}
	if x.Article != "" && x.State != Held {
		v.add(path+".article", "not expected with the state %s; expected the state held", x.State)
	}
}

func (v *checker) record(r Record) {
	for i, b := range r.BearsOn {
		path := fmt.Sprintf("bears_on[%d]", i)
		if ref(v, path+".fact", KindFact, v.index.facts, b.Fact) {
			v.aspect(path+".aspect", v.index.facts[b.Fact], b.Aspect)
		}
		if slices.Contains(r.BearsOn[:i], b) {
			v.add(path, "comes twice in the list")
		}
	}
}
