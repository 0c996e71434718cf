package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
)

// secret stands in every sentence of a full text that is not quoted.
const secret = "quetzalcoatlus"

// padded returns a full text around the passages of an article: a paragraph for each block, sentences of our own before,
// between and after, and the untidiness of a pasted text.
func padded(a narrative.Article) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "\uFEFFdate 2024-01-02 A %s was seen\r\nA %[1]s was seen\r\n", secret)
	for i, block := range a.Blocks {
		fmt.Fprintf(&b, "Paragraph %d begins with a %s. %s And it ends with another %s.\n", i+1, secret, block.Text, secret)
		fmt.Fprintf(&b, "\n  Between paragraphs there is a %s too.\t\n", secret)
	}
	return []byte(b.String())
}

// TestShippedTexts brings in a full text around the shipped passages of each article: every claim is anchored in it.
func TestShippedTexts(t *testing.T) {
	t.Parallel()
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	claims := 0
	files := map[string][]byte{}
	for _, a := range c.Articles {
		files[string(a.Slug)+".txt"] = padded(a)
		for _, b := range a.Blocks {
			claims += len(b.Claims)
		}
	}
	d := newDesk(t)
	succeed(t, d.settings, "import", "../../articles")
	report := succeed(t, d.settings, "import", writeFiles(t, t.TempDir(), files)).stdout
	if want := fmt.Sprintf("\nall %s anchored\n", count(claims, "claim")); !strings.HasSuffix(report, want) {
		t.Errorf("want %q at the end of\n%s", want, report)
	}
}

// TestTextsUnseen brings in a full text and looks for its sentences at every address that a page links to.
func TestTextsUnseen(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	d := newDesk(t)
	folder := writeFiles(t, corpusFolder(t, c), map[string][]byte{"bridge-closed.txt": padded(c.Articles[0])})
	succeed(t, d.settings, "import", folder, "--publish", "--reason", "First")
	server := start(t, d.settings...)
	visited := server.crawl(func(path, body string) {
		if strings.Contains(body, secret) {
			t.Errorf("%s shows a sentence that is not quoted", path)
		}
	})
	for _, path := range []string{"/articles/bridge-closed", "/claims/" + narrativetest.Closed, "/facts/bridge-open.json", "/facts/bridge-open/editions/1"} {
		if !visited[path] {
			t.Errorf("no page leads to %s", path)
		}
	}
}

var (
	link     = regexp.MustCompile(`(?:href|src)="(/[^"#?]*)`)
	factPage = regexp.MustCompile(`^/facts/[^/.]+$`)
)

// crawl asks for every address that pages link to, from the front page on, and each fact's JSON, and returns them.
func (r *running) crawl(look func(path, body string)) map[string]bool {
	r.t.Helper()
	known := map[string]bool{"/": true}
	queue := []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		status, body := r.get(path)
		if status != http.StatusOK {
			r.t.Errorf("%s has status %d", path, status)
		}
		look(path, body)
		next := []string{}
		if factPage.MatchString(path) {
			next = append(next, path+".json")
		}
		for _, match := range link.FindAllStringSubmatch(body, -1) {
			next = append(next, match[1])
		}
		for _, path := range next {
			if !known[path] {
				known[path] = true
				queue = append(queue, path)
			}
		}
	}
	return known
}
