package web

import (
	"slices"
	"testing"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// shipped reads the corpus that the program ships.
func shipped(t testing.TB) narrative.Collection {
	t.Helper()
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newCorpusSite starts a site on which the shipped corpus is published.
func newCorpusSite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	s.publish(shipped(t))
	return s
}

// The facts of the shipped corpus that readers' ways begin at: one with aspects, and one with figures.
const (
	roadFact     = "lachin-road-open"
	vehiclesFact = "vehicles-on-the-road"
)

// A pageKind is a page that stands for all of its kind.
type pageKind struct {
	name string
	site *site
	path string
}

// url is the page's address for a browser.
func (k pageKind) url() string { return k.site.url + k.path }

// pageKinds names a page of each kind: of the shipped corpus, and those that it has none of from the sample and from an
// empty site.
func pageKinds(t testing.TB, full, small, empty *site) []pageKind {
	t.Helper()
	c := shipped(t)
	claim := figureClaim(t, c)
	article := articleOf(t, c, claim.Code)
	source, ok := c.SourceOf(claim.Source)
	if !ok || source.Party == "" || claim.Event == "" {
		t.Fatalf("the claim %s has no source with a party, or no occasion", claim.Code)
	}
	return []pageKind{
		{"front", full, "/"},
		{"dispute", full, ui.DisputePath(string(c.Disputes[0].Slug))},
		{"facts", full, ui.FactsPath},
		{"fact", full, ui.FactPath(roadFact)},
		{"fact-figures", full, ui.FactPath(vehiclesFact)},
		{"fact-scripts", small, ui.FactPath("bridge-open")},
		{"fact-six", small, ui.FactPath("swans-counted")},
		{"edition", full, ui.EditionPath(vehiclesFact, 1)},
		{"edition-old", small, ui.EditionPath("bridge-open", 1)},
		{"as-of", full, ui.AsOfPath(ui.FactPath(roadFact), "2023-01-10")}, // before the articles with claims of no known day
		{"as-of-edition", small, ui.AsOfPath(ui.EditionPath("bridge-open", 1), "2031-03-11")},
		{"as-of-fault", full, ui.AsOfPath(ui.FactPath(roadFact), "tomorrow")},
		{"history", small, ui.EditionsPath("bridge-open")},
		{"changes", small, ui.ChangesPath("bridge-open", 1, 2)},
		{"corrections", small, ui.CorrectionsPath},
		{"paragraph", full, ui.ParagraphPath(roadFact, 1)},
		{"paragraph-fault", small, ui.Chosen(ui.ParagraphPath("bridge-open", 1), []string{"PBX-XJA6"})},
		{"claim", full, ui.ClaimPath(string(claim.Code))},
		{"articles", full, ui.ArticlesPath},
		{"article", full, ui.ArticlePath(string(article.Slug))},
		{"article-rtl", small, ui.ArticlePath("jisr-2031-03")},
		{"sources", full, ui.SourcesPath},
		{"source", full, ui.SourcePath(string(source.Slug))},
		{"parties", full, ui.PartiesPath},
		{"party", full, ui.PartyPath(string(source.Party))},
		{"outlets", full, ui.OutletsPath},
		{"outlet", full, ui.OutletPath(string(article.Outlet))},
		{"events", full, ui.EventsPath},
		{"event", full, ui.EventPath(string(claim.Event))},
		{"about", full, ui.AboutPath},
		{"method", full, ui.MethodPath},
		{"api", full, ui.APIPagePath},
		{"not-found", full, "/nothing"},
		{"first-run", empty, "/"},
	}
}

// figureClaim returns a claim with a figure on the fact that has them.
func figureClaim(t testing.TB, c narrative.Collection) narrative.Claim {
	t.Helper()
	for _, a := range c.Articles {
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				on := func(s narrative.Stance) bool { return s.Fact == vehiclesFact }
				if len(claim.Figures) > 0 && slices.ContainsFunc(claim.Stances, on) {
					return claim
				}
			}
		}
	}
	t.Fatalf("no claim on %s has a figure", vehiclesFact)
	return narrative.Claim{}
}

func articleOf(t testing.TB, c narrative.Collection, code narrative.Code) narrative.Article {
	t.Helper()
	ref, ok := c.Index().Claim(code)
	if !ok {
		t.Fatalf("no claim %s", code)
	}
	return ref.Article
}
