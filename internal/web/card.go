package web

import (
	"cmp"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// newCard makes a claim's card. Links lead to the passage on our page of the article, and to the article at its outlet
// with the words marked.
func (l linker) newCard(c edition.Claim, a edition.Article, inArticle, original string) ui.Card {
	card := ui.Card{
		Code:      c.Code,
		Who:       l.prose(c.Who),
		Segments:  c.Segments,
		Lang:      cmp.Or(c.Lang, "und"),
		Dir:       cmp.Or(c.Dir, "auto"),
		Quoted:    c.Quoted && !hasMarks(c.Segments),
		When:      l.prose(c.When),
		Notes:     l.proses(c.Notes),
		InArticle: ui.Link{Text: inArticle, Href: ui.At(ui.ArticlePath(c.Article), c.Code)},
		Original:  ui.Link{Text: original, Href: ui.TextFragment(a.URL, c.Segments)},
	}
	if len(c.Who) > 0 && (c.Who[0].Kind == edition.RunSource || c.Who[0].Kind == edition.RunOutlet) {
		card.Who[0].Look = ui.Name
	}
	for _, link := range c.Links {
		card.Answers = append(card.Answers, ui.Answer{Text: l.prose(link.Text)})
	}
	return card
}

// hasMarks reports whether words have quotation marks of their own. Marks round the whole would then turn what the
// outlet says between them into the speaker's words.
func hasMarks(segments []string) bool {
	for _, s := range segments {
		if strings.ContainsAny(s, "\"“”„«»") {
			return true
		}
	}
	return false
}
