package card

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensed"
	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"codeberg.org/go-fonts/dejavu/dejavuserifcondensed"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
	"golang.org/x/text/unicode/bidi"
)

// A face is one of the three in which cards are set. What one of them lacks is taken from the others.
type face int

const (
	serif face = iota // questions
	sans              // all else
	bold              // letters of positions, the site's name
)

// faceData are the fonts, in the order of the constants. DejaVu has Latin with its additions, Greek, Cyrillic, Armenian,
// Georgian, Hebrew and Arabic.
var faceData = sync.OnceValue(func() []*font.Font {
	var fonts []*font.Font
	for _, data := range [][]byte{dejavuserifcondensed.TTF, dejavusanscondensed.TTF, dejavusanscondensedbold.TTF} {
		f, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			panic(fmt.Sprintf("card: a font of the program's own: %v", err))
		}
		fonts = append(fonts, f.Font)
	}
	return fonts
})

// fallbacks are the faces that are asked for a rune, in order.
var fallbacks = map[face][]face{serif: {serif, sans, bold}, sans: {sans, serif, bold}, bold: {bold, sans, serif}}

// A typesetter sets text in lines and draws it. One goroutine at a time may use it.
type typesetter struct {
	faces      []*font.Face
	shaper     shaping.HarfbuzzShaper
	runs       shaping.Segmenter
	lines      shaping.LineWrapper
	words      segmenter.Segmenter
	rasterizer vector.Rasterizer
}

// typesetters are kept for the next card, since a font's tables take longer to prepare than a card takes to draw.
var typesetters = sync.Pool{New: func() any {
	t := &typesetter{}
	for _, f := range faceData() {
		t.faces = append(t.faces, font.NewFace(f))
	}
	return t
}}

// choice chooses the face of each rune: the first of the fallbacks that has it. A mark stays in the face of its base.
type choice struct {
	faces []*font.Face
	last  *font.Face
}

// ResolveFace is called for the runes of a text one after the other.
func (c *choice) ResolveFace(r rune) *font.Face {
	if c.last != nil && unicode.Is(unicode.M, r) {
		if _, ok := c.last.NominalGlyph(r); ok {
			return c.last
		}
	}
	c.last = c.faces[0]
	for _, f := range c.faces {
		if _, ok := f.NominalGlyph(r); ok {
			c.last = f
			break
		}
	}
	return c.last
}

// Bounds of a text.
const (
	longestText = 320 // runes
	mostMarks   = 4   // on one base
)

// clean prepares a text for drawing: valid, of one paragraph and of bounded length, without characters that only steer,
// which could set words in another order than they have, and without piles of marks.
func clean(s string) string {
	if len(s) > 16*longestText {
		s = s[:16*longestText] // the last rune may be cut, and goes with what is not valid
	}
	var b strings.Builder
	runes, marks, cut := 0, 0, false
	for _, r := range strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, " "), parts), " ") {
		switch {
		case r == '\u200c' || r == '\u200d': // they join and part letters, as Persian and Indic scripts need
		case unicode.Is(unicode.M, r):
			if marks++; marks > mostMarks {
				continue
			}
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			continue
		default:
			marks = 0
		}
		if runes++; runes > longestText {
			cut = true
			break
		}
		b.WriteRune(r)
	}
	if cut {
		return strings.TrimSpace(b.String()) + "…"
	}
	return strings.TrimSpace(b.String())
}

// parts reports whether a rune parts words and lines may be broken there.
func parts(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// direction returns the direction of a paragraph, that of its first strong character (UAX 9, P2 and P3).
func direction(text []rune) di.Direction {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		}
	}
	return di.DirectionLTR
}

// shape sets a text in one line of runs.
func (t *typesetter) shape(text []rune, in face, size int) []shaping.Output {
	var faces choice
	for _, f := range fallbacks[in] {
		faces.faces = append(faces.faces, t.faces[f])
	}
	inputs := t.runs.Split(shaping.Input{
		Text: text, RunEnd: len(text), Direction: direction(text), Size: fixed.I(size), Language: language.NewLanguage("en"),
	}, &faces)
	outputs := make([]shaping.Output, 0, len(inputs))
	for _, input := range inputs {
		outputs = append(outputs, t.shaper.Shape(input))
	}
	return outputs
}

// A paragraph is text that is set in lines.
type paragraph struct {
	lines []shaping.Line
	size  int
	rtl   bool
}

// height is what lines of a size take.
func (p paragraph) height() int { return len(p.lines) * leading(p.size) }

// leading is the distance between lines of a size.
func leading(size int) int { return size * 6 / 5 }

// set breaks a text into lines where Unicode allows it (UAX 14). A word that is wider than a line is broken inside only
// if force is true; otherwise ok is false.
func (t *typesetter) set(text string, in face, size, width int, force bool) (p paragraph, ok bool) {
	if text == "" {
		return paragraph{size: size}, true
	}
	runes := []rune(text)
	config := shaping.WrapConfig{Direction: direction(runes), BreakPolicy: shaping.Never}
	if force {
		config.BreakPolicy = shaping.WhenNecessary
	}
	lines, _ := t.lines.WrapParagraph(config, width, runes, shaping.NewSliceIterator(t.shape(runes, in, size)))
	p = paragraph{size: size, rtl: config.Direction == di.DirectionRTL}
	for _, line := range lines {
		p.lines = append(p.lines, slices.Clone(line)) // the wrapper keeps its own for the next text
		if advance(line) > fixed.I(width) {
			return p, false
		}
	}
	return p, true
}

// advance is the width of a line.
func advance(line shaping.Line) fixed.Int26_6 {
	var sum fixed.Int26_6
	for _, run := range line {
		sum += run.Advance
	}
	return sum
}

// fit sets all of the texts in one size: the first of sizes, which fall, in which each of them fits into the width and the
// height. In the last size a text that does not fit is cut at a word, with an ellipsis.
func (t *typesetter) fit(texts []string, in face, sizes []int, width, height int) []paragraph {
	last := sizes[len(sizes)-1]
	for _, size := range sizes {
		set := make([]paragraph, 0, len(texts))
		for _, text := range texts {
			p, ok := t.set(text, in, size, width, false)
			if !ok || p.height() > height {
				break
			}
			set = append(set, p)
		}
		if len(set) == len(texts) {
			for i, text := range texts {
				set[i] = t.balanced(text, in, set[i], width)
			}
			return set
		}
	}
	set := make([]paragraph, 0, len(texts))
	for _, text := range texts {
		set = append(set, t.cut(text, in, last, width, height))
	}
	return set
}

// balanced sets a text in as many lines as p has, and those of more equal length.
func (t *typesetter) balanced(text string, in face, p paragraph, width int) paragraph {
	for narrower := width * 92 / 100; len(p.lines) > 1 && narrower > width/2; narrower = narrower * 92 / 100 {
		n, ok := t.set(text, in, p.size, narrower, false)
		if !ok || len(n.lines) > len(p.lines) {
			break
		}
		p = n
	}
	return p
}

// cut sets as much of a text as fits.
func (t *typesetter) cut(text string, in face, size, width, height int) paragraph {
	if p, ok := t.set(text, in, size, width, true); ok && p.height() <= height {
		return p
	}
	runes := []rune(text)
	var ends []int // where the text may be cut
	t.words.Init(runes)
	for words := t.words.LineIterator(); words.Next(); {
		ends = append(ends, words.Line().Offset+len(words.Line().Text))
	}
	cut := func(end int) (paragraph, bool) {
		kept := strings.TrimRightFunc(string(runes[:end]), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
		p, ok := t.set(kept+"…", in, size, width, true)
		return p, ok && p.height() <= height
	}
	longest := func(ends []int) (best paragraph, found bool) {
		low, high := 0, len(ends) // all before low fit, none from high on
		for low < high {
			middle := (low + high) / 2
			if p, ok := cut(ends[middle]); ok {
				best, found, low = p, true, middle+1
			} else {
				high = middle
			}
		}
		return best, found
	}
	if p, ok := longest(ends); ok {
		return p
	}
	p, _ := longest(graphemeEnds(&t.words, runes)) // the first word alone is too long
	return p
}

// graphemeEnds are the ends of what readers take for characters.
func graphemeEnds(s *segmenter.Segmenter, text []rune) []int {
	var ends []int
	s.Init(text)
	for g := s.GraphemeIterator(); g.Next(); {
		ends = append(ends, g.Grapheme().Offset+len(g.Grapheme().Text))
	}
	return ends
}

// Missing returns the runes of a text, once each and in the text's order, for which no font of ours has a glyph. [PNG]
// draws a box in their place.
func Missing(text string) []rune {
	t := typesetters.Get().(*typesetter)
	defer typesetters.Put(t)
	var missing []rune
	for _, in := range []face{serif, sans, bold} {
		runes := []rune(clean(text))
		if len(runes) == 0 {
			continue
		}
		for _, run := range t.shape(runes, in, 20) {
			for _, glyph := range run.Glyphs {
				if glyph.GlyphID != 0 {
					continue
				}
				for _, r := range runes[glyph.TextIndex() : glyph.TextIndex()+glyph.RunesCount()] {
					if !slices.Contains(missing, r) {
						missing = append(missing, r)
					}
				}
			}
		}
	}
	return missing
}
