package ui

import (
	"net/url"
	"strconv"
)

// The addresses of the API's lists that no page has.
const (
	APIDisputesPath = APIPath + "/disputes"
	APIClaimsPath   = APIPath + "/claims"
	APIFiguresPath  = APIPath + "/figures"
	APIHeadPath     = APIPath + "/log/checkpoint-data"
)

// APIOf returns the address in the API of what has the given page.
func APIOf(page string) string { return APIPath + page }

// APIFilterPath returns the address of a list of the API with what a filter, the name of a kind of noun, leaves of it.
func APIFilterPath(list, filter, slug string) string {
	return list + "?" + url.Values{filter: {slug}}.Encode()
}

// APIChangesPath returns the address in the API of what differs between two editions of a fact, the earlier one first.
func APIChangesPath(fact string, from, to int) string {
	return APIOf(FactPath(fact)) + "/changes?from=" + strconv.Itoa(from) + "&to=" + strconv.Itoa(to)
}

// APIEntryPath returns the address in the API of the entry of the log at an index.
func APIEntryPath(index string) string { return APIPath + "/log/entries/" + index }
