package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// pieceText is a whole text in which the passages of the bridge stand, few enough to be published.
const pieceText = "The council has closed the bridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open.\n\n" +
	"The envoy is concerned, “deeply”.\n\n" +
	"In the evening it rained, and nobody was to be seen on either bank. The inns were full of carters who played cards, slept or waited for news of the talks."

// TestMergeArticlePages merges an article that was entered twice, from the preview to what readers see at its old address.
func TestMergeArticlePages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := narrativetest.Bridge()
	for slug, change := range map[narrative.Slug]func(*narrative.Article){
		"bridge-mobile": func(*narrative.Article) {},
		"bridge-early":  func(a *narrative.Article) { a.Headline = "Carts wait" },
		"bridge-herald": func(a *narrative.Article) { a.Outlet, a.Language = "nobody-knows", "hy" },
	} {
		a := c.Articles[0]
		a.Slug, a.URL, a.ReadFor, a.Blocks = slug, "https://m.courier.example/bridge", nil, nil
		change(&a)
		c.Articles = append(c.Articles, a)
	}
	s.load(c)
	s.capture("bridge-closed", pieceText)
	s.capture("bridge-mobile", "For your telephone.\n\n"+pieceText)
	s.capture("bridge-early", "At least 30 carts wait at a bridge.")
	s.publish("first words")
	e := s.as(store.RoleEditor)
	const path = "/desk/articles/bridge-closed/merge"
	if e.get("/desk/articles/bridge-closed", http.StatusOK).Find(`.ways a[href="`+path+`"]`).Length() != 1 {
		t.Error("the article's form does not lead to the merger")
	}
	if e.get(path, http.StatusOK).Find(`#choose-into option[value="bridge-mobile"]`).Length() != 1 {
		t.Error("the other article is not offered")
	}

	// What stands in the way is listed, and nothing is merged.
	doc := e.get(path+"?into=bridge-herald", http.StatusOK)
	if got := doc.Find("[aria-labelledby=refused-head] li").Text(); !strings.Contains(got, "is of another outlet") || !strings.Contains(got, "is in another language") || !strings.Contains(got, "has no text") {
		t.Errorf("refused: %q", got)
	}
	if doc.Find(`[aria-labelledby=refused-head] a[href="/desk/articles/bridge-closed#f-reprint_of"]`).Length() != 1 || doc.Find("form.noun button").Length() != 0 {
		t.Error("no way to say that it is a reprint, or a button to merge")
	}
	doc, _ = e.post(path, fieldsOf(doc.Find("form.noun")), http.StatusUnprocessableEntity)
	if got := doc.Find("#problems").Text(); !strings.Contains(got, "bridge-herald is of another outlet") {
		t.Errorf("problems: %q", got)
	}
	doc = e.get(path+"?into=bridge-early", http.StatusOK)
	if got := doc.Find("#way-head").Text(); got != "In the way: 4 of 4 claims" {
		t.Errorf("in the way: %q", got)
	}
	if doc.Find("[aria-labelledby=way-head] li a[href='/desk/claims/"+narrativetest.Own+"']").Length() != 1 || doc.Find("form.noun button").Length() != 0 {
		t.Error("a claim in the way is not linked, or there is a button to merge")
	}
	doc, _ = e.post(path, fieldsOf(doc.Find("form.noun")), http.StatusUnprocessableEntity)
	if doc.Find(`#problems a[href="#`+fieldID("claim:"+narrativetest.Own)+`"]`).Length() != 1 || doc.Find("#"+fieldID("claim")+`\:`+narrativetest.Own).Length() != 1 {
		t.Errorf("problems: %s", doc.Find("#problems").Text())
	}

	// What is certain goes along.
	doc = e.get(path+"?into=bridge-mobile", http.StatusOK)
	if got := doc.Find("[aria-labelledby=along-head] li").Length(); got != 4 {
		t.Fatalf("%d claims go along", got)
	}
	if got := doc.Find("[aria-labelledby=along-head] li").First().Text(); !strings.Contains(got, narrativetest.Closed+": found, at another place") {
		t.Errorf("first claim: %q", got)
	}
	if got := doc.Find("[aria-labelledby=else-head]").Text(); !strings.Contains(got, "2 texts") || !strings.Contains(got, "Its readings do not go along") || !strings.Contains(got, "https://courier.example/bridge") {
		t.Errorf("what else: %q", got)
	}
	fields := fieldsOf(doc.Find("form.noun"))
	for name, value := range map[string]string{seenField: "other", versionField: "7", intoVersionField: "7"} {
		stale := maps.Clone(fields)
		stale[name] = []string{value}
		e.post(path, stale, http.StatusConflict)
	}
	for _, bad := range []url.Values{{seenField: {"\x00"}}, {twinPrefix + "\x00": {"x"}}, {twinPrefix + narrativetest.Own: {narrativetest.Own}}, {intoField: {"bridge-closed"}}} {
		hostile := maps.Clone(fields)
		maps.Copy(hostile, bad)
		if response, body := e.submit(path, hostile); response.StatusCode/100 != 4 {
			t.Errorf("%v: status %d\n%s", bad, response.StatusCode, body)
		}
	}
	fields.Set(whyField, "entered twice")
	_, to := e.post(path, fields, http.StatusSeeOther)
	if to != "/desk/articles/bridge-mobile/touched?done=merged" {
		t.Fatalf("leads on to %s", to)
	}
	if href := e.get(to, http.StatusOK).Find(".buttons a").AttrOr("href", ""); href != "/desk/publish?facts=bridge-open" {
		t.Errorf("offers to publish %q", href)
	}
	for _, old := range []string{"", "/tag", "/history", "/reanchor", "/captures/new"} {
		if _, to := e.follow("/desk/articles/bridge-closed" + old); !strings.HasPrefix(to, "/desk/articles/bridge-mobile") {
			t.Errorf("the old address of %q leads to %q", old, to)
		}
	}
	doc = e.get("/desk/articles/bridge-closed/captures", http.StatusOK)
	if doc.Find(`.remark a[href="/desk/articles/bridge-mobile/captures"]`).Length() != 1 || doc.Find(".captures li").Length() != 2 || doc.Find(`a[href="https://courier.example/bridge"]`).Length() != 1 {
		t.Errorf("what was captured: %s", doc.Find("main").Text())
	}
	doc = e.get("/desk/articles/bridge-mobile/captures", http.StatusOK)
	if doc.Find(`a[href="/desk/articles/bridge-closed/captures"]`).Length() != 1 || doc.Find(`a[href="https://courier.example/bridge"]`).Length() != 1 {
		t.Error("the article that stays does not lead to what became part of it")
	}
	e.get("/desk/articles/bridge-mobile/history", http.StatusOK)

	// Readers are led on as soon as it is published, and old editions stay.
	nobody := s.nobody()
	s.publish("entered twice")
	for from, want := range map[string]string{
		"/articles/bridge-closed": "/articles/bridge-mobile", "/articles/bridge-closed.json": "/articles/bridge-mobile.json",
	} {
		if status, to := nobody.follow(from); status != http.StatusMovedPermanently || to != want {
			t.Errorf("%s: status %d, to %q", from, status, to)
		}
	}
	nobody.get("/articles/bridge-mobile", http.StatusOK)
	nobody.get("/facts/bridge-open/editions/1", http.StatusOK)
}
