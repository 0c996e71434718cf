package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// codesOn gives the codes of the claims whose cards are on a page.
func codesOn(doc *goquery.Document) []string {
	codes := doc.Find("figure.claim[id]").Map(func(_ int, f *goquery.Selection) string { return f.AttrOr("id", "") })
	slices.Sort(codes)
	return codes
}

func TestAsOfPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	today := day(time.Now())
	const page = "/facts/bridge-open?asof=2031-03-14"
	response, _ := s.fetch(page, http.StatusOK)
	doc := s.get(page, http.StatusOK)

	if got, want := text(doc, "h1"), "Was the Long Bridge open, and to whom?"; got != want {
		t.Errorf("h1 = %q, want %q", got, want)
	}
	if got, want := text(doc, ".lede"), "What had been said by 14 March 2031, as edition 1 of "+today+" has it."+
		"5 claims had been said by then. 7 claims said later are left out."; got != want {
		t.Errorf("the two clocks: %q, want %q", got, want)
	}
	if got := codesOn(doc); !slices.Equal(got, []string{"7B2-51RV", "7FT-9494", "B4P-CM9Z", "GH8-PYN6", "V8N-K4HM"}) {
		t.Errorf("claims = %q", got)
	}
	if got := text(doc, "title"); !strings.HasPrefix(got, "What had been said by 14 March 2031: ") {
		t.Errorf("title = %q", got)
	}
	if got := attr(doc, "link[rel=canonical]", "href"); got != "https://counterclaim.example"+page {
		t.Errorf("canonical = %q", got)
	}
	if got := response.Header.Get("X-Robots-Tag"); got != "noindex, follow" || attr(doc, "meta[name=robots]", "content") != "noindex" {
		t.Errorf("robots: %q", got)
	}
	if got := response.Header.Get("Memento-Datetime") + response.Header.Get("Link"); got != "" {
		t.Errorf("a view of another clock is linked as a version: %q", got)
	}
	// Nothing of what was said later, nor of what the edition says over all.
	doc.Find(".asof-days").Remove() // the ways to other days
	body := text(doc, "main")
	for _, later := range []string{"three-week-long", "Groundless", "June 2031", "May 2031", "Missing here", "Dormant"} {
		if strings.Contains(body, later) {
			t.Errorf("the page says %q", later)
		}
	}
	if got := doc.Find("#gaps, .lede q").Length(); got != 0 {
		t.Errorf("%d parts of the whole edition", got)
	}
	heads := texts(doc, "section[aria-label='At a glance'] .heads li")
	if len(heads) != 4 || !strings.Contains(heads[2], "nobody by then") {
		t.Errorf("heads = %q", heads)
	}
	// The card has no answer of later claims, but that of a claim before.
	if got := text(doc, "#V8N-K4HM"); strings.Contains(got, "in tension") || !strings.Contains(got, "contradicted by the Ferry guild") {
		t.Errorf("the card says %q", got)
	}
	if got := attr(doc, "#asof", "value"); got != "2031-03-14" {
		t.Errorf("the day in the form is %q", got)
	}
	if got := texts(doc, ".key li"); !slices.Contains(got, "3The day of this view, 14 March 2031") {
		t.Errorf("occasions = %q", got)
	}
}

func TestAsOfPerhaps(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/facts/bridge-open?asof=2031-03-11", http.StatusOK)
	if got := text(doc, "#\\37 B2-51RV figcaption"); !strings.HasPrefix(got, "Perhaps by then. Said between 10 and 12 March 2031, inferred.") {
		t.Errorf("the card says %q", got)
	}
	if got := text(doc, ".lede"); !strings.Contains(got, "No claim here was surely said by then. 1 claim may have been said by then and is marked.") {
		t.Errorf("it says %q", got)
	}
}

func TestAsOfUndated(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := sample()
	a := &c.Articles[1]
	for i := range a.Blocks[0].Claims {
		a.Blocks[0].Claims[i].Uttered = narrative.Date{Basis: narrative.Unknown, Reason: "the piece names no day"}
	}
	s.publish(c)
	doc := s.get("/facts/bridge-open?asof=2031-05-20", http.StatusOK)
	if got := text(doc, "#undated h2"); got != "Day not known" {
		t.Errorf("the undated stand under %q", got)
	}
	if got := doc.Find("#undated #PBX-XJA6").Length(); got != 1 || doc.Find("#comparison #PBX-XJA6").Length() != 0 {
		t.Error("a claim of no known day does not stand apart")
	}
	if got := text(doc, "#undated .stand"); !strings.Contains(got, "D It must be opened · demanded") {
		t.Errorf("it takes %q", got)
	}
	if got := text(doc, "#undated .note"); got != "Nothing says whether these had been said by 20 May 2031." {
		t.Errorf("it says %q", got)
	}
	// Its article is of 3 June: by then it had been said.
	doc = s.get("/facts/bridge-open?asof=2031-06-03", http.StatusOK)
	if doc.Find("#undated").Length() != 0 || doc.Find("#comparison #PBX-XJA6").Length() != 1 {
		t.Error("a claim of no known day stands apart though its article had been published")
	}
}

// TestAsOfNothing asks for a day before all claims: the positions stand, and each band says that nothing was said.
func TestAsOfNothing(t *testing.T) {
	t.Parallel()
	doc := newSampleSite(t).get("/facts/bridge-open?asof=0001-01-01", http.StatusOK)
	if got := text(doc, ".lede"); !strings.HasPrefix(got, "What had been said by 1 January 0001, as ") || !strings.HasSuffix(got, "12 claims said later are left out.") {
		t.Errorf("it says %q", got)
	}
	if got := texts(doc, ".band .nothing"); len(got) != 2 || got[0] != "Nothing said on this by then." {
		t.Errorf("bands say %q", got)
	}
	if got := len(codesOn(doc)); got != 0 {
		t.Errorf("%d claims", got)
	}
}

// TestAsOfEdition asks an older edition: both clocks are named, and the way to the same day in the latest one.
func TestAsOfEdition(t *testing.T) {
	t.Parallel()
	s := newVersionedSite(t)
	doc := s.get("/facts/bridge-open/editions/2?asof=2031-03-14", http.StatusOK)
	if got := text(doc, ".lede"); !strings.HasPrefix(got, "What had been said by 14 March 2031, as edition 2 of 20 March 2001 has it.") {
		t.Errorf("the two clocks: %q", got)
	}
	if got := text(doc, ".heads li h3"); !strings.Contains(text(doc, ".heads"), "It was shut to carts") {
		t.Errorf("the positions are those of another edition: %q", got)
	}
	if got := attr(doc, ".older a", "href"); got != "/facts/bridge-open?asof=2031-03-14" {
		t.Errorf("the latest edition’s view is at %q", got)
	}
	if got := attr(doc, "form.asof", "action"); got != "/facts/bridge-open/editions/2" {
		t.Errorf("the form leads to %q", got)
	}
	if got := attr(doc, "link[rel=canonical]", "href"); got != "https://counterclaim.example/facts/bridge-open/editions/2?asof=2031-03-14" {
		t.Errorf("canonical = %q", got)
	}
	doc = s.get("/facts/bridge-open?asof=2031-03-14", http.StatusOK)
	if got := doc.Find(".older").Length(); got != 0 {
		t.Error("the latest edition says that it is not the latest")
	}
	if !strings.Contains(text(doc, ".heads"), "It was shut to most carts") || !strings.Contains(text(doc, ".lede"), "as edition 3 of 27 October 2009 has it") {
		t.Error("the live page shows another edition than the latest")
	}
}

func TestAsOfFault(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for typed, kept := range map[string]string{
		"yesterday":                      "yesterday",
		"2031-02-30":                     "2031-02-30",
		"2031-3-1":                       "2031-3-1",
		"0000-01-01":                     "0000-01-01",
		"10000-01-01":                    "10000-01-01",
		"-001-01-01":                     "-001-01-01",
		"2031-03-01T10:00:00Z":           "2031-03-01T10:00:00Z",
		" ":                              " ",
		"<script>alert(1)</script>":      "<script>alert(1)</script>",
		"'; DROP TABLE editions; --":     "'; DROP TABLE editions; --",
		"\x00\xff\u202e2031":             "2031",
		strings.Repeat("9", 600):         strings.Repeat("9", 40),
		"2031-03-01\r\nSet-Cookie: a=b;": "2031-03-01Set-Cookie: a=b;",
	} {
		for _, page := range []string{"/facts/bridge-open", "/facts/bridge-open/editions/1"} {
			path := page + "?asof=" + url.QueryEscape(typed)
			response, body := s.do(s.request(http.MethodGet, path))
			checkAnswer(t, path, response, body)
			if response.StatusCode != http.StatusBadRequest {
				t.Errorf("%q: status %d, want 400", typed, response.StatusCode)
				continue
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if got := attr(doc, "input#asof", "value"); got != kept {
				t.Errorf("%q: the form keeps %q, want %q", typed, got, kept)
			}
			if got := text(doc, "#"+attr(doc, "input#asof", "aria-describedby")); !strings.Contains(got, "“What had been said by” takes a day such as 2023-01-25") {
				t.Errorf("%q: it says %q", typed, got)
			}
			if got := attr(doc, "form.asof", "action"); got != page {
				t.Errorf("%q: the form leads to %q", typed, got)
			}
			if doc.Find("script:not([type])").Length() > 0 {
				t.Errorf("%q: markup of the visitor’s is on the page", typed)
			}
		}
	}
	for _, fine := range []string{"?asof=", "?asof", "?asof=2031-03-14&asof=x", "?asof=%202031-03-14%20", "?asof=9999-12-31"} {
		s.fetch("/facts/bridge-open"+fine, http.StatusOK)
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("visitors’ mistakes were logged as faults of ours:\n%.2000s", log)
	}
}

// TestAsOfControl looks at the form beside the timeline, and follows the days that it offers.
func TestAsOfControl(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get("/facts/bridge-open", http.StatusOK)
	form := doc.Find("#timeline form")
	if form.AttrOr("method", "") != "get" || form.AttrOr("action", "") != "/facts/bridge-open" || form.Find("label[for=asof]").Length() != 1 {
		t.Error("no form of a day with its label beside the timeline")
	}
	input := form.Find("input[type=date][name=asof]")
	if input.AttrOr("min", "") != "2031-03-10" || input.AttrOr("max", "") != "2031-06-03" {
		t.Errorf("days from %q to %q", input.AttrOr("min", ""), input.AttrOr("max", ""))
	}
	var days []string
	doc.Find("#timeline .asof-days a").Each(func(_ int, a *goquery.Selection) {
		days = append(days, a.Text())
		s.fetch(a.AttrOr("href", ""), http.StatusOK)
	})
	want := []string{"14 March 2031 (4 claims)", "20 May 2031 (2 claims)", "2 June 2031 (3 claims)", "3 June 2031 (2 claims)"}
	if !slices.Equal(days, want) {
		t.Errorf("days = %q, want %q", days, want)
	}
}

// TestAsOfQueries counts: a view of a day is one query, as its page is.
func TestAsOfQueries(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, path := range []string{"/facts/bridge-open?asof=2031-03-14", "/facts/bridge-open/editions/1?asof=2031-03-14", "/facts/bridge-open?asof=x"} {
		ctx, counter := store.CountQueries(t.Context())
		s.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		if got := counter.Queries(); got != 1 {
			t.Errorf("GET %s: %d queries, want 1", path, got)
		}
	}
}

// TestAsOfMoved follows the redirect of a renamed fact: it leads to the same day.
func TestAsOfMoved(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	s.alter(`INSERT INTO names (kind, name, target) VALUES ('fact', 'old-fact', 'bridge-open')`)
	response, _ := s.fetch("/facts/old-fact?asof=2031-03-14&of=7", http.StatusMovedPermanently)
	if got := response.Header.Get("Location"); got != "/facts/bridge-open?asof=2031-03-14" {
		t.Errorf("it leads to %q", got)
	}
}
