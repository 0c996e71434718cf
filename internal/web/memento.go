package web

import (
	"net/http"
	"strings"
	"time"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// Memento (RFC 7089): a fact's live page is the Original Resource, each of its editions a Memento, at addresses that are
// none of the TimeGate's (pattern 2.1 of its section 4.2). Relations between editions are those of RFC 5829.

// linkFormat is the media type of a TimeMap (RFC 6690).
const linkFormat = "application/link-format"

// A webLink is a link with its relations and further attributes (RFC 8288). Its address is absolute.
type webLink struct {
	href, rel  string
	attributes string // `; name="value"`, each
}

func (k webLink) String() string { return "<" + k.href + `>; rel="` + k.rel + `"` + k.attributes }

// datetime writes an attribute with a time (RFC 7089, 2.2.4).
func datetime(name string, t time.Time) string {
	return "; " + name + `="` + t.UTC().Format(http.TimeFormat) + `"`
}

// bounds are the attributes of a link to a list of mementos between two times.
func bounds(from, until time.Time) string {
	return `; type="` + linkFormat + `"` + datetime("from", from) + datetime("until", until)
}

func (s *Server) originalLink(fact string) webLink {
	return webLink{s.absolute(ui.FactPath(fact)), "original", ""}
}

// invented adds to a link that what it leads to was invented for practice, in the place of a title (RFC 8288, 3.4.1).
func (k webLink) invented(fiction bool) webLink {
	if fiction {
		k.attributes += `; title="` + upperFirst(inventedMark(fiction)) + `"`
	}
	return k
}

func (s *Server) timeGateLink(fact string) webLink {
	return webLink{s.absolute(ui.TimeGatePath(fact)), "timegate", ""}
}

// timeMapLink links to the list of a fact's mementos, with the bounds of time that it has.
func (s *Server) timeMapLink(fact string, first, last store.Memento) webLink {
	return webLink{s.absolute(ui.TimeMapPath(fact)), "timemap", bounds(first.PublishedAt, last.PublishedAt)}
}

// mementoLink links to a memento, saying whether it is the first or the last.
func (s *Server) mementoLink(fact string, m, first, last store.Memento) webLink {
	rel := "memento"
	if m.Number == last.Number {
		rel = "last " + rel
	}
	if m.Number == first.Number {
		rel = "first " + rel
	}
	return webLink{s.absolute(ui.EditionPath(fact, m.Number)), rel, datetime("datetime", m.PublishedAt)}
}

// boundLinks link to the first memento and to the last, which may be the same.
func (s *Server) boundLinks(fact string, first, last store.Memento) []webLink {
	links := []webLink{s.mementoLink(fact, first, first, last)}
	if last.Number != first.Number {
		links = append(links, s.mementoLink(fact, last, first, last))
	}
	return links
}

// linkVersions names, on the answer with an edition or with the live page of a fact, the ways through time. An edition is
// dated as a Memento, whose state does not change any more.
func (s *Server) linkVersions(h http.Header, e store.Edition, live bool) {
	first, last := e.Around.First, e.Around.Last
	history := webLink{s.absolute(ui.EditionsPath(e.Fact)), "version-history", ""}
	links := []webLink{s.timeGateLink(e.Fact), s.timeMapLink(e.Fact, first, last), history}
	if !live {
		h.Set("Memento-Datetime", e.PublishedAt.UTC().Format(http.TimeFormat))
		original := s.originalLink(e.Fact)
		if e.Fate.Into == "" { // else the address leads to another fact by now
			original.rel += " latest-version"
		}
		links = append([]webLink{original}, links...)
		if e.Around.Previous > 0 {
			links = append(links, webLink{s.absolute(ui.EditionPath(e.Fact, e.Around.Previous)), "predecessor-version", ""})
		}
		if e.Around.Next > 0 {
			links = append(links, webLink{s.absolute(ui.EditionPath(e.Fact, e.Around.Next)), "successor-version", ""})
		}
		links = append(links, s.boundLinks(e.Fact, first, last)...)
	}
	addLinks(h, links)
}

// addLinks adds links to the header, beside those that it has.
func addLinks(h http.Header, links []webLink) { h.Add("Link", joinedLinks(links, ", ")) }

func joinedLinks(links []webLink, separator string) string {
	var texts []string
	for _, k := range links {
		texts = append(texts, k.String())
	}
	return strings.Join(texts, separator)
}

var errDatetime = &statusError{
	status:  http.StatusBadRequest,
	message: "Accept-Datetime takes one time such as “Tue, 20 Mar 2001 20:35:00 GMT”.",
}

// acceptDatetime returns the time for which a visitor asks, the zero time for none. Of the forms of a date in HTTP only
// that of RFC 1123 is one (RFC 7089, 2.1.1); anything else is a mistake (4.5.3).
func acceptDatetime(h http.Header) (time.Time, error) {
	values := h.Values("Accept-Datetime")
	if len(values) == 0 {
		return time.Time{}, nil
	}
	at, err := time.Parse(http.TimeFormat, values[0])
	if err != nil || len(values) > 1 || at.Year() < 1 {
		return time.Time{}, errDatetime
	}
	if at.IsZero() {
		at = at.Add(time.Second) // as far before the first edition
	}
	return at, nil
}

// showTimeGate leads to the edition that a fact's page showed at the time of Accept-Datetime, the first one for a time
// before that, and the latest where no time is named. An edition that was taken down is none of those to be chosen from.
func (s *Server) showTimeGate(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	at, err := acceptDatetime(r.Header)
	if err != nil {
		return err
	}
	m, err := s.store.MementoAt(r.Context(), slug, at)
	if err != nil {
		return moved(err, ui.TimeGatePath)
	}
	h := w.Header()
	h.Set("Vary", "accept-datetime")
	h.Set("Location", ui.EditionPath(m.Fact, m.Chosen.Number))
	addLinks(h, append([]webLink{s.originalLink(m.Fact), s.timeMapLink(m.Fact, m.First, m.Last)}, s.boundLinks(m.Fact, m.First, m.Last)...))
	w.WriteHeader(http.StatusFound)
	return nil
}

// showTimeMap lists the editions of a fact by time. A long list comes in pages, each of which names the next and the
// first (RFC 7089, 5.1.2). Editions that were taken down are left out: what answers 410 is no Memento.
func (s *Server) showTimeMap(w http.ResponseWriter, r *http.Request) error {
	slug, err := slugOf(r)
	if err != nil {
		return err
	}
	p, err := s.store.Mementos(r.Context(), slug, after(r))
	if err != nil {
		return moved(err, ui.TimeMapPath)
	}
	begin := s.absolute(ui.TimeMapPath(p.Fact))
	self := webLink{begin, "self", bounds(p.List[0].PublishedAt, p.List[len(p.List)-1].PublishedAt)}
	links := []webLink{s.originalLink(p.Fact).invented(p.Fiction), self, s.timeGateLink(p.Fact)}
	if cursor := after(r); cursor != "" {
		links[1].href = s.absolute(ui.After(ui.TimeMapPath(p.Fact), cursor))
		links = append(links, webLink{begin, "timemap", `; type="` + linkFormat + `"` + datetime("from", p.First.PublishedAt)})
	}
	if p.More != "" {
		links = append(links, webLink{
			s.absolute(ui.After(ui.TimeMapPath(p.Fact), p.More)), "timemap", `; type="` + linkFormat + `"` + datetime("from", p.Next.PublishedAt),
		})
	}
	for _, m := range p.List {
		links = append(links, s.mementoLink(p.Fact, m, p.First, p.Last))
	}
	send(w, linkFormat, []byte(joinedLinks(links, ",\n")+"\n"))
	return nil
}
