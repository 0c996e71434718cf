package intake_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"counterclaim/internal/intake"
)

// story is a wire story, its rewriting and a piece on the same matter that was written apart from it.
var (
	story = strings.Join(append(slices.Clone(ferry),
		"A spokesman for the river authority said that ships of more than forty metres would have to wait below the lock until further notice, and that smaller boats could pass at low water with the help of the harbour tug.",
		"It is the third time since the autumn that traffic on the lower river has come to a halt. In October a barge ran into the western wall, and in January ice kept the lock closed for nine days.",
		"The upper town depends on the river for coal and grain. Its mayor said that stocks would last for two weeks, and that she had asked the province for lorries in case the repairs took longer.",
		"Talks between the authority and the council are to begin on Thursday in the provincial capital, where both sides have agreed to meet an arbitrator."), "\n\n")
	rewritten = "Traffic at the lower lock came to a standstill this week after the ferry was held back because of a damaged gate, Reuters reported.\n\n" +
		"Passengers had to sit in buses to reach the upper town; its council finds the closure needless and wants somebody else to pay. " +
		"The body that runs the river sees it differently: engineers still have to look at the damage, and until they have written it up, nothing longer than forty metres gets through."
	unrelated = "The orchestra of the upper town opened its season on Friday with a programme of three symphonies, of which the second was played for the first time in the province. " +
		"The hall was sold out, and the conductor was called back to the stage five times. The next concert is planned for the end of the month, when the choir of the cathedral will join the orchestra. " +
		"Tickets are sold at the office of the theatre, and from Monday on also at the kiosk on the quay."
)

// abridged is the story as an outlet with little room prints it: the head and two more paragraphs, with its own first line.
func abridged() string {
	p := strings.Split(story, "\n\n")
	return "UPPER TOWN (Reuters) - From our news desk\n\n" + p[0] + "\n\n" + strings.Replace(p[3], "Wednesday", "Wednesday next", 1) + "\n\n" + p[5]
}

// edited is the story with every nth word another.
func edited(n int) string {
	words := strings.Fields(story)
	for i := n / 2; i < len(words); i += n {
		words[i] = "otherwise"
	}
	return strings.Join(words, " ")
}

func TestContainment(t *testing.T) {
	t.Parallel()
	original := intake.Shingles(story)
	for name, test := range map[string]struct {
		text        string
		least, most float64
		found       bool
	}{
		"itself":        {story, 1, 1, true},
		"set otherwise": {strings.ToUpper(strings.ReplaceAll(story, ",", " –")), 1, 1, true},
		"with a note":   {"Our correspondent writes from the quay.\n\n" + story + "\n\nThis text was first published yesterday.", 1, 1, true},
		"abridged":      {abridged(), intake.Certain, 0.99, true},
		"a word in 20":  {edited(20), intake.Certain, 0.9, true},
		"a word in 6":   {edited(6), intake.Suggest, 0.6, true},
		"rewritten":     {rewritten, 0, 0.1, false},
		"unrelated":     {unrelated, 0, 0.1, false},
		"no words":      {"…", 0, 0, false},
		"two words":     {"The ferry", 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := intake.Shingles(test.text)
			if got := intake.Containment(original, other); got < test.least || got > test.most || got != intake.Containment(other, original) {
				t.Errorf("containment %.2f, want from %.2f to %.2f", got, test.least, test.most)
			}
			if got := intake.Alike(original, other); got != test.found {
				t.Errorf("found by its prints: %v, want %v", got, test.found)
			}
		})
	}
	if got := len(original.Prints); got < 16 || got > 80 {
		t.Errorf("%d prints of %d words", got, len(strings.Fields(story)))
	}
}

// TestPrints stores what must never change: signatures are kept in a database.
func TestPrints(t *testing.T) {
	t.Parallel()
	want := []int32{-2032012284, -1629717382, -1331592434, -1115971258, -972825941, -839443264, -86189694}
	if diff := cmp.Diff(want, intake.Shingles("The ferry’s captain said that İt stopped at the lower lock.").Prints); diff != "" {
		t.Errorf("prints (-want +got):\n%s", diff)
	}
}

// genWords makes texts of a few hundred words out of many.
func genWords(least, most int) *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		source := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		words := make([]string, rapid.IntRange(least, most).Draw(t, "length"))
		for i := range words {
			words[i] = "w" + string(rune('a'+source.IntN(26))) + string(rune('a'+source.IntN(26))) + string(rune('a'+source.IntN(26)))
		}
		return words
	})
}

// TestReprintsAreFound cuts a stretch out of a text, as an abridgement does, and puts another's words around it.
func TestReprintsAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole, around := genWords(400, 800).Draw(t, "whole"), genWords(10, 60).Draw(t, "around")
		length := rapid.IntRange(120, 300).Draw(t, "kept")
		from := rapid.IntRange(0, len(whole)-length).Draw(t, "from")
		reprint := slices.Concat(around, whole[from:from+length], around)
		a, b := intake.Shingles(strings.Join(whole, " ")), intake.Shingles(strings.Join(reprint, " "))
		if !intake.Alike(a, b) {
			t.Errorf("a reprint of %d of %d words is not found", length, len(whole))
		}
		if c := intake.Containment(a, b); c < float64(length-2)/float64(len(reprint)-2)-0.02 {
			t.Errorf("containment %.2f of %d words in %d", c, length, len(reprint))
		}
	})
}

// TestContainmentProperties: from 0 to 1, the same both ways, 1 for a part, and no matter how a text is set.
func TestContainmentProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		x, y := intake.Shingles(a), intake.Shingles(b)
		c := intake.Containment(x, y)
		if c < 0 || c > 1 || c != intake.Containment(y, x) {
			t.Fatalf("containment %v, %v", c, intake.Containment(y, x))
		}
		if both := intake.Shingles(a + "\n" + b); len(x.Prints) > 0 && intake.Containment(x, both) != 1 {
			t.Fatalf("a part is contained at %v", intake.Containment(x, both))
		}
		if !slices.IsSorted(x.Prints) || len(slices.Compact(slices.Clone(x.Prints))) != len(x.Prints) || len(x.Prints) > 512 {
			t.Fatalf("prints %v", x.Prints)
		}
	})
}

func TestCredits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"UPPER TOWN (AFP) — The ferry stopped.":                                 {"AFP"},
		"UPPER TOWN, March 4 (Reuters/Post) - It stopped.":                      {"Reuters"},
		"TOWN, March 4 - TASS - It stopped.":                                    {"TASS"},
		"It stopped.\n\nReuters":                                                {"Reuters"},
		"It stopped.\n\n(Source: Anadolu Agency)":                               {"Anadolu Agency"},
		"It stopped, the mayor said, citing the Harbour Post.":                  {"Harbour Post"},
		"As reported by “Harbour Post”, it stopped.":                            {"Harbour Post"},
		"This article was originally published in The River Gazette on Monday.": {"The River Gazette"},
		"It stopped.\nSource: Harbour Post, 4 March\nIt moved.":                 {"Harbour Post, 4 March"},
		"AP contributed to this report. Reuters contributed to this report.":    {"AP", "Reuters"},
		"Паром остановился, сообщает ТАСС со ссылкой на агентство «Речной листок».": {"ТАСС", "Речной листок"},
		"Паром остановился.\nИсточник: Интерфакс":                                   {"Интерфакс"},
		"Feribot durdu.\nKaynak: AA":        {"AA"},
		"Gəmi dayandı.\nMənbə: APA":         {"APA"},
		"Նավը կանգնեց։\nԱղբյուր՝ Արմենպրես": {"Արմենպրես"},

		"According to the mayor, it stopped.":                    nil,
		"The paper cited costs (PDF). He was citing no reasons.": nil,
		"The report was published on Monday. AP of 3 percent.":   nil,
		"The trend (up) is clear; Reporters say so.":             nil,
	} {
		var got []string
		for _, c := range intake.Credits(text) {
			got = append(got, c.Name)
			if !strings.Contains(text, c.Line) || !strings.Contains(c.Line, c.Name) {
				t.Errorf("%q: the line %q is not of the text, or not of %q", text, c.Line, c.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func BenchmarkShingles(b *testing.B) {
	b.SetBytes(int64(len(story)))
	for b.Loop() {
		intake.Shingles(story)
	}
}

func BenchmarkContainment(b *testing.B) {
	x, y := intake.Shingles(story), intake.Shingles(edited(6))
	for b.Loop() {
		intake.Containment(x, y)
	}
}
