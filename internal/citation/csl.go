package citation

import (
	"bytes"
	"encoding/json"
)

// CSLType is the media type of [Work.CSL].
const CSLType = "application/vnd.citationstyles.csl+json"

// CSL writes the reference as CSL-JSON: an array with one item, which has no property that CSL 1.0.2 does not name.
func (w Work) CSL() []byte {
	item := cslItem{
		ID: w.key(), Type: w.Type, Genre: clean(w.Genre), Title: clean(w.Title), Container: clean(w.Container), URL: address(w.URL),
		Version: clean(w.Version), Language: clean(w.Language), Archive: clean(w.Archive), ArchiveLocation: clean(w.ArchiveLocation),
		Note: clean(w.Note), Abstract: clean(w.Abstract), Issued: newCSLDate(w.Issued), Accessed: newCSLDate(w.Accessed),
	}
	if item.Type == "" {
		item.Type = Webpage
	}
	for _, a := range w.Authors {
		if family, given, literal := a.parts(); family+literal != "" {
			item.Author = append(item.Author, cslName{family, given, literal})
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode([]cslItem{item}) // texts and numbers alone, which never fail
	return b.Bytes()
}

// A cslItem is an item of CSL-JSON, in the order in which people read one.
type cslItem struct {
	ID              string    `json:"id"`
	Type            Type      `json:"type"`
	Genre           string    `json:"genre,omitempty"`
	Title           string    `json:"title"`
	Author          []cslName `json:"author,omitempty"`
	Container       string    `json:"container-title,omitempty"`
	Issued          *cslDate  `json:"issued,omitempty"`
	Accessed        *cslDate  `json:"accessed,omitempty"`
	URL             string    `json:"URL,omitempty"`
	Version         string    `json:"version,omitempty"`
	Language        string    `json:"language,omitempty"`
	Archive         string    `json:"archive,omitempty"`
	ArchiveLocation string    `json:"archive_location,omitempty"`
	Note            string    `json:"note,omitempty"`
	Abstract        string    `json:"abstract,omitempty"`
}

type cslName struct {
	Family  string `json:"family,omitempty"`
	Given   string `json:"given,omitempty"`
	Literal string `json:"literal,omitempty"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"` // one day, or the first and last of a stretch
	Circa bool    `json:"circa,omitempty"`
}

// newCSLDate returns nil for no date.
func newCSLDate(d Date) *cslDate {
	if !d.Known() {
		return nil
	}
	d = d.settled()
	date := cslDate{Parts: [][]int{d.From.parts()}, Circa: d.Circa}
	if d.Until != (Day{}) {
		date.Parts = append(date.Parts, d.Until.parts())
	}
	return &date
}

// parts are the year and what else is known.
func (d Day) parts() []int {
	switch {
	case d.Month == 0:
		return []int{d.Year}
	case d.Day == 0:
		return []int{d.Year, d.Month}
	}
	return []int{d.Year, d.Month, d.Day}
}
