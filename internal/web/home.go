package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// homeView is the front page: what is contested now.
type homeView struct {
	layout
	Groups   []factGroup
	Disputes []ui.Noun
	Editions []editionEntry
}

// A factGroup is the facts that are equally alive.
type factGroup struct {
	ID    string
	Title string
	Facts []ui.FactEntry
}

// An editionEntry is an edition in a list.
type editionEntry struct {
	Link   ui.Link
	Number string
	On     string
	Reason string
}

func (s *Server) showHome(w http.ResponseWriter, r *http.Request) error {
	h, err := s.store.Home(r.Context())
	if err != nil {
		return err
	}
	if len(h.Facts) == 0 {
		w.Header().Set("Cache-Control", none.control) // it is over in a moment
		return s.render(w, r, firstRunPage(s.layout(r, "")))
	}
	l := s.layout(r, "")
	l.Meta = s.homeMeta(l.Meta, h.Facts)
	return s.render(w, r, homePage(newHomeView(l, h)))
}

// newHomeView makes the front page: what is developing first, and in each group by the latest claim.
func newHomeView(l layout, h store.Home) homeView {
	v := homeView{layout: l}
	v.Fiction = len(h.Disputes) > 0 && !slices.ContainsFunc(h.Disputes, func(d edition.NounRow) bool { return !d.Fiction })
	for _, state := range []narrative.Liveliness{narrative.Developing, narrative.Dormant, narrative.Overtaken} {
		group := factGroup{ID: string(state), Title: statusWords[state]}
		for _, f := range h.Facts {
			if f.Status.State == string(state) {
				group.Facts = append(group.Facts, newFactEntry(f, len(h.Disputes) > 1, v.Fiction))
			}
		}
		if len(group.Facts) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	for _, d := range h.Disputes {
		v.Disputes = append(v.Disputes, ui.Noun{
			Name: ui.Link{Text: d.Title, Href: ui.DisputePath(d.Slug)}, Count: counted(d.Count, "fact", "facts"),
			Note: inventedMark(d.Fiction && !v.Fiction),
		})
	}
	for _, e := range h.Editions {
		v.Editions = append(v.Editions, newEditionEntry(e, v.Fiction))
	}
	return v
}

// newEditionEntry makes the entry of an edition on a page of which all may be invented.
func newEditionEntry(e store.EditionRow, all bool) editionEntry {
	entry := editionEntry{
		Link:   ui.Link{Text: e.Title, Href: ui.EditionPath(e.Fact, e.Number)},
		Number: "Edition " + strconv.Itoa(e.Number),
		On:     strings.Join(without("", day(e.PublishedAt), inventedMark(e.Fiction && !all)), ", "),
	}
	if e.Kind == edition.Correction {
		entry.Reason = "Correction: " + e.Reason
	}
	return entry
}

// newFactEntry makes the entry of a fact in a list. Whether its dispute is named depends on the list; where all of the list
// is invented, the page says so and no entry does.
func newFactEntry(f edition.FactRow, withDispute, all bool) ui.FactEntry {
	var l linker
	e := ui.FactEntry{
		Question: ui.Link{Text: f.Title, Href: ui.FactPath(f.Fact)},
		Status:   l.prose(f.Status.Text),
		AsOf:     l.prose(f.AsOf),
		About: strings.Join(without("",
			counted(f.Claims, "claim", "claims"), counted(f.Articles, "article read", "articles read"), "edition "+strconv.Itoa(f.Number),
			inventedMark(f.Fiction && !all),
		), " · "),
	}
	if withDispute {
		e.Dispute = ui.Link{Text: f.Dispute.Title, Href: ui.DisputePath(f.Dispute.Slug)}
	}
	for i, b := range f.Bands {
		if i > 0 {
			e.Aspects = append(e.Aspects, ui.Link{Text: b.Question.String(), Href: ui.At(ui.FactPath(f.Fact), bandID(b.Aspect))})
			continue
		}
		if b.Aspect != "" {
			e.Aspect = b.Question.String()
		}
		for _, h := range b.Heads {
			e.Heads = append(e.Heads, ui.Head{Letter: h.Letter, Colour: h.Colour, Label: l.prose(h.Label)})
		}
	}
	return e
}

// counted says a number of things: "1 article", "5 articles".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// factsView is the list of all facts.
type factsView struct {
	layout
	Facts []ui.FactEntry
	More  ui.Link
}

// factsOnPage is how many facts a page of the list has.
const factsOnPage = 25

func (s *Server) listFacts(w http.ResponseWriter, r *http.Request) error {
	p, err := s.store.Facts(r.Context(), after(r), factsOnPage)
	if err != nil {
		return err
	}
	const name = "Contested facts"
	v := factsView{layout: s.layout(r, name), More: further(ui.FactsPath, p.More)}
	v.Meta = s.withFactsFeed(s.listMeta(v.Meta, ui.FactsPath, name, "Every contested fact here, those with the latest claims first.", factLinks(p.Facts)))
	v.Fiction = len(p.Facts) > 0 && !slices.ContainsFunc(p.Facts, func(f edition.FactRow) bool { return !f.Fiction })
	for _, f := range p.Facts {
		v.Facts = append(v.Facts, newFactEntry(f, true, v.Fiction))
	}
	return s.render(w, r, factsPage(v))
}

// disputeView is the page of a dispute.
type disputeView struct {
	layout
	Name       string
	Background []ui.Prose
	NamePolicy []ui.Prose
	Facts      []ui.FactEntry
}

func (s *Server) showDispute(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Dispute(r.Context(), slug)
	if err != nil {
		return moved(err, ui.DisputePath)
	}
	l := s.layout(r, p.Dispute.Title)
	l.Meta = s.disputeMeta(l.Meta, p)
	return s.render(w, r, disputePage(newDisputeView(l, p)))
}

func newDisputeView(l layout, p store.DisputePage) disputeView {
	l.Fiction = p.Dispute.Fiction
	var links linker
	v := disputeView{
		layout: l, Name: p.Dispute.Title,
		Background: links.proses(p.Dispute.Background), NamePolicy: links.proses(p.Dispute.NamePolicy),
	}
	for _, f := range p.Facts {
		v.Facts = append(v.Facts, newFactEntry(f, false, l.Fiction))
	}
	return v
}
