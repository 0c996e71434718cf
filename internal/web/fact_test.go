package web

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

func TestFactPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get("/facts/bridge-open", http.StatusOK)

	if got, want := text(doc, "h1"), "Was the Long Bridge open, and to whom?"; got != want {
		t.Errorf("h1 = %q, want %q", got, want)
	}
	if got, want := text(doc, ".skip"), "Skip to the comparison"; got != want || attr(doc, ".skip", "href") != "#comparison" {
		t.Errorf("skip link = %q to %q", got, attr(doc, ".skip", "href"))
	}
	// Four positions in the same form, then the further question in a line.
	heads := texts(doc, "section[aria-label='At a glance'] .heads h3")
	if len(heads) != 4 || heads[0][:1] != "A" || heads[3][:1] != "D" {
		t.Errorf("heads = %q", heads)
	}
	if got := attr(doc, ".further a", "href"); got != "#aspect-by-whom" {
		t.Errorf("the further question leads to %q", got)
	}
	for _, want := range []string{"Said by both Eastbank and the guilds of the far shore", "Missing here", "Figures"} {
		if got := texts(doc, ".glance h3"); !slices.Contains(got, want) {
			t.Errorf("at a glance: %q lacks %q", got, want)
		}
	}
	// The comparison is a table: positions head the columns, periods head the bodies, days head the rows.
	band := doc.Find("#question table.comparison")
	if got := band.Find("thead th[scope=col]").Length(); got != 4 {
		t.Errorf("%d columns, want 4", got)
	}
	if got := text(doc, "#question caption"); !strings.Contains(got, "Was the Long Bridge open") {
		t.Errorf("caption = %q", got)
	}
	if got := texts(doc, "#question th[scope=rowgroup]"); len(got) != 2 || !strings.HasPrefix(got[0], "Before the barrier") {
		t.Errorf("periods = %q", got)
	}
	band.Find("tr.exchange").Each(func(i int, row *goquery.Selection) {
		if row.Find("th[scope=row]").Length() != 1 || row.Find("td").Length() != 4 {
			t.Errorf("row %d has %d heads and %d cells", i, row.Find("th[scope=row]").Length(), row.Find("td").Length())
		}
	})
	if got := doc.Find(`[style], style, script:not([src]):not([type="application/ld+json"])`).Length(); got != 0 {
		t.Errorf("%d inline styles or scripts", got)
	}
}

// TestClaimCards looks at cards: who stands before the words, marks round quotations only, links to the article and to its
// words at the outlet.
func TestClaimCards(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/facts/bridge-open", http.StatusOK)

	quoted := doc.Find("#DV1-SHFV")
	if got, want := strings.Join(strings.Fields(quoted.Find("blockquote").Text()), " "), "“Groundless claims about the ‘closing’ of a bridge … are well known to the League”"; got != want {
		t.Errorf("words = %q, want %q", got, want)
	}
	if got := goquery.NodeName(quoted.Children().First()); got != "p" || !quoted.Children().First().HasClass("who") {
		t.Errorf("the card begins with <%s>, want who speaks", got)
	}
	if got := text(doc, "#V8N-K4HM blockquote"); got != "dismissed talk of a closed bridge as idle" {
		t.Errorf("a paraphrase reads %q", got)
	}
	hrefs := quoted.Find(".links a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
	want := []string{
		"/articles/wire-2031-06-03#DV1-SHFV",
		"https://wire.example/a?id=7&x=1#:~:text=Groundless%20claims%20about%20the%20%E2%80%98closing%E2%80%99%20of%20a%20bridge&text=are%20well%20known%20to%20the%20League",
		helpdesk{contact: "mailto:desk@counterclaim.example", site: "https://counterclaim.example"}.about("/facts/bridge-open/editions/1#DV1-SHFV"),
		"/claims/DV1-SHFV",
	}
	if !slices.Equal(hrefs, want) {
		t.Errorf("links = %q, want %q", hrefs, want)
	}
	arabic := doc.Find("#7B2-51RV")
	if lang, dir := arabic.Find("blockquote").AttrOr("lang", ""), arabic.Find("blockquote").AttrOr("dir", ""); lang != "ar" || dir != "rtl" {
		t.Errorf("lang = %q, dir = %q, want ar and rtl", lang, dir)
	}
	if arabic.Find(".links a[rel~=noopener]").Length() != 0 {
		t.Error("a link to an article that has no address")
	}
	if got := texts(doc, "#DV1-SHFV .answer"); len(got) != 2 || !strings.HasPrefix(got[0], "answers") {
		t.Errorf("counter-claims = %q", got)
	}
	// A claim on two questions stands twice and is cited once.
	if n := doc.Find("[id='V8N-K4HM']").Length(); n != 1 {
		t.Errorf("%d places for one claim", n)
	}
	if n := doc.Find("a.code[href='/claims/V8N-K4HM']").Length(); n != 2 {
		t.Errorf("the claim stands %d times, want 2", n)
	}
}

func TestEditionData(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	e, err := s.store.Edition(t.Context(), "bridge-open", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/facts/bridge-open.json", "/facts/bridge-open/editions/1.json"} {
		response, body := s.fetch(path, http.StatusOK)
		if !bytes.Equal(body, e.Body) {
			t.Errorf("GET %s: other bytes than the edition's", path)
		}
		if got := response.Header.Get("Content-Type"); got != "application/json" {
			t.Errorf("GET %s: Content-Type %q", path, got)
		}
		r := s.request("GET", path)
		r.Header.Set("Accept-Encoding", "identity")
		response, _ = s.do(r)
		if got, want := response.Header.Get("ETag"), `"`+e.BodySHA256[:24]+`"`; got != want {
			t.Errorf("GET %s: ETag %s, want %s", path, got, want)
		}
	}
	response, _ := s.fetch("/facts/bridge-open/editions/1.json", http.StatusOK)
	if got := response.Header.Get("Cache-Control"); got != immutable.control {
		t.Errorf("Cache-Control of an edition = %q", got)
	}
}

// TestEditionPage reads an old edition after a newer one has taken its place.
func TestEditionPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if n := s.get("/facts/bridge-open/editions/1", http.StatusOK).Find(".older").Length(); n != 0 {
		t.Error("the latest edition is said to be older")
	}
	c := sample()
	c.Facts[0].Background = "Another background.[@V8N-K4HM]"
	s.publish(c)
	if got := text(s.get("/facts/bridge-open", http.StatusOK), ".lede"); got != "Another background.1" {
		t.Errorf("the live page says %q", got)
	}
	old := s.get("/facts/bridge-open/editions/1", http.StatusOK)
	if got := text(old, ".lede"); !strings.HasPrefix(got, "From 1 March 2031") {
		t.Errorf("the old edition says %q", got)
	}
	if got := attr(old, ".older a", "href"); got != "/facts/bridge-open" {
		t.Errorf("the old edition leads to %q", got)
	}
}

func TestPack(t *testing.T) {
	t.Parallel()
	row := func(when string, columns ...string) edition.Row {
		r := edition.Row{When: edition.Text{{Text: when}}}
		for _, codes := range columns {
			r.Cells = append(r.Cells, edition.Cell{Claims: strings.Fields(codes)})
		}
		return r
	}
	aside := row("6", "", "F", "")
	aside.AlsoSaid = []string{"G"}
	tests := []struct {
		name string
		rows []edition.Row
		want string // the days of each pack
	}{
		{"each in a column of its own", []edition.Row{row("1", "A", "", ""), row("2", "", "B", ""), row("3", "", "", "C")}, "123"},
		{"the same column begins a new row", []edition.Row{row("1", "A", "", ""), row("2", "A2", "", ""), row("3", "", "B", "")}, "1 23"},
		{"an exchange stays alone", []edition.Row{row("1", "A", "", ""), row("2", "B", "C", ""), row("3", "", "D", "")}, "1 2 3"},
		{"several claims in one cell", []edition.Row{row("1", "A B", "", ""), row("2", "", "C", "")}, "12"},
		{"with claims that take no position", []edition.Row{row("1", "A", "", ""), aside}, "1 6"},
		{"none", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var packs []string
			for _, p := range pack(tt.rows) {
				var days strings.Builder
				for _, r := range p {
					days.WriteString(r.When.String())
				}
				packs = append(packs, days.String())
			}
			if got := strings.Join(packs, " "); got != tt.want {
				t.Errorf("packs = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEmptyCells wants each empty cell of a packed row to say what was read, once, with its day where days differ.
func TestEmptyCells(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/facts/swans-counted", http.StatusOK)
	empties := texts(doc, "td.empty")
	if !slices.ContainsFunc(empties, func(s string) bool { return strings.Contains(s, "Nothing in the 2 articles read for this") }) {
		t.Errorf("empty cells = %q", empties)
	}
	if got := doc.Find("tr.unheard").Length(); got == 0 {
		t.Error("nothing is said of them on a narrow page")
	}
	if got := doc.Find("table.many").Length(); got != 1 {
		t.Error("six positions are not set as many")
	}
}

func TestQuotationMarks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		segments []string
		want     bool
	}{
		{[]string{"carts passed"}, false},
		{[]string{"a ‘closing’ of a bridge"}, false},
		{[]string{"the “closing” of a bridge"}, true},
		{[]string{"carts", `that "passed"`}, true},
		{[]string{"«мост» закрыт"}, true},
		{nil, false},
	}
	for _, tt := range tests {
		if got := hasMarks(tt.segments); got != tt.want {
			t.Errorf("hasMarks(%q) = %v, want %v", tt.segments, got, tt.want)
		}
	}
}

// TestAnswers wants links of one relation in one line, a source with several claims named once.
func TestAnswers(t *testing.T) {
	t.Parallel()
	link := func(relation, words, name, code string) edition.Link {
		return edition.Link{Relation: relation, Outgoing: true, Claim: code, Text: edition.Text{{Text: words}, {Text: name, Kind: edition.RunClaim, Ref: code}}}
	}
	l := linker{here: map[string]string{"V8N-K4HM": "V8N-K4HM"}}
	answers := l.answers([]edition.Link{
		link("answers", "answers ", "the envoy", "V8N-K4HM"),
		link("in-tension", "in tension with ", "the carters", "7FT-9494"),
		link("in-tension", "in tension with ", "the envoy", "V8N-K4HM"),
		link("in-tension", "in tension with ", "the carters", "GH8-PYN6"),
	})
	var got []string
	var hrefs []string
	for _, a := range answers {
		got = append(got, a.Text.String())
		for _, s := range a.Text {
			hrefs = append(hrefs, s.Href)
		}
	}
	if want := []string{"answers the envoy", "in tension with the carters (7FT-9494, GH8-PYN6), the envoy"}; !slices.Equal(got, want) {
		t.Errorf("answers = %q, want %q", got, want)
	}
	for _, want := range []string{"#V8N-K4HM", "/claims/7FT-9494", "/claims/GH8-PYN6"} {
		if !slices.Contains(hrefs, want) {
			t.Errorf("no link to %s among %q", want, hrefs)
		}
	}
}

func TestFigureShapes(t *testing.T) {
	t.Parallel()
	axis := scale{low: 0, high: 1000}
	tests := []struct {
		name   string
		figure edition.Figure
		want   ui.FigureShape
	}{
		{"exactly", edition.Figure{Hedge: "exactly", Low: "250", High: "250"}, ui.FigureShape{Low: "25%"}},
		{"about", edition.Figure{Hedge: "about", Low: "500", High: "500", Approx: true, BandLow: "475", BandHigh: "525"}, ui.FigureShape{Low: "50%", From: "47.5%", Until: "52.5%"}},
		{"at least", edition.Figure{Hedge: "at-least", Low: "500"}, ui.FigureShape{Low: "50%", Up: "50%"}},
		{"over", edition.Figure{Hedge: "over", Low: "500", LowOpen: true}, ui.FigureShape{Low: "50%", LowOpen: true, Up: "50%"}},
		{"up to", edition.Figure{Hedge: "up-to", Low: "0", High: "500"}, ui.FigureShape{High: "50%", LineFrom: "0%", LineUntil: "50%"}},
		{"between", edition.Figure{Hedge: "between", Low: "250", High: "500"}, ui.FigureShape{Low: "25%", High: "50%", LineFrom: "25%", LineUntil: "50%"}},
		{"beyond the axis", edition.Figure{Hedge: "exactly", Low: "2000", High: "2000"}, ui.FigureShape{Low: "100%"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := axis.shape(tt.figure); got != tt.want {
				t.Errorf("shape = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "1234567.5": "1,234,567.5", "-1000": "−1,000"} {
		if got := thousands(given); got != want {
			t.Errorf("thousands(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	v := newFactView(layout{}, compiled(t, "bridge-open"), newColophon("", store.Edition{Fact: "bridge-open", Number: 1, Newest: 1}))
	if len(v.Timeline.Lanes) != 8 { // four positions, none, and three of the aspect
		t.Fatalf("%d lanes, want 8", len(v.Timeline.Lanes))
	}
	first := v.Timeline.Lanes[0]
	if first.Letter != "A" || len(first.Marks) != 4 {
		t.Errorf("lane %s has %d marks, want A with 4", first.Letter, len(first.Marks))
	}
	if first.Marks[0].From != first.Marks[1].From || first.Marks[0].Y == first.Marks[1].Y {
		t.Errorf("two claims of one day lie on each other: %+v", first.Marks[:2])
	}
	uncertain := v.Timeline.Lanes[3].Marks[0]
	if uncertain.Day || !uncertain.Inferred || uncertain.From == uncertain.Until {
		t.Errorf("an inferred stretch is drawn as %+v", uncertain)
	}
	if len(v.Timeline.Listed) != 12 {
		t.Errorf("%d claims in the list, want 12", len(v.Timeline.Listed))
	}
	for _, lane := range v.Timeline.Lanes {
		if (lane.Band != nil) != (lane.Label.String() == "Nobody shut it") {
			t.Errorf("lane %q has the question %q", lane.Label, lane.Band)
		}
	}
}

// TestNothingDated draws a fact on which no claim has a day.
func TestNothingDated(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Facts = c.Facts[:1]
	c.Facts[0].Points, c.Facts[0].Background = nil, "Nothing is dated."
	for a := range c.Articles {
		c.Articles[a].Published = narrative.Date{}
		for b := range c.Articles[a].Blocks {
			for k := range c.Articles[a].Blocks[b].Claims {
				claim := &c.Articles[a].Blocks[b].Claims[k]
				claim.Uttered, claim.Issued, claim.Event = narrative.Date{}, narrative.Date{}, ""
			}
		}
	}
	content, err := edition.Compile(c, "bridge-open", nil)
	if err != nil {
		t.Fatal(err)
	}
	v := newFactView(layout{}, content, colophon{})
	if len(v.Timeline.Lanes) != 0 || len(v.Timeline.Listed) != 0 {
		t.Errorf("a timeline of nothing: %+v", v.Timeline)
	}
	if len(v.Timeline.Undated) != 12 {
		t.Errorf("%d undated claims are listed, want 12", len(v.Timeline.Undated))
	}
	if err := factPage(v).Render(t.Context(), new(bytes.Buffer)); err != nil {
		t.Error(err)
	}
}

// TestErasedEdition asks for an edition that was taken down: the page is gone, what is left of the data says so.
func TestErasedEdition(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 1, "a court order"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/facts/bridge-open", "/facts/bridge-open/editions/1"} {
		doc := s.get(path, http.StatusGone)
		if got := text(doc, "h1"); !strings.HasPrefix(got, "Edition 1 was taken down on ") {
			t.Errorf("GET %s: h1 = %q", path, got)
		}
	}
	response, body := s.fetch("/facts/bridge-open/editions/1.json", http.StatusGone)
	if got := response.Header.Get("Cache-Control"); got == immutable.control {
		t.Error("what is left of an erased edition may be kept for a year")
	}
	if _, err := edition.Read(body); !errors.Is(err, edition.ErrRedacted) {
		t.Errorf("what is left reads as %v, want ErrRedacted", err)
	}
}
