package edition

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

// tell tells the ferry line by chosen claims, a sentence each.
func tell(t *testing.T, c Content, chosen ...string) []string {
	t.Helper()
	sentences, err := Paragraph(c, chosen)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, s := range sentences {
		told = append(told, strings.TrimSpace(PlainText([]Sentence{s})))
	}
	return told
}

func TestDefaultParagraph(t *testing.T) {
	t.Parallel()
	want := []string{
		"Sources answer this question differently: Was the ferry line to North Quay running?",
		"Minister of Southland (“Minister for Southland’s ports” in the article) said on 9 March 2031, quoted by Quay Wire, most likely in translation: “nothing has sailed since the autumn”.",
		"Minister of Northland said on 11 March 2031, in a statement by Northland’s harbour office, paraphrased by Island Daily: some 980 boats.",
		"Minister of Northland said in April 2031, as an offer or condition, the speaker being inferred, by the account of Northland’s harbour office (inferred), paraphrased by Quay Wire, most likely in translation: it can sail once our pilots are aboard.",
		"Envoy of the League said on 14 April 2031, as a demand, quoted by Quay Wire, most likely in translation: “the line must sail again”.",
	}
	got := tell(t, compile(t, collection(), nil))
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestClaimSentence is the sentence of one claim of each kind, told beside those that its question needs.
func TestClaimSentence(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	tests := []struct {
		name  string
		claim int
		want  string
	}{
		{"an inferred stretch, issued later", runs,
			"Minister of Northland, minister of ports of Northland, said on 10 or 11 March 2031 (an inferred date; issued on 11 March 2031), in a statement by Northland’s harbour office, paraphrased by Island Daily: the line was running every day."},
		{"another party's account", relayed,
			"Northland’s harbour office said on 11 March 2031, as a concern, taking no position, quoted by Island Daily, of what Envoy of the League said, according to the account of Northland’s harbour office: “voiced concern about the line”."},
		{"the outlet itself", ownVoice,
			"Quay Wire wrote on 15 April 2031, in its own voice, most likely in translation: the pier stood idle all spring."},
		{"a day that is not known", unknown,
			"The Ministry of Ports of Southland said on a day that is not known (the article was published on 2 May 2031, an inferred date), paraphrased by the unidentified outlet: not a boat left."},
		{"nobody named", vague,
			"Many captains said on a day that is not known (the article was published on 12 March 2031), in words that may be the outlet’s own, nobody being named, paraphrased by Island Daily: dozens of boats lay still."},
		{"several together", jointA,
			"Minister of Southland jointly with Envoy of the League said on 14 April 2031, in a readout by the Ministry of Ports of Southland, paraphrased by Quay Wire, most likely in translation: both found a solution within reach."},
		{"a verdict withheld", withheld,
			"The unidentified outlet wrote on 2 May 2031 (an inferred date), giving no verdict and taking no position, in its own voice: the allegedly broken promise."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := tell(t, c, append(DefaultChoice(c), string(code(test.claim)))...)
			if !slices.Contains(got, test.want) {
				t.Errorf("got\n%s\nwithout\n%s", strings.Join(got, "\n"), test.want)
			}
		})
	}
}

func TestParagraphOfAnAspectWithARecord(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	got := tell(t, c, Choice("by-whom", string(code(byWeather))), Choice("by-whom", string(code(stopped))), "log-book")
	want := []string{
		"Sources answer this question differently: Was the ferry line to North Quay running?",
		"Part of it: What stopped it?",
		"Minister of Southland (“Minister for Southland’s ports” in the article) said on 9 March 2031, as something presupposed, quoted by Quay Wire, most likely in translation: “nothing has sailed since the autumn”.",
		"Minister of Northland said on 15 April 2031, quoted by Quay Wire, most likely in translation: “the weather did it”.",
		"On record, as a document: Log book of the quay, by the quay, dated not known.",
		"What it shows: Arrivals at North Quay.",
		"What it does not show: Departures.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParagraphRefuses(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	_, err := Paragraph(c, []string{string(code(stopped)), string(code(demand))})
	missing, ok := errors.AsType[*Missing](err)
	if !ok || missing.Error() != "positions without a claim: It was running; It can run under escort" {
		t.Errorf("two of four positions: %v", err)
	}
	for _, wrong := range []string{"", "nothing", "000-0000", "by-whom." + string(code(demand)), "no-aspect." + string(code(runs)), "by-whom.log-book", "\x00"} {
		if _, err := Paragraph(c, append(DefaultChoice(c), wrong)); !errors.Is(err, ErrChoice) {
			t.Errorf("the choice %q: %v", wrong, err)
		}
	}
}

// TestParagraphNeedsAHolder: another party's account does not stand for those who speak for themselves.
func TestParagraphNeedsAHolder(t *testing.T) {
	t.Parallel()
	all := collection()
	block := &all.Articles[0].Blocks[2] // the office's account of the envoy
	block.Claims[0].Stances = on("must-run", narrative.Demanded)
	c := compile(t, all, nil)
	choice := slices.DeleteFunc(DefaultChoice(c), func(s string) bool { return s == string(code(demand)) })
	_, err := Paragraph(c, append(choice, string(code(relayed))))
	if missing, ok := errors.AsType[*Missing](err); !ok || missing.Error() != "positions without a claim: It must run" {
		t.Errorf("an account alone: %v", err)
	}
}

// TestParagraphOfWithheldWords: words that were taken down stand for a position only where there are no others, and are
// never quoted.
func TestParagraphOfWithheldWords(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	i := slices.IndexFunc(c.Claims, func(claim Claim) bool { return claim.Code == string(code(stopped)) })
	c.Claims[i].Withheld = Redaction{On: "2031-07-01T00:00:00Z", Reason: "asked to"}
	c.Claims[i].Segments, c.Claims[i].Quoted = []string{"[" + c.Claims[i].Withheld.String() + "]"}, false
	choice := DefaultChoice(c)
	if slices.Contains(choice, string(code(stopped))) {
		t.Errorf("withheld words are chosen: %q", choice)
	}
	told := strings.Join(tell(t, c, append(choice, string(code(stopped)))...), "\n")
	if !strings.Contains(told, "quoted by Quay Wire, most likely in translation: [withheld on 1 July 2031: asked to].") {
		t.Errorf("got\n%s", told)
	}
	_, err := Paragraph(c, []string{string(code(stopped)), string(code(runs)), string(code(demand)), string(code(offer))})
	if missing, ok := errors.AsType[*Missing](err); !ok || missing.Error() != "positions without a claim: It was stopped" {
		t.Errorf("withheld words alone: %v", err)
	}
}

func TestParagraphSaysWhatIsInvented(t *testing.T) {
	t.Parallel()
	all := collection()
	all.Disputes[0].Fiction = true
	if got := tell(t, compile(t, all, nil)); got[len(got)-1] != "All of this is invented for practice." {
		t.Errorf("the last sentence is %q", got[len(got)-1])
	}
}

func TestPositionWithoutClaims(t *testing.T) {
	t.Parallel()
	all := collection()
	all.Facts[0].Positions = append(all.Facts[0].Positions, narrative.Position{Slug: "sunk", Label: "It had sunk"})
	if got := tell(t, compile(t, all, nil)); !slices.Contains(got, "No claim in this edition gives the answer: It had sunk.") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestQuotationOfAClaim(t *testing.T) {
	t.Parallel()
	c := compile(t, collection(), nil)
	got := PlainText(c.claim(t, demand).Quotation("https://desk.example/facts/ferry-line/editions/2#" + string(code(demand))))
	want := "Envoy of the League, quoted by Quay Wire: “the line must sail again”. Said 14 April 2031. A demand. Most likely in translation; translator not named. https://desk.example/facts/ferry-line/editions/2#" + string(code(demand)) + "\n"
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

// TestParagraphOfAnything checks, on any content, that the default choice holds; that each sentence of a claim has its
// words, who said them, a day and the outlet, in quotation marks only if they are; that positions keep their order; and
// that a position left out is named.
func TestParagraphOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, err := Compile(anyCollection(t), "ferry-line", nil)
		if err != nil {
			t.Fatal(err)
		}
		var choice []string
		for _, claim := range c.Claims {
			if rapid.Bool().Draw(t, "chosen") {
				choice = append(choice, Choice(claim.Stances[0].Aspect, claim.Code))
			}
		}
		for _, s := range claimSentences(t, c, DefaultChoice(c)) {
			checkSentence(t, c, s)
		}
		sentences, err := Paragraph(c, choice)
		if missing, ok := errors.AsType[*Missing](err); ok {
			if len(missing.Positions) == 0 {
				t.Fatal("no position is named")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sentences {
			checkSentence(t, c, s)
		}
	})
}

// claimSentences tells a choice that must hold.
func claimSentences(t *rapid.T, c Content, choice []string) []Sentence {
	sentences, err := Paragraph(c, choice)
	if err != nil {
		t.Fatalf("the choice %q: %v", choice, err)
	}
	last := -1
	for _, s := range sentences {
		if claim, ok := newTeller(c).claims[s.Claim]; ok {
			stance, _ := claim.stanceOn("")
			at := slices.IndexFunc(c.Bands[0].Heads, func(h Head) bool { return h.Position == stance.Position })
			if at < last {
				t.Fatalf("%s stands before its turn", s.Text)
			}
			last = at
		}
	}
	return sentences
}

func checkSentence(t *rapid.T, c Content, s Sentence) {
	claim, ok := newTeller(c).claims[s.Claim]
	if !ok {
		return
	}
	text := s.Text.String()
	quoted := slices.ContainsFunc(s.Text, func(r Run) bool { return r.Kind == RunSaid })
	outlet := newTeller(c).name(claim.Outlet)
	switch said := strings.Join(claim.Segments, " … "); {
	case !strings.Contains(text, ": "+said) && !strings.Contains(text, ": “"+said+"”"):
		t.Fatalf("%s: without the words %q", text, said)
	case quoted != claim.Quoted:
		t.Fatalf("%s: quotation marks %v, want %v", text, quoted, claim.Quoted)
	case !strings.HasPrefix(text, upperFirst(newTeller(c).name(claim.Source))):
		t.Fatalf("%s: does not begin with who said it", text)
	case !strings.Contains(strings.ToLower(text), strings.ToLower(outlet)):
		t.Fatalf("%s: without the outlet %s", text, outlet)
	case claim.Said.Earliest == "" && !strings.Contains(text, "on a day that is not known"),
		claim.Said.Earliest != "" && !strings.Contains(text, strings.TrimSuffix(claim.Said.Text, ", inferred")),
		claim.Said.Basis == string(narrative.Inferred) && !strings.Contains(text, "an inferred date"):
		t.Fatalf("%s: without the date %+v", text, claim.Said)
	case claim.AttributedTo != "" && claim.AttributedTo != claim.Source && !strings.Contains(text, "said, according to the account of "):
		t.Fatalf("%s: does not say whose account it is", text)
	}
}
