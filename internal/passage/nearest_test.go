package passage

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	text, err := NewText("The council has closed the bridge, the mayor told us, and at least 40 carts wait.\n\n" +
		"“Nobody closed anything,” the council said on Friday.\n\n" +
		"Քաղաքապետն ասաց, որ կամուրջը փակ է երեք օր։ قال رئيس البلدية إن الجسر مغلق منذ ثلاثة أيام 🌉.")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		words string
		want  []string // the first words of each place, none for none
	}{
		"a letter wrong":       {"The counsil has closed the bridge", []string{"The council has closed the bridge"}},
		"words in other order": {"closed the bridge has the council", []string{"The council has closed the bridge"}},
		"half of the words":    {"the mayor told everybody", []string{"the mayor told us"}},
		"other quotation mark": {"\"Nobody closed everything\"", []string{"Nobody closed anything"}},
		"Armenian":             {"կամուրջը փակ էր երեք օր", []string{"կամուրջը փակ է երեք օր"}},
		"Arabic":               {"قال رئيس البلدة إن الجسر مغلق", []string{"قال رئيس البلدية إن الجسر مغلق"}},
		"nothing like it":      {"a ferry sank in the harbour", nil},
		"blank":                {" \n ", nil},
		"NUL":                  {"the council\x00", nil},
		"no UTF-8":             {"the council\xff", nil},
		"too long":             {strings.Repeat("the council ", 40), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Nearest(text, c.words)
			if len(found) < len(c.want) || len(c.want) == 0 && len(found) > 0 {
				t.Fatalf("%d places, want %d: %v", len(found), len(c.want), found)
			}
			for i, want := range c.want {
				words, err := text.Words(found[i])
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Trim(words[0], "“”,."); got != want {
					t.Errorf("place %d is %q, want %q", i, got, want)
				}
			}
			for i, m := range found {
				if len(m) != 1 || SnapToWords(text, m[0]) != m[0] {
					t.Errorf("%v is no span of whole words", m)
				}
				if slices.ContainsFunc(found[:i], func(o Match) bool { return o[0].Start < m[0].End && m[0].Start < o[0].End }) {
					t.Errorf("%v overlaps another place", m)
				}
			}
		})
	}
}

// TestNearestIsShort bounds how much is returned.
func TestNearestIsShort(t *testing.T) {
	t.Parallel()
	text, err := NewText(strings.Repeat("The bridge was closed.\n\n", 500))
	if err != nil {
		t.Fatal(err)
	}
	if found := Nearest(text, "The bridge was clossed"); len(found) != mostNearest {
		t.Errorf("%d places, want %d", len(found), mostNearest)
	}
}
