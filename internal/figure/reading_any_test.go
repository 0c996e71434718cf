package figure

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// checkRoundTrip checks that what r prints reads back to the same bounds.
func checkRoundTrip(t interface {
	Helper()
	Errorf(string, ...any)
}, r Reading) (back Reading) {
	t.Helper()
	back, err := Read(r.String())
	switch {
	case err != nil:
		t.Errorf("%q prints as %q: %v", r.Verbatim, r, err)
	case bounds(back) != bounds(r) || back.Hedge != r.Hedge || back.Vague != r.Vague:
		t.Errorf("%q prints as %q, which reads as %s %s %q, want %s %s %q",
			r.Verbatim, r, back.Hedge, bounds(back), back.Vague, r.Hedge, bounds(r), r.Vague)
	}
	return back
}

// phrase draws a hedged number with a unit.
func phrase(t *rapid.T) string {
	number := rapid.OneOf(
		rapid.Map(rapid.Int64Range(1, 1e12), func(n int64) string { return Whole(n).Grouped() }),
		rapid.StringMatching(`[1-9][0-9]{0,2}(\.[0-9]{1,3})?( thousand| million| billion)?`),
		rapid.SampledFrom([]string{"seven", "twenty-two", "a dozen", "three hundred and four", "half a million", "two and a half"}),
	)
	hedge := rapid.SampledFrom([]string{
		"", "about ", "some ", "at least ", "over ", "more than ", "up to ", "as many as ", "under ",
		"nearly ", "just under ", "no fewer than ", "~", "well over ",
	}).Draw(t, "hedge")
	unit := rapid.SampledFrom([]string{
		"", " trucks", " people", " square kilometers", " percent", "%", " days", " former mining towns", " trucks a day",
	}).Draw(t, "unit")
	s := hedge + number.Draw(t, "number") + unit
	if hedge == "" && rapid.Bool().Draw(t, "range") {
		return "between " + number.Draw(t, "low") + " and " + number.Draw(t, "high") + unit
	}
	return s
}

func TestReadRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := phrase(t)
		r, err := Read(s)
		if errors.Is(err, ErrBounds) && strings.HasPrefix(s, "between") {
			return // a range drawn backwards
		}
		if err != nil {
			t.Fatal(err)
		}
		checkRoundTrip(t, r)
	})
}

// Whatever order words come in, what is read is sound and reads back.
func TestReadAnyOrder(t *testing.T) {
	t.Parallel()
	vocabulary := strings.Split("a|an|the|one|two|seven|ten|twenty|hundred|thousand|million|dozen|score|half|third|thirds|"+
		"quarter|quarters|and|or|to|but|between|from|of|no|not|none|some|about|at|least|most|more|less|than|fewer|over|up|"+
		"under|nearly|just|so|odd|plus|as|many|few|several|dozens|hundreds|number|large|0|1|2|9|20|980|2020|1,200|86.6|0.5|"+
		"½|2/3|$|€|AMD|%|percent|per|cent|-|–|—|+|~|,|.|(|)|trucks|truck|people|days|month|square|kilometers|km|m|k|bn|long|"+
		"strong|May|November|Nov.|in|since|article|No.|day|each|other|point|zero|single|wounded|crossed|US|U.S.|T-72|1990s", "|")
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.Custom(func(t *rapid.T) string {
			gap := rapid.SampledFrom([]string{" ", " ", " ", "", "-", "\u00a0"})
			return rapid.SampledFrom(vocabulary).Draw(t, "word") + gap.Draw(t, "gap")
		})
		s := strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), "")
		for _, spotted := range Spot(s) {
			if err := spotted.Reading.Validate(); err != nil {
				t.Fatalf("%q: %v", s, err)
			}
		}
		r, err := Read(s)
		if err != nil {
			return
		}
		if err := r.Validate(); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		checkRoundTrip(t, r)
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"at least 980 vehicles", "nine-month-long", "between a hundred and five and two hundred cars", "$3-5 million in aid",
		"two-thirds of the drivers", "20-odd", "86\u00a0600 km²", "tens of thousands of people", "Nov. 9–10, 2020",
		"five- to ten-day trips", "half a dozen", "2½", "-5", "1,20,000", "a\u00adb 12", "\xff 12 \xff", "12 or so",
		"more than 10 but fewer than 20 cars", "30 trucks a day", "20 million million million million million",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := Read(s)
		if err != nil {
			for _, known := range []error{ErrNoNumber, ErrManyNumbers, ErrBounds, ErrNumber} {
				if errors.Is(err, known) {
					return
				}
			}
			t.Fatalf("unknown error %v", err)
		}
		if err := r.Validate(); err != nil {
			t.Fatal(err)
		}
		checkRoundTrip(t, r)
	})
}
