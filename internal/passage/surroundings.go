package passage

import (
	"slices"
	"strings"
)

const (
	// besideWords is how many words right before and after a passage can change its meaning.
	besideWords = 3
	// minShared is how many characters of context tell one of several places from the others.
	minShared = 4
	// minSharedSide is how many do if the context on the other side has changed.
	minSharedSide = 12
	// seenLength is how many characters of one text are searched for what stands right beside the
	// words in the other, so that a word moved a little by an edit further off is still found.
	seenLength = 2 * ContextLength
	// clauseStops end a clause if a space follows.
	clauseStops = ".!?;:։؟"
)

// A side says how the context on one side of a passage compares with that of a place, going outwards
// from the words.
type side struct {
	shared int  // characters that are the same before the first difference
	known  int  // characters that both texts have there
	whole  bool // all that the old text has there is the same
}

// differs reports whether the contexts differ as far as both are known.
func (s side) differs() bool { return s.shared < s.known }

// foreign reports whether nothing speaks for the same context.
func (s side) foreign() bool { return s.shared < min(s.known, minShared) || s.known == 0 }

// before and after return up to n characters next to a match, inside its block.
func (x *index) before(m Match, n int) []rune {
	block := x.block(m.extent())
	return x.runes[max(block.Start, m[0].Start-n):m[0].Start]
}

func (x *index) after(m Match, n int) []rune {
	block, end := x.block(m.extent()), m.extent().End
	return x.runes[end:min(block.End, end+n)]
}

// sides compares the context of a passage with that of a place in the new text.
func (a anchorer) sides(m, n Match) (before, after side) {
	compare := func(old, now []rune) side {
		s := side{known: min(len(old), len(now))}
		for s.shared < s.known && old[s.shared] == now[s.shared] {
			s.shared++
		}
		s.whole = s.shared == len(old)
		return s
	}
	return compare(backwards(a.old.before(m, ContextLength)), backwards(a.now.before(n, ContextLength))),
		compare(a.old.after(m, ContextLength), a.now.after(n, ContextLength))
}

// gaps calls yield for what stands between each two segments in either text, where it is known of the
// old one.
func (a anchorer) gaps(m, n Match, yield func(old, now string)) {
	for i := 1; i < len(m); i++ {
		old := a.old.cut(Span{m[i-1].End, m[i].Start})
		now := a.now.cut(Span{n[i-1].End, n[i].Start})
		if strings.ContainsFunc(old, isWordRune) {
			yield(old, now)
		}
	}
}

// narrow returns those of several places that have the context of the passage: one if the context
// decides, otherwise all that it leaves open.
func (a anchorer) narrow(m Match, places []Match) []Match {
	if len(places) < 2 {
		return places
	}
	type surroundings struct {
		before, after side
		gaps          bool
	}
	around := make([]surroundings, len(places))
	known := false // whether any gap is
	for i, n := range places {
		around[i].before, around[i].after = a.sides(m, n)
		around[i].gaps = true
		a.gaps(m, n, func(old, now string) {
			known = true
			around[i].gaps = around[i].gaps && old == now
		})
	}
	for _, fits := range []func(s surroundings) bool{
		func(s surroundings) bool { return s.gaps && s.before.whole && s.after.whole },
		func(s surroundings) bool { return s.gaps && !s.before.differs() && !s.after.differs() },
		func(s surroundings) bool { return !s.before.differs() && !s.after.differs() },
		func(s surroundings) bool {
			return !s.before.differs() && s.before.shared >= minSharedSide ||
				!s.after.differs() && s.after.shared >= minSharedSide
		},
	} {
		var left []Match
		shared := 0
		for i, s := range around {
			if fits(s) {
				left = append(left, places[i])
				shared = s.before.shared + s.after.shared
			}
		}
		switch {
		case len(left) > 1, len(left) == 1 && (shared >= minShared || known):
			return left
		case len(left) == 1:
			return places // too little context to go by
		}
	}
	return places
}

// beside says what differs, of that on which meaning turns, in the gaps between the segments of a
// passage and in the few words right before and after it, as far as they belong to its clause and
// both texts have them.
func (a anchorer) beside(m, n Match) change {
	var c change
	a.gaps(m, n, func(old, now string) { c = c.or(changeOf(old, now)) })
	for i := range m {
		if continuesNumber(a.now.runes, n[i]) && !continuesNumber(a.old.runes, m[i]) {
			c.figures = true
		}
	}

	before, after := a.sides(m, n)
	if before.differs() {
		c = c.or(strayed(a.now.wordsBefore(n, before.known, besideWords), a.old.wordsBefore(m, seenLength, 0)))
		c = c.or(strayed(a.old.wordsBefore(m, before.known, besideWords), a.now.wordsBefore(n, seenLength, 0)))
	}
	if after.differs() {
		c = c.or(strayed(a.now.wordsAfter(n, after.known, besideWords), a.old.wordsAfter(m, seenLength, 0)))
		c = c.or(strayed(a.old.wordsAfter(m, after.known, besideWords), a.now.wordsAfter(n, seenLength, 0)))
	}
	return c
}

// wordsBefore returns the whole words among the n characters before a match: all of them, or if most
// is not 0 at most so many, nearest to the match, and of its own clause.
func (x *index) wordsBefore(m Match, n, most int) []string {
	runes := x.before(m, n)
	if most > 0 {
		for i := len(runes) - 1; i > 0; i-- {
			if runes[i] == ' ' && strings.ContainsRune(clauseStops, runes[i-1]) {
				runes = runes[i:]
				break
			}
		}
	}
	words := wordsOf(string(runes))
	if len(words) > 0 && !isEdge(x.runes, m[0].Start-len(runes)) {
		words = words[1:]
	}
	if most > 0 && len(words) > most {
		words = words[len(words)-most:]
	}
	return words
}

// wordsAfter does the same for the characters after a match.
func (x *index) wordsAfter(m Match, n, most int) []string {
	runes := x.after(m, n)
	if most > 0 {
		for i := range len(runes) - 1 {
			if runes[i+1] == ' ' && strings.ContainsRune(clauseStops, runes[i]) {
				runes = runes[:i]
				break
			}
		}
	}
	words := wordsOf(string(runes))
	if len(words) > 0 && !isEdge(x.runes, m.extent().End+len(runes)) {
		words = words[:len(words)-1]
	}
	if most > 0 && len(words) > most {
		words = words[:most]
	}
	return words
}

// strayed says on which of some words meaning turns that are not among those seen in the other text.
func strayed(near, seen []string) change {
	w := wordingOf(seen)
	var c change
	for _, s := range near {
		switch kind, key, _ := kindOf(s); kind {
		case figureWord:
			c.figures = c.figures || !slices.Contains(w.figures, key)
		case negationWord:
			c.negation = c.negation || !slices.Contains(w.negations, key)
		case hedgeWord:
			c.hedge = c.hedge || !slices.Contains(w.hedges, key)
		}
	}
	return c
}
