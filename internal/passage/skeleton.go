package passage

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// minBones and minBoneLetters are how much must be left of a passage without figures, negations and
// hedges for it to be known again by the rest.
const (
	minBones       = 3
	minBoneLetters = 12
)

// A skeleton is a text without its figures, negations, hedges and punctuation: what is left of a
// sentence when all that may have been changed in it, to give it another meaning, is taken away.
type skeleton struct {
	s     string // the words left, small letters, each between spaces; a line to a block
	words []bone // all words of the text
	kept  []int  // those that are left, as indexes of words
	at    []int  // where each of them begins in s
}

// A bone is a word of the text.
type bone struct {
	Span
	left bool // the word, or a part of it, is in the skeleton
}

// bones returns the skeleton of the text, made once.
func (x *index) bones() *skeleton {
	if x.skeleton != nil {
		return x.skeleton
	}
	k := &skeleton{}
	var b strings.Builder
	b.WriteByte(' ')
	for _, block := range x.text.blocks {
		eachWord(x.cut(block), func(w string, s Span) bool {
			if !strings.ContainsFunc(w, isWordRune) {
				return true
			}
			_, _, left := kindOf(w)
			if left != "" {
				k.kept = append(k.kept, len(k.words))
				k.at = append(k.at, b.Len())
				b.WriteString(left)
				b.WriteByte(' ')
			}
			k.words = append(k.words, bone{Span{block.Start + s.Start, block.Start + s.End}, left != ""})
			return true
		})
		b.WriteString("\n ")
	}
	k.s = b.String()
	x.skeleton = k
	return k
}

// skeletonPlaces returns, for each folded segment, the places where its words stand in order with
// other figures, negations and hedges among them. It is nil if too little is left of the segments.
func (x *index) skeletonPlaces(segments []string) [][]Span {
	places := make([][]Span, len(segments))
	bones, letters := 0, 0
	for i, segment := range segments {
		var words []string
		var leads, ends bool // whether the segment begins or ends with a word that is taken away
		for _, w := range wordsOf(segment) {
			_, _, left := kindOf(w)
			if ends = left == ""; ends {
				leads = leads || len(words) == 0
				continue
			}
			words = append(words, left)
			letters += utf8.RuneCountInString(left)
		}
		if len(words) == 0 {
			return nil
		}
		bones += len(words)
		places[i] = x.bones().places(x.text, words, leads, ends)
	}
	if bones < minBones || letters < minBoneLetters {
		return nil
	}
	return places
}

// places returns the spans in t of consecutive bones, with the words before them that are none if
// leads is set, and those after them if ends is set.
func (k *skeleton) places(t Text, words []string, leads, ends bool) []Span {
	wanted := " " + strings.Join(words, " ") + " "
	var found []Span
	for from := 0; ; {
		at := strings.Index(k.s[from:], wanted)
		if at < 0 {
			return found
		}
		i := sort.SearchInts(k.at, from+at+1)
		first, last := k.kept[i], k.kept[i+len(words)-1]
		block, _ := t.BlockOf(k.words[first].Span)
		for leads && first > 0 && !k.words[first-1].left && k.words[first-1].Start >= t.blocks[block].Start {
			first--
		}
		for ends && last+1 < len(k.words) && !k.words[last+1].left && k.words[last+1].End <= t.blocks[block].End {
			last++
		}
		found = append(found, Span{k.words[first].Start, k.words[last].End})
		from = k.at[i]
	}
}
