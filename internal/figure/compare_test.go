package figure

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// count is a complete figure of vehicles.
func count(t interface{ Fatal(...any) }, s string) Figure {
	r, err := Read(s)
	if err != nil {
		t.Fatal(err)
	}
	if r.Unit == "" {
		r.Unit = "vehicles"
	}
	return Figure{
		Reading: r, Counted: "vehicles that used the road", Rule: "journeys",
		Window: Window{"2022-12-12", "2023-01-23"},
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b   string
		want   Verdict
		reason string
	}{
		{"22", "22", Compatible, "both say 22"},
		{"at least 20", "22", Compatible, "at least 20 and 22 can both hold"},
		{"180", "250", Conflict, "180 and 250 cannot both hold"},
		{"none", "at least 1", Conflict, "0 and at least 1 cannot both hold"},
		{"over 20", "20", Conflict, "more than 20 and 20 cannot both hold"},
		{"at least 20", "20", Compatible, "at least 20 and 20 can both hold"},
		{"under 20", "at least 20", Conflict, "under 20 and at least 20 cannot both hold"},
		{"up to 20", "12", Compatible, "up to 20 and 12 can both hold"},
		{"between 10 and 20", "15 to 30", Compatible, "between 10 and 20 and between 15 and 30 can both hold"},
		{"about 980", "1,000", Approximate, "about 980 is approximate and can mean 1,000"},
		{"1,000", "about 980", Approximate, "about 980 is approximate and can mean 1,000"},
		{"about 980", "about 1,040", Approximate, "about 980 and about 1,040 differ, and both are approximate"},
		{"about 980", "1,200", Conflict, "about 980 and 1,200 cannot both hold"},
		{"about 980", "at least 980", Compatible, "about 980 and at least 980 can both hold"},
		{"about 980", "over 980", Approximate, "about 980 is approximate and can mean more than 980"},
		{"nearly 400", "390", Compatible, "nearly 400 and 390 can both hold"},
		{"nearly 400", "400", Approximate, "nearly 400 is approximate and can mean 400"},
		{"nearly 400", "120", Conflict, "nearly 400 and 120 cannot both hold"},
		{"22 vehicles", "22 vehicle", Compatible, "both say 22"},
		{"22 square kilometers", "22 km²", Compatible, "both say 22"},
		{"22 square kilometres", "22 sq km", Compatible, "both say 22"},
		{"22 trucks a day", "23 trucks per day", Conflict, "22 and 23 cannot both hold"},
		{"22 lorries", "1 lorry", Conflict, "22 and 1 cannot both hold"},
		{"50%", "50 per cent", Compatible, "both say 50"},
		{"22 vehicles", "30 people", NotComparable, "different units (vehicles, people)"},
		{"half the drivers", "22 drivers", NotComparable, "different units (of the drivers, drivers)"},
		{"dozens", "22", NotComparable, "“dozens” is no number"},
		{"22", "many", NotComparable, "“many” is no number"},
		{"dozens", "many", NotComparable, "neither figure is a number"},
	} {
		got := Compare(count(t, c.a), count(t, c.b))
		if got.Verdict != c.want || got.Reason != c.reason {
			t.Errorf("%s and %s: %s (%s), want %s (%s)", c.a, c.b, got.Verdict, got.Reason, c.want, c.reason)
		}
		if back := Compare(count(t, c.b), count(t, c.a)); back.Verdict != got.Verdict {
			t.Errorf("%s and %s: %s, the other way %s", c.a, c.b, got.Verdict, back.Verdict)
		}
	}
}

func TestCompareIncomplete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(a, b *Figure)
		reason string
	}{
		{"window", func(a, _ *Figure) { a.Window = Window{} }, "the window is not said for “180 cars”"},
		{"half a window", func(_, b *Figure) { b.Window.Until = "" }, "the window is not said for “250 cars”"},
		{"rule", func(_, b *Figure) { b.Rule = "" }, "the counting rule is not said for “250 cars”"},
		{"unit", func(a, _ *Figure) { a.Unit = "" }, "the unit is not said for “180 cars”"},
		{"counted", func(a, _ *Figure) { a.Counted = " " }, "what is counted is not said for “180 cars”"},
		{"both", func(a, b *Figure) { a.Rule, b.Rule = "", "" }, "the counting rule is not said in both figures"},
		{
			"mixed", func(a, b *Figure) { a.Window, a.Rule, b.Rule, b.Unit = Window{}, "", "", "" },
			"the counting rule is not said in both figures; the window is not said for “180 cars”; the unit is not said for “250 cars”",
		},
		{
			"several", func(a, _ *Figure) { a.Window, a.Rule, a.Unit = Window{}, "", "" },
			"the window, the counting rule and the unit are not said for “180 cars”",
		},
		{
			"same words", func(a, b *Figure) { b.Verbatim = a.Verbatim; b.Rule = "" },
			"the counting rule is not said for the second figure",
		},
		{
			"other window", func(a, _ *Figure) { a.Window = Window{"2022-11-03", "2022-11-03"} },
			"different windows (2022-11-03, 2022-12-12 to 2023-01-23)",
		},
		{
			"other rule", func(a, _ *Figure) { a.Rule = "cars, each once" },
			"different counting rules (cars, each once; journeys)",
		},
		{
			"other thing", func(a, _ *Figure) { a.Counted = "buses" },
			"different things are counted (buses; vehicles that used the road)",
		},
	} {
		a, b := count(t, "180 cars"), count(t, "250 cars")
		c.change(&a, &b)
		got := Compare(a, b)
		if got.Verdict != NotComparable || got.Reason != c.reason {
			t.Errorf("%s: %s (%s), want not-comparable (%s)", c.name, got.Verdict, got.Reason, c.reason)
		}
		if back := Compare(b, a); back.Verdict != NotComparable {
			t.Errorf("%s, the other way: %s", c.name, back.Verdict)
		}
	}
}

func TestCompareProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		read := func() Figure {
			r, err := Read(phrase(t))
			if errors.Is(err, ErrBounds) {
				t.Skip("a range drawn backwards")
			}
			if err != nil {
				t.Fatal(err)
			}
			f := count(t, "1")
			f.Reading = r
			f.Unit = "vehicles"
			return f
		}
		a, b := read(), read()
		if x, y := Compare(a, b), Compare(b, a); x.Verdict != y.Verdict {
			t.Errorf("%s against %s: %s, the other way %s", a, b, x.Verdict, y.Verdict)
		}
		if c := Compare(a, a); c.Verdict != Compatible {
			t.Errorf("%s against itself: %s (%s)", a, c.Verdict, c.Reason)
		}
		if c := Compare(a, b); c.Verdict == Approximate && !a.Approx && !b.Approx || c.Reason == "" {
			t.Errorf("%s against %s: %s (%s)", a, b, c.Verdict, c.Reason)
		}
	})
}

func TestWindowString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w    Window
		want string
	}{
		{Window{}, "not said"},
		{Window{From: "2022-12-12"}, "from 2022-12-12"},
		{Window{Until: "2022-12-12"}, "until 2022-12-12"},
		{Window{"2022-12-12", "2022-12-12"}, "2022-12-12"},
		{Window{"2022-12-12", "2023-01-23"}, "2022-12-12 to 2023-01-23"},
	} {
		if got := c.w.String(); got != c.want {
			t.Errorf("%#v prints as %q, want %q", c.w, got, c.want)
		}
	}
}

func TestUnitKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"vehicles", "vehicle", "Vehicles", " vehicles "},
		{"square kilometers", "square kilometres", "km²", "km2", "sq km", "sq. km", "square kilometer"},
		{"people", "persons", "person"},
		{"trucks a day", "trucks per day", "trucks daily", "truck/day"},
		{"cities", "city"},
		{"boxes", "box"},
		{"percent", "per cent", "%", "pct"},
		{"of the drivers", "of drivers"},
		{"tonnes", "t", "tonne"},
	} {
		for _, unit := range same[1:] {
			if got, want := unitKey(unit), unitKey(same[0]); got != want {
				t.Errorf("unitKey(%q) = %q, want %q", unit, got, want)
			}
		}
	}
	for _, pair := range [][2]string{{"tons", "tonnes"}, {"vehicles", "trucks"}, {"of the drivers", "drivers"}, {"kilometers", "square kilometers"}} {
		if unitKey(pair[0]) == unitKey(pair[1]) {
			t.Errorf("%q and %q are one unit: %q", pair[0], pair[1], unitKey(pair[0]))
		}
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parts string
		want  string
	}{
		{"over 850 | over 120", "more than 970 vehicles"},
		{"over 850 | 120", "more than 970 vehicles"},
		{"at least 850 | 120", "at least 970 vehicles"},
		{"at least 850 | over 120", "more than 970 vehicles"},
		{"850 | 120 | 10", "980 vehicles"},
		{"0.1 | 0.2", "0.3 vehicles"},
		{"about 850 | 120", "about 970 vehicles"},
		{"about 850 | nearly 120", "about 970 vehicles"},
		{"nearly 850 | 120", "nearly 970 vehicles"},
		{"up to 850 | under 120", "under 970 vehicles"},
		{"up to 850 | up to 120", "up to 970 vehicles"},
		{"up to 850 | 120", "between 120 and 970 vehicles"},
		{"10 to 20 | 5", "between 15 and 25 vehicles"},
		{"over 850 | about 120", "more than 964 vehicles"},
		{"22", "22 vehicles"},
	} {
		var parts []Figure
		for p := range strings.SplitSeq(c.parts, " | ") {
			parts = append(parts, count(t, p))
		}
		got, err := Sum(parts)
		if err != nil {
			t.Errorf("%s: %v", c.parts, err)
			continue
		}
		if got.String() != c.want || got.Verbatim != c.want {
			t.Errorf("%s = %s (%q), want %s", c.parts, got, got.Verbatim, c.want)
		}
		if err := got.Validate(); err != nil {
			t.Errorf("%s: %v", c.parts, err)
		}
	}
}

func TestSumRefuses(t *testing.T) {
	t.Parallel()
	a, b := count(t, "20 cars"), count(t, "30 cars")
	other := b
	other.Window.Until = "2023-02-01"
	unsound := b
	unsound.Low = nil
	for _, c := range []struct {
		name  string
		parts []Figure
		want  error
	}{
		{"none", nil, ErrParts},
		{"other unit", []Figure{a, count(t, "30 people")}, ErrParts},
		{"other window", []Figure{a, other}, ErrParts},
		{"vague", []Figure{a, count(t, "dozens of cars")}, ErrNoNumber},
		{"not sound", []Figure{a, unsound}, ErrBounds},
		{"open at both ends", []Figure{count(t, "over 5"), {Reading: Reading{Hedge: UpTo, High: new(Whole(5))}}}, ErrBounds},
		{"too large", []Figure{count(t, strings.Repeat("9", 30)), count(t, "1")}, ErrNumber},
	} {
		if got, err := Sum(c.parts); !errors.Is(err, c.want) {
			t.Errorf("%s: %s, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestFigureValidate(t *testing.T) {
	t.Parallel()
	if err := count(t, "20").Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name   string
		change func(f *Figure)
		want   error
	}{
		{"bounds", func(f *Figure) { f.Low = nil }, ErrBounds},
		{"no day", func(f *Figure) { f.AsOf = "2023-02-30" }, ErrWindow},
		{"other form", func(f *Figure) { f.Window.From = "12.12.2022" }, ErrWindow},
		{"backwards", func(f *Figure) { f.Window.Until = "2022-12-11" }, ErrWindow},
	} {
		f := count(t, "20")
		c.change(&f)
		if err := f.Validate(); !errors.Is(err, c.want) {
			t.Errorf("%s: error = %v, want %v", c.name, err, c.want)
		}
	}
}
