package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/feed"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// newMeta is what the head of a page tells machines where the page has nothing of its own to tell.
func (s *Server) newMeta(r *http.Request, title string) meta {
	path := r.URL.EscapedPath()
	title = cmp.Or(title, siteName)
	var way []ui.Link
	if path != ui.HomePath {
		way = []ui.Link{{Text: title, Href: path}}
	}
	return meta{
		Title:      title,
		URL:        s.absolute(path),
		Image:      s.absolute(ui.SiteCardPath),
		ImageAlt:   siteCardAlt(),
		LinkedData: s.linked(way, s.webPage("WebPage", path, title)),
	}
}

// feedLinks lead programs that read feeds to one, in both forms.
func (s *Server) feedLinks(title string, path func(format string) string) []alternate {
	return []alternate{
		{Type: feed.AtomType, Title: title, Href: s.absolute(path("atom"))},
		{Type: feed.JSONType, Title: title, Href: s.absolute(path("json"))},
	}
}

// withFactsFeed adds the feed of new facts.
func (s *Server) withFactsFeed(m meta) meta {
	m.Alternates = append(m.Alternates, s.feedLinks("New facts", ui.FactsFeedPath)...)
	return m
}

// editionMeta is what the page of an edition tells machines. Live says that it stands at its fact's own address.
func (s *Server) editionMeta(m meta, c edition.Content, e store.Edition, live bool) meta {
	permalink := s.absolute(ui.EditionPath(e.Fact, e.Number))
	way := []ui.Link{{Text: "Facts", Href: ui.FactsPath}, {Text: c.Title, Href: ui.FactPath(e.Fact)}}
	m.Title, m.Type, m.Description = c.Title, "article", factDescription(c)
	m.Image, m.ImageAlt = s.absolute(ui.CardPath(e.Fact)), cardAlt(c, e)
	m.URL, m.Modified = s.absolute(ui.FactPath(e.Fact)), timestamp(e.PublishedAt)
	if !live {
		way = append(way, ui.Link{Text: editionWords(e), Href: ui.EditionPath(e.Fact, e.Number)})
		m.Image = s.absolute(ui.EditionCardPath(e.Fact, e.Number))
		m.URL, m.Published = permalink, m.Modified
	}
	m.Cited = citedAs{Title: c.Title, Author: siteName, Date: citedDay(e.PublishedAt), URL: permalink}
	m.Alternates = append(m.Alternates, s.feedLinks("Editions of this fact", func(format string) string { return ui.FactFeedPath(e.Fact, format) })...)
	m.LinkedData = s.linked(way, s.questionThing(c, e, live), *s.desk())
	return m
}

// factDescription says what the page of a fact has, without any of the answers: cut short, it would show one alone.
func factDescription(c edition.Content) string {
	var parts []string
	if at := comparedBand(c); at >= 0 {
		parts = append(parts, counted(len(c.Bands[at].Heads), "answer", "answers"))
	}
	parts = append(parts, counted(len(c.Claims), "claim", "claims"), counted(len(c.Articles), "article", "articles"))
	return strings.TrimSpace("What sources say on this contested fact, beside each other and word for word: " + strings.Join(parts, ", ") + ". " + c.AsOf.String())
}

// claimMeta is what the page of a claim tells machines. Its words stand in the linked data, under whoever said them.
func (s *Server) claimMeta(m meta, p store.ClaimPage) meta {
	row := latestRow(p.Rows)
	c := row.Claim
	path := ui.ClaimPath(c.Code)
	m.Title, m.Type = claimTitle(p.Rows), "article"
	m.Description = strings.TrimRight(c.Who.String(), ": ") + ". Said: " + c.Said.Text + "."
	m.URL, m.Image = s.absolute(path), s.absolute(ui.EditionCardPath(row.Fact, row.Number))
	m.ImageAlt = "The question that the claim bears on, with all of its answers: " + inventedTitle(row.Title, row.Fiction)
	m.Modified = row.PublishedAt
	m.Cited = citedAs{Title: m.Title, Author: siteName, URL: s.absolute(ui.At(ui.EditionPath(row.Fact, row.Number), c.Code))}
	if at, err := time.Parse(time.RFC3339, row.PublishedAt); err == nil {
		m.Cited.Date = citedDay(at)
	}
	outlet := s.outletMaker(p.Outlet)
	speaker := outlet
	if p.Source.Slug != "" {
		speaker = s.sourceMaker(p.Source)
	}
	claim := s.claimThing(c, row.Article, speaker)
	for _, r := range p.Rows {
		question := thing{Type: "Question", ID: s.absolute(ui.FactPath(r.Fact)), Name: r.Title}
		if r.Fiction {
			question.DisambiguatingDescription = allInvented
		}
		claim.About = append(claim.About, question)
	}
	way := []ui.Link{
		{Text: "Facts", Href: ui.FactsPath}, {Text: row.Title, Href: ui.FactPath(row.Fact)}, {Text: "Claim " + c.Code, Href: path},
	}
	m.LinkedData = s.linked(way, claim, s.quotationThing(c, speaker, outlet), s.articleThing(row.Article, outlet), *s.desk())
	return m
}

// articleMeta is what the page of an article tells machines: of the article, and where its passages stand.
func (s *Server) articleMeta(m meta, p store.ArticlePage) meta {
	a := p.Article
	m.Type = "article"
	m.Description = said(articleWords, a.Kind) + " of " + p.Outlet.Name + ", " + a.Published.Text + ": " +
		counted(len(p.Passages), "passage", "passages") + " in which sources make claims, with who said what to which question."
	m.Published = givenDay(a.Published)
	m.Cited = citedAs{
		Title: a.Headline, Author: cmp.Or(a.Byline, p.Outlet.Name), Date: strings.ReplaceAll(m.Published, "-", "/"),
		URL: cmp.Or(ui.TextFragment(a.URL, nil), s.absolute(ui.ArticlePath(a.Slug))),
	}
	if a.HeadlineBy == string(narrative.ByDesk) {
		m.Cited.Title += " (headline by the desk)"
	}
	article := s.articleThing(a, s.outletMaker(p.Outlet))
	for _, passage := range p.Passages {
		claim := s.absolute(ui.ClaimPath(passage.Rows[0].Claim.Code))
		article.HasPart = append(article.HasPart, thing{Type: "Quotation", ID: claim + "#words", InterpretedAsClaim: ref(claim)})
	}
	way := []ui.Link{{Text: "Articles", Href: ui.ArticlesPath}, {Text: a.Headline, Href: ui.ArticlePath(a.Slug)}}
	page := s.webPage("WebPage", ui.ArticlePath(a.Slug), a.Headline)
	page.ID += "#page"
	page.MainEntity = ref(article.ID)
	m.LinkedData = s.linked(way, page, article)
	return m
}

// listMeta is what a list tells machines.
func (s *Server) listMeta(m meta, path, name, description string, items []listed) meta {
	m.Description = description
	m.LinkedData = s.linked([]ui.Link{{Text: name, Href: path}}, s.listPage(path, name, nil, items))
	return m
}

// homeMeta is what the front page tells machines.
func (s *Server) homeMeta(m meta, facts []edition.FactRow) meta {
	m = s.withFactsFeed(m)
	m.Title, m.Description = siteName+": "+siteCard.Question, siteCard.Quiet
	m.LinkedData = s.linked(nil, s.listPage(ui.HomePath, siteName, nil, factLinks(facts)))
	return m
}

func factLinks(facts []edition.FactRow) []listed {
	var links []listed
	for _, f := range facts {
		links = append(links, listed{ui.Link{Text: f.Title, Href: ui.FactPath(f.Fact)}, f.Fiction})
	}
	return links
}

func nounLinks(rows []edition.NounRow, pathOf func(string) string) []listed {
	var links []listed
	for _, n := range rows {
		links = append(links, listed{ui.Link{Text: n.Title, Href: pathOf(n.Slug)}, n.Fiction})
	}
	return links
}

// nounMeta is what the page of a noun tells machines: of the noun, and which claims hang on it, by who makes them.
func (s *Server) nounMeta(m meta, list ui.Link, path string, about thing, claims []edition.ClaimRow) meta {
	var items []listed
	for rows := range byClaim(claims) {
		c := latestRow(rows).Claim
		items = append(items, listed{ui.Link{Text: strings.TrimRight(c.Who.String(), ": "), Href: ui.ClaimPath(c.Code)}, areInvented(rows)})
	}
	page := s.listPage(path, about.Name, []thing{about}, items)
	if about.ID == page.ID { // the page is one thing, whom it is about another
		page.ID += "#page"
	}
	m.Description = about.Name + ": " + counted(len(items), "claim", "claims") + ", each word for word, with the article in which it stands."
	m.LinkedData = s.linked([]ui.Link{list, {Text: about.Name, Href: path}}, page)
	return m
}

func (s *Server) sourceMeta(m meta, p store.SourcePage) meta {
	about := s.sourceMaker(p.Noun).thing
	about.Type = cmp.Or(about.Type, "Thing")
	about.AlternateName = slices.DeleteFunc(slices.Clone(p.Noun.Printed), func(s string) bool { return s == about.Name })
	if about.Type == personType {
		for _, o := range p.Noun.Offices {
			about.JobTitle = append(about.JobTitle, o.Title)
		}
	}
	m.Alternates = append(m.Alternates, s.feedLinks("New claims of "+p.Noun.Name, func(format string) string { return ui.SourceFeedPath(p.Noun.Slug, format) })...)
	return s.nounMeta(m, ui.Link{Text: "Sources", Href: ui.SourcesPath}, ui.SourcePath(p.Noun.Slug), about, p.Claims)
}

func (s *Server) partyMeta(m meta, p store.PartyPage) meta {
	path := ui.PartyPath(p.Noun.Slug)
	about := thing{Type: "Thing", ID: s.absolute(path), Name: p.Noun.Name}
	return s.nounMeta(m, ui.Link{Text: "Parties", Href: ui.PartiesPath}, path, about, p.Claims)
}

func (s *Server) outletMeta(m meta, p store.OutletPage) meta {
	about := s.outletMaker(p.Noun).thing
	about.Type = cmp.Or(about.Type, "Thing")
	about.Description = p.Noun.Description
	m.Alternates = append(m.Alternates, s.feedLinks("New claims in "+p.Noun.Name, func(format string) string { return ui.OutletFeedPath(p.Noun.Slug, format) })...)
	return s.nounMeta(m, ui.Link{Text: "Outlets", Href: ui.OutletsPath}, ui.OutletPath(p.Noun.Slug), about, p.Claims)
}

func (s *Server) eventMeta(m meta, p store.EventPage) meta {
	path := ui.EventPath(p.Noun.Slug)
	about := thing{Type: "Event", ID: s.absolute(path), Name: p.Noun.Title, StartDate: givenDay(p.Noun.Date)}
	return s.nounMeta(m, ui.Link{Text: "Occasions", Href: ui.EventsPath}, path, about, p.Claims)
}

func (s *Server) disputeMeta(m meta, p store.DisputePage) meta {
	path := ui.DisputePath(p.Dispute.Slug)
	m = s.withFactsFeed(m)
	m.Description = "What is contested in " + p.Dispute.Title + ": " + counted(len(p.Facts), "fact", "facts") + "."
	m.LinkedData = s.linked([]ui.Link{{Text: p.Dispute.Title, Href: path}}, s.listPage(path, p.Dispute.Title, nil, factLinks(p.Facts)))
	return m
}

// citedDay writes a time as reference managers read it.
func citedDay(t time.Time) string { return t.UTC().Format("2006/01/02") }
