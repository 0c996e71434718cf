package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/web/ui"
)

func TestShareEdition(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get(ui.ShareEditionPath("bridge-open", 1), http.StatusOK)
	got := texts(doc, ".shares pre")
	for _, want := range []string{"https://counterclaim.example/facts/bridge-open/editions/1", "https://counterclaim.example/facts/bridge-open"} {
		if !slices.Contains(got, want) {
			t.Errorf("the page has no text %q: %q", want, got)
		}
	}
	for _, want := range []string{`<iframe src="https://counterclaim.example/embed/facts/bridge-open/editions/1"`, `<iframe src="https://counterclaim.example/embed/facts/bridge-open"`} {
		if !slices.ContainsFunc(got, func(text string) bool { return strings.HasPrefix(text, want) }) {
			t.Errorf("no text begins with %s: %q", want, got)
		}
	}
	if src := attr(doc, ".shares img", "src"); src != ui.EditionCardPath("bridge-open", 1) {
		t.Errorf("the picture is %q", src)
	}
	if got := text(doc, ".warnings"); !strings.Contains(got, "show less than the page") {
		t.Errorf("the page warns: %q", got)
	}
	if attr(doc, `meta[name="robots"]`, "content") != "noindex" {
		t.Error("a page on sharing is to be found by search engines")
	}
	if href := attr(s.get("/facts/bridge-open", http.StatusOK), ".colophon a[data-share]", "href"); href != ui.ShareEditionPath("bridge-open", 1) {
		t.Errorf("the page of the fact leads to %q to share it", href)
	}
}

// TestShareAsOf shares what had been said by a day: only the first link shows the same.
func TestShareAsOf(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	path := ui.ShareEditionPath("bridge-open", 1)
	view := s.get(ui.AsOfPath("/facts/bridge-open", "2031-03-10"), http.StatusOK)
	if got, want := attr(view, `.colophon a[href*="/share"]`, "href"), ui.AsOfPath(path, "2031-03-10"); got != want {
		t.Errorf("the page as of a day leads to %q to share it, want %q", got, want)
	}
	doc := s.get(ui.AsOfPath(path, "2031-03-10"), http.StatusOK)
	if got := texts(doc, ".shares pre")[0]; got != "https://counterclaim.example/facts/bridge-open/editions/1?asof=2031-03-10" {
		t.Errorf("the first link is %q", got)
	}
	if got := texts(doc, ".warnings li"); len(got) != 2 || !strings.Contains(got[0], "Only the first link") {
		t.Errorf("the page warns: %q", got)
	}
	if got := text(s.get(ui.AsOfPath(path, "yesterday"), http.StatusBadRequest), "main"); !strings.Contains(got, "asof") {
		t.Errorf("the error does not name the field: %q", got)
	}
}

// TestShareOlder shares an edition that is not the latest any more.
func TestShareOlder(t *testing.T) {
	t.Parallel()
	s := newChangedSite(t)
	doc := s.get(ui.ShareEditionPath("bridge-open", 1), http.StatusOK)
	if got := texts(doc, ".warnings li"); len(got) != 2 || !strings.Contains(got[0], "is not the latest") {
		t.Errorf("the page warns: %q", got)
	}
}

func TestShareClaim(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	doc := s.get(ui.ShareClaimPath("V8N-K4HM"), http.StatusOK)
	got := texts(doc, ".shares pre")
	if len(got) != 3 || got[1] != "https://counterclaim.example/claims/V8N-K4HM" || got[2] != "https://counterclaim.example/facts/bridge-open/editions/1#V8N-K4HM" {
		t.Fatalf("the page has %q", got)
	}
	if want := "“dismissed talk of a closed bridge as idle”"; !strings.Contains(got[0], want) || !strings.HasSuffix(got[0], got[1]) || strings.HasPrefix(got[0], want) {
		t.Errorf("the quotation is %q, want who, %s and the link", got[0], want)
	}
	if warned := text(doc, ".warnings"); !strings.Contains(warned, "the words of one source") {
		t.Errorf("the page warns: %q", warned)
	}
	if own := texts(s.get("/claims/V8N-K4HM", http.StatusOK), "#copy pre"); !slices.Equal(own, got[:2]) {
		t.Errorf("the claim's page has %q, want %q", own, got[:2])
	}
	s.get(ui.ShareClaimPath("000-0000"), http.StatusNotFound)
}

// testShare copies with the script: by key in a comparison, by button on the page on sharing, in the dialog.
func (r readers) testShare(t *testing.T) {
	t.Parallel()
	tb := newTab(t, r.browser, r.full)
	tb.look(widths[0], schemes[0])
	tb.do(chromedp.Navigate(r.full.url + ui.FactPath(roadFact)))
	tb.allowClipboard()

	code := evaluate[string](tb, `(() => {
		const claim = [...document.querySelectorAll("figure.claim[id]")].find(c => c.checkVisibility());
		claim.querySelector("a").focus();
		return claim.id;
	})()`)
	permalink := evaluate[string](tb, `document.querySelector("[data-permalink]").dataset.permalink`)
	tb.press("l")
	if got, want := tb.copied("Link copied"), permalink+"#"+code; got != want {
		t.Errorf("the key l copies %q, want %q", got, want)
	}
	tb.press("q")
	words := evaluate[string](tb, `document.getElementById("`+code+`").querySelector("blockquote").innerText.replace(/\s+/g, " ").trim()`)
	if got := tb.copied("Quotation with link copied"); !strings.Contains(got, words) || !strings.HasSuffix(got, "\n"+permalink+"#"+code) {
		t.Errorf("the key q copies %q, want %q with the link", got, words)
	}

	tb.do(chromedp.Click(chromedp.CSS(".colophon a[data-share]")))
	if !evaluate[bool](tb, `document.querySelector("dialog.share").open`) {
		t.Fatal("the dialog is not open")
	}
	tb.do(chromedp.Click(chromedp.CSS(`dialog.share button.copy`)))
	if got := tb.copied("Permalink copied"); got != permalink {
		t.Errorf("the first button copies %q, want %q", got, permalink)
	}
	tb.press(kb.Escape)
	if evaluate[bool](tb, `document.querySelector("dialog.share").open`) {
		t.Error("Escape does not close the dialog")
	}
	tb.blameless("copying")

	plain := newTab(t, r.browser, r.full)
	plain.switchOffScripts()
	plain.do(chromedp.Navigate(r.full.url + ui.FactPath(roadFact)))
	plain.follow(".colophon a[data-share]")
	if evaluate[int](plain, `document.querySelectorAll("button.copy").length`) != 0 {
		t.Error("without scripts there are buttons that do nothing")
	}
	plain.blameless("the page on sharing")
}

// allowClipboard lets the page copy, as a browser does whose window has the focus.
func (tb *tab) allowClipboard() {
	tb.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.Call(tb.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
			Origin: "http://" + tb.host, BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID,
		})
		if err != nil {
			tb.t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(tb.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		tb.t.Fatal(err)
	}
}

// copied waits until the page says that it has copied something, and returns what is on the clipboard.
func (tb *tab) copied(said string) string {
	tb.t.Helper()
	return evaluate[string](tb, `(async () => {
		while (document.querySelector(".copied").textContent !== "`+said+`") await new Promise(requestAnimationFrame);
		return navigator.clipboard.readText();
	})()`)
}
