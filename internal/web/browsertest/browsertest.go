// Package browsertest gives tests of pages what asks in a browser whether everybody can use a page: by axe-core and by keyboard.
package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// axeTags are the sets of axe-core's rules that pages must keep.
const axeTags = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// axeCore returns the script of axe-core, or fails the test.
func axeCore(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; !exists(filepath.Join(folder, "go.mod")); folder = filepath.Dir(folder) {
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the test's folder")
		}
	}
	script, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v; make tools installs what the tests need", err)
	}
	return string(script)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// evaluate returns what a script says in a tab, awaiting it if it is a promise.
func evaluate[T any](ctx context.Context, t testing.TB, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// Axe fails the test for each violation of the rules on the page in a tab, and says what page it is.
func Axe(ctx context.Context, t testing.TB, what string) {
	t.Helper()
	if !evaluate[bool](ctx, t, `window.axe !== undefined`) {
		evaluate[chromedp.Void](ctx, t, axeCore(t))
	}
	type violation struct {
		Rule, Help string
		Targets    []string // selectors of the elements, and what is wrong with each
	}
	type report struct {
		Violations []violation
		Contrasts  int // 0 if no text's contrast could be computed
	}
	// Of what passes axe-core then describes one element for each rule, not thousands.
	r := evaluate[report](ctx, t, `axe.run(document, {runOnly: {type: "tag", values: `+axeTags+`}, resultTypes: ["violations"]}).then(r => ({
		Violations: r.violations.map(v => ({
			Rule: v.id, Help: v.help,
			Targets: v.nodes.slice(0, 8).map(n => n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map(c => c.message).join("; ")),
		})),
		Contrasts: r.passes.filter(p => p.id === "color-contrast").reduce((n, p) => n + p.nodes.length, 0),
	}))`)
	for _, v := range r.Violations {
		for _, target := range v.Targets {
			t.Errorf("%s: %s (%s): %s", what, v.Rule, v.Help, target)
		}
	}
	if r.Contrasts == 0 {
		t.Errorf("%s: axe-core computed no contrast", what)
	}
}

// press presses a key once and lets it go: "Tab", or "Enter", whose text is what a browser acts on.
func press(ctx context.Context, t testing.TB, key string, code int64, text string) {
	t.Helper()
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Code: key, WindowsVirtualKeyCode: code, NativeVirtualKeyCode: code, Text: text}
	if text == "" {
		down.Type = input.DispatchKeyEventTypeRawKeyDown
	}
	up := down
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	for _, event := range []input.DispatchKeyEventParams{down, up} {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, event); err != nil {
			t.Fatal(err)
		}
	}
}

func pressTab(ctx context.Context, t testing.TB) {
	t.Helper()
	press(ctx, t, "Tab", 9, "")
}

// Skip wants the link that skips to the content to come first on the page in a tab, to be seen then, and to lead to the
// content. The page has to have the focus that it has when it is opened, and something to stop at in its content.
func Skip(ctx context.Context, t testing.TB, what string) {
	t.Helper()
	pressTab(ctx, t)
	type link struct {
		Class string
		Seen  bool
	}
	l := evaluate[link](ctx, t, `(() => {
		const e = document.activeElement, box = e.getBoundingClientRect();
		return {Class: e.className, Seen: box.left >= 0 && box.top >= 0 && box.width > 24 && box.height > 24};
	})()`)
	if l.Class != "skip" || !l.Seen {
		t.Fatalf("%s: the first stop of the Tab key is %+v, want the link that skips to the content, in sight", what, l)
	}
	press(ctx, t, "Enter", 13, "\r")
	if !evaluate[bool](ctx, t, `document.activeElement.matches("main") && location.hash === "#content"`) {
		t.Errorf("%s: the skip link leaves the focus on %s, want main", what, evaluate[string](ctx, t, `document.activeElement.tagName`))
	}
	pressTab(ctx, t)
	if !evaluate[bool](ctx, t, `document.activeElement.closest("main") !== null && document.activeElement.tagName !== "MAIN"`) {
		t.Errorf("%s: after the skip link, Tab leads to %s, want the first stop in main", what, evaluate[string](ctx, t, `document.activeElement.outerHTML.slice(0, 120)`))
	}
}

// walking notes all that can be stopped at, in the order of the page's source, and from then on what each press of Tab leads
// to. Of radio buttons of one name the Tab key stops at the one that is chosen or, with none, at the first. In a field for a
// date it stops once for each part.
const walking = `(() => {
	const at = e => e.matches("input[type=date]") ? 4 : 1;
	const chosen = e => {
		const all = [...(e.form ?? document).querySelectorAll('input[type=radio][name="' + CSS.escape(e.name) + '"]')].filter(r => r.form === e.form && !r.disabled);
		return e === (all.find(r => r.checked) ?? all[0]);
	};
	window.stops = [...document.querySelectorAll("a[href], summary, [tabindex], button, input, select, textarea")]
		.filter(e => e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) && !e.matches(":disabled"))
		.filter(e => e.type !== "radio" || chosen(e))
		.flatMap(e => Array(at(e)).fill(e));
	window.walked = [];
	const look = e => {
		const name = (e.className ? "." + e.className + " " : "") + (e.getAttribute("href") ?? e.id + " " + e.tagName) + " " + e.textContent.trim().slice(0, 40);
		if (e === document.body || e === document.documentElement) return {Name: name, Index: -1, Outline: true, InView: true, Seen: true};
		const style = getComputedStyle(e), inside = [...e.getClientRects()].filter(b => b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth);
		const n = walked.length;
		return {
			Name: name,
			Index: stops[n] === e ? n : stops.indexOf(e),
			Outline: n > 0 && stops[n - 1] === e || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !/, 0\)$|transparent/.test(style.outlineColor),
			InView: inside.length > 0,
			Seen: inside.some(b => [.1, .5, .9].some(x => [.2, .5, .8].some(y => {
				const top = document.elementFromPoint(b.x + b.width * x, b.y + b.height * y);
				return top && (e.contains(top) || top.contains(e) && !top.matches("th, thead, tr"));
			}))),
		};
	};
	addEventListener("keyup", event => { if (event.key === "Tab") walked.push(look(document.activeElement)) }, true);
	return stops.length;
})()`

// A stop is an element that the Tab key leads to.
type stop struct {
	Name    string
	Index   int  // among all that can be stopped at, in the order of the page's source; -1 for what is none of them
	Outline bool // it has one of 2 pixels or more
	InView  bool
	Seen    bool // something of it can be seen (WCAG 2.2, 2.4.11)
}

// Walk presses Tab in a tab from the beginning of its page to the end, and fails the test unless each element that can be
// stopped at is reached once, in the order of the source, is in view, and has an outline, and the last one lets go. Nothing on
// the page may be drawn in another order.
func Walk(ctx context.Context, t testing.TB, what string) {
	t.Helper()
	total := evaluate[int](ctx, t, walking)
	reordered := evaluate[[]string](ctx, t, `[...document.body.querySelectorAll("*")].filter(e => {
		const look = getComputedStyle(e);
		return e.tabIndex > 0 || look.order !== "0" || /reverse/.test(look.flexDirection + look.flexWrap);
	}).map(e => e.outerHTML.slice(0, 80))`)
	for _, e := range reordered {
		t.Errorf("%s: drawn or reached out of the order of the source: %s", what, e)
	}
	for range total {
		pressTab(ctx, t)
	}
	walked := evaluate[[]stop](ctx, t, `walked`)
	for i, s := range walked {
		if s.Index != i {
			t.Errorf("%s: stop %d of %d is number %d: %s", what, i, total, s.Index, strings.TrimSpace(s.Name))
			return
		}
		switch {
		case !s.InView:
			t.Errorf("%s: the focus is out of view on %s", what, s.Name)
		case !s.Seen:
			t.Errorf("%s: something covers the whole of %s", what, s.Name)
		case !s.Outline:
			t.Errorf("%s: no outline on %s", what, s.Name)
		}
	}
	if len(walked) != total {
		t.Errorf("%s: %d of %d stops were reached", what, len(walked), total)
		return
	}
	pressTab(ctx, t)
	if total > 0 && evaluate[bool](ctx, t, `document.activeElement === stops.at(-1)`) {
		t.Errorf("%s: the last stop does not let go of the focus", what)
	}
}
