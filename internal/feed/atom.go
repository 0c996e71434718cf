package feed

import "encoding/xml"

// Atom writes the feed as Atom. The error is [ErrIncomplete].
func (f Feed) Atom() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	doc := atomFeed{
		Lang:     f.Language,
		ID:       f.ID,
		Title:    f.Title,
		Subtitle: f.Subtitle,
		Updated:  moment(f.Updated),
		Authors:  atomPeople(f.Authors),
		Links: []atomLink{
			{Rel: "self", Type: AtomType, Href: f.Self},
			{Rel: "alternate", Type: "text/html", Href: f.Alternate},
		},
	}
	for _, e := range f.Entries {
		doc.Entries = append(doc.Entries, newAtomEntry(e))
	}
	body, err := xml.MarshalIndent(doc, "", "\t")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// What follows is the form of RFC 4287, section 4, as far as it is used here.

type atomFeed struct {
	XMLName  xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string       `xml:"xml:lang,attr,omitempty"`
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Subtitle string       `xml:"subtitle,omitempty"`
	Updated  string       `xml:"updated"`
	Authors  []atomPerson `xml:"author"`
	Links    []atomLink   `xml:"link"`
	Entries  []atomEntry  `xml:"entry"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Authors    []atomPerson   `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    atomContent    `xml:"content"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr,omitempty"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

func newAtomEntry(e Entry) atomEntry {
	entry := atomEntry{
		Lang:      e.Language,
		ID:        e.ID,
		Title:     e.Title,
		Published: moment(e.Published),
		Updated:   moment(e.Updated),
		Authors:   atomPeople(e.Authors),
		Links:     []atomLink{{Rel: "alternate", Type: "text/html", Href: e.URL}},
		Summary:   e.Summary,
		Content:   atomContent{Type: "text", Body: e.Text},
	}
	if e.HTML != "" {
		entry.Content = atomContent{Type: "html", Body: string(e.HTML)}
	}
	for _, v := range e.Via {
		entry.Links = append(entry.Links, atomLink{Rel: "via", Href: v})
	}
	for _, c := range e.Categories {
		entry.Categories = append(entry.Categories, atomCategory(c))
	}
	return entry
}

func atomPeople(list []Person) []atomPerson {
	var people []atomPerson
	for _, p := range list {
		people = append(people, atomPerson{p.Name, p.URL})
	}
	return people
}
