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

// claimView is the page of one claim.
type claimView struct {
	layout
	Card     ui.Card
	Sentence ui.Prose // the whole sentence, where rights allow
	Stands   []ui.Stand
	Also     string
	Counters []claimCounters
	Chain    []chainStep
	Lines    []ui.Titled
	Figures  []figureLines
	Take     taken
	Editions []editionEntry
	Shares   []share // to be copied
	Share    string  // address of the page on sharing
	Past     string  // that no latest edition has it any more
	Dir      string
	Lang     string
}

// A chainStep is one step by which the words came, from the speaker to the article.
type chainStep struct {
	Text ui.Prose
	Note string
}

// claimCounters are the counter-claims of a claim on one fact.
type claimCounters struct {
	Fact    ui.Link
	Answers []ui.Answer
}

// figureLines are what is known of a figure.
type figureLines struct {
	Verbatim string
	Lines    []ui.Titled
}

func (s *Server) showClaim(w http.ResponseWriter, r *http.Request) error {
	p, err := s.claim(r, ui.ClaimPath)
	if err != nil {
		return err
	}
	l := s.layout(r, "Claim "+p.Rows[0].Claim.Code)
	l.Script, l.Meta = s.script, s.claimMeta(l.Meta, p)
	l.isAbout(ui.At(ui.EditionPath(p.Rows[0].Fact, p.Rows[0].Number), p.Rows[0].Claim.Code))
	l.Meta.Alternates = append(l.Meta.Alternates, s.oEmbedLinks(r.URL.Path, p.Rows[0].Title)...)
	v := newClaimView(l, s.publicURL, p)
	v.Take = s.takenClaim(p)
	return s.render(w, r, claimPage(v))
}

// claim finds the claim whose code is in the address. A code that is written another way, or that another has taken the
// place of, is a redirect to where pathOf says.
func (s *Server) claim(r *http.Request, pathOf func(code string) string) (store.ClaimPage, error) {
	written := r.PathValue("code")
	code, err := narrative.ParseCode(written)
	if err != nil {
		return store.ClaimPage{}, errNoPage
	}
	if string(code) != written {
		return store.ClaimPage{}, &redirect{pathOf(string(code))}
	}
	p, err := s.store.Claim(r.Context(), written)
	return p, moved(err, pathOf)
}

func newClaimView(l layout, publicURL string, p store.ClaimPage) claimView {
	latest := latestRow(p.Rows)
	c, a := latest.Claim, latest.Article
	l.Fiction = areInvented(p.Rows)
	var links linker
	v := claimView{
		layout: l,
		Card:   links.newCard(c, a, latest.InTheArticle, latest.Original),
		Also:   olderStates(p.Rows),
		Chain:  newChain(p, c),
		Lines:  claimLines(p, c, a),
		Lang:   c.Lang,
		Dir:    c.Dir,
	}
	if !l.Fiction {
		v.Also = strings.Join(without("", someInvented(p.Rows), v.Also), " ")
	}
	v.Card.Answers = nil
	v.Title = latest.SourceName + ": claim " + c.Code + " – Counterclaim"
	if strings.TrimSpace(p.Sentence) != "" {
		v.Sentence = ui.Plainly(p.Sentence)
	}
	for _, r := range p.Rows {
		v.Stands = append(v.Stands, newStand(r))
		if counters := newCounters(r); len(counters.Answers) > 0 {
			v.Counters = append(v.Counters, counters)
		}
	}
	for _, f := range c.Figures {
		v.Figures = append(v.Figures, newFigureLines(f))
	}
	v.Shares, v.Share = claimShares(publicURL, p.Rows), ui.ShareClaimPath(c.Code)
	if p.Past {
		v.Past = "No latest edition has this claim any more. It is shown as edition " + strconv.Itoa(latest.Number) + " has it."
	}
	for _, e := range p.Editions {
		entry := newEditionEntry(e, l.Fiction)
		entry.Link.Href = ui.At(entry.Link.Href, c.Code)
		v.Editions = append(v.Editions, entry)
	}
	return v
}

// newCounters makes the counter-claims of a claim on one fact, each with the line of reason.
func newCounters(r edition.ClaimRow) claimCounters {
	var links linker
	c := claimCounters{Fact: ui.Link{Text: r.Title, Href: ui.At(ui.FactPath(r.Fact), r.Claim.Code)}}
	for _, link := range r.Claim.Links {
		c.Answers = append(c.Answers, ui.Answer{Text: links.prose(link.Text), Why: links.prose(link.Why)})
	}
	return c
}

// newChain tells how the words came: from the speaker by each step of the chain to the article.
func newChain(p store.ClaimPage, c edition.Claim) []chainStep {
	first := chainStep{Text: ui.Prose{{Text: p.Rows[0].SourceName, Href: speakerPath(p)}}}
	var how []string
	if c.Named != "" {
		how = append(how, "“"+c.Named+"” in the article")
	}
	if c.Office != "" {
		how = append(how, c.Office)
	}
	first.Note = strings.Join(how, "; ")
	steps := []chainStep{first}
	for _, h := range c.Chain {
		step := chainStep{Text: ui.Plainly(h.Text)}
		if h.Verb != "" {
			step.Note = "its verb: “" + h.Verb + "”"
			if h.Class != "" {
				step.Note += ", " + said(classWords, h.Class)
			}
		}
		steps = append(steps, step)
	}
	if last := len(c.Chain) - 1; c.Source != c.Outlet && (last < 0 || c.Chain[last].By != c.Outlet) {
		steps = append(steps, chainStep{
			Text: ui.Prose{{Text: p.Rows[0].Outlet, Href: ui.OutletPath(c.Outlet)}}, Note: said(voiceWords, c.Voice),
		})
	}
	return steps
}

// speakerPath returns the page of whoever speaks: an outlet in its own voice has that of the outlet.
func speakerPath(p store.ClaimPage) string {
	if p.Source.Slug == "" {
		return ui.OutletPath(p.Rows[0].Claim.Source)
	}
	return ui.SourcePath(p.Source.Slug)
}

// claimLines are what is known of a claim beside its words.
func claimLines(p store.ClaimPage, c edition.Claim, a edition.Article) []ui.Titled {
	var links linker
	var lines []ui.Titled
	add := func(title string, text ui.Prose) {
		if len(text) > 0 {
			lines = append(lines, ui.Titled{Title: title, Text: text})
		}
	}
	add("Article", append(links.prose(a.Citation), ui.Span{Text: " "}, ui.Span{Text: "passages", Href: ui.At(ui.ArticlePath(a.Slug), c.Code)}))
	add("Voice", ui.Plainly(said(voiceWords, c.Voice)))
	add("Basis", ui.Plainly(said(basisWords, withDefault(c.Basis, "not stated"))))
	add("Said", ui.Plainly(dateWords(c.Uttered)))
	add("Issued", ui.Plainly(dateWords(c.Issued)))
	add("Published", ui.Plainly(dateWords(a.Published)))
	if c.Event != "" {
		add("Occasion", ui.Prose{{Text: p.Rows[0].EventTitle, Href: ui.EventPath(c.Event)}})
	}
	return lines
}

func withDefault(field, other string) string {
	if field == "" {
		return other
	}
	return field
}

func newFigureLines(f edition.Figure) figureLines {
	lines := figureLines{Verbatim: f.Verbatim}
	add := func(title, text string) {
		if text != "" {
			lines.Lines = append(lines.Lines, ui.Titled{Title: title, Text: ui.Plainly(text)})
		}
	}
	add("Reads", f.Printed)
	add("Counts", f.Counted)
	add("Rule", withDefault(f.Rule, "not said"))
	add("Window", window(f))
	add("As of", f.AsOf)
	add("Note", f.Note)
	if f.PartOf != "" {
		lines.Lines = append(lines.Lines, ui.Titled{Title: "Part of", Text: ui.Prose{{Text: f.PartOf, Href: ui.ClaimPath(f.PartOf)}}})
	}
	return lines
}

func window(f edition.Figure) string { return withDefault(span(f.From, f.Until), "not said") }
