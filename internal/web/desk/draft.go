package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// A form opts in to drafts with three things: the attribute data-draft and draftMark inside it, both with its key, which is
// the address at which it is opened; and draftOf where it is opened, whose note is drawn by draftNotice. The version that it
// began from is in the field versionField, or in version. What is then typed is kept by desk.js a second after the typing stops, and by [Server.page] whenever the form is sent and not dealt with.

const (
	draftsPath     = web.DeskPath + "/drafts"
	draftField     = "draft"         // of a form: its key; of the address: takeDraft
	takeDraft      = "take"          // asks for the form with the draft's text in it
	largestKey     = 300             // bytes
	draftAfterwork = 2 * time.Second // for what is done with a draft after the answer is made
)

// A draftNote says that something was being written in a form. That of a form without a draft is zero.
type draftNote struct {
	Form    string // key, "" for none
	SavedAt time.Time
	Taken   bool // the form holds the draft's text
	version int  // of the noun, when the form was opened that it was written in
	fields  url.Values
}

// draftKey returns the key of the form that a request brings, "" if it has none that is good.
func draftKey(r *http.Request) string {
	if r.Method != http.MethodPost || len(r.PostForm[draftField]) != 1 {
		return ""
	}
	return goodKey(r.PostForm.Get(draftField))
}

// goodKey returns a key if it is an address of the desk, else "".
func goodKey(key string) string {
	if len(key) > largestKey || key == web.DeskPath || safeNext(key) != key {
		return ""
	}
	return key
}

// draftOf returns what its account was writing in the form of a key, and the fields as they stood, if the address asks to take
// it up; else nil.
func (s *Server) draftOf(r *http.Request, key string) (draftNote, error) {
	d, err := s.store.Draft(r.Context(), accountOf(r).Name, key)
	if errors.Is(err, store.ErrNotFound) {
		return draftNote{}, nil
	}
	n := draftNote{Form: key, SavedAt: d.SavedAt, version: d.Version}
	if r.URL.Query().Get(draftField) == takeDraft {
		n.Taken, n.fields = true, d.Fields
	}
	return n, err
}

// fill puts a draft that is taken up into the fields of a form. If the noun has changed since it was begun, what stands in it
// now is shown beside, as after two have saved at once. version is the noun's of now.
func (n draftNote) fill(f fieldSet, version int) fieldSet {
	if !n.Taken {
		return f
	}
	if n.version != version {
		f.Theirs = f.Values
		n.fields.Set(theirsField, "on")
	}
	f.Values = n.fields
	return f
}

// takeHref is where a draft is taken up.
func (n draftNote) takeHref() string {
	sign := "?"
	if strings.Contains(n.Form, "?") {
		sign = "&"
	}
	return n.Form + sign + draftField + "=" + takeDraft
}

// newDraft makes a draft of what a form has sent.
func newDraft(key string, sent url.Values) store.Draft {
	d := store.Draft{Form: key, Fields: url.Values{}}
	for name, values := range sent {
		if !slices.Contains([]string{draftField, versionField, "version", theirsField, doField}, name) {
			for _, v := range values {
				d.Fields[name] = append(d.Fields[name], strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD"))
			}
		}
	}
	if v, err := strconv.ParseInt(cmp.Or(sent.Get(versionField), sent.Get("version")), 10, 32); err == nil && v > 0 {
		d.Version = int(v)
	}
	return d
}

// finished is the error of a form that was dealt with and leads on.
type finished struct{ *redirect }

func (f finished) Unwrap() error { return f.redirect }

// drafted calls h and keeps what its form has sent, unless it was dealt with: then the draft goes.
func (s *Server) drafted(w http.ResponseWriter, r *http.Request, h handlerFunc) error {
	key := draftKey(r)
	if key == "" || r.URL.Path == draftsPath {
		return h(w, r)
	}
	draft := newDraft(key, r.PostForm) // before h fills in what was left empty
	err := h(w, r)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), draftAfterwork)
	defer cancel()
	account := accountOf(r).Name
	var failed error
	if _, ok := errors.AsType[finished](err); ok {
		failed = s.store.DropDraft(ctx, account, key)
	} else {
		failed = s.store.KeepDraft(ctx, account, draft)
	}
	if failed != nil {
		s.log.WarnContext(ctx, "draft", "request", web.RequestID(r), "account", account, "error", failed)
	}
	return err
}

// An orphanView is the page of a form that was sent by a browser whose session is not known any more: what was written is in
// it, and nowhere else.
type orphanView struct {
	layout
	Action string
	Fields []orphanField
}

// An orphanField is one field of such a form.
type orphanField struct{ Name, Value string }

// parted answers whoever is not logged in. A form of theirs is not lost: if it is known whose the session was, it is kept as a
// draft and found again after the login; else it is on the page that says so.
func (s *Server) parted(w http.ResponseWriter, r *http.Request) error {
	first := s.loginFirst(r)
	if r.Method != http.MethodPost || readForm(w, r) != nil {
		return first
	}
	key := draftKey(r)
	if key == "" {
		return first
	}
	d := newDraft(key, r.PostForm)
	kept, err := s.store.LeaveDraft(r.Context(), s.sessionToken(r), d)
	switch {
	case err != nil:
		s.log.WarnContext(r.Context(), "draft", "request", web.RequestID(r), "error", err)
	case kept:
		return &redirect{withNext(LoginPath, draftNote{Form: key}.takeHref())}
	}
	if r.URL.Path == draftsPath {
		return first // a script that has the form still
	}
	v := orphanView{layout: s.layout(r, "Your session has ended"), Action: r.URL.RequestURI()}
	for name, values := range r.PostForm {
		for _, value := range values {
			v.Fields = append(v.Fields, orphanField{name, strings.ReplaceAll(strings.ToValidUTF8(value, "\uFFFD"), "\x00", "\uFFFD")})
		}
	}
	slices.SortStableFunc(v.Fields, func(a, b orphanField) int { return strings.Compare(a.Name, b.Name) })
	return s.render(w, r, http.StatusUnauthorized, orphanPage(v))
}

// errDraftTooLarge says that a form is too long to be kept.
var errDraftTooLarge = &statusError{status: http.StatusRequestEntityTooLarge, message: "The form holds more than is kept as a draft. It can still be saved."}

// keepDraft keeps what desk.js sends of a form that is being written in.
func (s *Server) keepDraft(w http.ResponseWriter, r *http.Request) error {
	key := draftKey(r)
	if key == "" {
		return &statusError{status: http.StatusBadRequest, message: "The field draft does not name a form of the desk. Nothing was kept."}
	}
	err := s.store.KeepDraft(r.Context(), accountOf(r).Name, newDraft(key, r.PostForm))
	if errors.Is(err, store.ErrInvalid) {
		return errDraftTooLarge
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// dropDraft throws a draft away and leads back to its form.
func (s *Server) dropDraft(_ http.ResponseWriter, r *http.Request) error {
	key := goodKey(r.PostForm.Get("form"))
	if key == "" {
		return &statusError{status: http.StatusBadRequest, message: "The field form does not name a form of the desk. Nothing was thrown away."}
	}
	if err := s.store.DropDraft(r.Context(), accountOf(r).Name, key); err != nil {
		return err
	}
	to := key
	if r.PostForm.Get("list") == "on" {
		to = draftsPath
	}
	return leadOn(to, "thrown")
}

// A draftsView is the list of what an account was writing.
type draftsView struct {
	layout
	Drafts []draftNote
}

// listDrafts shows what an account was writing.
func (s *Server) listDrafts(w http.ResponseWriter, r *http.Request) error {
	drafts, err := s.store.Drafts(r.Context(), accountOf(r).Name)
	if err != nil {
		return err
	}
	v := draftsView{layout: s.layout(r, "Drafts")}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, draftNote{Form: d.Form, SavedAt: d.SavedAt})
	}
	return s.render(w, r, http.StatusOK, draftsPage(v))
}

// dayAndTime writes a moment for editors: "3 May 2026, 18:04 UTC".
func dayAndTime(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
