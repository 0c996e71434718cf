package narrative_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
)

func TestRuns(t *testing.T) {
	t.Parallel()
	got, err := narrative.Markup("In [[bridge]]\n it was [@Y0J-B528].\n\nAnd [@toll-book]").Runs()
	want := [][]narrative.Run{
		{{Text: "In "}, {Place: "bridge"}, {Text: " it was "}, {Cite: "Y0J-B528"}, {Text: "."}},
		{{Text: "And "}, {Cite: "toll-book"}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Runs(): %v\n%s", err, diff)
	}
	for _, bad := range []narrative.Markup{"[x]", "[[bridge", "[[]]", "[[Bridge]]", "[@]", "[@Y0J-B529]", "[@toll book]", "a ["} {
		if runs, err := bad.Runs(); err == nil {
			t.Errorf("Markup(%q).Runs() = %v, want an error", bad, runs)
		}
	}
}
