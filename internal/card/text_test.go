package card

import (
	"fmt"
	"image"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/math/fixed"
	"pgregory.net/rapid"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/static"
)

// TestCorpus draws every name, question and label of the shipped corpus without a missing glyph.
func TestCorpus(t *testing.T) {
	t.Parallel()
	c, err := corpus.Read(articles.FS)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, d := range c.Disputes {
		texts = append(texts, d.Title)
	}
	for _, p := range c.Places {
		texts = append(texts, p.Shown)
		for _, n := range p.Names {
			texts = append(texts, n.Form, string(n.Note))
		}
	}
	for _, p := range c.Parties {
		texts = append(texts, p.Name)
	}
	for _, o := range c.Outlets {
		texts = append(texts, o.Name)
	}
	for _, s := range c.Sources {
		texts = append(texts, s.Name)
	}
	for _, e := range c.Events {
		texts = append(texts, e.Title)
	}
	for _, r := range c.Records {
		texts = append(texts, r.Title, r.Maker)
	}
	for _, term := range c.Terms {
		texts = append(append(texts, term.Word, term.Plain), term.Forms...)
	}
	for _, f := range c.Facts {
		texts = append(texts, string(f.Question))
		for _, p := range f.Positions {
			texts = append(texts, string(p.Label))
		}
		for _, a := range f.Aspects {
			texts = append(texts, string(a.Question))
			for _, p := range a.Positions {
				texts = append(texts, string(p.Label))
			}
		}
	}
	for _, a := range c.Articles {
		texts = append(texts, a.Headline)
		for _, block := range a.Blocks {
			for _, claim := range block.Claims {
				texts = append(texts, claim.Named, claim.Office)
			}
		}
	}
	scripts := map[string]*regexp.Regexp{
		"Latin": regexp.MustCompile(`\p{Latin}`), "schwa": regexp.MustCompile(`ə`), "Armenian": regexp.MustCompile(`\p{Armenian}`),
		"Cyrillic": regexp.MustCompile(`\p{Cyrillic}`),
	}
	for _, text := range texts {
		if missing := Missing(text); len(missing) > 0 {
			t.Errorf("%q: no glyph for %q", text, missing)
		}
		for name, script := range scripts {
			if script.MatchString(text) {
				delete(scripts, name)
			}
		}
	}
	if len(texts) < 300 || len(scripts) > 0 {
		t.Errorf("%d texts were drawn, and none in %v", len(texts), scripts)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want string
	}{
		{"", ""},
		{"Ağdam, Şuşa, Xankəndi, İsa, ı", ""},
		{"Ստեփանակերտ և Գորիս, «փակ» էր՞", ""},
		{"Дорога Агдам – Ханкенди, №5", ""},
		{"ღია თუ დახურული", ""},
		{"هل كان الجسر مفتوحًا؟ ۱۲۳", ""},
		{"הַגֶּשֶׁר", ""},
		{"Ἀθῆναι – Αθήνα", ""},
		{"“—”…’·⇄ ½ 12 % €₺₽ 1\u202f000", ""},
		{"5 ₼ or 700 ֏", "₼֏"},
		{"e\u0301 a\u0308\u0304 ş̧", ""},
		{"道は open でした", "道はでした"},
		{"กขก", "กข"},
	} {
		if got := string(Missing(test.text)); got != test.want {
			t.Errorf("Missing(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"  a \n\n b\t", "a b"},
		{"5\u00a0October", "5\u00a0October"},
		{"\u202eb\u202ca", "ba"},
		{"\u2067\u2069\ufeff", ""},
		{"می\u200cخواهم", "می\u200cخواهم"},
		{"a\x00\x07b", "ab"},
		{"a\xffb", "a b"},
		{"e" + strings.Repeat("\u0301", 9) + "f", "e" + strings.Repeat("\u0301", mostMarks) + "f"},
		{strings.Repeat("a", longestText), strings.Repeat("a", longestText)},
		{strings.Repeat("a", longestText+1), strings.Repeat("a", longestText) + "…"},
	} {
		if got := clean(test.text); got != test.want {
			t.Errorf("clean(%.40q) = %.40q, want %.40q", test.text, got, test.want)
		}
	}
}

// TestRightToLeft wants text that runs to the left to be set from the right, and its runs in the order that they are seen in.
func TestRightToLeft(t *testing.T) {
	t.Parallel()
	c := bridge(2)
	c.Question = "كان الجسر (Mill Bridge) مغلقا"
	p := layout(c)
	question := slices.IndexFunc(p.texts, func(b textBox) bool { return b.set.rtl })
	if question < 0 {
		t.Fatal("no text runs to the left")
	}
	box := p.texts[question].box
	m := decode(t, c)
	half := box.Min.Add(box.Size().Div(2)).X
	left, right := box, box
	left.Max.X, right.Min.X = half, half
	if inked(m, left) >= inked(m, right) {
		t.Error("the question does not stand at the right")
	}
	runs := inOrder(p.texts[question].set.lines[0])
	first := runs[0].Runes.Offset
	if last := runs[len(runs)-1].Runes.Offset; last != 0 || first == 0 {
		t.Errorf("from left to right runs begin at %d … %d, want the beginning of the text at the right", first, last)
	}
}

// TestShaped wants Arabic letters joined: the same letters have other glyphs apart from each other.
func TestShaped(t *testing.T) {
	t.Parallel()
	ts := typesetters.Get().(*typesetter)
	defer typesetters.Put(ts)
	joined := ts.shape([]rune("ببب"), sans, 30)[0].Glyphs
	if len(joined) != 3 || joined[0].GlyphID == joined[1].GlyphID || joined[1].GlyphID == joined[2].GlyphID {
		t.Errorf("three letters have the glyphs %v, want a first, a middle and a last form", joined)
	}
	marked := ts.shape([]rune("x\u0301"), serif, 30)
	if len(marked) != 1 {
		t.Errorf("a letter and its mark are in %d runs, want one", len(marked))
	}
}

// TestCut wants text that does not fit to be cut at a word.
func TestCut(t *testing.T) {
	t.Parallel()
	ts := typesetters.Get().(*typesetter)
	defer typesetters.Put(ts)
	const text = "Carts went across, one after the other, until it was dark"
	p := ts.cut(text, sans, 30, 200, 3*leading(30))
	if len(p.lines) != 3 {
		t.Fatalf("%d lines, want 3", len(p.lines))
	}
	drawn := 0
	for _, line := range p.lines {
		for _, run := range line {
			drawn += run.Runes.Count
		}
	}
	before := strings.TrimRight(text[:drawn-1], " ,")
	if !strings.HasPrefix(text, before) || !strings.ContainsRune(" ,", rune(text[len(before)])) {
		t.Errorf("cut after %q", before)
	}
	if p := ts.cut(strings.Repeat("w", 100), sans, 30, 200, leading(30)); len(p.lines) != 1 {
		t.Errorf("a long word has %d lines, want 1", len(p.lines))
	}
}

// TestInside wants every line inside of its box and every box inside of the picture, whatever the texts are.
func TestInside(t *testing.T) {
	t.Parallel()
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcxyz ,.-ğəşıЖяԱեաבג؟لا\u0301\u0308漢")), 0, 400, -1)
	rapid.Check(t, func(t *rapid.T) {
		c := Card{
			Site: word.Draw(t, "site"), Question: word.Draw(t, "question"), Aspect: word.Draw(t, "aspect"), Further: word.Draw(t, "further"),
			Edition: word.Draw(t, "edition"), Quiet: word.Draw(t, "quiet"), Fiction: word.Draw(t, "fiction"),
		}
		for range rapid.IntRange(0, 9).Draw(t, "positions") {
			c.Positions = append(c.Positions, Position{word.Draw(t, "letter"), rapid.Int().Draw(t, "colour"), word.Draw(t, "label")})
		}
		p := layout(c)
		canvas := image.Rect(0, 0, Width, Height)
		for i, text := range p.texts {
			if !text.box.In(canvas) {
				t.Fatalf("text %d stands at %v", i, text.box)
			}
			if text.set.height() > text.box.Dy() {
				t.Fatalf("text %d is %d high in a box of %d", i, text.set.height(), text.box.Dy())
			}
			for _, line := range text.set.lines {
				if advance(line) > fixed.I(text.box.Dx()) {
					t.Fatalf("a line of text %d is %v wide in a box of %d", i, advance(line), text.box.Dx())
				}
			}
			for _, other := range p.texts[:i] {
				if text.box.Overlaps(other.box) {
					t.Fatalf("texts stand on each other: %v, %v", text.box, other.box)
				}
			}
		}
		for _, cell := range p.cells {
			if cell.Size() != p.cells[0].Size() || !cell.In(canvas) {
				t.Fatalf("cells %v", p.cells)
			}
		}
	})
}

// TestColours compares the colours with those of the site's light scheme.
func TestColours(t *testing.T) {
	t.Parallel()
	sheet, err := static.FS.ReadFile("site.css")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]color.RGBA{
		"paper": paper, "wash": wash, "ink": inks[onPaper].colour, "soft": inks[soft].colour, "line": inks[line].colour,
		"accent": inks[accent].colour, "p1": inks[inkOf(1)].colour, "p2": inks[inkOf(2)].colour, "p3": inks[inkOf(3)].colour,
		"p4": inks[inkOf(4)].colour, "p5": inks[inkOf(5)].colour, "p6": inks[inkOf(6)].colour,
	} {
		want := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
		if !strings.Contains(string(sheet), "--"+name+": light-dark("+want+",") {
			t.Errorf("--%s is not %s in the style sheet", name, want)
		}
	}
	if inkOf(7) != inkOf(1) || inkOf(0) != onPaper || inkOf(-7) != onPaper {
		t.Error("colours do not come round again after the sixth")
	}
	if len(palette) > 256 {
		t.Errorf("the palette has %d colours", len(palette))
	}
}
