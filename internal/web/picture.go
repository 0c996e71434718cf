package web

import (
	"net/http"
	"strconv"

	"counterclaim/internal/card"
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// noVerdict is what every picture and every embedded card says of the site.
const noVerdict = "Sets what sources say beside each other and gives no verdict."

// comparedBand is the band that stands for a fact where there is room for one only: the first with two positions, so that
// no position ever stands alone. It is -1 where there is none.
func comparedBand(c edition.Content) int {
	for i, b := range c.Bands {
		if len(b.Heads) > 1 {
			return i
		}
	}
	return -1
}

// newPicture makes the picture of an edition.
func newPicture(c edition.Content, e store.Edition) card.Card {
	p := card.Card{
		Site: siteName, Question: c.Question.String(), Edition: editionWords(e) + " · " + day(e.PublishedAt), Quiet: noVerdict,
	}
	if c.Dispute.Fiction {
		p.Fiction = allInvented
	}
	at := comparedBand(c)
	if at < 0 {
		return p
	}
	band := c.Bands[at]
	if band.Aspect != "" {
		p.Aspect = band.Question.String()
	}
	for _, h := range band.Heads {
		p.Positions = append(p.Positions, card.Position{Letter: h.Letter, Colour: h.Colour, Label: h.Label.String()})
	}
	p.Further = furtherWords(c)
	return p
}

// furtherWords say how many questions a fact has beside the one of its [comparedBand], "" for none.
func furtherWords(c edition.Content) string {
	if others := len(c.Bands) - 1; others > 0 {
		return "and " + counted(others, "more question", "more questions") + " on the page"
	}
	return ""
}

// editionWords names an edition, and says if it ends the fact.
func editionWords(e store.Edition) string {
	words := "Edition " + strconv.Itoa(e.Number)
	switch e.Kind {
	case edition.Withdrawn:
		words += ", withdrawn"
	case edition.Merged:
		words += ", merged into another fact"
	}
	return words
}

// cardAlt tells in words what the picture of an edition shows, all of it: the question, the positions, edition and date.
// That of [ui.CardPath] is the picture of the latest edition, that of [ui.EditionCardPath] of the one that it names.
func cardAlt(c edition.Content, e store.Edition) string { return newPicture(c, e).Alt() }

// siteCard is the picture of every page that is not of one fact.
var siteCard = card.Card{Site: siteName, Question: "What is contested, who says what, and since when", Quiet: noVerdict}

// siteCardAlt tells in words what the picture at [ui.SiteCardPath] shows.
func siteCardAlt() string { return siteCard.Alt() }

// showSiteCard sends the picture of pages that are not of one fact.
func (s *Server) showSiteCard(w http.ResponseWriter, _ *http.Request) error {
	return sendPicture(w, siteCard)
}

// showCard sends the picture of a fact's latest edition.
func (s *Server) showCard(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	e, err := s.store.Edition(r.Context(), slug, 0)
	if err != nil {
		return moved(err, ui.CardPath)
	}
	return s.drawEdition(w, e)
}

// showEditionCard sends the picture of one edition. It is not kept for ever, as the edition's bytes are, so that a takedown
// reaches it.
func (s *Server) showEditionCard(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	return s.drawEdition(w, e)
}

func (s *Server) drawEdition(w http.ResponseWriter, e store.Edition) error {
	body, err := bodyOf(e)
	if err != nil {
		return err
	}
	return sendPicture(w, newPicture(body.Content, e))
}

// shared lets pages of other sites load what next answers.
func shared(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		next(w, r)
	}
}

// sendPicture draws and sends a card.
func sendPicture(w http.ResponseWriter, c card.Card) error {
	picture, err := card.PNG(c)
	if err != nil {
		return err
	}
	send(w, "image/png", picture)
	return nil
}
