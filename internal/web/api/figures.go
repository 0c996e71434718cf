package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"counterclaim/internal/edition"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An Amount is a number as claimed.
type Amount struct {
	Verbatim  string `json:"verbatim" doc:"The number as printed." example:"about forty carts"`
	Printed   string `json:"printed" doc:"The same in a form that is equal for all." example:"about 40 carts"`
	Hedge     string `json:"hedge,omitempty" doc:"How it is hedged." example:"about"`
	Low       string `json:"low,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"The least that it allows, in decimal digits; absent where it has no such bound." example:"40"`
	High      string `json:"high,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"The most that it allows, likewise." example:"40"`
	LowOpen   bool   `json:"low_open" doc:"The number low is itself not allowed: more than." example:"false"`
	HighOpen  bool   `json:"high_open" doc:"The number high is itself not allowed: less than." example:"false"`
	Approx    bool   `json:"approx" doc:"It is approximate." example:"true"`
	BandLow   string `json:"band_low,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"From where an approximate number is taken to reach." example:"36"`
	BandHigh  string `json:"band_high,omitempty" pattern:"^-?[0-9]+([.][0-9]+)?$" doc:"Up to where, likewise." example:"44"`
	Vague     string `json:"vague,omitempty" doc:"Words in the place of a number." example:"dozens"`
	Unit      string `json:"unit,omitempty" doc:"The unit." example:"carts"`
	Counted   string `json:"counted,omitempty" doc:"What was counted." example:"carts let through"`
	Rule      string `json:"rule,omitempty" doc:"By which rule it was counted." example:"each cart once a day"`
	From      string `json:"from,omitempty" format:"date" doc:"The first day of the time counted." example:"2031-03-01"`
	Until     string `json:"until,omitempty" format:"date" doc:"The last day of it." example:"2031-03-14"`
	AsOf      string `json:"as_of,omitempty" format:"date" doc:"The day at which it stood so." example:"2031-03-14"`
	CountedBy string `json:"counted_by,omitempty" doc:"The slug of the source whose count it is." example:"harbour-master"`
	PartOf    string `json:"part_of,omitempty" doc:"The code of the claim whose figure it is a part of." example:"B4P-CM9Z"`
	Note      string `json:"note,omitempty" doc:"What the editors say of it." example:"Carts or journeys? The text does not say."`
}

func amount(f edition.Figure) Amount {
	return Amount{
		Verbatim: f.Verbatim, Printed: f.Printed, Hedge: f.Hedge, Low: f.Low, High: f.High, LowOpen: f.LowOpen, HighOpen: f.HighOpen,
		Approx: f.Approx, BandLow: f.BandLow, BandHigh: f.BandHigh, Vague: f.Vague, Unit: f.Unit, Counted: f.Counted, Rule: f.Rule,
		From: f.From, Until: f.Until, AsOf: f.AsOf, CountedBy: f.CountedBy, PartOf: f.PartOf, Note: f.Note,
	}
}

// A Figure is a number as claimed, with the claim that gives it.
type Figure struct {
	Amount
	Number  int            `json:"number" minimum:"1" doc:"Which of the claim's figures it is, from 1." example:"1"`
	Claim   FigureClaim    `json:"claim" doc:"The claim that gives it."`
	Article ArticleSummary `json:"article" doc:"Where that was printed."`
	Facts   []FactRef      `json:"facts" doc:"The contested facts that the claim bears on."`
	Fiction bool           `json:"fiction" doc:"It is invented, for practice: so are all contested facts that the claim bears on." example:"true"`
}

// A FigureClaim is the claim that gives a figure.
type FigureClaim struct {
	Code  string   `json:"code" doc:"Its code." example:"B4P-CM9Z"`
	Self  string   `json:"self" format:"uri" doc:"Where it is in this API." example:"https://counterclaim.example/api/v1/claims/B4P-CM9Z"`
	Page  string   `json:"page" format:"uri" doc:"Its page for readers." example:"https://counterclaim.example/claims/B4P-CM9Z"`
	Who   string   `json:"who" doc:"Who said it, through whom, where and how, in words." example:"The harbour master; Harbour Gazette, quoting:"`
	Words []string `json:"words" minItems:"1" doc:"The words as printed, a string for each segment; between two segments something is left out."`
	Party *Noun    `json:"party,omitempty" doc:"The party that the source speaks for; absent where it speaks for none."`
	Said  Date     `json:"said" doc:"When it was said or, failing that, issued or published."`
}

func (a *API) figure(f store.ListedFigure) Figure {
	c := f.Row.Claim
	path := ui.ClaimPath(c.Code)
	figure := Figure{
		Amount: amount(f.Figure), Fiction: !slices.ContainsFunc(f.Facts, func(n edition.NounRow) bool { return !n.Fiction }), Number: f.Number, Article: a.articleSummary(f.Row.Article, f.Row.Outlet), Facts: []FactRef{},
		Claim: FigureClaim{c.Code, a.self(path), a.page(path), c.Who.String(), c.Segments, a.nounOf(c.Party, "", ui.PartyPath), date(c.Said)},
	}
	for _, x := range f.Facts {
		figure.Facts = append(figure.Facts, FactRef{a.noun(x.Slug, x.Title, ui.FactPath), x.Fiction})
	}
	return figure
}

type figuresQuery struct {
	Paging
	Fact string `query:"fact" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"Only figures of claims that bear on this contested fact." example:"bridge-open"`
}

func registerFigures(a *API) {
	describe[Amount](a, "A number as claimed, with its hedge and its bounds. Two are compared only where they count the same, by the same rule, over the same time.")
	describe[Figure](a, "A number as claimed, with the claim that gives it.")
	describe[FigureClaim](a, "The claim that gives a figure.")
	list(a, reading("list-figures", "Figures", "/v1/figures", "All figures",
		"The numbers of published claims, those of the claims said last first. The figures of a claim that bears on several facts are listed once, in the state of the latest edition.",
		http.StatusMovedPermanently),
		func(ctx context.Context, in *figuresQuery) ([]Figure, string, error) {
			l, err := a.store.Figures(ctx, in.Fact, in.After, in.Limit)
			return each(l.Figures, a.figure), l.More, err
		},
		func(in *figuresQuery) (string, url.Values) { return ui.APIFiguresPath, in.query("fact", in.Fact) })
}
