package narrative

import (
	"cmp"
	"slices"
)

// Sort puts every list of the collection into its stated order: nouns by slug, and so the articles that an article prints
// again. What else stands inside a noun (an article's passages and their claims, a fact's positions, aspects and periods)
// keeps its order, since that order means something.
func (c *Collection) Sort() {
	bySlug(c.Disputes, func(d Dispute) Slug { return d.Slug })
	bySlug(c.Parties, func(p Party) Slug { return p.Slug })
	bySlug(c.Outlets, func(o Outlet) Slug { return o.Slug })
	bySlug(c.Sources, func(s Source) Slug { return s.Slug })
	bySlug(c.Places, func(p Place) Slug { return p.Slug })
	bySlug(c.Terms, func(t Term) Slug { return t.Slug })
	bySlug(c.Events, func(e Event) Slug { return e.Slug })
	bySlug(c.Records, func(r Record) Slug { return r.Slug })
	bySlug(c.Facts, func(f Fact) Slug { return f.Slug })
	bySlug(c.Articles, func(a Article) Slug { return a.Slug })
	for i, a := range c.Articles {
		c.Articles[i].ReprintOf = slices.Sorted(slices.Values(a.ReprintOf))
	}
}

func bySlug[T any](list []T, slug func(T) Slug) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(slug(a), slug(b)) })
}
