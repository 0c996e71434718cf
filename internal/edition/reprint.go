package edition

import (
	"cmp"
	"slices"

	"counterclaim/internal/narrative"
)

// reprint says what an article prints again, in a sentence, and with which piece it is counted where that does not show: it
// prints several again, or one that is a reprint itself. It gives the slugs of those that the text names, in its order. Both are nil for an
// article that prints nothing again.
func (p *page) reprint(a narrative.Article) (of []string, text Text) {
	direct := p.printedIn(a)
	if len(direct) == 0 {
		return nil, nil
	}
	var names []Text
	name := func(b narrative.Article) Text {
		of = append(of, string(b.Slug))
		return p.pieceText(b)
	}
	for _, b := range direct {
		names = append(names, name(b))
	}
	text = append(append(Text{words("Prints again ")}, listed(names)...), words("."))
	if root := p.root(a); len(direct) > 1 || root.Slug != direct[0].Slug {
		text = append(append(append(text, words(" Counted as one origin with ")), name(root)...), words("."))
	}
	slices.Sort(of)
	return slices.Compact(of), text
}

// pieceText names an article by headline, outlet and day: “Ports” (Quay Wire, 15 April 2031). Of one of the page's articles
// headline and outlet are names of nouns, and so links.
func (p *page) pieceText(a narrative.Article) Text {
	outlet, ok := p.index.Outlet(a.Outlet)
	if !ok {
		p.missing(narrative.KindOutlet, a.Outlet)
	}
	headline, name := Run{Text: a.Headline, Lang: a.Language}, words(outlet.Name)
	if p.isOnPage(a.Slug) {
		headline.Kind, headline.Ref = RunArticle, string(a.Slug)
		name.Kind, name.Ref = RunOutlet, string(a.Outlet)
	}
	day, by := "day not known", ""
	if a.Published.Known() {
		day = DateText(a.Published)
	}
	if a.HeadlineBy == narrative.ByDesk {
		headline.Lang, by = "", "; headline by the desk"
	}
	return Text{words("“"), headline, words("” ("), name, words(", ", day, by, ")")}
}

// isOnPage reports whether an article has a claim on the page or was read for it.
func (p *page) isOnPage(slug narrative.Slug) bool {
	return slices.ContainsFunc(p.items, func(it *item) bool { return it.article.Slug == slug }) ||
		slices.ContainsFunc(p.read, func(a narrative.Article) bool { return a.Slug == slug })
}

// printedIn finds the articles that one prints again, by [comparePieces].
func (p *page) printedIn(a narrative.Article) []narrative.Article {
	list := make([]narrative.Article, 0, len(a.ReprintOf))
	for _, slug := range a.ReprintOf {
		b, ok := p.index.Article(slug)
		if !ok {
			p.missing(narrative.KindArticle, slug)
			continue
		}
		list = append(list, b)
	}
	slices.SortFunc(list, comparePieces)
	return list
}

// root finds the piece with which an article's claims are counted: the first, by [comparePieces], of those that it comes down
// to and that print nothing again. That is the article itself where it prints nothing again, and the first piece of all
// should they lead round to each other.
func (p *page) root(a narrative.Article) narrative.Article {
	if len(a.ReprintOf) == 0 {
		return a
	}
	seen := map[narrative.Slug]bool{a.Slug: true}
	all := []narrative.Article{a}
	var roots []narrative.Article
	for i := 0; i < len(all); i++ {
		if len(all[i].ReprintOf) == 0 {
			roots = append(roots, all[i])
		}
		for _, b := range p.printedIn(all[i]) {
			if !seen[b.Slug] {
				seen[b.Slug] = true
				all = append(all, b)
			}
		}
	}
	if len(roots) == 0 {
		roots = all
	}
	return slices.MinFunc(roots, comparePieces)
}

// comparePieces orders articles by the earliest and latest day on which they can have been published, and slug; those whose
// day is not known come last.
func comparePieces(a, b narrative.Article) int {
	if a.Published.Known() != b.Published.Known() {
		if a.Published.Known() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Published.On.Earliest, b.Published.On.Earliest),
		cmp.Compare(a.Published.On.Latest, b.Published.On.Latest), cmp.Compare(a.Slug, b.Slug))
}
