package narrative_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
)

func TestLint(t *testing.T) {
	t.Parallel()
	terms := []narrative.Term{
		{Slug: "siege", Word: "siege", Forms: []string{"besieged", "осада"}, UsedBy: []narrative.Slug{"upper-town"}, Plain: "closing"},
		{Slug: "occupied", Word: "occupied", UsedBy: []narrative.Slug{"lower-town"}},
	}
	siege := narrative.Warning{Path: "question", Word: "Siege", Term: "siege", UsedBy: []narrative.Slug{"upper-town"}, Plain: "closing"}
	tests := []struct {
		question string
		want     []narrative.Warning
	}{
		{"Was [[bridge]] open?", nil},
		{"Was there a Siege?", []narrative.Warning{siege}},
		{"Were there sieges?", nil},
		{"Was there what the mayor calls “a siege” or \"siege\" or «siege»?", nil},
		{"Was [[siege]] open, as [@siege] has it?", nil},
		{"Was there a „siege“, or a Siege?", []narrative.Warning{siege}},
		{"Was it \"a Siege?", []narrative.Warning{siege}},
		{"Была ли Осада?", []narrative.Warning{{Path: "question", Word: "Осада", Term: "siege", UsedBy: siege.UsedBy, Plain: "closing"}}},
		{"Was it occupied?", []narrative.Warning{{Path: "question", Word: "occupied", Term: "occupied", UsedBy: []narrative.Slug{"lower-town"}}}},
		{"What did he point out, and what was pointed out to him?", []narrative.Warning{{
			Path: "question", Word: "pointed out", Plain: "said", Why: "takes what follows for true",
		}}},
		{"Did they liberate it?", []narrative.Warning{{
			Path: "question", Word: "liberate", Plain: "say who holds it, and since when", Why: "judges who has a right to a place",
		}}},
		{"", nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, narrative.Lint(narrative.Fact{Question: narrative.Markup(test.question)}, terms)); diff != "" {
			t.Errorf("Lint of %q (-want +got)\n%s", test.question, diff)
		}
	}
}

// TestLintLooksEverywhere checks that the words of each field that editors write are looked at, and those of others are not.
func TestLintLooksEverywhere(t *testing.T) {
	t.Parallel()
	terms := []narrative.Term{{Slug: "siege", Word: "siege"}}
	fact := narrative.Fact{
		Background: "siege", Status: narrative.FactStatus{Reason: "siege"}, Note: "siege",
		Periods:   []narrative.Period{{Label: "siege"}},
		Positions: []narrative.Position{{Label: "no"}, {Slug: "siege", Label: "siege"}},
		Aspects:   []narrative.Aspect{{Question: "siege", Positions: []narrative.Position{{Label: "siege"}}}},
		Points:    []narrative.Point{{Text: "siege"}}, Gaps: []narrative.Gap{{Title: "siege", Text: "siege"}},
	}
	var paths []string
	for _, w := range narrative.Lint(fact, terms) {
		paths = append(paths, w.Path)
	}
	want := []string{
		"background", "status.reason", "periods[0].label", "positions[1].label", "aspects[0].question",
		"aspects[0].positions[0].label", "points[0].text", "gaps[0].title", "gaps[0].text",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("paths (-want +got)\n%s", diff)
	}
	if got := narrative.Lint(narrative.Place{Shown: "siege", Names: []narrative.PlaceName{{Form: "siege"}}}, terms); len(got) != 0 {
		t.Errorf("names that others use are warned of: %+v", got)
	}
}
