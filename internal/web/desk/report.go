package desk

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

// largestReport is the largest body that the readers' form brings, in bytes: much more than it may hold, so that a field with far
// too much in it is still read, and told.
const largestReport = 2 << 20

// A reportView is the form by which a reader reports what is wrong or missing. It is drawn in the frame of readers' pages.
type reportView struct {
	fieldSet
	About    ui.Link // the page that it is about, where that is known
	Address  string  // of that page, as it is kept
	Fiction  bool    // the page was invented for practice
	Contact  ui.Link // another way to reach the desk; no address for none
	Readable bool    // what is sent can be read on its way
}

// reportFields are the fields of the form.
var reportFields = []string{"about", "words", "better", "sender"}

// reportLabels are what the fields are called.
var reportLabels = map[string]string{
	"about": "Which page it is about", "words": "What is wrong or missing", "better": "Where a better source is", "sender": "Your name or mail address",
}

// Reports returns what answers for the form by which readers report what is wrong, for [web.Server.MountReport]. It asks for no
// account, sets no cookie, and looks at none.
func (s *Server) Reports() http.Handler {
	return clientAddress(s.trusted)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		var err error
		switch {
		case r.URL.Path != web.ReportPath:
			err = s.showReported(w, r)
		case r.Method == http.MethodPost:
			err = s.takeReport(w, r)
		default:
			err = s.showReport(w, r)
		}
		if err != nil {
			s.site.Fail(w, r, err)
		}
	}))
}

// showReport shows the form, for the page that the address names.
func (s *Server) showReport(w http.ResponseWriter, r *http.Request) error {
	v := reportView{fieldSet: fieldSet{Values: url.Values{}}}
	if about := r.URL.Query().Get("about"); len(badText("about", about)) == 0 {
		v.Values.Set("about", about)
	}
	return s.drawReport(w, r, http.StatusOK, v)
}

// takeReport takes a report, or draws the form again with what keeps it from being taken.
func (s *Server) takeReport(w http.ResponseWriter, r *http.Request) error {
	sent, err := sentReport(w, r)
	report, problems := readReport(sent)
	v := reportView{fieldSet: fieldSet{Values: sent, Problems: problems}}
	if e, ok := errors.AsType[*statusError](err); ok {
		v.Problems = []narrative.Problem{{Message: e.message}}
		return s.drawReport(w, r, e.status, v)
	}
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.drawReport(w, r, http.StatusUnprocessableEntity, v)
	}
	id, err := s.store.Report(r.Context(), report, addressOf(r))
	unsound, isUnsound := errors.AsType[*store.Unsound](err)
	throttled, isThrottled := errors.AsType[*store.Throttled](err)
	switch {
	case isUnsound:
		v.Problems = unsound.Problems
		return s.drawReport(w, r, http.StatusUnprocessableEntity, v)
	case isThrottled:
		s.log.WarnContext(r.Context(), "reported too often", "request", web.RequestID(r), "house", throttled.House)
		w.Header().Set("Retry-After", strconv.Itoa(int(throttled.After.Seconds())))
		v.Problems = []narrative.Problem{{Message: reportsHeld(throttled)}}
		return s.drawReport(w, r, http.StatusTooManyRequests, v)
	case errors.Is(err, store.ErrUnavailable):
		w.Header().Set("Retry-After", "10")
		v.Problems = []narrative.Problem{{Message: "The site cannot keep anything just now. What you wrote is still here: please try again in a minute."}}
		return s.drawReport(w, r, http.StatusServiceUnavailable, v)
	case err != nil:
		return err
	}
	s.log.InfoContext(r.Context(), "reported", "request", web.RequestID(r), "complaint", id)
	to := url.Values{"number": {strconv.FormatInt(id, 10)}, "about": {report.About}}
	http.Redirect(w, r, web.ReportedPath+"?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// sentReport reads the fields of the form from what a request brings, and passes over any other. What was sent is returned beside
// an error too, as far as it was read, so that a form that is refused as a whole loses nothing: package net/http would.
func sentReport(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	sent := url.Values{}
	if mediaOf(r) != fieldsType {
		return sent, errMedia
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestReport))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = errTooLarge
	}
	pieces := 0
	for piece := range strings.SplitSeq(string(body), "&") {
		pieces++
		escapedName, escaped, _ := strings.Cut(piece, "=")
		name, badName := url.QueryUnescape(escapedName)
		text, badText := url.QueryUnescape(escaped)
		if err == nil && (badName != nil || badText != nil) {
			err = errBadForm
		}
		if slices.Contains(reportFields, name) && badText == nil {
			sent.Add(name, text)
		}
	}
	if err == nil && pieces > mostFields {
		err = errTooMany
	}
	return sent, err
}

// reportsHeld says that there were too many reports, and how long to wait.
func reportsHeld(t *store.Throttled) string {
	who := "Several reports have come from your network of late"
	if t.House {
		who = "Very many reports have come today"
	}
	return who + ", and this one was not taken. What you wrote is still here: please send it again in " + minutes(t.After) + "."
}

// readReport reads the form, each field of which has to be sent once.
func readReport(sent url.Values) (report store.Report, problems []narrative.Problem) {
	text := map[string]string{}
	for _, name := range reportFields {
		if n := len(sent[name]); n != 1 {
			problems = append(problems, narrative.Problem{Path: name, Message: "was sent " + numbered(n, "time", "times") + "; expected once"})
			continue
		}
		text[name] = strings.TrimSpace(strings.ReplaceAll(sent.Get(name), "\r\n", "\n"))
		problems = append(problems, badText(name, text[name])...)
	}
	report = store.Report{About: ui.HomePath, Words: text["words"], Better: text["better"], Sender: text["sender"]}
	if text["about"] != "" {
		report.About = ourPath(text["about"])
	}
	return report, problems
}

// drawReport draws the form with a status. Where the page that it is about is known, the form says so in words.
func (s *Server) drawReport(w http.ResponseWriter, r *http.Request, status int, v reportView) error {
	v.Label = func(path string) string { return reportLabels[path] }
	v.Readable = !s.mayLogIn(r)
	about := ourPath(v.value("about"))
	if about != "" && len(v.errors("about")) == 0 {
		title, invented, err := s.site.PageTitle(r.Context(), about)
		switch {
		case err == nil:
			v.About, v.Address, v.Fiction = ui.Link{Text: title, Href: about}, about, invented
		case status == http.StatusOK && !errors.Is(err, store.ErrNotFound): // else what was written is worth more than the title
			return err
		}
	}
	contact := about
	if v.Address == "" {
		contact = ui.HomePath
	}
	v.Contact.Href = s.site.Contact(contact)
	return s.site.SendPage(w, r, status, web.Page{Title: "Something wrong or missing?", Fiction: v.Fiction, Sheet: "desk.css", Content: reportPage(v)})
}

// A reportedView is the page after a report. All that it knows is in its address, which anybody can write.
type reportedView struct {
	Number string
	About  ui.Link // no address for none that is known
}

// showReported says what becomes of a report now, and nothing of the report.
func (s *Server) showReported(w http.ResponseWriter, r *http.Request) error {
	number, about := r.URL.Query().Get("number"), r.URL.Query().Get("about")
	if id, err := entryOf(number); err != nil || id == 0 || strconv.FormatInt(id, 10) != number {
		return store.ErrNotFound
	}
	v := reportedView{Number: number}
	switch title, _, err := s.site.PageTitle(r.Context(), about); {
	case err == nil:
		v.About = ui.Link{Text: title, Href: about}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return s.site.SendPage(w, r, http.StatusOK, web.Page{Title: "It is with the editors", Content: reportedPage(v)})
}
