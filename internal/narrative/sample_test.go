package narrative_test

import (
	"counterclaim/internal/narrative"
)

// The codes of the sample's claims.
const (
	closed  = "Y0J-B528" // the upper town's mayor: the bridge was closed
	open    = "RX4-DBK5" // the lower town's council: it was open
	own     = "597-HYM2" // the paper's own voice, with a figure
	worried = "0ZH-WVBX" // an envoy is concerned
	unused  = "BPJ-5F15" // of no claim
)

// sample returns a sound collection about an invented quarrel over a bridge. Each call returns a value of its own.
func sample() narrative.Collection {
	on := func(day narrative.Day) narrative.Date {
		return narrative.Date{
			On:    narrative.Interval{Earliest: day, Latest: day, Precision: narrative.PrecisionDay},
			Basis: narrative.Given,
		}
	}
	return narrative.Collection{
		Disputes: []narrative.Dispute{{
			Slug: "mill-bridge", Title: "The mill bridge", Background: "Two towns share [[bridge]].\n\nThey do not agree.", Fiction: true,
		}},
		Parties: []narrative.Party{{Slug: "lower-town", Name: "Lower Town"}, {Slug: "upper-town", Name: "Upper Town"}},
		Outlets: []narrative.Outlet{
			{Slug: "courier", Name: "The Courier", Language: "en"},
			{Slug: "nobody-knows", Name: "An outlet that is not known", Unknown: true},
		},
		Sources: []narrative.Source{
			{Slug: "council", Name: "Lower Town council", Kind: narrative.Body, Party: "lower-town"},
			{Slug: "envoy", Name: "the envoy", Kind: narrative.Person},
			{
				Slug: "mayor", Name: "the mayor", Kind: narrative.Person, Party: "upper-town",
				Offices: []narrative.Office{{Title: "mayor", From: "2020-01-01", Until: "2024-12-31"}},
			},
			{Slug: "spokeswoman", Name: "the mayor's spokeswoman", Kind: narrative.Person, Party: "upper-town"},
		},
		Places: []narrative.Place{{
			Slug: "bridge", Shown: "the mill bridge",
			Names: []narrative.PlaceName{{Form: "Mill Bridge", Language: "en", UsedBy: []narrative.Slug{"upper-town"}}},
		}},
		Terms: []narrative.Term{{Slug: "siege", Dispute: "mill-bridge", Word: "siege", UsedBy: []narrative.Slug{"upper-town"}}},
		Events: []narrative.Event{{
			Slug: "talks", Title: "Talks of the towns", Kind: narrative.Meeting, Date: on("2024-03-05"), Place: "bridge",
			Participants: []narrative.Slug{"council", "mayor"},
			Expected: []narrative.Expected{
				{Of: "mayor", State: narrative.Held, Article: "bridge-closed"},
				{Of: "council", State: narrative.LookedFor, Where: "the council's notice board", On: "2024-04-01"},
			},
		}},
		Records: []narrative.Record{{
			Slug: "toll-book", Title: "The toll book", Kind: narrative.Document, Maker: "the toll keeper", Date: on("2024-03-01"),
			Where: "the town archive, shelf 4", Checked: "read on the spot", CheckedBy: "the desk",
			Shows: "Carts on each day.", ShowsNot: "Who drove them.",
			BearsOn: []narrative.Bearing{{Fact: "bridge-open"}, {Fact: "bridge-open", Aspect: "by-whom"}},
		}},
		Facts: []narrative.Fact{{
			Slug: "bridge-open", Dispute: "mill-bridge", Question: "Was [[bridge]] open?", Kind: narrative.State,
			Background: "The mayor said that it was closed [@" + closed + "]. The book counts carts [@toll-book].",
			Status:     narrative.FactStatus{State: narrative.Dormant},
			Periods: []narrative.Period{
				{Slug: "before", Label: "before the talks", Until: "2024-03-04"},
				{Slug: "after", Label: "from the talks on", From: "2024-03-05", FromEvent: "talks"},
			},
			Positions: []narrative.Position{{Slug: "closed", Label: "It was closed."}, {Slug: "open", Label: "It was open."}},
			Aspects: []narrative.Aspect{{
				Slug: "by-whom", Question: "Was it closed by anybody?",
				Positions: []narrative.Position{{Slug: "by-council", Label: "By the council."}, {Slug: "by-nobody", Label: "By nobody."}},
			}},
			Points: []narrative.Point{
				{Kind: narrative.SaidByBoth, Text: "There is one bridge.", Claims: []narrative.Code{closed, open}},
				{Kind: narrative.SaidByOne, Text: "Carts waited.", Period: "before", Claims: []narrative.Code{closed}},
			},
			Gaps: []narrative.Gap{{Title: "No count", Text: "Nobody counted the carts after the talks."}},
		}},
		Articles: []narrative.Article{{
			Slug: "bridge-closed", Outlet: "courier", Identified: narrative.Identification{Basis: narrative.Given},
			Kind: narrative.Report, Headline: "Quarrel over a bridge", HeadlineBy: narrative.ByArticle,
			URL: "https://courier.example/bridge", Language: "en", Published: on("2024-03-06"), Rights: narrative.RightsExcerpt,
			ReadFor: []narrative.Reading{{Fact: "bridge-open", By: "the desk", On: "2024-03-10"}},
			Blocks: []narrative.Block{
				{
					Text: "The council has closed the bridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open.",
					Claims: []narrative.Claim{
						{
							Code: closed, Words: []string{"The council has closed the bridge", "carts wait"}, Source: "mayor", Voice: narrative.Paraphrase,
							Chain: []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet, Verb: "told", Class: narrative.VerbNeutral}},
							Event: "talks", Uttered: on("2024-03-05"), Issued: on("2024-03-05"),
							Stances: []narrative.Stance{
								{Fact: "bridge-open", Position: "closed", Mode: narrative.Asserted, Period: "before"},
								{Fact: "bridge-open", Aspect: "by-whom", Position: "by-council", Mode: narrative.Asserted},
							},
						},
						{
							Code: open, Words: []string{"the council said the bridge was open"}, Source: "council", Voice: narrative.Paraphrase,
							Chain:   []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet, Verb: "said", Class: narrative.VerbNeutral}},
							Stances: []narrative.Stance{{Fact: "bridge-open", Position: "open", Mode: narrative.Asserted}},
							Counters: []narrative.Counter{{
								To: closed, Relation: narrative.Contradicts, Fact: "bridge-open", Difference: narrative.DiffersDirect,
								Why: "open against closed",
							}},
						},
						{
							Code: own, Words: []string{"at least 40 carts wait"}, Source: "courier", Voice: narrative.OutletVoice,
							Stances: []narrative.Stance{{Fact: "bridge-open", Position: "closed", Mode: narrative.Presupposed}},
							Figures: []narrative.Figure{{Verbatim: "at least 40 carts", Counted: "carts that wait", CountedBy: "courier"}},
							Counters: []narrative.Counter{{
								To: closed, Relation: narrative.Corroborates, Fact: "bridge-open", Why: "the paper says so too",
							}},
						},
					},
				},
				{
					Text: "The envoy is concerned, “deeply”.",
					Claims: []narrative.Claim{{
						Code: worried, Source: "envoy", Voice: narrative.DirectQuote,
						Chain: []narrative.Hop{
							{By: "spokeswoman", Role: narrative.RoleSpokesperson, Inferred: true}, {By: "courier", Role: narrative.RoleOutlet},
						},
						Stances: []narrative.Stance{{Fact: "bridge-open", Mode: narrative.Concern}},
					}},
				},
			},
		}},
	}
}
