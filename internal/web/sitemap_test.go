package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/web/ui"
)

// A siteMap is a document of the protocol of sitemaps.org, read strictly by its namespace.
type siteMap struct {
	XMLName xml.Name
	URLs    []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	Parts   []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
}

type mapped struct {
	Location []string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
	Changed  string   `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
}

// siteMapAt reads a map by the rules of the protocol and returns the addresses in it, without the site's own.
func (s *site) siteMapAt(path string) (siteMap, []string) {
	s.t.Helper()
	response, body := s.fetch(path, http.StatusOK)
	if got := response.Header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		s.t.Errorf("%s: Content-Type %q", path, got)
	}
	var m siteMap
	if err := xml.Unmarshal(body, &m); err != nil {
		s.t.Fatal(err)
	}
	if m.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" || (m.XMLName.Local == "urlset") != (len(m.URLs) > 0) || (m.XMLName.Local == "sitemapindex") != (len(m.Parts) > 0) {
		s.t.Fatalf("%s is a %v with %d addresses and %d parts", path, m.XMLName, len(m.URLs), len(m.Parts))
	}
	if len(body) > 50<<20 || len(m.URLs) > 50_000 || len(m.Parts) > 50_000 {
		s.t.Errorf("%s has %d bytes, %d addresses and %d parts", path, len(body), len(m.URLs), len(m.Parts))
	}
	var paths []string
	seen := map[string]bool{}
	for _, u := range append(m.URLs, m.Parts...) {
		at, err := url.Parse(strings.Join(u.Location, " "))
		if err != nil || len(u.Location) != 1 || len(u.Location[0]) >= 2048 || at.Scheme+"://"+at.Host != exampleURL || at.Fragment != "" {
			s.t.Errorf("%s leads to %q", path, u.Location)
			continue
		}
		if _, err := time.Parse(time.RFC3339, u.Changed); u.Changed != "" && err != nil {
			s.t.Errorf("%s: %s changed at %q", path, at, u.Changed)
		}
		if seen[at.RequestURI()] {
			s.t.Errorf("%s has %s twice", path, at)
		}
		seen[at.RequestURI()] = true
		paths = append(paths, at.RequestURI())
	}
	return m, paths
}

// TestSitemap follows every address of the map, and looks whether what the site links to stands in it.
func TestSitemap(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(realSample())
	m, paths := s.siteMapAt(ui.SitemapPath)
	for i, path := range paths {
		if doc := s.get(path, http.StatusOK); doc.Find("meta[name=robots]").Length() > 0 {
			t.Errorf("%s is not to be listed, but stands in the map", path)
		}
		if slices.Contains(ownPages, path) == (m.URLs[i].Changed != "") {
			t.Errorf("%s changed at %q", path, m.URLs[i].Changed)
		}
	}
	for path, a := range s.crawl() {
		lists := strings.Count(path, "/") == 1
		below := slices.ContainsFunc([]string{"/facts/", "/claims/", "/disputes/", "/articles/", "/sources/", "/outlets/", "/parties/", "/events/"}, func(of string) bool {
			rest, found := strings.CutPrefix(path, of)
			return found && !strings.Contains(rest, "/")
		})
		if a.mediaType != htmlType || strings.Contains(path, "?") || !lists && !below {
			continue
		}
		if !slices.Contains(paths, path) {
			t.Errorf("%s is not in the map", path)
		}
	}
}

// TestSitemapOfMuch publishes more than stands in one map.
func TestSitemapOfMuch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(realSample())
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	const more = partOfSite + 10
	for _, sql := range []string{
		`INSERT INTO published_claims (fact, code, log_index, ordinal, source, attributed_to, party, outlet, article, event, block, starts, ends, row)
			SELECT 'bridge-open', 'C' || lpad(i::text, 6, '0'), 0, 1000 + i, '', '', '', '', '', '', 0, '{}', '{}', '{}' FROM generate_series(1, ` + fmt.Sprint(more) + `) AS i`,
		`UPDATE generation SET value = value + 1`, `NOTIFY generation`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.heard()
	index, parts := s.siteMapAt(ui.SitemapPath)
	if len(index.Parts) < 3 || len(index.URLs) != 0 {
		t.Fatalf("%d parts and %d addresses, want some parts", len(index.Parts), len(index.URLs))
	}
	all := map[string]bool{}
	for _, part := range parts {
		_, paths := s.siteMapAt(part)
		for _, p := range paths {
			if all[p] {
				t.Errorf("%s stands in two parts", p)
			}
			all[p] = true
		}
	}
	for _, want := range []string{"/", "/facts/bridge-open", "/facts/swans-counted", "/claims/V8N-K4HM", "/claims/C000001", fmt.Sprintf("/claims/C%06d", more), "/sources/carters"} {
		if !all[want] {
			t.Errorf("%s is in no part", want)
		}
	}
	for _, none := range []string{"x", "~", "zzz~zzz", "claim~", "site~site%00"} {
		s.fetch(ui.SitemapPath+"?from="+none, http.StatusNotFound)
	}
}

// TestRobots reads the rules for programs: nothing is kept from them, and the map is named.
func TestRobots(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	response, body := s.fetch("/robots.txt", http.StatusOK)
	if got := response.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type = %q", got)
	}
	rules := map[string][]string{}
	for line := range strings.Lines(string(body)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			rules[strings.ToLower(name)] = append(rules[strings.ToLower(name)], value)
		} else if strings.TrimSpace(line) != "" {
			t.Errorf("the line %q says nothing", line)
		}
	}
	if !slices.Equal(rules["user-agent"], []string{"*"}) || !slices.Equal(rules["allow"], []string{"/"}) || len(rules["disallow"]) != 0 ||
		!slices.Equal(rules["sitemap"], []string{exampleURL + ui.SitemapPath}) {
		t.Errorf("rules = %v", rules)
	}
}
