package web

import "counterclaim/internal/web/ui"

// A layout is what the frame of every page shows. Only [Server.layout] makes it.
type layout struct {
	Title   string
	Path    string // of the request, to mark the part of the site
	Skip    ui.Link
	Sheets  []sheet
	Icon    string
	Nav     []navLink
	Contact string // mailto: or an address, "" for none
	Fiction bool   // all on the page is invented for practice
	NoIndex bool
}

// A sheet is a style sheet for a medium.
type sheet struct{ Href, Media string }

// A navLink is an entry of the navigation.
type navLink struct {
	ui.Link
	Here bool
}
