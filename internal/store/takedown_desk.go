package store

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A deskTakedown takes something out of the nouns of the desk, in a collection of its own.
type deskTakedown struct {
	thing    *edition.Takedown
	standIn  narrative.Slug
	names    map[narrative.Slug]bool // slugs of the person
	article  map[narrative.Slug]bool // slugs of the article
	removed  map[narrative.Code]bool
	touched  map[narrative.Slug]bool // articles with a claim that is gone, now or before
	c        narrative.Collection
	points   []NounKey
	unread   []NounKey
	changed  narrative.Collection // nouns that differ from before
	problems []narrative.Problem
}

// newDeskTakedown makes of a collection, whose lists it takes over, what is left of it. Before is the same collection
// with lists of its own. Past are the articles of which claims of the thing were gone before.
func newDeskTakedown(asked narrative.Kind, names []string, standIn narrative.Slug, thing *edition.Takedown, past []narrative.Slug, before, c narrative.Collection) deskTakedown {
	d := deskTakedown{
		thing: thing, standIn: standIn, names: map[narrative.Slug]bool{}, article: map[narrative.Slug]bool{},
		removed: map[narrative.Code]bool{}, touched: map[narrative.Slug]bool{}, c: c,
	}
	for _, name := range names {
		switch asked {
		case narrative.KindSource:
			d.names[narrative.Slug(name)] = true
		case narrative.KindArticle:
			d.article[narrative.Slug(name)] = true
		}
	}
	for _, slug := range past {
		d.touched[slug] = true
	}
	d.findClaims()
	index := c.Index()
	for i := range d.c.Articles {
		d.articleLeft(&d.c.Articles[i])
	}
	for i := range d.c.Articles { // all claims that go are known now
		d.references(&d.c.Articles[i])
	}
	for i := range d.c.Facts {
		d.pointsLeft(&d.c.Facts[i], index)
	}
	d.renameSource()
	d.walk(reflect.ValueOf(&d.c).Elem(), false)
	d.c.Sort()
	d.compare(before)
	return d
}

// isEmpty reports whether the desk's tables hold nothing of the thing.
func (d deskTakedown) isEmpty() bool { return len(d.removed) == 0 && len(nounKeys(d.changed)) == 0 }

// articles are those whose claims or passages are changed.
func (d deskTakedown) articles() []narrative.Slug {
	list := slices.Collect(maps.Keys(d.touched))
	for _, a := range d.changed.Articles {
		list = append(list, a.Slug)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// hasPassages reports whether an article has any passage left.
func (d deskTakedown) hasPassages(article narrative.Slug) bool {
	return slices.ContainsFunc(d.c.Articles, func(a narrative.Article) bool { return a.Slug == article && len(a.Blocks) > 0 })
}

// findClaims finds the claims that go: the thing's own, those of its articles that share its words, those that name the
// person.
func (d *deskTakedown) findClaims() {
	own := map[narrative.Slug]bool{}
	for _, a := range d.c.Articles {
		own[a.Slug] = d.article[a.Slug] || d.touched[a.Slug] || slices.ContainsFunc(a.Blocks, func(b narrative.Block) bool {
			return slices.ContainsFunc(b.Claims, func(c narrative.Claim) bool { return d.thing.IsTarget(c, a.Slug) })
		})
	}
	for _, a := range d.c.Articles {
		for _, b := range a.Blocks {
			for _, c := range b.Claims {
				words := c.Words
				if len(words) == 0 {
					words = []string{b.Text}
				}
				if d.thing.IsTarget(c, a.Slug) || own[a.Slug] && d.thing.Shares(words) || slices.ContainsFunc(words, d.thing.IsNamed) {
					d.removed[c.Code], d.touched[a.Slug] = true, true
				}
			}
		}
	}
}

// articleLeft leaves of an article's passages those that hold nothing of the thing, and of the article itself, if it is
// the thing, when and where it came out. It no longer counts as read for the facts of claims that are gone: what was found
// in it cannot be said to be missing.
func (d *deskTakedown) articleLeft(a *narrative.Article) {
	if d.article[a.Slug] {
		a.Headline, a.URL, a.Byline, a.Credit, a.Note = edition.WordsWithheld, "", "", "", ""
		if a.Identified.Reason != "" {
			a.Identified.Reason = "withheld"
		}
	}
	if d.thing.IsInAddress(a.URL) {
		a.URL = ""
	}
	var blocks []narrative.Block
	for _, b := range a.Blocks {
		blocks = append(blocks, d.blocksLeft(a, b)...)
	}
	a.Blocks = blocks
}

// blocksLeft leaves of a block what its remaining claims need, where it holds something of the thing.
func (d *deskTakedown) blocksLeft(a *narrative.Article, b narrative.Block) []narrative.Block {
	claims := slices.DeleteFunc(slices.Clone(b.Claims), func(c narrative.Claim) bool { return d.removed[c.Code] })
	for _, c := range b.Claims {
		if d.removed[c.Code] {
			d.unreadFor(a, c)
		}
	}
	if len(claims) == len(b.Claims) && !d.holds(a.Slug, b.Text) {
		return []narrative.Block{b}
	}
	text, err := passage.ParseText(b.Text)
	if err != nil {
		return []narrative.Block{b} // it is refused when it is written
	}
	type stretch struct {
		span   passage.Span
		claims []narrative.Claim
	}
	var stretches []stretch
	for _, c := range claims {
		span := passage.Span{End: text.Len()}
		if len(c.Words) > 0 {
			found := passage.Find(text, passage.Quote{Segments: c.Words})
			if len(found) == 0 {
				continue
			}
			span = passage.Span{Start: found[0][0].Start, End: found[0][len(found[0])-1].End}
		}
		if words, err := text.Slice(span); err != nil || d.holds(a.Slug, words) { // between its segments
			d.removed[c.Code], d.touched[a.Slug] = true, true
			d.unreadFor(a, c)
			continue
		}
		i := slices.IndexFunc(stretches, func(s stretch) bool { return s.span.Start < span.End && span.Start < s.span.End })
		if i < 0 {
			stretches = append(stretches, stretch{span, []narrative.Claim{c}})
			continue
		}
		s := &stretches[i]
		s.span = passage.Span{Start: min(s.span.Start, span.Start), End: max(s.span.End, span.End)}
		s.claims = append(s.claims, c)
	}
	slices.SortFunc(stretches, func(x, y stretch) int { return x.span.Start - y.span.Start })
	var blocks []narrative.Block
	for _, s := range stretches {
		words, err := text.Slice(s.span)
		if err != nil {
			return []narrative.Block{b}
		}
		blocks = append(blocks, narrative.Block{Text: words, Claims: s.claims})
	}
	return blocks
}

// holds reports whether a text of an article has something of the thing in it.
func (d *deskTakedown) holds(article narrative.Slug, text string) bool {
	return d.touched[article] && d.thing.Shares([]string{text}) || d.thing.IsNamed(text)
}

func (d *deskTakedown) unreadFor(a *narrative.Article, c narrative.Claim) {
	for _, s := range c.Stances {
		i := slices.IndexFunc(a.ReadFor, func(r narrative.Reading) bool { return r.Fact == s.Fact })
		if i < 0 {
			continue
		}
		a.ReadFor = slices.Delete(slices.Clone(a.ReadFor), i, i+1)
		if at := (NounKey{narrative.KindArticle, string(a.Slug)}); !slices.Contains(d.unread, at) {
			d.unread = append(d.unread, at)
		}
	}
}

// references takes away what leads from the claims of an article to those that are gone, and what of the thing an outlet has put
// in the place of a claim's words.
func (d *deskTakedown) references(a *narrative.Article) {
	for i := range a.Blocks {
		for k := range a.Blocks[i].Claims {
			c := &a.Blocks[i].Claims[k]
			if now := c.Changed.Now; now != "" && (d.holds(a.Slug, now) || d.thing.Tells(now)) { // words of others, which go whole or stay
				c.Changed = narrative.TextChange{}
			}
			c.Counters = slices.DeleteFunc(c.Counters, func(x narrative.Counter) bool { return d.removed[x.To] })
			for n := range c.Figures {
				if d.removed[c.Figures[n].PartOf] {
					c.Figures[n].PartOf = ""
				}
			}
		}
	}
}

// pointsLeft leaves of a fact's points those that the claims left support: those that both say with claims of two parties,
// those that one says with claims of one.
func (d *deskTakedown) pointsLeft(f *narrative.Fact, index narrative.Index) {
	had := len(f.Points)
	f.Points = slices.DeleteFunc(f.Points, func(p narrative.Point) bool {
		return slices.ContainsFunc(p.Claims, func(code narrative.Code) bool { return d.removed[code] }) && !d.supported(p, index)
	})
	if len(f.Points) < had {
		d.points = append(d.points, NounKey{narrative.KindFact, string(f.Slug)})
	}
	for i := range f.Requests {
		d.answerLeft(&f.Requests[i], index)
	}
	for i := range f.Points {
		f.Points[i].Claims = slices.DeleteFunc(f.Points[i].Claims, func(code narrative.Code) bool { return d.removed[code] })
	}
}

// answerLeft names the article in the place of an answer's claim that is gone.
func (d *deskTakedown) answerLeft(q *narrative.Request, index narrative.Index) {
	if !d.removed[q.Claim] {
		return
	}
	if ref, ok := index.Claim(q.Claim); ok && q.Article == "" {
		q.Article = ref.Article.Slug
	}
	q.Claim = ""
}

func (d *deskTakedown) supported(p narrative.Point, index narrative.Index) bool {
	parties := map[narrative.Slug]bool{}
	for _, code := range p.Claims {
		if ref, ok := index.Claim(code); ok && !d.removed[code] {
			source, _ := index.Source(ref.Claim().Source)
			parties[source.Party] = true
		}
	}
	if p.Kind == narrative.SaidByOne {
		return len(parties) == 1 && !parties[""]
	}
	delete(parties, "")
	return len(parties) >= 2
}

// renameSource puts what stands in the person's place wherever a noun names them.
func (d *deskTakedown) renameSource() {
	if len(d.names) == 0 {
		return
	}
	rename := func(slug *narrative.Slug) {
		if d.names[*slug] {
			*slug = d.standIn
		}
	}
	for i := range d.c.Sources {
		if s := &d.c.Sources[i]; d.names[s.Slug] {
			*s = narrative.Source{Slug: d.standIn, Name: edition.NameWithheld, Kind: s.Kind, Party: s.Party}
		}
	}
	for i := range d.c.Events {
		e := &d.c.Events[i]
		for k := range e.Participants {
			rename(&e.Participants[k])
		}
		for k := range e.Expected {
			rename(&e.Expected[k].Of)
		}
	}
	for i := range d.c.Facts {
		for k := range d.c.Facts[i].Requests {
			rename(&d.c.Facts[i].Requests[k].To)
		}
	}
	for i := range d.c.Articles {
		for k := range d.c.Articles[i].Blocks {
			for n := range d.c.Articles[i].Blocks[k].Claims {
				c := &d.c.Articles[i].Blocks[k].Claims[n]
				for h := range c.Chain {
					rename(&c.Chain[h].By)
				}
				for f := range c.Figures {
					rename(&c.Figures[f].CountedBy)
				}
			}
		}
	}
}

// verbatim are the fields whose text is another's.
var verbatim = map[string]bool{"Block.Text": true, "Claim.Words": true, "Hop.Verb": true, "Figure.Verbatim": true, "Figure.ReadsAs": true, "TextChange.Now": true}

// walk takes the thing out of every text below a value that is ours, and citations of claims that are gone.
func (d *deskTakedown) walk(v reflect.Value, isMarkup bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !verbatim[v.Type().Name()+"."+v.Type().Field(i).Name] {
				d.walk(v.Field(i), isMarkup)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			d.walk(v.Index(i), isMarkup)
		}
	case reflect.String:
		switch v.Interface().(type) {
		case narrative.Markup:
			v.SetString(d.markup(v.String()))
		case string:
			if s := v.String(); s != edition.NameWithheld && s != edition.WordsWithheld {
				v.SetString(d.thing.Cut(s, false))
			}
		}
	}
}

// markup takes the thing out of a text with marks. What cites a claim that is gone loses its quotations of it too.
func (d *deskTakedown) markup(s string) string {
	related := false
	for code := range d.removed {
		if mark := "[@" + string(code) + "]"; strings.Contains(s, mark) {
			related = true
			s = strings.ReplaceAll(strings.ReplaceAll(s, " "+mark, ""), mark, "")
		}
	}
	return d.thing.Cut(s, related)
}

// compare finds what has changed since before, and which rules are broken that were not.
func (d *deskTakedown) compare(before narrative.Collection) {
	d.changed = narrative.Collection{
		Disputes: changedNouns(before.Disputes, d.c.Disputes), Parties: changedNouns(before.Parties, d.c.Parties),
		Outlets: changedNouns(before.Outlets, d.c.Outlets), Sources: changedNouns(before.Sources, d.c.Sources),
		Places: changedNouns(before.Places, d.c.Places), Terms: changedNouns(before.Terms, d.c.Terms),
		Events: changedNouns(before.Events, d.c.Events), Records: changedNouns(before.Records, d.c.Records),
		Facts: changedNouns(before.Facts, d.c.Facts), Articles: changedNouns(before.Articles, d.c.Articles),
	}
	old := before.Validate()
	for _, p := range d.c.Validate() {
		if !slices.ContainsFunc(old, func(o narrative.Problem) bool { return o.Kind == p.Kind && o.Key == p.Key && o.Message == p.Message }) {
			d.problems = append(d.problems, p)
		}
	}
}

// changedNouns returns the nouns that are not among those before as they are.
func changedNouns[T any](before, after []T) []T {
	var list []T
	for _, noun := range after {
		if !slices.ContainsFunc(before, func(b T) bool { return reflect.DeepEqual(b, noun) }) {
			list = append(list, noun)
		}
	}
	return list
}

// nounKeys names the nouns of a collection, an article for its claims.
func nounKeys(c narrative.Collection) []NounKey {
	var keys []NounKey
	add := func(kind narrative.Kind, slug narrative.Slug) { keys = append(keys, NounKey{kind, string(slug)}) }
	for _, n := range c.Disputes {
		add(narrative.KindDispute, n.Slug)
	}
	for _, n := range c.Parties {
		add(narrative.KindParty, n.Slug)
	}
	for _, n := range c.Outlets {
		add(narrative.KindOutlet, n.Slug)
	}
	for _, n := range c.Sources {
		add(narrative.KindSource, n.Slug)
	}
	for _, n := range c.Places {
		add(narrative.KindPlace, n.Slug)
	}
	for _, n := range c.Terms {
		add(narrative.KindTerm, n.Slug)
	}
	for _, n := range c.Events {
		add(narrative.KindEvent, n.Slug)
	}
	for _, n := range c.Records {
		add(narrative.KindRecord, n.Slug)
	}
	for _, n := range c.Facts {
		add(narrative.KindFact, n.Slug)
	}
	for _, n := range c.Articles {
		add(narrative.KindArticle, n.Slug)
	}
	return keys
}
