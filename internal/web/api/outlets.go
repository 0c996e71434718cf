package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An Outlet is who publishes articles.
type Outlet struct {
	Noun
	Fiction     bool   `json:"fiction" doc:"It is invented, for practice: so are all contested facts on which it stands." example:"true"`
	Description string `json:"description,omitempty" doc:"What it is." example:"Weekly paper"`
	Country     string `json:"country,omitempty" doc:"Where it is published." example:"Eastbank"`
	Unknown     bool   `json:"unknown" doc:"Nobody knows who it is; the name stands for that." example:"false"`
	Note        string `json:"note,omitempty" doc:"What the editors say of it." example:"Nothing in the text says who printed it."`
	Claims      int    `json:"claims" minimum:"0" doc:"How many claims its articles carry." example:"9"`
	ClaimsAt    string `json:"claims_at" format:"uri" doc:"The list of these claims." example:"https://counterclaim.example/api/v1/claims?outlet=harbour-gazette"`
}

func (a *API) outlet(d store.Document[edition.Outlet]) Outlet {
	return Outlet{
		Noun: a.noun(d.Doc.Slug, d.Doc.Name, ui.OutletPath), Fiction: d.Fiction, Description: d.Doc.Description, Country: d.Doc.Country, Unknown: d.Doc.Unknown,
		Note: d.Doc.Note, Claims: d.Count, ClaimsAt: a.page(ui.APIFilterPath(ui.APIClaimsPath, "outlet", d.Doc.Slug)),
	}
}

type outletPath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The outlet's name in addresses." example:"harbour-gazette"`
}

func registerOutlets(a *API) {
	describe[Outlet](a, "Who publishes articles: a paper, an agency, an office. It is a source where it asserts in its own voice.")
	list(a, reading("list-outlets", "Outlets", "/v1/outlets", "All outlets", "The outlets of the articles in which claims are tagged, by name."),
		func(ctx context.Context, in *Paging) ([]Outlet, string, error) {
			l, err := a.store.OutletDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, a.outlet), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.OutletsPath), in.query() })
	get(a, reading("read-outlet", "Outlets", "/v1/outlets/{slug}", "One outlet", "An outlet by its slug, today's or one of the past.",
		http.StatusMovedPermanently, http.StatusNotFound),
		func(ctx context.Context, in *outletPath) (Outlet, error) {
			d, err := a.store.OutletDocument(ctx, in.Slug)
			return a.outlet(d), a.movedBy(err, apiPath(ui.OutletPath))
		})
}
