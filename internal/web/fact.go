package web

import (
	"strconv"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// factView is what the page of a contested fact shows. It is drawn from one edition: every sentence on it is the
// edition's own, but for the frame.
type factView struct {
	layout
	Question   ui.Prose
	Dispute    ui.Link
	AsOf       ui.Prose
	Status     ui.Prose
	Background []ui.Prose
	Colophon   colophon
	Glance     glance
	Bands      []ui.Band
	Words      edition.PageWords
	Figures    []ui.FigureGroup
	Apart      []ui.ApartFigure
	Timeline   ui.Timeline
	Gaps       []ui.Titled
	Articles   []readArticle
	Places     []placeNames
	OrderRule  ui.Prose
}

// A glance is what the first screen answers beside the positions.
type glance struct {
	BothSay, OneSays []ui.Titled
	Figures          ui.Prose
	Missing          []ui.Prose
	MoreMissing      string // how many gaps are named only further down, "" for none
}

// A colophon says which edition a page shows.
type colophon struct {
	Number    string
	Published string // "22 November 2026"
	ReadFor   ui.Prose
	Hash      string // SHA-256 of the body, hexadecimal
	ShortHash string
	Permalink string
	Cited     string // the permalink with the site's own address, for print
	Data      string
	Older     string // address of the live page, where a newer edition stands there
	Redacted  string // the day on which part of the edition was taken down, "" for never
	Reason    string // what a correction mends and why
}

// A readArticle is an article from which the page's claims are, or that was read for it.
type readArticle struct {
	Citation ui.Prose
	Links    []ui.Link
	Original string
}

// placeNames are the names of a place that the page's own text names.
type placeNames struct {
	Shown string
	Names []placeName
}

type placeName struct {
	Form, Lang, Who string
}

// newFactView makes the page of an edition with the given content.
func newFactView(l layout, c edition.Content, colophon colophon) factView {
	m := &factPageMaker{
		linker:   linker{here: map[string]string{}},
		content:  c,
		claims:   map[string]edition.Claim{},
		articles: map[string]edition.Article{},
		records:  map[string]edition.Record{},
		placed:   map[string]bool{},
	}
	for _, claim := range c.Claims {
		m.claims[claim.Code], m.here[claim.Code] = claim, claim.Code
	}
	for _, a := range c.Articles {
		m.articles[a.Slug] = a
	}
	for _, r := range c.Records {
		m.records[r.Slug], m.here[r.Slug] = r, recordID(r.Slug)
	}
	l.Fiction = c.Dispute.Fiction
	colophon.ReadFor = m.prose(c.ReadFor)
	v := factView{
		layout:     l,
		Question:   m.prose(c.Question),
		Dispute:    ui.Link{Text: c.Dispute.Title, Href: ui.DisputePath(c.Dispute.Slug)},
		AsOf:       m.prose(c.AsOf),
		Status:     m.prose(c.Status.Text),
		Background: m.proses(c.Background),
		Colophon:   colophon,
		Words:      c.Words,
		OrderRule:  m.prose(c.OrderRule),
		Gaps:       m.titled(c.Gaps),
	}
	for _, b := range c.Bands {
		v.Bands = append(v.Bands, m.band(b))
	}
	v.Glance = m.glance(c.Glance)
	for i, g := range c.Figures.Groups {
		v.Figures = append(v.Figures, m.figureGroup(i, g))
	}
	for _, f := range c.Figures.Apart {
		v.Apart = append(v.Apart, m.apart(f))
	}
	v.Timeline = m.timeline(c.Timeline)
	for _, a := range c.Articles {
		v.Articles = append(v.Articles, m.readArticle(a))
	}
	for _, p := range c.Places {
		v.Places = append(v.Places, newPlaceNames(p))
	}
	return v
}

func (m *factPageMaker) glance(g edition.Glance) glance {
	return glance{
		BothSay: m.titled(g.BothSay), OneSays: m.titled(g.OneSays), Figures: m.prose(g.Figures), Missing: m.proses(g.Missing),
	}
}

func (m *factPageMaker) readArticle(a edition.Article) readArticle {
	return readArticle{
		Citation: m.prose(a.Citation),
		Links:    []ui.Link{{Text: "passages", Href: ui.ArticlePath(a.Slug)}},
		Original: ui.TextFragment(a.URL, nil),
	}
}

func newPlaceNames(p edition.Place) placeNames {
	names := placeNames{Shown: p.Shown}
	for _, n := range p.Names {
		if n.Form == p.Shown && len(n.UsedBy) == 0 {
			continue
		}
		name := placeName{Form: n.Form, Lang: n.Lang, Who: n.Note}
		for i, who := range n.UsedBy {
			if i > 0 {
				who = ", " + who
			} else if name.Who != "" {
				who = "; " + who
			}
			name.Who += who
		}
		names.Names = append(names.Names, name)
	}
	return names
}

// newColophon says which edition a page shows; published and newest come from its record.
func newColophon(publicURL, fact string, number, newest int, published time.Time, hash string) colophon {
	c := colophon{
		Number:    strconv.Itoa(number),
		Published: published.UTC().Format("2 January 2006"),
		Hash:      hash,
		ShortHash: hash[:min(8, len(hash))],
		Permalink: ui.EditionPath(fact, number),
		Data:      ui.EditionDataPath(fact, number),
	}
	c.Cited = publicURL + c.Permalink
	if newest > number {
		c.Older = ui.FactPath(fact)
	}
	return c
}
