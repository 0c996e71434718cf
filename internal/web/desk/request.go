package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

const requestsPath = web.DeskPath + "/requests"

// A requestsView is the list of requests for comment. They are entered in the forms of their facts, to which the list leads.
type requestsView struct {
	layout
	fieldSet // of the fact that a new one is to be about
	All      bool
	Rows     []requestRow
	More     string
}

// A requestRow is a request for comment in the list.
type requestRow struct {
	Fact    ui.Link
	To      ui.Link
	Asked   string
	State   string
	Overdue bool

	Invented bool // the fact
}

// requestStates say what became of a request.
var requestStates = map[narrative.RequestState]string{
	narrative.RequestOpen: "open", narrative.RequestAnswered: "answered", narrative.RequestDeclined: "declined to comment", narrative.RequestNone: "nothing came",
}

// requestHref is where a fact's requests for comment are entered.
func requestHref(fact narrative.Slug) string {
	return nounPath(narrative.KindFact, string(fact)) + "#" + fieldID("requests")
}

// listRequests shows the requests for comment: those that are open or, if the address asks for it, all. Where the address names
// the fact of a new one, it leads on to the fact's form.
func (s *Server) listRequests(w http.ResponseWriter, r *http.Request) error {
	v := requestsView{layout: s.layout(r, "Requests for comment"), All: r.URL.Query().Get("show") == "all"}
	status, err := s.beginRequest(r, &v)
	if err != nil {
		return err
	}
	page, err := s.store.Requests(r.Context(), !v.All, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	for _, q := range page.Requests {
		row := requestRow{
			Fact:    ui.Link{Text: q.Question, Href: requestHref(q.Fact)},
			To:      ui.Link{Text: q.Name, Href: nounPath(narrative.KindSource, string(q.To))},
			Asked:   minuteWords(q.Asked),
			State:   requestStates[q.State],
			Overdue: q.Overdue, Invented: q.Invented,
		}
		if q.Settled != "" {
			row.State += ", " + minuteWords(q.Settled)
		}
		if q.Deadline != "" {
			row.State += "; deadline " + minuteWords(q.Deadline)
		}
		v.Rows = append(v.Rows, row)
	}
	if page.More != "" {
		next := url.Values{"after": {page.More}}
		if v.All {
			next.Set("show", "all")
		}
		v.More = requestsPath + "?" + next.Encode()
	}
	return s.render(w, r, status, requestsPage(v))
}

// beginRequest leads on to the form of the fact that was chosen for a new request, or says why that is none.
func (s *Server) beginRequest(r *http.Request, v *requestsView) (status int, err error) {
	query := r.URL.Query()
	if !query.Has("fact") {
		return http.StatusOK, nil
	}
	v.Values = url.Values{"fact": {query.Get("fact")}}
	refuse := func(message string) (int, error) {
		v.Problems = []narrative.Problem{{Path: "fact", Message: message}}
		return http.StatusUnprocessableEntity, nil
	}
	text := strings.TrimSpace(query.Get("fact"))
	switch {
	case len(query["fact"]) > 1:
		return refuse("was sent " + strconv.Itoa(len(query["fact"])) + " times; expected once")
	case text == "":
		return refuse("missing; expected the fact that somebody is asked about")
	case len(badText("fact", text)) > 0 || utf8.RuneCountInString(text) > narrative.MaxLine:
		return refuse("cannot be read; expected a short name or a question")
	}
	named := store.Named{Kind: narrative.KindFact, Text: text}
	meant, err := s.store.Resolve(r.Context(), []store.Named{named})
	if err != nil {
		return 0, err
	}
	m := meant[named]
	if len(m.Slugs) != 1 {
		return refuse(notNamed(named, m))
	}
	return 0, &redirect{requestHref(m.Slugs[0])}
}
