package api

import (
	"context"
	"net/url"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A Correction is an edition that mends a mistake of the editors.
type Correction struct {
	EditionRef
	Fact   Noun   `json:"fact" doc:"The contested fact; its name is the question as the edition has it."`
	Reason string `json:"reason" doc:"What was wrong and why it was changed." example:"The hearing was on 2 June, not on 3 June."`
}

func (a *API) correction(e store.EditionEntry) Correction {
	return Correction{a.editionRef(e.Fact, e.Number, moment(e.PublishedAt)), a.noun(e.Fact, e.Title, ui.FactPath), e.Reason}
}

func registerCorrections(a *API) {
	describe[Correction](a, "An edition that mends a mistake of the editors.")
	list(a, reading("list-corrections", "Corrections", "/v1/corrections", "All corrections", "The corrections of all contested facts, the newest first."),
		func(ctx context.Context, in *Paging) ([]Correction, string, error) {
			l, err := a.store.CorrectionEntries(ctx, in.After, in.Limit)
			return each(l.Editions, a.correction), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.CorrectionsPath), in.query() })
}
