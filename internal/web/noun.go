package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// nounView is the page of a source, party, outlet or occasion: what is known of it and the claims that hang on it.
type nounView struct {
	layout
	Kind    string
	Name    string
	Note    string
	Lines   []ui.Titled
	Related []related
	Entries []ui.Entry
	None    string // what stands in place of claims where there are none
	More    ui.Link
}

// A related part is a list of other nouns.
type related struct {
	Title string
	Nouns []ui.Noun
}

// indexView is a list of all nouns of a kind.
type indexView struct {
	layout
	Name  string
	Lede  string
	Nouns []ui.Noun
	More  ui.Link
}

func (s *Server) listSources(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, s.store.Sources, "Sources", "Everybody who is quoted or reported here, by name.", ui.SourcesPath, ui.SourcePath)
}

func (s *Server) listParties(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, s.store.Parties, "Parties", "For whom sources speak. Parties are never merged unless a text does so.", ui.PartiesPath, ui.PartyPath)
}

func (s *Server) listOutlets(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, s.store.Outlets, "Outlets", "Who published what is read here.", ui.OutletsPath, ui.OutletPath)
}

func (s *Server) listEvents(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, s.store.Events, "Occasions", "Calls, hearings and happenings on which things were said, newest first.", ui.EventsPath, ui.EventPath)
}

func (s *Server) listArticles(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, s.store.Articles, "Articles", "What has been read here, newest first.", ui.ArticlesPath, ui.ArticlePath)
}

// list shows an index.
func (s *Server) list(w http.ResponseWriter, r *http.Request, ask func(context.Context, string) (store.NounList, error),
	name, lede, path string, pathOf func(string) string) error {
	list, err := ask(r.Context(), after(r))
	if err != nil {
		return err
	}
	v := indexView{layout: s.layout(r, name), Name: name, Lede: lede, More: further(path, list.More)}
	v.Fiction = len(list.Rows) > 0 && !slices.ContainsFunc(list.Rows, func(n edition.NounRow) bool { return !n.Fiction })
	v.Nouns = newNouns(list.Rows, pathOf, v.Fiction)
	v.Meta = s.listMeta(v.Meta, path, name, lede, nounLinks(list.Rows, pathOf))
	return s.render(w, r, indexPage(v))
}

// newNouns makes the entries of a list of nouns, with the numbers of their claims. Where all of the page is invented, the page
// says so and no entry does.
func newNouns(rows []edition.NounRow, pathOf func(string) string, all bool) []ui.Noun {
	var nouns []ui.Noun
	for _, n := range rows {
		noun := ui.Noun{Name: ui.Link{Text: n.Title, Href: pathOf(n.Slug)}, Note: strings.Join(without("", strings.Trim(n.Note, ", "), inventedMark(n.Fiction && !all)), ", ")}
		if n.Count > 0 {
			noun.Count = counted(n.Count, "claim", "claims")
		}
		nouns = append(nouns, noun)
	}
	return nouns
}

func (s *Server) showSource(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Source(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.SourcePath)
	}
	l := s.layout(r, p.Noun.Name)
	l.Meta = s.sourceMeta(l.Meta, p)
	return s.render(w, r, nounPage(newSourceView(l, p)))
}

func newSourceView(l layout, p store.SourcePage) nounView {
	v := newNounView(l, p.NounPage, "Source", p.Noun.Name, p.Noun.Note, ui.SourcePath(p.Noun.Slug))
	if p.Noun.Withheld.Reason != "" {
		v.line("Name", withheldWords(p.Noun.Withheld))
	}
	v.line("Kind", said(sourceWords, p.Noun.Kind))
	if p.Party.Slug != "" {
		v.Lines = append(v.Lines, ui.Titled{Title: "Speaks for", Text: ui.Prose{{Text: p.Party.Name, Href: ui.PartyPath(p.Party.Slug)}}})
	}
	var offices []string
	for _, o := range p.Noun.Offices {
		offices = append(offices, strings.Join(without("", o.Title, span(o.From, o.Until)), ", "))
	}
	v.line("Offices", strings.Join(offices, "; "))
	v.line("Printed as", strings.Join(p.Noun.Printed, ", "))
	return v
}

// span says over which days something held: "from 2029-01-01", "2029-01-01 to 2031-05-01".
func span(from, until string) string {
	switch {
	case from == "" && until == "":
		return ""
	case until == "":
		return "from " + from
	case from == "":
		return "until " + until
	}
	return from + " to " + until
}

func (s *Server) showParty(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Party(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.PartyPath)
	}
	v := newNounView(s.layout(r, p.Noun.Name), p.NounPage, "Party", p.Noun.Name, p.Noun.Note, ui.PartyPath(slug))
	v.Meta = s.partyMeta(v.Meta, p)
	v.relate("Sources that speak for it", newNouns(p.Sources, ui.SourcePath, p.Fiction))
	return s.render(w, r, nounPage(v))
}

func (s *Server) showOutlet(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Outlet(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.OutletPath)
	}
	l := s.layout(r, p.Noun.Name)
	l.Meta = s.outletMeta(l.Meta, p)
	return s.render(w, r, nounPage(newOutletView(l, p)))
}

func newOutletView(l layout, p store.OutletPage) nounView {
	v := newNounView(l, p.NounPage, "Outlet", p.Noun.Name, p.Noun.Note, ui.OutletPath(p.Noun.Slug))
	v.line("What it is", p.Noun.Description)
	v.line("Country", p.Noun.Country)
	if p.Noun.Unknown {
		v.line("Identified", "no; this stands for an outlet that could not be identified")
	}
	v.relate("Articles", newNouns(p.Articles, ui.ArticlePath, p.Fiction))
	return v
}

func (s *Server) showEvent(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Event(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.EventPath)
	}
	l := s.layout(r, p.Noun.Title)
	l.Meta = s.eventMeta(l.Meta, p)
	return s.render(w, r, nounPage(newEventView(l, p)))
}

func newEventView(l layout, p store.EventPage) nounView {
	v := newNounView(l, p.NounPage, said(eventWords, p.Noun.Kind), p.Noun.Title, p.Noun.Note, ui.EventPath(p.Noun.Slug))
	v.line("When", dateWords(p.Noun.Date))
	var links linker
	for i, a := range p.Noun.Accounts {
		line := ui.Titled{Text: links.prose(a.Text)}
		if i == 0 {
			line.Title = "Accounts"
		}
		v.Lines = append(v.Lines, line)
	}
	v.relate("Who took part", newNouns(p.Participants, ui.SourcePath, p.Fiction))
	v.None = "No claim of a published fact was said on this occasion."
	return v
}

func newNounView[T any](l layout, p store.NounPage[T], kind, name, note, path string) nounView {
	l.Fiction = p.Fiction
	return nounView{
		layout: l, Kind: kind, Name: name, Note: note, Entries: newEntries(p.Claims, p.Fiction), More: further(path, p.More),
		None: "No claim of a published fact hangs on it.",
	}
}

func (v *nounView) line(title, text string) {
	if text != "" {
		v.Lines = append(v.Lines, ui.Titled{Title: title, Text: ui.Plainly(text)})
	}
}

func (v *nounView) relate(title string, nouns []ui.Noun) {
	if len(nouns) > 0 {
		v.Related = append(v.Related, related{title, nouns})
	}
}
