package feed

import "encoding/json"

// JSONVersion names the version of JSON Feed in each document of it.
const JSONVersion = "https://jsonfeed.org/version/1.1"

// JSON writes the feed as JSON Feed. It has a place for one page elsewhere in each entry (external_url), so that an entry
// made from several names none. The error is [ErrIncomplete].
func (f Feed) JSON() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	doc := jsonFeed{
		Version:     JSONVersion,
		Title:       f.Title,
		HomePageURL: f.Alternate,
		FeedURL:     f.Self,
		Description: f.Subtitle,
		Authors:     jsonPeople(f.Authors),
		Language:    f.Language,
		Items:       []jsonItem{},
	}
	for _, e := range f.Entries {
		doc.Items = append(doc.Items, newJSONItem(e))
	}
	body, err := json.MarshalIndent(doc, "", "\t")
	if err != nil {
		return nil, err
	}
	return append(body, '\n'), nil
}

// What follows is the form of JSON Feed 1.1, as far as it is used here.

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePageURL string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	Authors     []jsonPerson `json:"authors,omitempty"`
	Language    string       `json:"language,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonItem struct {
	ID            string       `json:"id"`
	URL           string       `json:"url"`
	ExternalURL   string       `json:"external_url,omitempty"`
	Title         string       `json:"title"`
	ContentHTML   HTML         `json:"content_html,omitempty"`
	ContentText   string       `json:"content_text,omitempty"`
	Summary       string       `json:"summary,omitempty"`
	DatePublished string       `json:"date_published"`
	DateModified  string       `json:"date_modified"`
	Authors       []jsonPerson `json:"authors,omitempty"`
	Tags          []string     `json:"tags,omitempty"`
	Language      string       `json:"language,omitempty"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

func newJSONItem(e Entry) jsonItem {
	item := jsonItem{
		ID:            e.ID,
		URL:           e.URL,
		Title:         e.Title,
		ContentHTML:   e.HTML,
		ContentText:   e.Text,
		Summary:       e.Summary,
		DatePublished: moment(e.Published),
		DateModified:  moment(e.Updated),
		Authors:       jsonPeople(e.Authors),
		Language:      e.Language,
	}
	if len(e.Via) == 1 {
		item.ExternalURL = e.Via[0]
	}
	for _, c := range e.Categories {
		tag := c.Label
		if tag == "" {
			tag = c.Term
		}
		item.Tags = append(item.Tags, tag)
	}
	return item
}

func jsonPeople(list []Person) []jsonPerson {
	var people []jsonPerson
	for _, p := range list {
		people = append(people, jsonPerson(p))
	}
	return people
}
