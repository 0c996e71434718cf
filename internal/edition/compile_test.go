package edition

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/narrative"
)

func TestCompile(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	for _, tt := range []struct{ name, got, want string }{
		{"title", c.Title, "Was the ferry line to North Quay running?"},
		{"background", lines(c.Background), "The line runs to North Quay. It has a log book."},
		{"as of", c.AsOf.String(), "Latest claim here 15 April 2031; nothing later has been read."},
		{"latest claim", c.LatestClaim, "2031-04-15"},
		{"status", c.Status.Text.String(), "Dormant since 1 May 2031."},
		{"read for", c.ReadFor.String(), "2 articles of 2 outlets read for this"},
		{"said by both", c.Glance.BothSay[0].Title, "Said by both Northland and Southland"},
		{"said by one", c.Glance.OneSays[0].Title + ": " + c.Glance.OneSays[0].Text.String(), "Said by Northland, not answered here: Boats passed. (Before the new pier)"},
		{"citation", c.Articles[0].Citation.String(), "Island Daily, 12 March 2031 (headline by the desk)"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if got, want := c.Question[1], (Run{Text: "North Quay", Kind: RunPlace, Ref: "north-quay"}); got != want {
		t.Errorf("the place in the question is %+v, want %+v", got, want)
	}
	var cites []string
	for _, r := range c.Background[0] {
		if r.Kind == RunCite {
			cites = append(cites, r.Text+" "+r.Ref)
		}
	}
	if want := []string{"1 " + string(code(runs)), "2 log-book", "1 " + string(code(runs))}; !slices.Equal(cites, want) {
		t.Errorf("citations %q, want %q", cites, want)
	}
}

func TestClaimsStandInTheirOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, claim := range compile(t, collection(), nil).Claims {
		got = append(got, claim.Code)
	}
	want := codes(stopped, runs, whole, partA, partB, relayed, offer, demand, jointA, jointB, ownVoice, reply, byWeather, withheld, vague, unknown)
	// The month of the offer begins before the hearing; what has no day comes last, by when its article was published.
	// In the joint claims' passage only the code decides.
	if !slices.Equal(got, want) {
		t.Errorf("claims\n%v, want\n%v", got, want)
	}
}

func TestNothingOfOtherFactsGetsIn(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	body, err := Canonical(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range []string{"unused", "Unused", "other-fact", string(code(elsewhere)), "Nowhere", "for the desk only", "other fact"} {
		if strings.Contains(string(body), leak) {
			t.Errorf("the content holds %q", leak)
		}
	}
}

func TestPublishedFormIsSettled(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Facts[0].Question = "Was the cafe\u0301 line running?" // decomposed
	c.Articles[1].Blocks[1].Claims[0].Words = []string{"the cafe\u0301"}
	content := compile(t, c, nil)
	if !norm.NFC.IsNormalString(content.Title) || !norm.NFC.IsNormalString(content.claim(t, demand).Segments[0]) {
		t.Error("a text is not in NFC")
	}
	body, err := Canonical(content)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "null") {
		t.Error("the content holds a null")
	}
}

func TestAsOf(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[2].ReadFor = []narrative.Reading{{Fact: "ferry-line"}}
	if got, want := compile(t, c, nil).AsOf.String(), "Latest claim here 15 April 2031; the latest article read is of 2 May 2031, inferred."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for a := range c.Articles {
		for b := range c.Articles[a].Blocks {
			for i := range c.Articles[a].Blocks[b].Claims {
				c.Articles[a].Blocks[b].Claims[i].Uttered = inferred("2031-01")
			}
		}
	}
	content := compile(t, c, nil)
	if got, want := content.AsOf.String(), "No claim here has a given day."; got != want || content.LatestClaim != "" {
		t.Errorf("with inferred days: %q and %q, want %q", got, content.LatestClaim, want)
	}
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	if _, err := Compile(collection(), "no-such", nil); !errors.Is(err, ErrNoFact) {
		t.Errorf("error %v, want ErrNoFact", err)
	}
	for name, spoil := range map[string]func(c *narrative.Collection){
		"dispute": func(c *narrative.Collection) { c.Disputes = nil },
		"party":   func(c *narrative.Collection) { c.Parties = c.Parties[1:] },
		"outlet":  func(c *narrative.Collection) { c.Outlets = c.Outlets[1:] },
		"source":  func(c *narrative.Collection) { c.Sources = c.Sources[1:] },
		"place":   func(c *narrative.Collection) { c.Places = nil },
		"event":   func(c *narrative.Collection) { c.Events = nil },
		"claim":   func(c *narrative.Collection) { c.Articles = c.Articles[1:] },
	} {
		c := collection()
		spoil(&c)
		if _, err := Compile(c, "ferry-line", nil); !errors.Is(err, ErrIncomplete) {
			t.Errorf("without a %s: error %v, want ErrIncomplete", name, err)
		}
	}
	c := collection()
	c.Facts[0].Background = "An [open mark"
	if _, err := Compile(c, "ferry-line", nil); err == nil {
		t.Error("broken markup compiles")
	}
	c = collection()
	c.Articles[0].Blocks[1].Claims[0].Figures[0].Verbatim = "980 boats and 20 planes"
	if _, err := Compile(c, "ferry-line", nil); err == nil {
		t.Error("two numbers in one figure compile")
	}
}

// The words of the program's own are those that editors may use.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	text := strings.ToLower(readAloud(content))
	text = strings.ReplaceAll(text, "counterclaim", "")
	for _, loaded := range []string{"claimed", "admitted", "alleged ", "refused", "so-called", "conceded", "insisted", "regime"} {
		if strings.Contains(text, loaded) {
			t.Errorf("the page says %q", loaded)
		}
	}
}

func TestPageWordsAreAllThere(t *testing.T) {
	t.Parallel()
	body, err := Canonical(pageWords)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), `:""`) {
		t.Errorf("a word is missing: %s", body)
	}
}

// TestMarksAreKept checks that a letter is never given to another position, not even after its own is gone.
func TestMarksAreKept(t *testing.T) {
	t.Parallel()
	c := collection()
	first := compile(t, c, nil)
	marks := map[string]string{}
	for _, m := range first.Marks {
		marks[m.Aspect+" "+m.Position] = m.Letter
	}
	gone := compile(t, c, &first)
	gone.Bands = nil
	again := compile(t, c, &gone)
	for _, m := range again.Marks {
		if marks[m.Aspect+" "+m.Position] != m.Letter {
			t.Errorf("position %s had the letter %s and has %s", m.Position, marks[m.Aspect+" "+m.Position], m.Letter)
		}
	}
	aspect := c.Facts[0].Aspects[0].Slug
	c.Facts[0].Aspects[0].Positions = append(c.Facts[0].Aspects[0].Positions, narrative.Position{Slug: "another", Label: "Another."})
	gone.Marks = append(gone.Marks, PositionMark{string(aspect), "was-here", "Q", 17})
	next := compile(t, c, &gone)
	for _, m := range next.Marks {
		if m.Position == "another" && m.Colour != 18 {
			t.Errorf("a new position has colour %d, want 18, the first that none ever had", m.Colour)
		}
	}
}
