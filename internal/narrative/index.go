package narrative

import "slices"

// An Index finds the nouns of a [Collection] by slug or code. Where two have the same, it finds the first. Make one with
// [Collection.Index]; it shows the collection as it was then.
type Index struct {
	disputes map[Slug]Dispute
	parties  map[Slug]Party
	outlets  map[Slug]Outlet
	sources  map[Slug]Source
	places   map[Slug]Place
	events   map[Slug]Event
	records  map[Slug]Record
	facts    map[Slug]Fact
	articles map[Slug]Article
	claims   map[Code]ClaimRef
}

// A ClaimRef is a claim together with where it stands.
type ClaimRef struct {
	Article Article
	Block   int // of Article.Blocks
	Index   int // of the block's Claims
}

// Claim returns the claim itself.
func (r ClaimRef) Claim() Claim { return r.Article.Blocks[r.Block].Claims[r.Index] }

// Text returns the text of the block in which the claim's passage lies.
func (r ClaimRef) Text() string { return r.Article.Blocks[r.Block].Text }

// Index makes an index of the collection. A claim without a code is not in it.
func (c Collection) Index() Index {
	x := Index{
		disputes: indexed(c.Disputes, func(d Dispute) Slug { return d.Slug }),
		parties:  indexed(c.Parties, func(p Party) Slug { return p.Slug }),
		outlets:  indexed(c.Outlets, func(o Outlet) Slug { return o.Slug }),
		sources:  indexed(c.Sources, func(s Source) Slug { return s.Slug }),
		places:   indexed(c.Places, func(p Place) Slug { return p.Slug }),
		events:   indexed(c.Events, func(e Event) Slug { return e.Slug }),
		records:  indexed(c.Records, func(r Record) Slug { return r.Slug }),
		facts:    indexed(c.Facts, func(f Fact) Slug { return f.Slug }),
		articles: indexed(c.Articles, func(a Article) Slug { return a.Slug }),
		claims:   map[Code]ClaimRef{},
	}
	for _, o := range c.Outlets {
		if _, taken := x.sources[o.Slug]; !taken {
			x.sources[o.Slug] = o.asSource()
		}
	}
	for _, a := range c.Articles {
		for b, block := range a.Blocks {
			for i, claim := range block.Claims {
				if _, taken := x.claims[claim.Code]; !taken && claim.Code != "" {
					x.claims[claim.Code] = ClaimRef{a, b, i}
				}
			}
		}
	}
	return x
}

func indexed[T any](list []T, slug func(T) Slug) map[Slug]T {
	m := make(map[Slug]T, len(list))
	for _, noun := range list {
		if _, taken := m[slug(noun)]; !taken {
			m[slug(noun)] = noun
		}
	}
	return m
}

// Dispute finds a dispute.
func (x Index) Dispute(slug Slug) (Dispute, bool) { d, ok := x.disputes[slug]; return d, ok }

// Party finds a party.
func (x Index) Party(slug Slug) (Party, bool) { p, ok := x.parties[slug]; return p, ok }

// Outlet finds an outlet.
func (x Index) Outlet(slug Slug) (Outlet, bool) { o, ok := x.outlets[slug]; return o, ok }

// Source finds a source; an outlet is found as a source of the kind [OutletSource].
func (x Index) Source(slug Slug) (Source, bool) { s, ok := x.sources[slug]; return s, ok }

// Place finds a place.
func (x Index) Place(slug Slug) (Place, bool) { p, ok := x.places[slug]; return p, ok }

// Event finds an event.
func (x Index) Event(slug Slug) (Event, bool) { e, ok := x.events[slug]; return e, ok }

// Record finds a record.
func (x Index) Record(slug Slug) (Record, bool) { r, ok := x.records[slug]; return r, ok }

// Fact finds a fact.
func (x Index) Fact(slug Slug) (Fact, bool) { f, ok := x.facts[slug]; return f, ok }

// Article finds an article.
func (x Index) Article(slug Slug) (Article, bool) { a, ok := x.articles[slug]; return a, ok }

// Claim finds a claim by its code in the one written form.
func (x Index) Claim(code Code) (ClaimRef, bool) { r, ok := x.claims[code]; return r, ok }

// SourceOf finds a source of the collection; an outlet is found as a source of the kind [OutletSource], without a
// party. To look up many, use an [Index].
func (c Collection) SourceOf(slug Slug) (Source, bool) {
	if i := slices.IndexFunc(c.Sources, func(s Source) bool { return s.Slug == slug }); i >= 0 {
		return c.Sources[i], true
	}
	if i := slices.IndexFunc(c.Outlets, func(o Outlet) bool { return o.Slug == slug }); i >= 0 {
		return c.Outlets[i].asSource(), true
	}
	return Source{}, false
}

func (o Outlet) asSource() Source {
	return Source{Slug: o.Slug, Name: o.Name, Kind: OutletSource, Note: o.Note}
}

// AspectOf finds an aspect of the fact.
func (f Fact) AspectOf(slug Slug) (Aspect, bool) {
	if i := slices.IndexFunc(f.Aspects, func(a Aspect) bool { return a.Slug == slug }); i >= 0 {
		return f.Aspects[i], true
	}
	return Aspect{}, false
}

// PositionsOf returns the positions of an aspect, or of the fact itself for "". It returns none for an aspect that the
// fact has not.
func (f Fact) PositionsOf(aspect Slug) []Position {
	if aspect == "" {
		return f.Positions
	}
	a, _ := f.AspectOf(aspect)
	return a.Positions
}

// PeriodOf finds a period of the fact by its slug.
func (f Fact) PeriodOf(slug Slug) (Period, bool) {
	if i := slices.IndexFunc(f.Periods, func(p Period) bool { return p.Slug == slug }); i >= 0 {
		return f.Periods[i], true
	}
	return Period{}, false
}

// PeriodDuring finds the one period of the fact in which the whole interval lies. It finds none where the interval is
// not known, reaches over a bound, or lies in no period.
func (f Fact) PeriodDuring(i Interval) (Period, bool) {
	if i.IsZero() {
		return Period{}, false
	}
	for _, p := range f.Periods {
		if p.Contains(i.Earliest) && p.Contains(i.Latest) {
			return p, true
		}
	}
	return Period{}, false
}

// Contains reports whether a day lies in the period, bounds included. No day lies in none.
func (p Period) Contains(d Day) bool {
	return d != "" && (p.From == "" || p.From <= d) && (p.Until == "" || d <= p.Until)
}
