package figure

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSpot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string // verbatim = as printed back
	}{
		{
			"At least 980 vehicles passed; over 850 belonged to one force and some 120 to a relief agency.",
			[]string{"At least 980 vehicles = at least 980 vehicles", "over 850 = more than 850", "some 120 = about 120"},
		},
		{
			"After nearly three decades a nine-month-long siege and 44 days of war followed.",
			[]string{"nearly three decades = nearly 3 decades", "nine-month-long = 9 months", "44 days = 44 days"},
		},
		{
			"The land measures 86.6 thousand square kilometers, 16 kilometers of it road.",
			[]string{"86.6 thousand square kilometers = 86,600 square kilometers", "16 kilometers = 16 kilometers"},
		},
		{
			"A large number of vehicles, dozens of buses and several towns are named.",
			[]string{"A large number of vehicles = a large number of vehicles", "dozens of buses = dozens of buses", "several towns = several towns"},
		},
		{
			"Both keep the November 9 agreement, the statement of 9 September 2023 and the 2020 truce.",
			nil,
		},
		{
			"On October 6 and 7, 2022, in Prague, and on 24.01.2023 at 10:30, or 8 p.m., nothing moved.",
			nil,
		},
		{
			"Article 6 of Resolution 2722, a Boeing 737, a Su-25 jet and route 12 are names.",
			nil,
		},
		{
			"Since the 1990s the G7 has met for the 3rd time; the Group of Seven said so.",
			nil,
		},
		{
			"One of them came, no one else, and this one left.",
			nil,
		},
		{
			"One kilometer on, a single car stood.",
			[]string{"One kilometer = 1 kilometer"},
		},
		{
			"The five principles and two former Soviet republics are figures.",
			[]string{"five principles = 5 principles", "two former Soviet republics = 2 former Soviet republics"},
		},
		{
			"Seven of the ten trucks came back from the two-way road.",
			[]string{"Seven = 7", "ten trucks = 10 trucks"},
		},
		{
			"Ani Petrosyan, 52, raised five children.",
			[]string{"five children = 5 children"},
		},
		{
			"In the second half of the year half of the drivers stayed away.",
			[]string{"half of the drivers = half of the drivers"},
		},
		{
			"It measured 86 600 hectares or 12,5 percent; it was -5 degrees.",
			nil,
		},
		{
			"Ստեփանակերտ received “about 90 people” — and 🚑 20\u00a0tons.",
			[]string{"about 90 people = about 90 people", "20\u00a0tons = 20 tons"},
		},
		{
			"Convoys Carry Nearly 980, Officials Say",
			[]string{"Nearly 980 = nearly 980"},
		},
		{
			"From 1991 to 2020, and again by 2025, the 2020 hostilities mattered; about 2000 people left.",
			[]string{"about 2000 people = about 2,000 people"},
		},
		{"", nil},
	} {
		var got []string
		for _, s := range Spot(c.text) {
			got = append(got, s.Reading.Verbatim+" = "+s.Reading.String())
			checkSpan(t, c.text, s)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s\n%s", c.text, diff)
		}
	}
}

// checkSpan checks that both spans of s enclose its verbatim words.
func checkSpan(t *testing.T, text string, s Spotted) {
	t.Helper()
	if got := text[s.Start:s.End]; got != s.Reading.Verbatim {
		t.Errorf("bytes %d to %d are %q, want %q", s.Start, s.End, got, s.Reading.Verbatim)
	}
	if got, want := s.RuneStart, utf8.RuneCountInString(text[:s.Start]); got != want {
		t.Errorf("%q begins at code point %d, want %d", s.Reading.Verbatim, got, want)
	}
	if got, want := s.RuneEnd, utf8.RuneCountInString(text[:s.End]); got != want {
		t.Errorf("%q ends at code point %d, want %d", s.Reading.Verbatim, got, want)
	}
}

// Long and monotonous texts are read as any other.
func TestSpotLong(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"at least 20-odd trucks and ", "1-a", "million ", "9,", "two-", "a few ", "- ", "1 "} {
		text := strings.Repeat(piece, 1000)
		for _, s := range Spot(text) {
			if err := s.Reading.Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := Read(text); err == nil {
			if err := r.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func FuzzSpot(f *testing.F) {
	for _, s := range []string{
		"At least 980 vehicles passed; over 850 belonged to one force.", "the November 9 agreement, 2020",
		"nine-month-long, 86.6 thousand square kilometers", "Ստեփանակերտ “about 90 people” 🚑 20\u00a0tons",
		"\xff12\xfe", "$3 million a year, 12,5", "between 10 and 20 of the 30", "half of the drivers or so",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range Spot(text) {
			if s.Start < last || s.End <= s.Start {
				t.Fatalf("%q from %d to %d, after %d", text, s.Start, s.End, last)
			}
			last = s.End
			checkSpan(t, text, s)
			if err := s.Reading.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
