package desk

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
	"counterclaim/internal/web/ui"
)

// Bounds of what an editor may send with a form.
const (
	largestForm = 4 << 20 // bytes, so that a field with far too much in it is still read, and told; a route that takes files has a bound of its own
	mostFields  = 4000
)

// A handlerFunc is a handler that may fail. It must not write to w and also return an error.
type handlerFunc func(w http.ResponseWriter, r *http.Request) error

// A statusError is an error with something to tell the editor.
type statusError struct {
	status  int
	message string // shown to the editor
	err     error  // logged; may be nil
}

func (e *statusError) Error() string {
	if e.err != nil {
		return e.message + ": " + e.err.Error()
	}
	return e.message
}

func (e *statusError) Unwrap() error { return e.err }

// A redirect is the error of a page that is elsewhere, or of a form that was dealt with and leads on (303).
type redirect struct{ to string }

func (e *redirect) Error() string { return "leads on to " + e.to }

var (
	errNoPage    = &statusError{status: http.StatusNotFound, message: "There is no such page."}
	errMethod    = &statusError{status: http.StatusMethodNotAllowed, message: "This address does not take what was sent."}
	errTooLarge  = &statusError{status: http.StatusRequestEntityTooLarge, message: "The form is larger than a form may be. Nothing was saved."}
	errTooMany   = &statusError{status: http.StatusRequestEntityTooLarge, message: "The form has more fields than a form may have. Nothing was saved."}
	errMedia     = &statusError{status: http.StatusUnsupportedMediaType, message: "The form was not sent as browsers send forms. Nothing was saved."}
	errBadForm   = &statusError{status: http.StatusBadRequest, message: "The form could not be read. Nothing was saved."}
	errUnknown   = &statusError{status: http.StatusUnauthorized, message: "You are not logged in."}
	errForbidden = &statusError{status: http.StatusForbidden, message: "Your role does not allow this. Ask an admin for another one."}
)

// notOwn says to a contributor why a claim was left as it is, and what can be done.
const notOwn = "Somebody else has made this claim, and a contributor changes only claims of their own. Nothing was done. Open the claim’s form and propose the change there, or ask an editor."

// badField is the error of a field that nobody types into and that holds something else than the desk has written into it.
func badField(name string) error {
	return &statusError{status: http.StatusBadRequest, message: "The form could not be read: its field " + name + " does not hold what it should. Nothing was saved."}
}

type accountKey struct{}

// accountOf returns who has sent a request. On a page of [Server.page] there always is one.
func accountOf(r *http.Request) store.Account {
	a, _ := r.Context().Value(accountKey{}).(store.Account)
	return a
}

// guard is before every answer of the desk: nothing of it is kept anywhere, and nothing is indexed.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		// Scripts of the desk may ask the desk, and nothing else.
		w.Header().Set("Content-Security-Policy", w.Header().Get("Content-Security-Policy")+"; connect-src 'self'")
		next.ServeHTTP(w, r)
	})
}

// page makes a handler of h for accounts of the role least or a higher one. A form is read before h is called, its size
// bounded; [Server.upload] is for those that bring files.
func (s *Server) page(least store.Role, h handlerFunc) http.HandlerFunc {
	return s.allowed(least, func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		if problems := unfitFields(r.PostForm); len(problems) > 0 {
			return &unfitForm{problems}
		}
		return s.drafted(w, r, h)
	})
}

// form makes a handler of h as [Server.page] does, for a form of which h itself says what is wrong with each field.
func (s *Server) form(least store.Role, h handlerFunc) http.HandlerFunc {
	return s.allowed(least, func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		if problems := unfitFields(controls(r.PostForm)); len(problems) > 0 {
			return &unfitForm{problems}
		}
		return s.drafted(w, r, h)
	})
}

// upload makes a handler of h, which reads a form that brings files itself and bounds it; any other is read as by [Server.page].
func (s *Server) upload(least store.Role, h handlerFunc) http.HandlerFunc {
	plain := s.page(least, h)
	files := s.allowed(least, h)
	return func(w http.ResponseWriter, r *http.Request) {
		if mediaOf(r) == filesType {
			files(w, r)
			return
		}
		plain(w, r)
	}
}

// The media types of forms.
const (
	fieldsType = "application/x-www-form-urlencoded"
	filesType  = "multipart/form-data"
)

// mediaOf returns the media type of what a request brings, "" if it has none that can be read.
func mediaOf(r *http.Request) string {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media
}

// allowed makes a handler of h for accounts of the role least or a higher one. Who is not logged in is led to where one logs
// in, and who lacks a second factor to where it is set up. What a request brings is not read before h, which bounds it.
func (s *Server) allowed(least store.Role, h handlerFunc) http.HandlerFunc {
	return s.known(func(w http.ResponseWriter, r *http.Request) error {
		a := accountOf(r)
		if a.LacksFactor() {
			return &redirect{factorPath}
		}
		if !a.Role.May(least) {
			s.log.WarnContext(r.Context(), "refused", "request", web.RequestID(r), "account", a.Name, "role", a.Role, "needed", least)
			return errForbidden
		}
		return s.onPractice(h)(w, r)
	})
}

// readForm reads what a POST brings.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return nil
	}
	if mediaOf(r) != fieldsType {
		return errMedia
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return errTooLarge
		}
		return errBadForm
	}
	n := 0
	for _, values := range r.PostForm {
		n += len(values)
	}
	if n > mostFields {
		return errTooMany
	}
	return nil
}

// fail answers for a handler that has failed. It tells nothing of the cause of a fault of ours.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if to, ok := errors.AsType[*redirect](err); ok {
		http.Redirect(w, r, to.to, http.StatusSeeOther)
		return
	}
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the editor has gone
	}
	if unfit, ok := errors.AsType[*unfitForm](err); ok {
		if err = s.drawUnfit(w, r, unfit); err == nil {
			return
		}
	}
	v := errorView{Status: http.StatusInternalServerError, Message: "Something went wrong on our side. Nothing was saved."}
	throttled, isThrottled := errors.AsType[*store.Throttled](err)
	switch e, ok := errors.AsType[*statusError](err); {
	case ok:
		v.Status, v.Message = e.status, e.message
	case isThrottled:
		v.Status, v.Message = http.StatusTooManyRequests, "There were too many tries from here. Please wait "+minutes(throttled.After)+" and try again."
		w.Header().Set("Retry-After", strconv.Itoa(int(throttled.After.Seconds())))
	case errors.Is(err, store.ErrNotOwn):
		v.Status, v.Message = http.StatusForbidden, notOwn
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadText):
		v.Status, v.Message = errNoPage.status, errNoPage.message
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		v.Status, v.Message = http.StatusServiceUnavailable, "The desk cannot answer just now. Nothing was saved. Please try again in a minute."
		w.Header().Set("Retry-After", "10")
	}
	if v.Status >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "request", web.RequestID(r), "path", web.LoggedPath(r), "error", err)
		v.Reference = web.RequestID(r)
	}
	v.layout, v.Sent = s.layout(r, http.StatusText(v.Status)), sentWith(r)
	var buf bytes.Buffer
	if err := errorPage(v).Render(r.Context(), &buf); err != nil {
		s.log.ErrorContext(r.Context(), "error page failed", "request", web.RequestID(r), "error", err)
		http.Error(w, v.Message, v.Status)
		return
	}
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(v.Status)
	_, _ = w.Write(buf.Bytes()) // fails only if the editor has gone
}

// minutes writes how long to wait, in words.
func minutes(d time.Duration) string {
	n := int((d + time.Minute - 1) / time.Minute)
	if n <= 1 {
		return "a minute"
	}
	return strconv.Itoa(n) + " minutes"
}

const htmlType = "text/html; charset=utf-8"

// render writes the whole of c with a status, or nothing.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var buf bytes.Buffer
	if err := c.Render(r.Context(), &buf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // fails only if the editor has gone
	return nil
}

// leadOn is what a handler returns after it has done what a form asked for: the browser goes on to an address of the desk,
// which says what was done (one of the keys of [doneWords]).
func leadOn(to, done string) error {
	if done != "" {
		path, fragment, cut := strings.Cut(to, "#")
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		to = path + sign + "done=" + url.QueryEscape(done)
		if cut {
			to += "#" + fragment
		}
	}
	return finished{&redirect{to}}
}

// slugOf returns the slug in the address. The error is a page that is not there.
func slugOf(r *http.Request) (narrative.Slug, error) {
	slug := narrative.Slug(r.PathValue("slug"))
	if !slug.Valid() {
		return "", errNoPage
	}
	return slug, nil
}

// codeOf returns the claim's code in the address. The error is a page that is not there.
func codeOf(r *http.Request) (narrative.Code, error) {
	code, err := narrative.ParseCode(r.PathValue("code"))
	if err != nil {
		return "", errNoPage
	}
	return code, nil
}

// moved turns the error of a noun that has another slug now into a redirect to its address.
func moved(err error, path func(string) string) error {
	if m, ok := errors.AsType[*store.Moved](err); ok {
		return &redirect{path(m.To)}
	}
	return err
}

// An errorView is what a page says instead of what was asked for.
type errorView struct {
	layout
	Status    int
	Message   string
	Reference string // of the log, "" where there is nothing to be looked up
	Sent      []unfitField
}

// heading is the message's first sentence, rest what follows it.
func (v errorView) heading() string {
	first, _, more := strings.Cut(v.Message, ". ")
	if more {
		first += "."
	}
	return first
}

func (v errorView) rest() string {
	_, rest, _ := strings.Cut(v.Message, ". ")
	return rest
}

// A layout is what the frame of every page of the desk shows. Only [Server.layout] makes it.
type layout struct {
	Title   string
	Path    string
	Sheets  []string
	Icon    string
	Script  string
	Nav     []navLink
	Account store.Account // its Name is "" on pages before the login
	Done    string        // what was done by the form before, in words; "" for nothing

	Practice bool // all of the page was invented for practice
}

// A navLink is an entry of the navigation.
type navLink struct {
	ui.Link
	Here bool
}

// doneWords say what a form has done, by the key in the address.
var doneWords = map[string]string{
	"saved":     "Saved.",
	"created":   "Created.",
	"unchanged": "Nothing was changed, so nothing was saved.",
	"published": "Published.",
	"same":      "Nothing differs from the edition before, so none was made.",
	"signed":    "Signed off.",
	"asked":     "Asked. It stands in the inbox of everybody who may sign it off and has not written all of it.",
	"unasked":   "Taken back: nobody is asked any more.",
	"withdrawn": "Withdrawn: it is on no list any more.",
	"newsroom":  "Kept for the newsroom.",
	"deleted":   "Removed from the desk.",
	"retired":   "Retired.",
	"back":      "Brought back.",
	"merged":    "Merged. The old address leads here.",
	"thrown":    "Thrown away.",
	"restored":  "Restored.",
	"assigned":  "Assigned.",
	"watched":   "You are watching this now.",
	"proposed":  "Proposed. Nothing has changed yet: an editor looks at it first.",
	"declined":  "Declined. Its proposer is told why.",
	"retracted": "Withdrawn. No editor will be asked to look at it.",
	"unwatched": "You are not watching this any more.",
	"seen":      "Noted as seen.",
	"erased":    "Erased. What came of it stays.",
	"tagged":    "Saved. The next claim goes on from it.",
	"undone":    "Undone: the claim is what it was before.",
	"untagged":  "Undone: the claim is gone.",
	"moved":     "The claims have moved.",

	"out":       "You are logged out.",
	"over":      "The login took longer than five minutes, or began in another browser. Please begin again.",
	"recovery":  "You have used a recovery code. It is no good any more.",
	"password":  "The password is changed. All your other sessions have ended.",
	"ended":     "Ended.",
	"role":      "The role is changed. All sessions of the account have ended.",
	"disabled":  "The account is disabled. Its sessions, links and tokens have ended.",
	"enabled":   "The account is enabled. Its password is the one that it had.",
	"received":  "Kept as it came in. Look at what was made of it.",
	"recorded":  "The recording is kept with its transcript.",
	"embargoed": "The embargo is entered.",
	"free":      "The embargo is lifted.",
	"captured":  "The new text is kept, and the claims were looked for in it.",
	"dismissed": "Put away.",
	"read":      "Entered: the whole of it was read for this fact.",
	"checked":   "Checked.",
}

// navigation is the desk's, with the least role that an entry is shown to.
var navigation = []struct {
	ui.Link
	least store.Role
}{
	{ui.Link{Text: "Inbox", Href: "/desk"}, store.RoleReader},
	{ui.Link{Text: "Newsroom", Href: newsroomsPath}, store.RoleReader},
	{ui.Link{Text: "New article", Href: newArticlePath}, store.RoleContributor},
	{ui.Link{Text: "What came in", Href: arrivalsPath}, store.RoleContributor},
	{ui.Link{Text: "Changed texts", Href: reanchorPath}, store.RoleContributor},
	{ui.Link{Text: "Facts", Href: "/desk/facts"}, store.RoleContributor},
	{ui.Link{Text: "Lists", Href: "/desk/lists"}, store.RoleContributor},
	{ui.Link{Text: "Publish", Href: publishPath}, store.RoleEditor},
	{ui.Link{Text: "Requests", Href: requestsPath}, store.RoleContributor},
	{ui.Link{Text: "Complaints", Href: complaintsPath}, store.RoleContributor},
	{ui.Link{Text: "Log", Href: logPath}, store.RoleContributor},
	{ui.Link{Text: "Accounts", Href: accountsPath}, store.RoleAdmin},
	{ui.Link{Text: "Settings", Href: settingsPath}, store.RoleAdmin},
}

// layout is the frame of a page.
func (s *Server) layout(r *http.Request, title string) layout {
	l := layout{
		Title: practiceTitle(title, isPractice(r)) + " – Desk – Counterclaim", Practice: isPractice(r), Path: r.URL.Path, Sheets: s.sheets, Icon: s.icon, Script: s.script,
		Account: accountOf(r), Done: doneWords[r.URL.Query().Get("done")],
	}
	for _, n := range navigation {
		if l.Account.Role.May(n.least) {
			here := r.URL.Path == n.Href || n.Href != web.DeskPath && strings.HasPrefix(r.URL.Path, n.Href+"/")
			l.Nav = append(l.Nav, navLink{n.Link, here})
		}
	}
	return l
}
