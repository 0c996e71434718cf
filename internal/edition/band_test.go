package edition

import (
	"slices"
	"testing"

	"counterclaim/internal/narrative"
)

func labels(b Band) []string {
	var list []string
	for _, h := range b.Heads {
		list = append(list, h.Letter+" "+h.Position)
	}
	return list
}

func TestHeadsStandByTheirEarliestDatedClaim(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	if got, want := labels(content.Bands[0]), []string{"A stopped", "B running", "C escort", "D must-run"}; !slices.Equal(got, want) {
		t.Errorf("heads %q, want %q", got, want)
	}

	c := collection()
	stop := &c.Articles[1].Blocks[0].Claims[0]
	stop.Uttered = inferred("2031-03-09") // orders nothing any more; then the outlet's own day counts for nothing beside a holder
	if got, want := labels(compile(t, c, nil).Bands[0]), []string{"A running", "B escort", "C must-run", "D stopped"}; !slices.Equal(got, want) {
		t.Errorf("with an inferred day: heads %q, want %q", got, want)
	}
	c.Articles[1].Blocks[0].Claims = nil
	c.Articles[2].Blocks[0].Claims = nil // now only an outlet and an unnamed group say so
	c.Facts[0].Points = nil
	if got, want := labels(compile(t, c, nil).Bands[0]), []string{"A running", "B escort", "C must-run", "D stopped"}; !slices.Equal(got, want) {
		t.Errorf("with an outlet alone: heads %q, want %q", got, want)
	}
}

func TestPositionsKeepTheirLetters(t *testing.T) {
	t.Parallel()
	last := compile(t, collection(), nil)
	c := collection()
	c.Articles[1].Blocks[0].Claims[0].Uttered = narrative.Date{} // "stopped" goes to the end
	c.Facts[0].Positions = append(c.Facts[0].Positions, narrative.Position{Slug: "half", Label: "It ran in part"})
	content := compile(t, c, &last)
	if got, want := labels(content.Bands[0]), []string{"B running", "C escort", "D must-run", "A stopped", "E half"}; !slices.Equal(got, want) {
		t.Errorf("heads %q, want %q", got, want)
	}
	if got := content.Bands[0].Heads[4].Colour; got != 5 {
		t.Errorf("the new position's colour is %d, want 5", got)
	}
	if got, want := labels(content.Bands[1]), []string{"B weather", "A north"}; !slices.Equal(got, want) {
		t.Errorf("heads of the aspect %q, want %q", got, want)
	}
}

func TestLetter(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 52: "AZ", 53: "BA"} {
		if got := letter(n); got != want {
			t.Errorf("letter %d is %s, want %s", n, got, want)
		}
	}
}

func TestHeadLines(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for _, tt := range []struct {
		position, title, want string
	}{
		{"stopped", "held by", "Southland: Minister of Southland, Ministry of Ports of Southland"},
		{"stopped", "also", "in the voice of Quay Wire; many captains, unnamed"},
		{"stopped", "dated", "9 March 2031"}, // not the outlet's own day
		{"stopped", "basis", "not stated"},
		{"running", "held by", "Northland: Minister of Northland"},
		{"running", "dated", "11 March to 15 April 2031"}, // not the inferred day of the call
		{"running", "basis", "own count; otherwise not stated"},
		{"running", "line changed", ""},
		{"escort", "held by", "Northland: Minister of Northland (conditional)"},
		{"must-run", "held by", "League of Ports: Envoy of the League; Southland: Minister of Southland"}, // asserted once, so no mark
	} {
		i := slices.IndexFunc(content.Bands[0].Heads, func(h Head) bool { return h.Position == tt.position })
		if got := content.Bands[0].Heads[i].line(tt.title); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.position, tt.title, got, tt.want)
		}
	}
}

func TestHoldersOfAPosition(t *testing.T) {
	t.Parallel()
	c := collection()
	told := &c.Articles[0].Blocks[2].Claims[0] // the office on what the envoy, of another party, said
	told.Stances = on("must-run", narrative.Demanded)
	head := compile(t, c, nil).Bands[0].Heads
	i := slices.IndexFunc(head, func(h Head) bool { return h.Position == "must-run" })
	if got, want := head[i].line("held by"), "League of Ports: Envoy of the League; Southland: Minister of Southland"; got != want {
		t.Errorf("another party's account counts: %q, want %q", got, want)
	}
	if got, want := head[i].line("dated"), "14 April 2031"; got != want {
		t.Errorf("another party's account is dated: %q, want %q", got, want)
	}
	if got, want := head[i].line("by others’ account"), "Envoy of the League, as told by Northland’s harbour office"; got != want {
		t.Errorf("another party's account: %q, want %q", got, want)
	}
	if len(head[i].Others) != 0 {
		t.Errorf("another party's account stands among %q", head[i].Others)
	}

	told.AttributedTo = "north-minister" // of the office's own party
	head = compile(t, c, nil).Bands[0].Heads
	i = slices.IndexFunc(head, func(h Head) bool { return h.Position == "must-run" })
	if got, want := head[i].line("held by"), "Northland: Minister of Northland (demanded); League of Ports: Envoy of the League; Southland: Minister of Southland"; got != want {
		t.Errorf("an account by the same party: %q, want %q", got, want)
	}
	if got, want := head[i].Holders[0], (Holder{"north-minister", "north", "2031-03-11", "2031-03-11", "demanded"}); got != want {
		t.Errorf("holder %+v, want %+v", got, want)
	}
}

func TestHoldersOfOnePartyAndMode(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[1].Blocks[0].Claims[0].Stances[0].Mode = narrative.Presupposed
	if got, want := compile(t, c, nil).Bands[0].Heads[0].line("held by"), "Southland: Minister of Southland (presupposed), Ministry of Ports of Southland"; got != want {
		t.Errorf("one of two presupposes: %q, want %q", got, want)
	}
	c.Articles[2].Blocks[0].Claims[0].Stances[0].Mode = narrative.Presupposed
	if got, want := compile(t, c, nil).Bands[0].Heads[0].line("held by"), "Southland (presupposed): Minister of Southland, Ministry of Ports of Southland"; got != want {
		t.Errorf("both presuppose: %q, want %q", got, want)
	}
}

func TestHeldByAPartyOfTheSameName(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Parties = append(c.Parties, narrative.Party{Slug: "islanders", Name: "The islanders, as one paper has it"})
	c.Sources = append(c.Sources,
		narrative.Source{Slug: "the-islanders", Name: "The islanders", Kind: narrative.Side, Party: "islanders"},
		narrative.Source{Slug: "the-north", Name: "Northland, as “the north”", Kind: narrative.Side, Party: "north"})
	c.Articles[1].Blocks[0].Claims[0].Source = "the-islanders"
	c.Articles[1].Blocks[3].Claims[0].Source = "the-north"
	content := compile(t, c, nil)
	if got, want := content.Bands[0].Heads[0].line("held by"), "The islanders, as one paper has it; Southland: Ministry of Ports of Southland"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := content.Bands[0].Heads[1].line("held by"), "Northland: Minister of Northland, as “the north”"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := content.Glance.BothSay[0].Title, "Said by both Northland and the islanders, as one paper has it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLineChanged(t *testing.T) {
	t.Parallel()
	c := collection()
	wire := &c.Articles[1]
	wire.Blocks = append(wire.Blocks, narrative.Block{Text: "it is stopped after all", Claims: []narrative.Claim{{
		Code: code(20), Source: "south-minister", Voice: narrative.DirectQuote, Uttered: given("2031-03-20"), Stances: on("running", narrative.Asserted),
	}}})
	content := compile(t, c, nil)
	if got, want := content.Bands[0].Heads[0].line("line changed"), "Minister of Southland to B, 20 March 2031"; got != want {
		t.Errorf("the old line: %q, want %q", got, want)
	}
	if got, want := content.Bands[0].Heads[1].line("line changed"), "Minister of Southland from A, 20 March 2031"; got != want {
		t.Errorf("the new line: %q, want %q", got, want)
	}

	last := &wire.Blocks[len(wire.Blocks)-1].Claims[0]
	for name, change := range map[string]func(){
		"in another period, of a matter that changes": func() { last.Uttered = given("2031-04-20") },
		"on an inferred day":                          func() { last.Uttered = inferred("2031-03-20") },
		"as a mere demand":                            func() { last.Uttered = given("2031-03-20"); last.Stances[0].Mode = narrative.Demanded },
	} {
		change()
		if got := compile(t, c, nil).Bands[0].Heads[0].line("line changed"); got != "" {
			t.Errorf("%s: %q, want no change of line", name, got)
		}
		last.Stances[0].Mode = narrative.Asserted
	}
}

// rowsAs names the claims of each row of a stage, by position, those that take none after a bar.
func rowsAs(s Stage) [][]string {
	var rows [][]string
	for _, r := range s.Rows {
		var codes []string
		for _, cell := range r.Cells {
			codes = append(codes, cell.Claims...)
		}
		codes = append(append(codes, "|"), r.AlsoSaid...)
		rows = append(rows, codes)
	}
	return rows
}

func codes(numbers ...int) []string {
	var list []string
	for _, n := range numbers {
		if n == 0 {
			list = append(list, "|")
		} else {
			list = append(list, string(code(n)))
		}
	}
	return list
}

func TestRows(t *testing.T) {
	t.Parallel()
	stages := compile(t, collection(), nil).Bands[0].Periods
	for i, want := range [][][]string{
		{codes(stopped, runs, 0, relayed), codes(whole, partA, partB, 0)},                                  // joined, with a concern of its occasion; the rest of the call
		{codes(reply, offer, demand, 0), codes(jointA, jointB, 0), codes(ownVoice, 0), codes(0, withheld)}, // joined; of one day; alone; taking no position alone
		{codes(vague, 0), codes(unknown, 0)},                                                               // day not known: by article
	} {
		got := rowsAs(stages[i])
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("stage %d: rows %v, want %v", i, got, want)
		}
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[1].Blocks[5].Claims[0].Uttered = given("2031") // over both periods
	stages := compile(t, c, nil).Bands[0].Periods
	var got []string
	for _, s := range stages {
		got = append(got, s.Period+": "+s.Label.String()+" "+s.Span.String())
	}
	want := []string{
		"winter: Before the new pier until 31 March 2031", "summer: With the new pier from 1 April 2031",
		": In none of these stretches alone ", ": Day not known ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("stages %q, want %q", got, want)
	}

	c.Facts[0].Periods, c.Facts[0].Points = nil, nil
	stages = compile(t, c, nil).Bands[0].Periods
	if len(stages) != 1 || stages[0].Label.String() != "" {
		t.Errorf("a fact without periods has the stages %+v, want one without a label", stages)
	}
}

func TestNothingContradictsAcrossPeriods(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[1].Blocks[3].Claims[0].Counters = []narrative.Counter{counter(stopped, narrative.Contradicts)} // April against March
	for _, stage := range compile(t, c, nil).Bands[0].Periods {
		for _, row := range rowsAs(stage) {
			if slices.Contains(row, string(code(reply))) && slices.Contains(row, string(code(stopped))) {
				t.Errorf("one row over two periods: %v", row)
			}
		}
	}
}

func TestEmptyCells(t *testing.T) {
	t.Parallel()
	c := collection()
	band := compile(t, c, nil).Bands[0]
	for _, tt := range []struct {
		name             string
		stage, row, cell int
		want             string
	}{
		{"a position with no claim in the period", 0, 0, 3, "Nothing from these holders in the 2 articles read for this time."},
		{"a position with claims elsewhere in the period", 1, 0, 0, ""},
		{"day not known", 2, 0, 1, ""},
	} {
		if got := band.Periods[tt.stage].Rows[tt.row].Cells[tt.cell].Empty.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got, want := compile(t, c, nil).Bands[1].Periods[1].Rows[0].Cells[0].Empty.String(), "Nothing from these holders in the 1 article read for this time."; got != want {
		t.Errorf("an article older than the row counts as read for it: %q, want %q", got, want)
	}

	c.Facts[0].Periods, c.Facts[0].Points = nil, nil
	c.Facts[0].Positions = append(c.Facts[0].Positions, narrative.Position{Slug: "half", Label: "It ran in part"})
	if got, want := compile(t, c, nil).Bands[0].Periods[0].Rows[0].Cells[4].Empty.String(), "Nothing in the 2 articles read for this."; got != want {
		t.Errorf("a position that nobody holds: %q, want %q", got, want)
	}
	for i := range c.Articles {
		c.Articles[i].ReadFor = nil
	}
	if got, want := compile(t, c, nil).Bands[0].Periods[0].Rows[0].Cells[4].Empty.String(), "Not yet read for this."; got != want {
		t.Errorf("nothing read: %q, want %q", got, want)
	}
}

func TestRowWords(t *testing.T) {
	t.Parallel()
	row := compile(t, collection(), nil).Bands[0].Periods[0].Rows[0]
	if got, want := row.When.String(), "9 March 2031 to 10 or 11 March 2031, in part inferred"; got != want {
		t.Errorf("when %q, want %q", got, want)
	}
	if len(row.Occasion) != 1 || row.Occasion[0] != (Run{Text: "Call of the minister and the envoy", Kind: RunEvent, Ref: "call"}) {
		t.Errorf("occasion %+v, want the call", row.Occasion)
	}
}

func TestRecordsOfABand(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	if got, want := content.Bands[0].Checked.String(), "No record entered."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := content.Bands[1]; !slices.Equal(got.Records, []string{"log-book"}) || len(got.Checked) != 0 {
		t.Errorf("the aspect has the records %q and the line %q", got.Records, got.Checked)
	}
	if len(content.Records) != 1 || content.Records[0].Shows[0].String() != "Arrivals at North Quay." {
		t.Errorf("records %+v, want the log book alone", content.Records)
	}
}
