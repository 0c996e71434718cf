package intake_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// down sets lines below each other, 14 points apart: from the left edge, 10 points high, 6 points a letter. An empty line
// is a gap.
func down(from float64, lines ...string) []intake.PDFLine {
	var list []intake.PDFLine
	for _, s := range lines {
		if from -= 14; s != "" {
			list = append(list, intake.PDFLine{Text: s, Left: 50, Right: 50 + 6*float64(len(s)), Top: from + 10, Bottom: from})
		}
	}
	return list
}

func TestPDFParagraphs(t *testing.T) {
	t.Parallel()
	pages := [][]intake.PDFLine{
		down(780, "Harbour Post 4 March", "Ferry stops at the lock", "", "The ferry stopped at the lower lock on Monday mor\x02ning, and the",
			"office said that it would not move before the morning.", "The well\x02known captain said nothing of it, as the passengers", "told us.", "", "1 / 3"),
		down(780, "Harbour Post 4 March", "Ferry stops at the lock", "", "Buses came at noon, and the lock remained closed until the", "evening when the engineers had", "", "2 / 3"),
		down(780, "Harbour Post 4 March", "Ferry stops at the lock", "", "left the gate.", "", "Nobody was hurt.", "", "3 / 3"),
	}
	d, err := intake.ReadPDFLines("FERRY stops at the lock", "D:20240304120000Z", pages)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Ferry stops at the lock",
		"The ferry stopped at the lower lock on Monday morning, and the office said that it would not move before the morning.",
		"The well-known captain said nothing of it, as the passengers told us.",
		"Buses came at noon, and the lock remained closed until the evening when the engineers had left the gate.",
		"Nobody was hurt.",
	}
	if diff := cmp.Diff(want, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	var cut []string
	for _, c := range d.Cuts {
		if c.Reason != intake.RunningHead {
			t.Errorf("cut %v", c)
		}
		cut = append(cut, c.Text)
	}
	if diff := cmp.Diff([]string{"Harbour Post 4 March", "1 / 3", "Harbour Post 4 March", "Ferry stops at the lock", "2 / 3", "Harbour Post 4 March", "Ferry stops at the lock", "3 / 3"}, cut); diff != "" {
		t.Errorf("cuts (-want +got):\n%s", diff)
	}
	var marks []string
	for _, m := range d.Marks {
		after, err := d.Text.Slice(passage.Span{Start: m.At, End: m.At + 10})
		if err != nil {
			t.Fatal(err)
		}
		marks = append(marks, m.Label+": "+after)
	}
	if diff := cmp.Diff([]string{"page 1: Ferry stop", "page 2: Buses came", "page 3: left the g"}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if d.Headline != "FERRY stops at the lock" || d.Kind != narrative.DocumentText {
		t.Errorf("headline %q, kind %s", d.Headline, d.Kind)
	}
	published := narrative.Date{On: given("2024-03-04", "").On, Basis: narrative.Inferred, Reason: "the day on which the PDF was made, by its own metadata"}
	if d.Published != published {
		t.Errorf("published %+v", d.Published)
	}
}

func TestPDFColumnsAndSizes(t *testing.T) {
	t.Parallel()
	page := down(780, "A first column of words that go on", "and on and end here.")
	page = append(page, down(780, "Another column begins at the top", "again and ends.")...)
	small := down(600, "A note in small letters")[0]
	small.Top = small.Bottom + 6
	d, err := intake.ReadPDFLines("", "", [][]intake.PDFLine{append(page, small)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"A first column of words that go on and on and end here.", "Another column begins at the top again and ends.", "A note in small letters"}
	if diff := cmp.Diff(want, blocks(t, d.Text)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if _, err := intake.ReadPDFLines("", "", [][]intake.PDFLine{nil, {}}); !errors.Is(err, intake.ErrEmpty) {
		t.Errorf("error = %v, want ErrEmpty", err)
	}
}
