package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

func TestHomePage(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/", http.StatusOK)
	if got, want := texts(doc, ".group h2"), []string{"Developing", "Dormant"}; !slices.Equal(got, want) {
		t.Errorf("groups = %q, want %q", got, want)
	}
	if got := attr(doc, ".facts h3 a", "href"); got != "/facts/swans-counted" {
		t.Errorf("the first fact leads to %q", got)
	}
	answers := texts(doc, ".group:first-child .answers li")
	if len(answers) != 6 || answers[0] != "A They left on their own" {
		t.Errorf("answers = %q", answers)
	}
	if got := texts(doc, "aside h2"); !slices.Equal(got, []string{"Disputes", "Latest editions"}) {
		t.Errorf("beside them: %q", got)
	}
	if got := text(doc, ".fiction"); got == "" {
		t.Error("the page does not say that its dispute is invented")
	}
	if got := attr(doc, ".foot a[href^=mailto]", "href"); !strings.HasPrefix(got, "mailto:desk@counterclaim.example?subject=") {
		t.Errorf("mistakes are reported to %q", got)
	}
}

func TestDisputePage(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/disputes/aldmouth-strait", http.StatusOK)
	if got := text(doc, "h1"); got != "The Aldmouth strait" {
		t.Errorf("h1 = %q", got)
	}
	if got := doc.Find(".facts > li").Length(); got != 2 {
		t.Errorf("%d facts, want 2", got)
	}
	if got := text(doc, ".prose"); !strings.Contains(got, "the Long Bridge") {
		t.Errorf("name policy = %q", got)
	}
}

func TestClaimPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get("/claims/V8N-K4HM", http.StatusOK)
	if got := text(doc, "h1"); got != "Claim V8N-K4HM" {
		t.Errorf("h1 = %q", got)
	}
	if got := texts(doc, ".stand dd"); len(got) != 2 || !strings.HasPrefix(got[0], "A It was not shut; carts passed ·") {
		t.Errorf("what it says = %q", got)
	}
	if got := texts(doc, ".counters .answer"); len(got) != 2 || !strings.Contains(got[1], "A demand to open against a denial") {
		t.Errorf("counter-claims = %q", got)
	}
	if got := texts(doc, ".chain li"); len(got) != 3 || !strings.Contains(got[2], "Harbour Gazette") {
		t.Errorf("chain = %q", got)
	}
	if got, want := text(doc, "a.address"), "https://counterclaim.example/facts/bridge-open/editions/1#V8N-K4HM"; got != want {
		t.Errorf("cited as %q, want %q", got, want)
	}
	figures := s.get("/claims/7FT-9494", http.StatusOK)
	if got := texts(figures, "h3 q"); !slices.Equal(got, []string{"“over 350 of them”", "“up to 90”"}) {
		t.Errorf("figures = %q", got)
	}
}

// TestCodes writes a code as people do.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, written := range []string{"v8n-k4hm", "V8NK4HM", "v8nk4hm", "V8-NK-4HM"} {
		response, _ := s.fetch("/claims/"+written, http.StatusMovedPermanently)
		if got := response.Header.Get("Location"); got != "/claims/V8N-K4HM" {
			t.Errorf("/claims/%s leads to %q", written, got)
		}
	}
}

func TestArticlePage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get("/articles/gazette-2031-03-15", http.StatusOK)
	if got := text(doc, "h1"); got != "Harbour master and envoy speak of the bridge" {
		t.Errorf("h1 = %q", got)
	}
	if got := doc.Find(".passages > li:not(.elision)").Length(); got != 4 {
		t.Errorf("%d passages, want 4", got)
	}
	if got := doc.Find(".passages > .elision").Length(); got != 3 {
		t.Errorf("%d elisions between them, want 3", got)
	}
	if got := strings.Join(strings.Fields(doc.Find(".passages blockquote").First().Text()), " "); got != "dismissed talk of a closed bridge as idle1 … some 480 carts had crossed since 1 March2" {
		t.Errorf("the first passage reads %q", got)
	}
	if got := doc.Find(".beside #B4P-CM9Z").Length(); got != 1 {
		t.Error("a claim has no place beside its passage")
	}
	if got := doc.Find(".whole").Length(); got != 0 {
		t.Error("a whole text where rights allow passages only")
	}
	if got := attr(doc, "a[rel]", "href"); got != "https://gazette.example/2031/bridge-call#top" {
		t.Errorf("the article is said to be at %q", got)
	}
	byDesk := s.get("/articles/wire-2031-06-03", http.StatusOK)
	if got := text(byDesk, ".lede"); !strings.Contains(got, "by the desk; the text gives none") {
		t.Errorf("a headline of the desk's is not said to be that: %q", got)
	}
	const reprint = "Prints again “الجسر مغلق” (Jisr Post, between 10 and 12 March 2031, inferred)."
	if got := text(byDesk, ".particulars dd:contains('Prints again')"); got != reprint {
		t.Errorf("what it prints again is told as %q, want %q", got, reprint)
	}
	if got := byDesk.Find(".particulars bdi[lang=ar], .particulars a[lang=ar][dir=auto]").Length(); got != 1 {
		t.Error("the headline there is not said to be in its language")
	}
	fact := s.get("/facts/bridge-open", http.StatusOK)
	if got := texts(fact, ".read .reprint"); len(got) != 1 || got[0] != reprint {
		t.Errorf("on the fact's page it is told as %q", got)
	}
	if link := fact.Find(".read .reprint a[href='/articles/jisr-2031-03']"); link.AttrOr("lang", "") != "ar" || link.AttrOr("dir", "") != "auto" {
		t.Error("there it does not lead to what it prints again, in that language")
	}
	arabic := s.get("/articles/jisr-2031-03", http.StatusOK)
	if got := attr(arabic, "h1", "lang"); got != "ar" {
		t.Errorf("lang of an Arabic headline = %q", got)
	}
}

func TestNounPages(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	tests := []struct {
		path, kind, name string
		claims           int
		says             string
	}{
		{"/sources/harbour-master", "Source", "The harbour master", 3, "Harbour master of Eastbank, from 2029-01-01"},
		{"/sources/many-travellers", "Source", "Many travellers", 1, "never counted"},
		{"/parties/westbank-guilds", "Party", "The guilds of the far shore", 4, "not for any council"},
		{"/outlets/harbour-gazette", "Outlet", "Harbour Gazette", 5, "Weekly paper"},
		{"/outlets/strait-wire", "Outlet", "Strait Wire", 9, "News agency"},
		{"/events/call-march", "Call", "Call of the harbour master and the envoy", 4, "not yet looked for"},
	}
	for _, tt := range tests {
		doc := s.get(tt.path, http.StatusOK)
		if got := text(doc, ".eyebrow"); got != tt.kind {
			t.Errorf("%s is a %q, want %q", tt.path, got, tt.kind)
		}
		if got := text(doc, "h1"); got != tt.name {
			t.Errorf("%s: h1 = %q, want %q", tt.path, got, tt.name)
		}
		if got := doc.Find(".entries > li").Length(); got != tt.claims {
			t.Errorf("%s has %d claims, want %d", tt.path, got, tt.claims)
		}
		if got := text(doc, "main"); !strings.Contains(got, tt.says) {
			t.Errorf("%s does not say %q", tt.path, tt.says)
		}
	}
}

func TestIndexes(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for path, want := range map[string]int{"/sources": 6, "/parties": 3, "/outlets": 4, "/events": 3, "/articles": 4} {
		if got := s.get(path, http.StatusOK).Find(".index > li").Length(); got != want {
			t.Errorf("%s lists %d, want %d", path, got, want)
		}
	}
}

// TestMarkupComesOutAsText writes markup into names, titles and labels.
func TestMarkupComesOutAsText(t *testing.T) {
	t.Parallel()
	const markup = `<b onclick="x">&"'</b>`
	s := newSite(t)
	c := sample()
	c.Disputes[0].Title = "Dispute " + markup
	c.Facts[0].Question = "Question " + narrative.Markup(markup) + "?"
	c.Facts[0].Positions[0].Label = "Label " + markup
	c.Sources[0].Name = "Source " + markup
	c.Outlets[0].Name = "Outlet " + markup
	c.Articles[0].Headline = "Headline " + markup
	c.Events[0].Title = "Event " + markup
	s.publish(c)
	for _, path := range []string{"/", "/facts", "/facts/bridge-open", "/disputes/aldmouth-strait", "/sources/eastbank-council", "/outlets/harbour-gazette", "/articles/gazette-2031-03-15", "/events/call-march", "/claims/V8N-K4HM"} {
		doc := s.get(path, http.StatusOK)
		if doc.Find("[onclick]").Length() > 0 {
			t.Errorf("%s: markup came through", path)
		}
		if !strings.Contains(doc.Find("body").Text(), markup) {
			t.Errorf("%s does not show the text %q", path, markup)
		}
	}
}

// TestOlderStates wants a list to say where another fact's edition still has a claim in an older state.
func TestOlderStates(t *testing.T) {
	t.Parallel()
	newer := edition.ClaimRow{Fact: "b-b", Title: "B?", Number: 2, LogIndex: 7, Claim: edition.Claim{Code: "V8N-K4HM", Segments: []string{"mended"}}}
	older := edition.ClaimRow{Fact: "a-a", Title: "A?", Number: 1, LogIndex: 3, Claim: edition.Claim{Code: "V8N-K4HM", Segments: []string{"before"}}}
	entries := newEntries([]edition.ClaimRow{older, newer}, false)
	if len(entries) != 1 || len(entries[0].Stands) != 2 {
		t.Fatalf("entries = %+v, want one with two facts", entries)
	}
	if got := entries[0].Card.Segments[0]; got != "mended" {
		t.Errorf("words = %q, want those of the later entry of the log", got)
	}
	if got, want := entries[0].Also, "Stands in an older state on “A?” (edition 1)."; got != want {
		t.Errorf("note = %q, want %q", got, want)
	}
	older.Claim = newer.Claim
	if got := newEntries([]edition.ClaimRow{older, newer}, false)[0].Also; got != "" {
		t.Errorf("note on equal states = %q", got)
	}
}

// TestWords wants a reader's word for every value of the fields that pages show.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, mode := range []narrative.Mode{narrative.Asserted, narrative.Denied, narrative.Presupposed, narrative.Demanded, narrative.Conditional, narrative.Concern, narrative.Withheld} {
		if modeWords[mode] == "" {
			t.Errorf("no word for the mode %q", mode)
		}
	}
	if got := said(recordWords, "data-set"); got != "Data set" {
		t.Errorf("data-set is called %q", got)
	}
	if got := said(recordWords, "something new"); got != "something new" {
		t.Errorf("an unknown kind is called %q", got)
	}
	if got := dateWords(edition.Date{Text: "not known"}); got != "" {
		t.Errorf("a date of which nothing is said reads %q", got)
	}
	if got, want := dateWords(edition.Date{Text: "May 2031, inferred", Earliest: "2031-05-01", Reason: "the moon"}), "May 2031, inferred (the moon)"; got != want {
		t.Errorf("date = %q, want %q", got, want)
	}
}

// TestFictionSaysSo checks that every page on which something invented stands says that it is invented.
func TestFictionSaysSo(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, list := range []string{"/sources", "/parties", "/outlets", "/events", "/articles"} {
		path := attr(s.get(list, http.StatusOK), "main li a", "href")
		if text(s.get(path, http.StatusOK), ".fiction") == "" {
			t.Errorf("%s does not say that its dispute is invented", path)
		}
	}
	if text(s.get("/claims/V8N-K4HM", http.StatusOK), ".fiction") == "" {
		t.Error("the page of a claim does not say that its dispute is invented")
	}
}
