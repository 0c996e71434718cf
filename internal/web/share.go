package web

import (
	"net/http"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// shareView is the page on sharing an edition or a claim. What can be copied stands on it as text.
type shareView struct {
	layout
	Path     string // of the page on sharing, for the page that is shared
	Heading  string
	Back     ui.Link
	Shares   []share
	Card     string // address of the picture that a link shows, on this site
	CardAlt  string
	Warnings []string
}

// A share is something to be passed on, and what who gets it will see.
type share struct {
	Title string
	What  string // "link", "embed code": what a button says that it copies
	Text  string
	Shows string
	Coded bool // the text is HTML
}

// shareEdition shows what can be passed on of an edition.
func (s *Server) shareEdition(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	body, err := bodyOf(e)
	if err != nil {
		return err
	}
	asOf := r.URL.Query().Get("asof")
	if _, err := narrative.ParseDay(asOf); asOf != "" && err != nil {
		return &statusError{status: http.StatusBadRequest, message: "The day asof is not written as in 2023-01-25."}
	}
	l := s.layout(r, "Share: "+body.Content.Title)
	l.Script, l.NoIndex, l.Fiction = s.script, true, body.Content.Dispute.Fiction
	v := s.newShare(e, body.Content, asOf)
	v.layout = l
	return s.render(w, r, sharePage(v))
}

// newShare says what can be passed on of an edition, seen as of a day of the world's clock or, for "", as it is.
func (s *Server) newShare(e store.Edition, c edition.Content, asOf string) shareView {
	number, title := strconv.Itoa(e.Number), inventedTitle(c.Title, c.Dispute.Fiction)
	v := shareView{
		Path:    ui.ShareEditionPath(e.Fact, e.Number),
		Heading: c.Title,
		Back:    ui.Link{Text: "Edition " + number, Href: ui.EditionPath(e.Fact, e.Number)},
		Card:    ui.EditionCardPath(e.Fact, e.Number),
		CardAlt: cardAlt(c, e),
	}
	if asOf != "" {
		v.Shares = append(v.Shares, share{
			Title: "This edition, as of " + asOf, What: "link as of a day", Text: s.absolute(ui.AsOfPath(ui.EditionPath(e.Fact, e.Number), asOf)),
			Shows: "What had been said by " + asOf + ", as edition " + number + " has it. It never changes.",
		})
		v.Warnings = append(v.Warnings, "You are looking at what had been said by "+asOf+". Only the first link shows the same; the others, the "+
			"picture and the embedded card are of the whole edition.")
	}
	v.Shares = append(v.Shares,
		share{
			Title: "This edition", What: "permalink", Text: s.absolute(ui.EditionPath(e.Fact, e.Number)),
			Shows: "Edition " + number + " of " + day(e.PublishedAt) + ". It never changes, and says how much has changed since.",
		},
		share{
			Title: "The live page", What: "link to the live page", Text: s.absolute(ui.FactPath(e.Fact)),
			Shows: "Whatever edition is the latest when the link is followed; today edition " + strconv.Itoa(e.Newest) + ".",
		},
		share{
			Title: "A card in another page, of this edition", What: "embed code",
			Text: embedCode(s.absolute(ui.EditionEmbedPath(e.Fact, e.Number)), title, embedWidth, heightOf(c)(embedWidth)), Coded: true,
			Shows: "The question and its positions as edition " + number + " has them, with a line when the fact has changed since.",
		},
		share{
			Title: "A card in another page, kept up to date", What: "embed code of the live card",
			Text: embedCode(s.absolute(ui.EmbedPath(e.Fact)), title, embedWidth, heightOf(c)(embedWidth)), Coded: true,
			Shows: "The question and its positions as the latest edition has them.",
		},
		share{Title: "Citation", What: "citation", Text: s.editionWork(e, c).Text(), Shows: "For a text or a list of sources."},
	)
	if e.Number < e.Newest {
		v.Warnings = append(v.Warnings, "Edition "+number+" is not the latest: the link to the live page and its card show edition "+
			strconv.Itoa(e.Newest)+" and not what you are looking at.")
	}
	v.Warnings = append(v.Warnings, "The picture and the cards show less than the page: the question and the positions, but no claim and no passage.")
	return v
}

// shareClaim shows what can be passed on of a claim.
func (s *Server) shareClaim(w http.ResponseWriter, r *http.Request) error {
	p, err := s.claim(r, ui.ShareClaimPath)
	if err != nil {
		return err
	}
	row := latestRow(p.Rows)
	code := row.Claim.Code
	l := s.layout(r, "Share: claim "+code)
	l.Script, l.NoIndex, l.Fiction = s.script, true, areInvented(p.Rows)
	v := shareView{
		layout:  l,
		Heading: row.SourceName + ": claim " + code,
		Back:    ui.Link{Text: "Claim " + code, Href: ui.ClaimPath(code)},
		Card:    ui.EditionCardPath(row.Fact, row.Number),
		CardAlt: "The question “" + row.Title + "” with its positions.",
		Shares: append(claimShares(s.publicURL, p.Rows), share{
			Title: "The comparison with this claim in it", What: "link to the comparison",
			Text:  s.absolute(ui.At(ui.EditionPath(row.Fact, row.Number), code)),
			Shows: "Edition " + strconv.Itoa(row.Number) + " of “" + row.Title + "” at the place of this claim, with what answers it beside it.",
		}),
	}
	if n := len(row.Claim.Links); n > 0 {
		v.Warnings = append(v.Warnings, "A link to one claim shows the words of one source. "+counted(n, "claim is", "claims are")+
			" joined to it as answer or otherwise; the comparison shows them side by side.")
	} else {
		v.Warnings = append(v.Warnings, "A link to one claim shows the words of one source; the comparison shows the other positions beside it.")
	}
	return s.render(w, r, sharePage(v))
}

// claimShares are the quotation of a claim, of which there are rows for each fact, with its link, unless its words are
// withheld, and the link.
func claimShares(publicURL string, rows []edition.ClaimRow) []share {
	row := latestRow(rows)
	link := share{
		Title: "The claim", What: "link", Text: publicURL + ui.ClaimPath(row.Claim.Code),
		Shows: "The claim as the latest edition has it, with all editions in which it stands.",
	}
	if len(row.Claim.Segments) == 0 {
		return []share{link}
	}
	return []share{{
		Title: "The quotation", What: "quotation with link", Text: strings.Join(without("", quotation(row.Claim), row.Claim.Changed.Text.String(), someInvented(rows), link.Text), "\n"),
		Shows: "The words with who said them, and the claim’s own link.",
	}, link}
}

// quotation is a claim on one line: who, and the words.
func quotation(c edition.Claim) string {
	var l linker
	card := l.newCard(c, edition.Article{}, "", "")
	words := card.Words()
	if !card.Quoted {
		words = "“" + words + "”"
	}
	return c.Who.String() + " " + words
}
