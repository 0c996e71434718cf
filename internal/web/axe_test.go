package web

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeTags are the sets of axe-core's rules that pages must keep.
const axeTags = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// axeColours are the rules whose findings depend on the colour scheme. All others are asked in the light one only.
const axeColours = `["color-contrast", "link-in-text-block"]`

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

// testAxe has axe-core check a page of each kind.
func (r readers) testAxe(t *testing.T) {
	t.Parallel()
	script := axeCore(t)
	for _, kind := range pageKinds(t, r.full, r.small, r.empty) {
		t.Run(kind.name, func(t *testing.T) {
			tb := newTab(t, r.browser, kind.site)
			for _, width := range []int{widths[0], widths[2]} {
				tb.look(width, "light")
				tb.do(chromedp.Navigate(kind.url()))
				evaluate[chromedp.Void](tb, script)
				tb.axe(fmt.Sprintf("%s at %d, light", kind.path, width), `{type: "tag", values: `+axeTags+`}`)
				tb.look(width, "dark")
				tb.axe(fmt.Sprintf("%s at %d, dark", kind.path, width), `{type: "rule", values: `+axeColours+`}`)
			}
		})
	}
}

// axe fails the test for each violation of the rules on the page.
func (tb *tab) axe(what, rules string) {
	tb.t.Helper()
	violations := evaluate[[]violation](tb, `axe.run(document, {runOnly: `+rules+`, resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
		Rule: v.id, Help: v.help,
		Targets: v.nodes.slice(0, 8).map(n => n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map(c => c.message).join("; ")),
	})))`)
	for _, v := range violations {
		for _, target := range v.Targets {
			tb.t.Errorf("%s: %s (%s): %s", what, v.Rule, v.Help, target)
		}
	}
}
