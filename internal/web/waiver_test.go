package web

import (
	"net/http"
	"strings"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// TestWaiverPrinted: wherever readers are told of an edition that one editor alone has looked at, they are told that, and why.
func TestWaiverPrinted(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	c := sample()
	c.Facts[0].Question = "Was [[long-bridge]] open, to whom, and when?"
	c.Facts[0].Status = narrative.FactStatus{State: narrative.Developing, ReadTo: "2031-07-02T10:00Z"}
	changed := &c.Articles[0].Blocks[0].Claims[0]
	changed.Changed = narrative.TextChange{Kind: narrative.TextReworded, Seen: "2031-03-20", Now: "spoke at length of a closed bridge"}
	if err := s.store.Import(t.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: c}, nil
	}); err != nil {
		t.Fatal(err)
	}
	facts := []narrative.Slug{"bridge-open"}
	previews, err := s.store.Preview(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Publish(t.Context(), store.Publication{
		Facts: facts, Reason: "The question left out the time.", Kind: edition.Correction, Actor: "editor",
		Expect: map[narrative.Slug]string{"bridge-open": previews[0].Token}, Waiver: "nobody else is in tonight",
	}); err != nil {
		t.Fatal(err)
	}
	s.heard()
	const want = "One editor: published without a second pair of eyes. Nobody else is in tonight."
	for _, path := range []string{
		"/facts/bridge-open", "/facts/bridge-open/editions/2", "/facts/bridge-open/editions", "/facts/bridge-open/changes/1..2",
		"/facts/bridge-open/changes/1..2.json", "/corrections", "/feeds/facts/bridge-open.atom", "/feeds/facts/bridge-open.json", "/feeds/corrections.atom",
		"/facts/bridge-open/editions/2.md", "/facts/bridge-open/editions/2.txt", "/facts/bridge-open/editions/2.bib", "/facts/bridge-open/editions/2.ris",
		"/facts/bridge-open/editions/2.csl.json", ui.APIPath + "/facts/bridge-open", ui.APIPath + "/facts/bridge-open/editions", ui.APIPath + "/facts/bridge-open/editions/2",
		ui.APIPath + "/facts/bridge-open/changes?from=1&to=2", ui.APIPath + "/corrections", ui.APIPath + "/claims/V8N-K4HM",
	} {
		if _, body := s.fetch(path, http.StatusOK); strings.Count(strings.Join(strings.Fields(string(body)), " "), want) == 0 {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	// What an outlet has changed since stands beside the words, and how alive a fact is beside its question.
	for _, path := range []string{
		"/facts/bridge-open", "/facts/bridge-open/changes/1..2", "/claims/V8N-K4HM", "/articles/gazette-2031-03-15", "/sources/harbour-master",
		"/feeds/sources/harbour-master.atom", "/claims/V8N-K4HM.txt", "/claims/V8N-K4HM.md", "/facts/bridge-open/editions/2.txt?claims=V8N-K4HM&claims=PBX-XJA6&claims=EDP-3M8E&claims=W7J-KTVQ&claims=RRV-Z0EJ",
		"/facts/bridge-open.csv", "/articles/gazette-2031-03-15.csv", ui.APIPath + "/claims/V8N-K4HM", ui.APIPath + "/articles/gazette-2031-03-15",
	} {
		_, body := s.fetch(path, http.StatusOK)
		if !strings.Contains(string(body), "spoke at length of a closed bridge") || !strings.Contains(string(body), "2031") {
			t.Errorf("%s does not say what the outlet has changed since", path)
		}
	}
	if got := text(s.get("/claims/V8N-K4HM", http.StatusOK), ".since"); got != "Changed by the outlet since: the article’s text of 20 March 2031 reads here: “spoke at length of a closed bridge”" {
		t.Errorf("the page of the claim says %q", got)
	}
	if _, body := s.fetch("/facts/bridge-open?asof=2031-03-15", http.StatusOK); strings.Contains(string(body), "spoke at length") {
		t.Error("as of a day before it was seen, the change is told")
	}
	for _, path := range []string{"/", "/facts", "/disputes/aldmouth-strait", "/facts/bridge-open", ui.APIPath + "/facts"} {
		if _, body := s.fetch(path, http.StatusOK); !strings.Contains(string(body), "Developing; articles read up to 2 July 2031, 10:00 UTC.") {
			t.Errorf("%s does not say until when articles were read", path)
		}
	}
	for _, path := range []string{"/facts/bridge-open/editions/1.md", "/facts/bridge-open/editions/1.bib", ui.APIPath + "/facts/bridge-open/editions/1", "/facts/swans-counted"} {
		if _, body := s.fetch(path, http.StatusOK); strings.Contains(string(body), "One editor") {
			t.Errorf("%s speaks of one editor, of an edition that the program's operator published", path)
		}
	}
}
