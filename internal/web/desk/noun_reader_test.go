package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestNamesReachReaders checks that the forms of places, names and words feed readers' pages and the lint.
func TestNamesReachReaders(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	s.publish("first words")

	_, place := e.formPage(narrative.KindPlace, "bridge")
	place.Set("names[1].form", "Мельничный мост")
	place.Set("names[1].language", "ru")
	place.Set("names[1].used_by", "Lower Town")
	place.Set("slug", "the-span")
	_, to := e.post(nounPath(narrative.KindPlace, "bridge"), place, http.StatusSeeOther)
	if want := "/desk/places/the-span/touched?done=saved"; to != want {
		t.Fatalf("leads on to %s, want %s", to, want)
	}
	if href := e.get(to, http.StatusOK).Find(".buttons a").AttrOr("href", ""); href != "/desk/publish?facts=bridge-open" {
		t.Errorf("offers to publish %q", href)
	}
	if _, to := e.post(nounPath(narrative.KindPlace, "bridge"), place, http.StatusConflict); to != "" {
		t.Errorf("leads on to %s", to)
	}
	_, source := e.formPage(narrative.KindSource, "mayor")
	source.Set("slug", "lord-mayor")
	e.post(nounPath(narrative.KindSource, "mayor"), source, http.StatusSeeOther)
	_, term := e.formPage(narrative.KindTerm, "siege")
	term.Set("forms", "closed\nclosing")
	term.Set("plain", "not open")
	e.post(nounPath(narrative.KindTerm, "siege"), term, http.StatusSeeOther)
	s.publish("names and words")

	nobody := s.nobody()
	if page := nobody.get("/facts/bridge-open", http.StatusOK).Text(); !strings.Contains(page, "Мельничный мост") {
		t.Error("readers do not see the new form of the name")
	}
	if _, to := nobody.follow("/sources/mayor"); to != "/sources/lord-mayor" {
		t.Errorf("readers of the old address are led to %q", to)
	}
	doc, fields := e.formPage(narrative.KindFact, "bridge-open")
	if got := fields.Get("question"); got != "Was [[the-span]] open?" {
		t.Errorf("the mark in the question: %q", got)
	}
	words := strings.Join(strings.Fields(doc.Find("[aria-labelledby=words-head]").Text()), " ")
	for _, want := range []string{"Position 1, Label: closed, used by Upper Town; plain: not open", "Background: closed"} {
		if !strings.Contains(words, want) {
			t.Errorf("the lint says %q, want %q in it", words, want)
		}
	}
}

// TestFramingGuard checks that loaded words, what readers lack and positions without a claim are told while a fact is written.
func TestFramingGuard(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	e := s.as(store.RoleEditor)
	_, fields := e.formPage(narrative.KindFact, "bridge-open")
	fields.Set("question", "Was there a siege of “siege”?")
	fields.Set("background", "It was so.")
	fields.Set(doField, "check")
	doc, _ := e.post(nounPath(narrative.KindFact, "bridge-open"), fields, http.StatusOK)
	if got := strings.TrimSpace(doc.Find(`[data-guards="f-question"]`).Text()); got != "siege: used by Upper Town" {
		t.Errorf("beside the question: %q", got)
	}
	later := strings.Join(strings.Fields(doc.Find("[aria-labelledby=later-head]").Text()), " ")
	for _, want := range []string{"Background: cites nothing", "Aspect 1, position 2: no claim takes the position by-nobody"} {
		if !strings.Contains(later, want) {
			t.Errorf("before it is published: %q, want %q in it", later, want)
		}
	}
	if got := s.savedNoun(narrative.KindFact, "bridge-open").Doc.(narrative.Fact).Question; got != "Was [[bridge]] open?" {
		t.Errorf("a check has saved %q", got)
	}
	var words struct{ Words []struct{ Word, Why string } }
	e.asJSON("/desk/words.json?"+url.Values{"text": {"the regime’s siege"}, "dispute": {"mill-bridge"}}.Encode(), &words)
	if len(words.Words) != 2 || words.Words[0].Word != "siege" || words.Words[1].Word != "regime" {
		t.Errorf("words %+v", words)
	}
	var found struct{ Found []struct{ Slug, Name string } }
	e.asJSON("/desk/search.json?kind=source&q=courier", &found)
	if len(found.Found) != 1 || found.Found[0].Slug != "courier" {
		t.Errorf("found %+v", found)
	}
	for _, bad := range []string{"/desk/search.json?kind=god&q=x", "/desk/search.json?kind=source&q=%00", "/desk/words.json?text=%ff", "/desk/words.json?dispute=A+B", "/desk/facts?q=%ff", "/desk/facts?after=x"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+bad, nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, _ := e.do(r); response.StatusCode/100 != 4 {
			t.Errorf("%s: status %d", bad, response.StatusCode)
		}
	}
}
