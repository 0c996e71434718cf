package intake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
)

const ferryParagraph = "The ferry stopped at the lower lock on Monday morning, and the office of the harbour master said that it would not move before Friday."

// TestAroundText reads what a site prints above and below a text that is pasted whole.
func TestAroundText(t *testing.T) {
	t.Parallel()
	on := func(day string) narrative.Date { return given(day, "") }
	unsaid := narrative.Date{Basis: narrative.Unknown, Reason: "what was received gives no date of publication"}
	for name, test := range map[string]struct {
		head      string // above the paragraph
		tail      string // below it
		headline  string
		byline    string
		published narrative.Date
		cuts      []string
	}{
		"sections, a headline that comes twice, a byline with its dates, a dateline": {
			head: "Inland, Rivers - North\n\nMayor and harbour master discuss the lock\n\nMayor dismisses talk of a closed gate, naming at least 40 boats since Dec. 12, 2022\n\n" +
				"Anna Otherwell\u00a0 | 24.01.2023 - Update : 24.01.2023\nMayor and harbour master discuss the lock\n\nHARBOUR",
			tail:     "The River Agency website contains only a portion of the news that subscribers get, and in summarized form. Please contact us for subscription options.",
			headline: "Mayor and harbour master discuss the lock", byline: "Anna Otherwell", published: on("2023-01-24"),
			cuts: []string{"Inland, Rivers - North", "Anna Otherwell\u00a0 | 24.01.2023 - Update : 24.01.2023", "Mayor and harbour master discuss the lock", "The River Agency website"},
		},
		"masthead": {
			head:     "The Valley Herald | Water, weather, markets\nTwo mayors, one gate and no common count\nTwo mayors, one gate and no common count\nBy Orla Otherwell in Tasswick\n14 April 2025",
			headline: "Two mayors, one gate and no common count", byline: "By Orla Otherwell in Tasswick", published: on("2025-04-14"),
			cuts: []string{"The Valley Herald", "Two mayors", "By Orla", "14 April 2025"},
		},
		"short headline":          {head: "Ferry stops", headline: "Ferry stops", published: unsaid},
		"no headline":             {published: unsaid},
		"American date":           {head: "Ferry stops at the lock\nJanuary 24, 2023", headline: "Ferry stops at the lock", published: on("2023-01-24"), cuts: []string{"January 24"}},
		"ISO date":                {head: "Ferry stops at the lock\nPublished: 2023-01-24 14:05", headline: "Ferry stops at the lock", published: on("2023-01-24"), cuts: []string{"Published"}},
		"Russian date":            {head: "Паром стоит у шлюза\n24 января 2023 г.", headline: "Паром стоит у шлюза", published: on("2023-01-24"), cuts: []string{"24 января"}},
		"Arabic dateline is kept": {head: "توقفت العبارة عند القفل\nالميناء، الثلاثاء 24 يناير 2023", headline: "توقفت العبارة عند القفل", published: on("2023-01-24")},
		"dateline is kept":        {head: "Ferry stops at the lock\nTown Hall, Quellmar, Tuesday 24 January 2023", headline: "Ferry stops at the lock", published: on("2023-01-24")},
		"a date in a headline":    {head: "What the lock keeper wrote on 24 January 2023", headline: "What the lock keeper wrote on 24 January 2023", published: unsaid},
		"no such day":             {head: "Ferry stops at the lock\n31.02.2023", headline: "Ferry stops at the lock", published: unsaid},
		"day and month may be swapped": {
			head: "Ferry stops at the lock\n04.03.2023", headline: "Ferry stops at the lock", cuts: []string{"04.03.2023"},
			published: narrative.Date{
				On:    narrative.Interval{Earliest: "2023-03-04", Latest: "2023-03-04", Precision: narrative.PrecisionDay},
				Basis: narrative.Inferred, Reason: "printed in numbers with full stops, where the day most often comes first; 3 April 2023 is possible",
			},
		},
		"nothing says which is the month": {
			head: "Ferry stops at the lock\n04/03/2023", headline: "Ferry stops at the lock", cuts: []string{"04/03/2023"},
			published: narrative.Date{Basis: narrative.Unknown, Reason: "printed in numbers that may mean 4 March 2023 or 3 April 2023"},
		},
		"only one way is a day": {head: "Ferry stops at the lock\n01/24/2023", headline: "Ferry stops at the lock", published: on("2023-01-24"), cuts: []string{"01/24/2023"}},
		"the site's own lines": {
			head: "Ferry stops at the lock\nWe use cookies. Accept all.", tail: "Advertisement\n" + ferryParagraph + " It rained.\nBy Anna Reed",
			headline: "Ferry stops at the lock", byline: "By Anna Reed", published: unsaid, cuts: []string{"We use cookies", "Advertisement", "By Anna Reed"},
		},
		"words that only look like it": {
			head: "By the river, a ferry waits", tail: "“We use cookies as bait,” the fisherman said.\nBy Friday Anna Reed had gone.",
			headline: "By the river, a ferry waits", published: unsaid,
		},
		"comma in a headline": {head: "Gate shut, gardens dry", headline: "Gate shut, gardens dry", published: unsaid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := test.head + "\n" + ferryParagraph + "\n" + test.tail
			d := read(t, intake.Received{Format: intake.Text, Body: []byte(body)})
			if d.Headline != test.headline || d.Byline != test.byline {
				t.Errorf("headline %q, want %q; byline %q, want %q", d.Headline, test.headline, d.Byline, test.byline)
			}
			if diff := cmp.Diff(test.published, d.Published); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
			if len(d.Cuts) != len(test.cuts) {
				t.Fatalf("cuts %v, want %q", d.Cuts, test.cuts)
			}
			pieces := letters(d.Text.String())
			for i, want := range test.cuts {
				if !strings.HasPrefix(d.Cuts[i].Text, want) {
					t.Errorf("cut %q, want %q", d.Cuts[i].Text, want)
				}
				pieces += letters(d.Cuts[i].Text)
			}
			if whole := letters(body); whole != pieces {
				t.Errorf("of %d letters %d are kept or cut", whole, pieces)
			}
		})
	}
}

// TestAroundOnly keeps a text that is nothing but what stands around one.
func TestAroundOnly(t *testing.T) {
	t.Parallel()
	d := read(t, intake.Received{Format: intake.Text, Body: []byte("By Anna Reed\n24 January 2023")})
	if got := d.Text.String(); got != "By Anna Reed\n\n24 January 2023" || len(d.Cuts) != 0 {
		t.Errorf("text %q, cuts %v", got, d.Cuts)
	}
}

// TestAroundPage reads what the readers of pages and of Markdown leave in.
func TestAroundPage(t *testing.T) {
	t.Parallel()
	paragraph := strings.Repeat(ferryParagraph+" ", 4)
	page := "<html><head><title>Ferry stops</title></head><body><article><h1>Ferry stops</h1><p>We use cookies. Accept all.</p><p>By Anna Reed</p><p>24 January 2023</p><p>" + paragraph +
		"</p><p>Advertisement</p><p>" + paragraph + "It rained.</p></article></body></html>"
	for name, r := range map[string]intake.Received{
		"page":     {Format: intake.HTML, Body: []byte(page)},
		"Markdown": {Format: intake.Markdown, Body: []byte("# Ferry stops\n\nWe use cookies. Accept all.\n\nBy Anna Reed\n\n24 January 2023\n\n" + paragraph + "\n\nAdvertisement\n\n" + paragraph)},
	} {
		d := read(t, r)
		if d.Byline != "By Anna Reed" || d.Published != given("2023-01-24", "") || d.Headline != "Ferry stops" {
			t.Errorf("%s: headline %q, byline %q, published %+v", name, d.Headline, d.Byline, d.Published)
		}
		for _, unwanted := range []string{"cookies", "Advertisement", "By Anna", "24 January"} {
			if strings.Contains(d.Text.String(), unwanted) {
				t.Errorf("%s: %q is kept", name, unwanted)
			}
		}
	}
}
