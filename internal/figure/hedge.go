package figure

import "strings"

// prefixHedgeAt reads a hedge before a number and the words that may stand between.
// It returns "" and i if there is none.
func (p *parser) prefixHedgeAt(i int) (Hedge, int) {
	hedge, at := p.oneHedgeAt(i)
	if hedge == "" {
		return "", i
	}
	at = p.fill(at)
	second, next := p.oneHedgeAt(at)
	if second == "" {
		return hedge, at
	}
	// "up to about 20" is up to 20; "about at least 20" is at least 20.
	if hedge == About || hedge == Exactly {
		hedge = second
	}
	return hedge, p.fill(next)
}

func (p *parser) fill(i int) int {
	for {
		n := p.longest(i, fillers)
		if n == 0 {
			return i
		}
		i += n
	}
}

// oneHedgeAt reads one hedge with its adverb: "just under" is nearly.
func (p *parser) oneHedgeAt(i int) (Hedge, int) {
	if p.masked(i) {
		return "", i
	}
	if hedge, n := p.hedge(i, prefixHedges); n > 0 {
		if w := p.low(i); (w == "c" || w == "est") && !strings.HasSuffix(p.toks[i].text, ".") {
			return "", i
		}
		return hedge, i + n
	}
	if n := p.longest(i, shrink); n > 0 {
		if hedge, m := p.hedge(i+n, prefixHedges); m > 0 && hedge == Under {
			return Nearly, i + n + m
		}
	}
	if n := p.longest(i, stretch); n > 0 {
		if hedge, m := p.hedge(i+n, prefixHedges); m > 0 {
			return hedge, i + n + m
		}
	}
	return "", i
}

// suffixHedgeAt reads a hedge behind a number or its unit: "or more", "-odd", "+".
// It returns "" and i if there is none.
func (p *parser) suffixHedgeAt(i int) (Hedge, int) {
	at := i
	if p.isDash(i) && p.tight(i) && p.tight(i+1) {
		at++
	}
	hedge, n := p.hedge(at, suffixHedges)
	if n == 0 {
		return "", i
	}
	joined := p.tight(at) // "20-odd", "20ish", "20+"
	if p.in(at, "odd", "some", "ish", "something", "+") && !joined || at > i && n > 1 {
		return "", i
	}
	next := at + n
	if _, ok := p.amountAt(next, true); ok && !joined {
		return "", i // the hedge of the next number
	}
	return hedge, next
}

// hedge returns the hedge whose phrase is the longest at token i, and its length.
func (p *parser) hedge(i int, of map[string][]hedgePhrase) (Hedge, int) {
	best, length := Hedge(""), 0
	for _, phrase := range of[p.low(i)] {
		if len(phrase.words) > length && p.stands(i, phrase.words) {
			best, length = phrase.hedge, len(phrase.words)
		}
	}
	return best, length
}

// longest returns the length of the longest of the phrases that stands at token i.
func (p *parser) longest(i int, of phrases) int {
	length := 0
	for _, phrase := range of[p.low(i)] {
		if len(phrase) > length && p.stands(i, phrase) {
			length = len(phrase)
		}
	}
	return length
}

func (p *parser) stands(i int, phrase []string) bool {
	for k, w := range phrase {
		if p.low(i+k) != w {
			return false
		}
	}
	return true
}
