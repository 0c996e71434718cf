package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/web/ui"
)

// hostile is markup that would do harm as markup. The number tells the fields apart.
func hostile(n int) string {
	return fmt.Sprintf(`f%dz"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}${7*7}]]>-->&lt;b&gt;</title></p> javascript:alert(1)`, n)
}

// harmless is a text of the same length in which nothing could be taken for markup.
func harmless(evil string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>\"'&;{}$[]=/-", r) {
			return 'x'
		}
		return r
	}, evil)
}

// A textField is a field of a type of package narrative that holds text of any kind.
type textField struct {
	owner reflect.Type
	name  string
}

func (f textField) String() string { return f.owner.Name() + "." + f.name }

var (
	plainText  = reflect.TypeFor[string]()
	markupText = reflect.TypeFor[narrative.Markup]()
)

// eachText calls visit for every text of any kind in a value that can be set, with the field that it is or is in a list of.
func eachText(v reflect.Value, f textField, visit func(f textField, text reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), textField{v.Type(), v.Type().Field(i).Name}, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), f, visit)
		}
	case reflect.String:
		if v.Type() == plainText || v.Type() == markupText {
			visit(f, v)
		}
	}
}

// wordsOfArticles are the fields that must stand in each other, so that they are written together, by hostileWords.
var wordsOfArticles = []string{"Block.Text", "Claim.Words", "Figure.Verbatim", "Figure.ReadsAs"}

// ruled are the fields with a form of their own, which must refuse any other text.
var ruled = []string{"Article.URL", "Article.Language", "Outlet.Language", "PlaceName.Language", "Date.At", "Figure.ReadsAs", "Figure.Verbatim"}

// hostileCollection is a sound collection with hostile markup in every text, also in those that are mostly left out, in
// which the rules allow any, written by write. It also returns the texts by field.
func hostileCollection(write func(evil string) string) (narrative.Collection, map[textField][]string) {
	c := narrativetest.Bridge()
	c.Terms[0].Forms = []string{"sieges"}
	for i := range c.Outlets {
		c.Outlets[i].Boilerplate = []string{"printed by"}
	}
	for i := range c.Sources {
		c.Sources[i].Printed = []string{"another name"}
		c.Sources[i].Offices = []narrative.Office{{Title: "clerk", From: "2020-01-01"}}
	}
	article := &c.Articles[0]
	article.Identified.Basis = narrative.Inferred
	article.Translated = narrative.TranslationLikely
	for i := range article.Blocks {
		for j := range article.Blocks[i].Claims {
			claim := &article.Blocks[i].Claims[j]
			for k := range claim.Chain {
				claim.Chain[k].Class = narrative.VerbNeutral
			}
			claim.Changed = narrative.TextChange{Kind: narrative.TextReworded, Seen: "2024-05-05"}
			for _, date := range []*narrative.Date{&claim.Uttered, &claim.Issued, &claim.About} {
				if date.IsZero() {
					date.Basis = narrative.Unknown
				}
			}
		}
	}
	texts := map[textField][]string{}
	n := 0
	eachText(reflect.ValueOf(&c).Elem(), textField{}, func(f textField, text reflect.Value) {
		if name := f.String(); slices.Contains(wordsOfArticles, name) || slices.Contains(ruled, name) {
			return
		}
		n++
		evil := hostile(n)
		if text.Type() == markupText { // brackets mean something in it
			evil = strings.NewReplacer("[", "(", "]", ")").Replace(evil)
		}
		evil = write(evil)
		texts[f] = append(texts[f], evil)
		switch f.name {
		case "Question":
			evil += "?"
		case "Background":
			evil += " [[bridge]] [@" + narrativetest.Closed + "]"
		}
		text.SetString(evil)
	})
	hostileWords(&c, texts, n, write)
	return c, texts
}

// hostileWords puts markup into the words of every block and of the claims in it.
func hostileWords(c *narrative.Collection, texts map[textField][]string, n int, write func(string) string) {
	in := textField{reflect.TypeFor[narrative.Claim](), "Words"}
	for i := range c.Articles {
		for j := range c.Articles[i].Blocks {
			b := &c.Articles[i].Blocks[j]
			for k := range b.Claims {
				n++
				evil := write(fmt.Sprintf(`f%dz <script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; {{7*7}}`, n))
				if len(b.Claims[k].Words) == 0 {
					b.Text += " " + evil
				} else {
					last := b.Claims[k].Words[len(b.Claims[k].Words)-1]
					b.Text = strings.Replace(b.Text, last, last+" "+evil, 1)
					for _, claim := range b.Claims { // passages overlap
						for i, words := range claim.Words {
							claim.Words[i] = strings.Replace(words, last, last+" "+evil, 1)
						}
					}
				}
				texts[in] = append(texts[in], evil)
			}
		}
	}
}

// TestHostileFields puts what is no text for people into each field in turn: the rules must refuse it.
func TestHostileFields(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
		"NUL": "a\x00b", "no UTF-8": "a\xffb", "half a surrogate": "a\xed\xa0\x80b", "a right-to-left override": "a\u202eb", "an isolate": "a\u2067b",
		"a byte order mark": "a\ufeffb", "a bell": "a\ab", "a carriage return": "a\rb", "a line separator": "a\u2028b", "the end of the line": "a\n",
		"decomposed": "e\u0301", "5,000 letters": strings.Repeat("a", 5000), "5,000 marks": "a" + strings.Repeat("\u0301", 5000),
	}
	seen := map[textField]bool{}
	asItIs := func(evil string) string { return evil }
	first, _ := hostileCollection(asItIs)
	eachText(reflect.ValueOf(&first).Elem(), textField{}, func(f textField, _ reflect.Value) { seen[f] = true })
	for f := range seen {
		given := maps.Clone(bad)
		if slices.Contains(ruled, f.String()) {
			given["markup"] = hostile(0)
		}
		if f.String() == "Article.URL" {
			for _, address := range []string{"javascript:alert(1)", "data:text/html,a", "file:///etc/passwd", "//host.example/", "/facts", "https://"} {
				given[address] = address
			}
		}
		for what, text := range given {
			c, _ := hostileCollection(asItIs)
			done := false
			eachText(reflect.ValueOf(&c).Elem(), textField{}, func(g textField, v reflect.Value) {
				if g == f && !done {
					v.SetString(text)
					done = true
				}
			})
			if problems := c.Validate(); len(problems) == 0 {
				t.Errorf("%s takes %s", f, what)
			}
		}
	}
}

// unshown are the fields that no page shows, on purpose, with the reason.
var unshown = map[string]string{
	"Fact.Note":          "for the desk",
	"Outlet.Boilerplate": "for the desk",
	"Reading.By":         "for the desk",
	"Place.Note":         "the places' page is not there yet",
	"Term.Word":          "the words' page is not there yet",
	"Term.Forms":         "the words' page is not there yet",
	"Term.Plain":         "the words' page is not there yet",
	"Term.Note":          "the words' page is not there yet",
}

// TestHostileMarkup publishes a collection with markup in every text, and one that differs in that nothing of it could be
// taken for markup. The pages must have the same elements and attributes, and the markup must come out as text.
func TestHostileMarkup(t *testing.T) {
	t.Parallel()
	plain, _ := hostileCollection(harmless)
	c, texts := hostileCollection(func(evil string) string { return evil })
	for _, p := range c.Validate() {
		t.Error(p)
	}
	if t.Failed() {
		t.FailNow()
	}
	p, s := newSite(t), newSite(t)
	p.publish(plain)
	s.publish(c)
	plainPages, pages := p.crawl(), s.crawl()
	shown := map[string]bool{} // the texts that some page shows
	for path, a := range pages {
		if a.mediaType == "application/json" {
			if !json.Valid([]byte(a.body)) {
				t.Errorf("%s is no JSON: %.200s", path, a.body)
			}
			continue
		}
		if a.mediaType != "text/html; charset=utf-8" {
			continue
		}
		form, text := formOf(t, path, a.body)
		if diff := cmp.Diff(first(formOf(t, path, plainPages[path].body)), form); diff != "" {
			t.Errorf("%s has another form with markup in the texts (-without +with):\n%s", path, diff)
		}
		for _, list := range texts {
			for _, evil := range list {
				shown[evil] = shown[evil] || strings.Contains(text, evil)
				number, _, _ := strings.Cut(evil, "z")
				if strings.Count(text, number+"z") > strings.Count(text, evil) {
					t.Errorf("%s has %q, but not always followed by the rest of %q as text", path, number+"z", evil)
				}
			}
		}
	}
	for f, list := range texts {
		isShown := slices.ContainsFunc(list, func(evil string) bool { return shown[evil] })
		if reason := unshown[f.String()]; isShown == (reason != "") {
			t.Errorf("%s is shown: %v, want %v %s", f, isShown, reason == "", reason)
		}
	}
}

func first[T, U any](t T, _ U) T { return t }

// formOf returns the elements of a page with the names of their attributes, in their order, and all of its text. No page
// has a script, a style or a frame, and addresses are of the web, of mail or ours.
func formOf(t *testing.T, path, body string) (form []string, text string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for n := range doc.Descendants() {
		switch n.Type {
		case html.TextNode:
			if n.Parent.Data == "script" {
				said.WriteString(linkedText(t, path, n))
				continue
			}
			if n.Parent.Data == "pre" && hasClass(n.Parent, "coded") {
				continue // in a form with escapes of its own, which package citation and edition test
			}
			said.WriteString(n.Data)
		case html.CommentNode:
			t.Errorf("%s has a comment: %.80s", path, n.Data)
		case html.ElementNode:
			switch n.Data {
			case "img":
				if !hasClass(n, "preview") { // of the card, from our own address
					t.Errorf("%s has <img>", path)
				}
			case "style", "iframe", "object", "embed", "base", "template":
				t.Errorf("%s has <%s>", path, n.Data)
			}
			names := []string{n.Data}
			for _, a := range n.Attr {
				names = append(names, a.Key)
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
					t.Errorf("%s has <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
				if a.Key == "href" || a.Key == "src" || a.Key == "action" {
					checkAddress(t, path, a.Val)
				}
			}
			form = append(form, strings.Join(names, " "))
		}
	}
	return form, strings.Join(strings.Fields(said.String()), " ")
}

func hasClass(n *html.Node, class string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "class" && slices.Contains(strings.Fields(a.Val), class) })
}

// linkedText returns all that the JSON-LD of a page says. A page has no other script but files of ours.
func linkedText(t *testing.T, path string, n *html.Node) string {
	t.Helper()
	if !slices.Contains(n.Parent.Attr, html.Attribute{Key: "type", Val: "application/ld+json"}) {
		t.Errorf("%s has the script %.80s", path, n.Data)
	}
	var doc any
	if err := json.Unmarshal([]byte(n.Data), &doc); err != nil {
		t.Errorf("%s: %v in %.200s", path, err, n.Data)
	}
	var said strings.Builder
	eachString(doc, func(s string) { said.WriteString(" " + s) })
	return said.String()
}

// eachString calls visit for every string in a JSON value.
func eachString(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, e := range v {
			eachString(e, visit)
		}
	case map[string]any:
		for _, e := range v {
			eachString(e, visit)
		}
	}
}

// checkAddress wants an address of ours, or one of the web or of mail.
func checkAddress(t *testing.T, path, address string) {
	t.Helper()
	to, err := url.Parse(address)
	ours := err == nil && to.Scheme == "" && to.Host == ""
	if err != nil || !ours && to.Scheme != "https" && to.Scheme != "http" && to.Scheme != "mailto" {
		t.Errorf("%s leads to %q", path, address)
	}
}

// A crawled address has this answer.
type crawled struct{ mediaType, body string }

// crawl returns the answer of every address to which links lead from the front page, and of those to which none lead.
func (s *site) crawl() map[string]crawled {
	s.t.Helper()
	answers := map[string]crawled{}
	queue := []string{"/", "/livez", "/readyz"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if _, ok := answers[at]; ok {
			continue
		}
		response, body := s.fetch(at, http.StatusOK)
		a := crawled{response.Header.Get("Content-Type"), string(body)}
		answers[at] = a
		if got := response.Header.Get("X-Content-Type-Options"); got != "nosniff" {
			s.t.Errorf("%s: X-Content-Type-Options %q", at, got)
		}
		if !strings.HasPrefix(a.mediaType, "text/html") {
			continue
		}
		if slug, ok := strings.CutPrefix(at, ui.FactsPath+"/"); ok && !strings.ContainsAny(slug, "/?") {
			queue = append(queue, ui.FactDataPath(slug))
		}
		for _, link := range linkForm.FindAllStringSubmatch(a.body, -1) {
			to, err := url.Parse(html.UnescapeString(link[1]))
			if err == nil && to.Scheme == "" && to.Host == "" && to.Path != "" {
				to.Fragment, to.RawFragment = "", ""
				queue = append(queue, to.String())
			}
		}
	}
	return answers
}

// linkForm is a link as templ writes it.
var linkForm = regexp.MustCompile(` (?:href|src)="([^"]*)"`)
