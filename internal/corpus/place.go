package corpus

import (
	"slices"

	"counterclaim/internal/narrative"
)

// placeClaims puts merged claims into the blocks of merged articles. The blocks come from the desk or from the files and
// may lack a claim that only the other has; such a claim goes into the block with the same text, or else its block is
// added. A block that is left without a claim is dropped. It returns the claims for which there is no article any more.
func placeClaims(articles []narrative.Article, all []narrative.Claim, ours, theirs []narrative.Article) []narrative.Claim {
	details := map[narrative.Code]narrative.Claim{}
	for _, c := range all {
		details[c.Code] = c
	}
	placed := map[narrative.Code]bool{}
	for i := range articles {
		var blocks []narrative.Block
		for _, b := range articles[i].Blocks {
			block := narrative.Block{Text: b.Text}
			for _, c := range b.Claims {
				if claim, wanted := details[c.Code]; wanted && !placed[c.Code] {
					block.Claims = append(block.Claims, claim)
					placed[c.Code] = true
				}
			}
			if len(block.Claims) > 0 || len(b.Claims) == 0 {
				blocks = append(blocks, block)
			}
		}
		articles[i].Blocks = blocks
	}
	for _, origin := range [][]narrative.Article{ours, theirs} {
		for _, from := range origin {
			to := slices.IndexFunc(articles, func(a narrative.Article) bool { return a.Slug == from.Slug })
			if to < 0 {
				continue
			}
			for b, block := range from.Blocks {
				for i, c := range block.Claims {
					claim, wanted := details[c.Code]
					if wanted && !placed[c.Code] {
						articles[to].Blocks = withClaim(articles[to].Blocks, claim, from.Blocks, b, i)
						placed[c.Code] = true
					}
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(c narrative.Claim) bool { return placed[c.Code] })
}

// withClaim adds a claim to blocks, in the place that it has in others: claim i of block b.
func withClaim(blocks []narrative.Block, claim narrative.Claim, from []narrative.Block, b, i int) []narrative.Block {
	if at := blockWith(blocks, from[b].Text); at >= 0 {
		blocks[at].Claims = slices.Insert(blocks[at].Claims, after(blocks[at].Claims, from[b].Claims[:i]), claim)
		return blocks
	}
	at := 0
	for _, before := range slices.Backward(from[:b]) {
		if found := blockWith(blocks, before.Text); found >= 0 {
			at = found + 1
			break
		}
	}
	return slices.Insert(blocks, at, narrative.Block{Text: from[b].Text, Claims: []narrative.Claim{claim}})
}

func blockWith(blocks []narrative.Block, text string) int {
	return slices.IndexFunc(blocks, func(b narrative.Block) bool { return b.Text == text })
}

// after returns the place after the last of some claims that stands in a list, 0 if none does.
func after(list, before []narrative.Claim) int {
	for _, c := range slices.Backward(before) {
		if at := slices.IndexFunc(list, func(d narrative.Claim) bool { return c.Code == d.Code }); at >= 0 {
			return at + 1
		}
	}
	return 0
}
