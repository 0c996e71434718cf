package web

import (
	"net/http"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// articleView is the page of an article: its passages in order, with their claims beside them.
type articleView struct {
	layout
	Headline string
	Lang     string
	Dir      string
	ByDesk   bool // the headline is the desk's, for the text gives none
	Eyebrow  ui.Prose
	Lines    []ui.Titled
	Blocks   []passageBlock
	Whole    []string // paragraphs of the whole text, where rights allow
	ReadFor  []ui.Noun
	Original string
	Take     taken
}

func (s *Server) showArticle(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Article(r.Context(), slug)
	if err != nil {
		return moved(err, ui.ArticlePath)
	}
	l := s.layout(r, p.Article.Headline)
	l.Script, l.Meta = s.script, s.articleMeta(l.Meta, p)
	v := newArticleView(l, p)
	v.Take = s.takenArticle(p)
	return s.render(w, r, articlePage(v))
}

func newArticleView(l layout, p store.ArticlePage) articleView {
	a := p.Article
	l.Fiction = p.Fiction
	v := articleView{
		layout:   l,
		Headline: a.Headline,
		Lang:     a.Lang,
		Dir:      "auto",
		ByDesk:   a.HeadlineBy == string(narrative.ByDesk),
		Eyebrow: ui.Prose{
			{Text: said(articleWords, a.Kind) + " · "}, {Text: p.Outlet.Name, Href: ui.OutletPath(a.Outlet)}, {Text: " · " + a.Published.Text},
		},
		Lines:    articleLines(a, p.Outlet),
		Blocks:   newPassages(p.Passages, p.Fiction),
		Original: ui.TextFragment(a.URL, nil),
	}
	if v.ByDesk {
		v.Lang = "en" // editors' text
	}
	if a.Rights == string(narrative.RightsFull) {
		for paragraph := range strings.SplitSeq(p.Text, "\n") {
			if strings.TrimSpace(paragraph) != "" {
				v.Whole = append(v.Whole, paragraph)
			}
		}
	}
	v.ReadFor = newNouns(p.ReadFor, ui.FactPath, p.Fiction)
	return v
}

// articleLines are what is known of an article.
func articleLines(a edition.Article, o edition.Outlet) []ui.Titled {
	var lines []ui.Titled
	add := func(title, text string) {
		if text != "" {
			lines = append(lines, ui.Titled{Title: title, Text: ui.Plainly(text)})
		}
	}
	if a.Withheld.Reason != "" {
		add("Headline, address and words", withheldWords(a.Withheld))
	} else if a.HeadlineBy == string(narrative.ByDesk) {
		add("Headline", "by the desk; the text gives none")
	}
	add("Published", dateWords(a.Published))
	switch {
	case o.Unknown:
		add("Outlet", withDefault(a.IdentNote, "not identified"))
	case a.Identified == string(narrative.Inferred):
		add("Outlet", "inferred: "+a.IdentNote)
	}
	add("Byline", a.Byline)
	add("Credits", a.Credit)
	if len(a.Reprint) > 0 {
		lines = append(lines, ui.Titled{Title: "Reprint", Text: linker{}.prose(a.Reprint)})
	}
	switch narrative.Translation(a.Translated) {
	case narrative.TranslationStated:
		add("Translation", "the text says that it is one")
	case narrative.TranslationLikely:
		add("Translation", "most likely; translator not named")
	}
	if a.Rights == string(narrative.RightsExcerpt) {
		add("Text", "quoted passages only; the whole is its publisher’s")
	}
	add("Note", a.Note)
	return lines
}
