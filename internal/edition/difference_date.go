package edition

import (
	"cmp"

	"counterclaim/internal/narrative"
)

// dateChange compares two states of a date by all that is known of it. A day is certain where the article gives it.
func dateChange(what string, before, after Date) (Change, bool) {
	if sameDate(before, after) {
		return Change{}, false
	}
	c := Change{Kind: DateChanged, Text: plain(upperFirst(what), " changed."), Before: plain(dateInFull(before)), After: plain(dateInFull(after))}
	switch rank := dateCertainty(after) - dateCertainty(before); {
	case rank > 0 && dateCertainty(after) > 1:
		c.Kind, c.Text = DateCertain, plain(upperFirst(what), " is certain now.")
	case rank < 0 && dateCertainty(before) > 1:
		c.Kind, c.Text = DateUncertain, plain(upperFirst(what), " is not certain any more.")
	}
	return c, true
}

// sameDate reports whether the same is known of two dates, in whatever words.
func sameDate(a, b Date) bool {
	a.Text, b.Text = "", ""
	return a == b
}

// dateCertainty orders dates by how much is known: 0 nothing, 1 inferred, 2 given within bounds, 3 a day that is given.
func dateCertainty(d Date) int {
	switch {
	case d.Earliest == "":
		return 0
	case d.Basis != string(narrative.Given):
		return 1
	case d.Earliest != d.Latest:
		return 2
	}
	return 3
}

// dateInFull says a date with its reason.
func dateInFull(d Date) string {
	text := cmp.Or(d.Text, notKnown)
	if d.Reason != "" {
		text += " (" + d.Reason + ")"
	}
	return text
}
