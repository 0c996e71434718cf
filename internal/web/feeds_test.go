package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"
	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"

	"counterclaim/internal/edition"
	"counterclaim/internal/feed"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

const exampleURL = "https://counterclaim.example"

// publishAs publishes all that has changed, for a reason.
func (s *site) publishAs(kind edition.Kind, reason string, c narrative.Collection) {
	s.t.Helper()
	err := s.store.Import(s.t.Context(), "test", "a test", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err = s.store.Publish(s.t.Context(), store.Publication{Reason: reason, Kind: kind, Actor: "test"}); err != nil {
		s.t.Fatal(err)
	}
	s.heard()
}

// newCorrectedSite starts a site on which the sample is published, and its fact on the bridge twice more: with a claim that
// it did not have, and with another question as a correction.
func newCorrectedSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	c := sample()
	block := &c.Articles[slices.IndexFunc(c.Articles, func(a narrative.Article) bool { return a.Slug == "council-2031-05-20" })].Blocks[0]
	claims := block.Claims
	block.Claims = claims[:1]
	s.publish(c)
	block.Claims = claims
	s.publishAs(edition.Update, "a claim was passed over", c)
	c.Facts[0].Question = "Was [[long-bridge]] open, to whom, and when?"
	s.publishAs(edition.Correction, "The question left out the time.", c)
	return s
}

// feedAt reads a feed by a parser that is not ours.
func (s *site) feedAt(path string) *gofeed.Feed {
	s.t.Helper()
	response, body := s.fetch(path, http.StatusOK)
	want := map[bool]string{true: feed.JSONType, false: feed.AtomType}[strings.HasSuffix(path, ".json")]
	if got := response.Header.Get("Content-Type"); got != want {
		s.t.Errorf("GET %s: Content-Type %q, want %q", path, got, want)
	}
	if got := response.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		s.t.Errorf("GET %s: Access-Control-Allow-Origin %q, want every site", path, got)
	}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		s.t.Fatalf("GET %s: %v\n%s", path, err, body)
	}
	return f
}

// TestFeeds reads every feed in both forms.
func TestFeeds(t *testing.T) {
	t.Parallel()
	s := newCorrectedSite(t)
	tests := []struct {
		name    string
		path    func(format string) string
		page    string
		title   string
		ids     []string // of the first entries, without what comes before the thing
		titles  []string
		entries int
	}{
		{
			"new facts", ui.FactsFeedPath, "/facts", "Counterclaim: new facts", nil, nil, 2,
		},
		{
			"a fact", func(f string) string { return ui.FactFeedPath("bridge-open", f) }, "/facts/bridge-open", "Was the Long Bridge open, to whom, and when? (invented for practice)",
			[]string{"facts/bridge-open/editions/3", "facts/bridge-open/editions/2", "facts/bridge-open/editions/1"},
			[]string{"Correction, edition 3: Was the Long Bridge open, to whom, and when?", "Edition 2: Was the Long Bridge open, and to whom?", "First edition: Was the Long Bridge open, and to whom?"}, 3,
		},
		{
			"a source", func(f string) string { return ui.SourceFeedPath("harbour-master", f) }, "/sources/harbour-master", "Counterclaim: claims of The harbour master (invented for practice)",
			nil, nil, 3,
		},
		{
			"an outlet", func(f string) string { return ui.OutletFeedPath("jisr-post", f) }, "/outlets/jisr-post", "Counterclaim: claims in Jisr Post (invented for practice)",
			[]string{"claims/7B2-51RV"}, []string{"Ferry guild in Jisr Post, on: Was the Long Bridge open, to whom, and when?"}, 1,
		},
		{
			"corrections", ui.CorrectionsFeedPath, "/corrections", "Counterclaim: corrections",
			[]string{"facts/bridge-open/editions/3"}, []string{"Correction, edition 3: Was the Long Bridge open, to whom, and when?"}, 1,
		},
	}
	for _, tt := range tests {
		for _, format := range []string{"atom", "json"} {
			t.Run(tt.name+" as "+format, func(t *testing.T) {
				path := tt.path(format)
				f := s.feedAt(path)
				if f.Title != tt.title || f.Link != exampleURL+tt.page || f.FeedLink != exampleURL+path || f.Language != "en" {
					t.Errorf("feed %q of %s at %s in %q, want %q of %s", f.Title, f.Link, f.FeedLink, f.Language, tt.title, tt.page)
				}
				if len(f.Items) != tt.entries {
					t.Fatalf("%d entries, want %d", len(f.Items), tt.entries)
				}
				for i, e := range f.Items {
					id, found := strings.CutPrefix(e.GUID, "tag:counterclaim.example,2026:")
					if !found || i < len(tt.ids) && id != tt.ids[i] || i < len(tt.titles) && e.Title != inventedTitle(tt.titles[i], true) {
						t.Errorf("entry %d is %q, %q", i, e.GUID, e.Title)
					}
					if e.PublishedParsed == nil || e.UpdatedParsed == nil || e.UpdatedParsed.Before(*e.PublishedParsed) {
						t.Errorf("entry %d was published %q, updated %q", i, e.Published, e.Updated)
					}
					s.checkContent(t, e)
				}
			})
		}
	}
	ids := func(format string) (list []string) {
		for _, e := range s.feedAt(ui.FactsFeedPath(format)).Items {
			list = append(list, e.GUID)
		}
		return list
	}
	if got := ids("atom"); !slices.Equal(got, ids("json")) || !slices.Contains(got, "tag:counterclaim.example,2026:facts/bridge-open") {
		t.Errorf("facts are named %q and %q", got, ids("json"))
	}
}

// checkContent wants an entry to lead to a page that is there, and its content to be plain HTML with absolute addresses.
func (s *site) checkContent(t *testing.T, e *gofeed.Item) {
	t.Helper()
	path, ours := strings.CutPrefix(e.Link, exampleURL)
	if !ours {
		t.Errorf("the entry %q leads to %s", e.Title, e.Link)
	}
	s.get(path, http.StatusOK)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(e.Content))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("body *").Each(func(_ int, n *goquery.Selection) {
		if name := goquery.NodeName(n); !slices.Contains([]string{"p", "ul", "li", "a", "b", "q", "bdi", "span", "sup", "blockquote"}, name) {
			t.Errorf("the entry %q has <%s>", e.Title, name)
		}
		if href, ok := n.Attr("href"); ok && !strings.HasPrefix(href, "https://") {
			t.Errorf("the entry %q links to %q", e.Title, href)
		}
	})
	if text(doc, "body") == "" {
		t.Errorf("the entry %q says nothing", e.Title)
	}
}

// TestFeedContent looks at what the entries say.
func TestFeedContent(t *testing.T) {
	t.Parallel()
	s := newCorrectedSite(t)
	content := func(f *gofeed.Feed, guid string) (*gofeed.Item, *goquery.Document) {
		for _, e := range f.Items {
			if strings.HasSuffix(e.GUID, guid) {
				doc, err := goquery.NewDocumentFromReader(strings.NewReader(e.Content))
				if err != nil {
					t.Fatal(err)
				}
				return e, doc
			}
		}
		t.Fatalf("no entry %s", guid)
		return nil, nil
	}
	e, doc := content(s.feedAt(ui.FactsFeedPath("atom")), ":facts/bridge-open")
	if got, want := len(texts(doc, "li")), 7; got != want {
		t.Errorf("the fact has %d answers, want all %d", got, want)
	}
	if want := "Invented for practice. 4 answers, 12 claims, 4 articles read. "; !strings.HasPrefix(e.Description, want) || !slices.Equal(e.Categories, []string{"The Aldmouth strait"}) {
		t.Errorf("summary = %q, want %q first; categories %q", e.Description, want, e.Categories)
	}
	if got := text(doc, "p:first-child"); !strings.HasPrefix(got, "Invented for practice") {
		t.Errorf("the fact of an invented dispute begins with %q", got)
	}
	if e.UpdatedParsed.Equal(*e.PublishedParsed) {
		t.Error("the fact has changed, its entry has not")
	}
	for _, link := range []string{"https://gazette.example/2031/bridge-call#top", "https://council.example/ferry"} {
		if !slices.Contains(s.vias(ui.FactsFeedPath("atom"), ":facts/bridge-open"), link) {
			t.Errorf("the fact names no %s as its origin", link)
		}
	}

	_, doc = content(s.feedAt(ui.FactFeedPath("bridge-open", "json")), "/editions/2")
	if got := text(doc, "body"); !strings.Contains(got, "Why: a claim was passed over") || !strings.Contains(got, "1 of them new; 0 taken out.") {
		t.Errorf("edition 2 says %q", got)
	}
	if got := attr(doc, "a", "href"); got != exampleURL+"/facts/bridge-open/changes/1..2" {
		t.Errorf("what changed is at %q", got)
	}
	if e, _ := content(s.feedAt(ui.CorrectionsFeedPath("json")), "/editions/3"); !strings.Contains(e.Description, "Correction: The question left out the time.") {
		t.Errorf("the correction says %q", e.Description)
	}

	e, doc = content(s.feedAt(ui.OutletFeedPath("jisr-post", "atom")), ":claims/7B2-51RV")
	words := doc.Find("blockquote")
	if words.AttrOr("lang", "") != "ar" || words.AttrOr("dir", "") != "rtl" || !strings.Contains(words.Text(), "الجسر مغلق أمام العربات") {
		t.Errorf("the words are %q", words.Text())
	}
	if got := text(doc, "blockquote"); strings.Contains(e.Title, got) || strings.Contains(e.Description, got) {
		t.Error("the words stand without their speaker")
	}
	if got := words.PrevAll().Text(); !strings.Contains(got, "Ferry guild") {
		t.Errorf("before the words stands %q, want who said them", got)
	}
}

// vias are the origins that an entry of an Atom feed names.
func (s *site) vias(path, guid string) (links []string) {
	s.t.Helper()
	_, body := s.fetch(path, http.StatusOK)
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range f.Entries {
		for _, l := range e.Links {
			if strings.HasSuffix(e.ID, guid) && l.Rel == "via" {
				links = append(links, l.Href)
			}
		}
	}
	return links
}

// TestFeedKeepsNames asks for the feed of a fact under its old name, and looks at the names of its entries afterwards.
func TestFeedKeepsNames(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	before := s.feedAt(ui.FactFeedPath("bridge-open", "atom"))
	db, err := pgx.Connect(t.Context(), s.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	if _, err := db.Exec(t.Context(), `UPDATE facts SET slug = 'bridge-passable' WHERE slug = 'bridge-open'`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Publish(t.Context(), store.Publication{Reason: "a new name", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	s.heard()
	response, _ := s.fetch(ui.FactFeedPath("bridge-open", "atom"), http.StatusMovedPermanently)
	if got, want := response.Header.Get("Location"), ui.FactFeedPath("bridge-passable", "atom"); got != want {
		t.Errorf("moved to %q, want %q", got, want)
	}
	after := s.feedAt(ui.FactFeedPath("bridge-passable", "atom"))
	if len(after.Items) != 2 || after.Items[1].GUID != before.Items[0].GUID || after.Items[1].Link != exampleURL+"/facts/bridge-passable/editions/1" {
		t.Errorf("entries = %v, want the old one under its name at the new address", after.Items)
	}
}

// TestEmptyFeeds asks for feeds of a site where nothing has been published.
func TestEmptyFeeds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{ui.FactsFeedPath("atom"), ui.FactsFeedPath("json"), ui.CorrectionsFeedPath("atom"), ui.CorrectionsFeedPath("json")} {
		if f := s.feedAt(path); len(f.Items) != 0 {
			t.Errorf("%s has %d entries", path, len(f.Items))
		}
	}
	for _, path := range []string{"/feeds/facts.rss", "/feeds/facts", "/feeds/facts/none.atom", "/feeds/sources/none.json", "/feeds/outlets/none.atom", "/feeds/corrections.xml", "/feeds/facts/No_Slug.atom"} {
		s.fetch(path, http.StatusNotFound)
	}
}

// TestFeedDiscovery wants pages to lead to the feeds about them, in both forms.
func TestFeedDiscovery(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for page, path := range map[string]func(string) string{
		"/": ui.FactsFeedPath, "/facts": ui.FactsFeedPath, "/disputes/aldmouth-strait": ui.FactsFeedPath,
		"/facts/bridge-open":            func(f string) string { return ui.FactFeedPath("bridge-open", f) },
		"/facts/bridge-open/editions/1": func(f string) string { return ui.FactFeedPath("bridge-open", f) },
		"/sources/harbour-master":       func(f string) string { return ui.SourceFeedPath("harbour-master", f) },
		"/outlets/jisr-post":            func(f string) string { return ui.OutletFeedPath("jisr-post", f) },
		"/corrections":                  ui.CorrectionsFeedPath,
	} {
		doc := s.get(page, http.StatusOK)
		for format, mediaType := range map[string]string{"atom": feed.AtomType, "json": feed.JSONType} {
			link := doc.Find(fmt.Sprintf("head link[rel=alternate][type=%q]", mediaType))
			if got := link.AttrOr("href", ""); link.Length() != 1 || got != exampleURL+path(format) || link.AttrOr("title", "") == "" {
				t.Errorf("%s leads to %d feeds of %s, the first at %q", page, link.Length(), mediaType, got)
			}
		}
	}
	doc := s.get("/about", http.StatusOK)
	for _, path := range []string{ui.FactsFeedPath("atom"), ui.FactsFeedPath("json"), ui.CorrectionsFeedPath("atom"), ui.CorrectionsFeedPath("json")} {
		if doc.Find(fmt.Sprintf("main a[href=%q]", path)).Length() != 1 {
			t.Errorf("the page about the site does not link to %s", path)
		}
	}
}

func TestTag(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://paper.example":       "tag:paper.example,2026:facts/a",
		"https://Paper.Example:8443/": "tag:paper.example,2026:facts/a",
		"https://paper.example/sub":   "tag:paper.example,2026:facts/a",
		"http://127.0.0.1:8080":       "tag:127.0.0.1,2026:facts/a",
		"http://[::1]:8080":           "tag:0000-0000-0000-0000-0000-0000-0000-0001,2026:facts/a",
	} {
		s := &Server{publicURL: address}
		if got := s.tag("facts/a"); got != want {
			t.Errorf("at %s a fact is named %q, want %q", address, got, want)
		}
	}
}
