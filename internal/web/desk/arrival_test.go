package desk

import (
	"net/http"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

func TestHaveItAlready(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	slug := e.confirmed(ferryText)
	again := strings.Replace(ferryText, "12 boats", "13 boats", 1)

	path := e.paste(again, nil)
	doc := e.get(path, http.StatusOK)
	if got := doc.Find(".likeness").Text(); !strings.Contains(got, "almost certainly the same piece") {
		t.Fatalf("likeness: %q", got)
	}
	doc, _ = e.post(path, e.confirmForm(path), http.StatusUnprocessableEntity)
	if doc.Find(`.problems a[href="#f-same"]`).Length() != 1 {
		t.Errorf("problems: %s", doc.Find(".problems").Text())
	}

	// The same article, with nothing new.
	fields := e.confirmForm(path)
	fields.Set("same", sameArticle+string(slug))
	e.post(path, fields, http.StatusSeeOther)
	if a, err := s.store.Arrival(t.Context(), 2); err != nil || a.State != store.ArrivalDismissed || a.Article != slug {
		t.Errorf("arrival = %+v (%v)", a, err)
	}
	e.post(path+"/out", nil, http.StatusSeeOther)

	// A reprint of it.
	fields = e.confirmForm(path)
	fields.Set("same", isReprint+string(slug))
	fields.Set("credit", "")
	_, to := e.post(path, fields, http.StatusSeeOther)
	reprint, _, _ := strings.Cut(strings.TrimPrefix(to, "/desk/articles/"), "/")
	links, err := s.store.ReprintsOf(t.Context(), slug)
	if err != nil || len(links) != 1 || links[0].Origin != slug || string(links[0].Article) != reprint || links[0].Basis != "words" {
		t.Errorf("reprints = %+v (%v)", links, err)
	}
	n, err := s.store.Noun(t.Context(), store.NounKey{Kind: narrative.KindArticle, Key: reprint})
	if err != nil || n.Doc.(narrative.Article).Credit != "River Gazette: Ferry stops at the lock" {
		t.Errorf("article = %+v (%v)", n.Doc, err)
	}

	// It is in the article's form, and a save that leaves it as it was keeps what it rests on.
	desk := s.as(store.RoleEditor)
	_, form := desk.formPage(narrative.KindArticle, reprint)
	if got := form.Get("reprint_of"); got != string(slug) {
		t.Errorf("the form says that it prints %q again, want %q", got, slug)
	}
	form.Set("byline", "By our staff")
	form.Set(doField, "save")
	desk.post(nounPath(narrative.KindArticle, reprint), form, http.StatusSeeOther)
	if links, err := s.store.ReprintsOf(t.Context(), slug); err != nil || len(links) != 1 || links[0].Basis != "words" {
		t.Errorf("reprints after a save = %+v (%v)", links, err)
	}
	// The other direction is a change of the article that was there before.
	before := s.savedNoun(narrative.KindArticle, string(slug))
	path = e.paste(strings.Replace(ferryText, "12 boats", "14 boats", 1), nil)
	fields = e.confirmForm(path)
	fields.Set("same", isOrigin+string(slug))
	_, to = e.post(path, fields, http.StatusSeeOther)
	origin, _, _ := strings.Cut(strings.TrimPrefix(to, "/desk/articles/"), "/")
	after := s.savedNoun(narrative.KindArticle, string(slug))
	if of := after.Doc.(narrative.Article).ReprintOf; len(of) != 1 || string(of[0]) != origin || after.Version <= before.Version {
		t.Errorf("version %d after %d prints %q again, want %q", after.Version, before.Version, of, origin)
	}
	log, err := s.store.NounLog(t.Context(), after.NounKey, 0)
	if err != nil || log.Entries[0].Action != "change" || !strings.Contains(log.Entries[0].After, origin) || log.Entries[0].Actor != e.name {
		t.Errorf("log = %+v (%v)", log.Entries, err)
	}
	if links, err := s.store.ReprintsOf(t.Context(), narrative.Slug(origin)); err != nil || len(links) != 1 || links[0].Article != slug || links[0].Basis != "words" {
		t.Errorf("reprints of the origin = %+v (%v)", links, err)
	}

	// A newer text of it: the page shows in what it differs, and its confirmation is a capture.
	path = e.paste(again, nil)
	fields = e.confirmForm(path)
	fields.Set("same", newCapture+string(slug))
	_, to = e.post(path, fields, http.StatusSeeOther)
	if !strings.HasPrefix(to, path) {
		t.Errorf("leads on to %q", to)
	}
	doc = e.get(path, http.StatusOK)
	if doc.Find(".change").Length() != 1 || strings.TrimSpace(doc.Find(".change del").Text()) != "12" || strings.TrimSpace(doc.Find(".change ins").Text()) != "13" {
		t.Errorf("difference: %q", doc.Find(".change").Text())
	}
	fields = fieldsOf(doc.Find("form.noun"))
	fields.Set("do", "confirm")
	_, to = e.post(path, fields, http.StatusSeeOther)
	if !strings.HasPrefix(to, reanchorArticlePath(slug)) {
		t.Errorf("leads on to %q", to)
	}
	if _, list, err := s.store.Captures(t.Context(), slug); err != nil || len(list) != 2 || list[0].Kind != "full" {
		t.Errorf("captures = %+v (%v)", list, err)
	}

	// Something else altogether is like nothing.
	path = e.paste("Quite another story\nThe mayor of the town over the hill has opened a library, which holds a thousand books, on Friday.\n", nil)
	if n := e.get(path, http.StatusOK).Find(".likeness").Length(); n != 0 {
		t.Errorf("%d likenesses, want none", n)
	}
}

func TestArchiveCopy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	slug := e.confirmed(ferryText)
	path := capturesPath(slug)
	fields := fieldsOf(e.get(path, http.StatusOK).Find("form"))
	for name, address := range map[string]string{"none": "", "script": "javascript:alert(1)", "words": "the archive", "NUL": "https://a.example/\x00", "space": "https://a.example/b c"} {
		t.Run(name, func(t *testing.T) {
			e := &editor{site: s, name: e.name, token: e.token}
			fields.Set("address", address)
			doc, _ := e.post("/desk/articles/"+string(slug)+"/archive", fields, http.StatusUnprocessableEntity)
			if doc.Find(`.problems a[href="#f-address"]`).Length() != 1 || doc.Find("#f-address").Length() != 1 {
				t.Errorf("problems: %s", doc.Find(".problems").Text())
			}
		})
	}
	fields.Set("address", "https://archive.example/x")
	fields.Set("day", "2024-03-09")
	e.post("/desk/articles/"+string(slug)+"/archive", fields, http.StatusSeeOther)
	if got := e.get(path, http.StatusOK).Find(".captures").Text(); !strings.Contains(got, "https://archive.example/x") || !strings.Contains(got, "2024-03-09") {
		t.Errorf("captures: %q", got)
	}
}
