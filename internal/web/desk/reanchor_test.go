package desk

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// tag saves a claim of the article's outlet on words of its latest text, which must stand there once.
func (s *site) tag(article narrative.Slug, words string) store.Claim {
	s.t.Helper()
	view, err := s.store.Tagging(s.t.Context(), article)
	if err != nil {
		s.t.Fatal(err)
	}
	found := passage.Find(view.Text, passage.Quote{Segments: []string{words}})
	if len(found) != 1 {
		s.t.Fatalf("%q stands in %d places", words, len(found))
	}
	c, err := s.store.SaveClaim(s.t.Context(), store.ClaimEdit{
		Claim: narrative.Claim{Source: view.Article.Outlet, Voice: narrative.OutletVoice}, Article: article, Capture: view.Capture, Match: found[0], Actor: "anna",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// claim returns a claim as it is now.
func (s *site) claim(code narrative.Code) store.Claim {
	s.t.Helper()
	c, err := s.store.DeskClaim(s.t.Context(), code)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// recapture brings in a new text of an article and confirms it.
func (e *editor) recapture(article narrative.Slug, text string) {
	e.t.Helper()
	_, to := e.upload(capturesPath(article), url.Values{"way": {wayPaste}, "text": {text}}, "", "", nil, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	fields := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	fields.Set("do", "confirm")
	e.post(path, fields, http.StatusSeeOther)
}

// button sends the form of a claim that has a button, with other fields besides.
func (e *editor) button(doc *goquery.Document, code narrative.Code, do string, more url.Values, status int) *goquery.Document {
	e.t.Helper()
	form := doc.Find("#c-" + string(code) + " form").FilterFunction(func(_ int, f *goquery.Selection) bool {
		return f.Find("button[value="+do+"]").Length() > 0
	})
	if form.Length() != 1 {
		e.t.Fatalf("%d forms of claim %s have the button %s", form.Length(), code, do)
	}
	fields := fieldsOf(form)
	fields.Set("do", do)
	maps.Copy(fields, more)
	got, _ := e.post(form.AttrOr("action", ""), fields, status)
	return got
}

func TestArticleChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleEditor)
	text := ferryText + "The keeper of the lock went home early, and nobody knows when he will come back to it.\n" +
		"The weather was fine all day long, the paper wrote, and the river was low.\n"
	slug := e.confirmed(text)
	same := s.tag(slug, "The ferry on the river was stopped at the lock on Monday")
	figure := s.tag(slug, "12 boats had been waiting since the morning")
	gone := s.tag(slug, "The keeper of the lock went home early")
	worded := s.tag(slug, "The weather was fine all day long, the paper wrote, and the river was low")
	if got := e.get(reanchorPath, http.StatusOK).Find(".arrivals li").Length(); got != 0 {
		t.Errorf("%d claims wait, want none", got)
	}

	newer := strings.NewReplacer("12 boats", "14 boats", "The keeper of the lock went home early, and nobody knows when he will come back to it.\n", "",
		"the river was low", "the river stood low").Replace(text)
	e.recapture(slug, "A line in front of it all that was not there before.\n"+newer)
	if c := s.claim(same.Code); c.Capture == same.Capture {
		t.Error("the claim whose words stand there has not moved")
	}
	list := e.get(reanchorPath, http.StatusOK)
	if got := list.Find(".arrivals li").Length(); got != 3 {
		t.Fatalf("%d claims wait, want 3: %s", got, list.Find(".arrivals").Text())
	}
	path := reanchorArticlePath(slug)
	doc := e.get(path, http.StatusOK)
	if got := doc.Find("#c-" + string(worded.Code) + " ins").Text(); strings.TrimSpace(got) != "stood" {
		t.Errorf("new word: %q", got)
	}

	// A figure that has changed is never taken in one step.
	refused := e.button(doc, figure.Code, "accept", nil, http.StatusUnprocessableEntity)
	if refused.Find(`.problems a[href="#f-agree"]`).Length() != 1 || refused.Find("#f-agree").Length() != 1 {
		t.Errorf("problems: %s", refused.Find(".problems").Text())
	}
	e.button(doc, figure.Code, "accept", url.Values{"agree": {"on"}}, http.StatusUnprocessableEntity)
	e.button(doc, figure.Code, "accept", url.Values{"place": {"0-3"}}, http.StatusUnprocessableEntity)
	if c := s.claim(figure.Code); c.Words[0] != figure.Words[0] || c.Capture != figure.Capture {
		t.Errorf("the claim has changed: %+v", c)
	}
	e.button(doc, figure.Code, "accept", url.Values{"agree": {"a figure"}, "why": {"The paper has mended it."}}, http.StatusSeeOther)
	if c := s.claim(figure.Code); c.Words[0] != "14 boats had been waiting since the morning" || c.Capture == figure.Capture {
		t.Errorf("claim = %+v", c)
	}
	e.button(doc, figure.Code, "accept", url.Values{"agree": {"a figure"}}, http.StatusConflict)

	// What is gone, and what is kept although it was re-worded, stays with its words; the change is noted for readers.
	e.button(doc, gone.Code, "keep", nil, http.StatusSeeOther)
	e.button(doc, worded.Code, "keep", nil, http.StatusSeeOther)
	day := dayIn(s.server.now())
	if c := s.claim(gone.Code); c.Changed != (narrative.TextChange{Kind: narrative.TextRemoved, Seen: day}) || c.Capture != gone.Capture || c.Words[0] != gone.Words[0] {
		t.Errorf("claim = %+v", c)
	}
	if c := s.claim(worded.Code); c.Changed.Kind != narrative.TextReworded || !strings.Contains(c.Changed.Now, "the river stood low") || c.Words[0] != worded.Words[0] {
		t.Errorf("claim = %+v", c)
	}
	if got := e.get(path, http.StatusOK).Find(".drift").Length(); got != 0 {
		t.Errorf("%d claims still wait", got)
	}
	for _, bad := range []url.Values{nil, {"version": {"x"}}, {"version": {"1"}, "capture": {"1"}, "do": {"keep"}}} {
		status := http.StatusBadRequest
		if bad.Get("do") != "" {
			status = http.StatusConflict
		}
		e.post(reanchorClaimPath(gone.Code), bad, status)
	}
	e.get("/desk/reanchor?after=%00%ff", http.StatusOK)
	e.get("/desk/articles/no-such-article/reanchor", http.StatusNotFound)
}

// Words that stand in several places wait until an editor has chosen one.
func TestChoosePlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleEditor)
	slug := e.confirmed(ferryText)
	c := s.tag(slug, "Nobody on board was hurt, it said")
	e.recapture(slug, "Ferry stops at the lock\nIn the morning there was another one. Nobody on board was hurt, it said. So it went on for a while and then it did not.\n"+
		"In the evening there was a third. Nobody on board was hurt, it said. What will happen tomorrow nobody can tell by now.\n")
	doc := e.get(reanchorArticlePath(slug), http.StatusOK)
	places := doc.Find("#c-" + string(c.Code) + " input[name=place]")
	if places.Length() != 2 {
		t.Fatalf("%d places are offered, want 2: %s", places.Length(), doc.Find(".drift").Text())
	}
	e.button(doc, c.Code, "accept", nil, http.StatusUnprocessableEntity)
	e.button(doc, c.Code, "accept", url.Values{"place": {places.Last().AttrOr("value", "")}}, http.StatusSeeOther)
	got := s.claim(c.Code)
	if got.Words[0] != c.Words[0] || got.Capture == c.Capture || placeValue(got.Match) != places.Last().AttrOr("value", "") {
		t.Errorf("claim = %+v", got)
	}
	if n := e.get(reanchorArticlePath(slug), http.StatusOK).Find(".drift").Length(); n != 0 {
		t.Errorf("%d claims still wait", n)
	}
}
