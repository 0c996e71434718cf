package passage

import (
	"slices"
	"strings"
	"unicode"
)

// A wording is the words of a passage on which its meaning turns, in order.
type wording struct {
	figures   []string // numbers, in digits and in words
	negations []string
	hedges    []string // hedges and quantifiers
}

// wordingOf returns what the meaning of some words turns on. It knows number words and hedges in
// English only, and the plainest negations of some other languages.
func wordingOf(words []string) wording {
	var w wording
	for _, s := range words {
		kind, key, _ := kindOf(s)
		switch kind {
		case figureWord:
			w.figures = append(w.figures, key)
		case negationWord:
			w.negations = append(w.negations, key)
		case hedgeWord:
			w.hedges = append(w.hedges, key)
		}
	}
	return w
}

// A change says in which way two wordings differ. All false: in none that matters here.
type change struct{ figures, negation, hedge bool }

func (c change) any() bool { return c.figures || c.negation || c.hedge }

// or joins what two comparisons found.
func (c change) or(d change) change {
	return change{c.figures || d.figures, c.negation || d.negation, c.hedge || d.hedge}
}

// changeOf compares two versions of the same words.
func changeOf(old, now string) change {
	before, after := wordsOf(old), wordsOf(now)
	a, b := wordingOf(before), wordingOf(after)
	return change{
		figures:  !slices.Equal(a.figures, b.figures),
		negation: !slices.Equal(a.negations, b.negations) || prefixed(before, after) || prefixed(after, before),
		hedge:    !slices.Equal(a.hedges, b.hedges),
	}
}

// prefixed reports whether a word of after is one of before with a negating prefix ("lawful" and
// "unlawful"), or with the ending "-less".
func prefixed(before, after []string) bool {
	had := make(map[string]bool)
	for _, w := range before {
		had[strings.ToLower(w)] = true
	}
	for _, w := range after {
		w = strings.ToLower(w)
		if had[w] {
			continue
		}
		for _, p := range []string{"un", "in", "im", "il", "ir", "non", "dis", "anti"} {
			if stem, ok := strings.CutPrefix(w, p); ok && had[stem] {
				return true
			}
		}
		if stem, ok := strings.CutSuffix(w, "less"); ok && had[stem] {
			return true
		}
	}
	return false
}

// A wordKind is what a word does for the meaning.
type wordKind int

const (
	plainWord wordKind = iota
	figureWord
	negationWord
	hedgeWord
)

// kindOf returns what a word does, the form by which it is compared, and what is left of the word
// without that: "do" of "don't", nothing of "not", the whole of a plain word. The word's quotation
// marks must be folded.
func kindOf(word string) (kind wordKind, key, left string) {
	w := strings.ToLower(word)
	if stem, ok := strings.CutSuffix(w, "n't"); ok {
		return negationWord, "not", stem
	}
	switch {
	case w == "cannot":
		return negationWord, "not", "can"
	case negations[w]:
		return negationWord, w, ""
	case strings.ContainsFunc(w, unicode.IsNumber), numberWords[w]:
		return figureWord, w, ""
	case hedges[w]:
		return hedgeWord, w, ""
	}
	return plainWord, w, w
}

var negations = set("not no non never none neither nor nobody nothing nowhere without hardly barely " +
	"scarcely ain't не ни нет без никогда ոչ չէ չի değil deyil yok yox لا لم لن ليس ne pas jamais nicht kein keine")

var numberWords = set("zero one two three four five six seven eight nine ten eleven twelve thirteen " +
	"fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty " +
	"ninety hundred hundreds thousand thousands million millions billion billions trillion trillions " +
	"dozen dozens tens score scores half halves quarter quarters third thirds once twice thrice double " +
	"triple first second fourth fifth sixth seventh eighth ninth tenth pair couple both")

var hedges = set("some about around approximately roughly nearly almost over under above below more " +
	"less fewer least most many several few all only every any up as alleged allegedly reported " +
	"reportedly apparently possibly probably likely perhaps maybe may might could would should estimated " +
	"purported purportedly supposed supposedly claimed if unless partly partially mainly mostly")
