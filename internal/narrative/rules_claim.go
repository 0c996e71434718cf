package narrative

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"counterclaim/internal/figure"
)

// speaker checks who speaks, for whom, and how the words came.
func (v *checker) speaker(path string, a Article, c Claim) {
	known := v.isSource(path+".source", c.Source)
	source := v.index.sources[c.Source]
	ref(v, path+".event", KindEvent, v.index.events, c.Event)

	if v.isSource(path+".attributed_to", c.AttributedTo) && known {
		other := v.index.sources[c.AttributedTo]
		switch {
		case c.AttributedTo == c.Source:
			v.add(path+".attributed_to", "the same as the source; expected another one, or none")
		case other.Party == source.Party && other.Party != "":
			v.add(path+".attributed_to", "of the same party as the source (%s); expected a source of another party, "+
				"or %s as the source and %s in the chain", other.Party, c.AttributedTo, c.Source)
		}
	}

	for i, h := range c.Chain {
		v.hop(fmt.Sprintf("%s.chain[%d]", path, i), h)
	}
	switch {
	case !known || c.Voice == "":
	case c.Voice == OutletVoice && source.Kind != OutletSource:
		v.add(path+".voice", "outlet, but the source %s is no outlet; expected direct or paraphrase", c.Source)
	case c.Voice == OutletVoice && len(c.Chain) > 0:
		v.add(path+".chain", "not expected with the outlet's own voice")
	case c.Voice != OutletVoice && c.Source == a.Outlet:
		v.add(path+".voice", "%s, but the source is the article's outlet; expected outlet", c.Voice)
	case c.Voice != OutletVoice && len(c.Chain) == 0:
		v.add(path+".chain", "missing; expected the hops from the source to the article's outlet, %s", a.Outlet)
	case c.Voice != OutletVoice && c.Chain[len(c.Chain)-1].By != a.Outlet:
		v.add(fmt.Sprintf("%s.chain[%d].by", path, len(c.Chain)-1),
			"the last hop is %q; expected the article's outlet, %s", c.Chain[len(c.Chain)-1].By, a.Outlet)
	}
}

func (v *checker) hop(path string, h Hop) {
	known := v.isSource(path+".by", h.By)
	if known && h.Role == RoleOutlet && v.index.sources[h.By].Kind != OutletSource {
		v.add(path+".role", "outlet, but %s is no outlet", h.By)
	}
	switch {
	case h.Verb != "" && h.Class == "":
		v.add(path+".class", "missing; the verb %q needs a class", h.Verb)
	case h.Verb == "" && h.Class != "":
		v.add(path+".verb", "missing; expected the verb, verbatim, or no class")
	}
}

// clocks checks that nothing is issued before it is uttered or published before it is issued, as far as is known.
func (v *checker) clocks(path string, a Article, c Claim) {
	late := func(path string, first, then Date, name string) {
		if first.Known() && then.Known() && first.On.Earliest > then.On.Latest {
			v.add(path, "%s is later than the day on which it was %s, %s", first.On, name, then.On)
		}
	}
	late(path+".uttered.day", c.Uttered, c.Issued, "issued")
	late(path+".issued.day", c.Issued, a.Published, "published")
	if !c.Issued.Known() {
		late(path+".uttered.day", c.Uttered, a.Published, "published")
	}
}

func (v *checker) stances(path string, c Claim) {
	for i, s := range c.Stances {
		at := fmt.Sprintf("%s.stances[%d]", path, i)
		if slices.ContainsFunc(c.Stances[:i], func(t Stance) bool { return s.Fact == t.Fact && s.Aspect == t.Aspect }) {
			v.add(at, "a second stance on the same fact and aspect; expected one")
		}
		switch {
		case !slices.Contains(enumerations[reflect.TypeFor[Mode]()], string(s.Mode)):
		case s.Mode.TakesPosition() && s.Position == "":
			v.add(at+".position", "missing; the mode %s needs a position", s.Mode)
		case !s.Mode.TakesPosition() && s.Position != "":
			v.add(at+".position", "not expected with the mode %s, which takes no position", s.Mode)
		}
		if !ref(v, at+".fact", KindFact, v.index.facts, s.Fact) {
			continue
		}
		f := v.index.facts[s.Fact]
		v.period(at+".period", f, s.Period)
		if v.aspect(at+".aspect", f, s.Aspect) && s.Position != "" {
			v.position(at+".position", f, s)
		}
	}
}

func (v *checker) position(path string, f Fact, s Stance) {
	positions := f.PositionsOf(s.Aspect)
	choices := make([]string, len(positions))
	for i, p := range positions {
		choices[i] = string(p.Slug)
	}
	if slices.Contains(choices, string(s.Position)) {
		return
	}
	of := "the fact " + string(f.Slug)
	if s.Aspect != "" {
		of = fmt.Sprintf("the aspect %s of %s", s.Aspect, of)
	}
	v.add(path, "%q is no position of %s%s", s.Position, of, instead(string(s.Position), choices))
}

// figure checks the figure at place j of a claim whose passage has the words given, if found.
func (v *checker) figure(path string, c Claim, j int, f Figure, words []string, found bool) {
	if f.Verbatim != "" && found && !holdsWords(words, f.Verbatim) {
		v.add(path+".verbatim", "%q not found in the passage; expected its words, whole", f.Verbatim)
	}
	at, reads := path+".verbatim", f.Verbatim
	if f.ReadsAs != "" {
		at, reads = path+".reads_as", f.ReadsAs
	}
	if reads != "" {
		if _, err := figure.Read(reads); err != nil {
			v.add(at, "%q cannot be read as a number (%v); expected a number in English, such as at least 980", reads, err)
		}
	}
	v.ordered(path+".until", f.From, f.Until)
	v.isSource(path+".counted_by", f.CountedBy)
	if f.PartOf == "" {
		return
	}
	whole, ok := v.claim(path+".part_of", f.PartOf)
	switch {
	case !ok:
	case len(whole.Claim().Figures) == 0:
		v.add(path+".part_of", "the claim %s has no figure; expected one whose first figure is the whole", f.PartOf)
	case f.PartOf == c.Code && j == 0:
		v.add(path+".part_of", "the figure would be a part of itself")
	}
}

// changed checks what is told of a later text.
func (v *checker) changed(path string, c TextChange) {
	if (c.Kind == "") != (c.Seen == "") {
		v.add(path+".seen", "expected the day of the later text, with what has changed in it")
	}
	if (c.Kind == TextReworded) != (c.Now != "") {
		v.add(path+".now", "expected the words of the later text if the passage was re-worded, and none otherwise")
	}
}

func (v *checker) counters(path string, c Claim) {
	type triple struct {
		to       Code
		fact     Slug
		relation Relation
	}
	seen := map[triple]bool{}
	for i, k := range c.Counters {
		at := fmt.Sprintf("%s.counters[%d]", path, i)
		if l := (triple{k.To, k.Fact, k.Relation}); seen[l] {
			v.add(at, "comes twice: the same claim, fact and relation")
		} else {
			seen[l] = true
		}
		differs := slices.Contains(enumerations[reflect.TypeFor[Relation]()], string(k.Relation)) && k.Relation.Opposes()
		switch {
		case differs && k.Difference == "":
			v.add(at+".difference", "missing; the relation %s needs one of %s", k.Relation,
				strings.Join(enumerations[reflect.TypeFor[Difference]()], ", "))
		case !differs && k.Difference != "" && k.Relation != "":
			v.add(at+".difference", "not expected with the relation %s", k.Relation)
		}
		fact := ref(v, at+".fact", KindFact, v.index.facts, k.Fact)
		if fact && !speaksOn(c, k.Fact) {
			v.add(at+".fact", "this claim has no stance on the fact %s", k.Fact)
		}
		other, ok := v.claim(at+".to", k.To)
		switch {
		case k.To == c.Code && k.To != "":
			v.add(at+".to", "the claim itself; expected another one")
		case ok && fact && !speaksOn(other.Claim(), k.Fact):
			v.add(at+".fact", "the claim %s has no stance on the fact %s", k.To, k.Fact)
		}
	}
}
