package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A Source is a person or body that asserts.
type Source struct {
	Noun
	Fiction  bool      `json:"fiction" doc:"It is invented, for practice: so are all contested facts on which it stands." example:"true"`
	Kind     string    `json:"kind" doc:"What it is: a person, a body, a side, an unnamed group." example:"body"`
	Printed  []string  `json:"printed" doc:"Other names under which it was printed."`
	Party    *Noun     `json:"party,omitempty" doc:"The party that it speaks for; absent where it speaks for none."`
	Offices  []Office  `json:"offices" doc:"What offices it has held."`
	Note     string    `json:"note,omitempty" doc:"What the editors say of it." example:"Founded in 2029."`
	Withheld *Withheld `json:"withheld,omitempty" doc:"Since when and why its name is not shown; absent of all others."`
	Claims   int       `json:"claims" minimum:"0" doc:"How many claims are in its words." example:"5"`
	ClaimsAt string    `json:"claims_at" format:"uri" doc:"The list of these claims, and of those that report its views." example:"https://counterclaim.example/api/v1/claims?source=ferry-guild"`
}

// An Office is a post over time.
type Office struct {
	Title string `json:"title" doc:"What the post is called." example:"Harbour master of Eastbank"`
	From  string `json:"from,omitempty" format:"date" doc:"The first day." example:"2029-01-01"`
	Until string `json:"until,omitempty" format:"date" doc:"The last day." example:"2031-12-31"`
}

func (a *API) source(d store.Document[edition.Source]) Source {
	s := Source{
		Noun: a.noun(d.Doc.Slug, d.Doc.Name, ui.SourcePath), Fiction: d.Fiction, Kind: d.Doc.Kind, Printed: orEmpty(d.Doc.Printed),
		Party: a.nounOf(d.Doc.Party, d.Related, ui.PartyPath), Offices: []Office{}, Note: d.Doc.Note, Withheld: withheld(d.Doc.Withheld),
		Claims: d.Count, ClaimsAt: a.page(ui.APIFilterPath(ui.APIClaimsPath, "source", d.Doc.Slug)),
	}
	for _, o := range d.Doc.Offices {
		s.Offices = append(s.Offices, Office(o))
	}
	return s
}

type sourcePath struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The source's name in addresses." example:"ferry-guild"`
}

func registerSources(a *API) {
	describe[Source](a, "A person or body that asserts.")
	describe[Office](a, "A post over time.")
	list(a, reading("list-sources", "Sources", "/v1/sources", "All sources", "The sources of published claims, by name. Outlets that assert in their own voice are under outlets."),
		func(ctx context.Context, in *Paging) ([]Source, string, error) {
			l, err := a.store.SourceDocuments(ctx, in.After, in.Limit)
			return each(l.Rows, a.source), l.More, err
		},
		func(in *Paging) (string, url.Values) { return ui.APIOf(ui.SourcesPath), in.query() })
	get(a, reading("read-source", "Sources", "/v1/sources/{slug}", "One source", "A source by its slug, today's or one of the past.",
		http.StatusMovedPermanently, http.StatusNotFound, http.StatusGone),
		func(ctx context.Context, in *sourcePath) (Source, error) {
			d, err := a.store.SourceDocument(ctx, in.Slug)
			return a.source(d), a.movedBy(err, apiPath(ui.SourcePath))
		})
}
