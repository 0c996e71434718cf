package edition

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

// bodyOf is an edition of a content.
func bodyOf(c Content, number int, kind Kind) Body {
	return Body{Format: Format, Fact: c.Key, Number: number, PublishedAt: "2031-07-01T12:00:00Z", Kind: kind, Reason: "a reason", Content: c}
}

// edited compiles the ferry line before and after an edit of the collection, and compares the two.
func edited(t *testing.T, edit func(*narrative.Collection)) Difference {
	t.Helper()
	before := compile(t, collection(), nil)
	c := collection()
	edit(&c)
	return Compare(bodyOf(before, 1, First), bodyOf(compile(t, c, &before), 2, Update))
}

// inText is the claim of a number in a collection.
func inText(c *narrative.Collection, n int) *narrative.Claim {
	for i := range c.Articles {
		for j := range c.Articles[i].Blocks {
			for k := range c.Articles[i].Blocks[j].Claims {
				if claim := &c.Articles[i].Blocks[j].Claims[k]; claim.Code == code(n) {
					return claim
				}
			}
		}
	}
	panic("no such claim")
}

// without takes a claim out of a collection.
func without(c *narrative.Collection, n int) {
	for i := range c.Articles {
		for j := range c.Articles[i].Blocks {
			b := &c.Articles[i].Blocks[j]
			b.Claims = slices.DeleteFunc(b.Claims, func(claim narrative.Claim) bool { return claim.Code == code(n) })
		}
	}
}

// kindsOf lists the kinds of the changes that count, with what each is about.
func kindsOf(d Difference) []string {
	var kinds []string
	for _, c := range d.Changes {
		if !c.Follows {
			kinds = append(kinds, strings.TrimSpace(string(c.Kind)+" "+c.Subject))
		}
	}
	return kinds
}

func TestCompare(t *testing.T) {
	t.Parallel()
	of := func(kind ChangeKind, n int) string { return string(kind) + " " + string(code(n)) }
	tests := []struct {
		name  string
		edit  func(*narrative.Collection)
		want  []string // that count
		words string   // of the first, or its sentence
	}{
		{"nothing", func(*narrative.Collection) {}, nil, ""},
		{"a claim added", func(c *narrative.Collection) {
			c.Articles[0].Blocks = append(c.Articles[0].Blocks, narrative.Block{Text: "it lay still", Claims: []narrative.Claim{{
				Code: code(40), Source: "south-minister", Voice: narrative.DirectQuote, Uttered: given("2031-03-09"), Stances: on("stopped", narrative.Asserted),
				Counters: []narrative.Counter{counter(runs, narrative.Contradicts)},
			}}})
		}, []string{of(ClaimAdded, 40)}, "Minister of Southland: claim added, under A, “It was stopped”."},
		{"a claim removed", func(c *narrative.Collection) { without(c, ownVoice) }, []string{of(ClaimRemoved, ownVoice)},
			"Quay Wire: claim removed; it stood under A, “It was stopped”."},
		{"words", func(c *narrative.Collection) {
			inText(c, stopped).Words = []string{"nothing has sailed at all since autumn"}
		}, []string{of(ClaimReworded, stopped)}, "nothing has sailed{+ at all} since{- the} autumn"},
		{"another position", func(c *narrative.Collection) { inText(c, stopped).Stances[0].Position = "running" }, []string{of(ClaimMoved, stopped)},
			"Minister of Southland: moved from A, “It was stopped” to B, “It was running”."},
		{"another position on a question", func(c *narrative.Collection) { inText(c, stopped).Stances[1].Position = "weather" }, []string{of(ClaimMoved, stopped)},
			"Minister of Southland: on “What stopped it?”, moved from A, “Northland did” (presupposed) to B, “The weather did” (presupposed)."},
		{"no position any more", func(c *narrative.Collection) {
			inText(c, demand).Stances = on("", narrative.Concern)
		}, []string{of(ClaimMoved, demand)}, "Envoy of the League: moved from D, “It must run” (demanded) to no position (concern only)."},
		{"another question too", func(c *narrative.Collection) {
			claim := inText(c, demand)
			claim.Stances = append(claim.Stances, narrative.Stance{Fact: "ferry-line", Aspect: "by-whom", Position: "weather", Mode: narrative.Presupposed})
		}, []string{of(ClaimMoved, demand)}, "Envoy of the League: stands in another place too now: “What stopped it?”: B, “The weather did” (presupposed)."},
		{"one question less", func(c *narrative.Collection) { inText(c, stopped).Stances = on("stopped", narrative.Asserted) },
			[]string{of(ClaimMoved, stopped)}, "Minister of Southland: does not stand here any more: “What stopped it?”: A, “Northland did” (presupposed)."},
		{"mode", func(c *narrative.Collection) { inText(c, ownVoice).Stances[0].Mode = narrative.Presupposed }, []string{of(ClaimMode, ownVoice)},
			"Quay Wire: how it takes the position changed: presupposed; before, asserted."},
		{"period", func(c *narrative.Collection) { inText(c, ownVoice).Stances[0].Period = "winter" }, []string{of(ClaimPeriod, ownVoice)},
			"Quay Wire: moved from “With the new pier” (from 1 April 2031) to “Before the new pier” (until 31 March 2031)."},
		{"counter-claim joined", func(c *narrative.Collection) {
			inText(c, ownVoice).Counters = []narrative.Counter{counter(runs, narrative.Contradicts)}
		}, []string{of(CounterJoined, ownVoice)}, "Quay Wire: joined: contradicts Minister of Northland."},
		{"counter-claim parted", func(c *narrative.Collection) { inText(c, offer).Counters = nil }, []string{of(CounterParted, offer)},
			"Minister of Northland: parted; until then: in tension with Envoy of the League."},
		{"counter-claim of another kind", func(c *narrative.Collection) { inText(c, offer).Counters[0].Relation = narrative.Answers },
			[]string{of(CounterChanged, offer)}, "{-in tension with}{+answers}; differing in: direct; one line of reason"},
		{"the reason of a counter-claim", func(c *narrative.Collection) { inText(c, offer).Counters[0].Why = "another line" },
			[]string{of(CounterChanged, offer)}, "in tension with; differing in: direct;{- one}{+ another} line{- of reason}"},
		{"a date made certain", func(c *narrative.Collection) { inText(c, runs).Uttered = given("2031-03-10") }, []string{of(DateCertain, runs)},
			"Minister of Northland: the day on which it was said is certain now."},
		{"a date made uncertain", func(c *narrative.Collection) { inText(c, demand).Uttered = inferred("2031-04-14") }, []string{of(DateUncertain, demand)},
			"Envoy of the League: the day on which it was said is not certain any more."},
		{"a date moved", func(c *narrative.Collection) { inText(c, demand).Uttered = given("2031-04-13") }, []string{of(DateChanged, demand)},
			"Envoy of the League: the day on which it was said changed."},
		{"a date of a month made a day", func(c *narrative.Collection) { inText(c, offer).Uttered = given("2031-04-20") }, []string{of(DateCertain, offer)},
			"Minister of Northland: the day on which it was said is certain now."},
		{"why a date is not known", func(c *narrative.Collection) { inText(c, unknown).Issued.Reason = "the text names a weekday alone" },
			[]string{of(DateChanged, unknown)}, "South"},
		{"when it happened", func(c *narrative.Collection) { inText(c, demand).About = given("2031-01") }, []string{of(DateCertain, demand)}, ""},
		{"a figure added", func(c *narrative.Collection) {
			inText(c, ownVoice).Figures = []narrative.Figure{{Verbatim: "two piers", Counted: "piers"}}
		}, []string{of(FigureAdded, ownVoice)}, "Quay Wire: a figure was added."},
		{"a figure removed", func(c *narrative.Collection) { inText(c, vague).Figures = nil }, []string{of(FigureRemoved, vague)}, "Many captains: a figure was removed."},
		{"a figure changed", func(c *narrative.Collection) { inText(c, whole).Figures[0].Rule = "each boat once" }, []string{of(FigureChanged, whole)},
			"“some 980 boats”; read as about 980 boats; counting boats on the line;{+ by the rule each boat once;} from 2031-01-01; until 2031-03-10"},
		{"a figure with other words", func(c *narrative.Collection) { inText(c, partA).Figures[0].Verbatim = "850" }, []string{of(FigureChanged, partA)}, ""},
		{"the speaker", func(c *narrative.Collection) { inText(c, demand).Source = "south-minister" }, []string{of(ClaimSource, demand)},
			"{-Envoy}{+Minister} of{- the League}{+ Southland}, quoted by Quay Wire:"},
		{"attribution", func(c *narrative.Collection) { inText(c, offer).Attribution = "" }, []string{of(ClaimSource, offer)}, ""},
		{"the office", func(c *narrative.Collection) { inText(c, runs).Office = "minister" }, []string{of(ClaimOffice, runs)},
			"Minister of Northland: the office or the name as printed changed."},
		{"the chain", func(c *narrative.Collection) { inText(c, runs).Chain[1].Verb = "insisted" }, []string{of(ClaimChain, runs)}, ""},
		{"the voice", func(c *narrative.Collection) { inText(c, demand).Voice = narrative.Paraphrase }, []string{of(ClaimVoice, demand)}, ""},
		{"the basis", func(c *narrative.Collection) { inText(c, runs).Basis = narrative.Witness }, []string{of(ClaimBasis, runs)}, ""},
		{"the occasion", func(c *narrative.Collection) { inText(c, demand).Event = "" }, []string{of(ClaimOccasion, demand)}, ""},
		{"our note", func(c *narrative.Collection) { inText(c, unknown).Note = "Two names are misspelt in the text" }, []string{of(ClaimNote, unknown)},
			"{-One name is}{+Two names are} misspelt in the text."},
		{"the question", func(c *narrative.Collection) {
			c.Facts[0].Question = "Was the ferry line to [[north-quay]] ever running?"
		}, []string{"question"},
			"Was the ferry line to North Quay{+ ever} running?"},
		{"the background", func(c *narrative.Collection) { c.Facts[0].Background = "The line runs to [[north-quay]].[@log-book]" }, []string{"background"}, ""},
		{"how the matter stands", func(c *narrative.Collection) { c.Facts[0].Status.Since = "2031-05-02" }, []string{"status"}, "Dormant since{- 1}{+ 2} May 2031."},
		{"a position added", func(c *narrative.Collection) {
			c.Facts[0].Positions = append(c.Facts[0].Positions, narrative.Position{Slug: "sold", Label: "It was sold"})
		}, []string{"position-added sold"}, "Position added: E, “It was sold”."},
		{"a position labelled otherwise", func(c *narrative.Collection) { c.Facts[0].Positions[0].Label = "It lay still" },
			[]string{"position-reworded stopped"}, "A, “It{- was stopped}{+ lay still}”"},
		{"a question within", func(c *narrative.Collection) { c.Facts[0].Aspects[0].Question = "What halted it?" }, []string{"aspect-reworded by-whom"}, ""},
		{"a question added", func(c *narrative.Collection) {
			c.Facts[0].Aspects = append(c.Facts[0].Aspects, narrative.Aspect{Slug: "until-when", Question: "Until when?",
				Positions: []narrative.Position{{Slug: "may", Label: "Until May"}, {Slug: "june", Label: "Until June"}}})
		}, []string{"aspect-added until-when"}, "A question was added: “Until when?”."},
		{"a stretch of time named otherwise", func(c *narrative.Collection) { c.Facts[0].Periods[1].Label = "Since the pier" }, []string{"period-changed summer"}, ""},
		{"no stretches of time", func(c *narrative.Collection) { c.Facts[0].Periods, c.Facts[0].Points[1].Period = nil, "" },
			[]string{"period-removed winter", "period-removed summer", "point-changed"}, ""},
		{"a point added", func(c *narrative.Collection) {
			c.Facts[0].Points = append(c.Facts[0].Points, narrative.Point{Kind: narrative.SaidByBoth, Text: "Tugs are boats.", Claims: []narrative.Code{code(partA), code(demand)}})
		}, []string{"point-added"}, "Added: Said by both Northland and League of Ports."},
		{"a point removed", func(c *narrative.Collection) { c.Facts[0].Points = c.Facts[0].Points[1:] }, []string{"point-removed"}, ""},
		{"a point worded otherwise", func(c *narrative.Collection) { c.Facts[0].Points[0].Text = "The pier is newly built." }, []string{"point-changed"}, ""},
		{"a point of one said by both", func(c *narrative.Collection) { c.Facts[0].Points[0].Kind = narrative.SaidByOne }, []string{"point-changed"}, ""},
		{"a record added", func(c *narrative.Collection) { c.Records[1].BearsOn[0].Fact = "ferry-line" }, []string{"record-added unused-record"}, ""},
		{"a record that bears on more", func(c *narrative.Collection) {
			c.Records[0].BearsOn = append(c.Records[0].BearsOn, narrative.Bearing{Fact: "ferry-line"})
		}, []string{"record-changed log-book"}, ""},
		{"an article read", func(c *narrative.Collection) {
			c.Articles[2].ReadFor = []narrative.Reading{{Fact: "ferry-line", By: "desk", On: "2031-06-02"}}
		}, []string{"article-read unidentified-may"}, ""},
		{"an article not read after all", func(c *narrative.Collection) { c.Articles[1].ReadFor = nil }, []string{"article-unread wire-april"}, ""},
		{"an article's headline", func(c *narrative.Collection) { c.Articles[1].Headline = "All ports" }, []string{"article-changed wire-april"},
			"headline:{- Ports}{+ All ports}"},
		{"an article found to be a reprint", func(c *narrative.Collection) { c.Articles[1].ReprintOf = []narrative.Slug{"daily-march"} }, []string{"article-changed wire-april"},
			"reprint:{- none}{+ Prints again “The line” (Island Daily, 12 March 2031; headline by the desk).}"},
		{"an account found", func(c *narrative.Collection) { c.Events[0].Expected[1].State = narrative.NotIssued }, []string{"account-changed call"}, ""},
		{"a gap closed", func(c *narrative.Collection) { c.Facts[0].Gaps = nil }, []string{"gap-closed"}, "Not missing any more: Timetable."},
		{"a gap opened", func(c *narrative.Collection) {
			c.Facts[0].Gaps = append(c.Facts[0].Gaps, narrative.Gap{Title: "Crew lists", Text: "Nobody has them."})
		}, []string{"gap-opened"}, "Missing now: Crew lists."},
		{"a source renamed", func(c *narrative.Collection) { c.Sources[0].Name = "The minister of Northland" }, []string{"source-changed north-minister"}, ""},
		{"a party renamed", func(c *narrative.Collection) { c.Parties[0].Name = "Land of the north" }, []string{"party-changed north"}, ""},
		{"an outlet renamed", func(c *narrative.Collection) { c.Outlets[1].Name = "Wire of the Quay" }, []string{"outlet-changed quay-wire"}, ""},
		{"a place renamed", func(c *narrative.Collection) { c.Places[0].Shown = "the North Quay" }, []string{"place-changed north-quay"}, ""},
		{"an occasion's day", func(c *narrative.Collection) { c.Events[1].Date = given("2031-04-13") }, []string{"occasion-changed hearing"}, ""},
		{"the dispute's title", func(c *narrative.Collection) { c.Disputes[0].Title = "The islands" }, []string{"dispute islands"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := edited(t, tt.edit)
			if got := kindsOf(d); !slices.Equal(got, tt.want) || d.Count != len(tt.want) {
				t.Fatalf("changes that count are %q (%d), want %q\n%s", got, d.Count, tt.want, told(d))
			}
			if tt.words != "" && !strings.Contains(told(d), tt.words) {
				t.Errorf("what is told lacks %q:\n%s", tt.words, told(d))
			}
		})
	}
}

// told writes a difference as a reader meets it.
func told(d Difference) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%s (follows %v) %s\n\t%s => %s\n\t%s\n", c.Kind, c.Follows, c.Sentence(), c.Before, c.After, marked(c.Words))
	}
	return b.String()
}

// marked writes stretches with {-removed} and {+added}.
func marked(list []Stretch) string {
	var b strings.Builder
	for _, s := range list {
		switch s.Op {
		case Removed:
			b.WriteString("{-" + s.Text + "}")
		case Added:
			b.WriteString("{+" + s.Text + "}")
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// TestFollowing checks what is listed and not counted: what the program says of an edit, and links of a claim that came or
// went.
func TestFollowing(t *testing.T) {
	t.Parallel()
	d := edited(t, func(c *narrative.Collection) { inText(c, stopped).Stances[0].Position = "running" })
	follows := map[string]bool{}
	for _, c := range d.Changes {
		if c.Follows {
			follows[strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Kind, c.Subject, c.Object))] = true
		}
	}
	for _, want := range []string{"position-line running held by", "position-line stopped dated", "position-line running dated", "position-order"} {
		if !follows[want] {
			t.Errorf("not among what follows: %q\n%s", want, told(d))
		}
	}
	d = edited(t, func(c *narrative.Collection) { without(c, demand) })
	parted := 0
	for _, c := range d.Changes {
		if c.Kind == CounterParted {
			parted++
			if !c.Follows || c.Object != string(code(demand)) {
				t.Errorf("a link to the removed claim is %+v", c)
			}
		}
	}
	if parted != 2 || d.Count != 1 {
		t.Errorf("%d links parted and %d changes counted, want 2 and 1\n%s", parted, d.Count, told(d))
	}
}

// TestProgramsWords compares editions that differ in the program's own sentences alone: these follow from nothing.
func TestProgramsWords(t *testing.T) {
	t.Parallel()
	before := compile(t, collection(), nil)
	after := compile(t, collection(), nil)
	after.Bands[0].Heads[0].Lines[0].Text = plain("held by whoever holds it")
	if d := Compare(bodyOf(before, 1, First), bodyOf(after, 2, Update)); d.Count != 1 || d.Changes[0].Kind != PositionLine || d.Changes[0].Follows {
		t.Errorf("the difference is %s", told(d))
	}
	after = compile(t, collection(), nil)
	after.Timeline.Desc += " More."
	if d := Compare(bodyOf(before, 1, First), bodyOf(after, 2, Update)); d.Count != 1 || d.Changes[0].Kind != OtherChanged {
		t.Errorf("the difference is %s", told(d))
	}
	after = compile(t, collection(), nil)
	after.Words.Gaps = "What is missing"
	if d := Compare(bodyOf(before, 1, First), bodyOf(after, 2, Update)); d.Count != 1 || d.Changes[0].Kind != PageWordsChanged {
		t.Errorf("the difference is %s", told(d))
	}
}

func TestCorrectionListed(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	if d := Compare(bodyOf(c, 1, First), bodyOf(c, 3, Correction)); len(d.Corrections) != 1 || d.Corrections[0].Number != 3 || d.Corrections[0].Reason != "a reason" {
		t.Errorf("corrections = %+v", d.Corrections)
	}
	if d := Compare(bodyOf(c, 1, First), bodyOf(c, 2, Update)); len(d.Corrections) != 0 || d.Count != 0 || d.Before.Number != 1 || d.After.Number != 2 {
		t.Errorf("the difference is %+v", d)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", mostWords/2)
	tests := []struct{ before, after, want string }{
		{"", "", ""},
		{"the same", "the same", "the same"},
		{"", "all new", "{+all new}"},
		{"all old", "", "{-all old}"},
		{"the red cart passed", "the blue van passed", "the{- red cart}{+ blue van} passed"},
		{"some 480 carts", "some 490 carts", "some{- 480}{+ 490} carts"},
		{"he said that", "he said: that", "he said{+:} that"},
		{"الجسر مغلق", "الجسر مفتوح", "الجسر{- مغلق}{+ مفتوح}"},
		{long + "a", long + "b", "{-" + long + "a}{+" + long + "b}"},
	}
	for _, tt := range tests {
		if got := marked(wordDiff(tt.before, tt.after)); got != tt.want {
			t.Errorf("from %.40q to %.40q = %.90q, want %.90q", tt.before, tt.after, got, tt.want)
		}
	}
}

// TestManyWords bounds what comparing the longest texts costs: every word another one.
func TestManyWords(t *testing.T) {
	t.Parallel()
	var before, after strings.Builder
	for i := range mostWords / 4 {
		fmt.Fprintf(&before, "a%d ", i)
		fmt.Fprintf(&after, "b%d ", i)
	}
	makesBoth(t, wordDiff(before.String(), after.String()), before.String(), after.String())
}

// TestOwnNotes checks that the program knows its own notes on a claim: without a note of the editors none is left.
func TestOwnNotes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCollection(t)
		noted := map[string]bool{}
		for _, a := range c.Articles {
			for _, b := range a.Blocks {
				for _, claim := range b.Claims {
					noted[string(claim.Code)] = claim.Note != ""
				}
			}
		}
		for _, claim := range mustCompile(t, c, nil).Claims {
			if got := editorsNotes(claim.Notes); (len(got) > 0) != noted[claim.Code] {
				t.Fatalf("of the notes %q the editors’ are %q", lines(claim.Notes), lines(got))
			}
		}
	})
}

// TestOwnGaps checks likewise that the program knows the gaps that it finds.
func TestOwnGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, g := range mustCompile(t, anyCollection(t), nil).Gaps {
			if g.Title != "Timetable" && !slices.Contains(ownGaps, g.Title) {
				t.Fatalf("the gap %q is not known as found by the program", g.Title)
			}
		}
	})
}

func TestChangeKinds(t *testing.T) {
	t.Parallel()
	seen := map[ChangeKind]bool{}
	for _, k := range ChangeKinds() {
		if seen[k] || k == "" {
			t.Errorf("the kind %q stands in the order twice, or is empty", k)
		}
		seen[k] = true
	}
}

// TestDescribed: docs/format.md names every kind of change and every key of a difference.
func TestDescribed(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(data), "## A difference in JSON\n")
	section, _, found := strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("docs/format.md does not describe a difference")
	}
	for _, k := range ChangeKinds() {
		if !strings.Contains(section, "| `"+string(k)+"` |") {
			t.Errorf("docs/format.md does not name the kind of change %s", k)
		}
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[Difference](), reflect.TypeFor[Imprint](), reflect.TypeFor[Change](), reflect.TypeFor[Stretch](), reflect.TypeFor[ChangedClaim](),
	} {
		for field := range typ.Fields() {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !strings.Contains(section, "`"+key+"`") {
				t.Errorf("docs/format.md does not name the key %s of %s", key, typ)
			}
		}
	}
}
