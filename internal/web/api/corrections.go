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
	Fact    Noun   `json:"fact" doc:"The contested fact; its name is the question as the edition has it."`
	Fiction bool   `json:"fiction" doc:"The fact is invented, for practice." example:"true"`
	Reason  string `json:"reason" doc:"What was wrong and why it was changed." example:"The hearing was on 2 June, not on 3 June."`
	Review  string `json:"review,omitempty" doc:"That nobody else had looked at it before it was published, and why; absent where somebody had, or none was needed." example:"One editor: published without a second pair of eyes. Nobody else was in."`
}

func (a *API) correction(e store.EditionEntry) Correction {
	return Correction{a.editionRef(e.Fact, e.Number, moment(e.PublishedAt)), a.noun(e.Fact, e.Title, ui.FactPath), e.Fiction, e.Reason, e.Review}
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
