package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A Party is a side for which sources speak.
type Party struct {
	Noun
	Fiction  bool   `json:"fiction" doc:"It is invented, for practice: so are all contested facts on which it stands." example:"true"`
	Note     string `json:"note,omitempty" doc:"What the editors say of it." example:"Speaks for the ferrymen, not for any council."`
	Claims   int    `json:"claims" minimum:"0" doc:"How many claims are in the words of sources that speak for it." example:"8"`
	ClaimsAt string `json:"claims_at" format:"uri" doc:"The list of these claims." example:"https://counterclaim.example/api/v1/claims?party=eastbank"`
}

func (a *API) party(d store.Document[edition.Party]) Party {
	return Party{
		Noun: a.noun(d.Doc.Slug, d.Doc.Name, ui.PartyPath), Fiction: d.Fiction, Note: d.Doc.Note,
		Claims: d.Count, ClaimsAt: a.page(ui.APIFilterPath(ui.APIClaimsPath, "party", d.Doc.Slug)),
	}
}

type partyPath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The party's name in addresses." example:"eastbank"`
}

func registerParties(a *API) {
	describe[Party](a, "A side for which sources speak. Parties are never merged.")
	list(a, reading("list-parties", "Parties", "/v1/parties", "All parties", "The parties for which sources of published claims speak, by name."),
		func(ctx context.Context, in *Paging) ([]Party, string, error) {
			l, err := a.store.PartyDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, a.party), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.PartiesPath), in.query() })
	get(a, reading("read-party", "Parties", "/v1/parties/{slug}", "One party", "A party by its slug, today's or one of the past.",
		http.StatusMovedPermanently, http.StatusNotFound),
		func(ctx context.Context, in *partyPath) (Party, error) {
			d, err := a.store.PartyDocument(ctx, in.Slug)
			return a.party(d), a.movedBy(err, apiPath(ui.PartyPath))
		})
}
