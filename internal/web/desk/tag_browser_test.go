package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/browsertest"
)

// A tagger is a browser's tab, logged in, that counts what its user does.
type tagger struct {
	t    testing.TB
	ctx  context.Context
	site *site

	acts int // key presses and clicks beyond a selection; keys pressed together are one

	mu     sync.Mutex
	faults []string
}

// newTagger starts a browser in which a new account of a role is logged in. It ends with the test.
func newTagger(t testing.TB, s *site, role store.Role) *tagger {
	t.Helper()
	tb := newNobody(t, s)
	tb.be(s.as(role).cookies())
	return tb
}

// newNobody starts a browser in which nobody is logged in. It ends with the test.
func newNobody(t testing.TB, s *site) *tagger {
	t.Helper()
	tb := &tagger{t: t, site: s}
	ctx := browsertest.Start(t, chromedp.WithListener(tb.listen))
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	tb.ctx = ctx
	tb.do()
	tb.look(1440, "light")
	return tb
}

// be makes a browser whoever has cookies.
func (tb *tagger) be(cookies map[string]string) {
	tb.t.Helper()
	if _, err := chromedp.Call(tb.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		tb.t.Fatal(err)
	}
	for name, value := range cookies {
		if _, err := chromedp.Call(tb.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: tb.site.url}); err != nil {
			tb.t.Fatal(err)
		}
	}
}

// listen notes errors in the console, which breaches of the Content-Security-Policy are among, and scripts that fail.
func (tb *tagger) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		tb.fault("script failed: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
	case *log.EventEntryAdded:
		refused := e.Entry.Source == log.EntrySourceNetwork && (strings.Contains(e.Entry.Text, "422") || strings.Contains(e.Entry.Text, "409"))
		if !refused && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			tb.fault("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		tb.fault("a dialog: %s", e.Message)
	}
}

func (tb *tagger) fault(format string, args ...any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.faults = append(tb.faults, fmt.Sprintf(format, args...))
}

// blameless fails the test for what was noted since it was asked last.
func (tb *tagger) blameless() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, f := range tb.faults {
		tb.t.Error(f)
	}
	tb.faults = nil
}

func (tb *tagger) do(actions ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, actions...); err != nil {
		tb.t.Fatal(err)
	}
}

// look shows pages in a width, in a colour scheme.
func (tb *tagger) look(width int, scheme string) {
	tb.t.Helper()
	tb.do(chromedp.EmulateViewport(int64(width), 900))
	_, err := chromedp.Call(tb.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		tb.t.Fatal(err)
	}
}

func (tb *tagger) open(path string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(tb.site.url + path))
}

// ask returns what a script says.
func ask[T any](tb *tagger, script string) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// await waits until a script says true.
func (tb *tagger) await(what, script string) {
	tb.t.Helper()
	ok := false
	for giveUp := time.Now().Add(10 * time.Second); !ok && time.Now().Before(giveUp); time.Sleep(5 * time.Millisecond) {
		ok = ask[bool](tb, `(() => { try { return !!(`+script+`); } catch { return false; } })()`)
	}
	if !ok {
		tb.t.Fatalf("waited in vain for %s; the page says: %s", what, ask[string](tb, `document.querySelector("#form")?.innerText.slice(0, 1500) ?? document.body.innerText.slice(0, 500)`))
	}
}

// key presses a key once, with others held.
func (tb *tagger) key(key string, held ...chromedp.Modifier) {
	tb.t.Helper()
	tb.acts++
	events := kb.Encode([]rune(key)[0]) // down, the character if it has one, up
	down, up := *events[0], *events[len(events)-1]
	for _, m := range held {
		down.Modifiers |= int64(m)
		up.Modifiers |= int64(m)
	}
	if char := events[1]; char.Type == kb.KeyChar && down.Modifiers&^int64(chromedp.ModifierShift) == 0 {
		// With its character in the same event: what the page prevents of the one, it prevents of the other.
		down.Text, down.UnmodifiedText = char.Text, char.UnmodifiedText
	}
	for _, event := range []input.DispatchKeyEventParams{down, up} {
		if _, err := chromedp.Call(tb.ctx, input.DispatchKeyEvent, event); err != nil {
			tb.t.Fatal(err)
		}
	}
}

// click clicks on the first element that fits a selector.
func (tb *tagger) click(selector string) {
	tb.t.Helper()
	tb.acts++
	literal, _ := json.Marshal(selector)
	type point struct{ X, Y float64 }
	p := ask[point](tb, `(() => {
		const e = [...document.querySelectorAll(`+string(literal)+`)].find(e => e.checkVisibility());
		if (!e) return {X: -1, Y: -1};
		e.scrollIntoView({block: "center", behavior: "instant"});
		const box = e.getClientRects()[0];
		return {X: box.x + box.width / 2, Y: box.y + box.height / 2};
	})()`)
	if p.X < 0 {
		tb.t.Fatalf("nothing in sight fits %s", selector)
	}
	tb.do(chromedp.MouseClickXY(p.X, p.Y))
}

// drag selects words by pressing the mouse within the first letter and letting it go within the last.
func (tb *tagger) drag(words string) {
	tb.t.Helper()
	literal, _ := json.Marshal(words)
	type line struct{ X1, Y1, X2, Y2 float64 }
	l := ask[line](tb, `(() => {
		const words = `+string(literal)+`;
		for (const p of document.querySelectorAll("#text .said")) {
			const nodes = [], walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT, n => n.parentElement.closest("[data-aside]") ? 2 : 1);
			while (walk.nextNode()) nodes.push(walk.currentNode);
			const at = nodes.map(n => n.data).join("").indexOf(words);
			if (at < 0) continue;
			p.scrollIntoView({block: "center", behavior: "instant"});
			const box = offset => {
				let n = offset;
				for (const t of nodes) {
					if (n < t.length) { const r = document.createRange(); r.setStart(t, n); r.setEnd(t, n + 1); return r.getClientRects()[0]; }
					n -= t.length;
				}
			};
			const a = box(at), b = box(at + words.length - 1);
			return {X1: a.left + 1, Y1: a.top + a.height / 2, X2: b.right - 1, Y2: b.top + b.height / 2};
		}
	})()`)
	for _, e := range []struct {
		kind input.DispatchMouseEventType
		x, y float64
	}{{input.DispatchMouseEventTypeMousePressed, l.X1, l.Y1}, {input.DispatchMouseEventTypeMouseMoved, l.X2, l.Y2}, {input.DispatchMouseEventTypeMouseReleased, l.X2, l.Y2}} {
		_, err := chromedp.Call(tb.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: e.kind, X: e.x, Y: e.y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
		if err != nil {
			tb.t.Fatal(err)
		}
	}
	tb.await("the pill", `!document.querySelector(".pill").hidden`)
}

// claims returns the article's claims as they are stored, in their order.
func (tb *tagger) claims() []store.Claim {
	tb.t.Helper()
	return tb.site.tagging(untold).Claims
}

// shot takes a picture into the folder that the environment names, if it names one.
func (tb *tagger) shot(name string) {
	tb.t.Helper()
	folder := os.Getenv("SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(tb.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tb.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		tb.t.Fatal(err)
	}
}

// The bounds of what a claim may cost beyond its selection, with a speaker and a fact that are known.
const (
	mostForQuick    = 4
	mostForComplete = 8
)

// spent fails the test if a claim has cost more key presses and clicks than it may, and says how many.
func (tb *tagger) spent(how, words string, most int) {
	tb.t.Helper()
	tb.t.Logf("%s: %d key presses and clicks for %q", how, tb.acts, words)
	if tb.acts > most {
		tb.t.Errorf("%s: %d key presses and clicks, want at most %d", how, tb.acts, most)
	}
	tb.acts = 0
}

// saved waits until as many claims as that are in the margin, and returns the one with the words.
func (tb *tagger) saved(n int, words string) store.Claim {
	tb.t.Helper()
	tb.await(fmt.Sprintf("%d claims in the margin", n), fmt.Sprintf(`document.querySelectorAll("#text .note-link").length === %d && document.querySelector("#claim-form[data-new] #f-quotation")`, n))
	for _, c := range tb.claims() {
		if strings.Join(c.Words, " … ") == words {
			return c
		}
	}
	tb.t.Fatalf("no claim has the words %q", words)
	return store.Claim{}
}

// TestTagByMouse tags by selecting with the mouse, clicks, and keys.
func TestTagByMouse(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first := s.as(store.RoleEditor).tag("Nobody closed anything.", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleContributor)
	tb.open(untoldPath + "?after=" + string(first.Code)) // speaker and fact are known
	tb.watchPace()
	for i, c := range []struct{ drawn, words, position string }{
		{"ridge has been shut since Mon", "bridge has been shut since Monday", "closed"},
		{"he urged both towns to count again", "he urged both towns to count again", "open"},
		{"t least 40 carts wai", "at least 40 carts wait", "closed"},
	} {
		tb.drag(c.drawn)
		tb.click(".pill button")
		tb.await("the passage in the form", `document.querySelector("#passage blockquote")?.textContent`)
		tb.click(`.positions input[value="/` + c.position + `"]`)
		how := "#save"
		if i == 2 {
			how = "#complete"
		}
		tb.click(how)
		got := tb.saved(i+2, c.words)
		if len(got.Stances) != 1 || got.Stances[0].Position != narrative.Slug(c.position) || got.Source != "mayor" {
			t.Errorf("saved %+v by %s, want the position %s by the mayor", got.Stances, got.Source, c.position)
		}
		if i == 2 && (len(got.Preset) > 0 || len(got.Figures) != 1) {
			t.Errorf("saved as complete with %q to complete and %d figures, want none and one", got.Preset, len(got.Figures))
		}
		if i == 2 {
			tb.spent("mouse, complete", c.words, mostForComplete)
		} else {
			tb.spent("mouse, quick", c.words, mostForQuick)
		}
	}
	tb.pace("mouse", mouseQuick, mouseComplete, trackpadQuick)
	tb.blameless()

	tb.drag("ferry before")
	tb.key("t")
	tb.await("the passage", `document.querySelectorAll("#passage blockquote").length === 1`)
	tb.drag("both towns")
	tb.key("a")
	tb.await("a second piece", `document.querySelectorAll("#passage blockquote").length === 2`)
	tb.drag("ad ever asked. He prom")
	tb.key("t")
	tb.await("another passage in place of both", `[...document.querySelectorAll("#passage blockquote")].map(b => b.textContent).join() === "had ever asked. He promised"`)
	tb.key("]")
	tb.await("a longer passage", `document.querySelector("#passage blockquote").textContent === "had ever asked. He promised a"`)
	tb.key("1")
	tb.key(kb.Enter, chromedp.ModifierCtrl)
	tb.saved(5, "had ever asked. He promised a")
	tb.key("z", chromedp.ModifierCtrl)
	tb.await("the claim to be gone", `document.querySelectorAll("#text .note-link").length === 4`)
	tb.blameless()
}

// TestSelectionsThatAreNone selects across paragraphs and columns, and white space.
func TestSelectionsThatAreNone(t *testing.T) {
	t.Parallel()
	tb := newTagger(t, newBridge(t), store.RoleContributor)
	tb.open(untoldPath)
	for name, c := range map[string]struct{ from, to, says string }{
		"two paragraphs": {`said[0].firstChild, 4`, `said[1].firstChild, 9`, "inside one paragraph"},
		"two columns":    {`said[4].firstChild, 2`, `document.querySelector("#form-title").firstChild, 3`, "inside one paragraph"},
		"white space":    {`said[0].firstChild, 3`, `said[0].firstChild, 4`, "no words"},
	} {
		ask[chromedp.Void](tb, `(() => {
			const said = document.querySelectorAll("#text .said");
			getSelection().setBaseAndExtent(`+c.from+`, `+c.to+`);
			document.dispatchEvent(new PointerEvent("pointerup", {bubbles: true}));
		})()`)
		tb.await(name, `!document.querySelector(".pill").hidden && document.querySelector(".pill").innerText.includes("`+c.says+`")`)
		tb.key("t")
		if ask[bool](tb, `document.querySelector("#passage blockquote") !== null`) {
			t.Errorf("%s: was taken", name)
		}
	}
	tb.blameless()
}
