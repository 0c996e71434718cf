package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

// crowded is a collection with one fact, four positions and that many claims on it, in articles of twenty, each but the
// first an answer to the one before.
func crowded(claims int) narrative.Collection {
	const each = 20
	c := narrative.Collection{
		Disputes: []narrative.Dispute{{Slug: "ferry", Title: "The ferry", Fiction: true}},
		Parties:  []narrative.Party{{Slug: "north", Name: "North"}, {Slug: "south", Name: "South"}},
		Outlets:  []narrative.Outlet{{Slug: "lantern", Name: "The Lantern"}},
	}
	for i := range 8 {
		c.Sources = append(c.Sources, narrative.Source{
			Slug: narrative.Slug(fmt.Sprintf("speaker-%d", i)), Name: fmt.Sprintf("Speaker %d", i), Kind: narrative.Person,
			Party: c.Parties[i%2].Slug,
		})
	}
	fact := narrative.Fact{
		Slug: "ferry-ran", Dispute: "ferry", Question: "Did the ferry run?", Kind: narrative.YesNo,
		Background: "Both shores spoke of the ferry.", Status: narrative.FactStatus{State: narrative.Developing},
	}
	for i := range 4 {
		fact.Positions = append(fact.Positions, narrative.Position{
			Slug: narrative.Slug(fmt.Sprintf("answer-%d", i)), Label: narrative.Markup(fmt.Sprintf("It ran %d times a day", i)),
		})
	}
	c.Facts = []narrative.Fact{fact}
	var before narrative.Code
	for n := 0; n < claims; n += each {
		a := narrative.Article{
			Slug: narrative.Slug(fmt.Sprintf("lantern-%d", n/each)), Outlet: "lantern", Identified: narrative.Identification{Basis: narrative.Given},
			Kind: narrative.Report, Headline: "On the ferry", HeadlineBy: narrative.ByArticle, URL: "https://lantern.example/ferry", Language: "en",
			Published: on(fmt.Sprintf("2031-06-%02d", 1+n/each)), Rights: narrative.RightsFull, ReadFor: read(fact.Slug),
		}
		for i := n; i < min(n+each, claims); i++ {
			claim := narrative.Claim{
				Code: narrative.NewCode(), Source: c.Sources[i%8].Slug, Voice: narrative.Paraphrase, Uttered: a.Published,
				Chain:   []narrative.Hop{{By: "lantern", Role: narrative.RoleOutlet, Verb: "said", Class: narrative.VerbNeutral}},
				Stances: []narrative.Stance{takes("ferry-ran", "", string(fact.Positions[i%4].Slug), narrative.Asserted)},
			}
			if i%3 != 0 {
				claim.Counters = []narrative.Counter{{
					To: before, Relation: narrative.Contradicts, Fact: fact.Slug, Difference: narrative.DiffersDirect, Why: "Another number of times.",
				}}
			}
			if before == "" {
				c.Facts[0].Background += narrative.Markup("[@" + claim.Code + "]")
			}
			before = claim.Code
			a.Blocks = append(a.Blocks, narrative.Block{
				Text:   fmt.Sprintf("speaker %d said in the morning of that day that the ferry had been seen at the quay of the %dth house", i%8, i),
				Claims: []narrative.Claim{claim},
			})
		}
		c.Articles = append(c.Articles, a)
	}
	return c
}

// BenchmarkFactRequest asks for the page of a fact with 10 and with 200 claims, from the request to the last byte. It
// reports how much longer the larger page takes.
func BenchmarkFactRequest(b *testing.B) {
	var small float64
	for _, claims := range []int{10, 200} {
		s := newSite(b)
		s.publish(crowded(claims))
		b.Run(fmt.Sprintf("claims=%d", claims), func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/facts/ferry-ran", nil)
			for b.Loop() {
				answer := httptest.NewRecorder()
				s.server.ServeHTTP(answer, r)
				if answer.Code != http.StatusOK {
					b.Fatal(answer.Code)
				}
				b.SetBytes(int64(answer.Body.Len()))
			}
			took := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if claims == 10 {
				small = took
			} else if small > 0 {
				b.ReportMetric(took/small, "times-10-claims")
			}
		})
	}
}

// TestCrowdedFact wants each of 200 claims on the page of their fact.
func TestCrowdedFact(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publish(crowded(200))
	doc := s.get("/facts/ferry-ran", http.StatusOK)
	if got := doc.Find(".comparison .claim").Length(); got < 200 {
		t.Errorf("%d claims on the page, want 200", got)
	}
	if got := strings.Count(text(doc, ".comparison"), "at the quay of the"); got < 200 {
		t.Errorf("%d passages on the page, want 200", got)
	}
}
