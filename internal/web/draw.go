package web

import (
	"github.com/a-h/templ"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// A Drawing is a state of a fact that is drawn elsewhere than on a reader's page, with the same parts.
type Drawing struct {
	Content edition.Content
	Name    string // what it is, in the place of the edition's number: "Working copy"
	Made    string // when it was made, "" for now
	Note    string // "" for none
	Hash    string // SHA-256 of the body, hexadecimal, "" for none
	Links   []ui.Link
	Below   bool // its question is not the title of the page it stands on
}

// A drawnView is what is drawn of a [Drawing].
type drawnView struct {
	factView
	Drawing
}

// named says what it is and when it was made.
func (d Drawing) named() string {
	if d.Made == "" {
		return d.Name
	}
	return d.Name + ", " + d.Made
}

// DrawEdition draws a state of a fact as a reader would see it if it were published: all of the page of the fact but the
// frame, the permalink and what can be taken away.
func (s *Server) DrawEdition(d Drawing) templ.Component {
	v := drawnView{newFactView(layout{}, d.Content, colophon{Number: d.Name, Hash: d.Hash}), d}
	v.AsOfChoice = asOfChoice{} // there is nothing at that address
	return drawnEdition(v)
}

// DrawChanges draws what differs between two states of a fact, as the page between two editions does. Before and after name
// the two in a sentence ("edition 3") with the addresses where claims are found in them, "" for the page itself.
func (s *Server) DrawChanges(d edition.Difference, before, after ui.Link) templ.Component {
	return changesListed(newChangeList(d, before, after))
}

// DrawText draws a text of an edition. Nouns and claims that it names are no links.
func (s *Server) DrawText(t edition.Text) templ.Component { return ui.Text(plainProse(t)) }

// plainProse is a text of an edition without links.
func plainProse(t edition.Text) ui.Prose {
	p := make(ui.Prose, 0, len(t))
	for _, r := range t {
		if r.Kind != edition.RunCite {
			p = append(p, ui.Span{Text: r.Text, Lang: r.Lang, Look: looks[r.Kind]})
		}
	}
	return p
}
