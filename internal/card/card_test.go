package card

import (
	"bytes"
	"image"
	"image/png"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// bridge is a card with n positions.
func bridge(n int) Card {
	labels := []string{
		"It was shut from the morning on", "Carts went across all day, and nobody was sent back", "Views on it were exchanged",
		"It was open to those on foot", "Никто не проходил", "Կամուրջը բաց էր առավոտից", "كان مغلقا منذ الصباح",
	}
	c := Card{
		Site: "Counterclaim", Question: "Was the mill bridge open or shut on the first market day?", Aspect: "Was anything agreed?",
		Further: "and 2 more questions", Edition: "Edition 2 · 22 November 2029", Quiet: "Gives no verdict.", Fiction: "Invented.",
	}
	for i := range n {
		c.Positions = append(c.Positions, Position{Letter: string(rune('A' + i)), Colour: i + 1, Label: labels[i%len(labels)]})
	}
	return c
}

// decode draws a card and reads the picture with the standard library.
func decode(t *testing.T, c Card) image.Image {
	t.Helper()
	data, err := PNG(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 100<<10 {
		t.Errorf("the picture has %d bytes, want 100 kB at most", len(data))
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := m.Bounds().Size(); size != image.Pt(Width, Height) {
		t.Errorf("size = %v", size)
	}
	return m
}

// inked counts the pixels of a part of a picture that are not paper.
func inked(m image.Image, part image.Rectangle) int {
	n := 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if m.At(x, y) != paper {
				n++
			}
		}
	}
	return n
}

func TestPNG(t *testing.T) {
	t.Parallel()
	for n := range 9 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			c := bridge(n)
			m := decode(t, c)
			for i, text := range layout(c).texts {
				if inked(m, text.box) < 20 {
					t.Errorf("text %d is not to be seen", i)
				}
			}
			for _, edge := range []image.Rectangle{
				image.Rect(0, 60, margin-20, Height), image.Rect(Width-margin+20, 60, Width, Height), image.Rect(0, Height-20, Width, Height),
			} {
				if got := inked(m, edge); got > 0 {
					t.Errorf("%d pixels in the margin %v", got, edge)
				}
			}
		})
	}
}

// layout lays out a card.
func layout(c Card) page {
	t := typesetters.Get().(*typesetter)
	defer typesetters.Put(t)
	return t.layOut(c)
}

// TestEqual wants positions in equal form: cells of one size, labels in one size of type with the same width to be set in.
func TestEqual(t *testing.T) {
	t.Parallel()
	for n, want := range []int{0, 0, 2, 3, 4, 5, 6, 6, 6} {
		p := layout(bridge(n))
		if len(p.cells) != want {
			t.Errorf("of %d positions %d are drawn, want %d", n, len(p.cells), want)
		}
		sizes := map[int]bool{}
		for i, cell := range p.cells {
			if cell.Size() != p.cells[0].Size() {
				t.Errorf("of %d positions number %d has %v, number 0 %v", n, i, cell.Size(), p.cells[0].Size())
			}
			for _, other := range p.cells[:i] {
				if cell.Overlaps(other) {
					t.Errorf("of %d positions two stand on each other: %v, %v", n, cell, other)
				}
			}
			for _, text := range p.texts {
				if text.box.Overlaps(cell) {
					sizes[text.set.size] = true
				}
			}
		}
		if len(p.cells) > 0 && len(sizes) != 1 {
			t.Errorf("%d positions are in types of the sizes %v", n, sizes)
		}
	}
}

// TestNeverOneSide wants no picture and no words with one side's words alone.
func TestNeverOneSide(t *testing.T) {
	t.Parallel()
	c := bridge(1)
	if strings.Contains(c.Alt(), c.Positions[0].Label) {
		t.Errorf("in words: %q", c.Alt())
	}
	if !strings.Contains(c.Alt(), "And 1 more position") {
		t.Errorf("in words: %q, want it to say that there is a position", c.Alt())
	}
}

func TestAlt(t *testing.T) {
	t.Parallel()
	c := bridge(8)
	want := "Invented. Was the mill bridge open or shut on the first market day? Was anything agreed? A: It was shut from the morning on. " +
		"B: Carts went across all day, and nobody was sent back. C: Views on it were exchanged. D: It was open to those on foot. " +
		"E: Никто не проходил. F: Կամուրջը բաց էր առավոտից. And 2 more positions, and 2 more questions. Edition 2 · 22 November 2029. " +
		"Counterclaim: Gives no verdict."
	if got := c.Alt(); got != want {
		t.Errorf("alt = %q\nwant  %q", got, want)
	}
}

// TestSameBytes draws the same card many times at once.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	first, err := PNG(bridge(6))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if _, err := PNG(bridge(i)); err != nil {
				t.Error(err)
			}
			again, err := PNG(bridge(6))
			if err != nil || !bytes.Equal(first, again) {
				t.Errorf("drawn again: other bytes (%v)", err)
			}
		})
	}
	all.Wait()
}

// hostile are texts that nobody would print.
var hostile = map[string]string{
	"empty":         "",
	"blank":         " \t\n\u2029 ",
	"huge":          strings.Repeat("word ", 1<<18),
	"one word":      strings.Repeat("x", 1<<20),
	"bidi controls": "\u202eshut\u202c \u2066open\u2069 \u200f\u200e" + strings.Repeat("\u202b", 10_000),
	"marks":         "Z" + strings.Repeat("\u0301\u0338\u20dd", 100_000),
	"marks alone":   strings.Repeat("\u0301", 1000),
	"joiners":       strings.Repeat("\u200d", 100_000) + "a",
	"not UTF-8":     strings.Repeat("\xff\xc3", 100_000),
	"NUL":           "a\x00b\x00",
	"no glyphs":     strings.Repeat("漢字かな한글", 100),
	"emoji":         "👩‍👩‍👧‍👦🇦🇲🏴󠁧󠁢󠁥󠁮󠁧󠁿",
	"both ways":     strings.Repeat("abc ابج 123 אבג ", 500),
	"Arabic":        strings.Repeat("ﷺ لا إله ", 400),
	"Devanagari":    strings.Repeat("क्ष्म्य", 400),
	"private":       "\ue000\U000f0000\U0010fffd",
	"markup":        "<script>alert(1)</script><b>&amp;",
}

// TestHostile gives every field every hostile text. What is drawn of it is bounded, and so the memory that it takes. It does not
// run beside other tests, whose memory would count.
func TestHostile(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			c := Card{Site: text, Question: text, Aspect: text, Further: text, Edition: text, Quiet: text, Fiction: text}
			for i := range 7 {
				c.Positions = append(c.Positions, Position{Letter: text, Colour: -i * 1000, Label: text})
			}
			if n := utf8.RuneCountInString(clean(text)); n > longestText+1 {
				t.Errorf("%d characters are left of it, want %d at most and an ellipsis", n, longestText)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			decode(t, c)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
				t.Errorf("took %d MB in all", took>>20)
			}
			if alt := c.Alt(); len(alt) > 16*4*longestText {
				t.Errorf("in words it has %d bytes", len(alt))
			}
			Missing(text)
		})
	}
}

func BenchmarkPNG(b *testing.B) {
	for _, n := range []int{2, 3, 6} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			c := bridge(n)
			size := 0
			for b.Loop() {
				data, err := PNG(c)
				if err != nil {
					b.Fatal(err)
				}
				size = len(data)
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
