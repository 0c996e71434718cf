// Package citation writes the reference to a work in the forms in which people and reference managers take it: as plain
// text, BibTeX, RIS and CSL-JSON.
//
// It holds what a reference says and how each form writes it. It knows nothing of addresses, HTTP or this program's
// nouns: who makes a [Work] decides what is cited.
package citation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Work is what a reference names. Only Key and Title are required; what is empty is left out. Texts may hold anything:
// control characters and line breaks become spaces, bytes that are not UTF-8 the replacement character.
type Work struct {
	Key             string // names the work in a bibliography: letters, digits, "-" and "."; other characters become "-"
	Type            Type
	Genre           string // what kind of text it is, in words: "Statement"
	Title           string
	Authors         []Name
	Container       string // the site or the paper in which the work stands
	Issued          Date
	Accessed        Date
	URL             string // absolute
	Version         string // number of the edition
	Language        string // tag of BCP 47
	Archive         string // where else the work is kept
	ArchiveLocation string // and under what
	Note            string
	Abstract        string
}

// A Type says what a work is.
type Type string

// The types of work, by their names in CSL 1.0.2.
const (
	Webpage   Type = "webpage"
	Newspaper Type = "article-newspaper" // an article of a newspaper, agency or news site
	Post      Type = "post"              // a message on a network
)

// A Name is an author: a person by family and given name, or whoever is named in one piece.
type Name struct {
	Family, Given string
	Literal       string // as it is printed; the other two are then empty
}

// parts are the name's parts, clean: both of a person's names, or one piece.
func (n Name) parts() (family, given, literal string) {
	family, given, literal = clean(n.Family), clean(n.Given), clean(n.Literal)
	if literal != "" || family == "" || given == "" {
		return "", "", cmp.Or(literal, family, given)
	}
	return family, given, ""
}

// String writes the name as a sentence has it: "Given Family", or the literal.
func (n Name) String() string {
	family, given, literal := n.parts()
	return cmp.Or(literal, strings.TrimSpace(given+" "+family))
}

// inverted writes the name as lists have it: "Family, Given", or the literal.
func (n Name) inverted() string {
	family, given, literal := n.parts()
	if family == "" {
		return literal
	}
	return family + ", " + given
}

// A Date is a day, or a stretch of days in which the day lies. The zero Date is no date.
type Date struct {
	From  Day
	Until Day // the zero Day unless it is a stretch
	Circa bool
}

// Known reports whether there is a date: whether the year is known and the parts are within their bounds.
func (d Date) Known() bool { return d.From.valid() && (d.Until == Day{} || d.Until.valid()) }

// settled is a known date as every form can have it: the ends of a stretch in order and equally exact, one that is a
// single day, month or year without its end.
func (d Date) settled() Date {
	if (d.Until == Day{}) {
		return d
	}
	if d.From.Month == 0 || d.Until.Month == 0 {
		d.From.Month, d.Until.Month = 0, 0
	}
	if d.From.Day == 0 || d.Until.Day == 0 || d.From.Month == 0 {
		d.From.Day, d.Until.Day = 0, 0
	}
	switch strings.Compare(d.From.String(), d.Until.String()) {
	case 0:
		d.Until = Day{}
	case 1:
		d.From, d.Until = d.Until, d.From
	}
	return d
}

// A Day is a day of the calendar, or a month or year where no more is known. Month and Day are 0 then.
type Day struct{ Year, Month, Day int }

// ParseDay reads "2023", "2023-01" or "2023-01-24". ok is false for anything else.
func ParseDay(s string) (d Day, ok bool) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1 {
			continue
		}
		d = Day{t.Year(), int(t.Month()), t.Day()}
		if layout != "2006-01-02" {
			d.Day = 0
		}
		if layout == "2006" {
			d.Month = 0
		}
		return d, true
	}
	return Day{}, false
}

// valid reports whether a year is there and the parts are in their bounds.
func (d Day) valid() bool {
	return d.Year > 0 && d.Year <= 9999 && d.Month >= 0 && d.Month <= 12 && d.Day >= 0 && d.Day <= 31 && (d.Day == 0 || d.Month > 0)
}

// String writes the day by ISO 8601, as exactly as it is known: "2023-01-24", "2023-01", "2023".
func (d Day) String() string {
	s := fmt.Sprintf("%04d", d.Year)
	if d.Month > 0 {
		s += fmt.Sprintf("-%02d", d.Month)
	}
	if d.Day > 0 {
		s += fmt.Sprintf("-%02d", d.Day)
	}
	return s
}

var months = [...]string{
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
}

// words writes the day in words: "24 January 2023".
func (d Day) words() string {
	var parts []string
	if d.Day > 0 {
		parts = append(parts, fmt.Sprint(d.Day))
	}
	if d.Month > 0 {
		parts = append(parts, months[d.Month-1])
	}
	return strings.Join(append(parts, fmt.Sprint(d.Year)), " ")
}

// words writes the date in words: "24 January 2023", "between 1 September 2023 and 14 September 2023, inferred".
func (d Date) words() string {
	d = d.settled()
	s := d.From.words()
	if d.Until != (Day{}) {
		s = "between " + s + " and " + d.Until.words()
	}
	if d.Circa {
		s += ", inferred"
	}
	return s
}

// shared is what both ends of the date have in common: of a stretch within a month that month. It is the zero Day if
// they lie in different years.
func (d Date) shared() Day {
	d = d.settled()
	switch u := d.Until; {
	case u == Day{}:
		return d.From
	case u.Year != d.From.Year:
		return Day{}
	case u.Month != d.From.Month:
		return Day{Year: u.Year}
	default:
		return Day{Year: u.Year, Month: u.Month}
	}
}

// Text writes the reference as a sentence, on one line and without markup:
//
//	The desk. “Was the bridge open?” Counterclaim, edition 4, 22 November 2026. https://…
func (w Work) Text() string {
	var b strings.Builder
	var authors []string
	for _, a := range w.Authors {
		if name := a.String(); name != "" {
			authors = append(authors, name)
		}
	}
	if len(authors) > 0 {
		b.WriteString(ended(strings.Join(authors, "; ")) + " ")
	}
	b.WriteString("“" + ended(clean(w.Title)) + "”")
	var where []string
	for _, part := range []string{w.Genre, w.Container} {
		if part = clean(part); part != "" && !slices.Equal(authors, []string{part}) { // a site that is its own author is named once
			where = append(where, part)
		}
	}
	if v := clean(w.Version); v != "" && len(where) == 0 {
		where = append(where, "Edition "+v)
	} else if v != "" {
		where = append(where, "edition "+v)
	}
	if w.Issued.Known() {
		where = append(where, w.Issued.words())
	}
	if len(where) > 0 {
		b.WriteString(" " + ended(strings.Join(where, ", ")))
	}
	if u := address(w.URL); u != "" {
		b.WriteString(" " + u)
	}
	if w.Accessed.Known() {
		b.WriteString(" (accessed " + w.Accessed.words() + ")")
	}
	return b.String()
}

// ended ends a text with a full stop where it has no end of its own.
func ended(s string) string {
	if s == "" || strings.ContainsRune(".?!…", lastRune(s)) {
		return s
	}
	return s + "."
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// clean makes one line of a text: white space and control characters become single spaces, bytes that are not UTF-8
// the replacement character. Characters that reorder text go, since they would reach beyond it,
// and so do marks of byte order.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// address makes an address fit for forms in which it stands without escapes: what has no place in one (RFC 3986, 2) is
// percent-encoded, a percent sign that encodes nothing included.
func address(s string) string {
	s = clean(s)
	var b strings.Builder
	for i, c := range []byte(s) {
		lone := c == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]))
		if lone || c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// key is the work's key in characters that no form gives a meaning.
func (w Work) key() string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, w.Key), "work")
}
