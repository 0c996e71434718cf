package desk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// watchPace has the page note how long the program takes: from the end of a selection to the pill, from the key or click that
// takes the passage to the form that holds it with the focus in it, from the save to the moment at which the claim stands in
// the margin and the next selection can begin. Times are those of the page's own clock.
func (tb *tagger) watchPace() {
	tb.t.Helper()
	ask[bool](tb, `(() => {
		const pace = window.pace = {pill: [], form: [], next: []};
		const begun = {};
		const begin = (what, event) => { begun[what] = event.timeStamp; };
		const reached = {
			pill: () => !document.querySelector(".pill").hidden,
			form: () => document.querySelector("#passage blockquote")?.textContent && document.getElementById("claim-form").contains(document.activeElement),
			next: () => document.querySelector("#claim-form[data-new] #f-quotation") && document.activeElement.id === "text",
		};
		const look = () => {
			for (const what in begun) if (reached[what]()) {
				pace[what].push(performance.now() - begun[what]);
				delete begun[what];
			}
		};
		addEventListener("pointerup", e => { if (e.target.closest?.("#text")) begin("pill", e); }, true);
		addEventListener("click", e => {
			if (e.target.closest?.(".pill button")) begin("form", e);
			else if (e.target.closest?.("#save, #complete")) begin("next", e);
		}, true);
		addEventListener("keydown", e => { if (e.key === "Enter") begin(e.ctrlKey ? "next" : "form", e); }, true);
		new MutationObserver(look).observe(document.documentElement, {subtree: true, childList: true, attributes: true, characterData: true});
		addEventListener("focusin", look);
		return true;
	})()`)
}

// pace says what the program took, in medians, and what a tag takes its user by the keystroke-level model with that. It is
// an estimate by a model and no measurement of people.
func (tb *tagger) pace(how string, sequences ...sequence) {
	tb.t.Helper()
	took := ask[struct{ Pill, Form, Next []float64 }](tb, `window.pace`)
	if len(took.Form) < 3 || len(took.Next) < 3 {
		tb.t.Errorf("%s: the page noted %d forms and %d saves, want at least 3 of each", how, len(took.Form), len(took.Next))
	}
	tb.t.Logf("%s: the program took %s to the pill, %s to the open form, %s from the save to the next selection", how,
		median(took.Pill), median(took.Form), median(took.Next))
	for _, s := range sequences {
		slow, quick := s.seconds(0.28), s.seconds(0.20)
		tb.t.Logf("%s: %s by the model %.1f s, with %.1f s by a skilled typist: %s", how, s.tag, slow, quick, s.operators)
	}
}

// median is the middle of some milliseconds in words, with the least and the most. What else the machine does makes them longer,
// never shorter.
func median(list []float64) string {
	if len(list) == 0 {
		return "nothing"
	}
	slices.Sort(list)
	return fmt.Sprintf("%.0f ms (of %d, from %.0f to %.0f)", list[len(list)/2], len(list), list[0], list[len(list)-1])
}

// A sequence is what the user of a way to tag does, in the operators of the keystroke-level model (Card, Moran and Newell
// 1980): K presses a key or a button, P points, H moves the hand between keyboard and pointer, M thinks. R is a response of the
// program, whose time stands beside. Steps are parted by spaces.
type sequence struct{ tag, operators string }

// The ways to tag. Selecting is to find the words (M), to point at the first, to press, to point at the last and to let go.
// A position is chosen with a thought, what follows each save by habit without one. Of a complete tag each of the five
// presets is looked at.
var (
	mouseQuick       = sequence{"a quick tag", "M H PK PK PK R M PK PK R"}
	mouseComplete    = sequence{"a complete tag", "M H PK PK PK R M PK MMMMM PK R"}
	trackpadQuick    = sequence{"a quick tag by drag, then keys", "M H PK PK H K R M K KK R"}
	keyboardQuick    = sequence{"a quick tag of a sentence two paragraphs on", "M KK KKK K R M K KK R"}
	keyboardComplete = sequence{"a complete tag of the same", "M KK KKK K R M K MMMMM KKK R"}
)

// seconds adds up what the operators take, with so much for a key, the program's responses left out.
func (s sequence) seconds(key float64) float64 {
	var sum float64
	for operator, takes := range map[string]float64{"K": key, "P": 1.1, "H": 0.4, "M": 1.35} {
		sum += takes * float64(strings.Count(s.operators, operator))
	}
	return sum
}

// TestKeystrokeModel keeps the estimates that docs/measured.md names.
func TestKeystrokeModel(t *testing.T) {
	t.Parallel()
	for s, want := range map[sequence]float64{mouseQuick: 10.0, mouseComplete: 16.75, trackpadQuick: 7.38, keyboardQuick: 5.22, keyboardComplete: 12.25} {
		if got := s.seconds(0.28); math.Abs(got-want) > 0.005 {
			t.Errorf("%s, %s: %.2f s, want %.2f", s.tag, s.operators, got, want)
		}
	}
}
