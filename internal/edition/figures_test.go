package edition

import (
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/figure"
	"counterclaim/internal/narrative"
)

// withFigures adds a claim of Southland with figures to the ferry line.
func withFigures(figures ...narrative.Figure) narrative.Collection {
	c := collection()
	c.Articles[1].Blocks = append(c.Articles[1].Blocks, narrative.Block{Text: "some boats lay still", Claims: []narrative.Claim{{
		Code: code(30), Source: "south-minister", Voice: narrative.DirectQuote, Uttered: given("2031-03-09"), Stances: on("stopped", narrative.Asserted),
		Figures: figures,
	}}})
	return c
}

func TestFigures(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	if len(content.Figures.Groups) != 1 {
		t.Fatalf("%d groups, want 1", len(content.Figures.Groups))
	}
	g := content.Figures.Groups[0]
	if got, want := g.Title+" in "+g.Unit, "Boats on the line in boats"; got != want {
		t.Errorf("group %q, want %q", got, want)
	}
	if want := []string{"0", "250", "500", "750", "1000", "1250"}; !slices.Equal(g.Ticks, want) {
		t.Errorf("ticks %q, want %q", g.Ticks, want)
	}
	var rows []string
	for _, r := range g.Rows {
		row := r.Label.String() + " [" + r.Figure.Low + ".." + r.Figure.High + "] band [" + r.Figure.BandLow + ".." + r.Figure.BandHigh + "]"
		if r.Part {
			row = "  " + row
		}
		rows = append(rows, row)
	}
	want := []string{
		"Boats on the line, “some 980 boats”, Minister of Northland [980..980] band [931..1029]",
		"  of them tugs, “over 850”, Minister of Northland [850..] band [..]",
		"  of them barges, “over 120”, Minister of Northland [120..] band [..]",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if got, want := lines(g.Notes), "One count, by Minister of Northland. | "+
		"More than 850 + more than 120 = more than 970 (our arithmetic). | "+
		"Not said: by what rule they were counted, and so whether one that came twice counts twice."; got != want {
		t.Errorf("notes\n%s\nwant\n%s", got, want)
	}
	if len(content.Figures.Apart) != 1 || content.Figures.Apart[0].Reason.String() != "Has no number and is not drawn." {
		t.Errorf("apart %+v, want the dozens", content.Figures.Apart)
	}
	if got, want := content.Glance.Figures.String(), "One count only, Northland’s; no clash of figures."; got != want {
		t.Errorf("glance %q, want %q", got, want)
	}
	if f := content.claim(t, partA).Figures[0]; f.PartOf != string(code(whole)) || f.Position != "running" || !f.LowOpen {
		t.Errorf("the part is %+v", f)
	}
}

func TestFiguresAgainstEachOther(t *testing.T) {
	t.Parallel()
	first := narrative.Figure{Verbatim: "some 980 boats", Counted: "boats on the line", Rule: "journeys", From: "2031-01-01", Until: "2031-03-10"}
	against := func(verbatim string, change func(f *narrative.Figure)) narrative.Collection {
		f := first
		f.Verbatim = verbatim
		if change != nil {
			change(&f)
		}
		c := withFigures(f)
		c.Articles[0].Blocks[1].Claims[0].Figures[0] = first
		return c
	}
	for _, tt := range []struct {
		name   string
		c      narrative.Collection
		note   string
		glance string
	}{
		{"conflict", against("20 boats", nil), "Cannot both hold: “20 boats” (Minister of Southland) and “some 980 boats” (Minister of Northland).",
			"Two figures cannot both hold: 20 and about 980 cannot both hold."},
		{"compatible", against("at least 900 boats", nil), "Can both hold: “at least 900 boats” (Minister of Southland) and “some 980 boats” (Minister of Northland).",
			"No clash of figures."},
		{"approximate", against("1000 boats", nil), "Differ, but not surely: “1000 boats” (Minister of Southland) and “some 980 boats” (Minister of Northland); about 980 is approximate and can mean 1,000.",
			"Figures differ, but some are approximate."},
		{"another window", against("20 boats", func(f *narrative.Figure) { f.Until = "2031-02-10" }),
			"Not comparable: “20 boats” (Minister of Southland) and “some 980 boats” (Minister of Northland). Different windows (2031-01-01 to 2031-02-10, 2031-01-01 to 2031-03-10).",
			"No clash among the figures that can be compared; some cannot."},
	} {
		content := compile(t, tt.c, nil)
		if got := lines(content.Figures.Groups[0].Notes); !strings.Contains(got, tt.note) {
			t.Errorf("%s: notes\n%s\nwant\n%s", tt.name, got, tt.note)
		}
		if got := content.Glance.Figures.String(); got != tt.glance {
			t.Errorf("%s: glance %q, want %q", tt.name, got, tt.glance)
		}
	}
}

func TestFiguresApart(t *testing.T) {
	t.Parallel()
	c := withFigures(narrative.Figure{Verbatim: "20", Counted: "points of a list"})
	content := compile(t, c, nil)
	if got, want := content.Figures.Apart[0].Reason.String(), "Names no unit and is not drawn."; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	if got, want := content.Figures.Apart[0].Label.String(), "Points of a list, “20”, Minister of Southland"; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
}

func TestFiguresOfTwoMatters(t *testing.T) {
	t.Parallel()
	content := compile(t, withFigures(narrative.Figure{Verbatim: "nearly three decades", Counted: "the closure’s length"}), nil)
	var titles []string
	for _, g := range content.Figures.Groups {
		titles = append(titles, g.Title)
	}
	if want := []string{"The closure’s length", "Boats on the line"}; !slices.Equal(titles, want) {
		t.Errorf("groups %q, want %q", titles, want)
	}
	if got := lines(content.Figures.Groups[0].Notes); got != "One figure, by Minister of Southland." {
		t.Errorf("a length has the notes %q; it counts nothing twice", got)
	}
}

func TestFiguresInALine(t *testing.T) {
	t.Parallel()
	south := narrative.Figure{Verbatim: "40 cars", Counted: "cars on the quay"}
	for name, tt := range map[string]struct {
		c    narrative.Collection
		want string
	}{
		"two counts of two things by two sides": {withFigures(south), "One count only of each thing; no clash of figures."},
		"two counts of two things by one side": {func() narrative.Collection {
			south := south
			south.CountedBy = "north-office"
			return withFigures(south)
		}(), "One side’s figures only, Northland’s; no clash of figures."},
		"one figure by one side": {func() narrative.Collection {
			c := withFigures(south)
			c.Articles[0].Blocks[1].Claims = nil
			c.Facts[0].Points = nil
			return c
		}(), "One figure only, Southland’s."},
		"one figure by an outlet": {func() narrative.Collection {
			c := collection()
			c.Articles[0].Blocks[1].Claims = nil
			c.Facts[0].Points = nil
			c.Articles[1].Blocks[2].Claims[0].Figures = []narrative.Figure{south}
			return c
		}(), "One figure only, by Quay Wire."},
		"none with a number": {func() narrative.Collection {
			c := collection()
			c.Articles[0].Blocks[1].Claims = nil
			c.Facts[0].Points = nil
			return c
		}(), "No figure here is a number with a unit."},
		"two conflicts": {func() narrative.Collection {
			c := withFigures(
				narrative.Figure{Verbatim: "20 boats", Counted: "boats on the line", Rule: "journeys", From: "2031-01-01", Until: "2031-03-10"},
				narrative.Figure{Verbatim: "30 boats", Counted: "boats on the line", Rule: "journeys", From: "2031-01-01", Until: "2031-03-10"})
			c.Articles[0].Blocks[1].Claims[0].Figures[0].Rule = "journeys"
			return c
		}(), "3 pairs of figures cannot both hold."},
	} {
		if got := compile(t, tt.c, nil).Glance.Figures.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestAFewNamedThingsAreNoCount(t *testing.T) {
	t.Parallel()
	content := compile(t, withFigures(narrative.Figure{Verbatim: "five piers", Counted: "piers"}), nil)
	if got, want := lines(content.Figures.Groups[0].Notes), "One figure, by Minister of Southland."; got != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestPartsOfEachOther(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[0].Blocks[1].Claims[0].Figures[0].PartOf = code(partA) // a mistake that must not hang
	content := compile(t, c, nil)
	rows := 0
	for _, g := range content.Figures.Groups {
		rows += len(g.Rows)
	}
	if rows != 3 {
		t.Errorf("%d figures are drawn, want 3", rows)
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verbatim string
		want     []string
	}{
		{"980 boats", []string{"0", "200", "400", "600", "800", "1000"}},
		{"1000 boats", []string{"0", "200", "400", "600", "800", "1000"}},
		{"at least 1000 boats", []string{"0", "250", "500", "750", "1000", "1250"}},
		{"7 boats", []string{"0", "2", "4", "6", "8"}},
		{"1 boat", []string{"0", "1"}},
		{"0.5 tonnes", []string{"0", "0.1", "0.2", "0.3", "0.4", "0.5"}},
		{"0 boats", []string{"0", "1"}},
		{"86.6 thousand square kilometers", []string{"0", "20000", "40000", "60000", "80000", "100000"}},
	} {
		r, err := figure.Read(tt.verbatim)
		if err != nil {
			t.Fatal(err)
		}
		if got := ticks([]*placed{{count: count{Figure: figure.Figure{Reading: r}}}}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.verbatim, got, tt.want)
		}
	}
}
