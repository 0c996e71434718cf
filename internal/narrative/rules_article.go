package narrative

import (
	"fmt"
	"net/url"
	"slices"

	"counterclaim/internal/passage"
)

func (v *checker) article(a Article) {
	known := ref(v, "outlet", KindOutlet, v.index.outlets, a.Outlet)
	switch unidentified := v.index.outlets[a.Outlet].Unknown; {
	case known && unidentified && a.Identified.Basis != Unknown:
		v.add("identified.basis", "%s is an outlet that is not known; expected the basis unknown", a.Outlet)
	case known && !unidentified && a.Identified.Basis == Unknown:
		v.add("identified.basis", "unknown, but the outlet is named; expected an outlet with unknown: true")
	}
	if a.Identified.Basis != Given && a.Identified.Basis != "" && a.Identified.Reason == "" {
		v.add("identified.reason", "missing; the basis %s needs a reason", a.Identified.Basis)
	}
	v.address("url", a.URL)
	if a.Captured != "" && a.Published.Known() && a.Captured < a.Published.On.Earliest {
		v.add("captured", "%s is before the article was published, %s", a.Captured, a.Published.On)
	}
	v.refs("reprint_of", a.ReprintOf, func(path string, slug Slug) bool { return ref(v, path, KindArticle, v.index.articles, slug) })
	for i, r := range a.ReadFor {
		path := fmt.Sprintf("read_for[%d].fact", i)
		ref(v, path, KindFact, v.index.facts, r.Fact)
		if slices.ContainsFunc(a.ReadFor[:i], func(s Reading) bool { return r.Fact == s.Fact }) {
			v.add(path, "%q comes twice in the list", r.Fact)
		}
	}
	for i, b := range a.Blocks {
		v.block(fmt.Sprintf("passages[%d]", i), a, b)
	}
}

func (v *checker) address(path, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		v.add(path, "%q is no address of the web; expected one that begins with https:// or http://", address)
	}
}

func (v *checker) block(path string, a Article, b Block) {
	text, err := passage.NewText(b.Text)
	if err != nil {
		return // said of its form already
	}
	switch {
	case len(text.Blocks()) > 1:
		v.add(path+".text", "has %d paragraphs; expected one", len(text.Blocks()))
	case text.String() != b.Text:
		v.add(path+".text", "not as a capture holds it; expected single spaces, none at the ends, and no invisible characters")
	}
	for i, c := range b.Claims {
		at := fmt.Sprintf("%s.claims[%d]", path, i)
		match, err := c.Passage(text)
		words := []string{}
		if err == nil {
			words, err = text.Words(match)
		}
		if err != nil && b.Text != "" {
			v.add(at+".words", "%v", err)
		}
		v.speaker(at, a, c)
		v.clocks(at, a, c)
		v.stances(at, c)
		for j, f := range c.Figures {
			v.figure(fmt.Sprintf("%s.figures[%d]", at, j), c, j, f, words, err == nil)
		}
		v.counters(at, c)
		v.changed(at+".changed", c.Changed)
	}
}
