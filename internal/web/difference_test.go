package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// changed is the sample after a day's work: claims added, removed, worded otherwise and moved, a date made certain, a figure
// read otherwise, claims joined, another background, an article not read after all.
func changed() narrative.Collection {
	c := sample()
	f := &c.Facts[0]
	f.Background = "From 1 March 2031 a crowd stood on [[long-bridge]];[@V8N-K4HM] on 10 May 2031 Eastbank set up a barrier.[@W7J-KTVQ] Sources differ on the rest."
	f.Positions[0].Label = "It was shut to the guilds’ carts"
	f.Gaps = nil
	claim := func(code narrative.Code) *narrative.Claim {
		for i := range c.Articles {
			for j := range c.Articles[i].Blocks {
				for k := range c.Articles[i].Blocks[j].Claims {
					if claim := &c.Articles[i].Blocks[j].Claims[k]; claim.Code == code {
						return claim
					}
				}
			}
		}
		panic("no claim " + code)
	}
	claim("V8N-K4HM").Words = []string{"dismissed talk of a closed bridge"}
	claim("B4P-CM9Z").Figures[0].Rule = "each crossing once"
	claim("EDP-3M8E").Stances[1].Position = "nobody"
	claim("7B2-51RV").Uttered = on("2031-03-11")
	claim("RRV-Z0EJ").Counters = []narrative.Counter{{
		To: "B4P-CM9Z", Relation: narrative.Contradicts, Fact: "bridge-open", Difference: narrative.DiffersDirect, Why: "Stopped; crossed.",
	}}
	statement := &c.Articles[2]
	claim("0PS-SKR5").Stances = []narrative.Stance{takes("swans-counted", "", "three", narrative.Asserted)} // it goes to the other fact
	statement.ReadFor = nil
	gazette := &c.Articles[0]
	gazette.Blocks[2].Claims = append(gazette.Blocks[2].Claims, narrative.Claim{
		Code: "597-HYM2", Words: []string{"we have said so at every level"}, Source: "league-envoy", Voice: narrative.DirectQuote, Event: "call-march",
		Uttered: on("2031-03-14"), Stances: []narrative.Stance{takes("bridge-open", "", "shut", narrative.Presupposed)},
	})
	return c
}

// newChangedSite starts a site on which the sample was published, and then the changed one as a correction.
func newChangedSite(t testing.TB) *site {
	t.Helper()
	s := newSampleSite(t)
	s.publishAs(edition.Correction, "The envoy’s words were left out.", changed())
	return s
}

// TestChangesPage reads what differs, as a page: in groups, who before the words, with links to both editions.
func TestChangesPage(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	doc := s.get("/facts/bridge-open/changes/1..2", http.StatusOK)
	wantHeadings := []string{
		"Corrections among these editions", "The question and its background", "Positions", "Claims", "Dates", "Figures", "Counter-claims", "What was read",
		"What is missing", "What follows from these",
	}
	if got := texts(doc, ".part > h2"); !slices.Equal(got, wantHeadings) {
		t.Errorf("parts = %q, want %q", got, wantHeadings)
	}
	for _, want := range []string{
		"Claims added", "Claims removed", "Claims worded otherwise", "Claims moved to another position", "Made certain", "Figures changed", "Joined",
		"Positions labelled otherwise", "Background changed", "Articles no longer set down as read", "Gaps closed", "Positions: in another order",
	} {
		if !slices.Contains(texts(doc, "h3"), want) {
			t.Errorf("no part %q among %q", want, texts(doc, "h3"))
		}
	}
	if got := text(doc, ".lede"); !strings.HasPrefix(got, "11 changes from edition 1 of ") {
		t.Errorf("the lede says %q", got)
	}
	if got := text(doc, "main .editions"); !strings.Contains(got, "The envoy’s words were left out.") {
		t.Errorf("the correction says %q", got)
	}

	reworded := doc.Find(".kinds > section:has(h3:contains('Claims worded otherwise')) li")
	if got := textOf(reworded.Find(".who")); !strings.HasPrefix(got, "The harbour master, harbour master of Eastbank") {
		t.Errorf("who = %q", got)
	}
	if got := textOf(reworded.Find("blockquote")); got != "dismissed talk of a closed bridge[removed: as idle]" {
		t.Errorf("words = %q", got)
	}
	if got := textOf(reworded.Find("del")); got != "[removed: as idle]" {
		t.Errorf("removed = %q", got)
	}
	links := reworded.Find(".links a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
	if want := []string{"/facts/bridge-open/editions/1#V8N-K4HM", "/facts/bridge-open/editions/2#V8N-K4HM"}; !slices.Equal(links, want) {
		t.Errorf("links = %q, want %q", links, want)
	}
	for code, want := range map[string][]string{
		"597-HYM2": {"/facts/bridge-open/editions/2#597-HYM2"}, "0PS-SKR5": {"/facts/bridge-open/editions/1#0PS-SKR5"},
	} {
		got := doc.Find(".links a:contains('" + code + "')").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
		if !slices.Equal(got, want) {
			t.Errorf("links of %s = %q, want %q", code, got, want)
		}
	}
	doc.Find("figure").Each(func(_ int, f *goquery.Selection) {
		if f.Children().First().AttrOr("class", "") != "who" {
			t.Errorf("words stand before whoever said them: %s", textOf(f))
		}
	})
	if got := attr(doc, "a:contains('Data')", "href"); got != "/facts/bridge-open/changes/1..2.json" {
		t.Errorf("the data is at %q", got)
	}
	if n := doc.Find("head meta[name=robots][content*=noindex]").Length(); n > 1 {
		t.Errorf("robots are told %d times", n)
	}
}

// textOf returns what a selection says, with white space folded.
func textOf(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// TestChangesData wants the same as data, in canonical form, whoever asks.
func TestChangesData(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	response, body := s.fetch("/facts/bridge-open/changes/1..2.json", http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Robots-Tag": "noindex, follow",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	var d edition.Difference
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	if d.Format != 1 || d.Fact != "bridge-open" || d.Before.Number != 1 || d.After.Number != 2 || d.Count != 11 || len(d.Corrections) != 1 {
		t.Errorf("the difference is %+v", d)
	}
	if again, err := edition.Canonical(d); err != nil || !bytes.Equal(again, body) {
		t.Errorf("it is not canonical JSON (%v)", err)
	}
	if bytes.Contains(body, []byte("null")) {
		t.Error("a list is null")
	}
}

// TestChangesAddresses asks for what is no difference between two editions.
func TestChangesAddresses(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	for path, want := range map[string]string{
		"/facts/bridge-open/changes/2..1":      "/facts/bridge-open/changes/1..2",
		"/facts/bridge-open/changes/2..1.json": "/facts/bridge-open/changes/1..2.json",
	} {
		response, _ := s.fetch(path, http.StatusMovedPermanently)
		if got := response.Header.Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
	if got := text(s.get("/facts/bridge-open/changes/2..2", http.StatusNotFound), "main"); !strings.Contains(got, "Both numbers name one edition.") {
		t.Errorf("the page says %q", got)
	}
	for _, between := range []string{
		"1..3", "0..1", "1..0", "1..", "..2", "1", "1.2", "1...2", "01..2", "1..02", "-1..2", "1..2.csv", "1..2.json.json", "a..b", "1..99999999999",
		"9999999999..99999999999", "4294967297..4294967298", "1..2147483648", "1..2%0a", "%00..2", "1..2;", "١..٢", "1..2 ",
	} {
		response, _ := s.do(s.request(http.MethodGet, "/facts/bridge-open/changes/"+strings.ReplaceAll(between, " ", "%20")))
		if response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: status %d, want 404 or 400", between, response.StatusCode)
		}
	}
	for _, path := range []string{"/facts/nothing/changes/1..2", "/facts/No_Slug/changes/1..2", "/facts/nothing/editions", "/facts/bridge-open/editions?after=x", "/corrections?after=x"} {
		s.get(path, http.StatusNotFound)
	}
}

// TestErasedChanges asks for differences from an edition that was taken down: they are gone, and nothing leads there.
func TestErasedChanges(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	c := changed()
	c.Facts[0].Positions[1].Label = "Carts passed"
	s.publishAs(edition.Correction, "A label was wrong.", c)
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 2, "asked to"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	for _, path := range []string{"/facts/bridge-open/changes/1..2", "/facts/bridge-open/changes/2..3", "/facts/bridge-open/changes/1..2.json", "/facts/bridge-open/editions/2"} {
		if got := text(s.get(path, http.StatusGone), "main"); !strings.Contains(got, "Edition 2 was taken down on ") {
			t.Errorf("GET %s says %q", path, got)
		}
	}
	s.get("/facts/bridge-open/changes/1..3", http.StatusOK)
	doc := s.get("/facts/bridge-open/editions", http.StatusOK)
	if got := texts(doc, ".history > li"); len(got) != 3 || !strings.Contains(got[1], "Taken down on ") || strings.Contains(got[1], "words were left out") {
		t.Errorf("the history says %q", got)
	}
	doc.Find("main a").Each(func(_ int, a *goquery.Selection) { s.get(strings.Split(a.AttrOr("href", ""), "?")[0], http.StatusOK) })

	if err := s.store.Erase(t.Context(), "test", "bridge-open", 3, "asked to"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	if got := text(s.get("/facts/bridge-open/editions/1", http.StatusOK), ".edition-line"); !strings.Contains(got, "It was taken down, so that what has changed cannot be told.") {
		t.Errorf("the line says %q", got)
	}
}

// TestEditionLine reads the line of each edition: which it is, whether there are newer ones, how much has changed.
func TestEditionLine(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	c := changed()
	c.Facts[0].Background = "Sources differ.[@V8N-K4HM]"
	s.publish(c)
	s.publish(changed()) // changed back: edition 4 says what edition 2 said
	if n := s.get("/facts/bridge-open", http.StatusOK).Find(".edition-line").Length(); n != 0 {
		t.Error("the live page says which edition it is")
	}
	day := s.get("/facts/bridge-open/editions", http.StatusOK).Find(".history .note").First().Text()
	day, _, _ = strings.Cut(day, ",")
	for number, want := range map[int]string{
		1: "This is edition 1, as published on DAY. The latest edition is edition 4 of DAY. 11 changes since the edition that you were sent. All editions." +
			"Edition 2 is a correction: The envoy’s words were left out.",
		2: "This is edition 2, as published on DAY. The latest edition is edition 4 of DAY. Nothing that it shows differs from the edition that you were sent. All editions.",
		3: "This is edition 3, as published on DAY. The latest edition is edition 4 of DAY. 1 change since the edition that you were sent. All editions.",
		4: "This is edition 4, as published on DAY. When this page was made it was the latest. All editions.",
	} {
		doc := s.get(fmt.Sprintf("/facts/bridge-open/editions/%d", number), http.StatusOK)
		if got := text(doc, ".edition-line"); got != strings.ReplaceAll(want, "DAY", day) {
			t.Errorf("edition %d: %q, want %q", number, got, want)
		}
		if got := doc.Find(".edition-line a[href*='/changes/']").AttrOr("href", ""); number%2 == 1 && got != fmt.Sprintf("/facts/bridge-open/changes/%d..4", number) {
			t.Errorf("edition %d leads to %q", number, got)
		}
	}
}

// TestHistoryPage reads the list of editions with the differences between neighbours and from each to the latest.
func TestHistoryPage(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	c := changed()
	c.Facts[0].Background = "Sources differ.[@V8N-K4HM]"
	s.publish(c)
	doc := s.get("/facts/bridge-open/editions", http.StatusOK)
	entries := texts(doc, ".history > li")
	if len(entries) != 3 || !strings.HasPrefix(entries[0], "Edition 3") || !strings.Contains(entries[0], "Update: a test") ||
		!strings.Contains(entries[1], "Correction: The envoy’s words were left out.") || !strings.Contains(entries[2], "First edition: a test") {
		t.Errorf("entries = %q", entries)
	}
	var links []string
	doc.Find(".history a").Each(func(_ int, a *goquery.Selection) { links = append(links, a.AttrOr("href", "")) })
	want := []string{
		"/facts/bridge-open/editions/3", "/facts/bridge-open/changes/2..3",
		"/facts/bridge-open/editions/2", "/facts/bridge-open/changes/1..2", "/facts/bridge-open/changes/2..3",
		"/facts/bridge-open/editions/1", "/facts/bridge-open/changes/1..3",
	}
	if !slices.Equal(links, want) {
		t.Errorf("links = %q, want %q", links, want)
	}
	for _, page := range []string{"/facts/bridge-open", "/facts/bridge-open/editions/1"} {
		if got := attr(s.get(page, http.StatusOK), ".colophon a:contains('History')", "href"); got != "/facts/bridge-open/editions" {
			t.Errorf("the history of %s is at %q", page, got)
		}
	}
}

// TestCorrectionsPage reads every correction with what and why, also once a later edition stands in its place.
func TestCorrectionsPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	if got := text(s.get("/corrections", http.StatusOK), "main"); !strings.Contains(got, "No edition has been corrected.") {
		t.Errorf("without corrections the page says %q", got)
	}
	s.publishAs(edition.Correction, "The envoy’s words were left out.", changed())
	s.publish(sample())
	doc := s.get("/corrections", http.StatusOK)
	if got := texts(doc, ".editions > li"); len(got) != 2 || !strings.Contains(got[1], "The envoy’s words were left out.") || !strings.Contains(got[1], "Was the Long Bridge open") {
		t.Errorf("corrections = %q", got)
	}
	if got := attr(doc, ".editions > li:last-child a:contains('What it changed')", "href"); got != "/facts/bridge-open/changes/1..2" {
		t.Errorf("what it changed is at %q", got)
	}
	if got := attr(s.get("/", http.StatusOK), ".foot a:contains('Corrections')", "href"); got != "/corrections" {
		t.Errorf("the foot leads to %q", got)
	}
}

// TestRenamedEditions asks for old addresses after the fact got another slug: editions and differences stay, the history has
// moved.
func TestRenamedEditions(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	s.rename(t, "bridge-open", "bridge-passable")
	for _, slug := range []string{"bridge-open", "bridge-passable"} {
		for _, path := range []string{"/editions/1", "/editions/3", "/changes/1..2", "/changes/2..3", "/changes/1..3.json"} {
			s.fetch("/facts/"+slug+path, http.StatusOK)
		}
	}
	response, _ := s.fetch("/facts/bridge-open/editions", http.StatusMovedPermanently)
	if got := response.Header.Get("Location"); got != "/facts/bridge-passable/editions" {
		t.Errorf("the history is at %q", got)
	}
	if got := text(s.get("/facts/bridge-passable/changes/2..3", http.StatusOK), ".lede"); !strings.HasPrefix(got, "1 change from") {
		t.Errorf("a rename is %q", got)
	}
}

// rename gives a fact another slug and publishes it.
func (s *site) rename(t *testing.T, from, to string) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	execute(t, db, "UPDATE facts SET slug = '"+to+"' WHERE slug = '"+from+"'")
	if _, err := s.store.Publish(t.Context(), store.Publication{Reason: "another name", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	s.heard()
}

// TestHostileChanges publishes hostile markup in every text, then other hostile markup: the difference has only what we
// made.
func TestHostileChanges(t *testing.T) {
	t.Parallel()
	asItIs := func(evil string) string { return evil }
	other := func(evil string) string { return strings.Replace(evil, "alert(1)", "alert(2)", 1) + " more" }
	s := newSite(t)
	first, _ := hostileCollection(asItIs)
	second, _ := hostileCollection(other)
	s.publish(first)
	s.publishAs(edition.Correction, hostile(9999), second)
	for _, path := range []string{"/facts/bridge-open/changes/1..2", "/facts/bridge-open/editions", "/facts/bridge-open/editions/1", "/corrections"} {
		response, body := s.fetch(path, http.StatusOK)
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("main script, main img[src=x], main iframe, main style, main [onerror], main [style]").Each(func(_ int, e *goquery.Selection) {
			t.Errorf("%s has <%s> of a text’s own", path, goquery.NodeName(e))
		})
		if !strings.Contains(text(doc, "main"), "alert(") {
			t.Errorf("%s shows none of the texts", path)
		}
		doc.Find("main a").Each(func(_ int, a *goquery.Selection) { checkAddress(t, path, a.AttrOr("href", "")) })
		checkAnswer(t, path, response, body)
	}
	_, data := s.fetch("/facts/bridge-open/changes/1..2.json", http.StatusOK)
	var d edition.Difference
	if err := json.Unmarshal(data, &d); err != nil || d.Count < 20 {
		t.Errorf("%d changes of all texts (%v)", d.Count, err)
	}
	if d.Corrections[0].Reason != hostile(9999) {
		t.Errorf("the reason is %q", d.Corrections[0].Reason)
	}
}

// TestChangeGroups wants each kind of change in one part of the page, with a title.
func TestChangeGroups(t *testing.T) {
	t.Parallel()
	seen := map[edition.ChangeKind]int{}
	for _, g := range changeGroups {
		for _, k := range g.kinds {
			seen[k.kind]++
			if k.title == "" || g.title == "" {
				t.Errorf("%s has no title", k.kind)
			}
		}
	}
	for _, k := range edition.ChangeKinds() {
		if seen[k] != 1 {
			t.Errorf("%s stands in %d parts", k, seen[k])
		}
	}
	if len(seen) != len(edition.ChangeKinds()) {
		t.Errorf("%d kinds have parts: %v", len(seen), slices.Collect(maps.Keys(seen)))
	}
}

// TestFormatOne draws the edition that an earlier program wrote, kept byte for byte, through today's page.
func TestFormatOne(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../edition/testdata/format-1.json")
	if err != nil {
		t.Fatal(err)
	}
	body, err := edition.Read(bytes.TrimSpace(raw))
	if err != nil {
		t.Fatal(err)
	}
	e := store.Edition{Fact: body.Content.Slug, Number: body.Number, Newest: body.Number, Kind: body.Kind, Body: raw, BodySHA256: edition.HashOf(raw).String()}
	state, err := newEditionState(store.Pair{Before: e, After: e})
	if err != nil {
		t.Fatal(err)
	}
	v := newFactView(layout{}, body.Content, newColophon("https://counterclaim.example", e))
	v.State = state
	var page bytes.Buffer
	if err := factPage(v).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&page)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(doc, "h1"); got != body.Content.Title {
		t.Errorf("h1 = %q, want %q", got, body.Content.Title)
	}
	said := text(doc, "main")
	for _, c := range body.Content.Claims {
		if n := doc.Find("[id='" + c.Code + "']").Length(); n != 1 {
			t.Errorf("claim %s stands in %d places", c.Code, n)
		}
		for _, words := range append(slices.Clone(c.Segments), c.Who.String()) {
			if !strings.Contains(said, strings.Join(strings.Fields(words), " ")) {
				t.Errorf("the page lacks %q", words)
			}
		}
	}
	for _, b := range body.Content.Bands {
		for _, h := range b.Heads {
			if !strings.Contains(said, h.Label.String()) {
				t.Errorf("the page lacks the position %q", h.Label)
			}
		}
	}
	d := edition.Compare(body, body)
	changes := newChangesView(layout{}, store.Pair{Before: e, After: e}, d, body.Content)
	if err := changesPage(changes).Render(t.Context(), &page); err != nil || !strings.HasPrefix(changes.Count.String(), "0 changes from edition ") || changes.Question.Href != ui.FactPath(e.Fact) {
		t.Errorf("its difference from itself is %+v (%v)", changes, err)
	}
}
