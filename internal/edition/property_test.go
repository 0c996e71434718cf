package edition

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

// anyCollection adds claims at random to [collection]: any source, voice, dates, stances, links and figures.
func anyCollection(t *rapid.T) narrative.Collection {
	c := collection()
	f := &c.Facts[0]
	if rapid.Bool().Draw(t, "no periods") {
		f.Periods, f.Points = nil, nil
	}
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	date := func(name string) narrative.Date {
		switch pick(name, "none", "unknown", "day", "range", "month", "inferred") {
		case "unknown":
			return narrative.Date{Basis: narrative.Unknown, Reason: "no day"}
		case "day":
			return given(fmt.Sprintf("2031-0%d-1%d", rapid.IntRange(1, 6).Draw(t, "month"), rapid.IntRange(0, 9).Draw(t, "day")))
		case "range":
			return given("2031-03-25/2031-04-05")
		case "month":
			return given("2031-03")
		case "inferred":
			return inferred("2031-03-10/2031-03-11")
		}
		return narrative.Date{}
	}
	modes := []narrative.Mode{narrative.Asserted, narrative.Denied, narrative.Presupposed, narrative.Demanded, narrative.Conditional, narrative.Concern, narrative.Withheld}
	stance := func(aspect narrative.Slug) narrative.Stance {
		s := narrative.Stance{Fact: f.Slug, Aspect: aspect, Mode: rapid.SampledFrom(modes).Draw(t, "mode")}
		if s.Mode.TakesPosition() {
			s.Position = rapid.SampledFrom(f.PositionsOf(aspect)).Draw(t, "position").Slug
		}
		return s
	}
	n := rapid.IntRange(0, 12).Draw(t, "claims")
	for i := range n {
		a := &c.Articles[rapid.IntRange(0, 2).Draw(t, "article")]
		claim := narrative.Claim{
			Code: code(100 + i), Source: narrative.Slug(pick("source", "north-minister", "north-office", "south-minister", "envoy", "captains")),
			Voice: narrative.Voice(pick("voice", "direct", "paraphrase")), Event: narrative.Slug(pick("event", "", "call", "hearing")),
			Uttered: date("uttered"), Issued: date("issued"),
		}
		if rapid.Bool().Draw(t, "own voice") {
			claim.Source, claim.Voice = a.Outlet, narrative.OutletVoice
		} else if rapid.Bool().Draw(t, "relay") {
			claim.AttributedTo = "envoy"
		}
		if rapid.Bool().Draw(t, "on the fact") {
			claim.Stances = append(claim.Stances, stance(""))
		}
		if len(claim.Stances) == 0 || rapid.Bool().Draw(t, "on the aspect") {
			claim.Stances = append(claim.Stances, stance("by-whom"))
		}
		if i > 0 && rapid.Bool().Draw(t, "counters") {
			claim.Counters = []narrative.Counter{counter(100+rapid.IntRange(0, i-1).Draw(t, "to"),
				narrative.Relation(pick("relation", "answers", "contradicts", "in-tension", "corroborates", "restates", "part-of")))}
		}
		if rapid.Bool().Draw(t, "figure") {
			claim.Figures = []narrative.Figure{{Verbatim: pick("figure", "20 boats", "about 30 boats", "over 40 boats", "dozens"), Counted: pick("counted", "boats", "barges")}}
		}
		a.Blocks = append(a.Blocks, narrative.Block{Text: fmt.Sprintf("the words of claim %d", i), Claims: []narrative.Claim{claim}})
	}
	return c
}

// shuffled puts every list whose order has no meaning into another one.
func shuffled(t *rapid.T, c narrative.Collection) narrative.Collection {
	c.Disputes, c.Parties = rapid.Permutation(c.Disputes).Draw(t, "disputes"), rapid.Permutation(c.Parties).Draw(t, "parties")
	c.Outlets, c.Sources = rapid.Permutation(c.Outlets).Draw(t, "outlets"), rapid.Permutation(c.Sources).Draw(t, "sources")
	c.Places, c.Events = rapid.Permutation(c.Places).Draw(t, "places"), rapid.Permutation(c.Events).Draw(t, "events")
	c.Records, c.Facts = rapid.Permutation(c.Records).Draw(t, "records"), rapid.Permutation(c.Facts).Draw(t, "facts")
	c.Articles = rapid.Permutation(c.Articles).Draw(t, "articles")
	for i := range c.Articles {
		c.Articles[i].Blocks = slices.Clone(c.Articles[i].Blocks)
		for j := range c.Articles[i].Blocks {
			claims := rapid.Permutation(c.Articles[i].Blocks[j].Claims).Draw(t, "claims")
			for k := range claims {
				claims[k].Stances = rapid.Permutation(claims[k].Stances).Draw(t, "stances")
				if len(claims[k].Counters) > 0 {
					claims[k].Counters = rapid.Permutation(claims[k].Counters).Draw(t, "counters")
				}
			}
			c.Articles[i].Blocks[j].Claims = claims
		}
	}
	return c
}

func mustCompile(t *rapid.T, c narrative.Collection, last *Content) Content {
	content, err := Compile(c, "ferry-line", last)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAnyPage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCollection(t)
		content := mustCompile(t, c, nil)
		everyClaimHasItsPlace(t, content)
		lettersAreStable(t, content, mustCompile(t, anyCollection(t), &content))

		first, err := Canonical(content)
		if err != nil {
			t.Fatal(err)
		}
		second, err := Canonical(mustCompile(t, shuffled(t, c), nil))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Fatalf("two orders of the lists give two contents:\n%s\n%s", first, second)
		}

		body, err := Seal(content, rapid.IntRange(1, 1000).Draw(t, "number"), noon, Update, "a reason", salt)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Read(body)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Canonical(b); err != nil || !bytes.Equal(again, body) {
			t.Fatalf("the sealed bytes do not come back (%v)", err)
		}
	})
}

// everyClaimHasItsPlace checks that each stance stands in one place, under its own position or beside the row.
func everyClaimHasItsPlace(t *rapid.T, content Content) {
	stances := map[string]Stance{} // by aspect and code
	for _, claim := range content.Claims {
		for _, s := range claim.Stances {
			stances[s.Aspect+" "+claim.Code] = s
		}
	}
	seen := map[string]int{}
	for _, band := range content.Bands {
		for _, stage := range band.Periods {
			for _, row := range stage.Rows {
				if len(row.Cells) != len(band.Heads) {
					t.Fatalf("%d cells under %d heads", len(row.Cells), len(band.Heads))
				}
				for i, cell := range row.Cells {
					if len(cell.Claims) > 0 && len(cell.Empty) > 0 {
						t.Fatalf("a cell has claims and says that it is empty: %+v", cell)
					}
					for _, code := range cell.Claims {
						s := stances[band.Aspect+" "+code]
						seen[band.Aspect+" "+code]++
						if s.Position != band.Heads[i].Position || s.Period != stage.Period {
							t.Fatalf("claim %s with the stance %+v stands under %s in %q", code, s, band.Heads[i].Position, stage.Period)
						}
					}
				}
				for _, code := range row.AlsoSaid {
					seen[band.Aspect+" "+code]++
					if s := stances[band.Aspect+" "+code]; s.Position != "" {
						t.Fatalf("claim %s takes a position and stands beside", code)
					}
				}
			}
		}
	}
	for key := range stances {
		if seen[key] != 1 {
			t.Fatalf("%q stands in %d places, want 1", key, seen[key])
		}
	}
	if len(seen) != len(stances) {
		t.Fatalf("%d places for %d stances", len(seen), len(stances))
	}
}

// lettersAreStable checks that a position keeps its letter and colour, and that no letter stands for two.
func lettersAreStable(t *rapid.T, last, next Content) {
	for i, band := range next.Bands {
		used := map[string]bool{}
		for _, h := range band.Heads {
			if used[h.Letter] {
				t.Fatalf("the letter %s stands for two positions", h.Letter)
			}
			used[h.Letter] = true
			for _, before := range last.Bands[i].Heads {
				if before.Position == h.Position && (before.Letter != h.Letter || before.Colour != h.Colour) {
					t.Fatalf("%s was %s %d and is %s %d", h.Position, before.Letter, before.Colour, h.Letter, h.Colour)
				}
			}
		}
	}
}
