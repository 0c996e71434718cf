package web

import (
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestFirstRun(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc := s.get("/", http.StatusOK)
	if got := text(doc, "h1"); got != "Nothing has been published yet" {
		t.Errorf("h1 = %q", got)
	}
	for _, command := range []string{"server import", "server publish"} {
		if got := text(doc, "main"); !strings.Contains(got, command) {
			t.Errorf("the page does not say what to type: %q", got)
		}
	}
	for _, path := range []string{"/facts", "/articles", "/sources", "/parties", "/outlets", "/events", "/about", "/about/method"} {
		s.get(path, http.StatusOK)
	}
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	tests := []struct {
		name, method, path string
		status             int
		header             http.Header
	}{
		{"no such page", "GET", "/nothing", http.StatusNotFound, nil},
		{"no such fact", "GET", "/facts/nothing", http.StatusNotFound, nil},
		{"no such data", "GET", "/facts/nothing.json", http.StatusNotFound, nil},
		{"no such edition", "GET", "/facts/bridge-open/editions/2", http.StatusNotFound, nil},
		{"edition 0", "GET", "/facts/bridge-open/editions/0", http.StatusNotFound, nil},
		{"edition of another form", "GET", "/facts/bridge-open/editions/01", http.StatusNotFound, nil},
		{"no number", "GET", "/facts/bridge-open/editions/x.json", http.StatusNotFound, nil},
		{"a number too large", "GET", "/facts/bridge-open/editions/99999999999999999999", http.StatusNotFound, nil},
		{"no such claim", "GET", "/claims/000-0000", http.StatusNotFound, nil},
		{"no code", "GET", "/claims/x", http.StatusNotFound, nil},
		{"no such source", "GET", "/sources/nothing", http.StatusNotFound, nil},
		{"no slug", "GET", "/sources/No_Slug", http.StatusNotFound, nil},
		{"an escaped slash", "GET", "/facts/a%2Fb", http.StatusNotFound, nil},
		{"an escaped way up", "GET", "/facts/..%2F..%2Fgo.mod", http.StatusNotFound, nil},
		{"the character NUL", "GET", "/facts/a%00b", http.StatusBadRequest, nil},
		{"no UTF-8", "GET", "/facts/%ff%fe", http.StatusBadRequest, nil},
		{"a line end", "GET", "/facts/a%0d%0ab", http.StatusBadRequest, nil},
		{"an endless path", "GET", "/facts/" + strings.Repeat("a", 5000), http.StatusBadRequest, nil},
		{"an endless query", "GET", "/facts?after=" + strings.Repeat("a", 5000), http.StatusBadRequest, nil},
		{"a slash at the end", "GET", "/facts/", http.StatusNotFound, nil},
		{"a cursor of no sense", "GET", "/facts?after=x", http.StatusNotFound, nil},
		{"a cursor with NUL", "GET", "/sources?after=a%00~b", http.StatusNotFound, nil},
		{"another method", "POST", "/facts", http.StatusMethodNotAllowed, nil},
		{"a method of no kind", "BREW", "/facts", http.StatusMethodNotAllowed, nil},
		{"a form of another site", "POST", "/facts", http.StatusForbidden, http.Header{"Sec-Fetch-Site": {"cross-site"}}},
		{"a form of a neighbouring site", "POST", "/facts", http.StatusForbidden, http.Header{"Sec-Fetch-Site": {"same-site"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.request(tt.method, tt.path)
			maps.Copy(r.Header, tt.header)
			response, body := s.do(r)
			if response.StatusCode != tt.status {
				t.Fatalf("%s %s: status %d, want %d", tt.method, tt.path, response.StatusCode, tt.status)
			}
			if !strings.Contains(string(body), "<h1>") {
				t.Errorf("%s %s: no page of ours: %.200s", tt.method, tt.path, body)
			}
			if got := response.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control = %q, want no-store", got)
			}
			if allow := response.Header.Get("Allow"); tt.status == http.StatusMethodNotAllowed && allow != "GET, HEAD" {
				t.Errorf("Allow = %q, want GET, HEAD", allow)
			}
		})
	}
	if got := s.log.String(); strings.Contains(got, `"level":"ERROR"`) {
		t.Errorf("visitors' mistakes were logged as faults of ours:\n%s", got)
	}
}

// TestDatabaseGone asks when there is no database: pages say nothing of the cause, the log does.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.store.Close()
	for _, path := range []string{"/", "/facts", "/facts/bridge-open", "/facts/bridge-open.json", "/claims/V8N-K4HM", "/sources/x-y", "/articles/x-y"} {
		response, body := s.do(s.request("GET", path))
		if response.StatusCode < 500 {
			t.Errorf("GET %s: status %d, want 500 or 503", path, response.StatusCode)
		}
		for _, cause := range []string{"pool", "store.", "closed", "SQL"} {
			if strings.Contains(string(body), cause) {
				t.Errorf("GET %s: the page says %q", path, cause)
			}
		}
	}
	if got := s.log.String(); !strings.Contains(got, "request failed") || !strings.Contains(got, "store.") {
		t.Errorf("the log does not name the cause:\n%s", got)
	}
	s.fetch("/readyz", http.StatusServiceUnavailable)
	s.fetch("/livez", http.StatusOK)
}

func TestPanic(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.server.handler = s.server.logRequests(s.server.recoverPanics(s.server.page(none, func(http.ResponseWriter, *http.Request) error {
		panic("the cause")
	})))
	_, body := s.fetch("/", http.StatusInternalServerError)
	if strings.Contains(string(body), "the cause") {
		t.Error("the page says the cause")
	}
	if !strings.Contains(s.log.String(), "the cause") {
		t.Error("the log does not say the cause")
	}
}

func TestFailedRender(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.server.handler = s.server.page(none, func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") })
	_, body := s.fetch("/", http.StatusInternalServerError)
	if strings.Contains(string(body), "the cause") {
		t.Error("the page says the cause")
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, want := range map[string]string{"/livez": "alive\n", "/readyz": "ready\n"} {
		if _, got := s.fetch(path, http.StatusOK); string(got) != want {
			t.Errorf("GET %s = %q, want %q", path, got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	want := map[string]string{
		"Content-Security-Policy":    contentSecurityPolicy,
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "strict-origin-when-cross-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Set-Cookie":                 "",
	}
	for _, path := range []string{"/", "/facts/bridge-open", "/facts/bridge-open.json", "/nothing", "/livez", "/facts/a%00b"} {
		response, _ := s.do(s.request("GET", path))
		for name, value := range want {
			if got := response.Header.Get(name); got != value {
				t.Errorf("GET %s: %s = %q, want %q", path, name, got, value)
			}
		}
	}
	for _, must := range []string{"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(contentSecurityPolicy, must) {
			t.Errorf("the policy lacks %q", must)
		}
	}
	if strings.Contains(contentSecurityPolicy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	response, body := s.do(s.request("HEAD", "/facts/bridge-open"))
	if response.StatusCode != http.StatusOK || len(body) != 0 {
		t.Errorf("HEAD: status %d and %d bytes, want 200 and none", response.StatusCode, len(body))
	}
}

// TestConditional asks again with the tag of the first answer, plain and compressed.
func TestConditional(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, path := range []string{"/", "/facts/bridge-open", "/facts/bridge-open.json", "/facts/bridge-open/editions/1.json", "/claims/V8N-K4HM"} {
		for _, encoding := range []string{"identity", "gzip", "zstd"} {
			r := s.request("GET", path)
			r.Header.Set("Accept-Encoding", encoding)
			first, body := s.do(r)
			tag := first.Header.Get("ETag")
			if first.StatusCode != http.StatusOK || tag == "" {
				t.Fatalf("GET %s: status %d, ETag %q", path, first.StatusCode, tag)
			}
			coded := encoding
			if encoding == "identity" || strings.HasSuffix(path, ".json") { // an edition's bytes are sent as they are in the log
				coded = ""
			}
			if got := first.Header.Get("Content-Encoding"); got != coded {
				t.Errorf("GET %s: Content-Encoding %q, want %q", path, got, coded)
			}
			if !strings.Contains(first.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("GET %s: Vary %q", path, first.Header.Get("Vary"))
			}
			if coded == "gzip" {
				z, err := gzip.NewReader(strings.NewReader(string(body)))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadAll(z); err != nil {
					t.Errorf("GET %s: %v", path, err)
				}
			}
			r = s.request("GET", path)
			r.Header.Set("Accept-Encoding", encoding)
			r.Header.Set("If-None-Match", `"other", `+tag)
			again, rest := s.do(r)
			if again.StatusCode != http.StatusNotModified || len(rest) != 0 || again.Header.Get("ETag") != tag {
				t.Errorf("GET %s again (%s): status %d, %d bytes, ETag %q, want 304 and %q", path, encoding, again.StatusCode, len(rest), again.Header.Get("ETag"), tag)
			}
		}
	}
}

func TestHeldTag(t *testing.T) {
	t.Parallel()
	tests := []struct{ header, want string }{
		{"", ""},
		{`"a"`, `"a"`},
		{`W/"a"`, `W/"a"`},
		{`"a-gzip"`, `"a-gzip"`},
		{`"a-zstd"`, `"a-zstd"`},
		{`"b", "a"`, `"a"`},
		{`"b"`, ""},
		{`*`, ""},
		{`a`, ""},
	}
	for _, tt := range tests {
		if got := heldTag(tt.header, "a"); got != tt.want {
			t.Errorf("heldTag(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

// TestRequestLog wants one line for each request, with the route and without the visitor's address.
func TestRequestLog(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.get("/facts/bridge-open", http.StatusOK)
	lines := slices.DeleteFunc(strings.Split(s.log.String(), "\n"), func(l string) bool { return !strings.Contains(l, `"msg":"request"`) })
	if len(lines) != 1 {
		t.Fatalf("%d lines for one request:\n%s", len(lines), s.log)
	}
	for _, must := range []string{`"method":"GET"`, `"path":"/facts/bridge-open"`, `"route":"/facts/{slug}"`, `"status":200`, `"bytes":`, `"duration":`, `"request":"`} {
		if !strings.Contains(lines[0], must) {
			t.Errorf("the line lacks %s: %s", must, lines[0])
		}
	}
	host, _, err := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(lines[0], host) {
		t.Errorf("the line has the visitor's address: %s", lines[0])
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	contacts := map[string]string{
		"":                           "",
		"desk@paper.example":         "mailto:desk@paper.example",
		"mailto:desk@paper.example":  "mailto:desk@paper.example",
		"https://paper.example/mail": "https://paper.example/mail",
		"javascript:alert(1)":        "!",
		"desk":                       "!",
		"ftp://paper.example":        "!",
	}
	for given, want := range contacts {
		if got, err := contactAddress(given); want == "!" && err == nil || want != "!" && (err != nil || got != want) {
			t.Errorf("contactAddress(%q) = %q, %v, want %q", given, got, err, want)
		}
	}
	addresses := map[string]string{
		"":                         "!",
		"https://paper.example":    "https://paper.example",
		"https://paper.example/":   "https://paper.example",
		"http://127.0.0.1:8080":    "http://127.0.0.1:8080",
		"paper.example":            "!",
		"https://paper.example/?a": "!",
		"ftp://paper.example":      "!",
	}
	for given, want := range addresses {
		if got, err := publicAddress(given); want == "!" && err == nil || want != "!" && (err != nil || got != want) {
			t.Errorf("publicAddress(%q) = %q, %v, want %q", given, got, err, want)
		}
	}
	if _, err := New(Options{Contact: "nobody"}); err == nil {
		t.Error("a server with a contact that cannot be reached was made")
	}
	if _, err := New(Options{PublicURL: "nowhere"}); err == nil {
		t.Error("a server with an address that cannot be read was made")
	}
}
