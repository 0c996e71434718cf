package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An asOfChoice is the form by which a reader asks what had been said by a day, with the days on which something was.
// Without bounds there is nothing to ask for.
type asOfChoice struct {
	Action      string
	First, Last string // the bounds of what was said, 2023-01-25
	Chosen      string
	Days        []ui.Link
}

// newAsOfChoice makes the form of the page of an edition with the given content.
func newAsOfChoice(page string, c edition.Content) asOfChoice {
	first, last := edition.SaidBetween(c)
	choice := asOfChoice{Action: page, First: string(first), Last: string(last)}
	for _, d := range edition.SaidDays(c) {
		claims := " (1 claim)"
		if d.Claims > 1 {
			claims = " (" + strconv.Itoa(d.Claims) + " claims)"
		}
		choice.Days = append(choice.Days, ui.Link{Text: day(d.Day.Time()) + claims, Href: ui.AsOfPath(page, string(d.Day))})
	}
	return choice
}

// asOfView is the page of what had been said by a day, as an edition has it: two clocks, which it names together.
type asOfView struct {
	factView
	Day       string  // "25 January 2023"
	Edition   ui.Link // the whole edition
	Count     ui.Prose
	Notes     []ui.Prose
	Undated   []ui.Entry
	Permalink string
	Cited     string  // with the site's own address, for print
	Newer     ui.Link // the same day as the latest edition has it, where that is another one
}

func newAsOfView(l layout, restricted edition.Restricted, whole edition.Content, colophon colophon) asOfView {
	asked := string(restricted.Day)
	choice := newAsOfChoice(l.Path, whole)
	choice.Chosen = asked
	v := asOfView{
		factView:  newFactView(l, restricted.Content, colophon),
		Day:       day(restricted.Day.Time()),
		Edition:   ui.Link{Text: "edition " + colophon.Number + " of " + colophon.Published, Href: colophon.Permalink},
		Permalink: ui.AsOfPath(colophon.Permalink, asked),
		Cited:     ui.AsOfPath(colophon.Cited, asked),
	}
	v.AsOfChoice = choice
	m := newFactPageMaker(restricted.Content)
	v.Count, v.Notes = m.prose(restricted.Count), m.proses(restricted.Notes)
	for _, code := range restricted.Undated {
		v.Undated = append(v.Undated, m.undated(code))
	}
	if colophon.Older != "" {
		v.Newer = ui.Link{Text: "What had been said by " + v.Day + ", as the latest edition has it", Href: ui.AsOfPath(colophon.Older, asked)}
	}
	return v
}

// undated is a claim that stands apart from the comparison, with what it says on each question.
func (m *factPageMaker) undated(code string) ui.Entry {
	entry := ui.Entry{Card: m.card(code)}
	for _, stance := range m.claims[code].Stances {
		for _, b := range m.content.Bands {
			if b.Aspect != stance.Aspect {
				continue
			}
			answer := ui.StandAnswer{Mode: said(modeWords, stance.Mode)}
			for _, h := range b.Heads {
				if h.Position == stance.Position {
					answer.Letter, answer.Colour, answer.Label = h.Letter, h.Colour, m.prose(h.Label)
				}
			}
			question := ui.Link{Text: cmp.Or(b.Question.String(), m.content.Title), Href: "#" + bandID(b.Aspect)}
			entry.Stands = append(entry.Stands, ui.Stand{Question: question, Answers: []ui.StandAnswer{answer}})
		}
	}
	return entry
}

// renderAsOf shows what had been said by a day, as an edition has it. A page of another day than one that can be meant
// asks for the day again.
func (s *Server) renderAsOf(w http.ResponseWriter, r *http.Request, e store.Edition, c edition.Content) error {
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	typed := r.URL.Query().Get("asof")
	asked, err := narrative.ParseDay(strings.TrimSpace(typed))
	if err != nil || asked.Time().Year() < 1 {
		return s.askForDay(w, r, typed, c)
	}
	l := s.layout(r, "What had been said by "+day(asked.Time())+": "+c.Title)
	l.Skip = ui.Link{Text: "Skip to the comparison", Href: "#comparison"}
	l.NoIndex = true
	path, title := ui.AsOfPath(l.Path, string(asked)), l.Meta.Title
	l.Meta.URL, l.Meta.Canonical = s.absolute(path), s.absolute(path)
	l.Meta.LinkedData = s.linked([]ui.Link{{Text: c.Title, Href: l.Path}, {Text: title, Href: path}}, s.webPage("WebPage", path, title))
	v := newAsOfView(l, edition.SaidBy(c, asked), c, newColophon(s.publicURL, e))
	v.Share.Path = ui.AsOfPath(ui.ShareEditionPath(e.Fact, e.Number), string(asked)) // which warns of what shows less
	return s.render(w, r, asOfPage(v))
}

// asAsked gives the address of a page as of the day that a visitor asks for, if any.
func asAsked(r *http.Request, page string) string {
	if typed := r.URL.Query().Get("asof"); typed != "" {
		return ui.AsOfPath(page, typed)
	}
	return page
}

// asOfFault is the page that asks again for a day.
type asOfFault struct {
	layout
	Question ui.Link
	Typed    string
	Choice   asOfChoice
}

// longestTyped is how much of what a visitor typed is shown again, in characters.
const longestTyped = 40

// askForDay answers for a day that is none. It keeps what was typed.
func (s *Server) askForDay(w http.ResponseWriter, r *http.Request, typed string, c edition.Content) error {
	shown := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(typed, "")))
	l := s.layout(r, "Not a day")
	l.NoIndex, l.Fiction = true, c.Dispute.Fiction
	w.WriteHeader(http.StatusBadRequest)
	return s.render(w, r, asOfFaultPage(asOfFault{
		layout: l, Question: ui.Link{Text: c.Title, Href: l.Path}, Typed: string(shown[:min(len(shown), longestTyped)]),
		Choice: newAsOfChoice(l.Path, c),
	}))
}
