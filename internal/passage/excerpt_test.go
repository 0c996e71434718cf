package passage

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReanchorAll(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		old, now string
		passages []string // of old, each once or in order; "" ends
		want     []Outcome
		at       []int // where the anchored ones begin
	}{
		{
			"short words inside blocks that are found whole",
			"the gate was open\n\nthe gate was shut",
			"He saw that the gate was open at dawn. Then the gate was shut.",
			[]string{"the gate", "the gate"},
			[]Outcome{Anchored, Anchored}, []int{12, 44},
		},
		{
			"repeated blocks told apart by order",
			"one lorry came\n\nthe gate\n\ntwo lorries left\n\nthe gate",
			"Then one lorry came to the gate, and two lorries left by the gate.",
			[]string{"the gate", "the gate"},
			[]Outcome{Anchored, Anchored}, []int{23, 57},
		},
		{
			"repeated block with a choice",
			"one lorry came\n\nthe gate",
			"Then one lorry came to the gate, and two lorries left by the gate.",
			[]string{"one lorry", "the gate"},
			[]Outcome{Anchored, Ambiguous}, []int{5, 0},
		},
		{
			"another order",
			"two lorries left\n\none lorry came\n\nthe gate",
			"Then one lorry came to the gate, and two lorries left by the gate.",
			[]string{"two lorries", "one lorry", "the gate"},
			[]Outcome{Anchored, Anchored, Ambiguous}, []int{37, 5, 0},
		},
		{
			"doubled headline on both sides",
			"Gate shut\n\nGate shut\n\nGuards came.",
			"News\n\nGate shut\n\nGate shut\n\nGuards came.",
			[]string{"Gate shut", "Gate shut"},
			[]Outcome{Anchored, Anchored}, []int{6, 17},
		},
		{
			"two passages, one place",
			"the gate was shut\n\nthe gate was shut",
			"He said that the gate was shut.",
			[]string{"the gate was shut", "the gate was shut"},
			[]Outcome{Ambiguous, Ambiguous}, []int{0, 0},
		},
		{
			"one block changed",
			"the gate was open at noon\n\nthe old gate was shut by nine guards",
			"He saw that the gate was open at noon. Then the old gate was shut by ten guards.",
			[]string{"the gate was open", "the old gate was shut by nine guards", "the old gate"},
			[]Outcome{Anchored, Drifted, Anchored}, []int{12, 0, 44},
		},
		{
			"ambiguous by itself, one place between its neighbours",
			"one lorry came\n\nthrough the old gate … at noon\n\ntwo lorries left",
			"Some came through the old gate at noon. Then one lorry came, through the old gate of oak, at noon. Then two lorries left through the old gate.",
			[]string{"one lorry", "through the old gate", "two lorries"},
			[]Outcome{Anchored, Anchored, Anchored}, []int{45, 61, 104},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			old, now := mustText(t, test.old), mustText(t, test.now)
			var ms []Match
			used := make(map[Span]bool)
			for _, p := range test.passages {
				for _, m := range Find(old, Quote{Segments: []string{p}}) {
					if !used[m[0]] {
						used[m[0]] = true
						ms = append(ms, m)
						break
					}
				}
			}
			anchors := ReanchorAll(old, ms, now)
			if len(anchors) != len(test.want) {
				t.Fatalf("%d anchors of %d passages", len(anchors), len(test.passages))
			}
			for i, a := range anchors {
				checkAnchor(t, old, ms[i], now, a)
				if a.Outcome != test.want[i] {
					t.Errorf("%q: %+v, want %s", test.passages[i], a, test.want[i])
				}
				if a.Outcome == Anchored && a.Match[0].Start != test.at[i] {
					t.Errorf("%q at %d, want %d", test.passages[i], a.Match[0].Start, test.at[i])
				}
			}
		})
	}
	if got := ReanchorAll(Text{}, []Match{{{0, 1}}}, Text{}); got[0].Outcome != Orphaned {
		t.Errorf("nothing in nothing: %+v", got)
	}
}

// prose generates articles whose words repeat, so that places must be told apart.
func prose() *rapid.Generator[Text] {
	words := []string{"the", "gate", "was", "shut", "open", "not", "for", "980", "lorries", "and", "road",
		"Laçın", "“harbour”", "guards’", "Լաչին", "𝕏", "by", "at least", "two", "1,240", "don't"}
	return rapid.Custom(func(t *rapid.T) Text {
		var b strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "paragraphs") {
			for range rapid.IntRange(1, 4).Draw(t, "sentences") {
				s := rapid.SliceOfN(rapid.SampledFrom(words), 1, 12).Draw(t, "words")
				b.WriteString(strings.Join(s, " ") + ". ")
			}
			b.WriteString("\n\n")
		}
		text, err := NewText(b.String())
		if err != nil {
			t.Fatal(err)
		}
		return text
	})
}

// wholeWords generates a span of whole words inside another that begins and ends with whole words.
func wholeWords(t *rapid.T, text Text, within Span) Span {
	return trimmed(text, wordSpan(text, trimmed(text, spanIn(t, within)), within))
}

// wordSpan widens a span to white space, inside another.
func wordSpan(text Text, s, within Span) Span {
	for s.Start > within.Start && !text.isSpace(s.Start-1) {
		s.Start--
	}
	for s.End < within.End && !text.isSpace(s.End) {
		s.End++
	}
	return s
}

func TestReanchorAllOfExcerpt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		full := prose().Draw(t, "full")

		// Cut spans out of the article, in its order; remember where each came from.
		var blocks []string
		var origins []int // of each block of the excerpt, in the full text
		for _, paragraph := range full.Blocks() {
			from := paragraph.Start
			for range rapid.IntRange(0, 3).Draw(t, "spans") {
				for from < paragraph.End && full.isSpace(from) {
					from++
				}
				if from >= paragraph.End {
					break
				}
				s := wholeWords(t, full, Span{from, paragraph.End})
				if s.Len() == 0 {
					continue
				}
				blocks = append(blocks, full.cut(s))
				origins = append(origins, s.Start)
				from = s.End
			}
		}
		excerpt, err := NewText(strings.Join(blocks, "\n\n"))
		if err != nil {
			t.Fatal(err)
		}
		var ms, want []Match
		for i, b := range excerpt.Blocks() {
			whole := Match{b}
			part := Match{wholeWords(t, excerpt, b)}
			if part[0].Len() == 0 {
				part = whole
			}
			for _, m := range []Match{whole, part} {
				ms = append(ms, m)
				want = append(want, m.moved(origins[i]-b.Start))
			}
		}

		for i, a := range ReanchorAll(excerpt, ms, full) {
			checkAnchor(t, excerpt, ms[i], full, a)
			switch a.Outcome {
			case Anchored:
				if !slices.Equal(a.Match, want[i]) {
					t.Fatalf("%v of %q anchored at %v, cut out at %v of %q", ms[i], excerpt, a.Match, want[i], full)
				}
			case Ambiguous:
				if !slices.ContainsFunc(a.Candidates, func(n Match) bool { return slices.Equal(n, want[i]) }) {
					t.Fatalf("%v of %q: %v is not among %v of %q", ms[i], excerpt, want[i], a.Candidates, full)
				}
			case Drifted:
				// "980 lorries" cut out after another number may be a part of it.
				if !a.Figures || a.Similarity != 1 || !continuesNumber([]rune(full.String()), want[i].extent()) {
					t.Fatalf("%v of %q: %+v in %q", ms[i], excerpt, a, full)
				}
			default:
				t.Fatalf("%v of %q: %+v in %q", ms[i], excerpt, a, full)
			}
		}
	})
}

// BenchmarkReanchorAll anchors 500 passages of an excerpt in a full text of 200 kB: as they were, with
// every one changed a little, with every one rewritten, and in a text that says the same all over.
func BenchmarkReanchorAll(b *testing.B) {
	article := func(vocabulary int) Text {
		random := rand.New(rand.NewPCG(1, 2))
		frequency := rand.NewZipf(random, 1.1, 4, uint64(vocabulary-1))
		syllables := []string{"ga", "te", "lor", "ry", "con", "voy", "bri", "dge", "ha", "ven", "s", "ed"}
		var full strings.Builder
		for full.Len() < 200_000 {
			for range 80 {
				for n := frequency.Uint64() + 1; n > 0; n /= 12 {
					full.WriteString(syllables[n%12])
				}
				full.WriteString([]string{" ", " ", " ", " ", " ", " ", ", ", ". "}[random.IntN(8)])
			}
			full.WriteString("\n\n")
		}
		return mustText(b, full.String())
	}
	rewrite := strings.NewReplacer("e", "i", "a", "o", "o", "u")
	for _, test := range []struct {
		name       string
		vocabulary int
		change     func(string) string
	}{
		{"same", 5000, func(s string) string { return s }},
		{"changed", 5000, func(s string) string { return s[:len(s)/3] + "x" + s[len(s)/3:len(s)/2] + "y" + s[len(s)/2:] }},
		{"rewritten", 5000, rewrite.Replace},
		{"repetitive", 20, func(s string) string { return s[:len(s)/3] + "x" + s[len(s)/3:] }},
	} {
		b.Run(test.name, func(b *testing.B) {
			now := article(test.vocabulary)
			var blocks []string
			for i := range 500 {
				p := now.Blocks()[i*len(now.Blocks())/500]
				s := wordSpan(now, Span{p.Start + 20 + i%50, p.Start + 100 + i%200}, p)
				blocks = append(blocks, test.change(now.cut(trimmed(now, s))))
			}
			old := mustText(b, strings.Join(blocks, "\n\n"))
			var ms []Match
			for _, block := range old.Blocks() {
				ms = append(ms, Match{block})
			}
			for b.Loop() {
				ReanchorAll(old, ms, now)
			}
		})
	}
}
