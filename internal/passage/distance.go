package passage

// A pattern is words prepared for counting the edits (characters put in, left out or exchanged) that
// lead from them to a text: Myers' bit-parallel algorithm in the block form of Hyyrö (2003), so that a
// character of the text costs one step for each 64 characters of the pattern.
type pattern struct {
	length int
	blocks int
	ascii  [128][]uint64     // where in the pattern a character stands
	others map[rune][]uint64 // the same for all others; those that stand nowhere are missing
	none   []uint64          // for a character that stands nowhere
}

func newPattern(words []rune) *pattern {
	p := &pattern{length: len(words), blocks: (len(words) + 63) / 64, others: make(map[rune][]uint64)}
	p.none = make([]uint64, p.blocks)
	for c := range p.ascii {
		p.ascii[c] = p.none
	}
	for i, r := range words {
		if &p.mask(r)[0] == &p.none[0] {
			mask := make([]uint64, p.blocks)
			if r < 128 {
				p.ascii[r] = mask
			} else {
				p.others[r] = mask
			}
		}
		p.mask(r)[i/64] |= 1 << (i % 64)
	}
	return p
}

// mask returns where in the pattern a character stands.
func (p *pattern) mask(r rune) []uint64 {
	if r < 128 {
		return p.ascii[r]
	}
	if mask, ok := p.others[r]; ok {
		return mask
	}
	return p.none
}

// scan calls yield after each character of text with the number of characters so far and the edits
// from the pattern to the text before that point: to all of it if whole is set, otherwise to whatever
// end of it is nearest.
func (p *pattern) scan(text []rune, whole bool, yield func(end, edits int)) {
	plus, minus := make([]uint64, p.blocks), make([]uint64, p.blocks)
	for b := range plus {
		plus[b] = ^uint64(0)
	}
	edits := p.length
	for i, r := range text {
		masks := p.mask(r)
		carry := 0 // the change along the row above the block
		if whole {
			carry = 1
		}
		for b := range p.blocks {
			top := uint64(1) << 63
			if b == p.blocks-1 {
				top = 1 << ((p.length - 1) % 64)
			}
			equal, pv, mv := masks[b], plus[b], minus[b]
			xv := equal | mv
			if carry < 0 {
				equal |= 1
			}
			xh := (((equal & pv) + pv) ^ pv) | equal
			ph, mh := mv|^(xh|pv), pv&xh
			out := 0
			if ph&top != 0 {
				out = 1
			} else if mh&top != 0 {
				out = -1
			}
			ph, mh = ph<<1, mh<<1
			if carry > 0 {
				ph |= 1
			} else if carry < 0 {
				mh |= 1
			}
			plus[b], minus[b] = mh|^(xv|ph), ph&xv
			carry = out
		}
		edits += carry
		yield(i+1, edits)
	}
}

// to returns the edits from the pattern to the whole of a text.
func (p *pattern) to(text []rune) int {
	d := p.length
	p.scan(text, true, func(_, edits int) { d = edits })
	return d
}
