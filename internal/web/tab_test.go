package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tabTimeout bounds all that a test does in one tab.
const tabTimeout = 10 * time.Minute

// A tab is a tab of a browser without anything of the others: no cookies, no cache. It notes what a page must not do.
type tab struct {
	t    testing.TB
	ctx  context.Context
	host string // the only one that pages may ask

	mu      sync.Mutex
	mayMiss bool // the page asked for is not there, or refuses what is asked
	faults  []string
}

// newTab opens a tab for the pages of a site and closes it after the test.
func newTab(t testing.TB, browser context.Context, s *site) *tab {
	t.Helper()
	tb := &tab{t: t, host: strings.TrimPrefix(s.url, "http://")}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(tb.listen))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, tabTimeout)
	t.Cleanup(cancel)
	tb.ctx = ctx
	return tb
}

// next makes the tab that of another test, which asks for a page that may not be there, or may refuse what is asked.
func (tb *tab) next(t testing.TB, mayMiss bool) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.t, tb.mayMiss, tb.faults = t, mayMiss, nil
}

// listen notes errors and warnings in the console, which breaches of the Content-Security-Policy are among, scripts that
// fail, and requests to other hosts.
func (tb *tab) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		tb.fault("console.%s", e.Type)
	case *runtime.EventExceptionThrown:
		tb.fault("script failed: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if tb.missing() && e.Entry.Source == log.EntrySourceNetwork && (strings.Contains(e.Entry.Text, "404") || strings.Contains(e.Entry.Text, "400")) {
			return
		}
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			tb.fault("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "data:") {
			return // the picture of a control of the browser's own; one of ours is against the policy, which is noted
		}
		if to, err := url.Parse(e.Request.URL); err != nil || to.Scheme != "http" || to.Host != tb.host {
			tb.fault("a request to %s", e.Request.URL)
		}
	}
}

func (tb *tab) missing() bool {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return tb.mayMiss
}

func (tb *tab) fault(format string, args ...any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.faults = append(tb.faults, fmt.Sprintf(format, args...))
}

// blameless fails the test for what was noted since it was asked last, and for cookies.
func (tb *tab) blameless(what string) {
	tb.t.Helper()
	cookies, err := chromedp.Call(tb.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		tb.t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		tb.fault("the cookie %s", c.Name)
	}
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, f := range tb.faults {
		tb.t.Errorf("%s: %s", what, f)
	}
	tb.faults = nil
}

// do runs actions that return nothing.
func (tb *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, actions...); err != nil {
		tb.t.Fatal(err)
	}
}

// look shows pages with a width of that many pixels, a height that fits it, in a colour scheme, and without motion.
func (tb *tab) look(width int, scheme string) {
	tb.t.Helper()
	height := 900
	if width < 600 {
		height = 740
	}
	tb.do(chromedp.EmulateViewport(int64(width), int64(height)))
	_, err := chromedp.Call(tb.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		tb.t.Fatal(err)
	}
}

// switchOffScripts forbids scripts, but for those of the test.
func (tb *tab) switchOffScripts() {
	tb.t.Helper()
	_, err := chromedp.Call(tb.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		tb.t.Fatal(err)
	}
}

// evaluate returns what a script says, awaiting it if it is a promise.
func evaluate[T any](tb *tab, script string) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// follow clicks on the first link in sight that fits a selector, once the page has it in view, and waits for what it
// leads to.
func (tb *tab) follow(selector string) {
	tb.t.Helper()
	literal, err := json.Marshal(selector)
	if err != nil {
		tb.t.Fatal(err)
	}
	type point struct {
		X, Y float64
		Href string
	}
	p := evaluate[point](tb, `(() => {
		const link = [...document.querySelectorAll(`+string(literal)+`)].find(e => e.checkVisibility());
		if (!link) return {X: 0, Y: 0, Href: ""};
		link.scrollIntoView({block: "center", behavior: "instant"});
		const box = link.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2;
		return {X: x, Y: y, Href: link.contains(document.elementFromPoint(x, y)) ? link.href : "covered"};
	})()`)
	switch p.Href {
	case "":
		tb.t.Fatalf("%s: no link in sight fits %s", tb.location(), selector)
	case "covered":
		tb.t.Fatalf("%s: something covers the link %s", tb.location(), selector)
	}
	if _, err := chromedp.RunResponse(tb.ctx, chromedp.MouseClickXY(p.X, p.Y)); err != nil {
		tb.t.Fatal(err)
	}
	if at := tb.location(); at != p.Href {
		tb.t.Fatalf("the link %s led to %s, want %s", selector, at, p.Href)
	}
}

func (tb *tab) location() string {
	tb.t.Helper()
	at, err := chromedp.Run(tb.ctx, chromedp.Location())
	if err != nil {
		tb.t.Fatal(err)
	}
	return at
}

// fits fails the test if the page can be scrolled sideways, and names what sticks out.
func (tb *tab) fits(what string) {
	tb.t.Helper()
	type overflow struct {
		Width, Room int
		Out         []string
	}
	o := evaluate[overflow](tb, `(() => {
		const room = document.documentElement.clientWidth;
		const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > room + 1 && e.checkVisibility())
			.map(e => e.tagName.toLowerCase() + (e.getAttribute("class") ? "." + e.getAttribute("class") : "") + " " + e.textContent.trim().slice(0, 40));
		return {Width: document.documentElement.scrollWidth, Room: room, Out: out.slice(0, 5)};
	})()`)
	if o.Width > o.Room {
		tb.t.Errorf("%s scrolls sideways: %d pixels wide in %d: %q", what, o.Width, o.Room, o.Out)
	}
}
