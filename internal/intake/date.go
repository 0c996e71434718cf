package intake

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"counterclaim/internal/narrative"
)

// A stamp is a date as something received gives it.
type stamp struct {
	where string // what gives it: "JSON-LD datePublished"
	text  string // as it stands there
	date  narrative.Date
	at    time.Time // the moment, where day, time and zone are given; else zero
}

// zoned and unzoned are the forms of a date that are read; the first tell the zone.
var (
	zoned = []string{
		"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04 -0700",
		"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 GMT", "Mon, 2 Jan 2006 15:04:05 UTC",
	}
	unzoned = []string{
		"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
	}
	days = []string{time.DateOnly, "2006/01/02", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006"}
)

// readStamp reads a date as given, in the zone in which it is given, to the minute or to the second.
func readStamp(where, text string, seconds bool) (stamp, bool) {
	s := stamp{where: where, text: strings.TrimSpace(text)}
	if len(s.text) > 64 {
		return stamp{}, false
	}
	for _, form := range zoned {
		if t, err := time.Parse(form, s.text); err == nil && sane(t) {
			s.date, s.at = dateOf(t, seconds), t
			return s, true
		}
	}
	for _, form := range append(unzoned, days...) {
		if t, err := time.Parse(form, s.text); err == nil && sane(t) {
			s.date = narrative.Date{On: onDay(t), Basis: narrative.Given}
			return s, true
		}
	}
	if on, err := narrative.ParseInterval(s.text); err == nil && on.Precision == narrative.PrecisionMonth {
		s.date = narrative.Date{On: on, Basis: narrative.Given}
		return s, true
	}
	return stamp{}, false
}

// sane reports whether a year can be that of an article; 0001 and 1970-01-01 stand for no date in many programs.
func sane(t time.Time) bool { return t.Year() >= 1600 && t.Unix() != 0 }

func onDay(t time.Time) narrative.Interval {
	day := narrative.Day(t.Format(time.DateOnly))
	return narrative.Interval{Earliest: day, Latest: day, Precision: narrative.PrecisionDay}
}

// dateOf gives a moment as a date, in its own zone.
func dateOf(t time.Time, seconds bool) narrative.Date {
	form := "15:04Z07:00"
	if seconds {
		form = "15:04:05Z07:00"
	}
	d := narrative.Date{On: onDay(t), Basis: narrative.Given}
	if _, offset := t.Zone(); offset%60 == 0 && offset > -15*3600 && offset < 15*3600 {
		d.At = t.Format(form)
	}
	return d
}

// same reports whether two stamps may mean the same: the moment to the minute where both tell it, else the day.
func (s stamp) same(other stamp) bool {
	if !s.at.IsZero() && !other.at.IsZero() {
		return s.at.Truncate(time.Minute).Equal(other.at.Truncate(time.Minute))
	}
	return s.date.On.Earliest <= other.date.On.Latest && other.date.On.Earliest <= s.date.On.Latest
}

// publish takes the first of the dates that say when it was published, in the order in which they are to be trusted, and
// the first that says when it was modified. It notes where they differ.
func (d *drafter) publish(published, modified []stamp) {
	if len(published) > 0 {
		first := published[0]
		d.Published = first.date
		d.several("published", published)
		if first.at.IsZero() && len(first.text) > len("2006-01-02") && strings.Contains(first.text, ":") {
			d.note("The time of day is given without a zone: %s.", clip(first.text))
		}
	}
	d.several("modified", modified)
	if len(modified) > 0 && (len(published) == 0 || !modified[0].same(published[0])) {
		d.Modified = modified[0].date
	}
}

// several notes all dates for the same thing, if any two of them differ.
func (d *drafter) several(what string, stamps []stamp) {
	differ := false
	var all []string
	for _, s := range stamps {
		differ = differ || !s.same(stamps[0])
		all = append(all, s.where+" "+clip(s.text))
	}
	if differ {
		d.note("It gives several dates for when it was %s: %s.", what, strings.Join(all, "; "))
	}
}

// dayInPath finds a day in an address, as in /2024/03/05/.
var dayInPath = regexp.MustCompile(`/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?:[/-]|$)`)

// dates infers the day of publication where nothing gives it, or says that it is not known.
func (d *drafter) dates() {
	if !d.Published.IsZero() {
		return
	}
	for _, c := range d.Draft.Cuts {
		if c.Reason != GluedDate {
			continue
		}
		if day, err := narrative.ParseDay(regexp.MustCompile(`\d{4}-\d\d-\d\d`).FindString(c.Text)); err == nil {
			d.Published = inferred(day, "a date that was glued in front of the text")
			return
		}
	}
	if address, err := url.Parse(d.URL); err == nil {
		if m := dayInPath.FindStringSubmatch(address.Path); m != nil {
			if day, err := narrative.ParseDay(fmt.Sprintf("%s-%s-%s", m[1], m[2], m[3])); err == nil {
				d.Published = inferred(day, "the day in the address")
				return
			}
		}
	}
	d.Published = narrative.Date{Basis: narrative.Unknown, Reason: "what was received gives no date of publication"}
}

func inferred(day narrative.Day, reason string) narrative.Date {
	return narrative.Date{
		On:    narrative.Interval{Earliest: day, Latest: day, Precision: narrative.PrecisionDay},
		Basis: narrative.Inferred, Reason: reason,
	}
}
