package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// An item that comes in under embargo is told of wherever it is worked on, and is not published before the moment.
func TestEmbargo(t *testing.T) {
	t.Parallel()
	s := newClaimedSite(t)
	e, reader := s.as(store.RoleEditor), s.as(store.RoleReader)
	soon := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Minute)
	want := "under embargo until " + dayAndTime(soon)
	tells := func(where, text string) {
		t.Helper()
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			t.Errorf("%s does not tell %q: %s", where, want, text)
		}
	}
	item := `{"uri":"https://a.example/1","firstCreated":"2024-03-04T10:00:00Z","language":"en","headlines":[{"value":"Ferry stops"}],
		"bodies":[{"contentType":"text/plain","value":"The ferry was stopped at the lock on Monday, the harbour office said."}],"pubStatus":"canceled","embargoedUntil":"` + soon.Format(time.RFC3339) + `"}`
	_, to := e.upload(newArticlePath, url.Values{"way": {wayFile}}, "a.json", "application/json", []byte(item), http.StatusSeeOther)
	arrival, _, _ := strings.Cut(to, "?")
	warned := e.get(arrival, http.StatusOK).Find(".embargo").Text()
	tells("what came in", warned)
	if !strings.Contains(warned, "cancelled it") {
		t.Errorf("that it is cancelled is not told: %q", warned)
	}
	_, to = e.post(arrival, e.confirmForm(arrival), http.StatusSeeOther)
	article := strings.TrimSuffix(strings.TrimPrefix(strings.Split(to, "?")[0], "/desk/articles/"), "/tag")
	slug := narrative.Slug(article)
	tells("once confirmed, what came in", e.get(arrival, http.StatusOK).Find(".embargo").Text())
	for where, path := range map[string]string{"the tagging page": tagPath(slug), "the form": nounPath(narrative.KindArticle, article), "the page of its texts": capturesPath(slug)} {
		tells(where, e.get(path, http.StatusOK).Find(".embargo").Text())
	}

	// Of a fact that shows an article under embargo nothing is published; for the newsroom it is kept, with a warning.
	const bridge = "bridge-closed"
	for _, typed := range []string{"tomorrow", "2024-03-05", "1024-03-05T10:00Z"} {
		doc, _ := e.post(embargoPath(bridge), url.Values{untilField: {typed}}, http.StatusUnprocessableEntity)
		if !strings.Contains(problemsIn(doc), "Under embargo until") || doc.Find("#f-"+untilField).AttrOr("value", "") != typed {
			t.Errorf("%q: %s", typed, problemsIn(doc))
		}
	}
	e.post(embargoPath(bridge), url.Values{}, http.StatusUnprocessableEntity)
	e.post(embargoPath("nowhere"), url.Values{untilField: {""}}, http.StatusNotFound)
	e.post(embargoPath(bridge), url.Values{untilField: {soon.Format(time.RFC3339)}, whyField: {"as agreed"}}, http.StatusSeeOther)
	if got := e.get(capturesPath(bridge), http.StatusOK).Find("#f-"+untilField).AttrOr("value", ""); got != soon.Format(time.RFC3339) {
		t.Errorf("the form has %q", got)
	}
	doc := e.get(bridgeReview, http.StatusOK)
	tells("the review", doc.Find(".embargo").Text())
	tells("what keeps it from being published", doc.Find("#missing").Text())
	publish := e.publishForm("In haste")
	publish.Set("waiver", "Nobody else is in")
	doc, _ = e.post(publishPath, publish, http.StatusUnprocessableEntity)
	tells("the refusal", problemsIn(doc))
	if !strings.Contains(problemsIn(doc), "Quarrel over a bridge") {
		t.Errorf("the refusal does not name the article: %s", problemsIn(doc))
	}
	_, to = e.post(newsroomListPath(bridgeOpen), url.Values{"note": {""}}, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	tells("the newsroom edition", reader.get(path, http.StatusOK).Find(".embargo").Text())

	e.post(embargoPath(bridge), url.Values{untilField: {time.Now().Add(-time.Minute).Format(time.RFC3339)}}, http.StatusSeeOther)
	if got := reader.get(path, http.StatusOK).Find(".embargo").Text(); got != "" {
		t.Errorf("over, and the newsroom edition warns: %q", got)
	}
	publish = e.publishForm("In time")
	publish.Set("waiver", "Nobody else is in")
	e.post(publishPath, publish, http.StatusSeeOther)
}
