package web

import (
	"maps"
	"slices"
	"strconv"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A passageBlock is a run of an article's words with the claims that stand in it.
type passageBlock struct {
	Pieces []piece
	Claims []placedClaim
}

// A piece is a stretch of an article's words in which the same claims stand. Where it begins or ends a claim it carries
// the claim's number.
type piece struct {
	Text  string
	Gap   bool   // words are left out before it, within its block
	Space bool   // nothing but a space is
	ID    string // the place to which the number beside the passage leads back
	Ends  []ui.Link
}

// A placedClaim is a claim beside the passage.
type placedClaim struct {
	Number string
	Card   ui.Card
	Stands []ui.Stand
	Also   string // on which facts it stands for practice, where not all of the page is
	Back   string // to its words
}

// newPassages lays the passages of an article out in the article's order. Where passages overlap, their words stand once;
// the text of a block is put together from the passages alone. Where all of the page is invented, the page says so and no
// claim does.
func newPassages(passages []store.PlacedClaim, all bool) []passageBlock {
	var blocks []passageBlock
	number := 0
	for len(passages) > 0 {
		n := slices.IndexFunc(passages, func(p store.PlacedClaim) bool { return p.Block != passages[0].Block })
		if n < 0 {
			n = len(passages)
		}
		blocks = append(blocks, newPassageBlock(passages[:n], number, all))
		number += n
		passages = passages[n:]
	}
	return blocks
}

func newPassageBlock(passages []store.PlacedClaim, number int, all bool) passageBlock {
	var block passageBlock
	letters := map[int]rune{} // by position in the block
	cuts := map[int]bool{}    // positions at which a segment begins or ends
	ends := map[int][]ui.Link{}
	begins := map[int]string{}
	for i, p := range passages {
		latest := latestRow(p.Rows)
		claim := placedClaim{Number: strconv.Itoa(number + i + 1)}
		claim.Back = "words-" + claim.Number
		var links linker
		claim.Card = links.newCard(latest.Claim, latest.Article, latest.InTheArticle, latest.Original)
		claim.Card.ID = latest.Claim.Code
		claim.Card.InArticle = ui.Link{} // here it is
		for _, r := range p.Rows {
			claim.Stands = append(claim.Stands, newStand(r))
		}
		if !all {
			claim.Also = someInvented(p.Rows)
		}
		block.Claims = append(block.Claims, claim)

		spans := min(len(p.Starts), len(p.Ends), len(latest.Claim.Segments))
		for at := range spans {
			cuts[p.Starts[at]], cuts[p.Ends[at]] = true, true
			for k, letter := range []rune(latest.Claim.Segments[at]) {
				letters[p.Starts[at]+k] = letter
			}
		}
		if spans > 0 {
			last := p.Ends[spans-1]
			ends[last] = append(ends[last], ui.Link{Text: claim.Number, Href: "#" + latest.Claim.Code})
			if begins[p.Starts[0]] == "" {
				begins[p.Starts[0]] = claim.Back
			} else {
				block.Claims[i].Back = begins[p.Starts[0]]
			}
		}
	}
	block.Pieces = cutPieces(letters, cuts, begins, ends)
	return block
}

// cutPieces cuts the letters of a block at the given positions.
func cutPieces(letters map[int]rune, cuts map[int]bool, begins map[int]string, ends map[int][]ui.Link) []piece {
	var pieces []piece
	before := 0 // the end of the piece before
	positions := slices.Sorted(maps.Keys(cuts))
	for i, from := range positions[:max(len(positions)-1, 0)] {
		var text []rune
		for at := from; at < positions[i+1]; at++ {
			if letter, ok := letters[at]; ok {
				text = append(text, letter)
			}
		}
		if len(text) == 0 {
			continue
		}
		p := piece{Text: string(text), ID: begins[from], Ends: ends[positions[i+1]]}
		if len(pieces) > 0 {
			p.Gap, p.Space = from > before+1, from == before+1
		}
		pieces = append(pieces, p)
		before = positions[i+1]
	}
	return pieces
}
