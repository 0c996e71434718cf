package desk

import (
	"net/http"
	"net/url"

	"counterclaim/internal/narrative"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

const requestsPath = web.DeskPath + "/requests"

// A requestsView is the list of requests for comment. They are entered in the forms of their facts.
type requestsView struct {
	layout
	All  bool
	Rows []requestRow
	More string
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

// listRequests shows the requests for comment: those that are open or, if the address asks for it, all.
func (s *Server) listRequests(w http.ResponseWriter, r *http.Request) error {
	v := requestsView{layout: s.layout(r, "Requests for comment"), All: r.URL.Query().Get("show") == "all"}
	page, err := s.store.Requests(r.Context(), !v.All, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	for _, q := range page.Requests {
		row := requestRow{
			Fact:    ui.Link{Text: q.Question, Href: nounPath(narrative.KindFact, string(q.Fact)) + "#" + fieldID("requests")},
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
	return s.render(w, r, http.StatusOK, requestsPage(v))
}

// minuteWords writes a moment in its own zone: "3 May 2026, 18:00 +02:00".
func minuteWords(m narrative.Minute) string {
	return m.Time().Format("2 January 2006, 15:04 Z07:00")
}
