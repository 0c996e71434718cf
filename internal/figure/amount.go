package figure

// An amount is a number as it stands in a text, with its scale.
type amount struct {
	value    Number
	mantissa Number // before its scale
	scaled   bool   // a scale word followed: "86.6 thousand"
	share    bool   // a fraction: "two-thirds", "half"
	currency string // what the sign before it is called
	year     bool   // printed as a year is
	negative bool
	err      error
	next     int // the token behind it
}

// amountAt reads the number that begins at token i. With joined, "and" may stand
// inside it ("a hundred and five"); without, it may part the ends of a range.
func (p *parser) amountAt(i int, joined bool) (amount, bool) {
	at, currency := p.currencyAt(i)
	var a amount
	var ok bool
	if p.isNumber(at) {
		a, ok = p.digitsAt(at, currency != "", joined), true
	} else if a, ok = p.fractionAt(at); !ok {
		a, ok = p.numberWordsAt(at, joined)
	}
	if !ok {
		return amount{}, false
	}
	a.currency = currency
	return a, true
}

// currencyAt reads a sign or code before an amount: "$", "US$", "AMD".
func (p *parser) currencyAt(i int) (next int, name string) {
	if name, ok := currencies[p.low(i)]; ok {
		return i + 1, name
	}
	if !p.isWord(i) {
		return i, ""
	}
	if name, ok := currencies[p.low(i+1)]; ok && p.low(i) == "us" && p.tight(i+1) {
		return i + 2, "US " + name
	}
	if currencyCodes[p.toks[i].text] && p.isNumber(i+1) {
		return i + 1, p.toks[i].text
	}
	return i, ""
}

// digitsAt reads a number in digits and what multiplies it: "86.6 thousand", "2½",
// "3bn", "two and a half" in digits.
func (p *parser) digitsAt(i int, currency, joined bool) amount {
	t := p.toks[i]
	a := amount{value: t.value, next: i + 1, year: t.yearLike(), negative: t.negative}
	if t.tooBig {
		a.err = ErrNumber
	}
	if p.isNumber(a.next) && !p.tight(a.next) && isWhole(a.value) && isShare(p.toks[a.next].value) {
		a.add(p.toks[a.next].value) // "2 1/2"
		a.next++
	}
	if joined && p.isHalf(a.next) {
		a.add(Number{"0.5"})
		a.next += 3
	}
	a.mantissa = a.value
	a.share = isShare(a.value) && p.low(a.next) == "of"
	if n, ok := shortScales[p.low(a.next)]; ok && !p.masked(a.next) {
		if letter := len(p.low(a.next)) == 1 && p.low(a.next) != "k"; currency || !letter && p.tight(a.next) {
			a.scale(n)
			a.next++
			return a
		}
	}
	p.scalesAt(&a)
	return a
}

// scalesAt multiplies a by the scale words behind it.
func (p *parser) scalesAt(a *amount) {
	for {
		at := a.next
		if p.isDash(at) && p.tight(at) && p.tight(at+1) {
			at++ // "a 20-million-dollar deal"
		}
		n, ok := scales[p.low(at)]
		if !ok || !p.isWord(at) {
			return
		}
		a.scale(n)
		a.next = at + 1
	}
}

// isHalf reports whether "and a half" begins at token i.
func (p *parser) isHalf(i int) bool {
	return p.low(i) == "and" && p.in(i+1, "a", "one") && p.low(i+2) == "half"
}

// fractionAt reads a share in words, also of a scale: "two-thirds", "half", "a
// quarter of a million", "half a dozen".
func (p *parser) fractionAt(i int) (amount, bool) {
	over, at := int64(1), i
	switch {
	case p.low(i) == "half":
		// The denominator stands alone.
	case p.in(i, "a", "an") || p.isWord(i) && units[p.low(i)] != 0:
		over = max(1, units[p.low(i)])
		at++
		if p.isDash(at) && p.tight(at) && p.tight(at+1) {
			at++
		}
	default:
		return amount{}, false
	}
	under, ok := denominators[p.low(at)]
	if !ok || !p.isWord(at) {
		return amount{}, false
	}
	word := p.low(at)
	plural := word == "halves" || word != "half" && word[len(word)-1] == 's'
	ordinal := !plural && word != "half" && word != "quarter" // "a third truck"
	hyphen := p.isDash(at - 1)
	if plural != (over > 1) || ordinal && !hyphen && p.isNoun(at+1) {
		return amount{}, false
	}
	a := amount{value: Whole(over), next: at + 1, share: true}
	if of := p.scaleBehindShare(a.next); scales[p.low(of)] != 0 {
		a.scale(scales[p.low(of)])
		a.share, a.next = false, of+1
		p.scalesAt(&a)
	}
	if a.err == nil {
		a.value, a.err = a.value.over(Whole(under))
	}
	a.mantissa = a.value
	return a, true
}

// scaleBehindShare returns the token where the scale of a share stands, if it has
// one: "half a million", "a quarter of a million", "half-dozen", "half million".
func (p *parser) scaleBehindShare(i int) int {
	if p.low(i) == "of" {
		i++
	}
	if p.in(i, "a", "one") || p.isDash(i) && p.tight(i) && p.tight(i+1) {
		i++
	}
	return i
}

// numberWordsAt reads a number in words: "two thousand five hundred", "a dozen",
// "twenty-two", "two and a half million", "zero".
func (p *parser) numberWordsAt(i int, joined bool) (amount, bool) {
	if p.in(i, "zero", "nil", "nought") {
		return amount{next: i + 1}, true
	}
	const start, unit, ten, hundred, scale = 0, 1, 2, 3, 4
	var total, group int64
	last, limit, at := start, int64(1e15), i
	largest := int64(1) // what "and a half" is half of
	if p.in(i, "a", "an") {
		if scales[p.low(i+1)] == 0 {
			return amount{}, false
		}
		group, last, at = 1, unit, i+1
	} else if scales[p.low(i)] != 0 {
		if !p.lenient || p.isDash(i-1) {
			return amount{}, false
		}
		group, last = 1, unit // "hundred trucks"
	}

words:
	for p.isWord(at) || p.isDash(at) {
		w := p.low(at)
		word := at
		if p.isDash(at) {
			joins := p.tight(at) && p.tight(at+1) && last != start
			n := p.low(at + 1)
			if !joins || !(last == ten && units[n] != 0 || scales[n] != 0) {
				break
			}
			w, word = n, at+1
		}
		if w == "and" {
			n := p.low(at + 1)
			if joined && p.isHalf(at) {
				break
			}
			if !joined || last != hundred && last != scale || units[n]+teens[n]+tens[n] == 0 {
				break
			}
			w, word = n, at+1
		}
		switch {
		case units[w] != 0 && last != unit:
			group += units[w]
			last = unit
		case teens[w] != 0 && last != unit && last != ten:
			group += teens[w]
			last = unit
		case tens[w] != 0 && last != unit && last != ten:
			group += tens[w]
			last = ten
		case w == "hundred" && group > 0 && group < 100 && last != hundred:
			group *= 100
			last, largest = hundred, 100
		case w != "hundred" && scales[w] != 0 && group > 0 && scales[w] < limit:
			total += group * scales[w]
			group, limit, largest = 0, scales[w], scales[w]
			last = scale
			if w == "dozen" || w == "score" {
				at = word + 1
				break words
			}
		default:
			break words
		}
		at = word + 1
	}
	if last == start {
		return amount{}, false
	}
	a := amount{value: Whole(total + group), next: at, scaled: largest > 1}
	a.mantissa = a.value
	if last == scale {
		a.mantissa = Whole(total / limit) // "two" of "two million", if that is all
	}
	if joined && p.isHalf(at) {
		half, _ := Whole(largest).times(Number{"0.5"})
		if largest > 1 && group > 0 && last != hundred {
			half = Number{"0.5"}
		}
		a.add(half)
		a.mantissa = a.value
		a.next += 3
		p.scalesAt(&a)
	}
	return a, true
}

// isNumberWord reports whether token i is a word that numbers are made of.
func (p *parser) isNumberWord(i int) bool {
	w := p.low(i)
	return p.isWord(i) && (units[w]+teens[w]+tens[w]+scales[w] != 0 || w == "zero" || w == "half")
}

func (a *amount) add(n Number) {
	if a.err == nil {
		a.value, a.err = a.value.Add(n)
	}
}

func (a *amount) scale(n int64) {
	if a.err == nil {
		a.value, a.err = a.value.times(Whole(n))
	}
	a.scaled = true
}

func isWhole(n Number) bool { return n.Cmp(Whole(1)) >= 0 }
func isShare(n Number) bool { return !n.isZero() && n.Cmp(Whole(1)) < 0 }
