package card

import "image"

// A page is a card laid out: rules under texts, each in its box.
type page struct {
	rules []rule
	texts []textBox
	cells []image.Rectangle // of the positions
}

// A rule is a rectangle of one colour.
type rule struct {
	box    image.Rectangle
	ink    ink
	ground bool // a stretch of the wash instead of an ink
}

// A textBox is text in its place.
type textBox struct {
	box image.Rectangle
	set paragraph
	ink ink
	end bool // set at the end of the line
}

// Measures of a card, in pixels.
const (
	margin    = 64
	inner     = Width - 2*margin
	gap       = 36 // between columns
	rowGap    = 26 // between rows
	ruleWidth = 5
	labelGap  = 12 // under a rule
	letterGap = 14 // after a letter
	aspectGap = 12 // over the aspect's question
	headGap   = 30 // over the positions
	footTop   = Height - 86
)

// The sizes of type, from which the largest that fits is taken.
var (
	nameSizes     = []int{28}
	smallSizes    = []int{24, 22, 20, 18}
	titleSizes    = []int{84, 76, 70, 64, 58, 52, 47, 43, 39, 36, 33, 30} // of a question alone
	questionSizes = titleSizes[3:]
	aspectSizes   = []int{30, 27, 24}
	labelSizes    = []int{36, 33, 30, 28, 26, 24, 22, 20}
)

// layOut gives every part of a card its place.
func (t *typesetter) layOut(c Card) page {
	var p page
	top := 44
	if fiction := clean(c.Fiction); fiction != "" {
		band := image.Rect(0, 0, Width, 52)
		p.rules = append(p.rules, rule{box: band, ground: true})
		p.text(t.fit([]string{fiction}, sans, smallSizes, inner, leading(24))[0], image.Rect(margin, 11, Width-margin, 11+leading(24)), onWash)
		top += 42
	}
	p.text(t.fit([]string{clean(c.Site)}, bold, nameSizes, inner/2-gap, leading(28))[0],
		image.Rect(margin, top, margin+inner/2-gap, top+leading(28)), accent)
	edition := t.fit([]string{clean(c.Edition)}, sans, smallSizes, inner/2, leading(24))[0]
	p.texts = append(p.texts, textBox{box: image.Rect(margin+inner/2, top+3, Width-margin, top+3+leading(24)), set: edition, ink: soft, end: true})

	p.rules = append(p.rules, rule{box: image.Rect(margin, footTop, Width-margin, footTop+1), ink: line})
	p.text(t.fit([]string{clean(c.Quiet)}, sans, smallSizes, inner, leading(24))[0],
		image.Rect(margin, footTop+22, Width-margin, footTop+22+leading(24)), soft)

	top += 58
	bottom := footTop - 26
	if rest := clean(c.rest()); rest != "" {
		bottom -= leading(24)
		p.text(t.fit([]string{rest}, sans, smallSizes, inner, leading(24))[0], image.Rect(margin, bottom, Width-margin, bottom+leading(24)), soft)
		bottom -= 20
	}
	shown, aspect := c.shown(), clean(c.Aspect)
	tallest, sizes := bottom-top, titleSizes
	if aspect != "" {
		tallest -= aspectGap + leading(aspectSizes[0])
	}
	if len(shown) > 0 {
		tallest, sizes = min((bottom-top)/2, tallest-least(len(shown))), questionSizes
	}
	question := t.fit([]string{clean(c.Question)}, serif, sizes, inner, tallest)[0]
	if len(shown) == 0 {
		top += (tallest - question.height()) / 3 // alone, it stands a little over the middle
	}
	p.text(question, image.Rect(margin, top, Width-margin, top+question.height()), onPaper)
	top += question.height()
	if aspect != "" {
		top += aspectGap
		set := t.fit([]string{aspect}, sans, aspectSizes, inner, leading(aspectSizes[0]))[0]
		p.text(set, image.Rect(margin, top, Width-margin, top+set.height()), soft)
		top += set.height()
	}
	if len(shown) > 0 {
		t.positions(&p, shown, image.Rect(margin, top+headGap, Width-margin, bottom))
	}
	return p
}

// text adds a text in its box.
func (p *page) text(set paragraph, box image.Rectangle, k ink) {
	if len(set.lines) > 0 {
		p.texts = append(p.texts, textBox{box: box, set: set, ink: k})
	}
}

// columns is in how many columns a number of positions stands: as many as leave no row with one alone, where that goes.
func columns(positions int) int {
	switch {
	case positions == 4:
		return 2
	case positions <= 3:
		return positions
	}
	return 3
}

// rowsOf is in how many rows a number of positions stands.
func rowsOf(positions int) int { return (positions + columns(positions) - 1) / columns(positions) }

// least is the height that a number of positions needs: two lines of the smallest type for each.
func least(positions int) int {
	rows := rowsOf(positions)
	return headGap + rows*(ruleWidth+labelGap+2*leading(labelSizes[len(labelSizes)-1])) + (rows-1)*rowGap
}

// positions lays out the positions: cells of one size in the order given, with labels in one size of type. Where there is
// space to spare they stand at the foot of the area.
func (t *typesetter) positions(p *page, shown []Position, area image.Rectangle) {
	n := columns(len(shown))
	rows := rowsOf(len(shown))
	width := (area.Dx() - (n-1)*gap) / n
	room := (area.Dy()-(rows-1)*rowGap)/rows - ruleWidth - labelGap

	letters := make([]string, len(shown))
	labels := make([]string, len(shown))
	for i, position := range shown {
		letters[i], labels[i] = clean(position.Letter), clean(position.Label)
	}
	widest := indent(t.fit(letters, bold, labelSizes[:1], width/3, room))
	sets := t.fit(labels, sans, labelSizes, width-widest, room)
	marks := t.fit(letters, bold, []int{sets[0].size}, widest-letterGap, room)
	indent := indent(marks)
	tallest := 0
	for _, set := range append(marks, sets...) {
		tallest = max(tallest, set.height())
	}
	height := ruleWidth + labelGap + tallest
	top := area.Max.Y - rows*height - (rows-1)*rowGap
	for i, position := range shown {
		at := image.Pt(area.Min.X+(i%n)*(width+gap), top+(i/n)*(height+rowGap))
		cell := image.Rectangle{at, at.Add(image.Pt(width, height))}
		p.cells = append(p.cells, cell)
		p.rules = append(p.rules, rule{box: image.Rect(cell.Min.X, cell.Min.Y, cell.Max.X, cell.Min.Y+ruleWidth), ink: inkOf(position.Colour)})
		words := cell
		words.Min.Y += ruleWidth + labelGap
		p.text(marks[i], image.Rect(words.Min.X, words.Min.Y, words.Min.X+indent, words.Max.Y), inkOf(position.Colour))
		p.text(sets[i], image.Rect(words.Min.X+indent, words.Min.Y, words.Max.X, words.Max.Y), onPaper)
	}
}

// indent is how far labels stand from the edge of their cells: beyond the widest letter.
func indent(letters []paragraph) int {
	widest := 0
	for _, letter := range letters {
		for _, line := range letter.lines {
			widest = max(widest, advance(line).Ceil())
		}
	}
	return widest + letterGap
}
