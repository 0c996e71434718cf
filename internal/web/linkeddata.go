package web

import (
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// linkedData is what a page tells programs of what it shows, as JSON-LD by the vocabulary of schema.org, version 30. It
// says who said what where and gives no verdict: no review of a claim, no rating, and no answer to a question, since a
// search would show one of several alone.
type linkedData struct {
	Context string  `json:"@context"`
	Graph   []thing `json:"@graph"`
}

// A thing is a node of [linkedData]. One with nothing but an ID names another node. The order of the fields is that in
// which they are written.
type thing struct {
	Type string `json:"@type,omitempty"`
	ID   string `json:"@id,omitempty"`

	// Thing
	Name                      string   `json:"name,omitempty"`
	AlternateName             []string `json:"alternateName,omitempty"`
	Description               string   `json:"description,omitempty"`
	DisambiguatingDescription string   `json:"disambiguatingDescription,omitempty"` // that it is invented
	URL                       string   `json:"url,omitempty"`

	// Person, Event
	JobTitle  []string `json:"jobTitle,omitempty"`
	StartDate string   `json:"startDate,omitempty"`

	// CreativeWork
	Headline           string  `json:"headline,omitempty"`
	Text               string  `json:"text,omitempty"`
	Version            string  `json:"version,omitempty"`
	InLanguage         string  `json:"inLanguage,omitempty"`
	DateCreated        string  `json:"dateCreated,omitempty"`
	DatePublished      string  `json:"datePublished,omitempty"`
	DateModified       string  `json:"dateModified,omitempty"`
	Creator            *thing  `json:"creator,omitempty"`
	CreditText         string  `json:"creditText,omitempty"`
	Publisher          *thing  `json:"publisher,omitempty"`
	IsPartOf           *thing  `json:"isPartOf,omitempty"`
	HasPart            []thing `json:"hasPart,omitempty"`
	IsBasedOn          *thing  `json:"isBasedOn,omitempty"`
	ExampleOfWork      *thing  `json:"exampleOfWork,omitempty"`
	WorkExample        *thing  `json:"workExample,omitempty"`
	MainEntity         *thing  `json:"mainEntity,omitempty"`
	About              []thing `json:"about,omitempty"`
	Citation           []thing `json:"citation,omitempty"`
	Correction         *thing  `json:"correction,omitempty"`
	InterpretedAsClaim *thing  `json:"interpretedAsClaim,omitempty"`

	// Claim
	ClaimInterpreter *thing `json:"claimInterpreter,omitempty"`
	Appearance       *thing `json:"appearance,omitempty"`
	FirstAppearance  *thing `json:"firstAppearance,omitempty"`

	// ItemList, ListItem
	ItemListElement []thing `json:"itemListElement,omitempty"`
	Position        int     `json:"position,omitempty"`
	Item            *thing  `json:"item,omitempty"`
}

// The types of things that are told apart.
const (
	personType       = "Person"
	organizationType = "Organization"
	webSiteType      = "WebSite"
	listItemType     = "ListItem"
	articleType      = "Article"
	newsArticleType  = "NewsArticle"
)

// linked joins what a page tells, with the way from the front page to it.
func (s *Server) linked(way []ui.Link, things ...thing) linkedData {
	return linkedData{Context: "https://schema.org", Graph: append(things, s.breadcrumbs(way))}
}

// invented says of every thing that it is invented, but for the site itself and the entries of a list, which says so.
func (d linkedData) invented() linkedData {
	graph := make([]thing, len(d.Graph))
	for i, t := range d.Graph {
		graph[i] = *t.invented()
	}
	return linkedData{d.Context, graph}
}

// invented returns the thing, nil for nil, with what it names told to be invented.
func (t *thing) invented() *thing {
	if t == nil || strings.HasSuffix(t.ID, deskID) || t.Type == webSiteType {
		return t
	}
	told := *t
	if t.Type != "" && t.Type != listItemType {
		told.DisambiguatingDescription = allInvented
	}
	for _, named := range []**thing{
		&told.Creator, &told.Publisher, &told.IsPartOf, &told.IsBasedOn, &told.ExampleOfWork, &told.WorkExample, &told.MainEntity, &told.Correction,
		&told.InterpretedAsClaim, &told.ClaimInterpreter, &told.Appearance, &told.FirstAppearance, &told.Item,
	} {
		*named = (*named).invented()
	}
	for _, list := range []*[]thing{&told.HasPart, &told.About, &told.Citation, &told.ItemListElement} {
		named := make([]thing, len(*list))
		for i := range named {
			named[i] = *(*list)[i].invented()
		}
		*list = named
	}
	return &told
}

// ref names a node that is told of elsewhere.
func ref(id string) *thing { return &thing{ID: id} }

// breadcrumbs tell the way from the front page to a page.
func (s *Server) breadcrumbs(way []ui.Link) thing {
	list := thing{Type: "BreadcrumbList", ItemListElement: []thing{{Type: listItemType, Position: 1, Name: siteName, Item: ref(s.absolute(ui.HomePath))}}}
	for i, l := range way {
		list.ItemListElement = append(list.ItemListElement, thing{Type: listItemType, Position: i + 2, Name: l.Text, Item: ref(s.absolute(l.Href))})
	}
	return list
}

// deskID is the place on the page on the site that stands for the desk.
const deskID = "#desk"

// desk is who publishes the site and who reads claims out of texts.
func (s *Server) desk() *thing {
	return &thing{Type: organizationType, ID: s.absolute(ui.AboutPath) + deskID, Name: siteName, URL: s.absolute(ui.HomePath)}
}

// page is a page of the site.
func (s *Server) webPage(kind, path, name string) thing {
	return thing{
		Type: kind, ID: s.absolute(path), Name: name, URL: s.absolute(path), InLanguage: "en",
		IsPartOf: &thing{Type: webSiteType, ID: s.absolute(ui.HomePath), Name: siteName, URL: s.absolute(ui.HomePath)},
	}
}

// A listed is an entry of a list that programs are told of.
type listed struct {
	ui.Link
	Fiction bool // it is invented
}

// listPage is a page with a list of links.
func (s *Server) listPage(path, name string, about []thing, items []listed) thing {
	page := s.webPage("CollectionPage", path, name)
	page.About = about
	list := thing{Type: "ItemList"}
	for i, l := range items {
		item := thing{Type: listItemType, Position: i + 1, Name: l.Text, URL: s.absolute(l.Href)}
		if l.Fiction {
			item.DisambiguatingDescription = allInvented
		}
		list.ItemListElement = append(list.ItemListElement, item)
	}
	if len(items) > 0 {
		page.MainEntity = &list
	}
	return page
}

// questionThing tells of an edition of a fact: the question, with the claims that answer it and the texts that they stand
// in. Live says that it stands at the fact's own address.
func (s *Server) questionThing(c edition.Content, e store.Edition, live bool) thing {
	number := s.absolute(ui.EditionPath(e.Fact, e.Number))
	q := thing{
		Type: "Question", ID: number, Name: c.Title, URL: number, Version: strconv.Itoa(e.Number), InLanguage: "en",
		DatePublished: timestamp(e.PublishedAt), DateModified: timestamp(e.PublishedAt), Publisher: s.desk(),
		ExampleOfWork: ref(s.absolute(ui.FactPath(e.Fact))),
	}
	if live {
		q.ID = s.absolute(ui.FactPath(e.Fact))
		q.URL, q.DatePublished, q.ExampleOfWork, q.WorkExample = q.ID, "", nil, ref(number)
	}
	if e.Kind == edition.Correction {
		q.Correction = &thing{Type: "CorrectionComment", Text: e.Reason, DatePublished: timestamp(e.PublishedAt)}
	}
	makers := s.makers(c.Sources, c.Outlets)
	articles := map[string]edition.Article{}
	for _, a := range c.Articles {
		articles[a.Slug] = a
		q.Citation = append(q.Citation, s.articleThing(a, makers[a.Outlet]))
	}
	for _, claim := range c.Claims {
		q.About = append(q.About, s.claimThing(claim, articles[claim.Article], makers[claim.Source]))
	}
	return q
}

// A maker is whoever says or publishes something: a person or organization, or where it is neither, such as unnamed
// people, a name alone.
type maker struct {
	thing thing
	name  string
}

// credit names the maker of a work.
func (m maker) credit(work *thing) {
	switch {
	case m.thing.Type != "":
		work.Creator = &m.thing
	default:
		work.CreditText = m.name // "" where it was taken down
	}
}

// makers tell of sources and outlets by slug. An outlet that speaks in its own voice is a source by the same slug.
func (s *Server) makers(sources []edition.Source, outlets []edition.Outlet) map[string]maker {
	all := map[string]maker{}
	for _, o := range outlets {
		all[o.Slug] = s.outletMaker(o)
	}
	for _, source := range sources {
		all[source.Slug] = s.sourceMaker(source)
	}
	return all
}

func (s *Server) sourceMaker(source edition.Source) maker {
	if source.Withheld.Reason != "" {
		return maker{} // nobody is named
	}
	m := maker{name: source.Name, thing: thing{ID: s.absolute(ui.SourcePath(source.Slug)), Name: source.Name}}
	switch narrative.SourceKind(source.Kind) {
	case narrative.Person:
		m.thing.Type = personType
	case narrative.Body:
		m.thing.Type = organizationType
	}
	return m
}

func (s *Server) outletMaker(o edition.Outlet) maker {
	m := maker{name: o.Name, thing: thing{ID: s.absolute(ui.OutletPath(o.Slug)), Name: o.Name}}
	if !o.Unknown {
		m.thing.Type = organizationType
	}
	return m
}

// articleThing tells of an article: its headline only if it is its own, its day only if it is given.
func (s *Server) articleThing(a edition.Article, outlet maker) thing {
	t := thing{
		Type: articleType, ID: s.absolute(ui.ArticlePath(a.Slug)), URL: ui.TextFragment(a.URL, nil), InLanguage: a.Lang,
		DatePublished: givenDay(a.Published), CreditText: a.Byline,
	}
	if narrative.ArticleKind(a.Kind) == narrative.Report {
		t.Type = newsArticleType
	}
	if a.HeadlineBy == string(narrative.ByArticle) && a.Withheld.Reason == "" {
		t.Headline = a.Headline
	}
	if outlet.thing.Type != "" {
		t.Publisher = &outlet.thing
	}
	return t
}

// claimThing tells of a claim: whose it is, its words, and the text in which it was found. That it appeared there first is
// said where the text is the speaker's own.
func (s *Server) claimThing(c edition.Claim, a edition.Article, speaker maker) thing {
	t := thing{
		Type: "Claim", ID: s.absolute(ui.ClaimPath(c.Code)), URL: s.absolute(ui.ClaimPath(c.Code)), Text: claimWords(c), InLanguage: c.Lang,
		DateCreated: givenDay(c.Said), ClaimInterpreter: ref(s.desk().ID), Appearance: ref(s.absolute(ui.ArticlePath(c.Article))),
	}
	if c.Source == c.Outlet || a.Kind != "" && narrative.ArticleKind(a.Kind) != narrative.Report {
		t.Appearance, t.FirstAppearance = nil, t.Appearance
	}
	speaker.credit(&t)
	return t
}

// quotationThing tells of the passage in which a claim stands. Its words are the speaker's only where they are quoted
// directly.
func (s *Server) quotationThing(c edition.Claim, speaker, outlet maker) thing {
	t := thing{
		Type: "Quotation", ID: s.absolute(ui.ClaimPath(c.Code)) + "#words", Text: claimWords(c), InLanguage: c.Lang,
		IsBasedOn: ref(s.absolute(ui.ArticlePath(c.Article))), InterpretedAsClaim: ref(s.absolute(ui.ClaimPath(c.Code))),
	}
	if narrative.Voice(c.Voice) == narrative.DirectQuote {
		speaker.credit(&t)
	} else {
		outlet.credit(&t)
	}
	return t
}

// claimWords are the words of a claim with what is left out between them, "" where they were taken down.
func claimWords(c edition.Claim) string {
	if c.Withheld.Reason != "" {
		return ""
	}
	return strings.Join(c.Segments, " … ")
}

// givenDay is the day of a date that the text gives, "" for one that is inferred or uncertain.
func givenDay(d edition.Date) string {
	if d.Basis != string(narrative.Given) || d.Earliest != d.Latest {
		return ""
	}
	return d.Earliest
}

// timestamp writes a time as programs read it.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
