package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/web/ui"
)

// testKeyboard goes through pages with the Tab key: the front page, the page with the most stops, whose heads stay in
// sight, and an article's, on a laptop and on a phone.
func (r readers) testKeyboard(t *testing.T) {
	t.Parallel()
	t.Run("skip", func(t *testing.T) {
		tb := newTab(t, r.browser, r.full)
		tb.do(chromedp.Navigate(r.full.url + "/"))
		tb.skips()
	})
	for path, width := range map[string]int{
		"/": widths[2], ui.FactPath(roadFact): widths[0], ui.FactPath(vehiclesFact): widths[2], articlePath(t): widths[0],
	} {
		t.Run(fmt.Sprintf("%s at %d", path, width), func(t *testing.T) {
			tb := newTab(t, r.browser, r.full)
			tb.look(width, schemes[0])
			tb.do(chromedp.Navigate(r.full.url + path))
			tb.tabThrough()
		})
	}
}

// articlePath is the address of an article with figures.
func articlePath(t testing.TB) string {
	t.Helper()
	c := shipped(t)
	return ui.ArticlePath(string(articleOf(t, c, figureClaim(t, c).Code).Slug))
}

func (tb *tab) press(key string) {
	tb.t.Helper()
	tb.do(chromedp.KeyEvent(key))
}

// skips wants the link that skips to the content to come first, to be seen then, and to lead to the content.
func (tb *tab) skips() {
	tb.t.Helper()
	tb.press(kb.Tab)
	type link struct {
		Class, Href string
		Seen        bool
	}
	l := evaluate[link](tb, `(() => {
		const e = document.activeElement, box = e.getBoundingClientRect();
		return {Class: e.className, Href: e.getAttribute("href") ?? "", Seen: box.left >= 0 && box.top >= 0 && box.width > 24 && box.height > 24};
	})()`)
	if l.Class != "skip" || !l.Seen {
		tb.t.Fatalf("the first stop of the Tab key is %+v, want the link that skips to the content, in sight", l)
	}
	tb.press(kb.Enter)
	if !evaluate[bool](tb, `document.activeElement.matches("main") && location.hash === "#content"`) {
		tb.t.Errorf("the skip link leaves the focus on %s, want main", evaluate[string](tb, `document.activeElement.tagName`))
	}
	tb.press(kb.Tab)
	if !evaluate[bool](tb, `document.activeElement.closest("main") !== null && document.activeElement.tagName !== "MAIN"`) {
		tb.t.Errorf("after the skip link, Tab leads to %s, want the first stop in main", evaluate[string](tb, `document.activeElement.outerHTML.slice(0, 120)`))
	}
}

// A stop is an element that the Tab key leads to.
type stop struct {
	Name     string
	Index    int  // among all that can be stopped at, in the order of the page's source; -1 at the end
	Outline  bool // it has one of 2 pixels or more
	InView   bool
	Obscured bool // nothing of it can be seen (WCAG 2.2, 2.4.11)
	Date     bool // it is a field for a date, in whose parts the Tab key stops one by one
}

// dateParts is how many stops a field for a date has besides the first.
const dateParts = 3

const atStop = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body || e === document.documentElement) return {Name: "", Index: -1, Outline: false, InView: false, Obscured: false, Date: false};
	const look = getComputedStyle(e), boxes = [...e.getClientRects()];
	const inside = boxes.filter(b => b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth);
	const seen = inside.some(b => [.1, .5, .9].some(x => [.2, .5, .8].some(y => {
		const at = document.elementFromPoint(b.x + b.width * x, b.y + b.height * y);
		return at && (e.contains(at) || at.contains(e) && !at.matches("th, thead, tr"));
	})));
	return {
		Name: (e.className ? "." + e.className + " " : "") + (e.href ?? e.tagName) + " " + e.textContent.trim().slice(0, 40),
		Index: window.stops.indexOf(e),
		Outline: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2 && !/, 0\)$|transparent/.test(look.outlineColor),
		InView: inside.length > 0,
		Obscured: !seen,
		Date: e.matches("input[type=date]"),
	};
})()`

// tabThrough presses Tab until the page ends. The order must be that of the source, with every stop reached, and nothing
// on the page may be drawn in another order; each stop must be seen, with an outline.
func (tb *tab) tabThrough() {
	tb.t.Helper()
	total := evaluate[int](tb, `(() => {
		window.stops = [...document.querySelectorAll("a[href], summary, [tabindex], button, input")].filter(e => e.tabIndex >= 0 && e.checkVisibility());
		return window.stops.length;
	})()`)
	reordered := evaluate[[]string](tb, `[...document.body.querySelectorAll("*")].filter(e => {
		const look = getComputedStyle(e);
		return e.tabIndex > 0 || look.order !== "0" || /reverse/.test(look.flexDirection + look.flexWrap);
	}).map(e => e.outerHTML.slice(0, 80))`)
	for _, e := range reordered {
		tb.t.Errorf("drawn or reached out of the order of the source: %s", e)
	}
	for want := range total {
		tb.press(kb.Tab)
		s := evaluate[stop](tb, atStop)
		for part := 0; part < dateParts && s.Index == want-1 && s.Date; part++ {
			tb.press(kb.Tab)
			s = evaluate[stop](tb, atStop)
		}
		if s.Index != want {
			tb.t.Fatalf("stop %d of %d is number %d, %s", want, total, s.Index, s.Name)
		}
		if !s.Outline {
			tb.t.Errorf("no outline on %s", s.Name)
		}
		if !s.InView {
			tb.t.Errorf("the focus is out of view on %s", s.Name)
		} else if s.Obscured {
			tb.t.Errorf("something covers the whole of %s", s.Name)
		}
	}
}
