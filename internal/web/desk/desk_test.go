package desk

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
	"counterclaim/internal/web"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A site is the real site with its desk, on a store of its own.
type site struct {
	t      testing.TB
	db     storetest.DB
	store  *store.Store
	server *Server
	url    string
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

// newSite starts a site with its desk on an empty store.
func newSite(t testing.TB) *site {
	t.Helper()
	return serve(t, storetest.Database(t))
}

// serve starts a site with its desk on a database, beside any other that is there.
func serve(t testing.TB, db storetest.DB) *site {
	t.Helper()
	s := &site{t: t, db: db, log: &logBuffer{}}
	s.store = storetest.Open(t, s.db)
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	readers, err := web.New(web.Options{Store: s.store, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s.server, err = New(Options{Site: readers, Store: s.store, Log: log, PublicURL: web.LaptopURL})
	if err != nil {
		t.Fatal(err)
	}
	readers.Mount(s.server)
	readers.MountReport(s.server.Reports())
	following, stop := context.WithCancel(context.Background()) // t's own is over before the clean-ups run
	ended := make(chan struct{})
	go func() { defer close(ended); _ = readers.Follow(following) }() // ends with the context's error
	t.Cleanup(func() { stop(); <-ended })
	server := httptest.NewServer(readers)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// An editor is a browser that is logged in, or one that is not.
type editor struct {
	*site
	name  string
	token string // of the session, "" for none
}

// as returns a browser of a new account with a role, logged in. Its name is that of the role with a number.
func (s *site) as(role store.Role) *editor {
	s.t.Helper()
	accounts, err := s.store.Accounts(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	name := string(role) + "-" + string(rune('a'+len(accounts)))
	if err := s.store.AddAccount(s.t.Context(), name, role, "test"); err != nil {
		s.t.Fatal(err)
	}
	if role.May(store.RoleEditor) {
		s.addFactor(name)
	}
	token, err := s.store.StartSession(s.t.Context(), name, "a test")
	if err != nil {
		s.t.Fatal(err)
	}
	return &editor{s, name, token}
}

// addFactor sets up a second factor for an account and returns its secret.
func (s *site) addFactor(name string) string {
	s.t.Helper()
	if err := s.store.BeginFactor(s.t.Context(), name); err != nil {
		s.t.Fatal(err)
	}
	secret, err := s.store.PendingFactor(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	at := time.Now()
	if _, err := s.store.ConfirmFactor(s.t.Context(), name, s.code(secret, at), at); err != nil {
		s.t.Fatal(err)
	}
	return secret
}

// code returns what an app shows at a time for a secret.
func (s *site) code(secret string, at time.Time) string {
	s.t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// nobody returns a browser that is not logged in.
func (s *site) nobody() *editor { return &editor{site: s} }

// do sends a request and returns the answer, with its whole body. Redirects are not followed.
func (e *editor) do(r *http.Request) (*http.Response, []byte) {
	e.t.Helper()
	if e.token != "" {
		r.AddCookie(&http.Cookie{Name: plainCookie, Value: e.token})
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	return response, body
}

// get asks for a page, which must answer with the given status.
func (e *editor) get(path string, status int) *goquery.Document {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	response, body := e.do(r)
	return e.page(response, body, path, status)
}

// post sends a form, which must answer with the given status, and returns the page or, for a redirect, where it leads.
func (e *editor) post(path string, fields url.Values, status int) (*goquery.Document, string) {
	e.t.Helper()
	response, body := e.submit(path, fields)
	return e.page(response, body, path, status), response.Header.Get("Location")
}

// submit sends a form, whatever becomes of it.
func (e *editor) submit(path string, fields url.Values) (*http.Response, []byte) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return e.do(r)
}

func (e *editor) page(response *http.Response, body []byte, path string, status int) *goquery.Document {
	e.t.Helper()
	if response.StatusCode != status {
		e.t.Fatalf("%s %s: status %d, want %d\n%s\n%s", response.Request.Method, path, response.StatusCode, status, body, e.log)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	return doc
}

// fieldsOf returns what a browser would send of a page's form: all of its fields as they stand.
func fieldsOf(form *goquery.Selection) url.Values {
	fields := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, field *goquery.Selection) {
		name, named := field.Attr("name")
		if _, disabled := field.Attr("disabled"); !named || disabled {
			return
		}
		switch kind, _ := field.Attr("type"); {
		case goquery.NodeName(field) == "textarea":
			fields.Add(name, strings.TrimPrefix(field.Text(), "\n"))
		case goquery.NodeName(field) == "select":
			chosen := field.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = field.Find("option").First()
			}
			fields.Add(name, chosen.AttrOr("value", ""))
		case kind == "checkbox" || kind == "radio":
			if _, checked := field.Attr("checked"); checked {
				fields.Add(name, field.AttrOr("value", "on"))
			}
		case kind != "submit" && kind != "file":
			fields.Add(name, field.AttrOr("value", ""))
		}
	})
	return fields
}

func TestInboxNeedsAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, to := s.nobody().post("/desk", nil, http.StatusSeeOther)
	if to != LoginPath {
		t.Errorf("a post of nobody leads to %q, want %q", to, LoginPath)
	}
	if got := s.as(store.RoleReader).get("/desk", http.StatusOK).Find("h1").Text(); got != "Inbox" {
		t.Errorf("h1 = %q, want Inbox", got)
	}
}
