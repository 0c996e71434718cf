package web

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeTags are the sets of axe-core's rules that pages must keep.
const axeTags = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// A violation is what axe-core finds wrong on a page.
type violation struct {
	Rule, Help string
	Targets    []string // selectors of the elements, and what is wrong with each
}

// axeCore returns the script of axe-core, or fails the test.
func axeCore(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v; make tools installs what the tests need", err)
	}
	return string(script)
}

// testAxe has axe-core check a page of each kind, on a laptop in the light scheme and on a phone in the dark one.
// Together these are every layout and every colour.
func (r readers) testAxe(t *testing.T) {
	t.Parallel()
	script := axeCore(t)
	for _, kind := range pageKinds(t, r.full, r.small, r.empty) {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			tb := newTab(t, r.browser, kind.site)
			tb.do(chromedp.Navigate(kind.url()))
			evaluate[chromedp.Void](tb, script)
			tb.look(widths[0], "light")
			tb.axe(kind.path + " on a laptop, light")
			tb.look(widths[2], "dark")
			tb.axe(kind.path + " on a phone, dark")
		})
	}
}

// axe fails the test for each violation of the rules on the page.
func (tb *tab) axe(what string) {
	tb.t.Helper()
	type report struct {
		Violations []violation
		Contrasts  int // how many texts' contrast could be computed
	}
	r := evaluate[report](tb, `axe.run(document, {runOnly: {type: "tag", values: `+axeTags+`}}).then(r => ({
		Violations: r.violations.map(v => ({
			Rule: v.id, Help: v.help,
			Targets: v.nodes.slice(0, 8).map(n => n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map(c => c.message).join("; ")),
		})),
		Contrasts: r.passes.filter(p => p.id === "color-contrast").reduce((n, p) => n + p.nodes.length, 0),
	}))`)
	for _, v := range r.Violations {
		for _, target := range v.Targets {
			tb.t.Errorf("%s: %s (%s): %s", what, v.Rule, v.Help, target)
		}
	}
	if r.Contrasts == 0 {
		tb.t.Errorf("%s: axe-core computed no contrast", what)
	}
}
