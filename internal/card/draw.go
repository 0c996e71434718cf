package card

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"sync"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
)

// An ink is a colour on its ground: those of the light scheme of static/site.css.
type ink int

const (
	onPaper  ink = iota // text
	soft                // particulars
	line                // hairlines
	accent              // the site's own
	onWash              // text on the wash
	position            // the first of the positions' colours; the others follow
)

// colours is how many colours positions have.
const colours = 6

var (
	paper = color.RGBA{0xfb, 0xfa, 0xf6, 0xff}
	wash  = color.RGBA{0xf3, 0xf0, 0xe7, 0xff}
)

// inks are the colours, by ink.
var inks = []struct{ colour, ground color.RGBA }{
	onPaper:      {color.RGBA{0x1a, 0x1a, 0x18, 0xff}, paper},
	soft:         {color.RGBA{0x5c, 0x5b, 0x55, 0xff}, paper},
	line:         {color.RGBA{0xda, 0xd7, 0xcc, 0xff}, paper},
	accent:       {color.RGBA{0x7a, 0x1f, 0x3d, 0xff}, paper},
	onWash:       {color.RGBA{0x1a, 0x1a, 0x18, 0xff}, wash},
	position:     {color.RGBA{0x6d, 0x4f, 0xae, 0xff}, paper},
	position + 1: {color.RGBA{0x54, 0x56, 0x0c, 0xff}, paper},
	position + 2: {color.RGBA{0x21, 0x72, 0x7a, 0xff}, paper},
	position + 3: {color.RGBA{0x86, 0x1f, 0x66, 0xff}, paper},
	position + 4: {color.RGBA{0x93, 0x5d, 0x2c, 0xff}, paper},
	position + 5: {color.RGBA{0x30, 0x34, 0x3c, 0xff}, paper},
}

// inkOf returns the colour of a position; what has none is drawn as text.
func inkOf(colour int) ink {
	if colour < 1 {
		return onPaper
	}
	return position + ink((colour-1)%colours)
}

// steps is how many shades lie between an ink's ground and its colour, so that a picture has 256 colours at most and
// takes a byte a pixel.
const steps = 20

// palette has paper, wash, and then the steps of each ink.
var palette = func() color.Palette {
	p := color.Palette{paper, wash}
	for _, k := range inks {
		for step := 1; step <= steps; step++ {
			mix := func(from, to uint8) uint8 { return uint8((int(from)*(steps-step) + int(to)*step) / steps) }
			p = append(p, color.RGBA{
				mix(k.ground.R, k.colour.R), mix(k.ground.G, k.colour.G), mix(k.ground.B, k.colour.B), 0xff,
			})
		}
	}
	return p
}()

// index returns the place in the palette of an ink that covers alpha of a pixel, and whether it covers any.
func (k ink) index(alpha uint8) (uint8, bool) {
	step := (int(alpha)*steps + 127) / 255
	return uint8(2 + int(k)*steps + step - 1), step > 0
}

// encoderBuffers keeps the encoder's memory for the next picture.
var encoderBuffers bufferPool

type bufferPool struct{ pool sync.Pool }

func (p *bufferPool) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b
}

func (p *bufferPool) Put(b *png.EncoderBuffer) { p.pool.Put(b) }

// draw makes the picture of a page. Nothing is drawn outside of a part's box.
func (t *typesetter) draw(p page) *image.Paletted {
	m := image.NewPaletted(image.Rect(0, 0, Width, Height), palette)
	for _, r := range p.rules {
		at, _ := r.ink.index(0xff)
		if r.ground {
			at = 1
		}
		for y := r.box.Min.Y; y < r.box.Max.Y; y++ {
			for x := r.box.Min.X; x < r.box.Max.X; x++ {
				m.SetColorIndex(x, y, at)
			}
		}
	}
	for _, text := range p.texts {
		y := text.box.Min.Y
		for _, line := range text.set.lines {
			// Marks above and below the letters may reach into the neighbouring lines, but not out of the box.
			area := image.Rect(text.box.Min.X, y-leading(text.set.size), text.box.Max.X, y+2*leading(text.set.size))
			x := text.box.Min.X
			if text.set.rtl != text.end {
				x = text.box.Max.X - advance(line).Ceil()
			}
			// A line's letters stand on a line a little under its middle.
			t.drawLine(m, area.Intersect(text.box.Inset(-text.set.size/4).Intersect(m.Rect)), line, x, y+text.set.size, text.ink)
			y += leading(text.set.size)
		}
	}
	return m
}

// drawLine draws a line of text from x on, with its letters standing on y, as far as it is inside of area.
func (t *typesetter) drawLine(m *image.Paletted, area image.Rectangle, line shaping.Line, x, y int, k ink) {
	if area.Empty() {
		return
	}
	t.rasterizer.Reset(area.Dx(), area.Dy())
	t.rasterizer.DrawOp = draw.Src
	dot := float32(x - area.Min.X)
	base := float32(y - area.Min.Y)
	for _, run := range inOrder(line) {
		scale := float32(run.Size.Round()) / float32(run.Face.Upem())
		for _, g := range run.Glyphs {
			at := dot + float32(g.XOffset)/64
			if outline, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok {
				t.outline(outline, at, base-float32(g.YOffset)/64, scale)
			}
			dot += float32(g.Advance) / 64
		}
	}
	mask := image.NewAlpha(t.rasterizer.Bounds())
	t.rasterizer.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	for row := range area.Dy() {
		from := mask.Pix[row*mask.Stride : row*mask.Stride+area.Dx()]
		to := m.Pix[m.PixOffset(area.Min.X, area.Min.Y+row):]
		for i, alpha := range from {
			if at, covered := k.index(alpha); covered {
				to[i] = at
			}
		}
	}
}

// inOrder returns the runs of a line from left to right.
func inOrder(line shaping.Line) []shaping.Output {
	runs := make([]shaping.Output, len(line))
	for _, run := range line {
		runs[run.VisualIndex] = run
	}
	return runs
}

// outline adds a glyph's outline, in font units with y upwards, to the drawing.
func (t *typesetter) outline(o font.GlyphOutline, x, y, scale float32) {
	z := &t.rasterizer
	open := false
	for _, s := range o.Segments {
		a := s.Args
		for i := range a {
			a[i].X, a[i].Y = x+a[i].X*scale, y-a[i].Y*scale
		}
		switch s.Op {
		case ot.SegmentOpMoveTo:
			if open {
				z.ClosePath()
			}
			z.MoveTo(a[0].X, a[0].Y)
			open = true
		case ot.SegmentOpLineTo:
			z.LineTo(a[0].X, a[0].Y)
		case ot.SegmentOpQuadTo:
			z.QuadTo(a[0].X, a[0].Y, a[1].X, a[1].Y)
		case ot.SegmentOpCubeTo:
			z.CubeTo(a[0].X, a[0].Y, a[1].X, a[1].Y, a[2].X, a[2].Y)
		}
	}
	if open {
		z.ClosePath()
	}
}
