package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/citation"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// editionName names an edition in the file systems of its readers.
func editionName(e store.Edition) string { return e.Fact + "-" + strconv.Itoa(e.Number) }

// citedAt is the absolute address of a claim in its edition.
func (s *Server) citedAt(r edition.ClaimRow) string {
	return s.absolute(ui.At(ui.EditionPath(r.Fact, r.Number), r.Claim.Code))
}

// editionWork is what is cited of an edition. It names no day of access: what is at the address does not change.
func (s *Server) editionWork(e store.Edition, c edition.Content) citation.Work {
	w := citation.Work{
		Key: editionName(e), Type: citation.Webpage, Title: citedTitle(c.Title, c.Dispute.Fiction), Authors: []citation.Name{{Literal: siteName}}, Container: siteName,
		Issued: citation.Date{From: dayOf(e.PublishedAt)}, URL: s.absolute(ui.EditionPath(e.Fact, e.Number)), Version: strconv.Itoa(e.Number),
		Language: "en", Archive: "Log of " + siteName, ArchiveLocation: fmt.Sprintf("entry %d, SHA-256 %s", e.LogIndex, e.BodySHA256),
	}
	w.Note = strings.Join(without("", inventedSentence(c.Dispute.Fiction), e.Review), " ")
	return w
}

// claimWork is what is cited of a claim: its place in the edition, with who said it and the words.
func (s *Server) claimWork(p store.ClaimPage) citation.Work {
	row := latestRow(p.Rows)
	w := citation.Work{
		Key: "claim-" + row.Claim.Code, Type: citation.Webpage, Note: someInvented(p.Rows),
		Title:   citedTitle("Claim "+row.Claim.Code+" of "+row.SourceName+" on: "+row.Title, areInvented(p.Rows)),
		Authors: []citation.Name{{Literal: siteName}}, Container: siteName, URL: s.citedAt(row), Version: strconv.Itoa(row.Number), Language: "en",
		Abstract: strings.TrimSpace(edition.PlainText(row.Claim.Quotation(""))),
	}
	if at, err := time.Parse(time.RFC3339, row.PublishedAt); err == nil {
		w.Issued.From = dayOf(at)
	}
	return w
}

// articleWork is what is cited of an article: the piece itself, at its outlet. The day of access is that on which its text
// was taken down.
func (s *Server) articleWork(p store.ArticlePage) citation.Work {
	a := p.Article
	w := citation.Work{
		Key: a.Slug, Type: citation.Newspaper, Title: a.Headline, Issued: citedDate(a.Published), URL: a.URL, Language: a.Lang,
		Archive: siteName, ArchiveLocation: s.absolute(ui.ArticlePath(a.Slug)),
	}
	switch narrative.ArticleKind(a.Kind) {
	case narrative.Report:
	case narrative.Post:
		w.Type = citation.Post
	default:
		w.Type, w.Genre = citation.Webpage, said(articleWords, a.Kind)
	}
	if a.Byline != "" {
		w.Authors = []citation.Name{{Literal: a.Byline}}
	}
	notes := without("", inventedSentence(p.Fiction))
	switch {
	case a.Withheld.Reason != "":
		notes = append(notes, "Title and address: "+ended(a.Withheld.String()))
	case a.HeadlineBy == string(narrative.ByDesk):
		w.Title = "[" + w.Title + "]" // as one writes a title that is not the work's own
		notes = append(notes, "The title is not the article’s own.")
	}
	w.Title = citedTitle(w.Title, p.Fiction)
	if p.Outlet.Unknown {
		notes = append(notes, "The outlet is not identified.")
	} else {
		w.Container = p.Outlet.Name
	}
	if a.Published.Precision != string(narrative.PrecisionDay) || a.Published.Basis != string(narrative.Given) {
		notes = append(notes, "Published: "+a.Published.Text+".")
	}
	if captured, ok := citation.ParseDay(a.Captured); ok {
		w.Accessed.From = captured
	}
	w.Note = strings.Join(notes, " ")
	return w
}

func dayOf(t time.Time) citation.Day {
	year, month, day := t.UTC().Date()
	return citation.Day{Year: year, Month: int(month), Day: day}
}

// citedDate is a date as references have it.
func citedDate(d edition.Date) citation.Date {
	from, ok := citation.ParseDay(d.Earliest)
	until, okToo := citation.ParseDay(d.Latest)
	if !ok || !okToo {
		return citation.Date{}
	}
	date := citation.Date{From: from, Circa: d.Basis != string(narrative.Given)}
	switch narrative.Precision(d.Precision) {
	case narrative.PrecisionDay:
	case narrative.PrecisionMonth:
		date.From.Day = 0
	case narrative.PrecisionYear:
		date.From.Month, date.From.Day = 0, 0
	default:
		date.Until = until
	}
	return date
}
