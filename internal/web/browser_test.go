package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"counterclaim/internal/web/browsertest"
	"counterclaim/internal/web/ui"
)

// widths are those of a laptop, a tablet and a phone.
var widths = []int{1440, 820, 375}

// narrowest is the width down to which nothing may scroll sideways (WCAG 2.2, 1.4.10).
const narrowest = 320

// A readers is a browser and the sites that it looks at, which no test changes.
type readers struct {
	browser            context.Context
	full, small, empty *site
}

// TestBrowser looks at the pages as readers do. Its parts share a browser and three sites.
func TestBrowser(t *testing.T) {
	t.Parallel()
	r := readers{browsertest.Start(t), newCorpusSite(t), newChangedSite(t), newSite(t)}
	t.Run("path", r.testPath)
	t.Run("pages", r.testPages)
	t.Run("passages", r.testPassages)
	t.Run("keyboard", r.testKeyboard)
	t.Run("embed", r.testEmbed)
	t.Run("share", r.testShare)
}

// testPath goes the way of a journalist, from the front page to a passage and on to its source, by clicking on links.
func (r readers) testPath(t *testing.T) {
	t.Parallel()
	for i, width := range widths {
		scheme := schemes[i%len(schemes)]
		t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
			tb := newTab(t, r.browser, r.full)
			tb.look(width, scheme)
			r.walk(tb)
		})
	}
	t.Run("without scripts", func(t *testing.T) {
		tb := newTab(t, r.browser, r.full)
		tb.look(widths[0], schemes[0])
		tb.switchOffScripts()
		r.walk(tb)
	})
}

func (r readers) walk(tb *tab) {
	arrived := func(what string) {
		tb.t.Helper()
		tb.fits(what)
		tb.blameless(what)
	}
	tb.do(chromedp.Navigate(r.full.url + "/"))
	arrived("the front page")

	tb.follow(`main a[href="/facts/` + roadFact + `"]`)
	arrived("the fact")

	type card struct{ Code, Words string }
	first := evaluate[card](tb, `(() => {
		const claim = [...document.querySelectorAll(".comparison .claim")].find(c => c.checkVisibility());
		return {Code: claim.querySelector("a.code").textContent, Words: claim.querySelector("blockquote").innerText.split("…")[0].replace(/[“”]/g, "").trim()};
	})()`)
	tb.follow(`.comparison .claim a[href^="/articles/"][href$="#` + first.Code + `"]`)
	arrived("the article")
	r.inView(tb, first.Code, first.Words)

	tb.follow(`.beside a.code[href="/claims/` + first.Code + `"]`)
	arrived("the claim")
	if got := evaluate[string](tb, `document.querySelector("h1 .code").textContent`); got != first.Code {
		tb.t.Errorf("the claim's page is that of %s, want %s", got, first.Code)
	}

	tb.follow(`.claim .who a[href^="/sources/"]`)
	arrived("the source")
	if got := evaluate[int](tb, `document.querySelectorAll('.entries a.code[href="/claims/`+first.Code+`"]').length`); got != 1 {
		tb.t.Errorf("the source's page has the claim %s %d times, want once", first.Code, got)
	}
}

// inView wants the claim to be what the address points to, and the words of its passage to be in view.
func (r readers) inView(tb *tab, code, words string) {
	tb.t.Helper()
	type sight struct {
		ID, Text            string
		Top, Bottom, Height float64
	}
	s := evaluate[sight](tb, `(() => {
		const target = document.querySelector(":target"), quote = target.closest(".passages > li").querySelector("blockquote");
		const box = quote.getBoundingClientRect(), words = quote.cloneNode(true);
		words.querySelectorAll("sup").forEach(e => e.remove());
		return {ID: target.id, Text: words.textContent, Top: box.top, Bottom: box.bottom, Height: innerHeight};
	})()`)
	if s.ID != code {
		tb.t.Fatalf("the article's page points to %q, want %q", s.ID, code)
	}
	if fold := func(s string) string { return strings.Join(strings.Fields(s), " ") }; !strings.Contains(fold(s.Text), fold(words)) {
		tb.t.Errorf("the passage is %q, want %q in it", s.Text, words)
	}
	if s.Top < 0 || s.Bottom > s.Height {
		tb.t.Errorf("the words stand from %.0f to %.0f of %.0f pixels, out of view", s.Top, s.Bottom, s.Height)
	}
}

// testPages looks at a page of each kind in every width, and has axe-core check it on a laptop in the light scheme and on a
// phone in the dark one: together these are every layout and every colour. The description of the API has thousands of
// elements, for which axe-core takes half a minute: it is checked once.
func (r readers) testPages(t *testing.T) {
	t.Parallel()
	tabs := map[*site]*tab{}
	for _, s := range []*site{r.full, r.small, r.empty} {
		tabs[s] = newTab(t, r.browser, s)
	}
	for _, kind := range pageKinds(t, r.full, r.small, r.empty) {
		tb := tabs[kind.site]
		t.Run(kind.name, func(t *testing.T) {
			tb.next(t, kind.name == "not-found" || strings.HasSuffix(kind.name, "-fault"))
			tb.do(chromedp.Navigate(kind.url()))
			for _, width := range append(slices.Clone(widths), narrowest) {
				tb.look(width, schemes[0])
				tb.fits(fmt.Sprintf("at %d pixels, the page", width))
				if width == widths[0] {
					browsertest.Axe(tb.ctx, t, kind.path+" on a laptop, light")
				}
			}
			if kind.name != "api" {
				tb.look(widths[2], "dark")
				browsertest.Axe(tb.ctx, t, kind.path+" on a phone, dark")
			}
			tb.blameless("the page")
		})
	}
}

// testPassages points to each claim of each article in turn: its passage must begin in view.
func (r readers) testPassages(t *testing.T) {
	t.Parallel()
	tb := newTab(t, r.browser, r.full)
	for _, article := range shipped(t).Articles {
		tb.do(chromedp.Navigate(r.full.url + ui.ArticlePath(string(article.Slug))))
		for _, width := range widths {
			tb.look(width, schemes[0])
			hidden := evaluate[[]string](tb, `[...document.querySelectorAll(".beside > li")].map(claim => {
				const code = claim.querySelector("a.code").textContent;
				location.hash = code;
				const words = document.querySelector(claim.querySelector("a").getAttribute("href")).getClientRects()[0];
				return words.top < 0 || words.bottom > innerHeight ? code : "";
			}).filter(code => code !== "")`)
			if len(hidden) > 0 {
				t.Errorf("%s at %d pixels: ways to %d claims leave the words out of view: %v", article.Slug, width, len(hidden), hidden)
			}
		}
	}
}
