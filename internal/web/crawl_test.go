package web

import (
	"html"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"counterclaim/internal/web/ui"
)

// TestCrawl follows every address of ours from the front page: each answers, has one h1, a title and no id twice, and
// each place on a page that a link names is there.
func TestCrawl(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	s.server.MountReport(s.reportForm())
	visited := map[string]bool{}
	places := map[string]map[string]bool{} // by address
	named := map[string][]string{}         // places by address
	queue := []string{"/"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if visited[at] {
			continue
		}
		visited[at] = true
		response, body := s.fetch(at, http.StatusOK)
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s has %d h1", at, n)
		}
		if text(doc, "title") == "" {
			t.Errorf("%s has no title", at)
		}
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("%s has the id %q twice", at, id)
			}
			ids[id] = true
		})
		places[at] = ids
		doc.Find("[style], script:not([src]):not([type='application/ld+json']), iframe").Each(func(_ int, e *goquery.Selection) {
			t.Errorf("%s has <%s>", at, goquery.NodeName(e))
		})
		doc.Find("[href], [src]").Each(func(_ int, e *goquery.Selection) {
			to, err := url.Parse(e.AttrOr("href", e.AttrOr("src", "")))
			if err != nil {
				t.Errorf("%s: %v", at, err)
				return
			}
			if to.Host == "counterclaim.example" { // ours, for machines
				to.Scheme, to.Host = "", ""
			}
			if to.Scheme != "" {
				if rel := e.AttrOr("rel", ""); to.Scheme != "mailto" && rel != "noopener nofollow" {
					t.Errorf("%s: the link to %s has rel %q", at, to, rel)
				}
				return
			}
			target := at
			if to.Path != "" {
				target = path.Clean(to.Path)
				if to.RawQuery != "" {
					target += "?" + to.RawQuery
				}
				queue = append(queue, target)
			}
			if to.Fragment != "" {
				named[target] = append(named[target], to.Fragment)
			}
		})
	}
	for at, ids := range named {
		for _, id := range ids {
			if !places[at][id] {
				t.Errorf("a link leads to %s#%s, which is not there", at, id)
			}
		}
	}
	for _, route := range s.server.Routes() {
		inAPI := strings.HasPrefix(route, ui.APIPath+"/") // TestAPIContract follows its links
		if !reached(route, visited) && !unlinked[route] && !inAPI {
			t.Errorf("no link leads to %s", route)
		}
	}
}

// reportForm stands for the form of the editors' side, whose tests look at the form itself: here it says that each address which
// it is asked for is one that it knows.
func (s *site) reportForm() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content := `<h1>It is with the editors</h1>`
		if r.URL.Path == ReportPath {
			title, _, err := s.server.PageTitle(r.Context(), r.URL.Query().Get("about"))
			if err != nil {
				s.t.Errorf("%s is about a page that has no title: %v", r.URL, err)
			}
			content = `<h1>About ` + html.EscapeString(title) + `</h1><a href="` + ReportedPath + `?number=1">Sent</a>`
		}
		if err := s.server.SendPage(w, r, http.StatusOK, Page{Title: "Report", Content: templ.Raw(content)}); err != nil {
			s.t.Error(err)
		}
	})
}

// unlinked are the addresses to which no page links, on purpose: those of operators and of programs.
var unlinked = map[string]bool{
	"/livez": true, "/readyz": true, "/robots.txt": true, "/sitemap.xml": true, "/facts/{slug}.json": true,
	timeGateRoute: true, "/timemap/facts/{slug}": true, // named in the header Link
	// The heads of pages and other sites name these; TestDiscovery follows them.
	"/cards/site.png": true, "/cards/facts/{slug}.png": true, "/embed/facts/{slug}": true, "/embed/facts/{slug}/editions/{number}": true,
}

// reached reports whether an address of the route's form was visited.
func reached(route string, visited map[string]bool) bool {
	parts := strings.Split(route, "/")
	for at := range visited {
		at, _, _ = strings.Cut(at, "?")
		have := strings.Split(at, "/")
		if len(have) != len(parts) {
			continue
		}
		fits := true
		for i, p := range parts {
			wild := strings.ContainsAny(p, "{*")
			json := strings.HasSuffix(p, ".json") == strings.HasSuffix(have[i], ".json")
			fits = fits && (p == have[i] || wild && json && have[i] != "")
		}
		if fits {
			return true
		}
	}
	return false
}
