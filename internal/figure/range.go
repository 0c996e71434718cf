package figure

import "strings"

// secondBound reads the other end of "more than 10 but fewer than 20".
func (p *parser) secondBound(f found, hedge Hedge, unit string, a amount) (found, bool) {
	if hedge != Over && hedge != AtLeast || !p.in(f.next, "but", "and") {
		return found{}, false
	}
	second, at := p.prefixHedgeAt(f.next + 1)
	b, ok := p.amountAt(at, true)
	if !ok || second != Under && second != UpTo || b.err != nil || b.negative {
		return found{}, false
	}
	last, next, _ := p.unitAt(b.next, false, b.share)
	if b.currency != "" {
		last, next = p.rate(b.currency, b.next)
	}
	if last != "" && !leadsTo(unit, last) {
		return found{}, false
	}
	if last == "" {
		last = unit
	}
	f.next = next
	f.reading = Reading{
		Hedge: Between, Low: new(a.value), High: new(b.value),
		LowOpen: hedge == Over, HighOpen: second == Under, Unit: last,
	}
	return p.checked(f), true
}

// rangeInWordsAt reads "between a and b" and "from a to b".
func (p *parser) rangeInWordsAt(i int) (found, bool) {
	at := i
	hedge, next := p.prefixHedgeAt(i)
	if hedge == About {
		at = next
	}
	if !p.in(at, "between", "from") {
		return found{}, false
	}
	separator := "and"
	if p.low(at) == "from" {
		separator = "to"
	}
	second, start := p.prefixHedgeAt(at + 1)
	if second != "" && second != About {
		return found{}, false
	}
	// "between one hundred and two hundred" has two ends, "between a hundred and five
	// and two hundred" too: the shortest first end that makes a range is right.
	for _, joined := range []bool{false, true} {
		a, ok := p.amountAt(start, joined)
		if !ok || a.err != nil || a.negative {
			return found{}, false
		}
		f, ok := p.rangeTo(i, a, separator, hedge == About || second == About)
		if ok && (f.err == nil || joined) {
			return f, true
		}
	}
	return found{}, false
}

// rangeAt reads "10 to 20", "10-20", "10 or 12" behind its first amount.
func (p *parser) rangeAt(i int, hedge Hedge, a amount) (found, bool) {
	if !p.lenient && a.year && hedge == "" {
		return found{}, false
	}
	for _, separator := range []string{"-", "to", "or"} {
		f, ok := p.rangeTo(i, a, separator, hedge == About || hedge == Nearly)
		if !ok {
			continue
		}
		if f.err != nil && separator != "-" {
			continue
		}
		if f.err == nil && hedge != "" {
			f.reading = oneSided(hedge, f.reading)
			f = p.checked(f)
		}
		return f, true
	}
	return found{}, false
}

// oneSided makes of "at least 20 to 30" a reading from its lower end, of "up to 20
// to 30" one to its upper end.
func oneSided(hedge Hedge, r Reading) Reading {
	var out Reading
	switch hedge {
	case AtLeast, Over:
		out = newReading(hedge, *r.Low)
	case UpTo, Under:
		out = newReading(hedge, *r.High)
	default:
		return r
	}
	out.Unit = r.Unit
	return out
}

// rangeTo reads the rest of a range whose first end is a. The ends may each have the
// unit ("10 percent to 20 percent"), and the first may take the second's scale ("10
// to 20 million").
func (p *parser) rangeTo(i int, a amount, separator string, approx bool) (found, bool) {
	at, unit := a.next, a.currency
	if !p.isSeparator(at, separator) {
		var next int
		if _, percent := p.percentAt(at); percent || a.currency == "" {
			unit, next, _ = p.unitAt(at, true, a.share)
		}
		if p.isDash(next) && p.tight(next) && !p.tight(next+1) {
			next++ // "five- to ten-day"
		}
		if p.isDash(at) && p.tight(at) && !p.tight(at+1) {
			unit, next = "", at+1
		}
		if next <= at || !p.isSeparator(next, separator) || separator == "or" {
			return found{}, false
		}
		at = next
	}
	hedge, at := p.prefixHedgeAt(at + 1)
	if hedge != "" && hedge != About {
		return found{}, false
	}
	b, ok := p.amountAt(at, true)
	if !ok || b.err != nil || b.negative {
		return found{}, false
	}
	f := found{first: i, next: b.next}
	if hedge == "" {
		if after, next := p.suffixHedgeAt(f.next); after == About {
			hedge, f.next = after, next
		}
	}
	last, next, _ := p.unitAt(f.next, true, b.share)
	if currency := b.currency; currency != "" || a.currency != "" && last == "" {
		if currency == "" {
			currency = a.currency
		}
		last, next = p.rate(currency, f.next)
	} else if a.currency != "" {
		last, next = p.rate(a.currency, f.next)
	}
	f.next = next
	if !leadsTo(unit, last) {
		return found{}, false
	}
	if after, next := p.suffixHedgeAt(f.next); after == About {
		hedge, f.next = after, next
	}
	low := a.value
	if b.scaled && !a.scaled && a.value.Cmp(b.mantissa) < 0 {
		factor, err := b.value.over(b.mantissa)
		if err == nil {
			low, err = low.times(factor)
		}
		if err != nil {
			return found{}, false
		}
	}
	f.reading = Reading{
		Hedge: Between, Low: new(low), High: new(b.value),
		Approx: approx || hedge == About, Unit: last,
	}
	return p.checked(f), true
}

// leadsTo reports whether the unit of one end of a range is that of the last, which
// alone may have a rate ("$10 to $20 a day").
func leadsTo(unit, last string) bool {
	one, whole := unitKey(unit), unitKey(last)
	return one == "" || one == whole || strings.HasPrefix(whole, one+" per ")
}

// isSeparator reports whether token i parts the ends of a range.
func (p *parser) isSeparator(i int, separator string) bool {
	if separator == "-" {
		return p.isDash(i) && (p.tight(i) == p.tight(i+1))
	}
	return p.low(i) == separator
}
