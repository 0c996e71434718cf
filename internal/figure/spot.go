package figure

import (
	"slices"
	"unicode/utf8"
)

// A Spotted is a probable figure in a text and where it stands. The spans begin with
// the hedge and end with what is counted.
type Spotted struct {
	Start     int // bytes
	End       int
	RuneStart int // Unicode code points
	RuneEnd   int
	Reading   Reading
}

// Spot returns the probable figures of a passage in its order, as presets for a
// form: an editor decides. It would rather miss one than invent one: a number that
// is part of a date, a time or a name ("the November 9 agreement", "2020", "article
// 6"), a bare "one", and numbers that run into each other are left out.
func Spot(text string) []Spotted {
	p := newParser(text, false)
	all := p.all()
	var out []Spotted
	runes, counted := 0, 0 // code points before a byte
	for i, f := range all {
		if f.err != nil || i > 0 && p.adjacent(all[i-1], f) || i+1 < len(all) && p.adjacent(f, all[i+1]) {
			continue
		}
		start, end := p.toks[f.first].start, p.toks[f.next-1].end
		runes += utf8.RuneCountInString(text[counted:start])
		length := utf8.RuneCountInString(text[start:end])
		s := Spotted{Start: start, End: end, RuneStart: runes, RuneEnd: runes + length, Reading: f.reading}
		s.Reading.Verbatim = text[start:end]
		out = append(out, s)
		runes, counted = runes+length, end
	}
	return slices.Clip(out)
}

// adjacent reports whether nothing parts two numbers but a space, or a comma or point
// without one: "86 600", "12,5" are numbers in a form that English does not use.
func (p *parser) adjacent(a, b found) bool {
	if b.first == a.next {
		return p.is(a.next-1, numberToken) && p.is(b.first, numberToken)
	}
	return b.first == a.next+1 && p.in(a.next, ",", ".", "'", "’") && p.tight(a.next) && p.tight(b.first)
}
