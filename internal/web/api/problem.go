package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"counterclaim/internal/store"
)

// A Problem says why there is no answer. It is a problem detail of RFC 9457.
type Problem struct {
	Type   string  `json:"type" format:"uri-reference" doc:"What kind of problem it is. The status says all, so that it is always about:blank." example:"about:blank"`
	Title  string  `json:"title" doc:"The status in words." example:"Unprocessable Entity"`
	Status int     `json:"status" minimum:"400" maximum:"599" doc:"The status of the answer." example:"422"`
	Detail string  `json:"detail" doc:"What is wrong, in a sentence." example:"The request asks for something in a way that cannot be answered."`
	Errors []Fault `json:"errors" doc:"What is wrong with each part of the request; empty where it is no part of it."`
}

// A Fault is what is wrong with one part of a request.
type Fault struct {
	Location string `json:"location" doc:"The part: query or path, then the name of the parameter." example:"query.limit"`
	Detail   string `json:"detail" doc:"What is wrong with it." example:"expected number <= 100"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problems, whatever was asked for.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// What problems say.
const (
	noSuchPath    = "There is nothing at this address."
	badRequest    = "The request asks for something in a way that cannot be answered."
	badQuery      = "The query cannot be read."
	unavailable   = "The site cannot answer just now. Please try again in a minute."
	faultOfOurs   = "Something went wrong on our side."
	againLater    = "10" // seconds, for Retry-After
	unknownFilter = "Nothing of this name is published."
	badCursor     = "This is not the mark of a place in this list."
)

// huma keeps how it makes errors, and whether lists can be null, in variables of its package. Nobody else uses it.
func init() {
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		var faults []Fault
		for _, err := range errs {
			if e, ok := err.(huma.ErrorDetailer); ok {
				faults = append(faults, Fault{e.ErrorDetail().Location, e.ErrorDetail().Message})
			}
		}
		if status == http.StatusUnprocessableEntity {
			return unfit(faults...)
		}
		return problem(status, detail)
	}
	huma.DefaultArrayNullable = false
}

// problem makes a problem that lies in no part of the request.
func problem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Errors: []Fault{}}
}

// unfit makes the problem of a request whose parts are not what they can be. Where a part of the path cannot be right,
// there is nothing at the address.
func unfit(faults ...Fault) *Problem {
	p := problem(http.StatusUnprocessableEntity, badRequest)
	p.Errors = append(p.Errors, faults...)
	for _, f := range faults {
		if strings.HasPrefix(f.Location, "path.") {
			p.Status, p.Title, p.Detail = http.StatusNotFound, http.StatusText(http.StatusNotFound), noSuchPath
		}
	}
	return p
}

// Refuse answers for a request that no operation has seen, or in the place of one that was interrupted.
func Refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	refuse(w, r, problem(status, detail))
}

func refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	if !isDesk(r) {
		open(w.Header())
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // fails only if whoever asked has gone
}

// Moved says where something is now that was asked for by a name of the past.
type Moved struct {
	MovedTo string `json:"moved_to" format:"uri" doc:"Its address of today, as in the header Location." example:"https://counterclaim.example/api/v1/facts/bridge-open"`

	location string
}

// Error says where it is.
func (m *Moved) Error() string { return "moved to " + m.MovedTo }

// GetStatus is the status of the answer.
func (m *Moved) GetStatus() int { return http.StatusMovedPermanently }

// GetHeaders has the address, without the site's, so that whoever came by another name of the site stays there.
func (m *Moved) GetHeaders() http.Header { return http.Header{"Location": {m.location}} }

// moved is the error of something that is at another path now.
func (a *API) moved(path string) *Moved { return &Moved{a.publicURL + path, path} }

// movedBy turns the error of a noun that has another name now into where it is.
func (a *API) movedBy(err error, path func(name string) string) error {
	if m, ok := errors.AsType[*store.Moved](err); ok {
		return a.moved(path(m.To))
	}
	return err
}

// movedFilter turns the error of a list that was asked for by another noun's name of the past into where it is.
func (a *API) movedFilter(err error, path string, query url.Values) error {
	f, ok := errors.AsType[*store.FilterError](err)
	if !ok {
		return err
	}
	m, ok := errors.AsType[*store.Moved](f)
	if !ok {
		return unfit(Fault{"query." + f.Parameter, cmp.Or(map[string]string{"after": badCursor}[f.Parameter], unknownFilter)})
	}
	query.Set(f.Parameter, m.To)
	return a.moved(path + "?" + query.Encode())
}

// explain turns an error into what is said of it. It tells the site of faults of ours.
func (a *API) explain(ctx context.Context, err error) error {
	var said huma.StatusError
	switch {
	case errors.As(err, &said):
		return err
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrBadText):
		return problem(http.StatusNotFound, noSuchPath)
	case errors.Is(err, context.Canceled):
		return problem(http.StatusServiceUnavailable, unavailable) // whoever asked has gone
	}
	if gone, ok := errors.AsType[*store.Gone](err); ok {
		return problem(http.StatusGone, "This was taken down on "+moment(gone.On)+": "+gone.Reason)
	}
	a.failed(ctx, err)
	if errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
		return huma.ErrorWithHeaders(problem(http.StatusServiceUnavailable, unavailable), http.Header{"Retry-After": {againLater}})
	}
	return problem(http.StatusInternalServerError, faultOfOurs)
}
