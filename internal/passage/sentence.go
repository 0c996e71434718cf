package passage

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Sentence returns the whole sentence that holds a match, or all sentences from its first segment to
// its last, inside its block and without white space at the ends. Sentences end by UAX 29, except that
// none ends before a small letter, and the full stop of an abbreviation ends none: titles and initials ("Mr. X", "J. Smith"), months and the
// like before a number ("Dec. 12", "No. 5"), and abbreviations such as "U.S." or "Inc." unless a word
// follows that mostly begins a sentence. It is false for a match that is none of t's.
func Sentence(t Text, m Match) (Span, bool) {
	block, err := t.blockOfMatch(m)
	if err != nil {
		return Span{}, false
	}
	words := m.extent()
	found := Span{block.Start, block.End}
	at, text := block.Start, t.cut(block)
	for _, s := range sentences(text) {
		end := at + utf8.RuneCountInString(s)
		if at <= words.Start {
			found.Start = at
		}
		if end >= words.End {
			found.End = end
			break
		}
		at = end
	}
	for t.isSpace(found.End - 1) {
		found.End--
	}
	return found, true
}

// sentences cuts a block into its sentences, each with the white space that follows it.
func sentences(block string) []string {
	var found []string
	start, at, state := 0, 0, -1
	rest := block
	for rest != "" {
		var s string
		s, rest, state = uniseg.FirstSentenceInString(rest, state)
		at += len(s)
		if rest == "" || !goesOn(block[start:at], rest) {
			found = append(found, block[start:at])
			start = at
		}
	}
	return found
}

// goesOn reports whether what UAX 29 takes for the end of a sentence is none: a small letter follows
// (“Is it?” he asked), or the full stop belongs to an abbreviation.
func goesOn(sentence, rest string) bool {
	first, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLower(first) {
		return true
	}
	sentence, ok := strings.CutSuffix(strings.TrimRight(sentence, " "), ".")
	if !ok {
		return false
	}
	short := sentence[strings.LastIndexByte(sentence, ' ')+1:]
	short = strings.TrimLeftFunc(short, func(r rune) bool { return !isWordRune(r) })
	opener, _, _ := strings.Cut(strings.TrimRight(rest, " "), " ")
	opener = strings.TrimFunc(opener, func(r rune) bool { return !isWordRune(r) })
	opens := openers[opener] || !isWordRune(first)

	switch {
	case titles[short]:
		return true
	case beforeNumbers[strings.ToLower(short)]:
		return unicode.IsDigit(first)
	case utf8.RuneCountInString(short) == 1 && short != "I":
		r, _ := utf8.DecodeRuneInString(short)
		return unicode.IsUpper(r) && !opens
	case isInitials(short), endings[short]:
		return !opens
	}
	return false
}

// isInitials reports whether a word, without its last full stop, is made of letters with full stops
// between, such as "U.S" or "Ph.D".
func isInitials(word string) bool {
	parts := strings.Split(word, ".")
	for _, p := range parts {
		if n := utf8.RuneCountInString(p); n < 1 || n > 2 || strings.ContainsFunc(p, unicode.IsDigit) {
			return false
		}
	}
	return len(parts) > 1
}

// titles are abbreviations that a name follows, so that no sentence ends with them.
var titles = set("Mr Mrs Ms Mx Messrs Dr Prof Gen Maj Col Lt Capt Cpt Sgt Cpl Adm Cmdr Brig Sen Rep " +
	"Gov Amb Hon Rev Fr St Pres Supt Insp Asst Dep vs viz cf e.g i.e")

// beforeNumbers are abbreviations that end no sentence when a number follows.
var beforeNumbers = set("jan feb mar apr jun jul aug sep sept oct nov dec no nos art arts sec par " +
	"vol fig ch p pp ca approx")

// endings are abbreviations that may end a sentence or not.
var endings = set("Inc Ltd Co Corp Jr Sr Bros etc al Dept Govt Intl")

// openers are words that, with a capital, mostly begin a sentence.
var openers = set("A An The This That These Those He She It They We I You His Her Its Their Our My " +
	"There Here In On At By For From To With But And Or Yet So However Meanwhile Moreover Also " +
	"Earlier Later Then Now According After Before Since Until When While If As Although Though " +
	"Because Both Some Many Several No Not What Who How Why")

// set makes a set of the words of a list.
func set(list string) map[string]bool {
	words := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		words[w] = true
	}
	return words
}
