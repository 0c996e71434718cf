package edition

import (
	"strconv"
	"strings"
	"time"

	"counterclaim/internal/narrative"
)

const notKnown = "not known"

// dateOf gives a date with its words.
func dateOf(d narrative.Date) Date {
	basis := d.Basis
	if basis == "" {
		basis = narrative.Unknown
	}
	return Date{
		Earliest:  string(d.On.Earliest),
		Latest:    string(d.On.Latest),
		Precision: string(d.On.Precision),
		Time:      d.At,
		Basis:     string(basis),
		Reason:    d.Reason,
		Text:      DateText(d),
	}
}

// DateText says a date in words: "23 January 2023", "10 or 11 January 2023, inferred", "not known".
func DateText(d narrative.Date) string {
	if !d.Known() {
		return notKnown
	}
	text := intervalText(d.On)
	if d.At != "" {
		text += ", " + clockText(d.At)
	}
	if d.Basis != narrative.Given {
		text += ", inferred"
	}
	return text
}

// clockText says a time of day with its zone: "15:04 UTC", "15:04:05 UTC+04:00".
func clockText(at string) string {
	if clock, ok := strings.CutSuffix(at, "Z"); ok {
		return clock + " UTC"
	}
	if i := strings.IndexAny(at, "+-"); i > 0 {
		return at[:i] + " UTC" + at[i:]
	}
	return at
}

// minuteText says a minute with its zone: "24 January 2023, 15:04 UTC".
func minuteText(m narrative.Minute) string {
	day, clock, _ := strings.Cut(string(m), "T")
	return dayText(narrative.Day(day)) + ", " + clockText(clock)
}

// intervalText says an interval in words. Two days that follow each other are "10 or 11 January 2023", others "between 1
// and 14 September 2023".
func intervalText(i narrative.Interval) string {
	first := i.Earliest.Time()
	switch i.Precision {
	case narrative.PrecisionDay:
		return dayText(i.Earliest)
	case narrative.PrecisionMonth:
		return first.Month().String() + " " + strconv.Itoa(first.Year())
	case narrative.PrecisionYear:
		return strconv.Itoa(first.Year())
	}
	if first.AddDate(0, 0, 1).Equal(i.Latest.Time()) {
		return twoDays(i.Earliest, i.Latest, "or")
	}
	return "between " + twoDays(i.Earliest, i.Latest, "and")
}

// spanText says the stretch of two days, either of which may be "" for no bound: "23 April to 15 September 2023".
func spanText(from, until narrative.Day) string {
	switch {
	case from == "" && until == "":
		return ""
	case from == "":
		return "until " + dayText(until)
	case until == "":
		return "from " + dayText(from)
	case from == until:
		return dayText(from)
	}
	return twoDays(from, until, "to")
}

// twoDays says two days with a word between, month and year once where they are the same.
func twoDays(from, until narrative.Day, between string) string {
	a, b := from.Time(), until.Time()
	first := dayText(from)
	if a.Year() == b.Year() {
		first = strconv.Itoa(a.Day())
		if a.Month() != b.Month() {
			first += " " + a.Month().String()
		}
	}
	return first + " " + between + " " + dayText(until)
}

func dayText(d narrative.Day) string { return d.Time().Format("2 January 2006") }

// datesText says the stretch that several known dates cover, and that days are inferred where any is.
func datesText(dates []narrative.Date) string {
	first, last, inferred := dates[0], dates[0], 0
	for _, d := range dates {
		if before(d.On, first.On) {
			first = d
		}
		if d.On.Latest > last.On.Latest {
			last = d
		}
		if d.Basis != narrative.Given {
			inferred++
		}
	}
	var text string
	switch {
	case last.On.Earliest <= first.On.Earliest: // the one lies within the other
		text = intervalText(last.On)
	case first.On.Precision == narrative.PrecisionDay && last.On.Precision == narrative.PrecisionDay:
		text = spanText(first.On.Earliest, last.On.Earliest)
	case first.On.Precision == narrative.PrecisionMonth && last.On.Precision == narrative.PrecisionMonth &&
		first.On.Earliest.Time().Year() == last.On.Earliest.Time().Year():
		text = first.On.Earliest.Time().Month().String() + " to " + intervalText(last.On)
	default:
		text = intervalText(first.On) + " to " + intervalText(last.On)
	}
	switch {
	case inferred == len(dates):
		text += ", inferred"
	case inferred > 0:
		text += ", in part inferred"
	}
	return text
}

// before reports whether an interval comes before another by its earliest, then its latest day.
func before(a, b narrative.Interval) bool {
	if a.Earliest != b.Earliest {
		return a.Earliest < b.Earliest
	}
	return a.Latest < b.Latest
}

// timeText writes a moment as editions do: RFC 3339 in UTC, to the second.
func timeText(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
