package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/intake"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// piecesOf takes a draft apart: its paragraphs and what was cut, in the order in which they came in.
func piecesOf(d intake.Draft) []store.Piece {
	type placed struct {
		store.Piece
		line int
	}
	var list []placed
	last := 0
	for i, span := range d.Text.Blocks() {
		text, err := d.Text.Slice(span)
		if err != nil {
			continue // a text's own blocks lie in it
		}
		if last++; i < len(d.Lines) {
			last = d.Lines[i]
		}
		p := placed{store.Piece{Text: text, Kept: true}, last}
		for _, m := range d.Marks {
			if m.At >= span.Start && m.At < span.End {
				p.Marks = append(p.Marks, store.Mark{Start: m.At - span.Start, Label: m.Label})
			}
		}
		list = append(list, p)
	}
	for _, c := range d.Cuts {
		text, err := passage.NewText(strings.Join(strings.Fields(c.Text), " "))
		if err != nil || text.Len() == 0 {
			continue // it holds nothing that could be taken back in
		}
		list = append(list, placed{store.Piece{Text: text.String(), Reason: string(c.Reason)}, c.Line})
	}
	// Of one line, what was cut stood in front.
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Or(cmp.Compare(a.line, b.line), boolOrder(!a.Kept, !b.Kept)) })
	pieces := make([]store.Piece, len(list))
	for i, p := range list {
		pieces[i] = p.Piece
	}
	return pieces
}

// textOf makes the text of the pieces that are kept, a paragraph each, with its marks.
func textOf(pieces []store.Piece) (passage.Text, []store.Mark, error) {
	var kept []store.Piece
	var paragraphs []string
	for _, p := range pieces {
		if p.Kept {
			kept = append(kept, p)
			paragraphs = append(paragraphs, p.Text)
		}
	}
	text, err := passage.NewText(strings.Join(paragraphs, "\n\n"))
	if err != nil {
		return passage.Text{}, nil, err
	}
	blocks := text.Blocks()
	if len(blocks) != len(kept) {
		return passage.Text{}, nil, fmt.Errorf("desk: %d paragraphs became %d", len(kept), len(blocks))
	}
	var marks []store.Mark
	for i, p := range kept {
		for _, m := range p.Marks {
			marks = append(marks, store.Mark{Start: blocks[i].Start + min(m.Start, blocks[i].Len()-1), Label: m.Label})
		}
	}
	return text, marks, nil
}

// changePieces does to pieces what a button of the form asks for: join-3 joins the fourth with the next, split-3-120 begins
// a paragraph at its 121st character. It reports whether the button asks for such a thing and it could be done.
func changePieces(pieces []store.Piece, button string) ([]store.Piece, bool) {
	verb, rest, _ := strings.Cut(button, "-")
	number, at, _ := strings.Cut(rest, "-")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(pieces) {
		return pieces, false
	}
	switch verb {
	case "join":
		if i+1 >= len(pieces) {
			return pieces, false
		}
		return slices.Replace(slices.Clone(pieces), i, i+2, joined(pieces[i], pieces[i+1])), true
	case "split":
		n, err := strconv.Atoi(at)
		if err != nil {
			return pieces, false
		}
		first, second, ok := split(pieces[i], n)
		if !ok {
			return pieces, false
		}
		return slices.Replace(slices.Clone(pieces), i, i+1, first, second), true
	}
	return pieces, false
}

// joined makes one paragraph of two. It is kept if one of them is.
func joined(a, b store.Piece) store.Piece {
	p := store.Piece{Text: a.Text + " " + b.Text, Kept: a.Kept || b.Kept, Marks: slices.Clone(a.Marks)}
	shift := len([]rune(a.Text)) + 1
	for _, m := range b.Marks {
		p.Marks = append(p.Marks, store.Mark{Start: m.Start + shift, Label: m.Label})
	}
	return p
}

// split makes two paragraphs of one. at is the code point with which the second begins; a space before it goes.
func split(p store.Piece, at int) (first, second store.Piece, ok bool) {
	runes := []rune(p.Text)
	if at <= 0 || at >= len(runes) || runes[at-1] != ' ' {
		return p, p, false
	}
	first, second = p, p
	first.Text, second.Text = string(runes[:at-1]), string(runes[at:])
	first.Marks, second.Marks = nil, nil
	for _, m := range p.Marks {
		if m.Start < at {
			first.Marks = append(first.Marks, m)
		} else {
			second.Marks = append(second.Marks, store.Mark{Start: m.Start - at, Label: m.Label})
		}
	}
	return first, second, true
}

// A sentence is one of a paragraph, with where it begins.
type sentence struct {
	At   int
	Text string
}

// sentencesOf takes a paragraph apart, for an editor to say where it is to be split.
func sentencesOf(paragraph string) []sentence {
	text, err := passage.NewText(paragraph)
	if err != nil {
		return nil
	}
	var list []sentence
	for at := 0; at < text.Len(); {
		span, ok := passage.Sentence(text, passage.Match{{Start: at, End: at + 1}})
		if !ok || span.End <= at {
			break
		}
		words, err := text.Slice(passage.Span{Start: at, End: span.End})
		if err != nil {
			break
		}
		list = append(list, sentence{at, words})
		if at = span.End; at < text.Len() {
			at++ // one space stands between sentences
		}
	}
	return list
}

// A hunk is a run of paragraphs that two texts do not have alike, word by word.
type hunk struct{ Words []edition.Stretch }

// mostCompared bounds the table that the comparison of paragraphs needs: paragraphs of the one times those of the other.
const mostCompared = 1_000_000

// differences compares two texts and tells of the paragraphs that are not in both.
func differences(before, after passage.Text) []hunk {
	a, b := strings.Split(before.String(), "\n\n"), strings.Split(after.String(), "\n\n")
	var list []hunk
	add := func(removed, added []string) {
		if len(removed)+len(added) > 0 {
			list = append(list, hunk{edition.WordDifference(strings.Join(removed, "\n"), strings.Join(added, "\n"))})
		}
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)*len(b) > mostCompared {
		add(a, b)
		return list
	}
	// common[i][j] is the length of the longest list of paragraphs that both have from i and from j.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var removed, added []string
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(removed, added)
			removed, added = nil, nil
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			removed, i = append(removed, a[i]), i+1
		default:
			added, j = append(added, b[j]), j+1
		}
	}
	add(removed, added)
	return list
}
