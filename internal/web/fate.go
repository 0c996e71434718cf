package web

import (
	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A fateView says on every edition of a fact what has become of it, and of an edition that something was withheld from it.
type fateView struct {
	Fate     ui.Prose // empty for a fact that is on the lists
	Withheld string   // "" for an edition that is whole
}

func newFateView(e store.Edition) fateView {
	var v fateView
	switch on := day(e.Fate.On); e.Fate.Kind {
	case edition.Withdrawn:
		v.Fate = ui.Plainly("Withdrawn on " + on + ": " + ended(e.Fate.Reason))
	case edition.Merged:
		v.Fate = ui.Prose{
			{Text: "Merged on " + on + " into "}, {Text: "another question, where it goes on", Href: ui.FactPath(e.Fate.Into)},
			{Text: ": " + ended(e.Fate.Reason)},
		}
	}
	if !e.WithheldOn.IsZero() {
		v.Withheld = "Something of this edition was withheld, last on " + day(e.WithheldOn) + ". It is said so where it stood; the rest is as it was published."
	}
	return v
}

// ended ends a reason as a sentence.
func ended(reason string) string {
	if n := len(reason); n > 0 && (reason[n-1] == '.' || reason[n-1] == '!' || reason[n-1] == '?') {
		return reason
	}
	return reason + "."
}
