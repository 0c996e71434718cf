package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

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
	Older     string // address of the live page, where a newer edition stands there
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
	}
	c.Cited = publicURL + c.Permalink
	if e.Newest > e.Number {
		c.Older = ui.FactPath(e.Fact)
	}
	if e.Kind == edition.Correction {
		c.Reason = e.Reason
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
		return moved(err, ui.FactPath)
	}
	return s.renderEdition(w, r, fresh, e)
}

// showEdition shows one edition of a contested fact, for ever.
func (s *Server) showEdition(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex, follow")
	return s.renderEdition(w, r, lasting, e)
}

// showFactData sends the canonical bytes of the latest edition.
func (s *Server) showFactData(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	e, err := s.store.Edition(r.Context(), slug, 0)
	if err != nil {
		return moved(err, ui.FactDataPath)
	}
	w.Header().Set("Content-Location", ui.EditionDataPath(e.Fact, e.Number))
	sendEdition(w, r, fresh, e)
	return nil
}

// showEditionData sends the canonical bytes of one edition, those whose hash is in the log.
func (s *Server) showEditionData(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	keep := immutable
	if !e.RedactedOn.IsZero() {
		keep = fresh
	}
	sendEdition(w, r, keep, e)
	return nil
}

// edition finds the edition that an address names. It stays at the address at which it was published, whatever its fact is
// called today.
func (s *Server) edition(r *http.Request) (store.Edition, error) {
	slug, err := slugOf(r)
	if err != nil {
		return store.Edition{}, err
	}
	written := r.PathValue("number")
	number, err := strconv.ParseInt(written, 10, 32)
	if err != nil || number < 1 || strconv.FormatInt(number, 10) != written {
		return store.Edition{}, errNoPage
	}
	return s.store.Edition(r.Context(), slug, int(number))
}

// sendEdition sends an edition's bytes. Of an erased one what is left of it is sent, as gone.
func sendEdition(w http.ResponseWriter, r *http.Request, keep string, e store.Edition) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", keep)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	if !e.RedactedOn.IsZero() {
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write(e.Body) // fails only if the visitor has gone
		return
	}
	write(w, r, e.BodySHA256, e.Body)
}

// renderEdition shows the page of an edition.
func (s *Server) renderEdition(w http.ResponseWriter, r *http.Request, keep string, e store.Edition) error {
	if !e.RedactedOn.IsZero() {
		return &statusError{status: http.StatusGone, message: "Edition " + strconv.Itoa(e.Number) +
			" was taken down on " + day(e.RedactedOn) + ". Its record and its hash stay in the log."}
	}
	// An edition never changes, and the page round it only with the address and with what the newest edition is.
	key := editionKey{e.BodySHA256, e.Newest, r.URL.Path}
	page, err := s.editions.Get(context.WithoutCancel(r.Context()), key, otter.LoaderFunc[editionKey, htmlPage](
		func(ctx context.Context, _ editionKey) (htmlPage, error) {
			body, err := edition.Read(e.Body)
			if err != nil {
				return htmlPage{}, err
			}
			l := s.layout(r, body.Content.Title)
			l.Skip = ui.Link{Text: "Skip to the comparison", Href: "#comparison"}
			return draw(ctx, factPage(newFactView(l, body.Content, newColophon(s.publicURL, e))))
		}))
	if err != nil {
		return err
	}
	page.send(w, r, keep)
	return nil
}

// An editionKey names the drawn page of an edition.
type editionKey struct {
	body   string // hash
	newest int
	path   string
}

// editionsSize bounds the drawn pages of editions that are kept, in bytes.
const editionsSize = 64 << 20

// newEditions makes the memory of the drawn pages of editions. Of several requests for one that is not there one draws it.
func newEditions() (*otter.Cache[editionKey, htmlPage], error) {
	return otter.New(&otter.Options[editionKey, htmlPage]{
		MaximumWeight: editionsSize,
		Weigher:       func(_ editionKey, p htmlPage) uint32 { return uint32(len(p.html)) },
	})
}

// partyNames lists parties by name.
func partyNames(parties []edition.PartyName) string {
	var names []string
	for _, p := range parties {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
