package feed

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	atomreader "github.com/mmcdole/gofeed/atom"
	jsonreader "github.com/mmcdole/gofeed/json"
	"pgregory.net/rapid"
)

var (
	morning = time.Date(2031, 3, 14, 9, 26, 53, 0, time.FixedZone("east", 3*60*60))
	evening = time.Date(2031, 3, 14, 21, 0, 0, 0, time.UTC)
)

// bridge is a feed with all that one can have.
func bridge() Feed {
	return Feed{
		ID:        "tag:paper.example,2026:feeds/facts",
		Title:     "New facts",
		Subtitle:  "Each question when it first stands here",
		Self:      "https://paper.example/feeds/facts.atom",
		Alternate: "https://paper.example/facts",
		Updated:   evening,
		Authors:   []Person{{Name: "The desk", URL: "https://paper.example/about"}},
		Language:  "en",
		Entries: []Entry{
			{
				ID: "tag:paper.example,2026:facts/bridge", Title: "Was the bridge < open & free >?", URL: "https://paper.example/facts/bridge?a=1&b=2",
				Published: morning, Updated: evening, Summary: "A: it was. B: it was not.", HTML: `<p>A &amp; B: <a href="https://paper.example/x?a=1&amp;b=2">more</a></p>`,
				Authors: []Person{{Name: "Another desk"}}, Categories: []Category{{Term: "strait", Label: "The strait"}, {Term: "tolls"}},
				Via: []string{"https://gazette.example/a#:~:text=one"},
			},
			{
				ID: "tag:paper.example,2026:facts/ferry", Title: "هل أُغلق الجسر؟", URL: "https://paper.example/facts/ferry",
				Published: morning, Updated: morning, Text: "no <b>markup</b> & no \"quotes\"", Language: "ar",
				Via: []string{"https://gazette.example/a", "https://wire.example/b"},
			},
		},
	}
}

// TestAtom reads a feed back with a parser that is not ours.
func TestAtom(t *testing.T) {
	t.Parallel()
	f := bridge()
	body, err := f.Atom()
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&atomreader.Parser{}).Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	want := Feed{
		ID: got.ID, Title: got.Title, Subtitle: got.Subtitle, Self: atomHref(got.Links, "self"), Alternate: atomHref(got.Links, "alternate"),
		Updated: *got.UpdatedParsed, Authors: peopleOf(got.Authors), Language: got.Language,
	}
	for i, e := range got.Entries {
		entry := Entry{
			ID: e.ID, Title: e.Title, URL: atomHref(e.Links, "alternate"), Published: *e.PublishedParsed, Updated: *e.UpdatedParsed,
			Summary: e.Summary, Authors: peopleOf(e.Authors), Language: f.Entries[i].Language,
		}
		switch e.Content.Type {
		case "html":
			entry.HTML = HTML(e.Content.Value)
		case "text":
			entry.Text = e.Content.Value
		}
		for _, c := range e.Categories {
			entry.Categories = append(entry.Categories, Category{c.Term, c.Label})
		}
		for _, l := range e.Links {
			if l.Rel == "via" {
				entry.Via = append(entry.Via, l.Href)
			}
		}
		want.Entries = append(want.Entries, entry)
	}
	if diff := cmp.Diff(f, want); diff != "" {
		t.Errorf("the feed read back differs (-written +read):\n%s", diff)
	}
}

func atomHref(links []*atomreader.Link, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func peopleOf(list []*atomreader.Person) []Person {
	var people []Person
	for _, p := range list {
		people = append(people, Person{p.Name, p.URI})
	}
	return people
}

// TestJSON reads a feed back with a parser that is not ours.
func TestJSON(t *testing.T) {
	t.Parallel()
	f := bridge()
	body, err := f.JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&jsonreader.Parser{}).Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	if got.Version != "https://jsonfeed.org/version/1.1" || got.Title != f.Title || got.HomePageURL != f.Alternate || got.FeedURL != f.Self ||
		got.Description != f.Subtitle || got.Language != "en" || len(got.Items) != 2 || got.Authors[0].Name != "The desk" || got.Authors[0].URL != f.Authors[0].URL {
		t.Errorf("feed = %+v", got)
	}
	first, second := got.Items[0], got.Items[1]
	if first.ID != f.Entries[0].ID || first.URL != f.Entries[0].URL || first.Title != f.Entries[0].Title || first.ContentHTML != string(f.Entries[0].HTML) ||
		first.ContentText != "" || first.ExternalURL != f.Entries[0].Via[0] || first.Summary != f.Entries[0].Summary ||
		first.DatePublished != "2031-03-14T06:26:53Z" || first.DateModified != "2031-03-14T21:00:00Z" || !cmp.Equal(first.Tags, []string{"The strait", "tolls"}) {
		t.Errorf("first item = %+v", first)
	}
	if second.ContentText != f.Entries[1].Text || second.ContentHTML != "" || second.ExternalURL != "" || second.Language != "ar" {
		t.Errorf("second item = %+v", second)
	}
}

// TestIncomplete takes away what a feed must have, one thing after the other: neither form is written.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*Feed){
		"no id":                       func(f *Feed) { f.ID = "" },
		"an id that is no IRI":        func(f *Feed) { f.ID = "facts" },
		"an id with a space":          func(f *Feed) { f.ID = "tag:a b" },
		"no title":                    func(f *Feed) { f.Title = " " },
		"no address":                  func(f *Feed) { f.Self = "" },
		"an address without a host":   func(f *Feed) { f.Self = "/feeds/facts.atom" },
		"a page that is no page":      func(f *Feed) { f.Alternate = "javascript:alert(1)" },
		"no time":                     func(f *Feed) { f.Updated = time.Time{} },
		"a time too far":              func(f *Feed) { f.Updated = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"an author without a name":    func(f *Feed) { f.Authors[0].Name = "" },
		"an author of no address":     func(f *Feed) { f.Authors[0].URL = "about" },
		"nobody for an entry":         func(f *Feed) { f.Authors = nil },
		"an entry without an id":      func(f *Feed) { f.Entries[1].ID = "" },
		"an id twice":                 func(f *Feed) { f.Entries[1].ID = f.Entries[0].ID },
		"an entry without a title":    func(f *Feed) { f.Entries[1].Title = "" },
		"an entry without an address": func(f *Feed) { f.Entries[1].URL = "" },
		"an entry never published":    func(f *Feed) { f.Entries[1].Published = time.Time{} },
		"an entry never updated":      func(f *Feed) { f.Entries[1].Updated = time.Time{} },
		"an entry that says nothing":  func(f *Feed) { f.Entries[1].Text = "" },
		"an entry that says it twice": func(f *Feed) { f.Entries[1].HTML = "<p>a</p>" },
		"a category without a term":   func(f *Feed) { f.Entries[0].Categories[0].Term = "" },
		"an origin without a host":    func(f *Feed) { f.Entries[0].Via[0] = "a" },
	}
	for name, take := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := bridge()
			take(&f)
			if body, err := f.Atom(); !errors.Is(err, ErrIncomplete) || body != nil {
				t.Errorf("Atom: error = %v, want ErrIncomplete", err)
			}
			if body, err := f.JSON(); !errors.Is(err, ErrIncomplete) || body != nil {
				t.Errorf("JSON: error = %v, want ErrIncomplete", err)
			}
		})
	}
}

// TestEmpty writes a feed in which there is no news yet.
func TestEmpty(t *testing.T) {
	t.Parallel()
	f := bridge()
	f.Entries = nil
	body, err := f.Atom()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := (&atomreader.Parser{}).Parse(strings.NewReader(string(body))); err != nil || len(got.Entries) != 0 {
		t.Errorf("entries = %v, error %v", got.Entries, err)
	}
	if body, err = f.JSON(); err != nil || !strings.Contains(string(body), `"items": []`) {
		t.Errorf("JSON: %s, error %v, want a list of no items", body, err)
	}
}

// TestAnyText writes feeds of whatever text. Both must be read as what was written, but for what XML cannot hold and for
// white space round it.
func TestAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.String().Filter(func(s string) bool { return strings.TrimSpace(plain(s)) != "" && strings.TrimSpace(s) != "" })
		f := bridge()
		f.Title, f.Entries[0].Title, f.Entries[1].Text = words.Draw(t, "title"), words.Draw(t, "entry"), words.Draw(t, "text")
		f.Entries[0].HTML = HTML("<p>" + words.Draw(t, "html") + "</p>")
		body, err := f.Atom()
		if err != nil {
			t.Fatal(err)
		}
		atom := checkAtom(t, body)
		want := []string{f.Title, f.Entries[0].Title, string(f.Entries[0].HTML), f.Entries[1].Text}
		for i, got := range []string{atom.Title, atom.Entry[0].Title, atom.Entry[0].Content, atom.Entry[1].Content} {
			if got != plain(want[i]) {
				t.Errorf("Atom has %q, want %q", got, plain(want[i]))
			}
		}
		if body, err = f.JSON(); err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Title string
			Items []struct {
				Title       string
				ContentHTML string `json:"content_html"`
				ContentText string `json:"content_text"`
			}
		}
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatal(err)
		}
		for i, got := range []string{doc.Title, doc.Items[0].Title, doc.Items[0].ContentHTML, doc.Items[1].ContentText} {
			if got != strings.ToValidUTF8(want[i], "\ufffd") {
				t.Errorf("JSON has %q, want %q", got, want[i])
			}
		}
	})
}

// plain is a text as XML 1.0 can hold it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// readAtom is an Atom document as far as the rules that checkAtom knows go.
type readAtom struct {
	XMLName xml.Name
	ID      []string `xml:"http://www.w3.org/2005/Atom id"`
	Title   string   `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string `xml:"http://www.w3.org/2005/Atom updated"`
	Author  []struct {
		Name string `xml:"http://www.w3.org/2005/Atom name"`
	} `xml:"http://www.w3.org/2005/Atom author"`
	Link  []readLink `xml:"http://www.w3.org/2005/Atom link"`
	Entry []struct {
		ID        []string   `xml:"http://www.w3.org/2005/Atom id"`
		Title     string     `xml:"http://www.w3.org/2005/Atom title"`
		Updated   []string   `xml:"http://www.w3.org/2005/Atom updated"`
		Published []string   `xml:"http://www.w3.org/2005/Atom published"`
		Link      []readLink `xml:"http://www.w3.org/2005/Atom link"`
		Content   string     `xml:"http://www.w3.org/2005/Atom content"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

type readLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// checkAtom reads an Atom document by the rules of RFC 4287, 4.1.1 and 4.1.2.
func checkAtom(t *rapid.T, body []byte) readAtom {
	var f readAtom
	if err := xml.Unmarshal(body, &f); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	if f.XMLName.Space != "http://www.w3.org/2005/Atom" || f.XMLName.Local != "feed" {
		t.Errorf("the document is a %v", f.XMLName)
	}
	if len(f.ID) != 1 || len(f.Updated) != 1 || len(f.Author) != 1 || count(f.Link, "self") != 1 || count(f.Link, "alternate") != 1 {
		t.Errorf("the feed has ids %q, updated %q, authors %v, links %v", f.ID, f.Updated, f.Author, f.Link)
	}
	for _, e := range f.Entry {
		if len(e.ID) != 1 || len(e.Updated) != 1 || len(e.Published) != 1 || count(e.Link, "alternate") != 1 {
			t.Errorf("an entry has ids %q, updated %q, published %q, links %v", e.ID, e.Updated, e.Published, e.Link)
		}
		for _, moment := range []string{e.Updated[0], e.Published[0], f.Updated[0]} {
			if _, err := time.Parse("2006-01-02T15:04:05Z", moment); err != nil { // section 3.3
				t.Errorf("%q: %v", moment, err)
			}
		}
	}
	d := xml.NewDecoder(strings.NewReader(string(body)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return f
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Space != "http://www.w3.org/2005/Atom" {
			t.Errorf("the feed has <%s> of %q", start.Name.Local, start.Name.Space)
		}
	}
}

func count(links []readLink, rel string) (n int) {
	for _, l := range links {
		if l.Rel == rel {
			n++
		}
	}
	return n
}
