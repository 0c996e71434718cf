package edition

import (
	"testing"
	"time"

	"counterclaim/internal/narrative"
)

func TestDateText(t *testing.T) {
	t.Parallel()
	at := given("2031-01-23")
	at.At = "15:04+04:00"
	zulu := given("2031-01-23")
	zulu.At = "15:04Z"
	second := given("2031-01-23")
	second.At = "15:04:05Z"
	for _, tt := range []struct {
		name string
		date narrative.Date
		want string
	}{
		{"a day", given("2031-01-23"), "23 January 2031"},
		{"a month", given("2031-01"), "January 2031"},
		{"a year", given("2031"), "2031"},
		{"two adjacent days", given("2031-01-10/2031-01-11"), "10 or 11 January 2031"},
		{"adjacent over a month", given("2031-01-31/2031-02-01"), "31 January or 1 February 2031"},
		{"adjacent over a year", given("2030-12-31/2031-01-01"), "31 December 2030 or 1 January 2031"},
		{"a stretch", given("2031-09-01/2031-09-14"), "between 1 and 14 September 2031"},
		{"a stretch over a month", given("2031-08-28/2031-09-03"), "between 28 August and 3 September 2031"},
		{"inferred", inferred("2031-01-10/2031-01-11"), "10 or 11 January 2031, inferred"},
		{"not known", narrative.Date{Basis: narrative.Unknown, Reason: "no date"}, "not known"},
		{"nothing", narrative.Date{}, "not known"},
		{"a time with zone", at, "23 January 2031, 15:04 UTC+04:00"},
		{"a time in UTC", zulu, "23 January 2031, 15:04 UTC"},
		{"a time to the second", second, "23 January 2031, 15:04:05 UTC"},
	} {
		if got := DateText(tt.date); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSpanText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, until narrative.Day
		want        string
	}{
		{"2031-01-23", "2031-09-15", "23 January to 15 September 2031"},
		{"2031-09-14", "2031-09-15", "14 to 15 September 2031"},
		{"2030-12-12", "2031-04-22", "12 December 2030 to 22 April 2031"},
		{"", "2031-04-22", "until 22 April 2031"},
		{"2031-04-23", "", "from 23 April 2031"},
		{"2031-04-23", "2031-04-23", "23 April 2031"},
		{"", "", ""},
	} {
		if got := spanText(tt.from, tt.until); got != tt.want {
			t.Errorf("%s to %s: %q, want %q", tt.from, tt.until, got, tt.want)
		}
	}
}

func TestDatesText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		dates []narrative.Date
		want  string
	}{
		{[]narrative.Date{given("2031-04-15"), given("2031-04-14")}, "14 to 15 April 2031"},
		{[]narrative.Date{inferred("2031-01"), inferred("2031-01")}, "January 2031, inferred"},
		{[]narrative.Date{given("2031-09-01"), inferred("2031-09")}, "September 2031, in part inferred"},
		{[]narrative.Date{inferred("2031-01"), given("2031-09")}, "January to September 2031, in part inferred"},
		{[]narrative.Date{given("2031-03-09"), inferred("2031-03-10/2031-03-11")}, "9 March 2031 to 10 or 11 March 2031, in part inferred"},
	} {
		if got := datesText(tt.dates); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestNextTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 6, 1, 12, 0, 5, 999, time.FixedZone("", 3600))
	for _, tt := range []struct {
		name   string
		latest time.Time
		want   string
	}{
		{"the first", time.Time{}, "2031-06-01T11:00:05Z"},
		{"an earlier one", now.Add(-time.Second), "2031-06-01T11:00:05Z"},
		{"one in the same second", now, "2031-06-01T11:00:06Z"},
		{"a later one", now.Add(time.Minute), "2031-06-01T11:01:06Z"},
	} {
		if got := timeText(NextTime(now, tt.latest)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
