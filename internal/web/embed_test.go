package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"counterclaim/internal/store"
	"counterclaim/internal/web/browsertest"
	"counterclaim/internal/web/ui"
	"counterclaim/static"
)

// TestEmbed wants a card to show the question, all positions in equal form with their holders, edition and date, and links
// that lead out of the frame.
func TestEmbed(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, path := range []string{ui.EmbedPath("bridge-open"), ui.EditionEmbedPath("bridge-open", 1)} {
		doc := s.get(path, http.StatusOK)
		if got := text(doc, "h1"); got != "Was the Long Bridge open, and to whom?" {
			t.Errorf("%s: h1 = %q", path, got)
		}
		heads := doc.Find(".heads > li")
		if heads.Length() != 4 {
			t.Errorf("%s has %d positions, want 4", path, heads.Length())
		}
		form := func(e *goquery.Selection) string {
			var names []string
			e.Find("*").Each(func(_ int, e *goquery.Selection) { names = append(names, goquery.NodeName(e)) })
			return strings.Join(names, " ")
		}
		heads.Each(func(i int, e *goquery.Selection) {
			if got, want := form(e), "h3 b dl"+strings.Repeat(" div dt dd", e.Find("dt").Length()); got != want {
				t.Errorf("%s: position %d is made of %s, want %s", path, i, got, want)
			}
			if e.Find("dt").First().Text() != "held by" || e.Find("dd").First().Text() == "" {
				t.Errorf("%s: position %d has the lines %q", path, i, e.Find("dl").Text())
			}
		})
		for _, want := range []string{allInvented, "and 1 more question on the page", "Edition 1 · ", noVerdict} {
			if !strings.Contains(text(doc, "main"), want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		links := doc.Find("a[href]")
		links.Each(func(_ int, e *goquery.Selection) {
			if e.AttrOr("target", "") != "_top" || e.AttrOr("rel", "") != "noopener" {
				t.Errorf("%s: the link to %s stays in the frame", path, e.AttrOr("href", ""))
			}
			s.fetch(e.AttrOr("href", ""), http.StatusOK)
		})
		page := strings.TrimPrefix(path, "/embed")
		if links.First().AttrOr("href", "") != page || doc.Find("link[rel=canonical]").AttrOr("href", "") != own+page {
			t.Errorf("%s stands for %q", path, doc.Find("link[rel=canonical]").AttrOr("href", ""))
		}
		if doc.Find("script, [style], img").Length() > 0 || doc.Find("meta[name=robots]").AttrOr("content", "") != "noindex" {
			t.Errorf("%s has scripts, styles or pictures, or is for search engines", path)
		}
		if n := doc.Find(".changed").Length(); n > 0 {
			t.Errorf("%s says that it has changed", path)
		}
	}
	for _, path := range []string{ui.EmbedPath("none"), ui.EditionEmbedPath("bridge-open", 2), "/embed/facts/bridge-open/editions/x", "/embed/facts/%2e%2e"} {
		if doc := s.get(path, http.StatusNotFound); text(doc, "h1") != errNoPage.message || doc.Find("a[target=_top]").Length() != 1 {
			t.Errorf("%s says %q", path, text(doc, "body"))
		}
	}
}

// TestEmbedChanged wants the card of an edition to say that its fact has changed, and how to see what.
func TestEmbedChanged(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	tag := func(path string) string {
		response, _ := s.fetch(path, http.StatusOK)
		return response.Header.Get("ETag")
	}
	path := ui.EditionEmbedPath("bridge-open", 1)
	before := tag(path)
	s.publish(again())
	if tag(path) == before {
		t.Error("the card of edition 1 has the same ETag after edition 2")
	}
	doc := s.get(path, http.StatusOK)
	if got := text(doc, ".changed"); !strings.HasPrefix(got, "The fact has changed since: 1 change") {
		t.Errorf("the card says %q", got)
	}
	if got := doc.Find(".changed a").AttrOr("href", ""); got != ui.ChangesPath("bridge-open", 1, 2) {
		t.Errorf("it leads to %q", got)
	}
	if got := text(doc, ".heads"); !strings.Contains(got, "It was shut to ordinary carts") {
		t.Errorf("it shows %q, want the words of edition 1", got)
	}
	if got := text(s.get(ui.EmbedPath("bridge-open"), http.StatusOK), "main"); !strings.Contains(got, "It was shut to all carts") || !strings.Contains(got, "Edition 2 · ") {
		t.Errorf("the card of the fact shows %q, want edition 2", got)
	}
}

// TestEmbedEnded wants the card of a fact that is on the lists no more to say so, and where it goes on.
func TestEmbedEnded(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	end := func(w store.Withdrawal) {
		t.Helper()
		w.Reason, w.Actor = "Asked twice.", "test"
		if _, err := s.store.Withdraw(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		s.heard()
	}
	end(store.Withdrawal{Fact: "swans-counted"})
	for _, path := range []string{ui.EmbedPath("swans-counted"), ui.EditionEmbedPath("swans-counted", 1)} {
		if got := text(s.get(path, http.StatusOK), ".changed"); !strings.HasPrefix(got, "This fact was withdrawn on ") || !strings.HasSuffix(got, ": Asked twice.") {
			t.Errorf("%s says %q", path, got)
		}
		s.picture("/cards" + strings.TrimPrefix(path, "/embed") + ".png")
	}
	s = newSampleSite(t)
	end(store.Withdrawal{Fact: "swans-counted", Into: "bridge-open"})
	if response, _ := s.fetch(ui.EmbedPath("swans-counted"), http.StatusMovedPermanently); response.Header.Get("Location") != ui.EmbedPath("bridge-open") {
		t.Errorf("the card of a merged fact leads to %q", response.Header.Get("Location"))
	}
	doc := s.get(ui.EditionEmbedPath("swans-counted", 1), http.StatusOK)
	if got := text(doc, ".changed"); !strings.HasPrefix(got, "This fact was merged into another on ") {
		t.Errorf("the card of its edition says %q", got)
	}
	if got := doc.Find(".changed a[target=_top]").AttrOr("href", ""); got != ui.FactPath("bridge-open") {
		t.Errorf("it leads to %q", got)
	}
}

// TestFrames wants other sites to be able to show cards in frames, and nothing else.
func TestFrames(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for route, path := range routePaths(t, s) {
		for _, path := range []string{path, strings.Replace(path, "bridge-open", "none", 1)} {
			response, _ := s.do(s.request(http.MethodGet, path))
			answers := []*http.Response{response}
			if tag := response.Header.Get("ETag"); tag != "" {
				again := s.request(http.MethodGet, path)
				again.Header.Set("If-None-Match", tag)
				unmodified, _ := s.do(again)
				answers = append(answers, unmodified)
			}
			for _, a := range answers {
				policy, opener := a.Header.Get("Content-Security-Policy"), a.Header.Get("Cross-Origin-Opener-Policy")
				what := fmt.Sprintf("%s (%d)", path, a.StatusCode)
				if a.Header.Get("X-Frame-Options") != "" {
					t.Errorf("%s: X-Frame-Options %q", what, a.Header.Get("X-Frame-Options"))
				}
				if strings.HasPrefix(route, "/embed/") {
					if policy != embedPolicy || opener != "" || a.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || a.Header.Get("Set-Cookie") != "" {
						t.Errorf("%s cannot be shown in a frame: %v", what, a.Header)
					}
				} else if !strings.Contains(policy, "frame-ancestors 'none'") || opener != "same-origin" {
					t.Errorf("%s can be shown in a frame: %q, %q", what, policy, opener)
				}
			}
		}
	}
}

// TestEmbedColours wants the cards' own style sheet to have the site's colours.
func TestEmbedColours(t *testing.T) {
	t.Parallel()
	colour := regexp.MustCompile(`--[a-z0-9]+: light-dark\([^)]*\)`)
	var sheets [2][]string
	for i, name := range []string{"site.css", "embed.css"} {
		sheet, err := static.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sheets[i] = colour.FindAllString(string(sheet), -1)
	}
	if len(sheets[0]) < 10 || !slices.Equal(sheets[0], sheets[1]) {
		t.Errorf("site.css has %v, embed.css %v", sheets[0], sheets[1])
	}
}

// testEmbed looks at cards in every width from 200 pixels on and in both schemes: nothing scrolls sideways, the height that
// is told to other sites is enough and not far too much, and axe-core finds nothing wrong.
func (r readers) testEmbed(t *testing.T) {
	t.Parallel()
	for _, card := range []struct {
		site *site
		fact string
	}{{r.full, roadFact}, {r.full, vehiclesFact}, {r.full, "who-closed-the-road"}, {r.small, "bridge-open"}, {r.small, "swans-counted"}} {
		t.Run(card.fact, func(t *testing.T) {
			tb := newTab(t, r.browser, card.site)
			tb.do(chromedp.Navigate(card.site.url + ui.EmbedPath(card.fact)))
			for i, width := range []int{200, 320, 375, 600, 820} {
				scheme := schemes[i%len(schemes)]
				tb.look(width, scheme)
				what := fmt.Sprintf("the card of %s at %d pixels, %s", card.fact, width, scheme)
				tb.fits(what)
				browsertest.Axe(tb.ctx, t, what)
				_, body := card.site.fetch(ui.OEmbedPath(own+ui.FactPath(card.fact))+fmt.Sprintf("&maxwidth=%d", width), http.StatusOK)
				var told oEmbed
				if err := json.Unmarshal(body, &told); err != nil {
					t.Fatal(err)
				}
				if told.Width != min(width, embedWidth) {
					t.Errorf("%s: other sites are told %d", what, told.Width)
				}
				if told.Width < width {
					continue
				}
				if takes := evaluate[int](tb, `Math.ceil(document.querySelector("footer").getBoundingClientRect().bottom + scrollY) + 17`); takes > told.Height || told.Height > takes*8/5+40 {
					t.Errorf("%s is %d pixels high, and other sites are told %d", what, takes, told.Height)
				}
			}
			tb.blameless("the card of " + card.fact)
		})
	}
	t.Run("in a sandbox", func(t *testing.T) {
		_, body := r.small.fetch(ui.OEmbedPath(own+ui.FactPath("bridge-open")), http.StatusOK)
		var told oEmbed
		if err := json.Unmarshal(body, &told); err != nil {
			t.Fatal(err)
		}
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<!DOCTYPE html><title>Another site</title>" + strings.Replace(told.HTML, own, r.small.url, 1)))
		}))
		defer other.Close()
		tb := newTab(t, r.browser, r.small)
		tb.look(820, "light")
		tb.do(chromedp.Navigate(other.URL))
		evaluate[chromedp.Void](tb, `new Promise(done => {
			const frame = document.querySelector("iframe");
			frame.addEventListener("load", () => done());
			frame.loading = "eager";
			frame.src = frame.src;
		})`)
		seen := 0
		for giveUp := time.Now().Add(20 * time.Second); seen < 100 && time.Now().Before(giveUp); { // it is drawn a little later
			seen = pixels(t, tb, color.NRGBA{0x6d, 0x4f, 0xae, 0xff})
		}
		if seen < 100 {
			t.Errorf("%d pixels have the colour of the first position: the card or its style sheet is not shown in the frame", seen)
		}
	})
}

// pixels counts the pixels of a colour in a picture of what a tab shows.
func pixels(t *testing.T, tb *tab, want color.NRGBA) int {
	t.Helper()
	shown, err := chromedp.Run(tb.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(shown))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			if color.NRGBAModel.Convert(m.At(x, y)) == want {
				n++
			}
		}
	}
	return n
}
