package figure

import "strings"

// maxUnitWords is how far a phrase of counted things may run before its noun.
const maxUnitWords = 4

// unitAt reads what is counted from token i on, behind a number. kind is false if
// the words make the number a kind of thing and no count ("two-way").
func (p *parser) unitAt(i int, one, share bool) (unit string, next int, kind bool) {
	if name, ok := currencies[p.low(i)]; ok {
		return name, i + 1, true
	}
	if p.isDash(i) && p.tight(i) && p.tight(i+1) && p.isNoun(i+1) {
		return p.compoundAt(i)
	}
	if next, ok := p.percentAt(i); ok {
		if whole, after := p.wholeAt(next); whole != "" {
			return "percent " + whole, after, true
		}
		return "percent", next, true
	}
	at := i
	if share {
		if whole, next := p.wholeAt(i); whole != "" {
			return whole, next, true
		}
		if p.in(i, "a", "an") {
			at++ // "half a day"
		}
	} else if p.low(i) == "of" {
		at = p.skipDeterminer(i + 1) // "22 of the drivers"
	}
	for p.in(at, "more", "other", "further", "additional") && p.low(at+1) != "than" {
		at++
	}
	unit, next = p.nounsAt(at, one)
	if unit == "" {
		return "", i, true
	}
	return unit, next, true
}

// percentAt reads "%", "percent", "per cent" and the points of a percentage.
func (p *parser) percentAt(i int) (next int, ok bool) {
	switch {
	case p.in(i, "%", "percent", "pct"):
		return i + 1, true
	case p.low(i) == "per" && p.low(i+1) == "cent":
		return i + 2, true
	}
	return i, false
}

// wholeAt reads the thing that a share is of: "of the drivers", also where the "of"
// is left out ("half the drivers").
func (p *parser) wholeAt(i int) (whole string, next int) {
	at, determiner := i, ""
	if p.low(i) == "of" {
		at++
	} else if !p.in(i, "the", "its", "their", "his", "her", "our", "all") {
		return "", i
	}
	if after := p.skipDeterminer(at); after > at {
		determiner, at = p.printed(at, after)+" ", after
	}
	nouns, next := p.nounsAt(at, true)
	if nouns == "" {
		return "", i
	}
	return "of " + determiner + nouns, next
}

func (p *parser) skipDeterminer(i int) int {
	if p.in(i, "the", "these", "those", "its", "their", "his", "her", "our", "all") {
		return i + 1
	}
	return i
}

// compoundAt reads the words joined to a number by hyphens: "-month-long".
func (p *parser) compoundAt(i int) (unit string, next int, kind bool) {
	first := i + 1
	next = i
	for p.isDash(next) && p.tight(next) && p.tight(next+1) && p.isNoun(next+1) {
		next += 2
	}
	last := next
	for last > first && compoundEnds[p.low(last-1)] {
		last -= 2
	}
	var parts []string
	for at := first; at < last; at += 2 {
		parts = append(parts, p.printed(at, at+1))
	}
	if len(parts) > 0 && notUnits[p.low(first)] {
		return strings.Join(parts, " "), next, false
	}
	return strings.Join(parts, " "), next, true
}

// nounsAt reads the phrase of what is counted, up to its noun in the plural, and a
// rate behind it ("a day", "per month"). With loose, or where it reads what an
// editor selected, the phrase need not have a plural.
func (p *parser) nounsAt(i int, loose bool) (unit string, next int) {
	next, sure := p.nounPhrase(i)
	if next == i || !sure && !loose && !p.lenient {
		return "", i
	}
	unit = p.printed(i, next)
	switch {
	case p.low(next) == "per" && p.isNoun(next+1):
		return unit + " " + p.printed(next, next+2), next + 2
	case p.in(next, "a", "an", "each", "every") && measures[p.low(next+1)] != "":
		return unit + " " + p.printed(next, next+2), next + 2
	case p.low(next) == "/" && p.tight(next) && p.tight(next+1) && p.isNoun(next+1):
		return p.printed(i, next+2), next + 2
	case p.in(next, "daily", "weekly", "monthly", "annually", "yearly"):
		return unit + " " + p.printed(next, next+1), next + 1
	}
	return unit, next
}

// nounPhrase returns where the phrase from i ends, and whether it ends in a measure
// or a plural.
func (p *parser) nounPhrase(i int) (next int, sure bool) {
	at := i
	for n := 0; n < maxUnitWords && p.isNoun(at); n++ {
		w := p.low(at)
		if isVerbal(w) && !peopleWords[w] && !p.isNoun(at+1) {
			break // "850 belonged to"
		}
		at++
		if measures[w] != "" {
			return at, true
		}
		for p.isDash(at) && p.tight(at) && p.tight(at+1) && p.isNoun(at+1) {
			w = p.low(at + 1)
			at += 2
		}
		if isPlural(w) && !(peopleWords[w] && isPlural(p.low(at))) {
			return at, true
		}
	}
	return at, false
}

// isNoun reports whether token i may belong to a phrase of counted things.
func (p *parser) isNoun(i int) bool {
	if !p.isWord(i) || p.isNumberWord(i) {
		return false
	}
	t := p.toks[i]
	switch {
	case stopWords[t.low], vagueNouns[t.low], (months[t.low] || weekdays[t.low]) && t.capital():
		return t.low == "us" && t.text != "us" && t.text != "Us" // "22 U.S. trucks"
	case p.vagueLength(i) > 0, p.isDash(i+1) && p.tight(i+1) && p.tight(i+2) && p.is(i+2, numberToken):
		return false // "22 T-72 tanks"
	}
	return true
}

// isVerbal reports whether a word looks like a form of a verb.
func isVerbal(w string) bool {
	return len(w) > 4 && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing"))
}

// isPlural reports whether a word looks like a noun in the plural.
func isPlural(w string) bool {
	if irregularPlurals[w] != "" {
		return true
	}
	if notPlural[w] || stopWords[w] || len(w) < 3 || strings.HasSuffix(w, "'s") {
		return false
	}
	return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") &&
		!strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is")
}

// unitKey is the form by which units are matched: small letters, singular, American
// spelling, measures by name, "a day" as "per day", without articles.
func unitKey(unit string) string {
	k := key(unit)
	for _, r := range [][2]string{{"sq. ", "square "}, {"sq ", "square "}, {"cu. ", "cubic "}, {"per cent", "percent"}, {"/", " per "}} {
		k = strings.ReplaceAll(k, r[0], r[1])
	}
	var out []string
	fields := strings.Fields(k)
	for i, w := range fields {
		switch {
		case (w == "a" || w == "an" || w == "each" || w == "every") && i > 0:
			w = "per"
		case w == "the":
			continue
		case w == "daily":
			out = append(out, "per")
			w = "day"
		case measures[w] != "":
			w = measures[w]
		default:
			w = singular(w)
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// singular takes the plural off a noun.
func singular(w string) string {
	if s := irregularPlurals[w]; s != "" {
		return s
	}
	if w == "persons" {
		return "person"
	}
	if !isPlural(w) {
		return w
	}
	stem := strings.TrimSuffix(w, "s")
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return strings.TrimSuffix(w, "ies") + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "xes"):
		return strings.TrimSuffix(w, "es")
	}
	return stem
}

// key is a text in small letters with single spaces.
func key(s string) string {
	return strings.Join(strings.Fields(plainLower(s)), " ")
}
