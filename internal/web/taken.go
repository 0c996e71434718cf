package web

import (
	"counterclaim/internal/citation"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A taken is a part of a page from which something can be taken away: how it is cited, and its other forms.
type taken struct {
	Title string
	Note  string
	Cited ui.Link // where it is read, "" where the reference's own address is elsewhere
	Text  string  // the reference as a sentence; "" where nothing is offered
	Forms []citedText
	Links []ui.Link
}

// A citedText is the reference in one form.
type citedText struct {
	Title, Text, Href string
}

// newTaken offers the reference to a work; path is the address of the other forms by their ending.
func newTaken(title, note string, work citation.Work, path func(format string) string, links ...ui.Link) taken {
	t := taken{Title: title, Note: note, Text: work.Text(), Links: links}
	for _, f := range citedForms {
		t.Forms = append(t.Forms, citedText{f.title, string(f.write(work)), path(f.format)})
	}
	return t
}

// takenEdition is what the page of an edition offers.
func (s *Server) takenEdition(e store.Edition, c edition.Content) taken {
	path := func(format string) string { return ui.EditionFormPath(e.Fact, e.Number, format) }
	return newTaken("Take away", "Of this edition, which stays as it is.", s.editionWork(e, c), path,
		ui.Link{Text: "An attributed paragraph", Href: ui.ParagraphPath(e.Fact, e.Number)},
		ui.Link{Text: "one ready-made (plain text)", Href: path("txt")}, ui.Link{Text: "the same in Markdown", Href: path("md")},
		ui.Link{Text: "Table of its claims (CSV)", Href: path("csv")}, ui.Link{Text: "what its columns mean", Href: path("csv-metadata.json")},
		ui.Link{Text: "All of it (JSON)", Href: path("json")})
}

// takenClaim is what the page of a claim offers.
func (s *Server) takenClaim(p store.ClaimPage) taken {
	path := func(format string) string { return ui.ClaimFormPath(latestRow(p.Rows).Claim.Code, format) }
	t := newTaken("To cite it", "The address is that of one edition: what it shows never changes.", s.claimWork(p), path,
		ui.Link{Text: "The quotation as plain text", Href: path("txt")}, ui.Link{Text: "the same in Markdown", Href: path("md")},
		ui.Link{Text: "All of it (JSON)", Href: path("json")})
	row := latestRow(p.Rows)
	t.Cited = ui.Link{Text: s.citedAt(row), Href: ui.At(ui.EditionPath(row.Fact, row.Number), row.Claim.Code)}
	return t
}

// takenArticle is what the page of an article offers: the reference to the article itself.
func (s *Server) takenArticle(p store.ArticlePage) taken {
	path := func(format string) string { return ui.ArticleFormPath(p.Article.Slug, format) }
	links := []ui.Link{
		{Text: "Table of its claims (CSV)", Href: path("csv")}, {Text: "what its columns mean", Href: path("csv-metadata.json")},
		{Text: "the same as JSON", Href: path("json")},
	}
	return newTaken("To cite it", "The article itself, as it stands at its outlet.", s.articleWork(p), path, links...)
}
