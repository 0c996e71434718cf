package desk

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestPractice: on a desk where all is invented, every page that shows a fact or an outlet or source says so of it or of all, and none
// shows a mark of a place.
func TestPractice(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	e := s.as(store.RoleAdmin)
	for _, path := range []string{
		"/desk", "/desk/inbox/waiting", "/desk/facts", "/desk/outlets", "/desk/sources", "/desk/articles", "/desk/publish",
		"/desk/articles/new", "/desk/facts/new", "/desk/facts/bridge-open", "/desk/facts/bridge-open/review", "/desk/facts/bridge-open/history",
		"/desk/facts/bridge-open/merge", "/desk/facts/bridge-open/move", "/desk/articles/bridge-closed/tag", "/desk/outlets/courier",
	} {
		page := e.get(path, http.StatusOK)
		if page.Find("main .fiction").Length() == 0 && !strings.Contains(page.Find("main").Text(), practiceMark) {
			t.Errorf("%s does not say that what it shows is invented", path)
		}
		page.Find("textarea, input, script").Remove() // what is written is shown as it is written
		page.Find(".help, datalist").Remove()
		if text := page.Find("main h1, main li, main option, title").Text(); strings.Contains(text, "[[") {
			t.Errorf("%s shows the mark of a place: %s", path, text)
		}
	}
	var answer struct {
		Found []struct{ Name string }
	}
	e.asJSON("/desk/search.json?kind=fact&q=bridge", &answer)
	if len(answer.Found) == 0 || !strings.Contains(answer.Found[0].Name, practiceMark) || strings.Contains(answer.Found[0].Name, "[[") {
		t.Errorf("a fact is found as %v", answer.Found)
	}
	e.post("/desk/articles/bridge-closed/readings", url.Values{"fact": {"bridge-open"}, "next": {"/desk"}}, http.StatusSeeOther)
}

// testPractice goes through all pages of a desk with a practice dispute: one that names anything of the dispute says that it is
// invented, of itself or in its lists.
func (s *sweepSite) testPractice(t *testing.T) {
	c, err := s.store.Collection(t.Context())
	s.must(err)
	titles := map[store.NounKey]string{{Kind: narrative.KindDispute, Key: string(c.Disputes[0].Slug)}: c.Disputes[0].Title}
	for _, o := range c.Outlets {
		titles[store.NounKey{Kind: narrative.KindOutlet, Key: string(o.Slug)}] = o.Name
	}
	for _, a := range c.Articles {
		titles[store.NounKey{Kind: narrative.KindArticle, Key: string(a.Slug)}] = a.Headline
	}
	for _, o := range c.Sources {
		titles[store.NounKey{Kind: narrative.KindSource, Key: string(o.Slug)}] = o.Name
	}
	for _, f := range c.Facts {
		places, err := s.store.PlaceNames(t.Context(), []narrative.Markup{f.Question})
		s.must(err)
		titles[store.NounKey{Kind: narrative.KindFact, Key: string(f.Slug)}] = placeNames(places).plain(f.Question)
	}
	invented, err := s.store.Invented(t.Context(), slices.Collect(maps.Keys(titles)))
	s.must(err)
	var names []string
	for key := range invented {
		names = append(names, titles[key])
	}
	named := 0
	for _, p := range s.pages() {
		if !maps.Equal(p.cookies, s.admin.cookies()) {
			continue
		}
		page := s.admin.get(p.path, http.StatusOK)
		isMarked := page.Find(".fiction").Length() > 0 || page.Find("main .practice").Length() > 0 || strings.Contains(page.Find("main").Text(), practiceMark)
		said := page.Find("main").Clone()
		said.Find("textarea, input, datalist, .help:not([dir])").Remove()
		text := strings.Join(said.Find("h1, h2, h3, p, li, td, th, dd, dt, option, label, legend").Map(func(_ int, x *goquery.Selection) string { return x.Text() }), "\n")
		i := slices.IndexFunc(names, func(name string) bool { return strings.Contains(text, name) })
		if i >= 0 {
			named++
		}
		if i >= 0 && !isMarked {
			t.Errorf("%s names “%s” and does not say that it is invented", p.path, names[i])
		}
	}
	if named < 50 {
		t.Errorf("%d pages name something, want more", named)
	}
}

// TestNewArticleAndPractice: an article that stands on no fact is invented if its address can be of nothing real. A real one has no
// dispute preset for a new fact while there are several, and real ones are offered first.
func TestNewArticleAndPractice(t *testing.T) {
	t.Parallel()
	s := newBridgeSite(t)
	_, err := storetest.Pool(t, s.db.URL).Exec(t.Context(), `
		INSERT INTO disputes (slug, title) VALUES ('harbour', 'The harbour');
		INSERT INTO outlets (slug, name) VALUES ('herald', 'Herald'), ('gazette', 'Gazette');
		INSERT INTO articles (slug, outlet, identified_basis, kind, headline, headline_by, url, language, rights) VALUES
			('invented-one', 'herald', 'given', 'report', 'One', 'article', 'https://herald.example/one', 'en', 'excerpt'),
			('real-one', 'gazette', 'given', 'report', 'Two', 'article', 'https://example.org/two', 'en', 'excerpt');
		INSERT INTO captures (article, kind, captured_at, norm_version, text_sha256, original_sha256)
			SELECT slug, 'full', '2024-03-02 10:00+00', 1, sha256('Nobody came.'), sha256('<p>') FROM articles WHERE slug LIKE '%-one';
		INSERT INTO capture_texts (capture, text, original)
			SELECT id, 'Nobody came.', '<p>' FROM captures WHERE article LIKE '%-one'`)
	if err != nil {
		t.Fatal(err)
	}
	herald, gazette := store.NounKey{Kind: narrative.KindOutlet, Key: "herald"}, store.NounKey{Kind: narrative.KindOutlet, Key: "gazette"}
	if invented, err := s.store.Invented(t.Context(), []store.NounKey{herald, gazette}); err != nil || !invented[herald] || invented[gazette] {
		t.Errorf("invented outlets are %v, %v; want the Herald alone", invented, err)
	}
	e := s.as(store.RoleEditor)
	page := e.get("/desk/articles/real-one/tag", http.StatusOK)
	if page.Find("main .fiction").Length() > 0 {
		t.Error("the real article is said to be invented")
	}
	if got := strings.Join(page.Find(`[name="new_fact.dispute"] option`).Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "none") }), " "); got != " harbour mill-bridge" {
		t.Errorf("disputes offered for a new fact are %q, want an empty choice, the harbour, the bridge", got)
	}
	if page = e.get("/desk/articles/invented-one/tag", http.StatusOK); page.Find("main .fiction").Length() == 0 {
		t.Error("the invented article is not said to be")
	}
}
