package narrative

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Day is a calendar day as YYYY-MM-DD (ISO 8601), or "" for none. Days compare by < as strings.
type Day string

// ParseDay reads a day of the form YYYY-MM-DD. The error is [ErrDate].
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("%w: %q is not a day such as 2023-01-24", ErrDate, s)
	}
	return Day(s), nil
}

// Time returns the beginning of the day in UTC, and the zero time for "".
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// UnmarshalText reads a day; the empty text is no day. The error is [ErrDate].
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = ""
		return nil
	}
	day, err := ParseDay(string(text))
	*d = day
	return err
}

// A Minute is a moment to the minute with its zone, as in 2023-01-24T15:04Z or 2023-01-24T15:04+04:00 (ISO 8601), or "" for
// none.
type Minute string

// minuteForm is the form of a minute, for package time.
const minuteForm = "2006-01-02T15:04Z07:00"

// ParseMinute reads a minute. The error is [ErrDate].
func ParseMinute(s string) (Minute, error) {
	if _, err := time.Parse(minuteForm, s); err != nil {
		return "", fmt.Errorf("%w: %q is not a minute such as 2023-01-24T15:04Z", ErrDate, s)
	}
	return Minute(s), nil
}

// MinuteOf returns the minute of a moment, in UTC.
func MinuteOf(t time.Time) Minute { return Minute(t.UTC().Format(minuteForm)) }

// Time returns the moment in its own zone, and the zero time for what is no minute.
func (m Minute) Time() time.Time {
	t, _ := time.Parse(minuteForm, string(m))
	return t
}

// ErrDate is the error of a text that is no date.
var ErrDate = errors.New("no date")

// A Precision says how exact a date was given.
type Precision string

// The precisions.
const (
	PrecisionDay   Precision = "day"
	PrecisionMonth Precision = "month"
	PrecisionYear  Precision = "year"
	PrecisionRange Precision = "range" // between two days
)

// A Basis says what a date or an identification rests on.
type Basis string

// The bases of a date.
const (
	Given    Basis = "given"    // the text settles it
	Inferred Basis = "inferred" // from elsewhere, with the reason
	Unknown  Basis = "unknown"
)

// An Interval is the stretch in which a day lies, with the precision it was given in. Its text form is ISO 8601-2
// (EDTF) level 0: 2023-01-24, 2023-01, 2023 or 2023-01-10/2023-01-11. The zero value is not known.
type Interval struct {
	Earliest, Latest Day
	Precision        Precision
}

// IsZero reports whether nothing is known.
func (i Interval) IsZero() bool { return i == Interval{} }

// ParseInterval reads the text form. The error is [ErrDate].
func ParseInterval(s string) (Interval, error) {
	if first, last, ok := strings.Cut(s, "/"); ok {
		from, err := ParseDay(first)
		if err != nil {
			return Interval{}, err
		}
		until, err := ParseDay(last)
		if err != nil {
			return Interval{}, err
		}
		if until <= from {
			return Interval{}, fmt.Errorf("%w: %q ends before it begins", ErrDate, s)
		}
		return Interval{from, until, PrecisionRange}, nil
	}
	if t, err := time.Parse("2006", s); err == nil {
		return Interval{day(t), day(t.AddDate(1, 0, -1)), PrecisionYear}, nil
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return Interval{day(t), day(t.AddDate(0, 1, -1)), PrecisionMonth}, nil
	}
	d, err := ParseDay(s)
	if err != nil {
		return Interval{}, fmt.Errorf("%w: %q is none of 2023-01-24, 2023-01, 2023, 2023-01-10/2023-01-11", ErrDate, s)
	}
	return Interval{d, d, PrecisionDay}, nil
}

func day(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// String returns the text form, "" for the zero value.
func (i Interval) String() string {
	switch i.Precision {
	case PrecisionDay:
		return string(i.Earliest)
	case PrecisionMonth:
		return string(i.Earliest[:7])
	case PrecisionYear:
		return string(i.Earliest[:4])
	case PrecisionRange:
		return string(i.Earliest) + "/" + string(i.Latest)
	}
	return ""
}

// MarshalText writes the text form.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the text form; the empty text is not known. The error is [ErrDate].
func (i *Interval) UnmarshalText(text []byte) error {
	*i = Interval{}
	if len(text) == 0 {
		return nil
	}
	parsed, err := ParseInterval(string(text))
	*i = parsed
	return err
}

// interval is the JSON form: the bounds themselves, as the store keeps them.
type interval Interval

// MarshalJSON writes the bounds and the precision.
func (i Interval) MarshalJSON() ([]byte, error) { return json.Marshal(interval(i)) }

// UnmarshalJSON reads the bounds and the precision.
func (i *Interval) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, (*interval)(i)) }

// A Date is when something happened, was said or was published, only as far as it is known.
type Date struct {
	On     Interval `yaml:"day,omitempty"`
	At     string   `yaml:"at,omitempty"`    // time of day with zone, to the minute or second, where known: 15:04Z, 15:04:05+04:00
	Basis  Basis    `yaml:"basis,omitempty"` // "" is unknown, with no On
	Reason string   `yaml:"reason,omitempty"`
}

// IsZero reports whether the date says nothing at all.
func (d Date) IsZero() bool { return d == Date{} }

// Known reports whether there is any day.
func (d Date) Known() bool { return !d.On.IsZero() }

// Dated reports whether the text gives the date, so that it may order positions and make a first or last said.
func (d Date) Dated() bool { return d.Known() && d.Basis == Given }

// Said returns when the claim was said: uttered, else issued. For the outlet's own voice, that is when the article was
// published.
func (c Claim) Said(a Article) Date {
	switch {
	case c.Uttered.Known():
		return c.Uttered
	case c.Issued.Known():
		return c.Issued
	case c.Voice == OutletVoice:
		return a.Published
	case !c.Uttered.IsZero():
		return c.Uttered
	}
	return c.Issued
}
