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
	State      editionState
	Glance     glance
	Bands      []ui.Band
	Words      edition.PageWords
	Figures    []ui.FigureGroup
	Apart      []ui.ApartFigure
	Timeline   ui.Timeline
	AsOfChoice asOfChoice
	Gaps       []ui.Titled
	Articles   []readArticle
	Places     []placeNames
	OrderRule  ui.Prose
	Take       taken
	Share      shareView
	Fate       fateView
}

// A glance is what the first screen answers beside the positions.
type glance struct {
	BothSay, OneSays []ui.Titled
	Figures          ui.Prose
	Missing          []ui.Prose
}

// any reports whether there is anything to be seen.
func (g glance) any() bool { return len(g.BothSay)+len(g.OneSays)+len(g.Figures)+len(g.Missing) > 0 }

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
	History   string
	Older     string   // address of the live page, where a newer edition stands there
	Reason    string   // what a correction mends and why
	Withheld  string   // that it is not as it was published, "" where it is
	Review    ui.Prose // that it was published without a second pair of eyes and why, nothing where it was not
}

// A readArticle is an article from which the page's claims are, or that was read for it.
type readArticle struct {
	Citation ui.Prose
	Reprint  ui.Prose // what it prints again, nothing if it prints nothing again
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

func newFactPageMaker(c edition.Content) *factPageMaker {
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
	return m
}

// newFactView makes the page of an edition with the given content.
func newFactView(l layout, c edition.Content, colophon colophon) factView {
	m := newFactPageMaker(c)
	m.desk, m.path = l.desk, colophon.Permalink
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
	v.AsOfChoice = newAsOfChoice(l.Path, c)
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
	citation := a.Citation
	if a.Withheld.Reason != "" {
		citation = append(slices.Clone(citation), edition.Run{Text: ", " + a.Withheld.String()})
	}
	return readArticle{
		Citation: m.prose(citation),
		Reprint:  m.prose(a.Reprint),
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
		name := placeName{Form: n.Form, Lang: n.Lang, Who: partyNames(n.UsedBy)}
		if n.Note != "" {
			name.Who = strings.Join(without("", name.Who, n.Note), "; ")
		}
		names.Names = append(names.Names, name)
	}
	return names
}

// newColophon says which edition a page shows. On the live page its older address is never named.
func newColophon(publicURL string, e store.Edition) colophon {
	c := colophon{
		Number:    strconv.Itoa(e.Number),
		Published: day(e.PublishedAt),
		Hash:      e.BodySHA256,
		ShortHash: e.BodySHA256[:min(8, len(e.BodySHA256))],
		Permalink: ui.EditionPath(e.Fact, e.Number),
		Data:      ui.EditionDataPath(e.Fact, e.Number),
		History:   ui.EditionsPath(e.Fact),
	}
	c.Cited = publicURL + c.Permalink
	if e.Newest > e.Number {
		c.Older = ui.FactPath(e.Fact)
	}
	if e.Kind == edition.Correction {
		c.Reason = e.Reason
	}
	if !e.WithheldOn.IsZero() {
		c.Withheld = "withheld in part on " + day(e.WithheldOn)
	}
	return c
}

// day writes a time as its day in UTC: "22 November 2026".
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// showFact shows the latest edition of a contested fact.
func (s *Server) showFact(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	e, err := s.store.Edition(r.Context(), slug, 0)
	if err != nil {
		return moved(err, func(slug string) string { return asAsked(r, ui.FactPath(slug)) })
	}
	return s.renderEdition(w, r, e, editionState{})
}

// showEdition shows one edition of a contested fact, for ever, with what has become of it since.
func (s *Server) showEdition(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	number, err := editionNumber(r.PathValue("number"))
	if err != nil {
		return err
	}
	p, err := s.store.Pair(r.Context(), slug, number, 0)
	if err != nil {
		return err
	}
	if err := gone(p.Before); err != nil {
		return err
	}
	state, err := newEditionState(p)
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	return s.renderEdition(w, r, p.Before, state)
}

// edition finds the edition that an address names. It stays at the address at which it was published, whatever its fact is
// called today.
func (s *Server) edition(r *http.Request) (store.Edition, error) {
	slug, err := slugOf(r)
	if err != nil {
		return store.Edition{}, err
	}
	number, err := editionNumber(r.PathValue("number"))
	if err != nil {
		return store.Edition{}, err
	}
	return s.store.Edition(r.Context(), slug, number)
}

// editionNumber reads the number of an edition as addresses have it. The error is a page that is not there.
func editionNumber(written string) (int, error) {
	n, err := strconv.ParseInt(written, 10, 32)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != written {
		return 0, errNoPage
	}
	return int(n), nil
}

// gone is the error of an edition that was taken down, nil for any other.
func gone(e store.Edition) error {
	if e.RedactedOn.IsZero() {
		return nil
	}
	return &statusError{status: http.StatusGone, message: "Edition " + strconv.Itoa(e.Number) +
		" was taken down on " + day(e.RedactedOn) + ". Its record and its hash stay in the log."}
}

// bodyOf reads the body of an edition. The error is that of [gone] for one that was taken down.
func bodyOf(e store.Edition) (edition.Body, error) {
	if err := gone(e); err != nil {
		return edition.Body{}, err
	}
	return edition.Read(e.Body)
}

// renderEdition shows the page of an edition; the state is that of its own page.
func (s *Server) renderEdition(w http.ResponseWriter, r *http.Request, e store.Edition, state editionState) error {
	body, err := bodyOf(e)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("asof") != "" {
		return s.renderAsOf(w, r, e, body.Content)
	}
	live := r.PathValue("number") == ""
	s.linkVersions(w.Header(), e, live)
	l := s.layout(r, body.Content.Title)
	l.Skip, l.Script = ui.Link{Text: "Skip to the comparison", Href: "#comparison"}, s.script
	l.NoIndex = l.NoIndex || live && e.Fate.Kind != ""
	l.isAbout(ui.EditionPath(e.Fact, e.Number))
	l.Meta = s.editionMeta(l.Meta, body.Content, e, live)
	l.Meta.Canonical = l.Meta.URL // an edition is its own, since the live page goes on without it (RFC 6596)
	l.Meta.Alternates = append(l.Meta.Alternates, s.oEmbedLinks(r.URL.Path, body.Content.Title)...)
	c := newColophon(s.publicURL, e)
	c.Review = plainProse(body.Review)
	v := newFactView(l, body.Content, c)
	v.Fate = newFateView(e)
	v.State, v.Take, v.Share = state, s.takenEdition(e, body.Content), s.newShare(e, body.Content, "")
	return s.render(w, r, factPage(v))
}

// partyNames lists parties by name.
func partyNames(parties []edition.PartyName) string {
	var names []string
	for _, p := range parties {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
