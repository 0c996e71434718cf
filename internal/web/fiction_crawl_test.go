package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/web/ui"
)

// namesOf are the words by which a collection's facts, claims, articles and sources are known: slugs, codes, titles, names.
func namesOf(c narrative.Collection) []string {
	var names []string
	for _, d := range c.Disputes {
		names = append(names, string(d.Slug), d.Title)
	}
	for _, f := range c.Facts {
		names = append(names, string(f.Slug))
	}
	for _, s := range c.Sources {
		names = append(names, string(s.Slug), s.Name)
	}
	for _, a := range c.Articles {
		names = append(names, string(a.Slug), a.Headline)
		for _, b := range a.Blocks {
			for _, claim := range b.Claims {
				names = append(names, string(claim.Code))
			}
		}
	}
	return slices.DeleteFunc(names, func(s string) bool { return len(s) < len("XXX-XXXX") }) // a short one may be a word of ours
}

// TestFictionEverywhere walks every route on a site on which all is invented: whatever names some of it says so, each page to
// people and to programs, each object of data, each form that can be taken away.
func TestFictionEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, err := corpus.Read(articles.Practice)
	if err != nil {
		t.Fatal(err)
	}
	s.publish(c)
	s.publishAs(edition.Correction, "a mistake", changedLabels(c))
	w := fictionWalk{t: t, site: s, names: namesOf(c), places: regexp.MustCompile(`Ninnow|Quellmar|Tasswick|Umbery`), seen: map[string]bool{}}
	w.walk()
	for _, route := range s.server.Routes() {
		if !reached(route, w.seen) && !unnamed[route] {
			t.Errorf("nothing led to %s", route)
		}
	}
	if w.marked < 300 {
		t.Errorf("%d answers name something invented, want at least 300", w.marked)
	}
	if _, paths := s.siteMapAt(ui.SitemapPath); !slices.Equal(paths, ownPages) {
		t.Errorf("the site's map has %q, want none of what is invented", paths)
	}
}

// unnamed are the routes that name nothing that is published.
var unnamed = map[string]bool{"/livez": true, "/readyz": true, "/static/*": true, ui.APIPath + "/log/inclusion": true, ui.APIPath + "/log/consistency": true}

// A fictionWalk follows links and looks whether what names something invented says so.
type fictionWalk struct {
	t      *testing.T
	site   *site
	names  []string
	places *regexp.Regexp // words that only what is invented has
	seen   map[string]bool
	marked int
}

// says is the mark in text.
var says = regexp.MustCompile(`(?i)invented for practice`)

// addressForm is an address of the site in any kind of answer, absolute or from the root, and in a query.
var addressForm = regexp.MustCompile(`(?:` + regexp.QuoteMeta(exampleURL) + `|(?:href|src)=")(/[^"'<>{}\\\s]*)`)

func (w *fictionWalk) walk() {
	queue := []string{"/", ui.SitemapPath, "/robots.txt", ui.OpenAPIPath, ui.APIHeadPath}
	for _, list := range []string{"disputes", "facts", "claims", "figures", "articles", "sources", "parties", "outlets", "events", "corrections"} {
		queue = append(queue, ui.APIPath+"/"+list)
	}
	for len(queue) > 0 {
		at := strings.ReplaceAll(queue[0], "&amp;", "&")
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil {
			w.t.Fatal(err)
		}
		u.Fragment = ""
		if at = u.String(); w.seen[at] || strings.HasPrefix(at, "/static/") {
			continue
		}
		w.seen[at] = true
		response, raw := w.site.do(w.site.request(http.MethodGet, at))
		body := string(raw)
		if response.StatusCode == http.StatusOK {
			w.look(at, response.Header.Get("Content-Type"), body)
		}
		for _, header := range append(response.Header.Values("Link"), response.Header.Get("Location")) {
			for _, m := range regexp.MustCompile(`(?:<`+regexp.QuoteMeta(exampleURL)+`|^)(/[^>]*)`).FindAllStringSubmatch(header, -1) {
				queue = append(queue, m[1])
			}
		}
		if strings.HasPrefix(response.Header.Get("Content-Type"), "image/") || at == ui.APIPath+"/openapi.json" || at == ui.APIPagePath {
			continue // the examples in the description lead nowhere
		}
		for _, m := range addressForm.FindAllStringSubmatch(body, -1) {
			queue = append(queue, m[1])
		}
		if slug, ok := strings.CutPrefix(at, ui.FactsPath+"/"); ok && !strings.ContainsAny(slug, "/?.") {
			queue = append(queue, ui.FactDataPath(slug), ui.ChangesDataPath(slug, 1, 2), ui.APIOf(ui.EditionsPath(slug)), ui.APIOf(ui.FactPath(slug))+"/changes?from=1&to=2",
				ui.AsOfPath(at, "2025-04-12"), ui.TimeMapPath(slug))
		}
	}
}

// named returns what of the invented a text names, "" for nothing.
func (w *fictionWalk) named(text string) string {
	if m := w.places.FindString(text); m != "" {
		return m
	}
	for _, name := range w.names {
		if strings.Contains(text, name) {
			return name
		}
	}
	return ""
}

// look wants an answer that names something invented to say so, in the way of its kind.
func (w *fictionWalk) look(at, mediaType, body string) {
	if strings.HasPrefix(mediaType, "image/") || w.named(body) == "" {
		return
	}
	w.marked++
	kind, _, _ := strings.Cut(mediaType, ";")
	switch {
	case kind == "text/html":
		w.page(at, body)
	case strings.Contains(at, "/feeds/"):
		w.feed(at, body)
	case strings.HasSuffix(kind, "json") && !strings.HasSuffix(at, "csv-metadata.json") && !strings.HasSuffix(at, ".csl.json") && !strings.HasPrefix(at, "/oembed"):
		var data any
		if err := json.Unmarshal([]byte(body), &data); err != nil {
			w.t.Fatalf("%s: %v", at, err)
		}
		w.data(at, "", data)
	case kind == "text/csv":
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil {
			w.t.Fatalf("%s: %v", at, err)
		}
		invented := slices.Index(rows[0], "invented")
		if invented < 0 || slices.ContainsFunc(rows[1:], func(row []string) bool { return row[invented] != "true" }) {
			w.t.Errorf("%s has a row that does not say that it is invented", at)
		}
	case !says.MatchString(body):
		w.t.Errorf("%s names %q and does not say that it is invented", at, w.named(body))
	}
}

// page wants a page to say that all on it is invented: in sight, in its title, to programs, and that nobody lists it; or
// where only an entry names something, beside that entry.
func (w *fictionWalk) page(at, body string) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if at == ui.LogPath || strings.HasPrefix(at, ui.LogPath+"?") {
		doc.Find("#entries li").Each(func(_ int, e *goquery.Selection) {
			if !says.MatchString(e.Text()) {
				w.t.Errorf("%s: an entry does not say that it is invented: %s", at, e.Text())
			}
		})
		return
	}
	if !strings.Contains(text(doc, ".fiction"), "Invented for practice") {
		w.t.Errorf("%s names %q and does not say that it is invented", at, w.named(body))
	}
	if doc.Find("meta[name=robots][content=noindex]").Length() != 1 {
		w.t.Errorf("%s lets itself be listed", at)
	}
	if title := text(doc, "title"); w.named(title) != "" && !says.MatchString(title) {
		w.t.Errorf("%s has the title %q", at, title)
	}
	doc.Find("head meta[content]").Each(func(_ int, m *goquery.Selection) {
		name := m.AttrOr("property", m.AttrOr("name", ""))
		if got := m.AttrOr("content", ""); !strings.Contains(got, "://") && w.named(got) != "" && !says.MatchString(got) && name != "citation_author" {
			w.t.Errorf("%s: %s is %q", at, name, got)
		}
	})
	doc.Find("pre[data-copy]").Each(func(_ int, copied *goquery.Selection) {
		got := copied.Text()
		bare := regexp.MustCompile(`^https?://\S+$`).MatchString(strings.TrimSpace(got))
		if !bare && w.named(got) != "" && !says.MatchString(got) {
			w.t.Errorf("%s offers to be copied: %s", at, got)
		}
	})
	if data := doc.Find("script[type='application/ld+json']").Text(); data != "" {
		var graph map[string]any
		if err := json.Unmarshal([]byte(data), &graph); err != nil {
			w.t.Fatalf("%s: %v", at, err)
		}
		w.data(at, "JSON-LD", graph)
	}
}

// feed wants each entry to say that it is invented, in its title and in what it says.
func (w *fictionWalk) feed(at, body string) {
	f, err := gofeed.NewParser().ParseString(body)
	if err != nil {
		w.t.Fatalf("%s: %v", at, err)
	}
	if w.named(f.Title) != "" && !says.MatchString(f.Title) {
		w.t.Errorf("%s has the title %q", at, f.Title)
	}
	for _, e := range f.Items {
		if !says.MatchString(e.Title) || !says.MatchString(e.Content) || e.Description != "" && !strings.HasPrefix(e.Description, "Invented for practice.") {
			w.t.Errorf("%s: an entry has the title %q, the summary %q and the content %q", at, e.Title, e.Description, e.Content)
		}
	}
}

// data wants each object that names something invented to say so, or to stand in one that does.
func (w *fictionWalk) data(at, where string, v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			w.data(at, where, e)
		}
	case map[string]any:
		if v["fiction"] == true {
			return
		}
		if said, ok := v["disambiguatingDescription"].(string); ok && says.MatchString(said) {
			return
		}
		if dispute, ok := v["dispute"].(map[string]any); ok && dispute["fiction"] == true { // the content of an edition
			return
		}
		if content, ok := v["content"].(map[string]any); ok {
			w.data(at, where, content)
			return
		}
		for key, e := range v {
			if said, ok := e.(string); ok && w.named(said) != "" && !(key == "next" || key == "@id" && len(v) == 1) {
				w.t.Errorf("%s %s: %s is %q, of what is invented and does not say so", at, where, key, said)
			}
			w.data(at, where+"/"+key, e)
		}
	}
}
