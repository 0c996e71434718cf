package passage

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// An Outcome says what became of a passage in a newer capture.
type Outcome string

// The outcomes of re-anchoring.
const (
	// Anchored: the same words stand in one place that is certainly the one.
	Anchored Outcome = "anchored"
	// Ambiguous: the same words stand there, but an editor must say whether, or where, it is the
	// same passage.
	Ambiguous Outcome = "ambiguous"
	// Drifted: words stand there that are like them but not the same, or the same words where a
	// figure, negation or hedge beside them has changed. An editor must compare and confirm.
	Drifted Outcome = "drifted"
	// Orphaned: nothing like them stands there.
	Orphaned Outcome = "orphaned"
)

// An Anchor is where a passage stands in a newer capture, and how sure that is.
type Anchor struct {
	Outcome Outcome
	// Match is the place; nil for Ambiguous and Orphaned.
	Match Match
	// Similarity is 1 less the share of characters changed; 1 for the same words, 0 for Orphaned.
	Similarity float64
	// Candidates are the places to choose from for Ambiguous (one, if its words are the same but
	// what stands around them is not), and for Drifted if several are equally like; nil otherwise.
	Candidates []Match
	// Figures, Negation and Hedge say for Drifted that a number (in digits or words), a negation or
	// a hedge or quantifier differs, in the words or right beside them. If one of them is set,
	// nothing may accept the anchor in one step. Number words and hedges are known in English.
	Figures, Negation, Hedge bool
}

// Reanchor looks for a passage of an old capture in a newer one of the same article.
//
// The words must be the same but for white space and the style of quotation marks, and must not have
// become a part of longer words, to be [Anchored] or [Ambiguous]. Of several places the one with the
// context of the old passage counts: up to [ContextLength] characters either side, and what stands
// between its segments. Context that a block edge cuts off, in either capture, is unknown, not
// different, since a block of an excerpt is cut out of a paragraph; so is a gap between the old
// segments without a word in it, since an excerpt leaves out what stood there. Up to three words that stand in one place
// only, but with another context, are Ambiguous.
//
// Otherwise the passage has [Drifted] to the place where at least nine tenths of each segment's
// characters have stayed, or where only figures, negations and hedges differ. Passages longer than
// [MaxLength] are looked for by the same words only. A match that is none of old's is [Orphaned].
//
// [ReanchorAll] knows more, since it sees all passages of a capture at once.
func Reanchor(old Text, m Match, now Text) Anchor {
	return anchorer{newIndex(old), newIndex(now)}.anchor(m)
}

// ReanchorAll looks for all passages of an old capture in a newer one of the same article, and
// returns an anchor for each, in the order of ms.
//
// Each block of the old text is looked for whole, as a block of an excerpt stands in one paragraph of
// the full text. If all blocks that are found can stand in the order of the old text, that order tells
// the places of repeated blocks apart as far as it leaves them no choice. A passage is anchored at its
// place inside its block; it is ambiguous if its block may stand in several places. Passages in blocks
// that are not found are looked for by themselves, as [Reanchor] does, and what that leaves ambiguous is
// settled if only one of the places lies between those of the blocks before and after. Different
// passages that would come to the same place are ambiguous.
//
// It expects that the blocks of an excerpt begin and end with whole words.
func ReanchorAll(old Text, ms []Match, now Text) []Anchor {
	a := anchorer{newIndex(old), newIndex(now)}
	a.now.prepare()
	located, ordered := a.locate()
	anchors := make([]Anchor, len(ms))
	for i, m := range ms {
		if _, err := old.blockOfMatch(m); err != nil {
			anchors[i] = Anchor{Outcome: Orphaned}
			continue
		}
		b, _ := old.BlockOf(m.extent())
		switch places := located[b]; len(places) {
		case 0:
			anchors[i] = a.anchor(m)
			if ordered && len(anchors[i].Candidates) > 1 && anchors[i].Outcome == Ambiguous {
				if n := a.between(b, located, anchors[i].Candidates); len(n) == 1 {
					anchors[i] = a.accept(m, n[0])
				}
			}
		case 1:
			anchors[i] = a.accept(m, m.moved(places[0]-old.blocks[b].Start))
		default:
			anchors[i] = Anchor{Outcome: Ambiguous, Similarity: 1}
			for _, p := range places {
				anchors[i].Candidates = append(anchors[i].Candidates, m.moved(p-old.blocks[b].Start))
			}
		}
	}
	parted(ms, anchors)
	return anchors
}

// parted makes ambiguous what are different passages in the old text and the same in the new one.
func parted(ms []Match, anchors []Anchor) {
	first := make(map[string]int) // the first passage that came to a place
	shared := make(map[string]bool)
	for i, a := range anchors {
		if a.Outcome != Anchored {
			continue
		}
		place := fmt.Sprint(a.Match)
		if j, ok := first[place]; !ok {
			first[place] = i
		} else if !slices.Equal(ms[i], ms[j]) {
			shared[place] = true
		}
	}
	for i, a := range anchors {
		if a.Outcome == Anchored && shared[fmt.Sprint(a.Match)] {
			anchors[i] = Anchor{Outcome: Ambiguous, Similarity: 1, Candidates: []Match{a.Match}}
		}
	}
}

// moved returns the match with all positions moved by n.
func (m Match) moved(n int) Match {
	moved := make(Match, len(m))
	for i, s := range m {
		moved[i] = Span{s.Start + n, s.End + n}
	}
	return moved
}

// An anchorer carries passages from one text into another.
type anchorer struct{ old, now *index }

// locate returns, for each block of the old text, where it may begin in the new one, and whether all
// that are found can stand in the order of the old text.
func (a anchorer) locate() (located [][]int, ordered bool) {
	located = make([][]int, len(a.old.text.blocks))
	lengths := make([]int, len(located))
	for i, block := range a.old.text.blocks {
		lengths[i] = block.Len()
		for _, s := range a.now.places(a.old.cut(block)) {
			if len(located[i]) < maxMatches && isEdge(a.now.runes, s.Start) && isEdge(a.now.runes, s.End) {
				located[i] = append(located[i], s.Start)
			}
		}
	}

	// The first and the last place of each block that leaves room for all others.
	first, last := make([]int, len(located)), make([]int, len(located))
	room := 0
	for i, places := range located {
		if len(places) == 0 {
			continue
		}
		p := sort.SearchInts(places, room)
		if p == len(places) {
			return located, false
		}
		first[i] = places[p]
		room = first[i] + lengths[i]
	}
	room = len(a.now.runes)
	for i := len(located) - 1; i >= 0; i-- {
		places := located[i]
		if len(places) == 0 {
			continue
		}
		// There is one, since there is one going forwards.
		p := sort.SearchInts(places, room-lengths[i]+1) - 1
		last[i] = places[p]
		room = last[i]
	}
	for i, places := range located {
		from, to := sort.SearchInts(places, first[i]), sort.SearchInts(places, last[i]+1)
		if len(places) > 0 {
			located[i] = places[from:to]
		}
	}
	return located, true
}

// between returns those of some places that lie between the blocks found before and after block b.
func (a anchorer) between(b int, located [][]int, places []Match) []Match {
	from, to := 0, len(a.now.runes)
	for i := b - 1; i >= 0; i-- {
		if len(located[i]) > 0 {
			from = located[i][0] + a.old.text.blocks[i].Len()
			break
		}
	}
	for i := b + 1; i < len(located); i++ {
		if n := len(located[i]); n > 0 {
			to = located[i][n-1]
			break
		}
	}
	var inside []Match
	for _, p := range places {
		if s := p.extent(); s.Start >= from && s.End <= to {
			inside = append(inside, p)
		}
	}
	return inside
}

// anchor looks for one passage by itself.
func (a anchorer) anchor(m Match) Anchor {
	if _, err := a.old.text.blockOfMatch(m); err != nil {
		return Anchor{Outcome: Orphaned}
	}
	places := make([][]Span, len(m))
	for i, s := range m {
		places[i] = a.now.places(a.old.cut(s))
		places[i] = slices.DeleteFunc(places[i], func(n Span) bool { return !a.keepsEdges(s, n) })
	}
	if found := combine(a.now.text, places); len(found) > 0 {
		found = a.narrow(m, found)
		if len(found) > 1 {
			return Anchor{Outcome: Ambiguous, Similarity: 1, Candidates: found}
		}
		return a.accept(m, found[0])
	}
	return a.drift(m)
}

// keepsEdges reports whether n cuts no word where the old segment s did not.
func (a anchorer) keepsEdges(s, n Span) bool {
	return (isEdge(a.now.runes, n.Start) || !isEdge(a.old.runes, s.Start)) &&
		(isEdge(a.now.runes, n.End) || !isEdge(a.old.runes, s.End))
}

// accept anchors a passage at a place where the same words stand, unless what stands beside them
// says otherwise.
func (a anchorer) accept(m, n Match) Anchor {
	if c := a.beside(m, n); c.any() {
		return Anchor{Outcome: Drifted, Match: n, Similarity: 1,
			Figures: c.figures, Negation: c.negation, Hedge: c.hedge}
	}
	before, after := a.sides(m, n)
	if before.foreign() && after.foreign() && before.known+after.known > 0 {
		words := 0
		for _, s := range m {
			words += len(wordsOf(a.old.cut(s)))
		}
		if words <= 3 {
			return Anchor{Outcome: Ambiguous, Similarity: 1, Candidates: []Match{n}}
		}
	}
	return Anchor{Outcome: Anchored, Match: n, Similarity: 1}
}

// drift looks for words like those of the passage.
func (a anchorer) drift(m Match) Anchor {
	like := make([][]Span, len(m))
	segments := make([]string, len(m))
	for i, s := range m {
		segments[i] = a.old.cut(s)
		edged := isEdge(a.old.runes, s.Start) && isEdge(a.old.runes, s.End)
		like[i] = a.now.nearby(a.old.runes[s.Start:s.End], edged)
	}
	found := combine(a.now.text, like)
	if len(found) == 0 && m.length() <= MaxLength {
		found = combine(a.now.text, a.now.skeletonPlaces(segments))
	}
	if len(found) == 0 {
		return Anchor{Outcome: Orphaned}
	}
	return a.nearest(m, found)
}

// nearest returns the anchor at the place with the fewest characters changed.
func (a anchorer) nearest(m Match, found []Match) Anchor {
	patterns := make([]*pattern, len(m))
	for i, s := range m {
		patterns[i] = newPattern(a.old.runes[s.Start:s.End])
	}
	var best []Match
	fewest := 0
	for _, n := range found {
		edits := 0
		for i, s := range n {
			edits += patterns[i].to(a.now.runes[s.Start:s.End])
		}
		if len(best) == 0 || edits < fewest {
			best, fewest = nil, edits
		}
		if edits == fewest {
			best = append(best, n)
		}
	}
	best = a.narrow(m, best)

	n := best[0]
	var old, now []string
	for i := range m {
		old, now = append(old, a.old.cut(m[i])), append(now, a.now.cut(n[i]))
	}
	c := changeOf(strings.Join(old, " "), strings.Join(now, " ")).or(a.beside(m, n))
	anchor := Anchor{Outcome: Drifted, Match: n, Figures: c.figures, Negation: c.negation, Hedge: c.hedge,
		Similarity: 1 - float64(fewest)/float64(max(m.length(), n.length()))}
	if len(best) > 1 {
		anchor.Candidates = best
	}
	return anchor
}
