package passage

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// SnapToWords makes whole words of a selection: white space at its ends is dropped, then each end
// that falls inside a word (UAX 29) is moved outwards to the edge of that word. A selection of nothing
// but white space gives an empty span. Ends outside the text are moved into it first. The result may
// reach over several blocks if the selection did.
func SnapToWords(t Text, s Span) Span {
	s.Start = min(max(s.Start, 0), t.Len())
	s.End = min(max(s.End, s.Start), t.Len())
	for s.Start < s.End && t.isSpace(s.Start) {
		s.Start++
	}
	for s.Start < s.End && t.isSpace(s.End-1) {
		s.End--
	}
	if s.Len() == 0 {
		return s
	}
	return Span{t.wordAt(s.Start).Start, t.wordAt(s.End - 1).End}
}

// isSpace reports whether the character at a position is white space, of which canonical text has
// two kinds.
func (t Text) isSpace(at int) bool {
	c := t.s[t.starts[at]]
	return c == ' ' || c == '\n'
}

// wordAt returns the word, or what stands between two words, that holds a position inside a block.
func (t Text) wordAt(at int) Span {
	b, _ := t.BlockOf(Span{at, at + 1})
	block := t.blocks[b]
	found := Span{at, at + 1}
	eachWord(t.cut(block), func(_ string, s Span) bool {
		found = Span{block.Start + s.Start, block.Start + s.End}
		return found.End <= at
	})
	// UAX 29 joins spaces to a mark or joiner between them.
	for found.Start < at && t.isSpace(found.Start) {
		found.Start++
	}
	for found.End > at+1 && t.isSpace(found.End-1) {
		found.End--
	}
	return found
}

// eachWord calls yield for each part that the word boundaries of s (UAX 29) make, with its place in
// code points, until yield returns false.
func eachWord(s string, yield func(string, Span) bool) {
	at, state := 0, -1
	for s != "" {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		n := utf8.RuneCountInString(word)
		if !yield(word, Span{at, at + n}) {
			return
		}
		at += n
	}
}

// wordsOf returns the parts of s that hold a letter or a digit.
func wordsOf(s string) []string {
	var words []string
	eachWord(s, func(w string, _ Span) bool {
		if strings.ContainsFunc(w, isWordRune) {
			words = append(words, w)
		}
		return true
	})
	return words
}

// isWordRune reports whether a character belongs to words and numbers.
func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// spaceless are the scripts that put no space between words.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai,
	unicode.Lao, unicode.Khmer, unicode.Myanmar}

// isEdge reports whether words found between positions of a text may begin or end at one of them
// without being a part of something longer: not in the midst of a word ("road" in "roads"), of a
// number ("980" in "1,980") or before the end of a contraction ("can" in "can't"). A possessive may
// be left off.
func isEdge(text []rune, at int) bool {
	if at <= 0 || at >= len(text) {
		return true
	}
	before, after := text[at-1], text[at]
	if before == '\n' || after == '\n' {
		return true
	}
	if unicode.IsMark(after) {
		return false
	}
	if isWordRune(before) && isWordRune(after) {
		return unicode.In(before, spaceless...) || unicode.In(after, spaceless...)
	}
	if at+1 < len(text) {
		beyond := text[at+1]
		if unicode.IsDigit(before) && (after == '.' || after == ',') && unicode.IsDigit(beyond) {
			return false
		}
		if (before == 'n' || before == 'N') && after == '\'' && (beyond == 't' || beyond == 'T') {
			return false
		}
	}
	if at > 1 && unicode.IsDigit(after) && (before == '.' || before == ',') && unicode.IsDigit(text[at-2]) {
		return false
	}
	return true
}

// continuesNumber reports whether the words at s may be a part of a number that is written with
// spaces, apostrophes or as a range or fraction: "980" in "1 980", "20" in "10-20".
func continuesNumber(text []rune, s Span) bool {
	joins := func(a, joint, b int) bool {
		return a >= 0 && b >= 0 && a < len(text) && b < len(text) &&
			unicode.IsDigit(text[a]) && unicode.IsDigit(text[b]) &&
			strings.ContainsRune(" '/-–", text[joint])
	}
	return joins(s.Start, s.Start-1, s.Start-2) || joins(s.End-1, s.End, s.End+1)
}
