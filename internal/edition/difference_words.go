package edition

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"github.com/sergi/go-diff/diffmatchpatch"
)

// A Stretch is a run of words that stands in both texts, or in one of them. The stretches that are kept or removed make
// the earlier text, those that are kept or added the later one.
type Stretch struct {
	Op   Op     `json:"op"`
	Text string `json:"t"`
}

// An Op says in which of two texts a stretch stands.
type Op string

// The kinds of stretch.
const (
	Kept    Op = "equal"
	Removed Op = "removed"
	Added   Op = "added"
)

// mostWords bounds the texts that are compared word by word, together; longer ones are removed and added whole. The time
// that it takes grows with the square of it. It also keeps the runes that stand for words below the surrogates, which no
// text can hold.
const mostWords = 6000

// A spaced word is a word or mark with the white space before it.
type spacedWord struct{ space, word string }

// WordDifference compares two texts word by word (UAX #29, word boundaries). It gives nothing for two empty texts; texts of more
// than 6000 words together are removed and added whole.
func WordDifference(before, after string) []Stretch { return wordDiff(before, after) }

// wordDiff compares two texts word by word (UAX #29, word boundaries). It gives nothing for two empty texts.
func wordDiff(before, after string) []Stretch {
	old, now := wordsOf(before), wordsOf(after)
	if len(old)+len(now) > mostWords {
		return stretches(Stretch{Removed, before}, Stretch{Added, after})
	}
	// The library compares runes: each word that occurs has one.
	runes := map[string]rune{}
	coded := func(list []spacedWord) []rune {
		code := make([]rune, 0, len(list))
		for _, w := range list {
			if runes[w.word] == 0 {
				runes[w.word] = rune(len(runes) + 1)
			}
			code = append(code, runes[w.word])
		}
		return code
	}
	library := diffmatchpatch.New()
	library.DiffTimeout = 0 // with a bound in time the answer would depend on the machine
	var list []Stretch
	for _, d := range library.DiffMainRunes(coded(old), coded(now), false) {
		for range d.Text {
			switch d.Type {
			case diffmatchpatch.DiffDelete:
				list = append(list, Stretch{Removed, old[0].space + old[0].word})
				old = old[1:]
			case diffmatchpatch.DiffInsert:
				list = append(list, Stretch{Added, now[0].space + now[0].word})
				now = now[1:]
			case diffmatchpatch.DiffEqual:
				if old[0].space == now[0].space {
					list = append(list, Stretch{Kept, old[0].space + old[0].word})
				} else {
					list = append(list, Stretch{Removed, old[0].space}, Stretch{Added, now[0].space}, Stretch{Kept, old[0].word})
				}
				old, now = old[1:], now[1:]
			}
		}
	}
	return stretches(withoutSpecks(stretches(list...))...)
}

// wordsOf parts a text into words and marks. White space at its end stands before an empty word.
func wordsOf(text string) []spacedWord {
	var list []spacedWord
	space := ""
	for state := -1; text != ""; {
		var word string
		word, text, state = uniseg.FirstWordInString(text, state)
		if strings.TrimSpace(word) == "" {
			space += word
			continue
		}
		list = append(list, spacedWord{space, word})
		space = ""
	}
	if space != "" {
		list = append(list, spacedWord{space, ""})
	}
	return list
}

// withoutSpecks makes a removal and an addition of what is kept between two others without a word in it, so that a phrase
// that was replaced reads as one.
func withoutSpecks(list []Stretch) []Stretch {
	var clean []Stretch
	for i, s := range list {
		if s.Op == Kept && i > 0 && i < len(list)-1 && !hasWord(s.Text) {
			clean = append(clean, Stretch{Removed, s.Text}, Stretch{Added, s.Text})
			continue
		}
		clean = append(clean, s)
	}
	return clean
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsPunct(r) })
}

// stretches joins neighbours of one kind; between two that are kept, what is removed comes before what is added.
func stretches(list ...Stretch) []Stretch {
	var joined []Stretch
	var removed, added strings.Builder
	flush := func() {
		for _, s := range []Stretch{{Removed, removed.String()}, {Added, added.String()}} {
			if s.Text != "" {
				joined = append(joined, s)
			}
		}
		removed.Reset()
		added.Reset()
	}
	for _, s := range list {
		switch s.Op {
		case Removed:
			removed.WriteString(s.Text)
		case Added:
			added.WriteString(s.Text)
		case Kept:
			if s.Text == "" {
				continue
			}
			flush()
			if last := len(joined) - 1; last >= 0 && joined[last].Op == Kept {
				joined[last].Text += s.Text
			} else {
				joined = append(joined, s)
			}
		}
	}
	flush()
	return joined
}
