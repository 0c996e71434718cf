package narrative_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterclaim/internal/narrative"
)

func genDay() *rapid.Generator[narrative.Day] {
	return rapid.Custom(func(t *rapid.T) narrative.Day {
		days := rapid.IntRange(0, 800_000).Draw(t, "days")
		return narrative.Day(time.Date(1, 1, 1+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	})
}

// genInterval makes intervals of all precisions, and the zero value.
func genInterval() *rapid.Generator[narrative.Interval] {
	return rapid.Custom(func(t *rapid.T) narrative.Interval {
		first, last := genDay().Draw(t, "first"), genDay().Draw(t, "last")
		text := rapid.SampledFrom([]string{"", string(first), string(first[:7]), string(first[:4]), string(first) + "/" + string(last)}).Draw(t, "text")
		if text == "" || last <= first && len(text) > len("2023-01-24") {
			return narrative.Interval{}
		}
		i, err := narrative.ParseInterval(text)
		if err != nil {
			t.Fatalf("ParseInterval(%q): %v", text, err)
		}
		return i
	})
}

func TestParseInterval(t *testing.T) {
	t.Parallel()
	tests := map[string]narrative.Interval{
		"2023-01-24":            {Earliest: "2023-01-24", Latest: "2023-01-24", Precision: narrative.PrecisionDay},
		"2024-02":               {Earliest: "2024-02-01", Latest: "2024-02-29", Precision: narrative.PrecisionMonth},
		"2023":                  {Earliest: "2023-01-01", Latest: "2023-12-31", Precision: narrative.PrecisionYear},
		"2023-01-10/2023-01-11": {Earliest: "2023-01-10", Latest: "2023-01-11", Precision: narrative.PrecisionRange},
	}
	for in, want := range tests {
		got, err := narrative.ParseInterval(in)
		if err != nil || got != want {
			t.Errorf("ParseInterval(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "2023-02-30", "2023-13", "23", "2023-1-4", "24.01.2023", "2023-01-11/2023-01-10", "2023-01-10/2023-01-10",
		"2023-01-10/", "/2023-01-10", "2023/2024", "2023-01-10/2023-01-11/2023-01-12",
	} {
		if got, err := narrative.ParseInterval(in); !errors.Is(err, narrative.ErrDate) {
			t.Errorf("ParseInterval(%q) = %v, %v, want ErrDate", in, got, err)
		}
	}
}

func TestIntervalRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := genInterval().Draw(t, "interval")
		text, err := i.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back narrative.Interval
		if err := back.UnmarshalText(text); err != nil || back != i {
			t.Fatalf("%q reads as %v, %v, want %v", text, back, err, i)
		}
		if !i.IsZero() && (i.Earliest > i.Latest || i.Earliest.Time().After(i.Latest.Time())) {
			t.Fatalf("%v ends before it begins", i)
		}
	})
}

func TestDayUnmarshalText(t *testing.T) {
	t.Parallel()
	d := narrative.Day("2020-01-01")
	if err := d.UnmarshalText(nil); err != nil || d != "" {
		t.Errorf("the empty text gives %q, %v, want no day", d, err)
	}
	if err := d.UnmarshalText([]byte("yesterday")); !errors.Is(err, narrative.ErrDate) {
		t.Errorf("error = %v, want ErrDate", err)
	}
	if !d.Time().IsZero() {
		t.Errorf("no day begins at %v", d.Time())
	}
}

func TestSaid(t *testing.T) {
	t.Parallel()
	known := func(d narrative.Day) narrative.Date { return narrative.Date{On: day(d), Basis: narrative.Given} }
	unknown := narrative.Date{Basis: narrative.Unknown, Reason: "the text does not say"}
	article := narrative.Article{Published: known("2024-03-03")}
	tests := []struct {
		name  string
		claim narrative.Claim
		want  narrative.Date
	}{
		{"uttered", narrative.Claim{Uttered: known("2024-03-01"), Issued: known("2024-03-02")}, known("2024-03-01")},
		{"issued", narrative.Claim{Uttered: unknown, Issued: known("2024-03-02")}, known("2024-03-02")},
		{"outlet", narrative.Claim{Voice: narrative.OutletVoice}, known("2024-03-03")},
		{"not known", narrative.Claim{Uttered: unknown, Voice: narrative.Paraphrase}, unknown},
		{"nothing said", narrative.Claim{Voice: narrative.Paraphrase}, narrative.Date{}},
	}
	for _, test := range tests {
		if got := test.claim.Said(article); got != test.want {
			t.Errorf("%s: Said() = %v, want %v", test.name, got, test.want)
		}
	}
	if !known("2024-03-01").Dated() || unknown.Dated() || unknown.Known() {
		t.Error("a given day is dated and an unknown one is not")
	}
}
