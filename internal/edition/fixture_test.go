package edition

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"counterclaim/internal/narrative"
)

// code gives a valid claim code for a number below 1000.
func code(n int) narrative.Code { return validCodes()[n] }

var validCodes = sync.OnceValue(func() []narrative.Code {
	codes := make([]narrative.Code, 1000)
	for n := range codes {
		for at := n; codes[n] == ""; at += len(codes) { // some numbers have no check symbol
			for _, check := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
				c := narrative.Code(fmt.Sprintf("%03d-%03d%c", at/1000, at%1000, check))
				if c.Valid() {
					codes[n] = c
				}
			}
		}
	}
	return codes
})

func given(s string) narrative.Date { return dated(s, narrative.Given, "") }

func inferred(s string) narrative.Date {
	return dated(s, narrative.Inferred, "the harbour's own calendar has it")
}

func dated(s string, basis narrative.Basis, reason string) narrative.Date {
	on, err := narrative.ParseInterval(s)
	if err != nil {
		panic(err)
	}
	return narrative.Date{On: on, Basis: basis, Reason: reason}
}

func on(position string, mode narrative.Mode) []narrative.Stance {
	return []narrative.Stance{{Fact: "ferry-line", Position: narrative.Slug(position), Mode: mode}}
}

func hop(by string, role narrative.HopRole, verb string) narrative.Hop {
	return narrative.Hop{By: narrative.Slug(by), Role: role, Verb: verb, Class: narrative.VerbNeutral}
}

func counter(to int, r narrative.Relation) narrative.Counter {
	return narrative.Counter{To: code(to), Relation: r, Fact: "ferry-line", Difference: narrative.DiffersDirect, Why: "one line of reason"}
}

// Codes of the claims of [collection] by what they are.
const (
	runs      = 1
	stopped   = 2
	demand    = 3
	relayed   = 4
	ownVoice  = 5
	reply     = 6
	whole     = 7
	partA     = 8
	partB     = 9
	vague     = 10
	jointA    = 11
	jointB    = 12
	offer     = 13
	unknown   = 14
	byWeather = 15
	elsewhere = 16
	withheld  = 17
)

// collection is an invented dispute about a ferry line, with a claim for each rule.
func collection() narrative.Collection {
	block := func(text string, claims ...narrative.Claim) narrative.Block {
		return narrative.Block{Text: text, Claims: claims}
	}
	return narrative.Collection{
		Disputes: []narrative.Dispute{{Slug: "islands", Title: "The two islands", Background: "Two islands.", NamePolicy: "Names as on the chart."}},
		Parties: []narrative.Party{
			{Slug: "north", Name: "Northland"}, {Slug: "south", Name: "Southland"}, {Slug: "league", Name: "League of Ports"}, {Slug: "unused", Name: "Nowhere"},
		},
		Outlets: []narrative.Outlet{
			{Slug: "island-daily", Name: "Island Daily"}, {Slug: "quay-wire", Name: "Quay Wire"},
			{Slug: "unidentified", Name: "Unidentified outlet", Unknown: true}, {Slug: "unused-outlet", Name: "Unused"},
		},
		Sources: []narrative.Source{
			{Slug: "north-minister", Name: "Minister of Northland", Kind: narrative.Person, Party: "north"},
			{Slug: "north-office", Name: "Northland’s harbour office", Kind: narrative.Body, Party: "north"},
			{Slug: "south-minister", Name: "Minister of Southland", Kind: narrative.Person, Party: "south", Offices: []narrative.Office{{Title: "minister"}}},
			{Slug: "south-ministry", Name: "Ministry of Ports of Southland", Kind: narrative.Body, Party: "south"},
			{Slug: "envoy", Name: "Envoy of the League", Kind: narrative.Person, Party: "league"},
			{Slug: "captains", Name: "Many captains", Kind: narrative.UnnamedGroup},
			{Slug: "unused-source", Name: "Unused", Kind: narrative.Person, Party: "unused"},
		},
		Places: []narrative.Place{
			{Slug: "north-quay", Shown: "North Quay", Names: []narrative.PlaceName{{Form: "North Quay", Language: "en", UsedBy: []narrative.Slug{"south", "north"}}}},
			{Slug: "unused-place", Shown: "Unused"},
		},
		Events: []narrative.Event{
			{Slug: "call", Title: "Call of the minister and the envoy", Kind: narrative.Call, Date: given("2031-03-10"), Participants: []narrative.Slug{"north-minister", "envoy"},
				Expected: []narrative.Expected{{Of: "north-office", State: narrative.Held, Article: "daily-march"}, {Of: "envoy", State: narrative.NotLookedFor}}},
			{Slug: "hearing", Title: "Hearing of the ports", Kind: narrative.Hearing, Date: given("2031-04-14")},
			{Slug: "unused-event", Title: "Unused", Kind: narrative.Call},
		},
		Records: []narrative.Record{
			{Slug: "log-book", Title: "Log book of the quay", Kind: narrative.Document, Maker: "the quay", Shows: "Arrivals at [[north-quay]].", ShowsNot: "Departures.",
				BearsOn: []narrative.Bearing{{Fact: "ferry-line", Aspect: "by-whom"}}},
			{Slug: "unused-record", Title: "Unused", BearsOn: []narrative.Bearing{{Fact: "other-fact"}}},
		},
		Facts: []narrative.Fact{
			{
				Slug: "ferry-line", Dispute: "islands", Question: "Was the ferry line to [[north-quay]] running?", Kind: narrative.State,
				Background: narrative.Markup("The line runs to [[north-quay]].[@" + string(code(runs)) + "] It has a log book.[@log-book][@" + string(code(runs)) + "]"),
				Status:     narrative.FactStatus{State: narrative.Dormant, Since: "2031-05-01"},
				Periods: []narrative.Period{
					{Slug: "winter", Label: "Before the new pier", Until: "2031-03-31"},
					{Slug: "summer", Label: "With the new pier", From: "2031-04-01"},
				},
				Positions: []narrative.Position{
					{Slug: "stopped", Label: "It was stopped"}, {Slug: "running", Label: "It was running"},
					{Slug: "must-run", Label: "It must run"}, {Slug: "escort", Label: "It can run under escort"},
				},
				Aspects: []narrative.Aspect{{Slug: "by-whom", Question: "What stopped it?", Positions: []narrative.Position{
					{Slug: "north", Label: "Northland did"}, {Slug: "weather", Label: "The weather did"},
				}}},
				Points: []narrative.Point{
					{Kind: narrative.SaidByBoth, Text: "The pier is new.", Claims: []narrative.Code{code(runs), code(stopped)}},
					{Kind: narrative.SaidByOne, Text: "Boats passed.", Period: "winter", Claims: []narrative.Code{code(whole)}},
				},
				Gaps: []narrative.Gap{{Title: "Timetable", Text: "The timetable of [[north-quay]] is not held."}},
				Note: "for the desk only",
			},
			{Slug: "other-fact", Dispute: "islands", Question: "Was the other thing so?", Kind: narrative.YesNo, Status: narrative.FactStatus{State: narrative.Developing},
				Positions: []narrative.Position{{Slug: "yes", Label: "Yes"}, {Slug: "no", Label: "No"}}},
		},
		Articles: []narrative.Article{
			{
				Slug: "daily-march", Outlet: "island-daily", Kind: narrative.Report, Headline: "The line", HeadlineBy: narrative.ByDesk, Language: "en",
				Published: given("2031-03-12"), Rights: narrative.RightsExcerpt, ReadFor: []narrative.Reading{{Fact: "ferry-line", By: "desk", On: "2031-06-01"}},
				Blocks: []narrative.Block{
					block("the line was running every day",
						narrative.Claim{Code: code(runs), Source: "north-minister", Named: "the minister", Office: "minister of ports of Northland", Voice: narrative.Paraphrase,
							Basis: narrative.OwnCount, Event: "call", Issued: given("2031-03-11"), Uttered: inferred("2031-03-10/2031-03-11"),
							Chain:   []narrative.Hop{hop("north-office", narrative.RoleStatement, "noted"), hop("island-daily", narrative.RoleOutlet, "told")},
							Stances: on("running", narrative.Denied), Counters: []narrative.Counter{counter(stopped, narrative.Contradicts)}}),
					block("some 980 boats, over 850 of them tugs and over 120 barges",
						narrative.Claim{Code: code(whole), Words: []string{"some 980 boats"}, Source: "north-minister", Voice: narrative.Paraphrase, Event: "call", Issued: given("2031-03-11"),
							Chain: []narrative.Hop{hop("north-office", narrative.RoleStatement, "")}, Stances: on("running", narrative.Asserted),
							Figures: []narrative.Figure{{Verbatim: "some 980 boats", Counted: "boats on the line", From: "2031-01-01", Until: "2031-03-10"}}},
						narrative.Claim{Code: code(partA), Words: []string{"over 850 of them tugs"}, Source: "north-minister", Voice: narrative.Paraphrase, Event: "call", Issued: given("2031-03-11"),
							Chain: []narrative.Hop{hop("north-office", narrative.RoleStatement, "")}, Stances: on("running", narrative.Asserted),
							Figures: []narrative.Figure{{Verbatim: "over 850", Unit: "boats", Counted: "tugs", PartOf: code(whole)}}},
						narrative.Claim{Code: code(partB), Words: []string{"over 120 barges"}, Source: "north-minister", Voice: narrative.Paraphrase, Event: "call", Issued: given("2031-03-11"),
							Chain: []narrative.Hop{hop("north-office", narrative.RoleStatement, "")}, Stances: on("running", narrative.Asserted),
							Figures: []narrative.Figure{{Verbatim: "over 120", Unit: "boats", Counted: "barges", PartOf: code(whole)}}}),
					block("voiced concern about the line",
						narrative.Claim{Code: code(relayed), Source: "north-office", AttributedTo: "envoy", Voice: narrative.DirectQuote, Event: "call", Issued: given("2031-03-11"),
							Chain: []narrative.Hop{hop("island-daily", narrative.RoleOutlet, "said")}, Stances: on("", narrative.Concern)}),
					block("dozens of boats lay still",
						narrative.Claim{Code: code(vague), Source: "captains", Voice: narrative.Paraphrase, Attribution: narrative.AttributionOrOutlet, Stances: on("stopped", narrative.Asserted),
							Figures: []narrative.Figure{{Verbatim: "dozens of boats", Counted: "boats lying still"}}}),
				},
			},
			{
				Slug: "wire-april", Outlet: "quay-wire", Kind: narrative.Report, Headline: "Ports", HeadlineBy: narrative.ByArticle, Language: "en", Translated: narrative.TranslationLikely,
				Published: given("2031-04-15"), Rights: narrative.RightsExcerpt, ReadFor: []narrative.Reading{{Fact: "ferry-line", By: "desk", On: "2031-06-01"}},
				Blocks: []narrative.Block{
					block("nothing has sailed since the autumn",
						narrative.Claim{Code: code(stopped), Source: "south-minister", Named: "Minister for Southland’s ports", Voice: narrative.DirectQuote, Uttered: given("2031-03-09"),
							Stances: append(on("stopped", narrative.Asserted), narrative.Stance{Fact: "ferry-line", Aspect: "by-whom", Position: "north", Mode: narrative.Presupposed})}),
					block("the line must sail again",
						narrative.Claim{Code: code(demand), Source: "envoy", Voice: narrative.DirectQuote, Event: "hearing", Uttered: given("2031-04-14"), Stances: on("must-run", narrative.Demanded)}),
					block("the pier stood idle all spring",
						narrative.Claim{Code: code(ownVoice), Source: "quay-wire", Voice: narrative.OutletVoice, Stances: on("stopped", narrative.Asserted)}),
					block("such words are known to all, and the weather did it",
						narrative.Claim{Code: code(reply), Words: []string{"such words are known to all"}, Source: "north-minister", Voice: narrative.DirectQuote, Uttered: given("2031-04-15"),
							Stances: on("running", narrative.Denied), Counters: []narrative.Counter{counter(demand, narrative.Answers), counter(byWeather, narrative.PartOf)}},
						narrative.Claim{Code: code(byWeather), Words: []string{"the weather did it"}, Source: "north-minister", Voice: narrative.DirectQuote, Uttered: given("2031-04-15"),
							Stances: []narrative.Stance{{Fact: "ferry-line", Aspect: "by-whom", Position: "weather", Mode: narrative.Asserted}}}),
					block("both found a solution within reach",
						narrative.Claim{Code: code(jointA), Source: "south-minister", Joint: true, Voice: narrative.Paraphrase, Issued: given("2031-04-14"),
							Chain: []narrative.Hop{hop("south-ministry", narrative.RoleReadout, "said"), hop("quay-wire", narrative.RoleOutlet, "reported")}, Stances: on("must-run", narrative.Asserted)},
						narrative.Claim{Code: code(jointB), Source: "envoy", Joint: true, Voice: narrative.Paraphrase, Issued: given("2031-04-14"),
							Chain: []narrative.Hop{hop("south-ministry", narrative.RoleReadout, "said"), hop("quay-wire", narrative.RoleOutlet, "reported")}, Stances: on("must-run", narrative.Asserted)}),
					block("it can sail once our pilots are aboard",
						narrative.Claim{Code: code(offer), Source: "north-minister", Voice: narrative.Paraphrase, Attribution: narrative.AttributionInferred, Uttered: given("2031-04"),
							Chain:   []narrative.Hop{{By: "north-office", Role: narrative.RolePressService, Inferred: true}, hop("quay-wire", narrative.RoleOutlet, "added")},
							Stances: on("escort", narrative.Conditional), Counters: []narrative.Counter{counter(demand, narrative.InTension)}}),
				},
			},
			{
				Slug: "unidentified-may", Outlet: "unidentified", Kind: narrative.Report, Headline: "May", HeadlineBy: narrative.ByArticle, Language: "en",
				Published: inferred("2031-05-02"), Rights: narrative.RightsExcerpt,
				Blocks: []narrative.Block{
					block("not a boat left",
						narrative.Claim{Code: code(unknown), Source: "south-ministry", Voice: narrative.Paraphrase, Issued: narrative.Date{Basis: narrative.Unknown, Reason: "the text says “on Tuesday” and has no date"},
							Chain: []narrative.Hop{hop("unidentified", narrative.RoleOutlet, "said")}, Stances: on("stopped", narrative.Asserted), Note: "One name is misspelt in the text"}),
					block("the allegedly broken promise",
						narrative.Claim{Code: code(withheld), Source: "unidentified", Voice: narrative.OutletVoice, Stances: on("", narrative.Withheld)}),
					block("a matter of the other fact",
						narrative.Claim{Code: code(elsewhere), Source: "unused-source", Voice: narrative.Paraphrase, Event: "unused-event", Uttered: given("2031-05-01"),
							Stances: []narrative.Stance{{Fact: "other-fact", Position: "yes", Mode: narrative.Asserted}}}),
				},
			},
		},
	}
}

// compile compiles the ferry line.
func compile(t *testing.T, c narrative.Collection, last *Content) Content {
	t.Helper()
	content, err := Compile(c, "ferry-line", last)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (c Content) claim(t *testing.T, n int) Claim {
	t.Helper()
	for _, claim := range c.Claims {
		if claim.Code == string(code(n)) {
			return claim
		}
	}
	t.Fatalf("no claim %d", n)
	return Claim{}
}

// line gives the text of one of a head's lines, "" if it has none of that title.
func (h Head) line(title string) string {
	for _, l := range h.Lines {
		if l.Title == title {
			return l.Text.String()
		}
	}
	return ""
}

func lines(texts []Text) string {
	var list []string
	for _, t := range texts {
		list = append(list, t.String())
	}
	return strings.Join(list, " | ")
}

// readAloud writes a page as a reader meets it.
func readAloud(c Content) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# %s\n%s\n%s %s %s", c.Title, lines(c.Background), c.AsOf, c.Status.Text, c.ReadFor)
	for _, both := range append(c.Glance.BothSay, c.Glance.OneSays...) {
		say("glance: %s: %s", both.Title, both.Text)
	}
	say("figures: %s\nmissing: %s", c.Glance.Figures, lines(c.Glance.Missing))
	claims := map[string]Claim{}
	for _, claim := range c.Claims {
		claims[claim.Code] = claim
	}
	card := func(code string) {
		claim := claims[code]
		say("      [%s] %s “%s” %s %s", claim.Code, claim.Who, strings.Join(claim.Segments, " … "), claim.When, lines(claim.Notes))
		for _, l := range claim.Links {
			say("          %s (%s)", l.Text, l.Why)
		}
	}
	for _, band := range c.Bands {
		say("\n== %s (%s%s)", band.Question, strings.Join(band.Records, " "), band.Checked)
		for _, h := range band.Heads {
			say("  %s %d %s", h.Letter, h.Colour, h.Label)
			for _, l := range h.Lines {
				say("      %s: %s", l.Title, l.Text)
			}
		}
		for _, stage := range band.Periods {
			say("  -- %s (%s)", stage.Label, stage.Span)
			for _, row := range stage.Rows {
				say("    %s; %s", row.When, row.Occasion)
				for i, cell := range row.Cells {
					say("     %s: %s", band.Heads[i].Letter, cell.Empty)
					for _, code := range cell.Claims {
						card(code)
					}
				}
				for _, code := range row.AlsoSaid {
					say("     also said:")
					card(code)
				}
			}
		}
	}
	for _, g := range c.Figures.Groups {
		say("\nfigures: %s in %s, %v: %s", g.Title, g.Unit, g.Ticks, g.Desc)
		for _, row := range g.Rows {
			say("    %v %s [%s %s]", row.Part, row.Label, row.Figure.Low, row.Figure.High)
		}
		say("  %s", lines(g.Notes))
	}
	for _, a := range c.Figures.Apart {
		say("apart: %s: %s", a.Label, a.Reason)
	}
	for _, l := range c.Timeline.Lanes {
		say("lane %s", laneText(l))
	}
	for _, o := range c.Timeline.Occasions {
		say("occasion %s", o.Text)
	}
	for _, g := range c.Gaps {
		say("gap: %s: %s", g.Title, g.Text)
	}
	for _, a := range c.Articles {
		say("article: %s %s", a.Slug, a.Citation)
	}
	return b.String()
}
