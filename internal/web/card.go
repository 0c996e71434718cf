package web

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

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
		Changed:   l.prose(c.Changed.Text),
		MoreTitle: "notes",
		InArticle: ui.Link{Text: inArticle, Href: ui.At(ui.ArticlePath(c.Article), c.Code)},
		Original:  ui.Link{Text: original, Href: ui.TextFragment(a.URL, c.Segments)},
	}
	if c.Withheld.Reason != "" {
		card.Withheld, card.Original = withheldWords(c.Withheld), ui.Link{}
	}
	if len(c.Who) > 0 && (c.Who[0].Kind == edition.RunSource || c.Who[0].Kind == edition.RunOutlet) {
		card.Who[0].Look = ui.Name
	}
	for _, n := range c.Notes {
		if utf8.RuneCountInString(n.String()) <= shortNote {
			card.Notes = append(card.Notes, l.prose(n))
		} else {
			card.More = append(card.More, l.prose(n))
		}
	}
	card.Answers = l.answers(c.Links)
	return card
}

// withheldWords says as a sentence when and why something was taken down.
func withheldWords(r edition.Redaction) string {
	s := r.String()
	return strings.ToUpper(s[:1]) + ended(s[1:])
}

// shortNote is how many characters a note may have to stand on the card unfolded.
const shortNote = 72

// answers tells the counter-claims of a claim, one line for all that the same is true of: "in tension with A, B (code,
// code)". A source with several claims among them is named once, with the codes of the claims.
func (l linker) answers(links []edition.Link) []ui.Answer {
	var answers []ui.Answer
	for len(links) > 0 {
		n := slices.IndexFunc(links, func(k edition.Link) bool { return !sameRelation(links[0], k) })
		if n < 0 {
			n = len(links)
		}
		answers = append(answers, ui.Answer{Text: l.together(links[:n])})
		links = links[n:]
	}
	return answers
}

// sameRelation reports whether two links say the same of different claims, with nothing after the name.
func sameRelation(a, b edition.Link) bool {
	return a.Claim == b.Claim || a.Relation == b.Relation && a.Outgoing == b.Outgoing && namesLast(a) && namesLast(b) &&
		a.Text[0].Text == b.Text[0].Text
}

func namesLast(k edition.Link) bool {
	return len(k.Text) == 2 && k.Text[0].Kind == "" && k.Text[1].Kind == edition.RunClaim
}

// together puts links of the same relation into one line.
func (l linker) together(links []edition.Link) ui.Prose {
	if len(links) == 1 || !namesLast(links[0]) {
		return l.prose(links[0].Text)
	}
	line := ui.Prose{{Text: links[0].Text[0].Text}}
	var names []string
	byName := map[string][]edition.Run{}
	for _, k := range links {
		run := k.Text[1]
		if byName[run.Text] == nil {
			names = append(names, run.Text)
		}
		byName[run.Text] = append(byName[run.Text], run)
	}
	for i, name := range names {
		if i > 0 {
			line = append(line, ui.Span{Text: ", "})
		}
		runs := byName[name]
		if len(runs) == 1 {
			line = append(line, ui.Span{Text: name, Href: l.href(runs[0])})
			continue
		}
		line = append(line, ui.Span{Text: name + " ("})
		for k, run := range runs {
			if k > 0 {
				line = append(line, ui.Span{Text: ", "})
			}
			line = append(line, ui.Span{Text: run.Ref, Href: l.href(run), Look: ui.Code})
		}
		line = append(line, ui.Span{Text: ")"})
	}
	return line
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
