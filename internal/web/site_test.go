package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A site is the real handler on a store of its own.
type site struct {
	t      testing.TB
	db     storetest.DB
	store  *store.Store
	server *Server
	url    string
	client *http.Client
	log    *logBuffer
}

// A logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// newSite starts a site with an empty store. Redirects are not followed.
func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, db: storetest.Database(t), log: &logBuffer{}}
	s.store = storetest.Open(t, s.db)
	var err error
	s.server, err = New(Options{
		Store: s.store, Signer: newSigner(t, s.store), Log: slog.New(slog.NewJSONHandler(s.log, nil)), PublicURL: "https://counterclaim.example/", Contact: "desk@counterclaim.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	following, stop := context.WithCancel(context.Background()) // t's own is over before the clean-ups run
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.server.Follow(following) }() // ends with the context's error
	t.Cleanup(func() { stop(); <-ended })
	server := httptest.NewServer(s.server)
	t.Cleanup(server.Close)
	s.url, s.client = server.URL, server.Client()
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s
}

// newSigner returns who signs a store's log.
func newSigner(t testing.TB, s *store.Store) *checkpoint.Signer {
	t.Helper()
	key, err := checkpoint.NewKey("counterclaim.example/log")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log.key")
	if err := key.Write(path); err != nil {
		t.Fatal(err)
	}
	signer, err := checkpoint.NewSigner(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetLogKey(t.Context(), key.Verifier()); err != nil {
		t.Fatal(err)
	}
	return signer
}

// newSampleSite starts a site on which the sample is published.
func newSampleSite(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	s.publish(sample())
	return s
}

// publish writes a collection and publishes all of its facts.
func (s *site) publish(c narrative.Collection) {
	s.t.Helper()
	s.publishAs(edition.Update, "a test", c)
}

// heard waits until the server knows what the store has published.
func (s *site) heard() {
	s.t.Helper()
	want, err := s.store.Generation(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for giveUp := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		if g := s.server.generation.Load(); g != nil && *g == want {
			return
		}
		if time.Now().After(giveUp) {
			s.t.Fatalf("the server did not hear of generation %v", want)
		}
	}
}

// do sends a request and returns the answer with its whole body.
func (s *site) do(r *http.Request) (*http.Response, []byte) {
	s.t.Helper()
	response, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response, body
}

func (s *site) request(method, path string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// fetch asks for an address, which must answer with the given status.
func (s *site) fetch(path string, status int) (*http.Response, []byte) {
	s.t.Helper()
	response, body := s.do(s.request(http.MethodGet, path))
	if response.StatusCode != status {
		s.t.Fatalf("GET %s: status %d, want %d\n%s", path, response.StatusCode, status, s.log)
	}
	return response, body
}

// get asks for a page, which must answer with the given status.
func (s *site) get(path string, status int) *goquery.Document {
	s.t.Helper()
	response, body := s.fetch(path, status)
	if got := response.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		s.t.Fatalf("GET %s: Content-Type %q", path, got)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

// text returns what the selection says, with white space folded.
func text(doc *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(doc.Find(selector).Text()), " ")
}

// texts returns what each part of the selection says.
func texts(doc *goquery.Document, selector string) []string {
	return doc.Find(selector).Map(func(_ int, s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") })
}

// attr returns an attribute of the first part of the selection.
func attr(doc *goquery.Document, selector, name string) string {
	return doc.Find(selector).First().AttrOr(name, "")
}
