package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// ask asks for an address, and returns the answer with the number of its queries.
func (s *site) ask(path, held string) (*httptest.ResponseRecorder, int) {
	s.t.Helper()
	ctx, counter := store.CountQueries(s.t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if held != "" {
		r.Header.Set("If-None-Match", held)
	}
	answer := httptest.NewRecorder()
	s.server.ServeHTTP(answer, r)
	return answer, counter.Queries()
}

// TestSecondRequest asks each address twice: the second time nothing is asked of the database, whether the visitor has
// the first answer or not.
func TestSecondRequest(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for route, path := range routePaths(t, s) {
		first, _ := s.ask(path, "")
		tag := first.Header().Get("ETag")
		if strings.Contains(first.Header().Get("Cache-Control"), "no-store") || route == "/static/*" {
			continue // asked for each time, or kept for ever
		}
		again, queries := s.ask(path, "")
		if queries != 0 || again.Code != http.StatusOK || !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) || again.Header().Get("ETag") != tag {
			t.Errorf("GET %s again: status %d with %d queries, want 200 with none and the same bytes", path, again.Code, queries)
		}
		unmodified, queries := s.ask(path, tag)
		if queries != 0 || unmodified.Code != http.StatusNotModified {
			t.Errorf("GET %s with its tag: status %d with %d queries, want 304 with none", path, unmodified.Code, queries)
		}
		for _, name := range []string{"Cache-Control", "ETag", "Vary", "Content-Location"} { // RFC 9110, 15.4.5
			if got, want := unmodified.Header().Get(name), first.Header().Get(name); got != want {
				t.Errorf("GET %s with its tag: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

// TestPublishedMeanwhile wants pages to change with what is published, and those of which nothing changed to keep their
// tags.
func TestPublishedMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(narrativetest.Bridge())
	home, _ := s.ask("/", "")
	edition, _ := s.ask("/facts/bridge-open/editions/1.json", "")
	c := narrativetest.Bridge()
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	s.publish(c)
	changed, queries := s.ask("/", home.Header().Get("ETag"))
	if changed.Code != http.StatusOK || queries != 1 || !strings.Contains(changed.Body.String(), "open to carts") {
		t.Errorf("the front page after a publication: status %d with %d queries", changed.Code, queries)
	}
	if same, _ := s.ask("/facts/bridge-open/editions/1.json", edition.Header().Get("ETag")); same.Code != http.StatusNotModified {
		t.Errorf("edition 1 after a publication: status %d, want 304", same.Code)
	}
}

func TestCanonicalAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/facts":                             "/facts",
		"/facts?":                            "/facts",
		"/facts?x=1&y=2":                     "/facts?",
		"/facts?to=2&x=1&from=1":             "/facts?from=1&to=2",
		"/facts?asof=2031-01-02&asof=2031-2": "/facts?asof=2031-01-02&asof=2031-2",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := canonicalAddress(u); got != want {
			t.Errorf("canonicalAddress(%q) = %q, want %q", address, got, want)
		}
	}
}

// TestAnyTag asks with the tag that stands for any (RFC 9110, 13.1.2): what is not there has none.
func TestAnyTag(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for path, want := range map[string]int{"/facts": http.StatusNotModified, "/sources/nobody": http.StatusNotFound, "/facts/nothing": http.StatusNotFound} {
		if answer, _ := s.ask(path, "*"); answer.Code != want {
			t.Errorf("GET %s with any tag: status %d, want %d", path, answer.Code, want)
		}
	}
}
