package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A Dispute is the conflict or story that facts belong to.
type Dispute struct {
	Noun
	Background []string `json:"background" doc:"What it is about, in the editors' words, a string for each paragraph."`
	NamePolicy []string `json:"name_policy" doc:"Which names of places the editors use, and why."`
	Fiction    bool     `json:"fiction" doc:"It is invented, for practice." example:"true"`
	Facts      int      `json:"facts" minimum:"0" doc:"How many contested facts of it are published." example:"2"`
	FactsAt    string   `json:"facts_at" format:"uri" doc:"The list of them." example:"https://counterclaim.example/api/v1/facts?dispute=aldmouth-strait"`
}

func (a *API) dispute(d store.Document[edition.Dispute]) Dispute {
	return Dispute{
		Noun:       a.noun(d.Doc.Slug, d.Doc.Title, ui.DisputePath),
		Background: plain(d.Doc.Background),
		NamePolicy: plain(d.Doc.NamePolicy),
		Fiction:    d.Doc.Fiction,
		Facts:      d.Count,
		FactsAt:    a.page(ui.APIFilterPath(ui.APIOf(ui.FactsPath), "dispute", d.Doc.Slug)),
	}
}

type disputePath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The dispute's name in addresses." example:"aldmouth-strait"`
}

func registerDisputes(a *API) {
	describe[Dispute](a, "The conflict or story that contested facts belong to.")
	list(a, reading("list-disputes", "Disputes", "/v1/disputes", "All disputes", "The disputes of which facts are published, by title."),
		func(ctx context.Context, in *Paging) ([]Dispute, string, error) {
			l, err := a.store.DisputeDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, a.dispute), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIDisputesPath, in.query() })
	get(a, reading("read-dispute", "Disputes", "/v1/disputes/{slug}", "One dispute", "A dispute by its slug, today's or one of the past.",
		http.StatusMovedPermanently, http.StatusNotFound),
		func(ctx context.Context, in *disputePath) (Dispute, error) {
			d, err := a.store.DisputeDocument(ctx, in.Slug)
			return a.dispute(d), a.movedBy(err, apiPath(ui.DisputePath))
		})
}
