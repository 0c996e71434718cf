package figure

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bounds prints the interval of a reading: "[980, )", "(0, 3)", "about [20, 20]".
func bounds(r Reading) string {
	low, high, open, shut := "", "", "[", "]"
	if r.Low != nil {
		low = r.Low.String()
	}
	if r.High != nil {
		high = r.High.String()
	}
	if r.LowOpen {
		open = "("
	}
	if r.HighOpen {
		shut = ")"
	}
	s := open + low + ", " + high + shut
	if r.Approx {
		s = "~" + s
	}
	return s
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		hedge  Hedge
		bounds string
		unit   string
		out    string
	}{
		// plain
		{"22", Exactly, "[22, 22]", "", "22"},
		{"1,200", Exactly, "[1200, 1200]", "", "1,200"},
		{"1,234,567 litres", Exactly, "[1234567, 1234567]", "litres", "1,234,567 litres"},
		{"44 days", Exactly, "[44, 44]", "days", "44 days"},
		{"16 kilometers", Exactly, "[16, 16]", "kilometers", "16 kilometers"},
		{"five principles", Exactly, "[5, 5]", "principles", "5 principles"},
		{"exactly 22 trucks", Exactly, "[22, 22]", "trucks", "22 trucks"},
		{"only 22 trucks", Exactly, "[22, 22]", "trucks", "22 trucks"},
		{"22 of the trucks", Exactly, "[22, 22]", "trucks", "22 trucks"},
		{"22 more trucks", Exactly, "[22, 22]", "trucks", "22 trucks"},
		{"22 trucks belonging to a relief agency", Exactly, "[22, 22]", "trucks", "22 trucks"},
		{"7.25 tonnes", Exactly, "[7.25, 7.25]", "tonnes", "7.25 tonnes"},
		{".5 percent", Exactly, "[0.5, 0.5]", "percent", "0.5 percent"},
		{"2020", Exactly, "[2020, 2020]", "", "2,020"},
		{"2000 people", Exactly, "[2000, 2000]", "people", "2,000 people"},
		{"30 trucks since Dec. 3, 2021", Exactly, "[30, 30]", "trucks", "30 trucks"},
		{"one lorry", Exactly, "[1, 1]", "lorry", "1 lorry"},
		{"a single lorry", Exactly, "[1, 1]", "lorry", "1 lorry"},
		{"12 U.S. trucks", Exactly, "[12, 12]", "U.S. trucks", "12 U.S. trucks"},

		// none
		{"no trucks", Exactly, "[0, 0]", "trucks", "0 trucks"},
		{"no", Exactly, "[0, 0]", "", "0"},
		{"none", Exactly, "[0, 0]", "", "0"},
		{"no one", Exactly, "[0, 0]", "", "0"},
		{"zero convoys", Exactly, "[0, 0]", "convoys", "0 convoys"},
		{"not a single convoy", Exactly, "[0, 0]", "convoy", "0 convoy"},

		// words
		{"a dozen", Exactly, "[12, 12]", "", "12"},
		{"two dozen lorries", Exactly, "[24, 24]", "lorries", "24 lorries"},
		{"half a dozen lorries", Exactly, "[6, 6]", "lorries", "6 lorries"},
		{"three score years", Exactly, "[60, 60]", "years", "60 years"},
		{"twenty-two cars", Exactly, "[22, 22]", "cars", "22 cars"},
		{"Twenty‑two cars", Exactly, "[22, 22]", "cars", "22 cars"},
		{"nineteen buses", Exactly, "[19, 19]", "buses", "19 buses"},
		{"a hundred and five buses", Exactly, "[105, 105]", "buses", "105 buses"},
		{"fifteen hundred goats", Exactly, "[1500, 1500]", "goats", "1,500 goats"},
		{"two thousand five hundred", Exactly, "[2500, 2500]", "", "2,500"},
		{"one hundred and twenty-five thousand three hundred and six", Exactly, "[125306, 125306]", "", "125,306"},
		{"three million two hundred thousand and one", Exactly, "[3200001, 3200001]", "", "3,200,001"},
		{"half a million people", Exactly, "[500000, 500000]", "people", "500,000 people"},
		{"a million and a half", Exactly, "[1500000, 1500000]", "", "1,500,000"},
		{"two and a half million tonnes", Exactly, "[2500000, 2500000]", "tonnes", "2,500,000 tonnes"},
		{"two and a half years", Exactly, "[2.5, 2.5]", "years", "2.5 years"},
		{"three-quarters of a million", Exactly, "[750000, 750000]", "", "750,000"},

		// scales
		{"86.6 thousand square kilometers", Exactly, "[86600, 86600]", "square kilometers", "86,600 square kilometers"},
		{"3.5 billion", Exactly, "[3500000000, 3500000000]", "", "3,500,000,000"},
		{"3bn cubic metres", Exactly, "[3000000000, 3000000000]", "cubic metres", "3,000,000,000 cubic metres"},
		{"3k trucks", Exactly, "[3000, 3000]", "trucks", "3,000 trucks"},
		{"two hundred thousand", Exactly, "[200000, 200000]", "", "200,000"},

		// compounds
		{"nine-month-long", Exactly, "[9, 9]", "month", "9 months"},
		{"a 44-day war", Exactly, "[44, 44]", "day", "44 days"},
		{"a 44‑day war", Exactly, "[44, 44]", "day", "44 days"},
		{"a twenty-two-year-old driver", Exactly, "[22, 22]", "year", "22 years"},
		{"a 300-strong crowd", Exactly, "[300, 300]", "", "300"},
		{"a 20-million-dollar loan", Exactly, "[20000000, 20000000]", "dollar", "20,000,000 dollars"},
		{"five- to ten-day trips", Between, "[5, 10]", "day", "between 5 and 10 days"},

		// shares
		{"two-thirds", Exactly, "[0.666667, 0.666667]", "", "two-thirds"},
		{"two-thirds of the drivers", Exactly, "[0.666667, 0.666667]", "of the drivers", "two-thirds of the drivers"},
		{"over a third of drivers", Over, "(0.333333, ]", "of drivers", "more than one-third of drivers"},
		{"half the drivers", Exactly, "[0.5, 0.5]", "of the drivers", "half of the drivers"},
		{"half an hour", Exactly, "[0.5, 0.5]", "hour", "0.5 hour"},
		{"nearly half", Nearly, "~(0, 0.5)", "", "nearly half"},
		{"2/3 of members", Exactly, "[0.666667, 0.666667]", "of members", "two-thirds of members"},
		{"2½ hours", Exactly, "[2.5, 2.5]", "hours", "2.5 hours"},
		{"2 1/2 hours", Exactly, "[2.5, 2.5]", "hours", "2.5 hours"},
		{"50 percent", Exactly, "[50, 50]", "percent", "50 percent"},
		{"50 per cent", Exactly, "[50, 50]", "percent", "50 percent"},
		{"12.5% of the fleet", Exactly, "[12.5, 12.5]", "percent of the fleet", "12.5 percent of the fleet"},

		// money
		{"$3 million", Exactly, "[3000000, 3000000]", "dollars", "3,000,000 dollars"},
		{"US$3.5bn", Exactly, "[3500000000, 3500000000]", "US dollars", "3,500,000,000 US dollars"},
		{"€20m in loans", Exactly, "[20000000, 20000000]", "euros", "20,000,000 euros"},
		{"AMD 20 million", Exactly, "[20000000, 20000000]", "AMD", "20,000,000 AMD"},
		{"about $40 a day", About, "~[40, 40]", "dollars a day", "about 40 dollars a day"},
		{"$3-5 million in aid", Between, "[3000000, 5000000]", "dollars", "between 3,000,000 and 5,000,000 dollars"},
		{"$10 to $20 a day", Between, "[10, 20]", "dollars a day", "between 10 and 20 dollars a day"},
		{"£10 to £20", Between, "[10, 20]", "pounds", "between 10 and 20 pounds"},

		// units and spaces
		{"20\u00a0km", Exactly, "[20, 20]", "km", "20 km"},
		{"20km", Exactly, "[20, 20]", "km", "20 km"},
		{"86\u202f600 km²", Exactly, "[86600, 86600]", "km²", "86,600 km²"},
		{"86\u00a0600 km2", Exactly, "[86600, 86600]", "km2", "86,600 km2"},
		{"30 trucks a day", Exactly, "[30, 30]", "trucks a day", "30 trucks a day"},
		{"30 trucks per week", Exactly, "[30, 30]", "trucks per week", "30 trucks per week"},
		{"20 km/h", Exactly, "[20, 20]", "km/h", "20 km/h"},
		{"  22\n trucks ", Exactly, "[22, 22]", "trucks", "22 trucks"},

		// about
		{"some 980", About, "~[980, 980]", "", "about 980"},
		{"around 90 people", About, "~[90, 90]", "people", "about 90 people"},
		{"approximately 50", About, "~[50, 50]", "", "about 50"},
		{"approx. 50", About, "~[50, 50]", "", "about 50"},
		{"roughly 50", About, "~[50, 50]", "", "about 50"},
		{"ca. 50", About, "~[50, 50]", "", "about 50"},
		{"~50", About, "~[50, 50]", "", "about 50"},
		{"an estimated 50 cars", About, "~[50, 50]", "cars", "about 50 cars"},
		{"20-odd cars", About, "~[20, 20]", "cars", "about 20 cars"},
		{"20 or so cars", About, "~[20, 20]", "cars", "about 20 cars"},
		{"20 cars or so", About, "~[20, 20]", "cars", "about 20 cars"},
		{"some two dozen", About, "~[24, 24]", "", "about 24"},

		// at least
		{"at least 980 vehicles", AtLeast, "[980, ]", "vehicles", "at least 980 vehicles"},
		{"at least another 20", AtLeast, "[20, ]", "", "at least 20"},
		{"no fewer than 40 aid workers", AtLeast, "[40, ]", "aid workers", "at least 40 aid workers"},
		{"no less than $1.5 million", AtLeast, "[1500000, ]", "dollars", "at least 1,500,000 dollars"},
		{"a minimum of six hours", AtLeast, "[6, ]", "hours", "at least 6 hours"},
		{"20 or more cars", AtLeast, "[20, ]", "cars", "at least 20 cars"},
		{"20 cars at least", AtLeast, "[20, ]", "cars", "at least 20 cars"},
		{"20+ cars", AtLeast, "[20, ]", "cars", "at least 20 cars"},
		{"20-plus cars", AtLeast, "[20, ]", "cars", "at least 20 cars"},

		// over
		{"over 850", Over, "(850, ]", "", "more than 850"},
		{"well over a hundred buses", Over, "(100, ]", "buses", "more than 100 buses"},
		{"more than 1.2 million", Over, "(1200000, ]", "", "more than 1,200,000"},
		{"in excess of 70", Over, "(70, ]", "", "more than 70"},
		{"upwards of 70", Over, "(70, ]", "", "more than 70"},
		{"about over 70", Over, "(70, ]", "", "more than 70"},

		// up to, under
		{"up to 22", UpTo, "[0, 22]", "", "up to 22"},
		{"up to about 22", UpTo, "[0, 22]", "", "up to 22"},
		{"as many as 30 buses", UpTo, "[0, 30]", "buses", "up to 30 buses"},
		{"no more than 12", UpTo, "[0, 12]", "", "up to 12"},
		{"at most 12", UpTo, "[0, 12]", "", "up to 12"},
		{"12 or fewer", UpTo, "[0, 12]", "", "up to 12"},
		{"fewer than 12 cars", Under, "[0, 12)", "cars", "under 12 cars"},
		{"under 12 hours", Under, "[0, 12)", "hours", "under 12 hours"},
		{"less than one percent", Under, "[0, 1)", "percent", "under 1 percent"},

		// nearly
		{"nearly three decades", Nearly, "~(0, 3)", "decades", "nearly 3 decades"},
		{"almost 400 tons", Nearly, "~(0, 400)", "tons", "nearly 400 tons"},
		{"just under 400 tons", Nearly, "~(0, 400)", "tons", "nearly 400 tons"},
		{"a little less than 90", Nearly, "~(0, 90)", "", "nearly 90"},
		{"close to 1.5 million", Nearly, "~(0, 1500000)", "", "nearly 1,500,000"},

		// ranges
		{"between 10 and 20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"from 10 to 20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"from 10 trucks to 20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"10 to 20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"10-20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"10–20 trucks", Between, "[10, 20]", "trucks", "between 10 and 20 trucks"},
		{"two or three days", Between, "[2, 3]", "days", "between 2 and 3 days"},
		{"nine–ten days", Between, "[9, 10]", "days", "between 9 and 10 days"},
		{"10% to 20%", Between, "[10, 20]", "percent", "between 10 and 20 percent"},
		{"10 to 20 million people", Between, "[10000000, 20000000]", "people", "between 10,000,000 and 20,000,000 people"},
		{"from one to two million people", Between, "[1000000, 2000000]", "people", "between 1,000,000 and 2,000,000 people"},
		{"500 to 2 thousand", Between, "[500, 2000]", "", "between 500 and 2,000"},
		{"between one hundred and two hundred", Between, "[100, 200]", "", "between 100 and 200"},
		{"between a hundred and five and two hundred", Between, "[105, 200]", "", "between 105 and 200"},
		{"about 10 to 20 trucks", Between, "~[10, 20]", "trucks", "about 10 to 20 trucks"},
		{"more than 10 but fewer than 20 cars", Between, "(10, 20)", "cars", "more than 10 but under 20 cars"},
		{"at least 10 and no more than 20 cars", Between, "[10, 20]", "cars", "between 10 and 20 cars"},
		{"more than $10 but less than $20 a day", Between, "(10, 20)", "dollars a day", "more than 10 but under 20 dollars a day"},
		{"at least 10 but fewer than 20", Between, "[10, 20)", "", "at least 10 but under 20"},
		{"over 10 but at most 20", Between, "(10, 20]", "", "more than 10 but at most 20"},
		{"at least 20 to 30", AtLeast, "[20, ]", "", "at least 20"},
		{"up to 20 to 30", UpTo, "[0, 30]", "", "up to 30"},

		// vague
		{"a large number of vehicles", Vague, "[, ]", "vehicles", "a large number of vehicles"},
		{"a number of vehicles", Vague, "[, ]", "vehicles", "a number of vehicles"},
		{"large numbers of vehicles", Vague, "[, ]", "vehicles", "large numbers of vehicles"},
		{"dozens", Vague, "[, ]", "", "dozens"},
		{"Dozens of trucks", Vague, "[, ]", "trucks", "dozens of trucks"},
		{"at least several dozen trucks", Vague, "[, ]", "trucks", "several dozen trucks"},
		{"tens of thousands of people", Vague, "[, ]", "people", "tens of thousands of people"},
		{"a handful of drivers", Vague, "[, ]", "drivers", "a handful of drivers"},
		{"several towns", Vague, "[, ]", "towns", "several towns"},
		{"many", Vague, "[, ]", "", "many"},
		{"several other towns", Vague, "[, ]", "towns", "several towns"},
		{"some trucks", Vague, "[, ]", "trucks", "some trucks"},
		{"a few hundred cars", Vague, "[, ]", "cars", "a few hundred cars"},
		{"almost no traffic", Vague, "[, ]", "traffic", "almost no traffic"},
	} {
		t.Run(c.in, func(t *testing.T) {
			t.Parallel()
			r, err := Read(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if r.Hedge != c.hedge || bounds(r) != c.bounds || r.Unit != c.unit {
				t.Errorf("got %s %s %q, want %s %s %q", r.Hedge, bounds(r), r.Unit, c.hedge, c.bounds, c.unit)
			}
			if got := r.String(); got != c.out {
				t.Errorf("String() = %q, want %q", got, c.out)
			}
			if want := strings.TrimSpace(c.in); r.Verbatim != want {
				t.Errorf("Verbatim = %q, want %q", r.Verbatim, want)
			}
			if back := checkRoundTrip(t, r); unitKey(back.Unit) != unitKey(r.Unit) {
				t.Errorf("%q reads back with the unit %q, want %q", r, back.Unit, r.Unit)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want error
	}{
		{"", ErrNoNumber},
		{"trucks", ErrNoNumber},
		{"a truck", ErrNoNumber},
		{"the 1990s", ErrNoNumber},
		{"in 2020", ErrNoNumber},
		{"the 2020 ceasefire", ErrNoNumber},
		{"from 1991 to 2020", ErrNoNumber},
		{"November 9 agreement", ErrNoNumber},
		{"9 September 2023", ErrNoNumber},
		{"Oct. 6–7, 2022", ErrNoNumber},
		{"24.01.2023", ErrNoNumber},
		{"at 10:30", ErrNoNumber},
		{"5 p.m.", ErrNoNumber},
		{"article 9", ErrNoNumber},
		{"No. 5", ErrNoNumber},
		{"the 20th", ErrNoNumber},
		{"a third truck", ErrNoNumber},
		{"G7", ErrNoNumber},
		{"a Su-25", ErrNoNumber},
		{"007", ErrNoNumber},
		{"1e5", ErrNoNumber},
		{"1.200.000", ErrNoNumber},
		{"12 trucks and 5 cars", ErrManyNumbers},
		{"20 and 30", ErrManyNumbers},
		{"86 600 hectares", ErrManyNumbers},
		{"12,5 tonnes", ErrManyNumbers},
		{"20 trucks to 30 villages", ErrManyNumbers},
		{"-5 degrees", ErrBounds},
		{"minus 5", ErrBounds},
		{"20-10", ErrBounds},
		{"less than zero", ErrBounds},
		{strings.Repeat("9", 31), ErrNumber},
		{strings.Repeat("9", 1000) + " trucks", ErrNumber},
		{"soft" + strings.Repeat("x", 1000) + "7", ErrNoNumber},
		{strings.Repeat("9", 29) + " thousand", ErrNumber},
	} {
		if r, err := Read(c.in); !errors.Is(err, c.want) {
			t.Errorf("Read(%q) = %v, %v; want %v", c.in, r, err, c.want)
		}
	}
}

// The look-back from a number must reach the first word of every hedge.
func TestLongestHedge(t *testing.T) {
	t.Parallel()
	longest := 0
	for _, list := range prefixHedges {
		for _, phrase := range list {
			longest = max(longest, len(phrase.words))
		}
	}
	if longest != longestHedge {
		t.Errorf("the longest hedge has %d words, longestHedge is %d", longest, longestHedge)
	}
}

func TestBand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, low, high string }{
		{"about 980", "931", "1029"},    // 5 percent
		{"about 900", "850", "950"},     // half of 100
		{"about 3", "2.5", "3.5"},       // half of 1
		{"about 8.5", "8.075", "8.925"}, // 5 percent
		{"about 1,000", "500", "1500"},
		{"about zero", "0", "0.5"},
		{"about half", "0.45", "0.55"},
		{"nearly three decades", "2.5", "3"},
		{"nearly 400", "350", "400"},
		{"about 10 to 20", "5", "25"},
		{"at least 20", "20", ""},
		{"over 20", "20", ""},
		{"up to 20", "0", "20"},
		{"20", "20", "20"},
		{"dozens", "", ""},
	} {
		r, err := Read(c.in)
		if err != nil {
			t.Fatal(err)
		}
		low, high := r.Band()
		got := bounds(Reading{Low: low, High: high})
		if want := "[" + c.low + ", " + c.high + "]"; got != want {
			t.Errorf("Band of %q = %s, want %s", c.in, got, want)
		}
	}
}

// A number with all its digits has no room for a band: it is its own.
func TestBandWithoutRoom(t *testing.T) {
	t.Parallel()
	r, err := Read("about 123456789012345678901234567891")
	if err != nil {
		t.Fatal(err)
	}
	if low, high := r.Band(); *low != *r.Low || *high != *r.High {
		t.Errorf("Band() = %s to %s, want %s", low, high, r.Low)
	}
}

func TestBandHoldsThePoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, err := Read(phrase(t))
		if err != nil {
			return // a range drawn backwards
		}
		low, high := r.Band()
		if r.Hedge != Nearly && low != nil && low.Cmp(*r.Low) > 0 {
			t.Errorf("%s: band begins at %s", r, low)
		}
		if r.High != nil && high.Cmp(*r.High) < 0 {
			t.Errorf("%s: band ends at %s", r, high)
		}
		if low != nil && high != nil && low.Cmp(*high) > 0 {
			t.Errorf("%s: band from %s to %s", r, low, high)
		}
	})
}

func TestValidate(t *testing.T) {
	t.Parallel()
	n := func(s string) *Number {
		n, err := ParseNumber(s)
		if err != nil {
			t.Fatal(err)
		}
		return &n
	}
	for _, c := range []struct {
		name string
		r    Reading
	}{
		{"zero value", Reading{}},
		{"no hedge", Reading{Low: n("1"), High: n("1")}},
		{"unknown hedge", Reading{Hedge: "maybe", Low: n("1"), High: n("1")}},
		{"no bounds", Reading{Hedge: Exactly}},
		{"backwards", Reading{Hedge: Between, Low: n("2"), High: n("1")}},
		{"negative low", Reading{Hedge: Exactly, Low: n("-1"), High: n("-1")}},
		{"negative high", Reading{Hedge: UpTo, High: n("-1")}},
		{"empty", Reading{Hedge: Between, Low: n("1"), High: n("1"), HighOpen: true}},
		{"exact range", Reading{Hedge: Exactly, Low: n("1"), High: n("2")}},
		{"at least with an end", Reading{Hedge: AtLeast, Low: n("1"), High: n("2")}},
		{"over without open", Reading{Hedge: Over, Low: n("1")}},
		{"under without open", Reading{Hedge: Under, High: n("1")}},
		{"half a range", Reading{Hedge: Between, Low: n("1")}},
		{"about, not approximate", Reading{Hedge: About, Low: n("1"), High: n("1")}},
		{"exact, approximate", Reading{Hedge: Exactly, Low: n("1"), High: n("1"), Approx: true}},
		{"vague with a bound", Reading{Hedge: Vague, Vague: "dozens", Low: n("24")}},
		{"vague without words", Reading{Hedge: Vague}},
		{"words with a number", Reading{Hedge: Exactly, Low: n("1"), High: n("1"), Vague: "dozens"}},
	} {
		if err := c.r.Validate(); !errors.Is(err, ErrBounds) {
			t.Errorf("%s: error = %v, want ErrBounds", c.name, err)
		}
	}
	if got := (Reading{Verbatim: "as it was"}).String(); got != "as it was" {
		t.Errorf("an invalid reading prints %q, want its own words", got)
	}
}
