package passage

import (
	"cmp"
	"slices"
)

const (
	// minSimilarity is the share of a segment's characters that must have stayed.
	minSimilarity = 0.90
	// pieceLength is about how long the pieces are by which changed words are looked for. Shorter
	// ones stand everywhere, longer ones leave too few that an edit has spared.
	pieceLength = 7
	// maxHits is how often a piece may stand in a text and still say where to look.
	maxHits = 2000
)

// nearby returns the places in x where folded words stand with at most a tenth of their characters
// changed, in order of both their starts and their ends; of those that overlap closely, the nearest.
// If edged is set they are widened to whole words first. Words longer than MaxLength are not looked for.
func (x *index) nearby(words []rune, edged bool) []Span {
	if len(words) > MaxLength {
		return nil
	}
	allowed := int(float64(len(words))*(1-minSimilarity) + 1e-9)
	p, reversed := newPattern(words), newPattern(backwards(words))
	var found []Span
	edits := make(map[Span]int)
	for _, region := range x.regions(words, allowed) {
		for _, end := range x.ends(p, region, allowed) {
			from := max(region.Start, end-len(words)-allowed)
			s, fewest := Span{end, end}, len(words)
			reversed.scan(backwards(x.runes[from:end]), true, func(n, d int) {
				if d <= fewest {
					s.Start, fewest = end-n, d
				}
			})
			if edged {
				s = x.widen(s)
			}
			if d := p.to(x.runes[s.Start:s.End]); d <= allowed && s.Len() > 0 {
				found = append(found, s)
				edits[s] = d
			}
		}
	}
	slices.SortFunc(found, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var kept []Span
	for _, s := range found {
		switch n := len(kept); {
		case n == 0 || s.Start > kept[n-1].Start && s.End > kept[n-1].End:
			kept = append(kept, s)
		case edits[s] < edits[kept[n-1]] && (n == 1 || s.End > kept[n-2].End):
			kept[n-1] = s
		}
	}
	return kept
}

// ends returns where in a region words with so many edits end. The ends of one place lie at most
// twice the edits apart; of each such group the one with the fewest counts, and of several such the
// last: a character exchanged is likelier than one left out.
func (x *index) ends(p *pattern, region Span, allowed int) []int {
	var ends []int
	group, fewest := 0, 0 // where the last group begins and the edits of its best end
	p.scan(x.runes[region.Start:region.End], false, func(n, edits int) {
		at := region.Start + n
		switch {
		case edits > allowed:
		case len(ends) == 0 || at-group > 2*allowed:
			ends = append(ends, at)
			group, fewest = at, edits
		case edits <= fewest:
			ends[len(ends)-1], fewest = at, edits
		}
	})
	return ends
}

// regions returns the parts of blocks in which words with so many edits may stand. The words are cut
// into pieces, of which each edit spoils one at most; a region is where enough unspoilt pieces stand
// at about the right distance. Pieces that stand in very many places are left out of the count; if no
// others are left, every block is a region.
func (x *index) regions(words []rune, edits int) []Span {
	pieces := max(edits+1, len(words)/pieceLength)
	needed := pieces - edits
	x.prepare()
	var starts []int // where the words would begin, for each piece found
	for i := range pieces {
		from, to := i*len(words)/pieces, (i+1)*len(words)/pieces
		hits := x.suffixes.Lookup([]byte(string(words[from:to])), maxHits+1)
		if len(hits) > maxHits {
			needed--
			continue
		}
		for _, at := range hits {
			starts = append(starts, x.position(at)-from)
		}
	}
	if needed <= 0 {
		return x.text.blocks
	}
	slices.Sort(starts)

	var found []Span
	last := 0
	for first, start := range starts {
		for last < len(starts) && starts[last] <= start+2*edits {
			last++
		}
		if last-first < needed {
			continue
		}
		// Some piece lies in the block that the words lie in; the others may lie beyond its edge.
		reach := Span{max(0, start-edits), min(len(x.runes), start+len(words)+3*edits)}
		if n := len(found); n > 0 && reach.Start <= found[n-1].End {
			found[n-1].End = reach.End
		} else {
			found = append(found, reach)
		}
	}
	return x.withinBlocks(found)
}

// withinBlocks cuts spans, sorted and apart from each other, at the edges of the blocks.
func (x *index) withinBlocks(spans []Span) []Span {
	var cut []Span
	b := 0
	for _, s := range spans {
		for b < len(x.text.blocks) && x.text.blocks[b].End <= s.Start {
			b++
		}
		for i := b; i < len(x.text.blocks) && x.text.blocks[i].Start < s.End; i++ {
			block := x.text.blocks[i]
			cut = append(cut, Span{max(s.Start, block.Start), min(s.End, block.End)})
		}
	}
	return cut
}

// widen moves the ends of a span outwards until it cuts no word, and inwards over white space.
func (x *index) widen(s Span) Span {
	for s.Start < s.End && x.runes[s.Start] == ' ' {
		s.Start++
	}
	for s.Start < s.End && x.runes[s.End-1] == ' ' {
		s.End--
	}
	block := x.block(s)
	for s.Start > block.Start && !isEdge(x.runes, s.Start) {
		s.Start--
	}
	for s.End < block.End && !isEdge(x.runes, s.End) {
		s.End++
	}
	return s
}

// backwards returns the characters in reverse order.
func backwards(runes []rune) []rune {
	r := slices.Clone(runes)
	slices.Reverse(r)
	return r
}
