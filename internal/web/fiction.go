package web

import (
	"slices"
	"strings"
	"unicode/utf8"

	"counterclaim/internal/edition"
)

// What was invented for practice says so wherever it stands. Where all of a page is, the page does and no entry on it; where
// some of it is, each such entry does. What can be taken away says it too, each form in a place that its programs show.

// allInvented is what a page, a picture and an embedded card say of which all is invented, and programs are told of it.
const allInvented = "Invented for practice: no person, place or event here is real."

// inventedMark is what stands beside something that was invented for practice, where not all of the page was.
func inventedMark(fiction bool) string {
	if fiction {
		return PracticeMark
	}
	return ""
}

// PracticeMark is what stands beside something that was invented for practice.
const PracticeMark = "invented for practice"

// inventedSentence says of something that it was invented for practice, in a text that is cut short from its end.
func inventedSentence(fiction bool) string {
	if fiction {
		return "Invented for practice."
	}
	return ""
}

// inventedTitle is a title, with a word on one of what was invented.
func inventedTitle(title string, fiction bool) string {
	if fiction {
		return title + " (" + inventedMark(fiction) + ")"
	}
	return title
}

// citedTitle is a title in a reference, with a word on one of what was invented, in the brackets round what is not the
// work's own.
func citedTitle(title string, fiction bool) string {
	if fiction {
		return title + " [" + inventedMark(fiction) + "]"
	}
	return title
}

// areInvented reports whether a claim, of which there are rows for each fact, stands on invented facts alone.
func areInvented(rows []edition.ClaimRow) bool {
	return !slices.ContainsFunc(rows, func(r edition.ClaimRow) bool { return !r.Fiction })
}

// someInvented says of a claim, of which there are rows for each fact, on which of them it stands for practice.
func someInvented(rows []edition.ClaimRow) string {
	var invented []string
	for _, r := range rows {
		if r.Fiction {
			invented = append(invented, "“"+r.Title+"”")
		}
	}
	switch len(invented) {
	case 0:
		return ""
	case len(rows):
		return inventedSentence(true)
	}
	return "Stands for practice on " + strings.Join(invented, ", ") + "."
}

// upperFirst begins a text with a capital.
func upperFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}
