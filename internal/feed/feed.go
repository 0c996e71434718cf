// Package feed writes news as feeds: in Atom (RFC 4287) and in JSON Feed, version 1.1. It knows nothing of HTTP or of
// what the news is about.
//
// What the two forms demand is checked before anything is written, so that what is written is a feed.
package feed

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The media types of the two forms.
const (
	AtomType = "application/atom+xml" // RFC 4287, section 7
	JSONType = "application/feed+json"
)

// ErrIncomplete says that a feed lacks what its forms demand. The error that wraps it names every fault.
var ErrIncomplete = errors.New("no complete feed")

// A Feed is news about one thing. Addresses in it are absolute ones of http or https.
type Feed struct {
	ID        string // an IRI that stays the same whatever becomes of the site, such as a tag: URI (RFC 4151)
	Title     string
	Subtitle  string    // what it is news of; "" for none
	Self      string    // the address of this very document
	Alternate string    // the page that shows the same to people
	Updated   time.Time // when an entry last changed in substance
	Authors   []Person  // of every entry that names none of its own
	Language  string    // BCP 47, of all that says nothing else; "" if it is not known
	Entries   []Entry   // newest first
}

// An Entry is one piece of news. It has a text or HTML, one of the two.
type Entry struct {
	ID         string // an IRI that stays the same; no two entries of a feed have the same
	Title      string // plain text
	URL        string // the page about it
	Published  time.Time
	Updated    time.Time // when it last changed in substance
	Summary    string    // plain text, "" for none
	Text       string    // the whole of it as plain text
	HTML       HTML      // the whole of it as HTML
	Authors    []Person
	Categories []Category
	Language   string   // BCP 47, "" for that of the feed
	Via        []string // pages elsewhere that it is made from
}

// HTML is a fragment of HTML that is safe to be shown: whoever converts a string to it answers for that. Its addresses
// are absolute.
type HTML string

// A Person is whoever wrote an entry: a name, and an address or "".
type Person struct {
	Name string
	URL  string
}

// A Category is what an entry is filed under.
type Category struct {
	Term  string // a word for programs
	Label string // for people; "" where the term will do
}

// check reports every fault of the feed as [ErrIncomplete]. It is what RFC 4287, 4.1.1 and 4.1.2, and JSON Feed 1.1
// demand, and an address and a text for each entry besides.
func (f Feed) check() error {
	var faults []error
	fault := func(where, what string) { faults = append(faults, fmt.Errorf("%s%s", where, what)) }
	iri := func(where, name, s string) {
		if u, err := url.Parse(s); err != nil || u.Scheme == "" || strings.ContainsAny(s, " \t\r\n") {
			fault(where, fmt.Sprintf("its %s %q is no IRI", name, s))
		}
	}
	address := func(where, name, s string) {
		if u, err := url.Parse(s); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			fault(where, fmt.Sprintf("its %s %q is no absolute address", name, s))
		}
	}
	text := func(where, name, s string) {
		if strings.TrimSpace(s) == "" {
			fault(where, "it has no "+name)
		}
	}
	moment := func(where, name string, t time.Time) {
		if t.IsZero() || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
			fault(where, "it does not say when it was "+name)
		}
	}
	people := func(where string, list []Person) {
		for _, p := range list {
			text(where, "name of an author", p.Name)
			if p.URL != "" {
				address(where, "author's address", p.URL)
			}
		}
	}

	iri("", "id", f.ID)
	text("", "title", f.Title)
	address("", "own address", f.Self)
	address("", "page", f.Alternate)
	moment("", "updated", f.Updated)
	people("", f.Authors)
	seen := make(map[string]bool, len(f.Entries))
	for i, e := range f.Entries {
		where := fmt.Sprintf("entry %d: ", i)
		iri(where, "id", e.ID)
		if seen[e.ID] {
			fault(where, fmt.Sprintf("its id %q is that of another", e.ID))
		}
		seen[e.ID] = true
		text(where, "title", e.Title)
		address(where, "address", e.URL)
		moment(where, "published", e.Published)
		moment(where, "updated", e.Updated)
		if (e.Text == "") == (e.HTML == "") {
			fault(where, "it has no text and no HTML, or both")
		}
		people(where, e.Authors)
		if len(f.Authors)+len(e.Authors) == 0 {
			fault(where, "nobody is its author, nor the feed's")
		}
		for _, c := range e.Categories {
			text(where, "term of a category", c.Term)
		}
		for _, v := range e.Via {
			address(where, "origin", v)
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("feed: %w: %w", ErrIncomplete, errors.Join(faults...))
	}
	return nil
}

// moment writes a time as both forms do (RFC 3339), in UTC and to the second.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
