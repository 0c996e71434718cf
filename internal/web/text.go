package web

import (
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// A linker settles the links of texts on one page: a claim or record that stands on the page is a place on it, any other
// noun has a page of its own.
type linker struct {
	here map[string]string // by code or slug: the place on this page
}

// prose gives a text with its links.
func (l linker) prose(t edition.Text) ui.Prose {
	p := make(ui.Prose, 0, len(t))
	for _, r := range t {
		p = append(p, ui.Span{Text: r.Text, Href: l.href(r), Lang: r.Lang, Look: looks[r.Kind]})
	}
	return p
}

var looks = map[edition.RunKind]ui.Look{edition.RunSaid: ui.Said, edition.RunCite: ui.Cite}

func (l linker) href(r edition.Run) string {
	switch r.Kind {
	case edition.RunClaim, edition.RunCite, edition.RunRecord:
		if id := l.here[r.Ref]; id != "" {
			return "#" + id
		}
	}
	if r.Kind == edition.RunCite && strings.ToUpper(r.Ref) == r.Ref {
		return ui.ClaimPath(r.Ref) // codes have no small letters, slugs no capitals
	}
	return ui.Path(r.Kind, r.Ref)
}

// proses gives texts with their links.
func (l linker) proses(texts []edition.Text) []ui.Prose {
	list := make([]ui.Prose, 0, len(texts))
	for _, t := range texts {
		list = append(list, l.prose(t))
	}
	return list
}

// titled gives titled texts with their links.
func (l linker) titled(texts []edition.Titled) []ui.Titled {
	list := make([]ui.Titled, 0, len(texts))
	for _, t := range texts {
		list = append(list, ui.Titled{Title: t.Title, Text: l.prose(t.Text)})
	}
	return list
}
