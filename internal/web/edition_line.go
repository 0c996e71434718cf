package web

import (
	"strconv"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An editionState says on the page of one edition which it is, and what has become of the fact since. The live page has
// none.
type editionState struct {
	Line        ui.Prose // "This is edition 2, as published on 22 November 2026. …"
	IsOlder     bool
	Corrections []string
}

// say adds plain text, link a link, to the line.
func (e *editionState) say(text string) { e.Line = append(e.Line, ui.Span{Text: text}) }
func (e *editionState) link(text, href string) {
	e.Line = append(e.Line, ui.Span{Text: text, Href: href})
}

// mostCorrections is how many corrections the line tells; the rest is among the changes and in the history.
const mostCorrections = 3

// newEditionState compares an edition with the latest one of its fact.
func newEditionState(p store.Pair) (editionState, error) {
	number, fact := p.Before.Number, p.Before.Fact
	state := editionState{IsOlder: p.After.Number > number}
	state.say("This is edition " + strconv.Itoa(number) + ", as published on " + day(p.Before.PublishedAt) + ". ")
	if err := state.since(p); err != nil {
		return editionState{}, err
	}
	state.say(" ")
	state.link("All editions", ui.EditionsPath(fact))
	state.say(".")
	for i, c := range p.Corrections {
		if i == mostCorrections {
			state.Corrections = append(state.Corrections, "Further corrections: "+strconv.Itoa(len(p.Corrections)-i)+".")
			break
		}
		state.Corrections = append(state.Corrections, "Edition "+strconv.Itoa(c.Number)+" is a correction: "+c.Reason)
	}
	return state, nil
}

// since says how much has changed since the earlier edition of a pair. The page may be kept for a day, and so does not say
// that its edition is the latest, but when it was.
func (e *editionState) since(p store.Pair) error {
	if !e.IsOlder {
		e.say("When this page was made it was the latest.")
		return nil
	}
	e.link("The latest edition", ui.FactPath(p.After.Fact))
	e.say(" is edition " + strconv.Itoa(p.After.Number) + " of " + day(p.After.PublishedAt) + ". ")
	if gone(p.After) != nil {
		e.say("It was taken down, so that what has changed cannot be told.")
		return nil
	}
	d, _, err := compared(p)
	if err != nil {
		return err
	}
	if d.Count == 0 {
		e.say("Nothing that it shows differs from the edition that you were sent.")
		return nil
	}
	e.link(counted(d.Count, "change", "changes")+" since the edition that you were sent", ui.ChangesPath(p.Before.Fact, p.Before.Number, p.After.Number))
	e.say(".")
	return nil
}
