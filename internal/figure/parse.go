package figure

import (
	"fmt"
	"strings"
)

// A parser finds figures among the tokens of one text.
type parser struct {
	toks []token
	// lenient is for a text that somebody says is a figure: a bare "one", "no" or
	// "some" counts. In running text it does not.
	lenient bool
}

// A found is a figure in a text, or why a number could not be read as one.
type found struct {
	first, next int // tokens, next excluded
	reading     Reading
	err         error
}

func newParser(s string, lenient bool) *parser {
	p := &parser{toks: tokens(s), lenient: lenient}
	p.mask()
	return p
}

// all returns the figures in the order of the text.
func (p *parser) all() []found {
	var out []found
	for i := 0; i < len(p.toks); {
		f, ok := p.figureAt(i)
		if !ok {
			i++
			continue
		}
		out = append(out, f)
		i = f.next
	}
	return out
}

// figureAt reads the figure whose hedge, or whose number, begins at token i.
func (p *parser) figureAt(i int) (found, bool) {
	if f, ok := p.rangeInWordsAt(i); ok {
		return f, true
	}
	hedge, at := p.prefixHedgeAt(i)
	a, ok := p.amountAt(at, true)
	if !ok {
		if f, ok := p.vagueAt(i, at); ok {
			return f, true
		}
		return p.noneAt(i)
	}
	if a.err == nil && !a.negative {
		if f, ok := p.rangeAt(i, hedge, a); ok {
			return f, true
		}
	}
	return p.single(i, hedge, a)
}

// single reads what follows one amount and makes the reading.
func (p *parser) single(i int, hedge Hedge, a amount) (found, bool) {
	f := found{first: i, next: a.next}
	if !p.lenient && !p.probable(i, hedge, a) {
		return found{}, false
	}
	explicit := hedge != ""
	if after, next := p.suffixHedgeAt(f.next); after != "" && !explicit {
		hedge, explicit, f.next = after, true, next
	}
	unit, next, kind := p.unitAt(f.next, a.value == Whole(1) && (explicit || p.lenient), a.share)
	if a.currency != "" {
		unit, next = p.rate(a.currency, f.next)
	}
	if !kind && !p.lenient {
		return found{}, false
	}
	f.next = next
	if after, next := p.suffixHedgeAt(f.next); after != "" && !explicit {
		hedge, f.next = after, next
	}
	if !p.lenient && unit == "" && a.share {
		return found{}, false
	}
	switch {
	case a.err != nil:
		f.err = a.err
		return f, true
	case a.negative:
		f.err = fmt.Errorf("%w: below zero", ErrBounds)
		return f, true
	}
	if g, ok := p.secondBound(f, hedge, unit, a); ok {
		return g, true
	}
	if hedge == "" {
		hedge = Exactly
	}
	f.reading = newReading(hedge, a.value)
	f.reading.Unit = unit
	return p.checked(f), true
}

// rate reads "a day" behind an amount of money, whose unit is its currency.
func (p *parser) rate(currency string, i int) (unit string, next int) {
	if p.low(i) == "per" && p.isNoun(i+1) || p.in(i, "a", "an", "each", "every") && measures[p.low(i+1)] != "" {
		return currency + " " + p.printed(i, i+2), i + 2
	}
	return currency, i
}

// checked sets the error of a reading that is not sound.
func (p *parser) checked(f found) found {
	f.err = f.reading.Validate()
	return f
}

// probable reports whether a number in running text is likely to be a figure and
// not a pronoun ("one of them"), a year or a part of a name.
func (p *parser) probable(i int, hedge Hedge, a amount) bool {
	if hedge != "" {
		return true
	}
	first := p.toks[i]
	if a.year && a.value == first.value {
		return isCentury(a.value) && p.pluralFrom(i+1)
	}
	if first.kind != wordToken {
		return true
	}
	if first.low == "one" && a.value == Whole(1) {
		return measures[p.low(a.next)] != "" || p.isDash(a.next) && measures[p.low(a.next+1)] != ""
	}
	if a.share && p.in(i-1, "first", "second", "other", "latter", "better", "third", "fourth", "final") {
		return false // "in the second half of the year"
	}
	return !first.capital() || p.startsSentence(i)
}

// vagueAt reads words in place of a number, with a hedge before them or none.
func (p *parser) vagueAt(i, at int) (found, bool) {
	n := p.vagueLength(at)
	if n == 0 && at != i {
		at = i // "some" is a hedge and, alone, a vague word
		n = p.vagueLength(at)
	}
	if n == 0 || p.in(i-1, "how", "so", "too", "as", "not", "the") {
		return found{}, false
	}
	term := strings.ToLower(p.printed(at, at+n))
	next := at + n
	if p.low(next) == "of" {
		next++
		if !p.lenient && p.skipDeterminer(next) == next && !p.isNoun(next) {
			return found{}, false
		}
	}
	next = p.skipDeterminer(next)
	unit, next := p.vagueUnit(next)
	if !p.lenient && unit == "" {
		return found{}, false
	}
	return p.checked(found{first: i, next: next, reading: Reading{Hedge: Vague, Vague: plainLower(term), Unit: unit}}), true
}

func (p *parser) vagueUnit(i int) (unit string, next int) {
	for p.in(i, "more", "other", "further") && p.low(i+1) != "than" {
		i++
	}
	return p.nounsAt(i, false)
}

// vagueLength returns how many tokens from i on are words in place of a number.
func (p *parser) vagueLength(i int) int {
	n := p.longest(i, strongVague)
	if p.lenient {
		n = max(n, p.longest(i, weakVague))
	}
	// "a large number", "large numbers", "a number"
	at := i
	if p.in(at, "a", "an") {
		at++
	}
	if vagueSizes[p.low(at)] && p.isWord(at) {
		at++
	}
	if at > i && vagueNouns[p.low(at)] && p.isWord(at) {
		n = max(n, at+1-i)
	}
	return n
}

// noneAt reads "no trucks", "none", "not a single truck", where that is a figure.
func (p *parser) noneAt(i int) (found, bool) {
	if !p.lenient {
		return found{}, false
	}
	f := found{first: i, next: i + 1, reading: newReading(Exactly, Number{})}
	switch {
	case p.in(i, "none", "nobody"):
	case p.low(i) == "no" && p.low(i+1) == "one":
		f.next = i + 2
	case p.low(i) == "not" && p.low(i+1) == "one":
		f.next = i + 2
	case p.low(i) == "not" && p.low(i+1) == "a" && p.low(i+2) == "single":
		f.next = i + 3
	case p.low(i) == "no" && (p.isNoun(i+1) || len(p.toks) == 1):
	case p.low(i) == "single" && p.isNoun(i+1):
		f.reading = newReading(Exactly, Whole(1))
	default:
		return found{}, false
	}
	f.reading.Unit, f.next, _ = p.unitAt(f.next, true, false)
	return p.checked(f), true
}

// low is the text of token i in small letters; empty outside the text.
func (p *parser) low(i int) string {
	if i < 0 || i >= len(p.toks) {
		return ""
	}
	return p.toks[i].low
}

func (p *parser) in(i int, list ...string) bool {
	for _, w := range list {
		if p.low(i) == w {
			return true
		}
	}
	return false
}

func (p *parser) is(i int, k kind) bool { return i >= 0 && i < len(p.toks) && p.toks[i].kind == k }
func (p *parser) isWord(i int) bool     { return p.is(i, wordToken) }
func (p *parser) isDash(i int) bool     { return p.is(i, dashToken) }
func (p *parser) isNumber(i int) bool   { return p.is(i, numberToken) && !p.toks[i].masked }
func (p *parser) masked(i int) bool     { return i >= 0 && i < len(p.toks) && p.toks[i].masked }
func (p *parser) tight(i int) bool      { return i >= 0 && i < len(p.toks) && p.toks[i].tight }

// printed is the text of tokens from i up to next as printed, with single spaces.
func (p *parser) printed(i, next int) string {
	var b strings.Builder
	for k := i; k < next; k++ {
		if k > i && !p.toks[k].tight {
			b.WriteByte(' ')
		}
		b.WriteString(p.toks[k].text)
	}
	return b.String()
}
