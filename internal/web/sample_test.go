package web

import (
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// on is a date that the text gives.
func on(interval string) narrative.Date {
	i, err := narrative.ParseInterval(interval)
	if err != nil {
		panic(err)
	}
	return narrative.Date{On: i, Basis: narrative.Given}
}

func inferred(interval, reason string) narrative.Date {
	d := on(interval)
	d.Basis, d.Reason = narrative.Inferred, reason
	return d
}

func takes(fact, aspect, position string, mode narrative.Mode) narrative.Stance {
	return narrative.Stance{
		Fact: narrative.Slug(fact), Aspect: narrative.Slug(aspect), Position: narrative.Slug(position), Mode: mode,
	}
}

func read(facts ...narrative.Slug) []narrative.Reading {
	var list []narrative.Reading
	for _, f := range facts {
		list = append(list, narrative.Reading{Fact: f, By: "desk", On: "2031-07-01"})
	}
	return list
}

// sample is a small dispute about a bridge that does not exist. It has a fact with four positions, periods, an aspect,
// figures, a record and claims in other scripts, and a fact with six positions.
func sample() narrative.Collection {
	return narrative.Collection{
		Disputes: []narrative.Dispute{{
			Slug: "aldmouth-strait", Title: "The Aldmouth strait", Fiction: true,
			Background: "The two banks of the strait have quarrelled over its one bridge since a barrier was set up in May 2031.",
			NamePolicy: "Editors write [[long-bridge]], the name on the oldest chart.",
		}},
		Parties: []narrative.Party{
			{Slug: "eastbank", Name: "Eastbank"},
			{Slug: "westbank-guilds", Name: "The guilds of the far shore", Note: "Speak for the ferrymen and carters, not for any council."},
			{Slug: "league", Name: "League of Ports"},
		},
		Outlets: []narrative.Outlet{
			{Slug: "harbour-gazette", Name: "Harbour Gazette", Description: "Weekly paper", Country: "Eastbank"},
			{Slug: "strait-wire", Name: "Strait Wire", Description: "News agency"},
			{Slug: "eastbank-council-pages", Name: "Pages of the Eastbank council", Description: "An office that publishes its own statements"},
			{Slug: "unknown-sheet", Name: "Unidentified sheet", Unknown: true, Note: "Nothing in the text says who printed it."},
			{Slug: "jisr-post", Name: "Jisr Post", Description: "Daily paper, in Arabic"},
		},
		Sources: []narrative.Source{
			{Slug: "eastbank-council", Name: "Eastbank council", Kind: narrative.Body, Party: "eastbank"},
			{Slug: "harbour-master", Name: "The harbour master", Kind: narrative.Person, Party: "eastbank", Offices: []narrative.Office{{Title: "Harbour master of Eastbank", From: "2029-01-01"}}},
			{Slug: "ferry-guild", Name: "Ferry guild", Kind: narrative.Body, Party: "westbank-guilds", Printed: []string{"the ferrymen"}},
			{Slug: "carters", Name: "Carters’ guild", Kind: narrative.Body, Party: "westbank-guilds"},
			{Slug: "league-envoy", Name: "The envoy of the League", Kind: narrative.Person, Party: "league"},
			{Slug: "many-travellers", Name: "Many travellers", Kind: narrative.UnnamedGroup},
		},
		Places: []narrative.Place{{
			Slug: "long-bridge", Shown: "the Long Bridge",
			Names: []narrative.PlaceName{
				{Form: "Long Bridge", Language: "en"},
				{Form: "الجسر الطويل", Language: "ar", UsedBy: []narrative.Slug{"westbank-guilds"}},
				{Form: "Երկար կամուրջ", Language: "hy", UsedBy: []narrative.Slug{"eastbank"}},
			},
		}},
		Events: []narrative.Event{
			{
				Slug: "call-march", Title: "Call of the harbour master and the envoy", Kind: narrative.Call, Date: on("2031-03-14"),
				Participants: []narrative.Slug{"harbour-master", "league-envoy"},
				Expected: []narrative.Expected{
					{Of: "harbour-master", State: narrative.Held, Article: "gazette-2031-03-15"},
					{Of: "league-envoy", State: narrative.NotLookedFor},
				},
			},
			{Slug: "barrier", Title: "The barrier goes up", Kind: narrative.Happening, Date: on("2031-05-10")},
			{Slug: "hearing-june", Title: "Hearing of the League", Kind: narrative.Hearing, Date: on("2031-06-02"), Participants: []narrative.Slug{"league-envoy"}},
		},
		Records: []narrative.Record{{
			Slug: "toll-book", Title: "Toll book of the bridge, March 2031", Kind: narrative.Count, Maker: "Bridge wardens", Date: on("2031-03"),
			Where: "https://archive.example/toll-book", Checked: "Compared with the wardens’ receipts", CheckedBy: "the desk",
			Shows: "Tolls paid for carts on each day of March.", ShowsNot: "Carts that were let through without toll.",
			BearsOn: []narrative.Bearing{{Fact: "bridge-open"}},
		}},
		Facts: []narrative.Fact{
			{
				Slug: "bridge-open", Dispute: "aldmouth-strait", Question: "Was [[long-bridge]] open, and to whom?", Kind: narrative.State,
				Background: "From 1 March 2031 a crowd from Eastbank, by its own account keepers of the swans, stood on [[long-bridge]];[@V8N-K4HM] on 10 May 2031 Eastbank set up a barrier.[@W7J-KTVQ] Sources differ on whether carts were stopped, whose, and by whom.",
				Status:     narrative.FactStatus{State: narrative.Dormant, Since: "2031-07-01"},
				Periods: []narrative.Period{
					{Slug: "before", Label: "Before the barrier", From: "2031-03-01", Until: "2031-05-09"},
					{Slug: "after", Label: "From the barrier on", From: "2031-05-10", FromEvent: "barrier"},
				},
				Positions: []narrative.Position{
					{Slug: "shut", Label: "It was shut to ordinary carts"},
					{Slug: "passed", Label: "It was not shut; carts passed"},
					{Slug: "open-it", Label: "It must be opened"},
					{Slug: "after-ferry", Label: "It can open after the ferry runs, under Eastbank’s control"},
				},
				Aspects: []narrative.Aspect{{
					Slug: "by-whom", Question: "If it was shut, by whom?",
					Positions: []narrative.Position{
						{Slug: "by-eastbank", Label: "By Eastbank"},
						{Slug: "by-guilds", Label: "By the guilds, who stayed away"},
						{Slug: "nobody", Label: "Nobody shut it"},
					},
				}},
				Points: []narrative.Point{
					{Kind: narrative.SaidByBoth, Text: "1 March 2031 is the day on which it began: the harbour master counts carts from it, the carters date the stop to it.", Period: "before", Claims: []narrative.Code{"B4P-CM9Z", "RRV-Z0EJ"}},
					{Kind: narrative.SaidByOne, Text: "Wardens’ and physicians’ carts used the bridge.", Claims: []narrative.Code{"7FT-9494"}},
				},
				Gaps: []narrative.Gap{{Title: "No word from the wardens", Text: "Nobody who stood at the toll house is quoted in what was read."}},
			},
			{
				Slug: "swans-counted", Dispute: "aldmouth-strait", Question: "What became of the swans under the bridge?", Kind: narrative.Open,
				Background: "Six accounts of the swans were printed in one summer.[@PZK-N26G]", Status: narrative.FactStatus{State: narrative.Developing},
				Positions: []narrative.Position{
					{Slug: "one", Label: "They left on their own"}, {Slug: "two", Label: "They were driven off by carts"},
					{Slug: "three", Label: "They never lived there"}, {Slug: "four", Label: "They moved under the ferry quay"},
					{Slug: "five", Label: "They were taken to Eastbank’s ponds"}, {Slug: "six", Label: "They are all still there"},
				},
			},
		},
		Articles: []narrative.Article{sampleGazette(), sampleWire(), sampleStatement(), sampleArabic()},
	}
}

func sampleGazette() narrative.Article {
	through := []narrative.Hop{
		{By: "eastbank-council", Role: narrative.RolePressService},
		{By: "harbour-gazette", Role: narrative.RoleOutlet, Verb: "dismissed", Class: narrative.VerbDenying},
	}
	return narrative.Article{
		Slug: "gazette-2031-03-15", Outlet: "harbour-gazette", Identified: narrative.Identification{Basis: narrative.Given},
		Kind: narrative.Report, Headline: "Harbour master and envoy speak of the bridge", HeadlineBy: narrative.ByArticle,
		URL: "https://gazette.example/2031/bridge-call#top", Language: "en", Published: on("2031-03-15"), Rights: narrative.RightsExcerpt,
		ReadFor: read("bridge-open", "swans-counted"),
		Blocks: []narrative.Block{
			{
				Text: "The harbour master dismissed talk of a closed bridge as idle, said the council’s press room, noting that some 480 carts had crossed since 1 March",
				Claims: []narrative.Claim{
					{
						Code: "V8N-K4HM", Words: []string{"dismissed talk of a closed bridge as idle"}, Source: "harbour-master", Office: "harbour master of Eastbank",
						Voice: narrative.Paraphrase, Chain: through, Event: "call-march", Uttered: on("2031-03-14"), Issued: on("2031-03-15"),
						Stances: []narrative.Stance{takes("bridge-open", "", "passed", narrative.Denied), takes("bridge-open", "by-whom", "nobody", narrative.Denied)},
					},
					{
						Code: "B4P-CM9Z", Words: []string{"some 480 carts had crossed since 1 March"}, Source: "harbour-master",
						Voice: narrative.Paraphrase, Basis: narrative.OwnCount, Chain: through, Event: "call-march", Uttered: on("2031-03-14"),
						Stances: []narrative.Stance{takes("bridge-open", "", "passed", narrative.Asserted)},
						Figures: []narrative.Figure{{Verbatim: "some 480 carts", Counted: "carts on the bridge", From: "2031-03-01", Until: "2031-03-14", CountedBy: "harbour-master"}},
					},
				},
			},
			{
				Text: "over 350 of them the wardens’, and up to 90 carried physicians",
				Claims: []narrative.Claim{
					{
						Code: "7FT-9494", Source: "harbour-master", Voice: narrative.Paraphrase, Basis: narrative.OwnCount, Chain: through, Event: "call-march", Uttered: on("2031-03-14"),
						Stances: []narrative.Stance{takes("bridge-open", "", "passed", narrative.Asserted)},
						Figures: []narrative.Figure{
							{Verbatim: "over 350 of them", Unit: "carts", Counted: "wardens’ carts", PartOf: "B4P-CM9Z"},
							{Verbatim: "up to 90", Unit: "carts", Counted: "physicians’ carts", PartOf: "B4P-CM9Z"},
						},
					},
				},
			},
			{
				Text: "“We are troubled by what we hear of the bridge, and we have said so at every level of the council of Eastbank,” the envoy told the harbour master",
				Claims: []narrative.Claim{{
					Code: "GH8-PYN6", Words: []string{"We are troubled by what we hear of the bridge"}, Source: "league-envoy", Voice: narrative.DirectQuote,
					Event: "call-march", Uttered: on("2031-03-14"), Stances: []narrative.Stance{takes("bridge-open", "", "", narrative.Concern)},
				}},
			},
			{
				Text: "the swans, it seems, have simply gone of their own will",
				Claims: []narrative.Claim{{
					Code: "Q54-PCSB", Source: "harbour-gazette", Voice: narrative.OutletVoice,
					Stances: []narrative.Stance{takes("swans-counted", "", "one", narrative.Asserted)},
				}},
			},
		},
	}
}

func sampleWire() narrative.Article {
	return narrative.Article{
		Slug: "wire-2031-06-03", Outlet: "strait-wire", Identified: narrative.Identification{Basis: narrative.Inferred, Reason: "the form of the dateline"},
		Kind: narrative.Report, Headline: "Bridge must open, League hears", HeadlineBy: narrative.ByDesk, Language: "en",
		URL: "https://wire.example/a?id=7&x=1", Published: on("2031-06-03"), Rights: narrative.RightsExcerpt, Byline: "Staff",
		ReadFor: read("bridge-open", "swans-counted"), ReprintOf: []narrative.Slug{"jisr-2031-03"},
		Blocks: []narrative.Block{
			{
				Text: "“The bridge must open to carts of every trade, and it must open now,” the envoy told the hearing, speaking of Eastbank’s three-week-long closing of the only road that the guilds have ever had across the strait",
				Claims: []narrative.Claim{
					{
						Code: "PBX-XJA6", Words: []string{"The bridge must open to carts of every trade, and it must open now"}, Source: "league-envoy", Office: "envoy",
						Voice: narrative.DirectQuote, Event: "hearing-june", Uttered: on("2031-06-02"),
						Stances:  []narrative.Stance{takes("bridge-open", "", "open-it", narrative.Demanded)},
						Counters: []narrative.Counter{{To: "V8N-K4HM", Relation: narrative.InTension, Fact: "bridge-open", Difference: narrative.DiffersScope, Why: "A demand to open against a denial that it is shut."}},
					},
					{
						Code: "EDP-3M8E", Words: []string{"Eastbank’s three-week-long closing of the only road"}, Source: "strait-wire", Voice: narrative.OutletVoice,
						Stances: []narrative.Stance{takes("bridge-open", "", "shut", narrative.Presupposed), takes("bridge-open", "by-whom", "by-eastbank", narrative.Asserted)},
					},
				},
			},
			{
				Text: "The carters, who date the stop to 1 March, say that no cart of theirs has crossed since the barrier went up",
				Claims: []narrative.Claim{
					{
						Code: "RRV-Z0EJ", Words: []string{"date the stop to 1 March"}, Source: "carters", Named: "The carters", Voice: narrative.Paraphrase, Uttered: on("2031-06-02"),
						Stances: []narrative.Stance{takes("bridge-open", "", "shut", narrative.Asserted)},
					},
					{
						Code: "6T5-A64P", Words: []string{"no cart of theirs has crossed since the barrier went up"}, Source: "carters", Named: "The carters", Voice: narrative.Paraphrase,
						Uttered: on("2031-06-02"), Stances: []narrative.Stance{takes("bridge-open", "", "shut", narrative.Asserted), takes("bridge-open", "by-whom", "by-eastbank", narrative.Asserted)},
					},
				},
			},
			{
				Text: "“Groundless claims about the ‘closing’ of a bridge over which we see carts go by every single morning of the week are well known to the League,” the council of Eastbank replied",
				Claims: []narrative.Claim{{
					Code: "DV1-SHFV", Words: []string{"Groundless claims about the ‘closing’ of a bridge", "are well known to the League"}, Source: "eastbank-council",
					Voice: narrative.DirectQuote, Uttered: on("2031-06-03"),
					Stances: []narrative.Stance{takes("bridge-open", "", "passed", narrative.Denied), takes("bridge-open", "by-whom", "by-guilds", narrative.Asserted)},
					Counters: []narrative.Counter{
						{To: "PBX-XJA6", Relation: narrative.Answers, Fact: "bridge-open", Difference: narrative.DiffersDirect, Why: "Replies to the hearing of the day before."},
						{To: "6T5-A64P", Relation: narrative.Contradicts, Fact: "bridge-open", Difference: narrative.DiffersDirect, Why: "Carts go by; no cart has crossed."},
					},
				}},
			},
			{
				Text: "Ferrymen found the swans under their own quay; many travellers had seen them in Eastbank’s ponds",
				Claims: []narrative.Claim{
					{Code: "MNM-E8AQ", Words: []string{"found the swans under their own quay"}, Source: "ferry-guild", Named: "Ferrymen", Voice: narrative.Paraphrase, Uttered: on("2031-06-01"), Stances: []narrative.Stance{takes("swans-counted", "", "four", narrative.Asserted)}},
					{Code: "GXY-Q5CD", Words: []string{"had seen them in Eastbank’s ponds"}, Source: "many-travellers", Voice: narrative.Paraphrase, Uttered: on("2031-06-02"), Stances: []narrative.Stance{takes("swans-counted", "", "five", narrative.Asserted)}},
				},
			},
			{
				Text: "the council holds that no swan ever lived there, and the envoy that all are there still",
				Claims: []narrative.Claim{
					{Code: "PZK-N26G", Words: []string{"no swan ever lived there"}, Source: "eastbank-council", Voice: narrative.Paraphrase, Uttered: on("2031-06-03"), Stances: []narrative.Stance{takes("swans-counted", "", "three", narrative.Asserted)}},
					{Code: "YMM-TG40", Words: []string{"all are there still"}, Source: "league-envoy", Voice: narrative.Paraphrase, Uttered: on("2031-06-03"), Stances: []narrative.Stance{takes("swans-counted", "", "six", narrative.Asserted)},
						Counters: []narrative.Counter{{To: "PZK-N26G", Relation: narrative.Contradicts, Fact: "swans-counted", Difference: narrative.DiffersDirect, Why: "Never there; there still."}}},
				},
			},
		},
	}
}

func sampleStatement() narrative.Article {
	return narrative.Article{
		Slug: "council-2031-05-20", Outlet: "eastbank-council-pages", Identified: narrative.Identification{Basis: narrative.Given},
		Kind: narrative.StatementText, Headline: "On the ferry", HeadlineBy: narrative.ByArticle, URL: "https://council.example/ferry", Language: "en",
		Published: on("2031-05-20"), Rights: narrative.RightsFull, ReadFor: read("bridge-open"),
		Blocks: []narrative.Block{{
			Text: "Once the ferry runs, the bridge can be opened as well, with our wardens at its gate. Until then the guilds alone keep it empty.",
			Claims: []narrative.Claim{
				{
					Code: "W7J-KTVQ", Words: []string{"Once the ferry runs, the bridge can be opened as well"}, Source: "eastbank-council", Voice: narrative.DirectQuote, Issued: on("2031-05-20"),
					Stances: []narrative.Stance{takes("bridge-open", "", "after-ferry", narrative.Conditional)},
				},
				{
					Code: "0PS-SKR5", Words: []string{"the guilds alone keep it empty"}, Source: "eastbank-council", Voice: narrative.DirectQuote, Issued: on("2031-05-20"),
					Stances: []narrative.Stance{takes("bridge-open", "by-whom", "by-guilds", narrative.Asserted)},
				},
			},
		}},
	}
}

func sampleArabic() narrative.Article {
	return narrative.Article{
		Slug: "jisr-2031-03", Outlet: "jisr-post", Identified: narrative.Identification{Basis: narrative.Given}, Kind: narrative.Report,
		Headline: "الجسر مغلق", HeadlineBy: narrative.ByArticle, Language: "ar", Published: inferred("2031-03-10/2031-03-12", "the moon that it mentions"),
		Rights: narrative.RightsExcerpt, ReadFor: read("bridge-open"),
		Blocks: []narrative.Block{{
			Text: "قالت النقابة إن الجسر مغلق أمام العربات منذ أول آذار",
			Claims: []narrative.Claim{{
				Code: "7B2-51RV", Words: []string{"الجسر مغلق أمام العربات"}, Source: "ferry-guild", Voice: narrative.Paraphrase,
				Uttered:  inferred("2031-03-10/2031-03-12", "the moon that it mentions"),
				Stances:  []narrative.Stance{takes("bridge-open", "", "shut", narrative.Asserted), takes("bridge-open", "by-whom", "by-eastbank", narrative.Presupposed)},
				Counters: []narrative.Counter{{To: "V8N-K4HM", Relation: narrative.Contradicts, Fact: "bridge-open", Difference: narrative.DiffersDirect, Why: "Shut; not shut."}},
			}},
		}},
	}
}

// compiled is the content of an edition of a fact of the sample.
func compiled(t *testing.T, fact narrative.Slug) edition.Content {
	t.Helper()
	c, err := edition.Compile(sample(), fact, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
