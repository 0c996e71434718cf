package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// A DeskProblem says why the desk has not done what it was asked for. It is a problem detail of RFC 9457, with more than a
// [Problem] has.
type DeskProblem struct {
	Type       string        `json:"type" format:"uri-reference" doc:"What kind of problem it is. The status says all, so that it is always about:blank." example:"about:blank"`
	Title      string        `json:"title" doc:"The status in words." example:"Precondition Failed"`
	Status     int           `json:"status" minimum:"400" maximum:"599" doc:"The status of the answer." example:"412"`
	Detail     string        `json:"detail" doc:"What is wrong, in a sentence." example:"It has changed since, to version 4."`
	Errors     []DeskFault   `json:"errors" doc:"What is wrong with each part of the request; empty where it is no part of it."`
	Facts      []string      `json:"facts,omitempty" doc:"The facts that have changed since they were previewed, or that only one editor has looked at."`
	Candidates []DeskPassage `json:"candidates,omitempty" doc:"Where the words may stand that were found in no place, or in several."`
	Now        deskNoun      `json:"now,omitempty" doc:"With 412, what was to be changed as it is now, in the form in which it is read. Its version is the ETag."`
}

// A DeskFault is what is wrong with one part of a request to the desk.
type DeskFault struct {
	Location string `json:"location" doc:"The part: body, query, path or header, the last three with the name of the parameter." example:"body"`
	Pointer  string `json:"pointer,omitempty" doc:"Of a body, where in it: a JSON pointer (RFC 6901)." example:"/positions/0/label"`
	Detail   string `json:"detail" doc:"What is wrong with it, and what was expected." example:"missing"`
}

// A DeskPassage is a place in a text.
type DeskPassage struct {
	Words []string   `json:"words" doc:"What stands there, a string for each segment." example:"[\"The bridge was open.\"]"`
	Spans []DeskSpan `json:"spans" doc:"Where, a span for each segment."`
}

// A DeskSpan is a stretch of a text.
type DeskSpan struct {
	Start int `json:"start" yaml:"start" minimum:"0" doc:"The first code point, counted from 0." example:"118"`
	End   int `json:"end" yaml:"end" minimum:"0" doc:"The code point after the last." example:"138"`
}

// A deskNoun is a noun of any kind as JSON.
type deskNoun json.RawMessage

// MarshalJSON returns the JSON.
func (n deskNoun) MarshalJSON() ([]byte, error) { return n, nil }

// Schema says no more than that it is an object.
func (n deskNoun) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Examples: []any{map[string]any{"slug": "eastbank", "name": "Eastbank"}}}
}

// Error is the detail.
func (p *DeskProblem) Error() string { return p.Detail }

// GetStatus is the status of the answer.
func (p *DeskProblem) GetStatus() int { return p.Status }

// ContentType is the media type of problems.
func (p *DeskProblem) ContentType(string) string { return problemType }

// What problems of the desk say.
const (
	needsToken     = "This needs the token of an editor in the header Authorization, as Bearer TOKEN. Tokens are made at the desk, on the page of one's own account."
	unknownToken   = "This token is of nobody: it is mistyped, it has ended, or its account cannot be used."
	notJSON        = "The body is not JSON that can be read."
	notFit         = "What was sent is not what can be kept."
	needsJSON      = "The body must be JSON: Content-Type: application/json."
	needsIfMatch   = "A change needs the header If-Match with the ETag of what it was made from."
	notAnETag      = "expected the ETag of one version, such as \"4\" with its quotation marks"
	keyUsed        = "was sent with another request before; a key is for one request"
	outdated       = "Something has changed since it was previewed. Nothing was published."
	onlyOneEditor  = "Only one editor has looked at something of what was to be published, see the preview. Nothing was published."
	needsReason    = "missing; readers are told why it is published"
	tooOften       = "There were too many requests of this kind of late; the header Retry-After says when to send this one again. Nothing was done."
	tooOftenByAll  = "There were too many requests of this kind by the whole newsroom of late; the header Retry-After says when to send this one again. Nothing was done."
	readingMuch    = "As many files are being read as can be read at once; the header Retry-After says when to send this one again. Nothing was done."
	notOwn         = "Somebody else has made this claim; a contributor changes only claims of their own. An editor may change it, or take what is proposed at the desk."
	movedElsewhere = "There is nothing at this address any more; it is called %s now."
)

// busyAgain is after what time something is sent again that could not be read for all that was being read.
const busyAgain = 30 * time.Second

// deskProblem makes a problem that lies in no part of the request.
func deskProblem(status int, detail string) *DeskProblem {
	return &DeskProblem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Errors: []DeskFault{}}
}

// unfitBody makes the problem of a body with faults, nil where there are none.
func unfitBody(faults ...DeskFault) *DeskProblem {
	if len(faults) == 0 {
		return nil
	}
	p := deskProblem(http.StatusUnprocessableEntity, notFit)
	p.Errors = faults[:min(len(faults), mostWrong)]
	return p
}

// unfitAt makes the problem of one part of a body.
func unfitAt(pointer, format string, args ...any) *DeskProblem {
	return unfitBody(DeskFault{"body", pointer, fmt.Sprintf(format, args...)})
}

// missingIn says which keys a noun lacks that every such noun has, but for some.
func missingIn(noun any, but ...string) (faults []DeskFault) {
	v := reflect.ValueOf(noun)
	for _, k := range corpusKeys(v.Type()) {
		if !k.optional && v.FieldByIndex(k.index).IsZero() && !slices.Contains(but, k.name) {
			faults = append(faults, DeskFault{"body", "/" + k.name, "missing"})
		}
	}
	return faults
}

// explainDesk turns an error into what is said of it.
func (a *API) explainDesk(ctx context.Context, err error) error {
	if said, ok := errors.AsType[*DeskProblem](err); ok {
		return said
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		return unfitBody(faultsOf(unsound.Problems)...)
	}
	if stale, ok := errors.AsType[*store.Stale](err); ok {
		return staleProblem(stale.Now.Version, stale.Now.Doc)
	}
	if stale, ok := errors.AsType[*store.StaleClaim](err); ok {
		return staleProblem(stale.Now.Version, newDeskClaim(stale.Now))
	}
	if e, ok := errors.AsType[*store.Outdated](err); ok {
		return factsProblem(http.StatusConflict, outdated, e.Facts)
	}
	if e, ok := errors.AsType[*store.Unseen](err); ok {
		return factsProblem(http.StatusConflict, onlyOneEditor, e.Facts)
	}
	if e, ok := errors.AsType[*store.InUse](err); ok {
		names := make([]string, len(e.By))
		for i, k := range e.By {
			names[i] = string(k.Kind) + " " + k.Key
		}
		return deskProblem(http.StatusConflict, "It is spoken of by "+strings.Join(names, ", ")+". It was not removed.")
	}
	if moved, ok := errors.AsType[*store.Moved](err); ok {
		return deskProblem(http.StatusNotFound, fmt.Sprintf(movedElsewhere, moved.To))
	}
	if t, ok := errors.AsType[*store.Throttled](err); ok {
		detail := tooOften
		if t.House {
			detail = tooOftenByAll
		}
		return again(http.StatusTooManyRequests, detail, t.After)
	}
	switch {
	case errors.Is(err, intake.ErrBusy):
		return again(http.StatusServiceUnavailable, readingMuch, busyAgain)
	case errors.Is(err, store.ErrKeyUsed):
		p := deskProblem(http.StatusUnprocessableEntity, badRequest)
		p.Errors = append(p.Errors, DeskFault{Location: "header.Idempotency-Key", Detail: keyUsed})
		return p
	case errors.Is(err, store.ErrNotOwn):
		return deskProblem(http.StatusForbidden, notOwn)
	case errors.Is(err, store.ErrReason):
		return unfitAt("/reason", needsReason)
	case errors.Is(err, store.ErrShare):
		return deskProblem(http.StatusConflict, "More than half of an article's words would stand on readers' pages, see the preview. Nothing was published.")
	case errors.Is(err, store.ErrConflict):
		return deskProblem(http.StatusConflict, "There is such a thing already.")
	case errors.Is(err, store.ErrInvalid):
		return deskProblem(http.StatusUnprocessableEntity, notFit)
	}
	return a.explain(ctx, err)
}

// again makes the problem of a request that can be sent again, as it is, after a time.
func again(status int, detail string, after time.Duration) error {
	return huma.ErrorWithHeaders(deskProblem(status, detail), http.Header{"Retry-After": {seconds(after)}})
}

// seconds writes a time as Retry-After has it.
func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// faultsOf says of problems of the rules where in the body they are. What is wrong elsewhere is told with its noun.
func faultsOf(problems []narrative.Problem) []DeskFault {
	faults := make([]DeskFault, len(problems))
	for i, p := range problems {
		faults[i] = DeskFault{"body", pointerOf(p.Path), p.Message}
	}
	return faults
}

func staleProblem(version int, now any) error {
	p := deskProblem(http.StatusPreconditionFailed, fmt.Sprintf("It has changed since, to version %d. Nothing was saved.", version))
	body, err := writeCorpus(now)
	if err != nil {
		return err
	}
	p.Now = body
	return huma.ErrorWithHeaders(p, http.Header{"Etag": {etag(version)}})
}

func factsProblem(status int, detail string, facts []narrative.Slug) *DeskProblem {
	p := deskProblem(status, detail)
	for _, f := range facts {
		p.Facts = append(p.Facts, string(f))
	}
	slices.Sort(p.Facts)
	return p
}
