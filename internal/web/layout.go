package web

import (
	"strings"

	"counterclaim/internal/web/ui"
)

// A layout is what the frame of every page shows. Only [Server.layout] makes it.
type layout struct {
	Title   string
	Path    string // of the request
	Skip    ui.Link
	Sheets  []sheet
	Icon    string
	Script  string // for what a page can do besides, "" for none
	Nav     []navLink
	Wrong   string // where to report what is wrong with this page, filled in; "" for nowhere
	Contact string // another way to do so; "" for none
	Fiction bool   // all on the page is invented for practice; where only some of it is, that says so in its place
	NoIndex bool
	Meta    meta

	desk helpdesk // where to report what is wrong with a part of the page
}

// meta is what the head of a page tells machines. Addresses in it are absolute; what is empty is left out.
type meta struct {
	Canonical   string // the page's own address for whoever finds it under another
	Title       string // for a card: on the page of a fact the question, never one side's answer
	Description string
	Type        string // of Open Graph: "article" or "website"
	URL         string
	Image       string // of 1200 by 630 pixels
	ImageAlt    string
	Published   string // RFC 3339
	Modified    string
	Cited       citedAs
	Alternates  []alternate
	LinkedData  any // JSON-LD
}

// head is what the page's head tells machines: where all is invented, that with everything that it names.
func (l layout) head() meta {
	m := l.Meta
	if !l.Fiction {
		return m
	}
	m.Title = inventedTitle(m.Title, true)
	if m.Cited.Title != "" {
		m.Cited.Title = citedTitle(m.Cited.Title, true)
	}
	m.Description = strings.TrimSpace(allInvented + " " + m.Description)
	if data, ok := m.LinkedData.(linkedData); ok {
		m.LinkedData = data.invented()
	}
	return m
}

// noIndex reports whether programs that list pages are to pass this one over: nobody is to find what is invented among what
// is not.
func (l layout) noIndex() bool { return l.NoIndex || l.Fiction }

// citedAs are the names by which reference managers know a page (those of Highwire Press).
type citedAs struct {
	Title, Author string
	Date          string // 2029/01/31
	URL           string
}

// An alternate is the same content, or news of it, in another form.
type alternate struct {
	Rel, Type, Title, Href string // Rel is "alternate" where it is empty
}

// A sheet is a style sheet for a medium.
type sheet struct{ Href, Media string }

// A navLink is an entry of the navigation.
type navLink struct {
	ui.Link
	Here bool
}
