package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/api"
	"counterclaim/internal/web/ui"
)

// encodingSuffix is what compression adds to an ETag, "-zstd" taking the place of "-gzip".
const encodingSuffix = "-gzip"

// A handlerFunc is a handler that may fail. It must not write to w and also return an error.
type handlerFunc func(w http.ResponseWriter, r *http.Request) error

// A statusError is an error with something to tell the visitor.
type statusError struct {
	status  int
	message string // shown to the visitor
	err     error  // logged; may be nil
}

func (e *statusError) Error() string {
	if e.err != nil {
		return e.message + ": " + e.err.Error()
	}
	return e.message
}

func (e *statusError) Unwrap() error { return e.err }

// A redirect is the error of a page that is elsewhere for good.
type redirect struct{ to string }

func (e *redirect) Error() string { return "moved to " + e.to }

var (
	errNoPage      = &statusError{status: http.StatusNotFound, message: "There is no such page."}
	errMethod      = &statusError{status: http.StatusMethodNotAllowed, message: "This page can only be read."}
	errCrossOrigin = &statusError{status: http.StatusForbidden, message: "A form of another site cannot be sent here."}
	errOddPath     = &statusError{status: http.StatusBadRequest, message: "This is not an address that can be read."}
)

// fail answers for a handler that has failed. It tells the visitor nothing of the cause.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if to, ok := errors.AsType[*redirect](err); ok {
		http.Redirect(w, r, to.to, http.StatusMovedPermanently)
		return
	}
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the visitor has gone
	}
	v := errorView{Status: http.StatusInternalServerError, Message: "Something went wrong on our side."}
	taken, isGone := errors.AsType[*store.Gone](err)
	switch e, ok := errors.AsType[*statusError](err); {
	case ok:
		v.Status, v.Message = e.status, e.message
	case isGone:
		v.Status, v.Message = http.StatusGone, "This was taken down on "+day(taken.On)+": "+ended(taken.Reason)
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadText):
		v.Status, v.Message = errNoPage.status, errNoPage.message
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		v.Status, v.Message = http.StatusServiceUnavailable, "The site cannot answer just now. Please try again in a minute."
		w.Header().Set("Retry-After", "10")
	}
	if v.Status >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "request", requestID(r), "path", r.URL.Path, "error", err)
		v.Reference = requestID(r)
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		api.Refuse(w, r, v.Status, v.Message)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	v.layout = s.layout(r, http.StatusText(v.Status))
	v.layout.NoIndex, v.layout.Meta = true, meta{}
	var buf bytes.Buffer
	if err := errorPage(v).Render(r.Context(), &buf); err != nil {
		s.log.ErrorContext(r.Context(), "error page failed", "request", requestID(r), "error", err)
		http.Error(w, v.Message, v.Status)
		return
	}
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(v.Status)
	_, _ = w.Write(buf.Bytes()) // fails only if the visitor has gone
}

// render writes the whole of c, or nothing.
func (s *Server) render(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	return s.renderAs(w, r, http.StatusOK, c)
}

// renderAs writes the whole of c with a status, or nothing.
func (s *Server) renderAs(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var buf bytes.Buffer
	if err := c.Render(r.Context(), &buf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", htmlType)
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	_, _ = w.Write(buf.Bytes()) // fails only if the visitor has gone
	return nil
}

// htmlType is the media type of pages.
const htmlType = "text/html; charset=utf-8"

// send writes a body of a media type.
func send(w http.ResponseWriter, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	_, _ = w.Write(body) // fails only if the visitor has gone
}

// write sends a body under an ETag, or 304 if the visitor has it already.
func write(w http.ResponseWriter, r *http.Request, tag string, body []byte) {
	header := r.Header.Get("If-None-Match")
	held := heldTag(header, tag)
	if strings.TrimSpace(header) == "*" { // whatever there is
		held = `"` + tag + `"`
	}
	if held != "" {
		w.Header().Set("ETag", held)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", `"`+tag+`"`)
	_, _ = w.Write(body) // fails only if the visitor has gone
}

// heldTag returns the tag of If-None-Match (RFC 9110, 13.1.2) that stands for the same content as tag, in whatever
// encoding, and "" if there is none.
func heldTag(header, tag string) string {
	tag = `"` + tag + `"`
	for held := range strings.SplitSeq(header, ",") {
		held = strings.TrimSpace(held)
		bare := strings.TrimPrefix(held, "W/")
		for _, suffix := range []string{encodingSuffix, "-zstd"} {
			bare = strings.Replace(bare, suffix+`"`, `"`, 1)
		}
		if bare == tag {
			return held
		}
	}
	return ""
}

// slugOf returns the slug in the address. The error is a page that is not there.
func slugOf(r *http.Request) (string, error) {
	slug := r.PathValue("slug")
	if !narrative.Slug(slug).Valid() {
		return "", errNoPage
	}
	return slug, nil
}

// moved turns the error of a noun that has another slug now into a redirect to its address.
func moved(err error, path func(string) string) error {
	if m, ok := errors.AsType[*store.Moved](err); ok {
		return &redirect{path(m.To)}
	}
	return err
}

// after returns the cursor in the address of a list.
func after(r *http.Request) string { return r.URL.Query().Get("after") }

// further is the link to the next part of a list.
func further(path, cursor string) ui.Link {
	return ui.Link{Text: "Further entries", Href: ui.After(path, cursor)}
}

// An errorView is what a page says instead of what was asked for.
type errorView struct {
	layout
	Status    int
	Message   string
	Reference string // of the log, "" where there is nothing to be looked up
}
