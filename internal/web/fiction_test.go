package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// besideReal is the sample with one of its facts in a dispute that is not said to be invented.
func besideReal() narrative.Collection {
	c := sample()
	c.Disputes = append(c.Disputes, narrative.Dispute{Slug: "swan-quarrel", Title: "The swan quarrel"})
	for i := range c.Facts {
		if c.Facts[i].Slug == "swans-counted" {
			c.Facts[i].Dispute = "swan-quarrel"
		}
	}
	return c
}

// realSample is the sample without a word on its being invented.
func realSample() narrative.Collection {
	c := sample()
	for i := range c.Disputes {
		c.Disputes[i].Fiction = false
	}
	return c
}

const beside = "invented for practice"

// TestFictionBesideReal: where something real and something invented share a list, what is invented says so in its place,
// and nothing that is real passes for invented.
func TestFictionBesideReal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(besideReal())
	s.publishAs(edition.Correction, "a mistake", changedLabels(besideReal()))

	for path, entries := range map[string]string{
		"/": ".facts > li", "/facts": ".facts > li", "/corrections": ".editions > li", "/log": "main ul > li:has(a[href*='/editions/'])",
	} {
		doc := s.get(path, http.StatusOK)
		if text(doc, ".fiction") != "" {
			t.Errorf("%s says that all on it is invented", path)
		}
		invented, real := 0, 0
		doc.Find(entries).Each(func(_ int, entry *goquery.Selection) {
			href := entry.Find("a").First().AttrOr("href", "")
			is := strings.HasPrefix(href, "/facts/bridge-open")
			if got := strings.Contains(entry.Text(), beside); got != is {
				t.Errorf("%s: the entry of %s says that it is invented: %v, want %v", path, href, got, is)
			}
			if is {
				invented++
			} else {
				real++
			}
		})
		if invented == 0 || real == 0 {
			t.Errorf("%s lists %d invented and %d real, want both", path, invented, real)
		}
	}
	home := s.get("/", http.StatusOK)
	if got := texts(home, "aside .index li"); len(got) != 2 || strings.Contains(got[0], beside) == strings.Contains(got[1], beside) {
		t.Errorf("of the disputes %q one is invented", got)
	}

	marked, plain := 0, 0
	for _, list := range []string{"/sources", "/parties", "/outlets", "/events", "/articles"} {
		doc := s.get(list, http.StatusOK)
		all := text(doc, ".fiction") != ""
		doc.Find(".index > li").Each(func(_ int, entry *goquery.Selection) {
			says := all || strings.Contains(entry.Text(), beside)
			href := entry.Find("a").AttrOr("href", "")
			if banner := text(s.get(href, http.StatusOK), ".fiction") != ""; banner != says {
				t.Errorf("the page %s says that all on it is invented: %v, its entry: %v", href, banner, says)
			}
			if says {
				marked++
			} else {
				plain++
			}
		})
	}
	if marked == 0 || plain == 0 {
		t.Errorf("of the nouns %d are invented and %d not, want both", marked, plain)
	}
	invented, real := 0, 0
	s.get("/sources/eastbank-council", http.StatusOK).Find(".entries > li").Each(func(_ int, entry *goquery.Selection) {
		is := entry.Find("a[href^='/facts/bridge-open']").Length() > 0
		if got := strings.Contains(entry.Text(), "Invented for practice"); got != is {
			t.Errorf("an entry says that it is invented: %v, want %v: %s", got, is, entry.Text())
		}
		if is {
			invented++
		} else {
			real++
		}
	})
	if invented == 0 || real == 0 {
		t.Errorf("the council has %d invented and %d real claims, want both", invented, real)
	}
	if text(s.get("/facts/swans-counted", http.StatusOK), ".fiction") != "" {
		t.Error("the page of a real fact says that it is invented")
	}
}

// changedLabels gives each fact's first position another label.
func changedLabels(c narrative.Collection) narrative.Collection {
	for i := range c.Facts {
		if len(c.Facts[i].Positions) > 0 {
			c.Facts[i].Positions[0].Label += ", so they say"
		}
	}
	return c
}
