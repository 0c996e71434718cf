package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
)

// routePaths returns an address of the sample for each route, and fails the test for a route without one. It publishes the
// changed sample, since some routes are about two editions.
func routePaths(t testing.TB, s *site) map[string]string {
	t.Helper()
	s.publishAs(edition.Correction, "another test", changed())
	parts := strings.NewReplacer(
		"/disputes/{slug}", "/disputes/aldmouth-strait", "/facts/{slug}", "/facts/bridge-open", "{number}", "1", "{range}", "1..2", "{code}", "V8N-K4HM", "{index}", "0",
		"/articles/{slug}", "/articles/gazette-2031-03-15", "/sources/{slug}", "/sources/harbour-master", "/parties/{slug}", "/parties/eastbank",
		"/outlets/{slug}", "/outlets/harbour-gazette", "/events/{slug}", "/events/call-march", "/static/*", s.server.icon,
	)
	paths := map[string]string{}
	for _, route := range s.server.Routes() {
		paths[route] = parts.Replace(strings.ReplaceAll(route, "{format}", cmp.Or(routeFormats[route], "json")) + routeQueries[route])
		if strings.ContainsAny(paths[route], "{*") {
			t.Fatalf("the test knows no address of the route %s", route)
		}
	}
	return paths
}

// routeFormats are the forms that are asked of routes that do not have JSON.
var routeFormats = map[string]string{"/articles/{slug}.{format}": "bib"}

// routeQueries are what routes need beside their path.
var routeQueries = map[string]string{
	"/oembed":                      "?url=https%3A%2F%2Fcounterclaim.example%2Ffacts%2Fbridge-open",
	"/api/v1/facts/{slug}/changes": "?from=1&to=1",
	"/api/v1/log/inclusion":        "?index=0",
	"/api/v1/log/consistency":      "?from=0",
}

// timeGateRoute leads to an edition by the time of a header.
const timeGateRoute = "/timegate/facts/{slug}"

// statusOf is what a route answers.
func statusOf(route string) int {
	if route == timeGateRoute {
		return http.StatusFound
	}
	return http.StatusOK
}

// mustHave are the headers of every answer, whatever was asked.
var mustHave = map[string]string{
	"Content-Security-Policy":    contentSecurityPolicy,
	"X-Content-Type-Options":     "nosniff",
	"Referrer-Policy":            "strict-origin-when-cross-origin",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Set-Cookie":                 "",
}

// checkAnswer wants what every answer must be: of a status of no fault of ours, with all headers, without a cookie.
func checkAnswer(t *testing.T, what string, response *http.Response, body []byte) {
	t.Helper()
	if response.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s: status %d", what, response.StatusCode)
	}
	// TestFrames has the headers of cards in frames, and of which addresses they are.
	card := response.Header.Get("Content-Security-Policy") == embedPolicy && strings.HasPrefix(response.Request.URL.Path, "/embed/")
	for name, want := range mustHave {
		if card && (name == "Content-Security-Policy" || name == "Cross-Origin-Opener-Policy") {
			continue
		}
		if got := strings.Join(response.Header[http.CanonicalHeaderKey(name)], "; "); got != want {
			t.Errorf("%s: %s = %q, want %q", what, name, got, want)
		}
	}
	// Data is for every site, as are cards, pictures and what cards load.
	open := card || response.Header.Get("Content-Type") == "application/json" || response.Header.Get("Access-Control-Allow-Origin") == "*" ||
		slices.Contains([]string{"api", "oembed", "cards", "feeds", "static"}, strings.Split(response.Request.URL.Path, "/")[1])
	if got := response.Header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" && !(open && got == "cross-origin") && response.StatusCode != http.StatusNotModified {
		t.Errorf("%s: Cross-Origin-Resource-Policy = %q", what, got)
	}
	if response.StatusCode >= http.StatusBadRequest {
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: status %d with Cache-Control %q, want no-store", what, response.StatusCode, got)
		}
		for _, cause := range []string{"store.", "pgx", "SQL", "goroutine", ".go:"} {
			if bytes.Contains(body, []byte(cause)) {
				t.Errorf("%s: the page says %q", what, cause)
			}
		}
	}
}

// TestHostilePaths puts what no address has into each part of each route's address, and into the query.
func TestHostilePaths(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	bad := map[string]string{
		"NUL": "%00", "not UTF-8": "%ff", "half a surrogate": "%ed%a0%80", "overlong": "%c0%af", "a slash": "a%2Fb", "a way up": "..%2F..%2Fetc", "a line end": "a%0d%0aSet-Cookie:%20a=b",
		"markup": "%3Cscript%3E", "a quote": "%27%20OR%201=1--", "a right-to-left override": "%E2%80%AE", "an emoji": "%F0%9F%A6%A2", "percent": "%25", "10 kB": strings.Repeat("a", 10<<10),
		"a backslash": "%5C..%5C", "a space": "%20", "much punctuation": "~!@$&'()*+,;=:", "a number": "99999999999999999999", "another number": "-1", "marks": strings.Repeat("%CC%81", 100),
	}
	for route, path := range routePaths(t, s) {
		parts := strings.Split(path, "/")
		for what, evil := range bad {
			for i := 1; i < len(parts); i++ {
				if path == "/" {
					break
				}
				changed := slices.Clone(parts)
				changed[i] = evil
				at := strings.Join(changed, "/")
				response, body := s.do(s.request(http.MethodGet, at))
				checkAnswer(t, fmt.Sprintf("%s with %s", route, what), response, body)
				if response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusBadRequest {
					t.Errorf("%s with %s in part %d: status %d, want 400 or 404", route, what, i, response.StatusCode)
				}
			}
			response, body := s.do(s.request(http.MethodGet, path+"?after="+evil+"&"+evil+"="+evil))
			checkAnswer(t, fmt.Sprintf("%s with a query of %s", route, what), response, body)
		}
		for what, query := range map[string]string{
			"10,000 parameters": strings.Repeat("a=b&", 10_000), "10,000 cursors": strings.Repeat("after=2031-01-01~a&", 10_000), "half an escape": "after=%", "semicolons": "a;b;c",
		} {
			response, body := s.do(s.request(http.MethodGet, path+"?"+query))
			checkAnswer(t, fmt.Sprintf("%s with %s", route, what), response, body)
		}
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("visitors' mistakes were logged as faults of ours:\n%.2000s", log)
	}
}

// TestLargeHeaders sends more than a server takes.
func TestLargeHeaders(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	r := s.request(http.MethodGet, "/")
	r.Header.Set("X-Large", strings.Repeat("a", 2<<20))
	response, err := s.client.Do(r)
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Error(err)
		}
		if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %d, want %d", response.StatusCode, http.StatusRequestHeaderFieldsTooLarge)
		}
	}
	r = s.request(http.MethodGet, "/")
	for i := range 500 {
		r.Header.Add("X-Many", fmt.Sprint(i))
	}
	response, body := s.do(r)
	checkAnswer(t, "500 headers", response, body)
	if response.StatusCode != http.StatusOK {
		t.Errorf("500 headers: status %d, want 200", response.StatusCode)
	}
}

// TestMethods asks each address by every method. Only GET and HEAD are answered, HEAD as GET but for the body.
func TestMethods(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for route, path := range routePaths(t, s) {
		r := s.request(http.MethodGet, path)
		r.Header.Set("Accept-Encoding", "identity") // answers to HEAD are never compressed
		get, page := s.do(r)
		checkAnswer(t, "GET "+path, get, page)
		head, nothing := s.do(s.request(http.MethodHead, path))
		checkAnswer(t, "HEAD "+path, head, nothing)
		status := statusOf(route)
		if get.StatusCode != status || head.StatusCode != status || (len(page) > 0) != (status == http.StatusOK) || len(nothing) != 0 {
			t.Errorf("%s: GET %d with %d bytes, HEAD %d with %d", path, get.StatusCode, len(page), head.StatusCode, len(nothing))
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "ETag", "Vary"} {
			if get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("%s: %s is %q by GET, %q by HEAD", path, name, get.Header.Get(name), head.Header.Get(name))
			}
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "M-SEARCH"} {
			r := s.request(method, path)
			r.Body = io.NopCloser(strings.NewReader(strings.Repeat("a", 64<<10)))
			response, body := s.do(r)
			checkAnswer(t, method+" "+path, response, body)
			if method == http.MethodOptions && strings.HasPrefix(path, "/api/") {
				continue // TestAPIFromElsewhere asks
			}
			if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, path, response.StatusCode, response.Header.Get("Allow"))
			}
		}
	}
}

// TestSameForAll asks each address with headers by which sites tell visitors apart: the bytes must be the same for all,
// and what a cache may keep must not depend on them.
func TestSameForAll(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	strangers := []http.Header{
		{"Cookie": {"session=1; theme=dark"}},
		{"Accept": {"application/json"}, "Accept-Language": {"hy, az;q=0.5"}},
		{"User-Agent": {"Googlebot/2.1"}, "Referer": {"https://elsewhere.example/"}},
		{"X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"https"}, "Forwarded": {"host=evil.example"}, "X-Original-Url": {"/desk"}, "X-Rewrite-Url": {"/desk"}},
		{"Authorization": {"Basic YTpi"}, "Origin": {"https://evil.example"}, "X-Http-Method-Override": {"DELETE"}, "Range": {"bytes=0-9"}},
		{"Sec-Fetch-Site": {"cross-site"}, "Save-Data": {"on"}, "Sec-Ch-Prefers-Color-Scheme": {"dark"}},
	}
	for route, path := range routePaths(t, s) {
		r := s.request(http.MethodGet, path)
		r.Header.Set("Accept-Encoding", "identity")
		plain, want := s.do(r)
		if vary := plain.Header.Get("Vary"); vary != "" && vary != "Accept-Encoding" && route != timeGateRoute {
			t.Errorf("GET %s: Vary %q", path, vary)
		}
		for _, headers := range strangers {
			r := s.request(http.MethodGet, path)
			r.Header = headers.Clone()
			r.Header.Set("Accept-Encoding", "identity")
			r.Host = "evil.example"
			response, got := s.do(r)
			checkAnswer(t, fmt.Sprintf("GET %s with %v", path, headers), response, got)
			if response.StatusCode != statusOf(route) || !bytes.Equal(got, want) || response.Header.Get("ETag") != plain.Header.Get("ETag") {
				t.Errorf("GET %s with %v: status %d and other bytes than without", path, headers, response.StatusCode)
			}
		}
	}
}

// TestUnmodified asks each address that can change again with the tag of the first answer.
func TestUnmodified(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for route, path := range routePaths(t, s) {
		first, _ := s.do(s.request(http.MethodGet, path))
		tag := first.Header.Get("ETag")
		if route == "/livez" || route == "/readyz" || route == "/static/*" || route == timeGateRoute {
			if keep := first.Header.Get("Cache-Control"); tag != "" || keep != "no-store" && keep != immutable.control {
				t.Errorf("GET %s: ETag %q, Cache-Control %q, want none, and no-store or for ever", path, tag, keep)
			}
			continue
		}
		r := s.request(http.MethodGet, path)
		r.Header.Set("If-None-Match", tag)
		again, body := s.do(r)
		if tag == "" || again.StatusCode != http.StatusNotModified || len(body) != 0 {
			t.Errorf("GET %s: ETag %q, then status %d with %d bytes, want 304 and none", path, tag, again.StatusCode, len(body))
		}
		checkAnswer(t, "again "+path, again, body)
		for _, name := range []string{"Cache-Control", "Vary"} { // RFC 9110, 15.4.5
			if first.Header.Get(name) != again.Header.Get(name) {
				t.Errorf("GET %s: %s is %q, then %q", path, name, first.Header.Get(name), again.Header.Get(name))
			}
		}
	}
}

// TestEveryRouteWithoutDatabase asks each address when the database has gone, and when it is back.
func TestEveryRouteWithoutDatabase(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	paths := routePaths(t, s)
	admin := s.besides(t)
	execute(t, admin, "ALTER DATABASE "+s.database(t)+" CONNECTION LIMIT 0")
	execute(t, admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+s.database(t)+"'")
	for route, path := range paths {
		response, body := s.do(s.request(http.MethodGet, path))
		if want := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[needsNothing[route]]; response.StatusCode != want {
			t.Errorf("GET %s: status %d, want %d", path, response.StatusCode, want)
		}
		if response.StatusCode == http.StatusOK {
			continue
		}
		for _, cause := range []string{"pool", "store.", "connect", "SQL", s.database(t)} {
			if bytes.Contains(body, []byte(cause)) {
				t.Errorf("GET %s: the page says %q", path, cause)
			}
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("GET %s: Cache-Control %q, want no-store", path, got)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "too many connections") {
		t.Errorf("the log does not name the cause:\n%.2000s", log)
	}
	execute(t, admin, "ALTER DATABASE "+s.database(t)+" CONNECTION LIMIT -1")
	for route, path := range paths {
		s.fetch(path, statusOf(route))
	}
}

// besides opens a connection to the server of the site's database, but not to the database.
func (s *site) besides(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := pgx.ParseConfig(s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.Database = "postgres"
	conn, err := pgx.ConnectConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) }) // the test is over
	return conn
}

func (s *site) database(t *testing.T) string {
	t.Helper()
	c, err := pgx.ParseConfig(s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c.Database
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// needsNothing are the routes that ask no database.
var needsNothing = map[string]bool{"/about": true, "/about/method": true, "/about/api": true, "/api/openapi.json": true, "/cards/site.png": true, "/livez": true, "/robots.txt": true, "/static/*": true}
