package desk

import (
	"context"
	"net/url"

	"counterclaim/internal/narrative"
)

// A guard holds questions and labels that are made in place against loaded words. It warns and refuses nothing.
type guard struct {
	Disputes map[string]narrative.Slug // by field: whose words, "" for those of all
	Warnings map[string][]wordWarning  // by field
}

// A wordWarning is a word that deserves another look, with why.
type wordWarning struct {
	Word string `json:"word"`
	Why  string `json:"why"`
}

// guardOf looks at the guarded fields of a form; disputes has them, with the dispute whose words count, "" for all.
func (s *Server) guardOf(ctx context.Context, values url.Values, disputes map[string]narrative.Slug) (guard, error) {
	g := guard{disputes, map[string][]wordWarning{}}
	for path, dispute := range disputes {
		text := values.Get(path)
		if text == "" || !isStorable(text) {
			continue
		}
		var err error
		if g.Warnings[path], err = s.wordWarnings(ctx, dispute, narrative.Markup(text)); err != nil {
			return guard{}, err
		}
	}
	return g, nil
}

// wordWarnings returns the words of a text that deserve another look: those of a dispute, of all for "", and those of the house.
func (s *Server) wordWarnings(ctx context.Context, dispute narrative.Slug, text narrative.Markup) ([]wordWarning, error) {
	if !dispute.Valid() {
		dispute = ""
	}
	around, err := s.store.Around(ctx, narrative.Fact{Dispute: dispute}, "", []narrative.Kind{narrative.KindParty})
	if err != nil {
		return nil, err
	}
	v := nounView{Around: around}
	warnings := []wordWarning{}
	for _, found := range narrative.Lint(narrative.Fact{Dispute: dispute, Background: text}, around.Terms) {
		warnings = append(warnings, wordWarning{found.Word, v.saidOf(found)})
	}
	return warnings, nil
}

// disputes are the guarded fields of the tagging form: a position and an aspect are made on the fact that is chosen.
func (f *tagForm) disputes() map[string]narrative.Slug {
	fact, _ := f.factOf(0)
	return map[string]narrative.Slug{
		"new_position.label": fact.Dispute, "new_aspect.question": fact.Dispute, "new_fact.question": narrative.Slug(f.Values.Get("new_fact.dispute")),
	}
}

// disputes are the guarded fields of the form by which claims are moved.
func (v moveView) disputes() map[string]narrative.Slug {
	return map[string]narrative.Slug{"new_position.label": v.Fact.Dispute, "new_aspect.question": v.Fact.Dispute}
}
