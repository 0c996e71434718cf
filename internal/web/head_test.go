package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/web/ui"
)

// metaOf returns what the head of a page says by name or property.
func metaOf(t *testing.T, doc *goquery.Document) map[string]string {
	t.Helper()
	all := map[string]string{}
	doc.Find("head meta[name], head meta[property]").Each(func(_ int, m *goquery.Selection) {
		name := m.AttrOr("property", m.AttrOr("name", ""))
		if _, twice := all[name]; twice {
			t.Errorf("the page says %s twice", name)
		}
		all[name] = m.AttrOr("content", "")
	})
	return all
}

// TestOpenGraph reads what cards are made of: four names are a must, and addresses lead to pages of ours.
func TestOpenGraph(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	there := map[string]bool{}
	for path, a := range s.crawl() {
		if a.mediaType != htmlType || strings.HasPrefix(path, "/embed/") {
			continue
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		m := metaOf(t, doc)
		for _, must := range []string{"og:title", "og:type", "og:image", "og:url", "og:site_name", "og:image:alt"} {
			if m[must] == "" {
				t.Errorf("%s has no %s", path, must)
			}
		}
		if m["twitter:card"] != "summary_large_image" || m["og:locale"] != "en_GB" || m["og:image:width"] != "1200" || m["og:image:height"] != "630" {
			t.Errorf("%s: card %q, locale %q, picture of %s by %s", path, m["twitter:card"], m["og:locale"], m["og:image:width"], m["og:image:height"])
		}
		if m["description"] != m["og:description"] {
			t.Errorf("%s is described as %q and as %q", path, m["description"], m["og:description"])
		}
		for _, address := range []string{m["og:url"], m["og:image"]} {
			to, ours := strings.CutPrefix(address, exampleURL)
			if !ours {
				t.Errorf("%s leads to %q", path, address)
				continue
			}
			if !there[to] {
				s.fetch(to, http.StatusOK)
			}
			there[to] = true
		}
		for _, name := range []string{"article:published_time", "article:modified_time"} {
			if m[name] == "" {
				continue
			}
			if _, err := time.Parse(time.RFC3339, m[name]); err != nil && !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(m[name]) {
				t.Errorf("%s: %s is %q", path, name, m[name])
			}
			if m["og:type"] != "article" {
				t.Errorf("%s has %s and is a %s", path, name, m["og:type"])
			}
		}
	}
	if got := metaOf(t, s.get("/nothing", http.StatusNotFound)); got["og:title"] != "" {
		t.Errorf("a page that is not there has the card %q", got["og:title"])
	}
}

// TestHeadOfPages looks at what the kinds of page tell.
func TestHeadOfPages(t *testing.T) {
	t.Parallel()
	s := newCorrectedSite(t)
	question := "Was the Long Bridge open, to whom, and when?"
	for path, want := range map[string]map[string]string{
		"/": {"og:title": "Counterclaim: What is contested, who says what, and since when", "og:type": "website", "og:image": exampleURL + ui.SiteCardPath},
		"/facts/bridge-open": {
			"og:title": question, "og:type": "article", "og:url": exampleURL + "/facts/bridge-open", "og:image": exampleURL + ui.CardPath("bridge-open"),
			"citation_title": question, "citation_author": "Counterclaim", "citation_public_url": exampleURL + "/facts/bridge-open/editions/3",
		},
		"/facts/bridge-open/editions/1": {
			"og:title": "Was the Long Bridge open, and to whom?", "og:url": exampleURL + "/facts/bridge-open/editions/1",
			"og:image": exampleURL + ui.EditionCardPath("bridge-open", 1), "citation_public_url": exampleURL + "/facts/bridge-open/editions/1",
		},
		"/claims/V8N-K4HM": {
			"og:title": "The harbour master in Harbour Gazette, on: " + question, "og:type": "article", "og:image": exampleURL + ui.EditionCardPath("bridge-open", 3),
			"citation_title": "The harbour master in Harbour Gazette, on: " + question, "citation_public_url": exampleURL + "/facts/bridge-open/editions/3#V8N-K4HM",
		},
		"/articles/gazette-2031-03-15": {
			"og:title": "Harbour master and envoy speak of the bridge", "article:published_time": "2031-03-15", "citation_title": "Harbour master and envoy speak of the bridge",
			"citation_author": "Harbour Gazette", "citation_publication_date": "2031/03/15", "citation_public_url": "https://gazette.example/2031/bridge-call#top",
		},
		"/articles/wire-2031-06-03": {"citation_title": "Bridge must open, League hears (headline by the desk)", "citation_author": "Staff"},
		"/articles/jisr-2031-03":    {"article:published_time": "", "citation_publication_date": "", "citation_public_url": exampleURL + "/articles/jisr-2031-03"},
	} {
		got := metaOf(t, s.get(path, http.StatusOK))
		for name, value := range want {
			switch { // all of the sample is invented
			case value == "":
			case name == "og:title":
				value = inventedTitle(value, true)
			case name == "citation_title":
				value = citedTitle(value, true)
			}
			if got[name] != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got[name], value)
			}
		}
	}
	day := regexp.MustCompile(`^\d{4}/\d\d/\d\d$`)
	for _, path := range []string{"/facts/bridge-open", "/facts/bridge-open/editions/1", "/claims/V8N-K4HM"} {
		if got := metaOf(t, s.get(path, http.StatusOK))["citation_publication_date"]; !day.MatchString(got) {
			t.Errorf("%s was published on %q", path, got)
		}
	}
}

// TestHeadTakesNoSide looks for answers and for words of others where a page is described in a line, which may be cut.
func TestHeadTakesNoSide(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := sample()
	for _, path := range []string{"/", "/facts", "/facts/bridge-open", "/facts/bridge-open/editions/1", "/claims/V8N-K4HM", "/sources/harbour-master", "/articles/gazette-2031-03-15"} {
		m := metaOf(t, s.get(path, http.StatusOK))
		for _, f := range c.Facts {
			for _, p := range f.Positions {
				if strings.Contains(m["og:title"]+m["description"], strings.TrimRight(string(p.Label), ".")) {
					t.Errorf("%s is described by the answer %q", path, p.Label)
				}
			}
		}
		for _, a := range c.Articles {
			for _, b := range a.Blocks {
				for _, claim := range b.Claims {
					for _, words := range claim.Words {
						if strings.Contains(m["og:title"]+m["description"], words) {
							t.Errorf("%s is described by the words %q", path, words)
						}
					}
				}
			}
		}
	}
}
