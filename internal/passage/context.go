package passage

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Context returns what stands right before and right after a match: up to [ContextLength] code points
// either side, verbatim, white space included, never beyond the block and never a part of a grapheme
// cluster (UAX 29). Both are "" for a match that is none of t's, or one that fills its block.
func Context(t Text, m Match) (prefix, suffix string) {
	block, err := t.blockOfMatch(m)
	if err != nil {
		return "", ""
	}
	words := m.extent()

	from := max(block.Start, words.Start-ContextLength)
	for _, at := range t.clusters(Span{from, words.Start}, block) {
		if at >= from {
			prefix = t.cut(Span{at, words.Start})
			break
		}
	}
	to := min(block.End, words.End+ContextLength)
	end := words.End
	for _, at := range t.clusters(Span{words.End, to}, block) {
		if at <= to {
			end = max(end, at)
		}
	}
	return prefix, t.cut(Span{words.End, end})
}

// clusters returns the edges of the grapheme clusters that lie in s, a part of a block, and perhaps
// some before it; the edge after the cluster that reaches past the end of s is the last.
func (t Text) clusters(s, block Span) []int {
	at := s.Start
	for at > block.Start && !t.surelyEdge(at) {
		at--
	}
	edges := []int{at}
	rest, state := t.cut(Span{at, block.End}), -1
	for rest != "" && at < s.End {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += utf8.RuneCountInString(cluster)
		edges = append(edges, at)
	}
	return edges
}

// surelyEdge reports whether a cluster begins at a position whatever stands further before it: the
// character before is a space, so that only the one after can join them (rules GB9 and GB9a).
func (t Text) surelyEdge(at int) bool {
	if t.s[t.starts[at]-1] != ' ' {
		return false
	}
	pair := t.cut(Span{at - 1, at + 1})
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(pair, -1)
	return len(cluster) < len(pair)
}
