package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// paragraphView is the page on which a paragraph is made of an edition's claims.
type paragraphView struct {
	layout
	Question  ui.Prose
	Edition   ui.Link
	Action    string // address that the form leads to
	Problem   string // why no paragraph could be made of the choice
	Missing   []ui.Prose
	Paragraph string
	Markdown  string
	Files     []ui.Link
	Groups    []ui.ChoiceGroup
	Records   []ui.Choice
}

// paragraph tells an edition by chosen claims, and where the words are from.
func (s *Server) paragraph(e store.Edition, body edition.Body, chosen []string) ([]edition.Sentence, error) {
	told, err := edition.Paragraph(body.Content, chosen)
	if err != nil {
		return nil, err
	}
	if len(body.Review) > 0 {
		told = append(told, edition.Sentence{Text: body.Review})
	}
	return append(told, body.Whence(s.absolute(ui.EditionPath(e.Fact, e.Number)))), nil
}

// showParagraph shows the form in which claims are chosen, and the paragraph that they make.
func (s *Server) showParagraph(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	body, err := bodyOf(e)
	if err != nil {
		return err
	}
	chosen := r.URL.Query()["claims"]
	told, err := s.paragraph(e, body, chosen)
	var missing edition.Missing
	switch m, ok := errors.AsType[*edition.Missing](err); {
	case ok:
		missing = *m
		w.WriteHeader(http.StatusBadRequest)
	case err != nil:
		return badChoice(err)
	}
	l := s.layout(r, "Paragraph: "+body.Content.Title)
	l.NoIndex, l.Script = true, s.script
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	return s.render(w, r, paragraphPage(newParagraphView(l, e, body.Content, chosen, told, missing)))
}

func newParagraphView(l layout, e store.Edition, c edition.Content, chosen []string, told []edition.Sentence, missing edition.Missing) paragraphView {
	m := newFactPageMaker(c)
	m.here = nil // its places are on the page of the edition
	l.Fiction = c.Dispute.Fiction
	v := paragraphView{
		layout:   l,
		Question: m.prose(c.Question),
		Edition:  ui.Link{Text: "Edition " + strconv.Itoa(e.Number) + " of " + day(e.PublishedAt), Href: ui.EditionPath(e.Fact, e.Number)},
		Action:   ui.ParagraphPath(e.Fact, e.Number),
	}
	if len(missing.Positions) > 0 {
		v.Problem = "No paragraph yet: each position has to stand in it at least once, told by those who hold it where they speak for themselves. Still missing:"
		for _, p := range missing.Positions {
			v.Missing = append(v.Missing, m.prose(p.Label))
		}
	} else {
		v.Paragraph, v.Markdown = strings.TrimSpace(edition.PlainText(told)), strings.TrimSpace(edition.Markdown(told))
		v.Files = []ui.Link{
			{Text: "The paragraph as plain text", Href: ui.Chosen(ui.EditionFormPath(e.Fact, e.Number, "txt"), chosen)},
			{Text: "the same in Markdown", Href: ui.Chosen(ui.EditionFormPath(e.Fact, e.Number, "md"), chosen)},
		}
	}
	if len(chosen) == 0 {
		chosen = edition.DefaultChoice(c)
	}
	for _, b := range c.Bands {
		v.Groups = append(v.Groups, m.choiceGroup(b, chosen, missing))
	}
	for i, r := range c.Records {
		v.Records = append(v.Records, ui.Choice{
			Value: r.Slug, ID: "record-" + strconv.Itoa(i+1), Chosen: slices.Contains(chosen, r.Slug),
			Who: ui.Plainly(r.Title), When: ui.Plainly(r.Maker),
		})
	}
	return v
}

// choiceGroup is the claims of one band, by position.
func (m *factPageMaker) choiceGroup(b edition.Band, chosen []string, missing edition.Missing) ui.ChoiceGroup {
	g := ui.ChoiceGroup{Question: m.prose(b.Question)}
	if b.Aspect == "" {
		g.Question = m.prose(m.content.Question)
	}
	for _, h := range append(slices.Clone(b.Heads), edition.Head{}) {
		p := ui.ChoicePosition{
			Head: ui.Head{Letter: h.Letter, Colour: h.Colour, Label: m.prose(h.Label)},
			Missing: slices.ContainsFunc(missing.Positions, func(left edition.MissingPosition) bool {
				return left.Aspect == b.Aspect && left.Position == h.Position
			}),
		}
		for _, claim := range m.content.Claims {
			if slices.ContainsFunc(claim.Stances, func(s edition.Stance) bool { return s.Aspect == b.Aspect && s.Position == h.Position }) {
				p.Claims = append(p.Claims, m.choice(claim, b.Aspect, chosen))
			}
		}
		if h.Position != "" || len(p.Claims) > 0 {
			g.Positions = append(g.Positions, p)
		}
	}
	return g
}

// choice offers a claim. One that was named without its aspect is told under the first that it takes.
func (m *factPageMaker) choice(c edition.Claim, aspect string, chosen []string) ui.Choice {
	card := m.newCard(c, m.articles[c.Article], "", "")
	value := edition.Choice(aspect, c.Code)
	bare := slices.Contains(chosen, c.Code) && c.Stances[0].Aspect == aspect
	return ui.Choice{
		Value: value, ID: "choose-" + strings.ReplaceAll(value, ".", "-"), Chosen: bare || slices.Contains(chosen, value),
		Who: ui.Plainly(c.Who.String()), Words: card.Words(), Lang: card.Lang, Dir: card.Dir, When: ui.Plainly(c.When.String()),
	}
}
