package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of what is looked at above an article's first paragraph.
const (
	mostHead     = 15  // lines
	longestShort = 120 // characters of a line that may be a byline, a date or a list of sections
)

// What stands alone on a line that is not the article's. A name is two to five words that begin with a capital letter, or
// an initial; several are joined with commas or "and".
var (
	capitalised = `(?:\p{Lu}[\p{L}\p{M}.’'-]*|de|van|von|al|bin|der|la)`
	names       = capitalised + `(?: +` + capitalised + `){0,4}(?:(?:,| and| &| und| et| y| и| və| ve) +` + capitalised + `(?: +` + capitalised + `){0,4}){0,4}`
	bylineForm  = regexp.MustCompile(`^(?:(?:By|BY|by|Par|Von|Por) +` + names + `(?: (?:in|at|for|from) +` + names + `)?|` +
		`(?:Authors?|Автор|Авторы|Müəllif|Yazar|Yazan|Հեղինակ|الكاتب|نویسنده) *[:՝] *\S.{1,80})$`)
	barredForm = regexp.MustCompile(`^(` + capitalised + `(?: +` + capitalised + `){1,4}) *\|`)
	adForm     = regexp.MustCompile(`(?i)^[\[(]? *(?:advertisements?|advertising|sponsored(?: content)?|реклама|reklam|reklama|գովազդ|إعلان|anzeige|werbung|publicité|publicidad) *[\])]?[.:]?$`)
	cookieForm = regexp.MustCompile(`(?i)^(?:(?:we|this (?:web ?)?site|our (?:web ?)?site|by (?:continuing|using))\b.{0,160}\bcookies?\b|(?:accept|reject|manage)(?: all)?(?: cookies)?[.]?$|skip to (?:main )?content$)`)
	sectionBar = regexp.MustCompile(` *[,|>/»›·•] *| +[-–—] +`)
)

// around reads what a site prints around a text: the headline, who wrote it, when it was published. Lines that hold nothing
// else are cut. What the format itself has told stays.
func (d *drafter) around() {
	d.lines = d.undate(d.lines)
	lines := d.lines
	head := lines[:headLength(lines)]
	headline := d.printedHeadline(head)
	out := make([]bool, len(lines))
	var published, modified []stamp
	drop := func(i int, why Reason) {
		out[i] = true
		d.cut(lines[i], why)
	}
	cuts := len(d.cuts)
	for i, l := range lines {
		inHead := i < len(head)
		isHeadline := inHead && headline != "" && likeness(l.text) == headline
		byline, rest := bylineOf(oneSpaced(l.text))
		dated := readDated(rest)
		switch {
		case isHeadline:
		case adForm.MatchString(l.text) || utf8.RuneCountInString(l.text) <= 300 && cookieForm.MatchString(l.text):
			drop(i, Boilerplate)
		case byline != "" && (strings.TrimSpace(rest) == "" || dated.alone):
			d.Byline = first(d.Byline, byline)
			drop(i, BylineDate)
			published, modified = append(published, dated.published...), append(modified, dated.modified...)
		case (inHead || i >= len(lines)-2) && len(dated.published)+len(dated.modified) > 0:
			published, modified = append(published, dated.published...), append(modified, dated.modified...)
			if dated.alone {
				drop(i, BylineDate)
			}
		case inHead && headline != "" && isSections(l.text) && i < slices.IndexFunc(head, func(l line) bool { return likeness(l.text) == headline }):
			drop(i, Sections)
		}
	}
	if !slices.Contains(out, false) { // it is the whole of the text
		d.cuts = d.cuts[:cuts]
	} else {
		var kept []line
		for i, l := range lines {
			if !out[i] {
				kept = append(kept, l)
			}
		}
		d.lines = kept
	}
	if d.Published.IsZero() && len(published)+len(modified) > 0 {
		d.publish(published, modified)
	}
}

// headLength is how many lines stand above the first that reads as a paragraph. Where none does, only the first is above.
func headLength(lines []line) int {
	for i, l := range lines[:min(len(lines), mostHead)] {
		if isProse(l.text) {
			return i
		}
	}
	return min(len(lines), 1)
}

// isProse reports whether a line reads as a paragraph of an article: it is long, or ends as a sentence does.
func isProse(s string) bool {
	words, end := wordCount(s), strings.TrimRight(s, "\"'”’»)] ")
	last, _ := utf8.DecodeLastRuneInString(end)
	return utf8.RuneCountInString(s) > longestTitle || strings.ContainsRune(".…։。।۔", last) && words >= 8 || strings.ContainsRune("?!؟", last) && words >= 25
}

// wordCount counts the words that have a letter or digit in them.
func wordCount(s string) int {
	return len(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("'’-", r)
	}))
}

// printedHeadline finds the headline above a text, takes it if the format has told none, and returns its likeness, "" if
// there is none. It is the line that is printed twice; else the first that is long enough to be a sentence; else the first
// that is nothing else.
func (d *drafter) printedHeadline(head []line) string {
	if known := first(d.hints.Headline, d.Headline); known != "" {
		return likeness(known)
	}
	count := map[string]int{}
	var candidates []string
	for _, l := range head {
		if !isTitle(l.text) || strings.HasSuffix(l.text, ":") || adForm.MatchString(l.text) || cookieForm.MatchString(l.text) {
			continue
		}
		if by, _ := bylineOf(oneSpaced(l.text)); by != "" {
			continue
		}
		if dated := readDated(l.text); len(dated.published)+len(dated.modified) > 0 {
			continue
		}
		if like := likeness(l.text); count[like] == 0 {
			candidates = append(candidates, l.text)
		}
		count[likeness(l.text)]++
	}
	choose := func(fits func(string) bool) string {
		if i := slices.IndexFunc(candidates, fits); i >= 0 {
			return candidates[i]
		}
		return ""
	}
	twice := choose(func(s string) bool { return count[likeness(s)] > 1 && wordCount(s) > 1 })
	long := choose(func(s string) bool { return !isSections(s) && (wordCount(s) >= 4 || isUnspaced(s)) })
	rest := choose(func(s string) bool { return !isSections(s) })
	switch d.Headline = first(twice, long, rest, choose(func(string) bool { return true })); {
	case d.Headline == "":
		return ""
	case d.Headline == twice:
		d.note("A line that is printed twice was taken for the headline.")
	case likeness(d.Headline) == likeness(head[0].text):
		d.note("The first line was taken for the headline.")
	default:
		d.note("A line above the text was taken for the headline: look whether it is.")
	}
	return likeness(d.Headline)
}

// isUnspaced reports whether a line is of a script that does not part words, and long enough for a sentence.
func isUnspaced(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			n++
		}
	}
	return n >= 8
}

// isSections reports whether a line looks like a list of a site's sections, or the way to one: a few words each.
func isSections(s string) bool {
	if utf8.RuneCountInString(s) > longestShort || isProse(s) || strings.ContainsAny(s, ".?!:\"“”«»„0123456789") && !strings.ContainsAny(s, ">»") {
		return false
	}
	parts := sectionBar.Split(s, -1)
	for _, p := range parts {
		if n := wordCount(p); n == 0 || n > 4 {
			return false
		}
		if r, _ := utf8.DecodeRuneInString(p); unicode.IsLower(r) && !strings.ContainsAny(s, "|>»›") {
			return false // a headline goes on after its comma
		}
	}
	return len(parts) > 1
}

// oneSpaced writes a line with single ordinary spaces; many a site puts others around its bars.
func oneSpaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// bylineOf finds who a line says wrote the text, as printed, "" if it does not say, and what else is on the line.
func bylineOf(s string) (byline, rest string) {
	if utf8.RuneCountInString(s) > longestShort {
		return "", s
	}
	before, after, barred := strings.Cut(s, "|")
	if bylineForm.MatchString(strings.TrimSpace(before)) {
		return strings.TrimSpace(before), after
	}
	if m := barredForm.FindStringSubmatch(s); barred && m != nil && (strings.TrimSpace(after) == "" || readDated(after).alone) {
		return m[1], after
	}
	return "", s
}
