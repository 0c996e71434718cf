package narrative_test

import (
	"slices"
	"testing"

	"counterclaim/internal/narrative"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	c := sample()
	x := c.Index()

	r, ok := x.Claim(worried)
	if !ok || r.Claim().Code != worried || r.Article.Slug != "bridge-closed" || r.Text() != c.Articles[0].Blocks[1].Text {
		t.Errorf("Claim(%s) = %v, %v", worried, r.Claim(), ok)
	}
	if _, ok := x.Claim(unused); ok {
		t.Errorf("Claim(%s) finds one", unused)
	}
	found := map[string]bool{}
	_, found["dispute"] = x.Dispute("mill-bridge")
	_, found["party"] = x.Party("upper-town")
	_, found["outlet"] = x.Outlet("courier")
	_, found["source"] = x.Source("mayor")
	_, found["place"] = x.Place("bridge")
	_, found["event"] = x.Event("talks")
	_, found["record"] = x.Record("toll-book")
	_, found["fact"] = x.Fact("bridge-open")
	_, found["article"] = x.Article("bridge-closed")
	for kind, ok := range found {
		if !ok {
			t.Errorf("%s not found", kind)
		}
	}
	if _, ok := x.Outlet("mayor"); ok {
		t.Error("a source is found as an outlet")
	}
}

func TestSourceOf(t *testing.T) {
	t.Parallel()
	c := sample()
	for slug, want := range map[narrative.Slug]narrative.SourceKind{
		"mayor": narrative.Person, "courier": narrative.OutletSource, "nobody": "",
	} {
		got, ok := c.SourceOf(slug)
		if got.Kind != want || ok != (want != "") {
			t.Errorf("SourceOf(%q) = %v, %v, want the kind %q", slug, got, ok, want)
		}
		if indexed, _ := c.Index().Source(slug); indexed.Kind != want || indexed.Name != got.Name {
			t.Errorf("Index().Source(%q) = %v, want %v", slug, indexed, got)
		}
	}
}

func TestFactParts(t *testing.T) {
	t.Parallel()
	f := sample().Facts[0]
	for aspect, want := range map[narrative.Slug]int{"": 2, "by-whom": 2, "when": 0} {
		if got := f.PositionsOf(aspect); len(got) != want {
			t.Errorf("PositionsOf(%q) = %v, want %d", aspect, got, want)
		}
	}
	if p, ok := f.PeriodOf("after"); !ok || p.From != "2024-03-05" {
		t.Errorf("PeriodOf(after) = %v, %v", p, ok)
	}
	for text, want := range map[string]narrative.Slug{
		"2024-03-04": "before", "2024-03-05": "after", "2024-03": "", "2023": "before", "2024-04-01/2024-04-05": "after",
	} {
		i, err := narrative.ParseInterval(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.PeriodDuring(i); got.Slug != want {
			t.Errorf("PeriodDuring(%s) = %q, want %q", text, got.Slug, want)
		}
	}
	if p, ok := f.PeriodDuring(narrative.Interval{}); ok {
		t.Errorf("an unknown day lies in %v", p)
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	c := sample()
	slices.Reverse(c.Sources)
	slices.Reverse(c.Parties)
	c.Facts = append([]narrative.Fact{otherFact()}, c.Facts...)
	positions := slices.Clone(c.Facts[1].Positions)
	c.Sort()
	if !slices.IsSortedFunc(c.Sources, func(a, b narrative.Source) int {
		if a.Slug < b.Slug {
			return -1
		}
		return 1
	}) || c.Parties[0].Slug != "lower-town" || c.Facts[0].Slug != "bridge-open" {
		t.Errorf("not sorted: %v", c)
	}
	if !slices.Equal(c.Facts[0].Positions, positions) {
		t.Errorf("positions = %v, want the order of the fact", c.Facts[0].Positions)
	}
}
