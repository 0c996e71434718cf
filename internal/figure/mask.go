package figure

import "strings"

// mask marks the numbers that are no amounts: parts of dates, times and names, and
// those below zero.
func (p *parser) mask() {
	for i := range p.toks {
		if p.isWord(i) && months[p.low(i)] && p.toks[i].capital() {
			p.maskDate(i)
		}
	}
	for i := range p.toks {
		t := &p.toks[i]
		if t.kind != numberToken {
			continue
		}
		switch {
		case t.masked:
		case p.isYear(i), p.isClock(i), p.isName(i):
			t.masked = true
		case p.isNegative(i):
			t.negative = true
		}
	}
}

// maskDate marks the day and year around the month at token i: "November 9, 2020",
// "9-10 November", "6 and 7 October 2022", "May 2023".
func (p *parser) maskDate(i int) {
	day := func(at int) bool {
		return p.is(at, numberToken) && isDigits(p.toks[at].text) && len(p.toks[at].text) <= 2 && p.toks[at].value.Cmp(Whole(31)) <= 0
	}
	year := func(at int) bool {
		if p.low(at) == "," {
			at++
		}
		if p.is(at, numberToken) && p.toks[at].yearLike() {
			p.toks[at].masked = true
			return true
		}
		return false
	}

	before := i - 1
	if p.low(before) == "of" {
		before-- // "the 9th of November"
	}
	dayBefore := day(before)
	if dayBefore {
		p.toks[before].masked = true
		if (p.isDash(before-1) || p.in(before-1, "and", "to", "or")) && day(before-2) {
			p.toks[before-2].masked = true
		}
	}
	after := i + 1
	if year(after) || dayBefore {
		return
	}
	if day(after) {
		p.toks[after].masked = true
		after++
		for (p.isDash(after) || p.in(after, "and", "to", "or", ",")) && day(after+1) &&
			(p.isDash(after) || !p.isNoun(after+2) && !p.isDash(after+2) && !p.inScale(after+2)) {
			p.toks[after+1].masked = true
			after += 2
		}
		year(after)
	}
}

func (p *parser) inScale(i int) bool { return scales[p.low(i)] != 0 || p.in(i, "%", "percent") }

// isYear reports whether the number at token i is a year by what stands around it.
// A round one with a plural behind it ("of 2000 people") may be an amount.
func (p *parser) isYear(i int) bool {
	if !p.toks[i].yearLike() {
		return false
	}
	before := i - 1
	if p.isDash(before) || p.in(before, "and", "to") {
		if at := before - 1; p.masked(at) && p.toks[at].yearLike() {
			return true // "1991–2020", "from 1991 to 2020"
		}
	}
	if p.isWord(before) && months[p.low(before)] && p.toks[before].capital() {
		return true
	}
	if isCentury(p.toks[i].value) && p.pluralFrom(i+1) {
		return false
	}
	return beforeYear[p.low(before)] || mayBeforeYear[p.low(before)] && !p.isDash(i+1)
}

// isClock reports whether the number at token i is a time of day.
func (p *parser) isClock(i int) bool {
	return p.isWord(i+1) && clockWords[p.low(i+1)]
}

// isName reports whether the number at token i names rather than counts: "article
// 9", "#5", "Su-25", in running text also "Boeing 737".
func (p *parser) isName(i int) bool {
	before := i - 1
	if p.in(before, "#", "№") || p.in(before, "no", "nos") && strings.HasSuffix(p.toks[before].text, ".") {
		return true
	}
	if p.isDash(before) && p.toks[before].low == "-" && p.tight(before) && p.tight(i) && p.isWord(before-1) && !p.isNumberWord(before-1) {
		return true
	}
	if p.isWord(before) && beforeCode[p.low(before)] && !p.pluralFrom(i+1) {
		return true
	}
	if (p.isDash(before) || p.in(before, "and", "or", "to", ",")) && p.masked(before-1) && beforeCode[p.low(before-2)] && !p.pluralFrom(i+1) {
		return true // "articles 5 and 6"
	}
	if !p.lenient && p.low(before) == "," && p.low(i+1) == "," && p.isWord(before-1) && p.toks[before-1].capital() {
		return true // an age: "Smith, 52, said"
	}
	return !p.lenient && p.isWord(before) && p.toks[before].capital() && !p.startsSentence(before) &&
		!stopWords[p.low(before)] && !currencyCodes[p.toks[before].text] && !p.endsHedge(before) && !p.pluralFrom(i+1) && !p.inScale(i+1)
}

// endsHedge reports whether token i is the last word of a hedge.
func (p *parser) endsHedge(i int) bool {
	for first := max(0, i-longestHedge+1); first <= i; first++ {
		if _, n := p.hedge(first, prefixHedges); first+n == i+1 {
			return true
		}
	}
	return false
}

// isNegative reports whether a minus stands before the number at token i.
func (p *parser) isNegative(i int) bool {
	before := i - 1
	if currencies[p.low(before)] != "" {
		before--
	}
	if p.low(before) == "minus" {
		return true
	}
	minus := p.in(before, "-", "−") && p.isDash(before) && p.tight(before+1)
	return minus && (before == 0 || !p.tight(before))
}

// pluralFrom reports whether a phrase that ends in a plural or a measure begins at
// token i.
func (p *parser) pluralFrom(i int) bool {
	_, sure := p.nounPhrase(i)
	return sure
}

// startsSentence reports whether token i is the first word of a sentence.
func (p *parser) startsSentence(i int) bool {
	if i <= 0 {
		return true
	}
	return p.is(i-1, symbolToken) && p.in(i-1, ".", "!", "?", ":", "“", "\"", "”", "‘", "(", "—")
}

// isCentury reports whether n ends in two noughts, as a round amount does.
func isCentury(n Number) bool {
	s := n.String()
	return len(s) > 2 && s[len(s)-2:] == "00"
}
