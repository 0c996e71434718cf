package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"counterclaim/internal/web/browsertest"
	"counterclaim/internal/web/ui"
)

// testKeyboard goes through pages with the Tab key: the front page, the page with the most stops, whose heads stay in
// sight, and an article's, on a laptop and on a phone.
func (r readers) testKeyboard(t *testing.T) {
	t.Parallel()
	t.Run("skip", func(t *testing.T) {
		tb := newTab(t, r.browser, r.full)
		tb.do(chromedp.Navigate(r.full.url + "/"))
		browsertest.Skip(tb.ctx, t, "/")
	})
	for path, width := range map[string]int{
		"/": widths[2], ui.FactPath(roadFact): widths[0], ui.FactPath(vehiclesFact): widths[2], articlePath(t): widths[0],
	} {
		t.Run(fmt.Sprintf("%s at %d", path, width), func(t *testing.T) {
			tb := newTab(t, r.browser, r.full)
			tb.look(width, schemes[0])
			tb.do(chromedp.Navigate(r.full.url + path))
			browsertest.Walk(tb.ctx, t, path)
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
