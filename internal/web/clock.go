package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"

	"github.com/maypok86/otter/v2"

	"counterclaim/internal/store"
)

// A policy says how long an answer may be kept and how it is known again.
type policy struct {
	control string // Cache-Control; "no-store" for what is asked for each time
	// across is set for what is drawn from several facts: its ETag is made of build, generation and address, so that who
	// has it already is told so before anything is asked. What is drawn from one edition has one of its bytes, which
	// outlives the publication of other facts.
	across bool
}

// How long answers may be kept. A handler of any policy but none is a function of what is published and of the address:
// it looks at no header of the request.
var (
	fresh     = policy{control: "public, max-age=60", across: true}
	latest    = policy{control: "public, max-age=60"}                  // the live page of one fact, and what is made of it
	lasting   = policy{control: "public, max-age=86400"}               // an edition's page: its words stay, its frame may change
	immutable = policy{control: "public, max-age=31536000, immutable"} // an edition's bytes
	brief     = policy{control: "public, max-age=5", across: true}     // the head of the log
	none      = policy{control: "no-store"}
)

// parameters are those of a query that count. Others are passed over, so that they fill no memory.
var parameters = []string{
	"after", "asof", "claims", "format", "from", "index", "limit", "maxheight", "maxwidth", "size", "to", "url",
	"article", "dispute", "fact", "outlet", "party", "source",
}

// An answer is one that is ready to be sent.
type answer struct {
	status int
	header http.Header
	body   []byte
	tag    string // of its bytes
}

// An answerKey names an answer for as long as nothing is published: what is asked for in another state has another key.
type answerKey struct {
	generation store.Generation
	address    string
}

// answersSize bounds the answers that are kept, in bytes.
const answersSize = 64 << 20

// answerCost is about what keeping an answer takes beside its body, in bytes.
const answerCost = 1 << 10

// newAnswers makes the memory of answers. Of several requests for one that is not there one makes it.
func newAnswers() (*otter.Cache[answerKey, answer], error) {
	return otter.New(&otter.Options[answerKey, answer]{
		MaximumWeight: answersSize,
		Weigher:       func(k answerKey, a answer) uint32 { return uint32(len(a.body) + len(k.address) + answerCost) },
	})
}

// Follow keeps the server informed of what is published, until ctx ends; it returns the reason. Without it the server
// keeps no answers and each request asks the database. When the database is away, answers of the last known generation
// go on being given.
func (s *Server) Follow(ctx context.Context) error {
	return s.store.Follow(ctx, func(g store.Generation) {
		s.generation.Store(&g)
		s.answers.InvalidateAll() // those of other generations are never asked for again
	})
}

// page makes a handler of h. What h returns as an error becomes a page or a redirect, and is logged once if it is a fault
// of ours.
func (s *Server) page(p policy, h handlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		generation := s.generation.Load()
		if p == none || generation == nil {
			s.direct(w, r, p, h)
			return
		}
		key := answerKey{*generation, canonicalAddress(r.URL)}
		if tag := s.tagOf(key); p.across && heldTag(r.Header.Get("If-None-Match"), tag) != "" {
			w.Header().Set("Cache-Control", p.control)
			write(w, r, tag, nil)
			return
		}
		a, err := s.answers.Get(context.WithoutCancel(r.Context()), key, otter.LoaderFunc[answerKey, answer](
			func(ctx context.Context, _ answerKey) (answer, error) { return record(h, r.WithContext(ctx)) }))
		if passing, ok := errors.AsType[*passingAnswer](err); ok {
			a, err = passing.answer, nil
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if p.across {
			a.tag = s.tagOf(key)
		}
		a.send(w, r, p)
	}
}

// direct answers without keeping anything.
func (s *Server) direct(w http.ResponseWriter, r *http.Request, p policy, h handlerFunc) {
	a, err := record(h, r)
	if passing, ok := errors.AsType[*passingAnswer](err); ok {
		a, err = passing.answer, nil
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a.send(w, r, p)
}

// send sends an answer under its ETag, or 304 if the visitor has it already.
func (a answer) send(w http.ResponseWriter, r *http.Request, p policy) {
	w.Header().Set("Cache-Control", p.control)
	maps.Copy(w.Header(), a.header)
	switch {
	case a.status != http.StatusOK:
		w.Header().Set("Cache-Control", none.control)
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body) // fails only if the visitor has gone
	case p == none:
		_, _ = w.Write(a.body)
	default:
		write(w, r, a.tag, a.body)
	}
}

// A passingAnswer is the error of an answer that is sent and not kept, since it is no 200.
type passingAnswer struct{ answer answer }

func (a *passingAnswer) Error() string { return fmt.Sprintf("status %d", a.answer.status) }

// record runs a handler and returns what it writes. The error is the handler's, or [*passingAnswer].
func record(h handlerFunc, r *http.Request) (answer, error) {
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	if err := h(w, r); err != nil {
		return answer{}, err
	}
	sum := sha256.Sum256(w.body.Bytes())
	a := answer{w.status, w.header, w.body.Bytes(), hex.EncodeToString(sum[:12])}
	if a.status != http.StatusOK {
		return answer{}, &passingAnswer{a}
	}
	return a, nil
}

// A recorder takes down what a handler writes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(p []byte) (int, error) { return w.body.Write(p) }

// tagOf is the ETag of what is drawn from several facts.
func (s *Server) tagOf(key answerKey) string {
	sum := sha256.Sum256([]byte(s.build + "\n" + key.generation.String() + "\n" + key.address))
	return hex.EncodeToString(sum[:12])
}

// canonicalAddress is the path with those parameters that count, in order.
func canonicalAddress(u *url.URL) string {
	if u.RawQuery == "" {
		return u.Path
	}
	query := u.Query()
	for name := range query {
		if !slices.Contains(parameters, name) {
			delete(query, name)
		}
	}
	return u.Path + "?" + query.Encode()
}

// program is the hash of the running program, so that a new build of it makes all ETags anew.
var program = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
