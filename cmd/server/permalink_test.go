package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
)

// furtherEditions is how many follow the first one of each fact.
const furtherEditions = 10

// A cited edition is what a permalink showed when it was cited.
type cited struct {
	path string
	json string
	page string // what the page says, without the line that tells what has become of it since
}

func (r *running) cite(path string) cited {
	r.t.Helper()
	status, data := r.get(path + ".json")
	if status != http.StatusOK {
		r.t.Fatalf("GET %s.json: status %d", path, status)
	}
	status, body := r.get(path)
	if status != http.StatusOK {
		r.t.Fatalf("GET %s: status %d", path, status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if doc.Find(editionLine).Length() != 1 {
		r.t.Errorf("%s: %d lines say which edition it is, want 1", path, doc.Find(editionLine).Length())
	}
	doc.Find(editionLine + ", dialog").Remove()
	return cited{path, data, strings.Join(strings.Fields(doc.Find("main").Text()), " ")}
}

// editionLine is the part of an edition's page that changes, of which the dialog on sharing has another.
const editionLine = "main .edition-line"

// permalinks are the addresses that may be cited of an edition.
func permalinks(t *testing.T, c cited, number int) []string {
	t.Helper()
	fact, _, _ := strings.Cut(c.path, "/editions/")
	links := []string{fact, c.path, c.path + "/paragraph", c.path + "/share", fact + "/editions", "/embed" + c.path, "/cards" + c.path + ".png"}
	for _, format := range []string{"json", "csv", "csv-metadata.json", "md", "txt", "bib", "ris", "csl.json"} {
		links = append(links, c.path+"."+format)
	}
	for earlier := 1; earlier < number; earlier++ {
		links = append(links, fmt.Sprintf("%s/changes/%d..%d", fact, earlier, number))
	}
	var body struct {
		Content struct {
			Claims []struct{ Code, Source, Outlet, Article string }
		}
	}
	if err := json.Unmarshal([]byte(c.json), &body); err != nil {
		t.Fatal(err)
	}
	for _, claim := range body.Content.Claims {
		links = append(links, "/claims/"+claim.Code, "/articles/"+claim.Article, "/outlets/"+claim.Outlet)
	}
	return links
}

// TestPermalinks cites the first edition of each shipped fact, publishes ten more, starts the program again, and carries
// everything into another database: each permalink that was ever made leads to what it led to.
func TestPermalinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := t.TempDir()
	settings := append(d.settings, "LOG_KEY_FILE="+filepath.Join(folder, "log.key"), "PUBLIC_URL=https://counterclaim.example")
	succeed(t, d.settings, "log-key", filepath.Join(folder, "log.key"))
	succeed(t, settings, "import", "../../articles", "--publish", "--reason", "First")
	server := start(t, settings...)

	shipped := d.holds(t).Facts
	var first []cited
	links := map[string]bool{}
	for _, f := range shipped {
		c := server.cite("/facts/" + string(f.Slug) + "/editions/1")
		first = append(first, c)
	}
	_, checkpoint := server.get("/log/checkpoint")
	writeFiles(t, folder, map[string][]byte{"checkpoint": []byte(checkpoint)})

	for i := range furtherEditions {
		changed := d.holds(t)
		for n := range changed.Facts {
			f := &changed.Facts[n]
			f.Question = narrative.Markup(strings.TrimRight(string(f.Question), "? 0123456789,")) + narrative.Markup(fmt.Sprintf(", %d?", i))
		}
		d.change(t, narrative.Collection{Facts: changed.Facts})
		succeed(t, settings, "publish", "--all", "--reason", fmt.Sprintf("Change %d", i))
	}
	last := furtherEditions + 1
	for i, f := range shipped {
		path := fmt.Sprintf("/facts/%s/editions/%d", f.Slug, last)
		within(t, "the server knows the latest edition", func() bool { return server.status(path) == http.StatusOK })
		for _, link := range slices.Concat(permalinks(t, first[i], 1), permalinks(t, server.cite(path), last)) {
			links[link] = true
		}
	}
	check := func(r *running, where string, settings []string) {
		t.Helper()
		for _, c := range first {
			again := r.cite(c.path)
			if again.json != c.json {
				t.Errorf("%s: the bytes of %s are not those that were cited", where, c.path)
			}
			if again.page != c.page {
				t.Errorf("%s: the page of %s does not say what it said:\n%s\n\n%s", where, c.path, again.page, c.page)
			}
		}
		succeed(t, settings, "verify", "--against", filepath.Join(folder, "checkpoint"))
	}
	check(server, "after ten editions", settings)
	server.signal(9)
	server = start(t, settings...)
	check(server, "after a restart", settings)

	out := filepath.Join(folder, "out")
	succeed(t, settings, "export", out)
	other := newDesk(t)
	succeed(t, other.settings, "import", out)
	elsewhere := append(other.settings, settings[1:]...)
	copied := start(t, elsewhere...)
	check(copied, "after an export and import", elsewhere)
	for link := range links {
		if status := copied.status(link); status != http.StatusOK {
			t.Errorf("GET %s: status %d", link, status)
		}
	}
	succeed(t, settings, "verify", "--against", copied.url)
}
