package desk

import "counterclaim/internal/narrative"

// A positionGroup is the positions of a fact itself or of one of its aspects, as a form offers them.
type positionGroup struct {
	Aspect   narrative.Slug
	Question string // of the aspect, "" for the fact itself
	Choices  []positionChoice
}

// A positionChoice is a position, or none.
type positionChoice struct {
	choice
	Number int  // of its key, 0 for a position after the ninth, which has none
	None   bool // it is no position
}

// factOf returns the fact of a row of stances.
func (f *tagForm) factOf(i int) (narrative.Fact, bool) {
	slug := narrative.Slug(f.Values.Get(row("stances", i, "fact")))
	for _, fact := range f.tagging.Facts {
		if fact.Slug == slug && slug != "" {
			return fact, true
		}
	}
	return narrative.Fact{}, false
}

// positionGroups returns what a row of stances may choose from.
func (f *tagForm) positionGroups(i int) []positionGroup {
	fact, ok := f.factOf(i)
	if !ok {
		return nil
	}
	groups := []positionGroup{{Choices: nil}}
	for _, a := range fact.Aspects {
		groups = append(groups, positionGroup{Aspect: a.Slug, Question: f.plain(a.Question)})
	}
	n := 0
	for g := range groups {
		for _, p := range fact.PositionsOf(groups[g].Aspect) {
			n++
			number := n
			if n > 9 {
				number = 0
			}
			groups[g].Choices = append(groups[g].Choices, positionChoice{choice: choice{string(groups[g].Aspect) + "/" + string(p.Slug), f.plain(p.Label)}, Number: number})
		}
		groups[g].Choices = append(groups[g].Choices, positionChoice{choice: choice{string(groups[g].Aspect) + "/", "none: concern, or a verdict withheld"}, None: true})
	}
	return groups
}

// isChosen reports whether a row of stances has chosen a position.
func (f *tagForm) isChosen(i int, value string) bool {
	if chosen, ok := f.Values[row("stances", i, "choice")]; ok {
		return chosen[len(chosen)-1] == value
	}
	aspect, position := f.Values.Get(row("stances", i, "aspect")), f.Values.Get(row("stances", i, "position"))
	if aspect == "" && position == "" && narrative.Mode(f.Values.Get(row("stances", i, "mode"))).TakesPosition() {
		return false
	}
	return aspect+"/"+position == value
}
