package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

const complaintsPath = web.DeskPath + "/complaints"

// complaintPath is a complaint by its number.
func complaintPath(id string) string { return complaintsPath + "/" + id }

// A complaintsView is the list of complaints.
type complaintsView struct {
	layout
	All  bool
	Rows []complaintRow
	More string
}

// A complaintRow is a complaint in the list.
type complaintRow struct {
	ui.Link
	When, State string
}

// outcomes are what may come of a complaint.
var outcomes = []choice{
	{string(store.OutcomeCorrection), "a correction"}, {string(store.OutcomeNote), "a note"}, {string(store.OutcomeNone), "nothing, for a reason"},
}

func outcomeWords(c store.Complaint) string {
	switch c.Outcome {
	case store.OutcomeCorrection:
		return "corrected in edition " + strconv.Itoa(c.Edition) + " of “" + cmp.Or(c.Question, string(c.Fact)) + "”"
	case store.OutcomeNote:
		return "a note was added: " + c.Reason
	case store.OutcomeNone:
		return "nothing was changed: " + c.Reason
	}
	return "open"
}

// listComplaints shows the complaints: those that are open or, if the address asks for it, all.
func (s *Server) listComplaints(w http.ResponseWriter, r *http.Request) error {
	v := complaintsView{layout: s.layout(r, "Complaints"), All: r.URL.Query().Get("show") == "all"}
	before, err := entryOf(r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	page, err := s.store.Complaints(r.Context(), !v.All, before)
	if err != nil {
		return err
	}
	for _, c := range page.Complaints {
		id := strconv.FormatInt(c.ID, 10)
		when := dayAndTime(c.ReceivedAt)
		if c.ByForm {
			when += ", by the readers’ form"
		}
		v.Rows = append(v.Rows, complaintRow{ui.Link{Text: "No. " + id + ", about " + c.About, Href: complaintPath(id)}, when, outcomeWords(c)})
	}
	if page.More > 0 {
		next := url.Values{"before": {strconv.FormatInt(page.More, 10)}}
		if v.All {
			next.Set("show", "all")
		}
		v.More = complaintsPath + "?" + next.Encode()
	}
	return s.render(w, r, http.StatusOK, complaintsPage(v))
}

// A complaintView is the form of a complaint.
type complaintView struct {
	layout
	fieldSet
	ID      int64   // 0 for a new one
	Page    ui.Link // the page that it is about; no address for none
	ByForm  bool
	Version int
	Action  string
	Erased  string // when what is private was taken away, "" while it is there
	State   string
	Settled bool
	MayWipe bool
	Draft   draftNote
}

// complaintFields are the form's fields; the names of what is not a time are those of the problems of
// [store.Store.SaveComplaint].
var complaintFields = []string{"received", "about", "fact", "sender", "words", "answer", "outcome", "edition", "reason"}

// newComplaint shows the form of a new complaint, with what the address says that it is about.
func (s *Server) newComplaint(w http.ResponseWriter, r *http.Request) error {
	v := complaintView{fieldSet: fieldSet{Values: url.Values{"received": {string(narrative.MinuteOf(s.now()))}}}}
	if about := r.URL.Query().Get("about"); about != "" && len(badText("about", about)) == 0 {
		v.Values.Set("about", about)
	}
	return s.drawComplaint(w, r, http.StatusOK, v)
}

// showComplaint shows a complaint with its form.
func (s *Server) showComplaint(w http.ResponseWriter, r *http.Request) error {
	id, err := complaintID(r)
	if err != nil {
		return err
	}
	c, err := s.store.Complaint(r.Context(), id)
	if err != nil {
		return err
	}
	v := complaintView{fieldSet: fieldSet{Values: writtenComplaint(c)}}
	v.take(c)
	return s.drawComplaint(w, r, http.StatusOK, v)
}

// take notes of which complaint, in which version, the form is.
func (v *complaintView) take(c store.Complaint) {
	v.ID, v.Version, v.State, v.Settled, v.ByForm = c.ID, c.Version, outcomeWords(c), !c.SettledAt.IsZero(), c.ByForm
	v.Page = ui.Link{Text: c.About, Href: c.About}
	if !c.ErasedAt.IsZero() {
		v.Erased = dayAndTime(c.ErasedAt)
	}
}

func (s *Server) drawComplaint(w http.ResponseWriter, r *http.Request, status int, v complaintView) error {
	title := "New complaint"
	v.Action = complaintsPath + "/new"
	if v.ID != 0 {
		title = "Complaint no. " + strconv.FormatInt(v.ID, 10)
		v.Action = complaintPath(strconv.FormatInt(v.ID, 10))
	}
	v.layout = s.layout(r, title)
	v.MayWipe = v.Settled && v.Erased == "" && v.Account.Role.May(store.RoleEditor)
	var err error
	if v.Draft, err = s.draftOf(r, v.Action); err != nil {
		return err
	}
	v.fieldSet = v.Draft.fill(v.fieldSet, v.Version)
	return s.render(w, r, status, complaintPage(v))
}

// complaintID returns the number in the address, 0 for none. The error is a page that is not there.
func complaintID(r *http.Request) (int64, error) {
	text := r.PathValue("id")
	id, err := entryOf(text)
	if err == nil && text != "" && strconv.FormatInt(id, 10) != text {
		err = errNoPage
	}
	return id, err
}

// writtenComplaint are the fields of a complaint.
func writtenComplaint(c store.Complaint) url.Values {
	v := url.Values{
		"received": {string(narrative.MinuteOf(c.ReceivedAt))}, "about": {c.About}, "fact": {string(c.Fact)}, "sender": {c.Sender}, "words": {c.Words},
		"answer": {c.Answer}, "outcome": {string(c.Outcome)}, "edition": {""}, "reason": {c.Reason},
	}
	if c.Edition > 0 {
		v.Set("edition", strconv.Itoa(c.Edition))
	}
	return v
}

// readComplaint reads a complaint's form.
func readComplaint(sent url.Values) (c store.Complaint, problems []narrative.Problem) {
	text := map[string]string{}
	for _, name := range complaintFields {
		if n := len(sent[name]); n != 1 {
			problems = append(problems, narrative.Problem{Path: name, Message: "was sent " + numbered(n, "time", "times") + "; expected once"})
			continue
		}
		text[name] = strings.TrimSpace(strings.ReplaceAll(sent.Get(name), "\r\n", "\n"))
		problems = append(problems, badText(name, text[name])...)
	}
	c = store.Complaint{
		About: ourPath(text["about"]), Fact: narrative.Slug(text["fact"]), Sender: text["sender"], Words: text["words"], Answer: text["answer"],
		Outcome: store.Outcome(text["outcome"]), Reason: text["reason"],
	}
	received, err := narrative.ParseMinute(text["received"])
	if err == nil && received.Time().Year() > 0 {
		c.ReceivedAt = received.Time()
	} else if len(sent["received"]) == 1 {
		problems = append(problems, narrative.Problem{Path: "received", Message: "is no minute with its zone; expected one such as 2023-01-24T15:04Z"})
	}
	if text["edition"] != "" {
		n, err := strconv.ParseInt(text["edition"], 10, 32)
		if err != nil || n < 1 {
			problems = append(problems, narrative.Problem{Path: "edition", Message: "is no number of an edition; expected one such as 3"})
		}
		c.Edition = int(n)
	}
	return c, problems
}

// ourPath makes an address of this site of what was typed or pasted: a whole address loses its host, a claim's code becomes
// its address.
func ourPath(typed string) string {
	if code, err := narrative.ParseCode(typed); err == nil {
		return "/claims/" + string(code)
	}
	if u, err := url.Parse(typed); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		if u.Fragment != "" {
			return u.RequestURI() + "#" + u.EscapedFragment()
		}
		return u.RequestURI()
	}
	return typed
}

// saveComplaint saves a complaint, or draws its form again with what keeps it from being saved.
func (s *Server) saveComplaint(w http.ResponseWriter, r *http.Request) error {
	id, err := complaintID(r)
	if err != nil {
		return err
	}
	c, problems := readComplaint(r.PostForm)
	c.ID = id
	c.Version, _ = strconv.Atoi(r.PostForm.Get(versionField)) // a form without one is older than anything
	v := complaintView{fieldSet: fieldSet{Values: r.PostForm, Problems: problems}, ID: id, Version: c.Version}
	if len(problems) > 0 {
		return s.drawComplaint(w, r, http.StatusUnprocessableEntity, v)
	}
	saved, err := s.store.SaveComplaint(r.Context(), c, accountOf(r).Name)
	stale, isStale := errors.AsType[*store.StaleComplaint](err)
	unsound, isUnsound := errors.AsType[*store.Unsound](err)
	switch {
	case isStale:
		v.take(stale.Now)
		v.Theirs = writtenComplaint(stale.Now)
		return s.drawComplaint(w, r, http.StatusConflict, v)
	case isUnsound:
		v.Problems = unsound.Problems
		return s.drawComplaint(w, r, http.StatusUnprocessableEntity, v)
	case err != nil:
		return err
	}
	return leadOn(complaintPath(strconv.FormatInt(saved.ID, 10)), "saved")
}

// eraseComplaint takes away what is private of a settled complaint.
func (s *Server) eraseComplaint(w http.ResponseWriter, r *http.Request) error {
	id, err := complaintID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.PostForm.Get(versionField))
	err = s.store.EraseComplaint(r.Context(), id, version, accountOf(r).Name)
	stale, isStale := errors.AsType[*store.StaleComplaint](err)
	unsound, isUnsound := errors.AsType[*store.Unsound](err)
	v := complaintView{}
	switch {
	case isStale:
		v.fieldSet = fieldSet{Values: writtenComplaint(stale.Now), Problems: []narrative.Problem{{Message: "Somebody else has changed this since. Nothing was erased; look again."}}}
		v.take(stale.Now)
		return s.drawComplaint(w, r, http.StatusConflict, v)
	case isUnsound:
		return &statusError{status: http.StatusUnprocessableEntity, message: "Nothing was erased: " + unsound.Problems[0].Path + " " + unsound.Problems[0].Message + "."}
	case err != nil:
		return err
	}
	return leadOn(complaintPath(strconv.FormatInt(id, 10)), "erased")
}
