package store

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
)

// A placedClaim is a claim with where it stands in its article: in the latest excerpt, in the full capture that its current
// anchor is in, or in both.
type placedClaim struct {
	narrative.Claim
	Article       narrative.Slug
	Ordinal       int
	WholeBlock    bool
	Excerpt, Full *place
}

// A place is an anchor's spans in a capture.
type place struct {
	Capture      int64
	Starts, Ends []int
}

// extent is the span from the first segment's start to the last one's end.
func (p place) extent() passage.Span {
	return passage.Span{Start: p.Starts[0], End: p.Ends[len(p.Ends)-1]}
}

// A captured is the text of an article's capture.
type captured struct {
	Article narrative.Slug
	Capture int64
	Text    string
}

// layBlocks puts claims, which come in the order of their articles, into blocks of their articles' own words. Where a claim
// stands in a full capture, its block is the union of the passages that overlap there, together with the block of the
// excerpt that a file gave it; else it is the block of the excerpt. An article's blocks are in the order of its text: the
// latest full capture counts, and what stands in an excerpt or an older capture alone comes where the excerpt has it, or
// last. The claims of a block keep the order in which they were made.
func layBlocks(articles []narrative.Article, claims []placedClaim, excerpts, fulls []captured) error {
	byArticle := make(map[narrative.Slug][]placedClaim)
	for _, c := range claims {
		byArticle[c.Article] = append(byArticle[c.Article], c)
	}
	texts := make(map[int64]passage.Text, len(excerpts)+len(fulls))
	excerptOf, fullOf := make(map[narrative.Slug]int64), make(map[narrative.Slug]int64)
	for _, c := range slices.Concat(excerpts, fulls) {
		text, err := passage.ParseText(c.Text)
		if err != nil {
			return fmt.Errorf("capture %d of %s: %w", c.Capture, c.Article, err)
		}
		texts[c.Capture] = text
	}
	for _, c := range excerpts {
		excerptOf[c.Article] = c.Capture
	}
	for _, c := range fulls {
		fullOf[c.Article] = max(fullOf[c.Article], c.Capture)
	}
	for i := range articles {
		a := &articles[i]
		l := layout{texts: texts, excerpt: excerptOf[a.Slug], full: fullOf[a.Slug]}
		blocks, err := l.blocks(byArticle[a.Slug])
		if err != nil {
			return fmt.Errorf("article %s: %w", a.Slug, err)
		}
		a.Blocks = blocks
	}
	return nil
}

// A layout lays the blocks of one article.
type layout struct {
	texts         map[int64]passage.Text
	excerpt, full int64 // the latest captures, 0 for none
	located       map[int]int
}

// A laid is a stretch of a capture that becomes a block.
type laid struct {
	order   order
	capture int64
	span    passage.Span
	claims  []placedClaim
}

// An order says where a block comes: after how much of the latest full capture, then by block of the excerpt, then by older
// capture and place in it.
type order struct {
	full, excerpt int
	capture       int64
	start         int
}

func (o order) compare(p order) int {
	return cmp.Or(cmp.Compare(o.full, p.full), cmp.Compare(o.excerpt, p.excerpt), cmp.Compare(o.capture, p.capture), cmp.Compare(o.start, p.start))
}

func (l *layout) blocks(claims []placedClaim) ([]narrative.Block, error) {
	var stretches []laid
	l.located = make(map[int]int)
	for _, c := range claims {
		s, err := l.stretch(c)
		if err != nil {
			return nil, err
		}
		stretches = append(stretches, s)
	}
	for i := range stretches {
		stretches[i].order = l.orderOf(stretches[i])
	}
	slices.SortStableFunc(stretches, func(a, b laid) int { return a.order.compare(b.order) })
	var blocks []narrative.Block
	for _, s := range merged(stretches) {
		text, err := l.texts[s.capture].Slice(s.span)
		if err != nil {
			return nil, err
		}
		block := narrative.Block{Text: text}
		slices.SortStableFunc(s.claims, func(a, b placedClaim) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
		for _, c := range s.claims {
			if c.WholeBlock && len(c.Words) == 1 && c.Words[0] == text {
				c.Words = nil
			}
			block.Claims = append(block.Claims, c.Claim)
		}
		blocks = append(blocks, block)
	}
	return blocks, nil
}

// stretch finds the stretch of text that a claim by itself makes a block of.
func (l *layout) stretch(c placedClaim) (laid, error) {
	inExcerpt := c.Excerpt != nil && c.Excerpt.Capture == l.excerpt
	if c.Full != nil {
		s := laid{capture: c.Full.Capture, span: c.Full.extent(), claims: []placedClaim{c}}
		if inExcerpt {
			s.span = l.widened(s, *c.Excerpt)
		}
		return s, nil
	}
	if !inExcerpt {
		return laid{}, fmt.Errorf("%w: claim %s stands nowhere in its captures", ErrPassage, c.Code)
	}
	excerpt := l.texts[l.excerpt]
	n, ok := excerpt.BlockOf(c.Excerpt.extent())
	if !ok {
		return laid{}, fmt.Errorf("%w: claim %s stands outside its excerpt", ErrPassage, c.Code)
	}
	return laid{capture: l.excerpt, span: excerpt.Blocks()[n], claims: []placedClaim{c}}, nil
}

// widened returns the stretch of a full capture that is a claim's whole block of the excerpt, if it stands there, or else
// the claim's own extent.
func (l *layout) widened(s laid, in place) passage.Span {
	excerpt, full := l.texts[l.excerpt], l.texts[s.capture]
	n, ok := excerpt.BlockOf(in.extent())
	if !ok {
		return s.span
	}
	block := excerpt.Blocks()[n]
	shift := s.span.Start - in.extent().Start
	whole := passage.Span{Start: block.Start + shift, End: block.End + shift}
	was, err := excerpt.Slice(block)
	if err != nil {
		return s.span
	}
	if now, err := full.Slice(whole); err != nil || now != was {
		return s.span
	}
	if s.capture == l.full {
		l.located[n] = whole.Start
	}
	return whole
}

// orderOf says where a stretch comes, when all blocks of the excerpt that stand in the latest full capture are known.
func (l *layout) orderOf(s laid) order {
	switch s.capture {
	case l.full:
		return order{full: s.span.Start, excerpt: -1}
	case l.excerpt:
		n, _ := l.texts[l.excerpt].BlockOf(s.span)
		before := -1
		for k := n - 1; k >= 0; k-- {
			if at, ok := l.located[k]; ok {
				before = at
				break
			}
		}
		return order{full: before, excerpt: n}
	}
	return order{full: math.MaxInt, excerpt: -1, capture: s.capture, start: s.span.Start}
}

// merged unites stretches of one capture that overlap; they come in order.
func merged(stretches []laid) []laid {
	var blocks []laid
	for _, s := range stretches {
		if n := len(blocks) - 1; n >= 0 && blocks[n].capture == s.capture && s.span.Start < blocks[n].span.End && blocks[n].span.Start < s.span.End {
			blocks[n].span = passage.Span{Start: min(blocks[n].span.Start, s.span.Start), End: max(blocks[n].span.End, s.span.End)}
			blocks[n].claims = append(blocks[n].claims, s.claims...)
			continue
		}
		blocks = append(blocks, s)
	}
	return blocks
}
