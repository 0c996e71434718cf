package desk

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"counterclaim/internal/web"
)

// An orphanView is the page of a form that was sent by a browser whose session has ended: what was written is in it, and
// nowhere else.
type orphanView struct {
	layout
	Action string
	Fields []unfitField
	Files  []unfitField // fields whose files have to be chosen again
	Parts  bool         // it is sent as forms with files are
	Sent   []unfitField // what was typed, to be read
}

// logoutPath is where one logs out. Nothing is typed for that.
const logoutPath = web.DeskPath + "/logout"

// errPartedLarge says that a form cannot be kept for whoever has sent it.
var errPartedLarge = &statusError{
	status: http.StatusRequestEntityTooLarge,
	message: "Your session has ended, and the form is larger than what can be kept of it. Nothing was saved, and your browser has it still: " +
		"log in, in another tab, go back in this one, and send it again.",
}

// parted answers whoever is not logged in. A form of theirs is not lost: if it is one of which drafts are kept, and it is known
// whose the session was, it is kept as a draft and found again after the login; else it is on the page that says so.
func (s *Server) parted(w http.ResponseWriter, r *http.Request) error {
	first := s.loginFirst(r)
	if r.Method != http.MethodPost || r.URL.Path == logoutPath {
		return first
	}
	files, err := readParted(w, r)
	switch {
	case errors.Is(err, errTooLarge):
		return errPartedLarge
	case err != nil, len(r.PostForm)+len(files) == 0:
		return first
	}
	if key := draftKey(r); key != "" {
		kept, err := s.store.LeaveDraft(r.Context(), s.sessionToken(r), newDraft(key, r.PostForm))
		switch {
		case err != nil:
			s.log.WarnContext(r.Context(), "draft", "request", web.RequestID(r), "error", err)
		case kept:
			return &redirect{withNext(LoginPath, takeHref(key))}
		}
	}
	if r.URL.Path == draftsPath {
		return first // a script that has the form still
	}
	v := orphanView{
		layout: s.layout(r, "Your session has ended"), Action: r.URL.RequestURI(), Parts: mediaOf(r) == filesType, Sent: sentWith(r),
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		f := unfitField{Name: readable(name), Label: unfitLabel(name), Secret: slices.Contains(secrets, name)}
		for i, value := range r.PostForm[name] {
			if f.Secret && i > 0 {
				break
			}
			if !f.Secret {
				f.Value = readable(value)
			}
			v.Fields = append(v.Fields, f)
		}
	}
	for _, name := range files {
		v.Files = append(v.Files, unfitField{Name: readable(name), Label: unfitLabel(name)})
	}
	return s.render(w, r, http.StatusUnauthorized, orphanPage(v))
}

// readParted reads what a browser has sent without a session: the fields into PostForm, and the names of those with files,
// which are not held. The error is [errTooLarge], or that it is no form.
func readParted(w http.ResponseWriter, r *http.Request) (files []string, err error) {
	if mediaOf(r) != filesType {
		return nil, readForm(w, r)
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errBadForm
	}
	r.PostForm = url.Values{}
	left := int64(largestForm)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if _, large := errors.AsType[*http.MaxBytesError](err); large || n == mostFields {
			return nil, errTooLarge
		}
		if err != nil {
			return nil, errBadForm
		}
		name := part.FormName()
		if _, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition")); err == nil {
			if _, isFile := params["filename"]; isFile {
				if !slices.Contains(files, name) {
					files = append(files, name)
				}
				continue
			}
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return nil, errBadForm
		}
		if left -= int64(len(text)); left < 0 {
			return nil, errTooLarge
		}
		r.PostForm.Add(name, string(text))
	}
}
