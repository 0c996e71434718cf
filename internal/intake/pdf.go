package intake

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"counterclaim/internal/narrative"
)

// The bounds of a PDF.
const (
	MaxPages   = 500
	MaxReading = 30 * time.Second // for all of it, once its turn has come
	MaxWaiting = 20 * time.Second // for its turn, since one is read at a time
)

// A pdfFile is what a PDF says, page by page.
type pdfFile struct {
	title, author, created string // by its own metadata
	pages                  [][]pdfLine
}

// A pdfLine is a line of a page, with its edges in points from the lower left corner.
type pdfLine struct {
	text                     string
	left, right, top, bottom float64
}

// brokenWord stands in a line for the hyphen at which a word was broken, with the line's end taken away.
const brokenWord = '\x02'

// pdf reads a PDF.
func (d *drafter) pdf(r Received) error {
	file, err := openPDF(r.Body)
	if err != nil {
		return err
	}
	return d.pdfText(file)
}

// pdfText joins lines to paragraphs; running heads, feet and page numbers are cut and told.
func (d *drafter) pdfText(file pdfFile) error {
	d.Kind = narrative.DocumentText
	var blank []string
	paragraphs := &pageJoiner{drafter: d, hyphens: newHyphens(file.pages)}
	running := runningLines(file.pages)
	for i, lines := range file.pages {
		kept := make([]pdfLine, 0, len(lines))
		for at, l := range lines {
			// A document's title runs over its other pages, too.
			isTitle := i == 0 && file.title != "" && likeness(l.text) == likeness(file.title)
			if !isTitle && isRunning(running, lines, at) {
				d.cut(line{len(d.lines) + 1, l.text}, RunningHead)
				continue
			}
			kept = append(kept, l)
		}
		if len(kept) == 0 {
			blank = append(blank, fmt.Sprint(i+1))
			continue
		}
		paragraphs.page(i+1, kept)
	}
	paragraphs.flush()
	if len(d.lines) == 0 {
		return fmt.Errorf("intake: %w: none of the %d pages of the PDF has text; they may be pictures of a scan", ErrEmpty, len(file.pages))
	}
	if len(blank) > 0 {
		d.note("No text on page %s; a scan, a picture or an empty page.", clip(strings.Join(blank, ", ")))
	}
	d.pdfMetadata(file)
	return nil
}

// pdfMetadata takes the title if the first page says the same, and the day on which the file was made as an inferred
// date: programs fill in the rest as they like.
func (d *drafter) pdfMetadata(file pdfFile) {
	for _, l := range d.lines[:min(len(d.lines), 5)] {
		if file.title != "" && likeness(l.text) == likeness(file.title) {
			d.Headline = file.title
		}
	}
	if d.Headline == "" && isTitle(d.lines[0].text) && len(d.lines) > 1 {
		d.Headline = d.lines[0].text
		d.note("The first line was taken for the headline.")
	}
	if file.author != "" {
		d.note("By the PDF's own metadata its author is %q.", clip(file.author))
	}
	if len(file.created) >= len("D:20060102") {
		if t, err := time.Parse("D:20060102", file.created[:len("D:20060102")]); err == nil && sane(t) {
			d.Published = inferred(narrative.Day(t.Format(time.DateOnly)), "the day on which the PDF was made, by its own metadata")
		}
	}
	if strings.ContainsFunc(d.lines[0].text, isRightToLeft) {
		d.note("It is written from right to left: compare the order of words with the PDF.")
	}
}

func isRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
}

// edge is how many lines at the top and at the bottom of a page may be a running head or foot.
const edge = 3

var (
	digits     = regexp.MustCompile(`\d+`)
	pageNumber = regexp.MustCompile(`(?i)^[-–—|\s]*(page |p\. ?|стр\. ?|səh\. ?|էջ )?\d{1,4}( ?(/|of|из) ?\d{1,4})?[-–—|\s]*$`)
)

// runningLines returns the lines that stand at the edge of several pages with other numbers at most: of three pages or
// more, or of both of two.
func runningLines(pages [][]pdfLine) map[string]bool {
	on := map[string]int{}
	for _, lines := range pages {
		seen := map[string]bool{}
		for i, l := range lines {
			if like := numberless(l.text); isEdge(i, len(lines)) && !seen[like] {
				seen[like] = true
				on[like]++
			}
		}
	}
	running := map[string]bool{}
	for like, n := range on {
		running[like] = n >= 3 && n*3 >= len(pages) || n == 2 && len(pages) == 2
	}
	return running
}

func isEdge(i, n int) bool { return i < edge || i >= n-edge }

func numberless(s string) string { return digits.ReplaceAllString(likeness(s), "#") }

// isRunning reports whether a line of a page is none of its text.
func isRunning(running map[string]bool, lines []pdfLine, at int) bool {
	text := lines[at].text
	if (at == 0 || at == len(lines)-1) && pageNumber.MatchString(text) {
		return true
	}
	return isEdge(at, len(lines)) && running[numberless(text)]
}

// A pageJoiner joins lines to paragraphs over the pages.
type pageJoiner struct {
	*drafter
	hyphens   hyphens
	paragraph strings.Builder
	marks     []lineMark
	last      pdfLine
	right     float64 // the right edge of the page of the last line
}

// flush ends a paragraph.
func (j *pageJoiner) flush() {
	if number := j.add(j.paragraph.String()); number > 0 {
		for _, m := range j.marks {
			m.line = number
			j.drafter.marks = append(j.drafter.marks, m)
		}
		j.marks = nil
	}
	j.paragraph.Reset()
}

// page adds the lines of a page that are left.
func (j *pageJoiner) page(number int, lines []pdfLine) {
	step, left, right := layoutOf(lines)
	for i, l := range lines {
		switch {
		case j.paragraph.Len() == 0:
		case i == 0: // a paragraph that goes on over the page
			if first, _ := utf8.DecodeRuneInString(l.text); endsSentence(j.last.text) || !unicode.IsLower(first) {
				j.flush()
			}
		case j.begins(l, step, left):
			j.flush()
		}
		if i == 0 {
			at := j.paragraph.Len()
			j.marks = append(j.marks, lineMark{at: at, Mark: Mark{Page: number, Label: fmt.Sprintf("page %d", number)}})
		}
		if j.paragraph.Len() > 0 {
			j.paragraph.WriteByte(' ')
		}
		j.paragraph.WriteString(j.hyphens.mend(l.text))
		j.last, j.right = l, right
	}
}

// begins reports whether a line begins a paragraph: below a gap, in another size, indented, or after a line that ends a
// sentence well before the right edge.
func (j *pageJoiner) begins(l pdfLine, step, left float64) bool {
	down := j.last.bottom - l.bottom
	height, before := l.top-l.bottom, j.last.top-j.last.bottom
	width := j.right - left
	switch {
	case down > step*1.35 || down < 0: // below a gap, or at the top of the next column
		return true
	case math.Abs(height-before) > 0.3*max(height, before):
		return true
	case l.left > left+0.02*width+4 && math.Abs(j.last.left-left) < 4 && endsSentence(j.last.text):
		return true
	}
	return endsSentence(j.last.text) && j.last.right < j.right-0.12*width
}

// layoutOf measures a page: from line to line (the usual step), and the edges of its text.
func layoutOf(lines []pdfLine) (step, left, right float64) {
	var steps, lefts []float64
	for i, l := range lines {
		lefts = append(lefts, l.left)
		right = max(right, l.right)
		if i > 0 {
			if down := lines[i-1].bottom - l.bottom; down > 0 {
				steps = append(steps, down)
			}
		}
	}
	if len(steps) == 0 {
		return math.Inf(1), lefts[0], right
	}
	slices.Sort(steps)
	slices.Sort(lefts)
	// Of the steps the lower quarter, since headings and gaps make the others larger.
	return steps[len(steps)/4], lefts[len(lefts)/4], right
}

// hyphens knows which words a PDF has whole, so that a word broken at a line's end is mended only where that is sure.
type hyphens struct{ words map[string]bool }

func newHyphens(pages [][]pdfLine) hyphens {
	h := hyphens{map[string]bool{}}
	for _, lines := range pages {
		for _, l := range lines {
			for _, word := range strings.FieldsFunc(l.text, func(r rune) bool { return !isWordRune(r) && r != '-' }) {
				h.words[strings.ToLower(word)] = true
			}
		}
	}
	return h
}

// mend joins the words that a line breaks. A word that stands whole elsewhere loses the hyphen; all others keep it, as
// printed.
func (h hyphens) mend(text string) string {
	for {
		at := strings.IndexRune(text, brokenWord)
		if at < 0 {
			return text
		}
		before, after := text[:at], text[at+1:]
		head := before[strings.LastIndexFunc(before, isNoWordRune)+1:]
		tail := after
		if end := strings.IndexFunc(after, isNoWordRune); end >= 0 {
			tail = after[:end]
		}
		if whole := strings.ToLower(head + tail); head != "" && h.words[whole] && !h.words[strings.ToLower(head+"-"+tail)] {
			text = before + after
		} else {
			text = before + "-" + after
		}
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

func isNoWordRune(r rune) bool { return !isWordRune(r) }
