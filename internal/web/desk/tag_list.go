package desk

import (
	"slices"
	"strings"

	"counterclaim/internal/narrative"
)

// A factNotes is the claims on one fact.
type factNotes struct {
	Question string // "" for claims that nobody has sorted yet
	Notes    []claimNote
}

// filtered returns the notes that hold a text anywhere.
func filtered(notes []claimNote, query string) []claimNote {
	query = strings.ToLower(query)
	return slices.DeleteFunc(slices.Clone(notes), func(n claimNote) bool {
		var text strings.Builder
		text.WriteString(n.Words + " " + n.Source + " " + string(n.Code))
		for _, s := range n.Stances {
			text.WriteString(" " + s.Question + " " + s.Position)
		}
		return !strings.Contains(strings.ToLower(text.String()), query)
	})
}

// byFact puts notes under the facts on which their claims have a stance, in the order in which these come first, and those
// that nobody has sorted last.
func byFact(notes []claimNote) []factNotes {
	var groups []factNotes
	add := func(question string, n claimNote) {
		for i := range groups {
			if groups[i].Question == question {
				groups[i].Notes = append(groups[i].Notes, n)
				return
			}
		}
		groups = append(groups, factNotes{question, []claimNote{n}})
	}
	for _, n := range notes {
		var on []narrative.Slug
		for _, s := range n.Stances {
			if !slices.Contains(on, s.Fact) {
				on = append(on, s.Fact)
				add(s.Question, n)
			}
		}
		if len(on) == 0 {
			add("", n)
		}
	}
	slices.SortStableFunc(groups, func(a, b factNotes) int { return boolOrder(a.Question == "", b.Question == "") })
	return groups
}
