package edition

import (
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

// gap gives the text of the gaps of a title, "" if there are none.
func (c Content) gap(title string) string {
	for _, g := range c.Gaps {
		if g.Title == title {
			return g.Text.String()
		}
	}
	return ""
}

func TestGaps(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for title, want := range map[string]string{
		"Timetable":                  "The timetable of North Quay is not held.",
		"Expected, not held":         "Envoy of the League on the call of the minister and the envoy (10 March 2031): not yet looked for.",
		"One origin only":            "Boats on the line: one origin, Northland’s harbour office.",
		"Heard only through another": "",
		"Undated figures":            "",
		"No primary document":        "No statement, readout or transcript is held in the original; all words here come through news reports.",
		"No record":                  "",
		"Days not given":             "The day of 2 of 16 claims is inferred, not given by the article. The day of 2 of 16 claims is not known.",
	} {
		if got := content.gap(title); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
	var missing []string
	for _, m := range content.Glance.Missing {
		missing = append(missing, m.String())
	}
	if want := []string{
		"Timetable.", "No account by Envoy of the League of the call of the minister and the envoy (10 March 2031).", content.gap("One origin only"),
	}; !slices.Equal(missing, want) {
		t.Errorf("missing %q, want %q", missing, want)
	}
}

// TestRequests checks what readers see of requests for comment in each state.
func TestRequests(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Facts[0].Requests = []narrative.Request{
		{To: "north-minister", Question: "Did the line run to [[north-quay]]?", Event: "call", Asked: "2031-05-03T10:00+02:00", By: "e-mail to the ministry",
			Deadline: "2031-05-05T18:00Z", State: narrative.RequestNone, Settled: "2031-05-05T18:30Z", Note: "for the desk only"},
		{To: "envoy", Question: "Who counted", Asked: "2031-05-03T10:00Z", By: "telephone", State: narrative.RequestOpen},
		{To: "envoy", Question: "Who counted the tugs", Asked: "2031-05-04T10:00Z", By: "telephone", State: narrative.RequestDeclined, Settled: "2031-05-04T10:05Z"},
		{To: "north-office", Question: "How many?", Asked: "2031-05-03T10:00Z", By: "letter", State: narrative.RequestAnswered, Settled: "2031-05-06T09:00Z",
			Article: "daily-march", Claim: code(whole)},
	}
	content := compile(t, c, nil)
	want := "Minister of Northland was asked for comment on 3 May 2031, 10:00 UTC+02:00, by e-mail to the ministry, about the call of the minister and the envoy (10 March 2031): " +
		"Did the line run to North Quay? An answer was asked for by 5 May 2031, 18:00 UTC. No answer had come by 5 May 2031, 18:30 UTC. " +
		"Envoy of the League was asked for comment on 3 May 2031, 10:00 UTC, by telephone: Who counted. No answer is entered yet. " +
		"Envoy of the League was asked for comment on 4 May 2031, 10:00 UTC, by telephone: Who counted the tugs. Comment was declined on 4 May 2031, 10:05 UTC. " +
		"Northland’s harbour office was asked for comment on 3 May 2031, 10:00 UTC, by letter: How many? Answered on 6 May 2031, 09:00 UTC, in “The line”."
	if got := content.gap("Asked for comment"); got != want {
		t.Errorf("%q, want\n%q", got, want)
	}
	var missing []string
	for _, m := range content.Glance.Missing {
		if s := m.String(); strings.Contains(s, "comment") {
			missing = append(missing, s)
		}
	}
	if len(missing) != 3 || !strings.HasSuffix(missing[0], " was asked for comment and had not answered by 5 May 2031, 18:30 UTC.") || missing[2] != "Envoy of the League declined to comment." {
		t.Errorf("missing %q", missing)
	}
	if before := compile(t, collection(), nil); before.gap("Asked for comment") != "" {
		t.Error("a fact without requests tells of some")
	}
}

func TestOtherGaps(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Events[0].Expected = []narrative.Expected{
		{Of: "envoy", State: narrative.LookedFor, Where: "the League’s site", On: "2031-06-02"},
		{Of: "north-office", State: narrative.NotIssued, Note: "By its own statement."},
	}
	c.Articles[1].Blocks[1].Claims, c.Articles[1].Blocks[4].Claims = nil, nil // the envoy's own
	c.Articles[1].Blocks[3].Claims[0].Counters, c.Articles[1].Blocks[5].Claims[0].Counters = nil, nil
	c.Articles[0].Blocks[1].Claims[0].Figures[0].From, c.Articles[0].Blocks[1].Claims[0].Figures[0].Until = "", ""
	c.Records = nil
	c.Facts[0].Background = ""
	content := compile(t, c, nil)
	for title, want := range map[string]string{
		"Expected, not held": "Envoy of the League on the call of the minister and the envoy (10 March 2031): looked for at the League’s site on 2 June 2031, not found. " +
			"Northland’s harbour office on the call of the minister and the envoy (10 March 2031): none issued, by its own word (By its own statement).",
		"Heard only through another": "Envoy of the League is heard only through Northland’s harbour office.",
		"Undated figures": "Nothing says on or between which days these hold: “some 980 boats” (Minister of Northland); “over 850” (Minister of Northland); " +
			"“over 120” (Minister of Northland).",
		"No record": "No document, order, count, image or recording is entered for this.",
	} {
		if got := content.gap(title); got != want {
			t.Errorf("%s:\n got %q\nwant %q", title, got, want)
		}
	}
	if got := lines(content.Figures.Groups[0].Notes); !strings.HasSuffix(got, "counts twice; over which days.") {
		t.Errorf("the notes do not say that the days are not said: %q", got)
	}
}

func TestMissingAccountsInShort(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Events[0].Title, c.Events[0].Date = "Call of the ministers, March 2031", inferred("2031-03")
	c.Events[1].Expected = []narrative.Expected{{Of: "envoy", State: narrative.NotLookedFor}, {Of: "south-ministry", State: narrative.NotLookedFor}}
	content := compile(t, c, nil)
	if got, want := lines(content.Glance.Missing[1:3]), "No account by Envoy of the League of 2 occasions. | "+
		"No account by the Ministry of Ports of Southland of the hearing of the ports (14 April 2031)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := content.gap("Expected, not held"), "Envoy of the League on the call of the ministers, March 2031 (inferred): not yet looked for."; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q first", got, want)
	}
}

func TestFiveOutletsOnOneReadoutAreOneOrigin(t *testing.T) {
	t.Parallel()
	c := collection()
	for i := range 5 {
		c.Articles = append(c.Articles, narrative.Article{
			Slug: narrative.Slug("copy-" + string(rune('a'+i))), Outlet: "quay-wire", Kind: narrative.Readout, Language: "en", Published: given("2031-03-12"),
			Blocks: []narrative.Block{{Text: "the cold did it", Claims: []narrative.Claim{{
				Code: code(40 + i), Source: "south-minister", Voice: narrative.Paraphrase, Event: "call",
				Chain:   []narrative.Hop{hop("south-ministry", narrative.RoleReadout, ""), hop("quay-wire", narrative.RoleOutlet, "")},
				Stances: []narrative.Stance{{Fact: "ferry-line", Aspect: "by-whom", Position: "cold", Mode: narrative.Asserted}},
			}}}},
		})
	}
	c.Facts[0].Aspects[0].Positions = append(c.Facts[0].Aspects[0].Positions, narrative.Position{Slug: "cold", Label: "The cold did"})
	content := compile(t, c, nil)
	if got, want := content.gap("One origin only"), "“The cold did”: 5 passages, one origin, the Ministry of Ports of Southland."; !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := content.gap("No primary document"); got != "" {
		t.Errorf("with readouts: %q", got)
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	timeline := compile(t, collection(), nil).Timeline
	var lanes []string
	for _, l := range timeline.Lanes {
		lanes = append(lanes, laneText(l))
	}
	want := []string{
		"A, It was stopped: Minister of Southland, 9 March 2031; Quay Wire, 15 April 2031.",
		"B, It was running: Minister of Northland, 10 or 11 March 2031, inferred; Minister of Northland, 11 March 2031; Minister of Northland, 11 March 2031; Minister of Northland, 11 March 2031; Minister of Northland, 15 April 2031.",
		"C, It can run under escort: Minister of Northland, April 2031.",
		"D, It must run: Envoy of the League, 14 April 2031; Minister of Southland, 14 April 2031; Envoy of the League, 14 April 2031.",
		"Takes no position: Northland’s harbour office, 11 March 2031; Unidentified outlet, 2 May 2031, inferred.",
		"A, Northland did: Minister of Southland, 9 March 2031.",
		"B, The weather did: Minister of Northland, 15 April 2031.",
	}
	if !slices.Equal(lanes, want) {
		t.Errorf("lanes\n%s\nwant\n%s", strings.Join(lanes, "\n"), strings.Join(want, "\n"))
	}
	if got, want := timeline.Desc, strings.Join(want, " "); got != want {
		t.Errorf("in words %q, want %q", got, want)
	}
	if mark := timeline.Lanes[1].Marks[0]; mark.Given || mark.Earliest != "2031-03-10" || mark.Latest != "2031-03-11" {
		t.Errorf("the inferred day is marked %+v", mark)
	}
	if !slices.Equal(timeline.Undated, codes(vague, unknown)) {
		t.Errorf("undated %q", timeline.Undated)
	}
	var occasions []string
	for _, o := range timeline.Occasions {
		occasions = append(occasions, o.Earliest+" "+o.Text.String())
	}
	if want := []string{"2031-03-10 Call of the minister and the envoy, 10 March 2031", "2031-04-01 With the new pier: from 1 April 2031", "2031-04-14 Hearing of the ports, 14 April 2031"}; !slices.Equal(occasions, want) {
		t.Errorf("occasions %q, want %q", occasions, want)
	}
	if len(timeline.Notes) != 1 {
		t.Errorf("notes %q, want one on uncertain days", lines(timeline.Notes))
	}
}
