package edition

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

func sortedCodes(numbers ...int) []string {
	var list []string
	for _, n := range numbers {
		list = append(list, string(code(n)))
	}
	slices.Sort(list)
	return list
}

// surelySaid gives the codes of the claims that a restriction shows without a mark.
func (a Restricted) surelySaid() []string {
	var list []string
	for _, claim := range a.Content.Claims {
		if !slices.Contains(a.Perhaps, claim.Code) && !slices.Contains(a.Undated, claim.Code) {
			list = append(list, claim.Code)
		}
	}
	slices.Sort(list)
	return list
}

func TestSaidBy(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	tests := map[string]struct {
		day                      narrative.Day
		surely, perhaps, undated []string
		later                    int
		count                    string
	}{
		"before all": {
			"2031-01-01", nil, nil, sortedCodes(unknown, vague), 14,
			"No claim here is known to have been said by then. 2 claims have no known day and stand apart. 14 claims said later are left out.",
		},
		"between the bounds of an inferred day": {
			"2031-03-10", sortedCodes(stopped), sortedCodes(runs), sortedCodes(unknown, vague), 12,
			"1 claim had been said by then. 1 claim may have been said by then and is marked. 2 claims have no known day and stand apart. 12 claims said later are left out.",
		},
		"an unknown day is bounded by the day of publication": {
			"2031-03-12", sortedCodes(stopped, runs, whole, partA, partB, relayed, vague), nil, sortedCodes(unknown), 8,
			"7 claims had been said by then. 1 claim has no known day and stands apart. 8 claims said later are left out.",
		},
		"within the month of an offer": {
			"2031-04-01", sortedCodes(stopped, runs, whole, partA, partB, relayed, vague), sortedCodes(offer), sortedCodes(unknown), 7,
			"7 claims had been said by then. 1 claim may have been said by then and is marked. 1 claim has no known day and stands apart. 7 claims said later are left out.",
		},
		"the offer was made before its article was published": {
			"2031-04-15", sortedCodes(stopped, runs, whole, partA, partB, relayed, vague, demand, jointA, jointB, offer, ownVoice, reply, byWeather), nil,
			sortedCodes(unknown), 1,
			"14 claims had been said by then. 1 claim has no known day and stands apart. 1 claim said later is left out.",
		},
		"after all": {
			"9999-12-31", sortedCodes(stopped, runs, whole, partA, partB, relayed, vague, demand, jointA, jointB, offer, ownVoice, reply, byWeather, unknown, withheld),
			nil, nil, 0, "16 claims had been said by then.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := SaidBy(content, test.day)
			slices.Sort(a.Undated)
			if diff := cmp.Diff(test.surely, a.surelySaid()); diff != "" {
				t.Errorf("said by then (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([][]string{test.perhaps, test.undated}, [][]string{a.Perhaps, a.Undated}); diff != "" {
				t.Errorf("perhaps and undated (-want +got):\n%s", diff)
			}
			if a.Later != test.later || a.Count.String() != test.count {
				t.Errorf("%d later: %q, want %d: %q", a.Later, a.Count, test.later, test.count)
			}
		})
	}
}

func TestSaidByCapture(t *testing.T) {
	t.Parallel()
	c := collection()
	for i := range c.Articles {
		if c.Articles[i].Slug == "daily-march" {
			c.Articles[i].Published, c.Articles[i].Captured = narrative.Date{}, "2031-03-20"
		}
	}
	content := compile(t, c, nil)
	if a := SaidBy(content, "2031-03-19"); !slices.Contains(a.Undated, string(code(vague))) {
		t.Errorf("a day before its article was taken down, the undated are %v", a.Undated)
	}
	if a := SaidBy(content, "2031-03-20"); !slices.Contains(a.surelySaid(), string(code(vague))) {
		t.Errorf("on the day on which its article was taken down, said by then are %v", a.surelySaid())
	}
}

func TestSaidByHeads(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	want := map[string][]string{
		"stopped": {"held by: Southland: Minister of Southland", "dated: 9 March 2031", "basis: not stated", "by an uncertain day: many captains, unnamed"},
		"running": {"held by: Northland: Minister of Northland", "dated: 11 March 2031", "basis: not stated"},
		"escort": {
			"held by: nobody by then", "dated: no dated claim by then", "by an uncertain day: Northland: Minister of Northland (conditional)",
		},
		"must-run": {"held by: nobody by then", "dated: no dated claim by then"},
	}
	for i, h := range SaidBy(content, "2031-04-10").Content.Bands[0].Heads {
		whole := content.Bands[0].Heads[i]
		if h.Position != whole.Position || h.Letter != whole.Letter || h.Colour != whole.Colour || h.Label.String() != whole.Label.String() {
			t.Errorf("head %d is %s, %s %d %s, want it as in the edition", i, h.Position, h.Letter, h.Colour, h.Label)
		}
		var lines []string
		for _, l := range h.Lines {
			lines = append(lines, l.Title+": "+l.Text.String())
		}
		if diff := cmp.Diff(want[h.Position], lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", h.Position, diff)
		}
	}
}

// A holder who goes to another position has changed the line only once the second claim was said.
func TestSaidByLineChanged(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Facts[0].Periods, c.Facts[0].Points = nil, nil
	c.Articles[1].Blocks = append(c.Articles[1].Blocks, narrative.Block{Text: "it sails again", Claims: []narrative.Claim{{
		Code: code(200), Source: "south-minister", Voice: narrative.DirectQuote, Uttered: given("2031-04-10"), Stances: on("running", narrative.Asserted),
	}}})
	content := compile(t, c, nil)
	for day, want := range map[narrative.Day]string{"2031-04-09": "", "2031-04-10": "Minister of Southland to B, 10 April 2031"} {
		if got := SaidBy(content, day).Content.Bands[0].Heads[0].line("line changed"); got != want {
			t.Errorf("on %s the line changed is %q, want %q", day, got, want)
		}
	}
}

func TestSaidByRows(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	restricted := SaidBy(content, "2031-03-10")
	stages := restricted.Content.Bands[0].Periods
	if len(stages) != 1 || len(stages[0].Rows) != 1 {
		t.Fatalf("%d stages, want one with one row: %+v", len(stages), stages)
	}
	row := stages[0].Rows[0]
	if got, want := row.When.String(), "9 March 2031 to 10 or 11 March 2031, in part inferred"; got != want {
		t.Errorf("the row is of %q, want %q", got, want)
	}
	if got := len(stages[0].Span); got != 0 {
		t.Errorf("the stretch ends later and is still said: %s", stages[0].Span)
	}
	var cells []string
	for _, cell := range row.Cells {
		cells = append(cells, strings.Join(cell.Claims, " ")+cell.Empty.String())
	}
	if diff := cmp.Diff([]string{string(code(stopped)), string(code(runs)), "Nothing said here by then.", "Nothing said here by then."}, cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if when := restricted.Content.claim(t, runs).When.String(); !strings.HasPrefix(when, "Perhaps by then. ") {
		t.Errorf("a claim that may have been said by then is of %q", when)
	}
	if got := SaidBy(content, "2031-03-11").Content.claim(t, runs).When.String(); strings.Contains(got, "Perhaps") {
		t.Errorf("a claim surely said by then is of %q", got)
	}
}

func TestSaidByLinks(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	// The reply answers the demand of the day before; the offer, of some day of that month, is in tension with it.
	for day, want := range map[narrative.Day][]string{
		"2031-04-14": {"in tension with Minister of Northland’s offer"},
		"2031-04-15": {"answered by Minister of Northland", "in tension with Minister of Northland’s offer"},
	} {
		restricted := SaidBy(content, day).Content
		var links []string
		for _, l := range restricted.claim(t, demand).Links {
			links = append(links, l.Text.String())
		}
		if diff := cmp.Diff(want, links); diff != "" {
			t.Errorf("links on %s (-want +got):\n%s", day, diff)
		}
	}
	if got := len(SaidBy(content, "2031-03-09").Content.Counters); got != 0 {
		t.Errorf("%d counter-claims before there were two claims", got)
	}
}

func TestSaidByPoints(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for day, want := range map[narrative.Day][2]int{"2031-03-10": {0, 0}, "2031-03-11": {1, 1}} {
		g := SaidBy(content, day).Content.Glance
		if got := [2]int{len(g.BothSay), len(g.OneSays)}; got != want {
			t.Errorf("on %s %v points, want %v", day, got, want)
		}
		if len(g.Missing) > 0 {
			t.Errorf("on %s it is said what is missing today: %s", day, lines(g.Missing))
		}
	}
}

func TestSaidByFigures(t *testing.T) {
	t.Parallel()
	c := collection()
	for i, block := range c.Articles[0].Blocks { // the whole is told a month after its parts
		for k := range block.Claims {
			if block.Claims[k].Code == code(whole) {
				c.Articles[0].Blocks[i].Claims[k].Issued = given("2031-04-11")
			}
		}
	}
	c.Articles[0].Published = given("2031-04-12")
	content := compile(t, c, nil)
	figures := SaidBy(content, "2031-03-12").Content.Figures
	if len(figures.Groups) != 1 || len(figures.Groups[0].Rows) != 2 || len(figures.Apart) != 0 {
		t.Fatalf("%+v, want the two parts alone", figures)
	}
	g := figures.Groups[0]
	for i, want := range []string{"Tugs, “over 850”, Minister of Northland", "Barges, “over 120”, Minister of Northland"} {
		if row := g.Rows[i]; row.Part || row.Label.String() != want {
			t.Errorf("row %d is %q (part: %v), want %q", i, row.Label, row.Part, want)
		}
	}
	if strings.Contains(g.Desc, "980") || len(g.Notes) != 1 || !strings.HasPrefix(g.Notes[0].String(), "Not all figures") {
		t.Errorf("the group says %q and %q", g.Desc, lines(g.Notes))
	}
	if all := SaidBy(content, "2031-04-12").Content; len(all.Figures.Groups[0].Notes) != len(content.Figures.Groups[0].Notes) || len(all.Glance.Figures) == 0 {
		t.Errorf("with every figure said the group says %q and the first screen %q", lines(all.Figures.Groups[0].Notes), all.Glance.Figures)
	}
}

func TestSaidByNotes(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[0].Blocks[0].Claims[0].Note = "The count was corrected on 3 May 2031"
	content := compile(t, c, nil)
	early, late := SaidBy(content, "2031-03-12").Content.claim(t, runs), SaidBy(content, "2031-05-03").Content.claim(t, runs)
	if got := lines(early.Notes); strings.Contains(got, "May") || !strings.HasSuffix(got, "1 note names a later day and is left out.") {
		t.Errorf("before the correction the notes are %q", got)
	}
	if got := lines(late.Notes); !strings.HasSuffix(got, "The count was corrected on 3 May 2031.") {
		t.Errorf("after the correction the notes are %q", got)
	}
}

func TestSaidDays(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	want := []SaidDay{{"2031-03-09", 1}, {"2031-03-11", 4}, {"2031-04-14", 3}, {"2031-04-15", 3}}
	if diff := cmp.Diff(want, SaidDays(content)); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	if first, last := SaidBetween(content); first != "2031-03-09" || last != "2031-05-02" {
		t.Errorf("said between %s and %s", first, last)
	}
	if first, last := SaidBetween(Content{}); first != "" || last != "" {
		t.Errorf("an empty page was said between %q and %q", first, last)
	}
}

func TestSaidByAnyDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		content := mustCompile(t, anyCollection(t), nil)
		before, err := Canonical(content)
		if err != nil {
			t.Fatal(err)
		}
		anyDay := func(name string) narrative.Day {
			start := narrative.Day("2031-02-20").Time()
			return narrative.Day(start.AddDate(0, 0, rapid.IntRange(0, 140).Draw(t, name)).Format("2006-01-02"))
		}
		day := anyDay("day")
		a, b := SaidBy(content, day), SaidBy(content, max(day, anyDay("later day")))
		if after, err := Canonical(content); err != nil || !bytes.Equal(before, after) {
			t.Fatalf("the content of the edition has changed (%v)", err)
		}
		everyClaimCounts(t, content, a)
		nothingLater(t, content, a)
		laterShowsMore(t, a, b)

		last := SaidBy(content, "9999-12-31")
		if last.Later > 0 || len(last.Perhaps) > 0 || len(last.Content.Claims) != len(content.Claims) {
			t.Fatalf("after the last claim %s", last.Count)
		}
		holdersAreThose(t, content, last.Content)
	})
}

// everyClaimCounts checks that each claim is shown in its place, stands apart, or is left out.
func everyClaimCounts(t *rapid.T, whole Content, a Restricted) {
	if len(a.Content.Claims)+a.Later != len(whole.Claims) {
		t.Fatalf("%d claims shown and %d left out of %d", len(a.Content.Claims), a.Later, len(whole.Claims))
	}
	inBands := map[string]int{}
	for _, band := range a.Content.Bands {
		for _, stage := range band.Periods {
			for _, row := range stage.Rows {
				if len(row.codes()) == 0 || len(row.Cells) != len(band.Heads) {
					t.Fatalf("a row of %d claims with %d cells under %d heads", len(row.codes()), len(row.Cells), len(band.Heads))
				}
				for _, code := range row.codes() {
					inBands[code]++
				}
			}
		}
	}
	for _, claim := range a.Content.Claims {
		want := len(claim.Stances)
		if slices.Contains(a.Undated, claim.Code) {
			want = 0
		}
		if inBands[claim.Code] != want {
			t.Fatalf("claim %s stands in %d places, want %d", claim.Code, inBands[claim.Code], want)
		}
	}
}

// nothingLater checks that nothing of a claim said later is left, and that no text in words of ours names a later day.
func nothingLater(t *rapid.T, whole Content, a Restricted) {
	shown := map[string]bool{}
	until := a.Day
	for _, claim := range a.Content.Claims {
		shown[claim.Code] = true
		if slices.Contains(a.Undated, claim.Code) {
			continue
		}
		until = max(until, narrative.Day(claim.Said.Latest))
		if claim.Said.Earliest > string(a.Day) {
			t.Fatalf("claim %s of %s is shown as of %s", claim.Code, claim.Said.Text, a.Day)
		}
	}
	page, err := json.Marshal(a.Content)
	if err != nil {
		t.Fatal(err)
	}
	for _, claim := range whole.Claims {
		if !shown[claim.Code] && bytes.Contains(page, []byte(claim.Code)) {
			t.Fatalf("claim %s of %s is named as of %s", claim.Code, claim.Said.Text, a.Day)
		}
	}
	framed := a.Content // without what stays as it is
	framed.Question, framed.Dispute, framed.Articles, framed.Events, framed.Claims, framed.Bands = nil, Dispute{}, nil, nil, nil, nil
	check := func(texts ...Text) {
		for _, text := range texts {
			if day := lastDayNamed(text); day > until {
				t.Fatalf("as of %s it says %q", a.Day, text)
			}
		}
	}
	check(textsIn(reflect.ValueOf(framed))...)
	for _, claim := range a.Content.Claims {
		if !slices.Contains(a.Undated, claim.Code) {
			check(textsIn(reflect.ValueOf(claim))...)
		}
	}
	for _, band := range a.Content.Bands {
		for _, h := range band.Heads {
			for _, l := range h.Lines {
				check(l.Text)
			}
		}
		for _, stage := range band.Periods {
			check(append(textsIn(reflect.ValueOf(stage.Rows)), stage.Span)...)
		}
	}
}

// textsIn gives all texts inside a value.
func textsIn(v reflect.Value) []Text {
	var texts []Text
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			texts = append(texts, textsIn(field)...)
		}
	case reflect.Slice:
		if v.Type() == textType {
			return []Text{v.Interface().(Text)}
		}
		for i := range v.Len() {
			texts = append(texts, textsIn(v.Index(i))...)
		}
	}
	return texts
}

// laterShowsMore checks that what had been said by a day had been said by a later one.
func laterShowsMore(t *rapid.T, a, b Restricted) {
	said := b.surelySaid()
	for _, code := range a.surelySaid() {
		if !slices.Contains(said, code) {
			t.Fatalf("claim %s had been said by %s and not by %s", code, a.Day, b.Day)
		}
	}
	for _, code := range a.Perhaps {
		if !slices.Contains(said, code) && !slices.Contains(b.Perhaps, code) {
			t.Fatalf("claim %s may have been said by %s and not by %s", code, a.Day, b.Day)
		}
	}
	for _, code := range b.Undated {
		if !slices.Contains(a.Undated, code) {
			t.Fatalf("claim %s has no known day on %s and has one on %s", code, b.Day, a.Day)
		}
	}
	if b.Later > a.Later {
		t.Fatalf("%d claims are later than %s, %d later than %s", a.Later, a.Day, b.Later, b.Day)
	}
}

// holdersAreThose checks that after all claims the holders are those of the edition who have a dated claim.
func holdersAreThose(t *rapid.T, whole, last Content) {
	for i, band := range whole.Bands {
		for k, h := range band.Heads {
			var dated, got []Holder
			for _, holder := range h.Holders {
				if holder.Mode = ""; holder.First != "" { // the mode may be that of a claim without a given day
					dated = append(dated, holder)
				}
			}
			for _, holder := range last.Bands[i].Heads[k].Holders {
				holder.Mode = ""
				got = append(got, holder)
			}
			bySource := func(a, b Holder) int { return strings.Compare(a.Source, b.Source) }
			slices.SortFunc(dated, bySource)
			slices.SortFunc(got, bySource)
			if !slices.Equal(dated, got) {
				t.Fatalf("%s is held by %v, want %v", h.Position, got, dated)
			}
		}
	}
}
