package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// Where readers report what is wrong or missing, by a form of the site's own, and what the page after it is.
const (
	ReportPath   = "/report"
	ReportedPath = ReportPath + "/sent"
)

// longestReportAbout is the longest address that the form is filled in with, in bytes: it stands escaped in another one.
const longestReportAbout = 500

// MountReport lets h answer for the form by which readers report what is wrong: [ReportPath] and [ReportedPath]. Pages lead
// there from then on. The form is on the editors' side, since nothing on the readers' can write; h bounds the bodies, and draws
// its pages by [Server.SendPage]. It must be called before the server is used.
func (s *Server) MountReport(h http.Handler) {
	r := s.handler.(chi.Router)
	r.Method(http.MethodGet, ReportPath, h)
	r.Method(http.MethodPost, ReportPath, h)
	r.Method(http.MethodGet, ReportedPath, h)
	s.reports = true
	s.build += "\n" + ReportPath
}

// boundsItself reports whether a request is answered by what is mounted, which bounds its body.
func boundsItself(r *http.Request) bool { return isDesk(r) || r.URL.Path == ReportPath }

// methodsOf are the methods that a page answers.
func (s *Server) methodsOf(path string) string {
	if s.reports && path == ReportPath {
		return "GET, HEAD, POST"
	}
	return "GET, HEAD"
}

// report is the address of the form for a page of ours, "" where there is none.
func (d helpdesk) report(path string) string {
	if !d.form {
		return ""
	}
	if len(path) > longestReportAbout {
		path = ui.HomePath
	}
	return ReportPath + "?about=" + url.QueryEscape(path)
}

// wrong is the first way to report something about an address of ours: the form or, without one, the contact.
func (d helpdesk) wrong(path string) string {
	if to := d.report(path); to != "" {
		return to
	}
	return d.about(path)
}

// isAbout says what of ours can be reported on the page: the address that is filled in.
func (l *layout) isAbout(path string) {
	l.Wrong, l.Contact = l.desk.wrong(path), ""
	if contact := l.desk.about(path); contact != l.Wrong {
		l.Contact = contact
	}
}

// contactWords are what the link to the contact says, where it is the second way.
func (l layout) contactWords() string {
	if strings.HasPrefix(l.Contact, "mailto:") {
		return "Tell the desk by mail"
	}
	return "Another way to tell the desk"
}

// A Page is a page in the frame of readers' pages whose content another package draws. Programs that list pages pass it over, and
// its foot leads to no form, since it is the form, or what comes after.
type Page struct {
	Title   string
	Fiction bool   // all that it is about was invented for practice
	Sheet   string // name of a further style sheet, "" for none
	Content templ.Component
}

// SendPage writes the whole of a page with a status, or nothing.
func (s *Server) SendPage(w http.ResponseWriter, r *http.Request, status int, p Page) error {
	l := s.layout(r, p.Title)
	l.NoIndex, l.Fiction, l.Meta = true, p.Fiction, meta{}
	l.Wrong, l.Contact = "", ""
	if p.Sheet != "" {
		href, err := s.assets.url(p.Sheet)
		if err != nil {
			return err
		}
		l.Sheets = append(l.Sheets[:len(l.Sheets):len(l.Sheets)], sheet{href, "all"})
	}
	return s.renderAs(w, r, status, inFrame(l, p.Content))
}

// Contact is the link by which readers report something about an address of ours to the contact that the site was told, "" where
// there is none.
func (s *Server) Contact(about string) string {
	return helpdesk{contact: s.contact, site: s.publicURL}.about(about)
}

// Fail answers a reader for a handler that has failed. It tells nothing of the cause.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, err) }

// ownTitles are what the pages are called that stand for nothing published.
var ownTitles = map[string]string{
	ui.HomePath: "The first page", ui.FactsPath: "The list of facts", ui.ArticlesPath: "The list of articles", ui.SourcesPath: "The list of sources",
	ui.PartiesPath: "The list of parties", ui.OutletsPath: "The list of outlets", ui.EventsPath: "The list of occasions",
	ui.CorrectionsPath: "Corrections", ui.LogPath: "The log of editions", ui.AboutPath: "About Counterclaim", ui.MethodPath: "How claims are tagged",
	ui.APIPagePath: "The interface for programs",
}

// PageTitle returns what readers know the page at an address of ours as, and whether all on it was invented for practice. Parts
// of a page go by its name, and so do its editions. The error is [store.ErrNotFound] where no page of a name is there.
func (s *Server) PageTitle(ctx context.Context, address string) (title string, invented bool, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", false, store.ErrNotFound
	}
	if title := ownTitles[u.Path]; title != "" {
		return title, false, nil
	}
	list, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	name, _, _ := strings.Cut(rest, "/")
	kind, known := kindsOfPages[list]
	switch {
	case !known:
		return "", false, store.ErrNotFound
	case kind == narrative.KindClaim:
		code, err := narrative.ParseCode(name)
		if err != nil {
			return "", false, store.ErrNotFound
		}
		name = string(code)
	case !narrative.Slug(name).Valid():
		return "", false, store.ErrNotFound
	}
	title, invented, err = s.store.PageTitle(ctx, kind, name)
	if errors.Is(err, store.ErrBadText) {
		err = store.ErrNotFound
	}
	return title, invented, err
}

// kindsOfPages are the kinds of what is published by how addresses of its pages begin.
var kindsOfPages = map[string]narrative.Kind{
	"facts": narrative.KindFact, "claims": narrative.KindClaim, "disputes": narrative.KindDispute, "articles": narrative.KindArticle,
	"sources": narrative.KindSource, "outlets": narrative.KindOutlet, "parties": narrative.KindParty, "events": narrative.KindEvent,
}
