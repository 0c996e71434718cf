package passage

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// mostNearest is how many places [Nearest] returns at most.
	mostNearest = 5
	// sharedWords is the share of the quote's words that a place must hold, where it is not spelt much like the quote.
	sharedWords = 0.5
	// sameBeginning is how much nearer a place is that begins with the quote's first word, among those that hold as many.
	sameBeginning = 0.001
)

// Nearest returns the places in t that are most like words that stand nowhere in it to the letter, the likeliest first, at
// most five. Each is one span of whole words inside one block, none overlaps another. First come places in which at most a
// tenth of the characters differ; where there is none, those that hold at least half of the words, in whatever order. Words
// that are no text, blank or longer than [MaxLength] code points are like nothing.
func Nearest(t Text, words string) []Match {
	folded := []rune(foldQuote(words))
	if len(folded) == 0 || len(folded) > MaxLength {
		return nil
	}
	x := newIndex(t)
	p := newPattern(folded)
	var found []scored
	for _, s := range x.nearby(folded, true) {
		found = append(found, scored{s, float64(p.to(x.runes[s.Start:s.End]))})
	}
	if len(found) == 0 {
		found = alike(t, wordsOf(strings.ToLower(string(folded))))
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(a.far, b.far) })
	var nearest []Match
	for _, f := range found {
		apart := !slices.ContainsFunc(nearest, func(m Match) bool { return m[0].Start < f.span.End && f.span.Start < m[0].End })
		if s := SnapToWords(t, f.span); apart && s.Len() > 0 && s.Len() <= MaxLength && len(nearest) < mostNearest {
			nearest = append(nearest, Match{s})
		}
	}
	return nearest
}

// A scored is a place with how far it is from a quote.
type scored struct {
	span Span
	far  float64
}

// alike returns the stretches of as many words as are given that hold most of them, in order of their places.
func alike(t Text, words []string) []scored {
	if len(words) == 0 {
		return nil
	}
	wanted := map[string]int{}
	for _, w := range words {
		wanted[w]++
	}
	var found []scored
	for _, block := range t.blocks {
		type word struct {
			text string
			span Span
		}
		var list []word
		eachWord(t.cut(block), func(w string, s Span) bool {
			if strings.ContainsFunc(w, isWordRune) {
				list = append(list, word{strings.ToLower(strings.Map(foldRune, w)), Span{block.Start + s.Start, block.Start + s.End}})
			}
			return true
		})
		has, shared := map[string]int{}, 0
		for i, w := range list {
			if has[w.text]++; has[w.text] <= wanted[w.text] {
				shared++
			}
			first := i - len(words) + 1
			if first > 0 {
				gone := list[first-1].text
				if has[gone]--; has[gone] < wanted[gone] {
					shared--
				}
			}
			if share := float64(shared) / float64(len(words)); share >= sharedWords && (first >= 0 || i == len(list)-1) {
				s := scored{Span{list[max(first, 0)].span.Start, w.span.End}, 1 - share}
				if list[max(first, 0)].text == words[0] {
					s.far -= sameBeginning
				}
				found = append(found, s)
			}
		}
	}
	return slices.DeleteFunc(found, func(s scored) bool { return utf8.RuneCountInString(t.cut(s.span)) > MaxLength })
}
