package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// A textBlock is a paragraph of an article as it is tagged.
type textBlock struct {
	Start    int      // code points in the capture
	Marks    []string // pages or times that begin in it
	Segments []textSegment
	Claims   []claimNote // that begin in it
}

// A textSegment is a stretch of a paragraph in which the same claims are made.
type textSegment struct {
	Text    string
	Claims  []claimNote
	Current bool // part of the passage that is in the form
}

// A claimNote is a claim as the article's margin and list show it.
type claimNote struct {
	Number     int // by position in the text, from 1; after them those that do not stand in this text
	Code       narrative.Code
	Version    int
	Words      string
	Source     string
	Stances    []stanceNote
	ToComplete string // what was preset and nobody has looked at, in words; "" for nothing
	Current    bool   // it is in the form
	Elsewhere  bool   // its passage stands in another capture of the article
}

// A stanceNote says what a claim does on a fact.
type stanceNote struct {
	Fact     narrative.Slug
	Question string
	Position string // "" for none
	Mode     string // "" for asserted
}

// href is the claim's form.
func (n claimNote) href() string { return nounPath(narrative.KindClaim, string(n.Code)) }

// id is that of the claim's note in the margin.
func (n claimNote) id() string { return "c-" + string(n.Code) }

// label is what a link to the claim says in full.
func (n claimNote) label() string {
	return "Claim " + strconv.Itoa(n.Number) + ", " + n.Source + ": " + n.Words
}

// notesOf numbers an article's claims in the order of its text.
func notesOf(t store.Tagging, current narrative.Code) []claimNote {
	claims := slices.Clone(t.Claims)
	slices.SortStableFunc(claims, func(a, b store.Claim) int {
		return cmp.Or(boolOrder(a.Capture != t.Capture, b.Capture != t.Capture), cmp.Compare(a.Match[0].Start, b.Match[0].Start))
	})
	names := map[narrative.Slug]string{}
	for _, s := range t.Sources {
		names[s.Slug] = s.Name
	}
	facts, places := map[narrative.Slug]narrative.Fact{}, placeNames(t.Places)
	for _, f := range t.Facts {
		facts[f.Slug] = f
	}
	notes := make([]claimNote, len(claims))
	for i, c := range claims {
		notes[i] = claimNote{
			Number: i + 1, Code: c.Code, Version: c.Version, Words: strings.Join(c.Words, " … "), Current: c.Code == current,
			Source: cmp.Or(names[c.Source], string(c.Source)), ToComplete: presetWords(c.Preset), Elsewhere: c.Capture != t.Capture,
		}
		for _, s := range c.Stances {
			notes[i].Stances = append(notes[i].Stances, noteOf(s, facts, places))
		}
	}
	return notes
}

func noteOf(s narrative.Stance, facts map[narrative.Slug]narrative.Fact, places placeNames) stanceNote {
	f := facts[s.Fact]
	n := stanceNote{Fact: s.Fact, Question: cmp.Or(places.plain(f.Question), string(s.Fact)), Position: string(s.Position)}
	for _, p := range f.PositionsOf(s.Aspect) {
		if p.Slug == s.Position {
			n.Position = places.plain(p.Label)
		}
	}
	if s.Mode != narrative.Asserted {
		n.Mode = wordOf(modeChoices, string(s.Mode))
	}
	return n
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// placeNames are the names by which places are shown, see [store.Store.PlaceNames].
type placeNames map[narrative.Slug]string

// plainText is editors' text without its marks: a place by its slug in words, no citations.
func plainText(m narrative.Markup) string { return placeNames(nil).plain(m) }

// plain is editors' text as readers see it: a place by its name, by its slug in words where no name is known; no citations.
func (n placeNames) plain(m narrative.Markup) string {
	return m.Plain(n)
}

// blocksOf cuts a text into paragraphs, and each where a passage begins or ends: passages that overlap or lie inside each
// other become stretches that each know all of their claims. current is the passage in the form.
func blocksOf(t store.Tagging, notes []claimNote, current passage.Match) []textBlock {
	type span struct {
		passage.Span
		note int // -1 for the current passage
	}
	var spans []span
	starts := map[narrative.Code]int{}
	matches := map[narrative.Code]passage.Match{}
	for _, c := range t.Claims {
		matches[c.Code] = c.Match
	}
	for i, n := range notes {
		if n.Elsewhere {
			continue
		}
		starts[n.Code] = matches[n.Code][0].Start
		for _, s := range matches[n.Code] {
			spans = append(spans, span{s, i})
		}
	}
	for _, s := range current {
		spans = append(spans, span{s, -1})
	}
	blocks := make([]textBlock, 0, len(t.Text.Blocks()))
	for _, b := range t.Text.Blocks() {
		block := textBlock{Start: b.Start}
		for _, m := range t.Marks {
			if m.Start >= b.Start && m.Start < b.End {
				block.Marks = append(block.Marks, m.Label)
			}
		}
		cuts := []int{b.Start, b.End}
		var inside []span
		for _, s := range spans {
			if s.Start < b.End && s.End > b.Start {
				inside = append(inside, s)
				cuts = append(cuts, max(s.Start, b.Start), min(s.End, b.End))
			}
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		for i := range len(cuts) - 1 {
			words, err := t.Text.Slice(passage.Span{Start: cuts[i], End: cuts[i+1]})
			if err != nil {
				continue // the cuts lie in the text
			}
			segment := textSegment{Text: words}
			for _, s := range inside {
				switch {
				case s.Start > cuts[i] || s.End < cuts[i+1]:
				case s.note < 0:
					segment.Current = true
				default:
					segment.Claims = append(segment.Claims, notes[s.note])
				}
			}
			block.Segments = append(block.Segments, segment)
		}
		for _, n := range notes {
			if at, here := starts[n.Code]; here && at >= b.Start && at < b.End {
				block.Claims = append(block.Claims, n)
			}
		}
		blocks = append(blocks, block)
	}
	return blocks
}
