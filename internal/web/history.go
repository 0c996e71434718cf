package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// historyView is the list of all editions of a fact.
type historyView struct {
	layout
	Question ui.Link
	Editions []historyEntry
	More     ui.Link
}

// A historyEntry is an edition in the history of its fact.
type historyEntry struct {
	Edition   ui.Link // without an address where the edition was taken down
	On        string
	Kind      string
	Reason    string
	Review    string // that nobody else had looked at it and why, "" where somebody had, or none was needed
	TakenDown string
	Changes   []ui.Link
}

// kindWords say why an edition was published.
var kindWords = map[edition.Kind]string{
	edition.First: "First edition", edition.Update: "Update", edition.Correction: "Correction", edition.Withdrawn: "Withdrawn",
	edition.Merged: "Merged into another fact",
}

// listEditions shows the history of a fact.
func (s *Server) listEditions(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	h, err := s.store.Editions(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.EditionsPath)
	}
	l := s.layout(r, "Every edition of “"+h.Title+"”")
	l.Meta.Alternates = append(l.Meta.Alternates, s.feedLinks("Editions of this fact", func(format string) string { return ui.FactFeedPath(h.Fact, format) })...)
	return s.render(w, r, historyPage(newHistoryView(l, h)))
}

func newHistoryView(l layout, h store.History) historyView {
	l.Fiction = h.Fiction
	v := historyView{
		layout: l, Question: ui.Link{Text: h.Title, Href: ui.FactPath(h.Fact)}, More: further(ui.EditionsPath(h.Fact), h.More),
	}
	for _, e := range h.Editions {
		v.Editions = append(v.Editions, newHistoryEntry(h, e))
	}
	return v
}

func newHistoryEntry(h store.History, e store.PastEdition) historyEntry {
	entry := historyEntry{
		Edition: ui.Link{Text: "Edition " + strconv.Itoa(e.Number)}, On: minute(e.PublishedAt), Kind: said(kindWords, string(e.Kind)), Reason: e.Reason, Review: e.Review,
	}
	switch {
	case e.Kind == "":
		entry.TakenDown = "Taken down on " + day(e.RedactedOn) + ". Its record stays in the log."
		return entry
	case !e.RedactedOn.IsZero():
		entry.TakenDown = "Something of it was taken down on " + day(e.RedactedOn) + "."
	}
	entry.Edition.Href = ui.EditionPath(h.Fact, e.Number)
	if e.Before > 0 {
		entry.Changes = append(entry.Changes, ui.Link{
			Text: "What changed from edition " + strconv.Itoa(e.Before), Href: ui.ChangesPath(h.Fact, e.Before, e.Number),
		})
	}
	if h.Latest > e.Number {
		entry.Changes = append(entry.Changes, ui.Link{
			Text: "What changed until edition " + strconv.Itoa(h.Latest), Href: ui.ChangesPath(h.Fact, e.Number, h.Latest),
		})
	}
	return entry
}

// minute writes a time in UTC to the minute: "22 November 2026, 14:05 UTC".
func minute(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// correctionsView is the list of all corrections.
type correctionsView struct {
	layout
	Corrections []correctionEntry
	More        ui.Link
}

// listCorrections shows every correction, across facts.
func (s *Server) listCorrections(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Corrections(r.Context(), after(r))
	if err != nil {
		return err
	}
	v := correctionsView{layout: s.layout(r, "Corrections"), More: further(ui.CorrectionsPath, list.More)}
	v.Fiction = len(list.Corrections) > 0 && !slices.ContainsFunc(list.Corrections, func(c store.EditionRow) bool { return !c.Fiction })
	v.Meta.Alternates = append(v.Meta.Alternates, s.feedLinks("Corrections", ui.CorrectionsFeedPath)...)
	for _, c := range list.Corrections {
		entry := newCorrectionEntry(c.Fact, c.Title, edition.Imprint{
			Number: c.Number, PublishedAt: c.PublishedAt.UTC().Format(time.RFC3339), Kind: c.Kind, Reason: c.Reason, Review: c.Review,
		})
		entry.On = "Edition " + strconv.Itoa(c.Number) + ", " + entry.On
		if c.Kind.Ends() {
			entry.On, entry.Changes = said(kindWords, string(c.Kind))+", "+entry.On, ui.Link{}
		}
		entry.On = strings.Join(without("", entry.On, inventedMark(c.Fiction && !v.Fiction)), ", ")
		v.Corrections = append(v.Corrections, entry)
	}
	return s.render(w, r, correctionsPage(v))
}
