package passage

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// marked makes a text and the match whose segments are marked with ⟨ and ⟩ in it.
func marked(t testing.TB, raw string) (Text, Match) {
	t.Helper()
	text := mustText(t, strings.NewReplacer("⟨", "", "⟩", "").Replace(raw))
	var m Match
	at := 0
	for _, r := range mustText(t, raw).String() {
		switch r {
		case '⟨':
			m = append(m, Span{at, at})
		case '⟩':
			m[len(m)-1].End = at
		default:
			at++
		}
	}
	return text, m
}

func TestReanchor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		old, now string // the passage is marked in both; nothing in now for ambiguous and orphaned
		outcome  Outcome
		flags    string // of a drifted one: figures, negation, hedge
	}{
		{"same text", "The harbour gate was ⟨shut by the guards⟩ on Monday.", "The harbour gate was ⟨shut by the guards⟩ on Monday.", Anchored, ""},
		{"moved", "It was ⟨shut by the guards⟩.", "More came.\n\nMuch more. It was ⟨shut by the guards⟩.", Anchored, ""},
		{"marks and white space", "He said ⟨“the gate's shut” again⟩.", "He said ⟨\"the\u00a0gate’s  shut\" again⟩.", Anchored, ""},
		{"normal form", "In ⟨Laçın there is a road⟩.", "In ⟨Lac\u0327\u0131n there is a road⟩.", Anchored, ""},
		{"Armenian", "Դարպասը ⟨փակ է պահակների կողմից⟩։", "Այսօր դարպասը ⟨փակ է պահակների կողմից⟩։", Anchored, ""},
		{"Arabic", "قال إن ⟨البوابة مغلقة اليوم⟩.", "أمس قال إن ⟨البوابة مغلقة اليوم⟩.", Anchored, ""},
		{"emoji", "so 👩‍👧 ⟨went 🇦🇲 through the gate⟩ 𝕏", "And so 👩‍👧 ⟨went 🇦🇲 through the gate⟩ 𝕏", Anchored, ""},
		{"three segments", "⟨The gate⟩ was ⟨shut⟩ for ⟨all lorries⟩.", "So it was. ⟨The gate⟩ was ⟨shut⟩ for ⟨all lorries⟩.", Anchored, ""},
		{"two segments", "⟨The gate⟩ was, he said, ⟨shut for lorries⟩.", "Yes. ⟨The gate⟩ was, he said, ⟨shut for lorries⟩.", Anchored, ""},
		{"segments told apart by the gap", "⟨The gate⟩ was ⟨shut for⟩ lorries.", "The gate, no, ⟨The gate⟩ was ⟨shut for⟩ lorries.", Anchored, ""},
		{"gap left out of the excerpt", "⟨The gate⟩ … ⟨shut for lorries⟩", "And so: ⟨The gate⟩, not of 1910, was ⟨shut for lorries⟩ again.", Anchored, ""},
		{"gap left out, a choice", "⟨The gate⟩ … ⟨shut⟩", "The gate is not shut, he said, but was shut.", Ambiguous, ""},

		{"told apart by context", "He saw ⟨the gate⟩ shut. Later he passed.",
			"There is the gate of oak. He saw ⟨the gate⟩ shut. Later he passed.", Anchored, ""},
		{"told apart by one side", "On Monday he saw ⟨the gate⟩ shut.",
			"There is the gate of oak. On Monday he saw ⟨the gate⟩ open.", Anchored, ""},
		{"no context to go by", "⟨the gate⟩", "He saw the gate shut. Now the gate is open.", Ambiguous, ""},
		{"context cut off in the excerpt", "⟨the gate⟩ is open", "He saw the gate shut. Now ⟨the gate⟩ is open to all.", Anchored, ""},
		{"too little context", "⟨the gate⟩ is", "He saw the gate shut. Now the gate is open.", Ambiguous, ""},
		{"same context twice", "Now ⟨the gate⟩ is open.", "Now the gate is open. Then: Now the gate is open.", Ambiguous, ""},
		{"context fits none", "On Monday ⟨the gate⟩ fell.", "He saw the gate shut. Then the gate was open.", Ambiguous, ""},
		{"few words elsewhere", "On Monday ⟨the gate⟩ fell.", "He took a picture of the gate without rust.", Ambiguous, ""},
		{"many words elsewhere", "On Monday ⟨the gate was shut by guards⟩ again.", "We hear: ⟨the gate was shut by guards⟩!", Anchored, ""},

		{"a digit", "He said ⟨some 980 lorries had passed the gate⟩.", "He said ⟨some 990 lorries had passed the gate⟩.", Drifted, "figures"},
		{"a digit more", "He said ⟨980 lorries had passed the gate⟩ since May.", "He said ⟨1,980 lorries had passed the gate⟩ since May.", Drifted, "figures"},
		{"a digit more, spaced", "He said ⟨980 lorries had passed the gate⟩ since May.", "He said 1 ⟨980 lorries had passed the gate⟩ since May.", Drifted, "figures"},
		{"a digit less", "He said ⟨some 980 lorries had passed the gate⟩.", "He said ⟨some 98 lorries had passed the gate⟩.", Drifted, "figures"},
		{"a decimal", "It rose by ⟨3 percent in the whole year⟩.", "It rose by ⟨3.5 percent in the whole year⟩.", Drifted, "figures"},
		{"another number, short", "⟨980 lorries passed the gate⟩", "⟨1,240 lorries passed the gate⟩", Drifted, "figures"},
		{"a number word", "He said ⟨six lorries had passed the gate⟩.", "He said ⟨ten lorries had passed the gate⟩.", Drifted, "figures"},
		{"a not", "⟨The guards have closed the harbour gate to every lorry⟩.", "⟨The guards have not closed the harbour gate to every lorry⟩.", Drifted, "negation"},
		{"a not, short", "He ⟨has closed the harbour gate⟩.", "He ⟨has not closed the harbour gate⟩.", Drifted, "negation"},
		{"a not left out", "He ⟨has not closed the harbour gate⟩.", "He ⟨has closed the harbour gate⟩.", Drifted, "negation"},
		{"a contraction", "He ⟨did close the harbour gate⟩.", "He ⟨didn’t close the harbour gate⟩.", Drifted, "negation"},
		{"cannot", "They ⟨can enter the harbour today⟩.", "They ⟨cannot enter the harbour today⟩.", Drifted, "negation"},
		{"a prefix", "He said ⟨it was a lawful closing of the gate by guards⟩.", "He said ⟨it was a unlawful closing of the gate by guards⟩.", Drifted, "negation"},
		{"a not right before", "The guards have ⟨closed the harbour gate⟩ today.", "The guards have not ⟨closed the harbour gate⟩ today.", Drifted, "negation"},
		{"a not gone right before", "The guards have not ⟨closed the harbour gate⟩ today.", "The guards have ⟨closed the harbour gate⟩ today.", Drifted, "negation"},
		{"a not in the gap", "⟨The gate⟩ was ⟨shut for lorries⟩.", "⟨The gate⟩ was not ⟨shut for lorries⟩.", Drifted, "negation"},
		{"a not in another sentence", "It rained. He ⟨closed the harbour gate⟩ today.", "It did not. He ⟨closed the harbour gate⟩ today.", Anchored, ""},
		{"a not in the next sentence", "He ⟨closed the harbour gate⟩ today. It rained.", "He ⟨closed the harbour gate⟩ today. It did not.", Anchored, ""},
		{"a not right after", "They ⟨closed to lorries⟩ only the gate.", "They ⟨closed to lorries⟩ not only the gate.", Drifted, "negation"},
		{"an ending", "He said ⟨it was a hope for all the people living there⟩.", "He said ⟨it was a hopeless for all the people living there⟩.", Drifted, "negation"},
		{"only a not left", "⟨Gate shut⟩, ⟨not⟩ to me.", "Gate closed, not to me.", Orphaned, ""},
		{"a not at the ends", "So ⟨not one hundred lorries passed the harbour gate at all⟩.", "So ⟨no lorries passed the harbour gate at all⟩.", Drifted, "figuresnegation"},
		{"a not gone from the gap", "⟨The gate⟩ was not ⟨shut for lorries⟩.", "⟨The gate⟩ ⟨shut for lorries⟩.", Drifted, "negation"},
		{"a hedge", "He said ⟨at least 80 lorries had passed the gate⟩.", "He said ⟨at most 80 lorries had passed the gate⟩.", Drifted, "hedge"},
		{"a hedge right before", "He saw ⟨80 lorries at the gate⟩.", "He saw nearly ⟨80 lorries at the gate⟩.", Drifted, "hedge"},
		{"a number right after", "They ⟨closed the gate for⟩ ten days.", "They ⟨closed the gate for⟩ six days.", Drifted, "figures"},

		{"spelling", "He said ⟨the harbour gate was closed by the guards⟩.", "He said ⟨the harbor gate was closed by the guards⟩.", Drifted, ""},
		{"a later block", "⟨the harbour gate was closed⟩", "One stood there.\n\nTwo came.\n\nIt is long ago that ⟨the harbor gate was closed⟩.", Drifted, ""},
		{"a plural", "He saw ⟨the tall gate by the road⟩.", "He saw ⟨the tall gate by the roads⟩.", Drifted, ""},
		{"case", "⟨The gate was shut by guards⟩.", "Then ⟨the gate was shut by guards⟩.", Drifted, ""},
		{"a segment changed", "⟨The harbour gate stood⟩ wide, ⟨open to everybody⟩.", "⟨The harbor gate stood⟩ wide, ⟨open to everybody⟩.", Drifted, ""},
		{"across two blocks", "⟨The gate was shut. The road was open.⟩", "The gate was shut.\n\nThe road was open.", Orphaned, ""},
		{"rewritten", "He said ⟨the harbour gate was closed by the guards⟩.", "He spoke of a rope and a ship that sank.", Orphaned, ""},
		{"short and changed", "⟨a gate⟩", "A door.", Orphaned, ""},
		{"a part of a longer word", "⟨road⟩", "broadly", Orphaned, ""},
		{"nothing left", "⟨The gate⟩", "", Orphaned, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			old, m := marked(t, test.old)
			now, want := marked(t, test.now)
			got := Reanchor(old, m, now)
			if got.Outcome != test.outcome {
				t.Fatalf("%+v, want %s", got, test.outcome)
			}
			if diff := cmp.Diff(want, got.Match); diff != "" {
				t.Errorf("match (-want +got):\n%s", diff)
			}
			checkAnchor(t, old, m, now, got)
			if test.outcome == Drifted {
				flags := [3]bool{got.Figures, got.Negation, got.Hedge}
				want := [3]bool{
					strings.Contains(test.flags, "figures"),
					strings.Contains(test.flags, "negation"),
					strings.Contains(test.flags, "hedge"),
				}
				if flags != want {
					t.Errorf("figures, negation, hedge: %v, want %v", flags, want)
				}
			}
			all := ReanchorAll(old, []Match{m}, now)[0]
			if diff := cmp.Diff(got, all); diff != "" && got.Outcome != Ambiguous {
				t.Errorf("ReanchorAll differs (-one +all):\n%s", diff)
			}
		})
	}
}

// checkAnchor checks what is true of every anchor.
func checkAnchor(t interface{ Fatalf(string, ...any) }, old Text, m Match, now Text, a Anchor) {
	words, err := old.Words(m)
	if err != nil {
		if a.Outcome != Orphaned {
			t.Fatalf("%+v for no match", a)
		}
		return
	}
	fold := func(n Match) []string {
		w, err := now.Words(n)
		if err != nil || len(w) != len(m) {
			t.Fatalf("%v is no match of the new text: %v", n, err)
		}
		for i := range w {
			w[i] = foldQuote(w[i])
		}
		return w
	}
	for i := range words {
		words[i] = foldQuote(words[i])
	}
	switch a.Outcome {
	case Anchored:
		if !slices.Equal(fold(a.Match), words) || a.Similarity != 1 || a.Candidates != nil || a.Figures || a.Negation || a.Hedge {
			t.Fatalf("anchored %q at %q: %+v", words, fold(a.Match), a)
		}
	case Ambiguous:
		if a.Match != nil || len(a.Candidates) == 0 || a.Similarity != 1 || a.Figures || a.Negation || a.Hedge {
			t.Fatalf("ambiguous: %+v", a)
		}
		for _, n := range a.Candidates {
			if !slices.Equal(fold(n), words) {
				t.Fatalf("candidate %q for %q", fold(n), words)
			}
		}
	case Drifted:
		if fold(a.Match); math.IsNaN(a.Similarity) || a.Similarity <= 0 || a.Similarity > 1 || len(a.Candidates) == 1 {
			t.Fatalf("drifted: %+v", a)
		}
		for _, n := range a.Candidates {
			fold(n)
		}
		if now := fold(a.Match); a.Similarity == 1 && !a.Figures && !a.Negation && !a.Hedge {
			t.Fatalf("drifted from %q to %q: %+v", words, now, a)
		}
	case Orphaned:
		if diff := cmp.Diff(Anchor{Outcome: Orphaned}, a); diff != "" {
			t.Fatalf("orphaned: %s", diff)
		}
	default:
		t.Fatalf("outcome %q", a.Outcome)
	}
}

func TestReanchorCandidates(t *testing.T) {
	t.Parallel()
	old, m := marked(t, "⟨the gate⟩")
	now := mustText(t, "See the gate. Shut the gate! And the gates.")
	got := Reanchor(old, m, now)
	want := Anchor{Outcome: Ambiguous, Similarity: 1, Candidates: []Match{{{4, 12}}, {{19, 27}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	old, m = marked(t, "⟨the harbour gate was shut⟩")
	now = mustText(t, "So the harbor gate was shut.\n\nYes, the harbor gate was shut.")
	got = Reanchor(old, m, now)
	if got.Outcome != Drifted || len(got.Candidates) != 2 || math.Abs(got.Similarity-24.0/25) > 1e-9 {
		t.Errorf("two places alike: %+v", got)
	}
	for _, bad := range []Match{nil, {{3, 3}}, {{0, 900}}, {{5, 6}, {1, 2}}} {
		if got := Reanchor(old, bad, now); got.Outcome != Orphaned {
			t.Errorf("Reanchor(%v) = %+v", bad, got)
		}
	}
}

// TestReanchorBounds has texts in which every piece of a passage stands everywhere, and passages too
// long to look for changed ones.
func TestReanchorBounds(t *testing.T) {
	t.Parallel()
	old := mustText(t, "we saw the gate the gate the gate the gote the gate")
	now := mustText(t, strings.Repeat("the gate ", 5000)+"\n\nfew words")
	m := Match{{7, 51}}
	got := Reanchor(old, m, now)
	checkAnchor(t, old, m, now, got)
	if got.Outcome != Drifted || len(got.Candidates) < 2 || math.Abs(got.Similarity-43.0/44) > 1e-9 {
		t.Errorf("everywhere: %s, %v, %d candidates", got.Outcome, got.Similarity, len(got.Candidates))
	}

	long := strings.Repeat("the gate by the road is shut ", 20)
	old, now = mustText(t, long), mustText(t, "x "+long+"\n\nx "+strings.Replace(long, "road", "raod", 1))
	m = Match{{0, old.Len()}}
	if got := Reanchor(old, m, now); got.Outcome != Anchored {
		t.Errorf("long and the same: %s", got.Outcome)
	}
	now = mustText(t, strings.Replace(long, "road", "raod", 1))
	if got := Reanchor(old, m, now); got.Outcome != Orphaned {
		t.Errorf("long and changed: %s", got.Outcome)
	}
}

func TestReanchorIntoItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Filter(func(text Text) bool { return text.Len() > 0 }).Draw(t, "text")
		var ms []Match
		for range rapid.IntRange(1, 4).Draw(t, "matches") {
			ms = append(ms, anyMatch(t, text))
		}
		for i, a := range ReanchorAll(text, ms, text) {
			if a.Outcome != Anchored || !slices.Equal(a.Match, ms[i]) {
				t.Fatalf("%v of %q: %+v", ms[i], text, a)
			}
			one := Reanchor(text, ms[i], text)
			checkAnchor(t, text, ms[i], text, one)
			if one.Outcome == Anchored && !slices.Equal(one.Match, ms[i]) {
				t.Fatalf("%v of %q: %+v", ms[i], text, one)
			}
			if one.Outcome != Anchored && one.Outcome != Ambiguous {
				t.Fatalf("%v of %q: %+v", ms[i], text, one)
			}
		}
	})
}

// TestChangedMeaningNeverAnchors changes a digit, or puts in a "not", inside a passage that stands in
// one place only.
func TestChangedMeaningNeverAnchors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(10, 99_999), 4, 12).Draw(t, "numbers")
		var b strings.Builder
		words := []string{"lorries", "guards", "gates", "passed", "waited", "stood", "by the road", "in Laçın"}
		for _, n := range numbers {
			b.WriteString(strings.Join([]string{"some", strings.Repeat("1", n%3) + strconv.Itoa(n),
				rapid.SampledFrom(words).Draw(t, "word"), rapid.SampledFrom(words).Draw(t, "word")}, " "))
			b.WriteString(" ")
		}
		old, err := NewText("Before that came others. " + b.String() + "and so on.")
		if err != nil {
			t.Fatal(err)
		}
		m := Match{wholeWords(t, old, Span{25, old.Len()})}
		if m[0].Len() == 0 {
			return
		}
		runes := []rune(old.String())
		at := rapid.IntRange(m[0].Start, m[0].End-1).Draw(t, "at")
		var changed string
		if r := runes[at]; r >= '0' && r <= '9' {
			changed = string(runes[:at]) + string('0'+(r-'0'+1)%10) + string(runes[at+1:])
		} else if r == ' ' {
			changed = string(runes[:at]) + " not" + string(runes[at:])
		} else {
			return
		}
		if strings.Contains(changed, old.cut(m[0])) {
			return // it stands elsewhere too
		}
		now, err := NewText(changed)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []Anchor{Reanchor(old, m, now), ReanchorAll(old, []Match{m}, now)[0]} {
			checkAnchor(t, old, m, now, a)
			if a.Outcome != Drifted && a.Outcome != Orphaned {
				t.Fatalf("%q in %q: %+v", old.cut(m[0]), changed, a)
			}
			if a.Outcome == Drifted && !a.Figures && !a.Negation {
				t.Fatalf("%q in %q: %+v without a flag", old.cut(m[0]), changed, a)
			}
		}
	})
}

func FuzzReanchor(f *testing.F) {
	f.Add("Now the gate is open.\n\nthe gate", "He saw the gate. Now the gate is open.", 4, 12, 16, 20)
	f.Add("some 980 lorries had passed the gate", "some 990 lorries had passed the gate", 0, 36, 0, 0)
	f.Add("has closed the harbour gate", "hasn't closed the harbour gate", 0, 27, 0, 0)
	f.Add("Lac\u0327\u0131n 𝕏 👩‍👧", "👩‍👧 Laçın", 0, 5, 6, 7)
	f.Add(strings.Repeat("a ", 40), strings.Repeat("a ", 60), 0, 31, 40, 50)
	f.Fuzz(func(t *testing.T, before, after string, start, end, start2, end2 int) {
		old, err := NewText(before)
		if err != nil {
			return
		}
		now, err := NewText(after)
		if err != nil {
			return
		}
		m := Match{{start, end}}
		if start2 != 0 || end2 != 0 {
			m = append(m, Span{start2, end2})
		}
		checkAnchor(t, old, m, now, Reanchor(old, m, now))
		checkAnchor(t, old, m, now, ReanchorAll(old, []Match{m, m}, now)[1])
		checkAnchor(t, old, m, old, Reanchor(old, m, old))
	})
}
