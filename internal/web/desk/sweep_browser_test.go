package desk

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"counterclaim/internal/web/browsertest"
)

// sweptWidths are those of a laptop, a tablet and a phone, and the one down to which nothing may scroll sideways (WCAG 2.2,
// 1.4.10). What is like something that was looked at in all of them is looked at in the widest and the narrowest.
var sweptWidths = []int{1440, 820, 375, 320}

// TestSweep goes through every page of the desk, on one site: it is there; a browser shows it as everybody can use it, in
// every width and by keyboard; and a form that was sent with nothing in it says what is missing, and where.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := newSweepSite(t)
	t.Run("addresses", s.testAddresses)
	t.Run("practice", s.testPractice)
	tb := newNobody(t, s.site)
	t.Run("pages", func(t *testing.T) { tb.t = t; s.testPages(t, tb) })
	t.Run("refused", func(t *testing.T) { tb.t = t; s.testRefused(t, tb) })
}

// A glance is what a test reads from a page at once.
type glance struct {
	Title     string
	Headings  int // of the first level
	Landmarks string
}

const glancing = `({
	Title: document.title,
	Headings: document.querySelectorAll("h1").length,
	Landmarks: [...document.querySelectorAll("body > *")].filter(e => e.checkVisibility()).map(e => e.localName + (e.localName === "a" ? "." + e.className : "")).join(" "),
})`

// testPages looks at every page.
func (s *sweepSite) testPages(t *testing.T, tb *tagger) {
	titles := map[string]string{}
	var who map[string]string
	for i, p := range s.pages() {
		t.Run(p.name, func(t *testing.T) {
			tb.t = t
			if i == 0 || !maps.Equal(p.cookies, who) {
				tb.be(p.cookies)
				who = p.cookies
			}
			tb.look(sweptWidths[0], []string{"light", "dark"}[i%2])
			tb.open(p.path)
			g := ask[glance](tb, glancing)
			if g.Headings != 1 || g.Landmarks != "a.skip header main footer" {
				t.Errorf("there are %d headings of the first level, and the page is %s", g.Headings, g.Landmarks)
			}
			if other, used := titles[g.Title]; used && p.isOwn {
				t.Errorf("%s is called %q too", other, g.Title)
			}
			if p.isOwn {
				titles[g.Title] = p.path
			}
			if !p.isAlike {
				browsertest.Walk(tb.ctx, t, p.path)
				browsertest.Axe(tb.ctx, t, p.path)
			}
			if p.isAlike {
				tb.fits(sweptWidths[0], sweptWidths[3])
			} else {
				tb.fits(sweptWidths...)
			}
			tb.blameless()
		})
	}
}

// fits looks at the page in widths: nothing may be wider than the screen, and no target too small.
func (tb *tagger) fits(widths ...int) {
	tb.t.Helper()
	for _, width := range widths {
		tb.do(chromedp.EmulateViewport(int64(width), 900))
		type sight struct {
			Over       int
			Out, Small []string
		}
		s := ask[sight](tb, `(() => {
			const room = document.documentElement.clientWidth, name = e => e.outerHTML.slice(0, 120);
			const over = document.documentElement.scrollWidth - room;
			const alone = e => getComputedStyle(e).display !== "inline" || e.parentElement.matches("p, li, dt, dd") && e.parentElement.textContent.trim() === e.textContent.trim();
			return {
				Over: over,
				Out: over > 0 ? [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > room + 1 && e.checkVisibility()).map(name).slice(0, 5) : [],
				Small: [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
					.filter(e => e.checkVisibility() && !e.matches(".unseen, .skip") && !e.closest(".working, .drawn") && alone(e))
					.filter(e => { const b = e.getBoundingClientRect(); return b.height < 23.9 || b.width < 23.9 && !e.matches("a") }).map(name),
			};
		})()`)
		if s.Over > 0 {
			tb.t.Errorf("at %d the page is %d px wider than the screen: %q", width, s.Over, s.Out)
		}
		if len(s.Small) > 0 {
			tb.t.Errorf("at %d there are targets of less than 24 px: %q", width, s.Small)
		}
	}
}

// A sentForm is a form of a page with nothing in its fields.
type sentForm struct {
	action, kind string // its address, and how it is written
	fields       url.Values
}

// emptied returns the forms of a page that have something to fill in, with nothing filled in.
func emptied(page *goquery.Document, path string) (forms []sentForm) {
	page.Find("main form[method=post]").Each(func(_ int, form *goquery.Selection) {
		visible := form.Find("textarea[name], select[name], input[name]:not([type=hidden], [type=checkbox], [type=radio], [type=submit])")
		if visible.Length() == 0 {
			return
		}
		fields := fieldsOf(form)
		visible.Each(func(_ int, field *goquery.Selection) {
			if goquery.NodeName(field) != "select" {
				fields.Set(field.AttrOr("name", ""), "")
			}
		})
		button := form.Find("button.main, button:not([formnovalidate])").First()
		if name := button.AttrOr("name", ""); name != "" {
			fields.Set(name, button.AttrOr("value", ""))
		}
		forms = append(forms, sentForm{form.AttrOr("action", path), form.AttrOr("enctype", "application/x-www-form-urlencoded"), fields})
	})
	return forms
}

// forms returns every form of the admin's pages, emptied, and no two that would send the same.
func (s *sweepSite) forms() (forms []sentForm) {
	s.t.Helper()
	for _, p := range s.pages() {
		if !p.isOwn || !maps.Equal(p.cookies, s.admin.cookies()) {
			continue
		}
		for _, f := range emptied(s.admin.get(p.path, http.StatusOK), p.path) {
			if !slices.ContainsFunc(forms, func(g sentForm) bool { return f.action == g.action && f.fields.Encode() == g.fields.Encode() }) {
				forms = append(forms, f)
			}
		}
	}
	return forms
}

// isRefused sends a form and reports whether it is refused for what is in it. One that leads nowhere fails the test.
func (s *sweepSite) isRefused(f sentForm) bool {
	s.t.Helper()
	response, body := s.admin.submit(f.action, f.fields)
	if status := response.StatusCode; status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status >= http.StatusInternalServerError {
		s.t.Errorf("the form that is sent to %s: status %d\n%s", f.action, status, body)
	}
	return response.StatusCode == http.StatusUnprocessableEntity
}

// testRefused sends each form with nothing in it. What is refused says so before the form, with a link to each field, which
// says it too; and the page is as usable as it was before: axe-core, which has looked at it with nothing wrong, looks again
// where a kind of field is marked as wrong that it has not yet seen so.
func (s *sweepSite) testRefused(t *testing.T, tb *tagger) {
	tb.be(s.admin.cookies())
	refused, seen := 0, map[string]bool{}
	for _, f := range s.forms() {
		if !s.isRefused(f) {
			continue
		}
		refused++
		t.Run(f.action, func(t *testing.T) {
			tb.t = t
			tb.look(sweptWidths[0], "light")
			tb.send(f)
			for _, fault := range ask[[]string](tb, misled) {
				t.Error(fault)
			}
			if isNewTo(seen, ask[[]string](tb, faulty)) {
				browsertest.Axe(tb.ctx, t, f.action)
			}
			tb.fits(sweptWidths[3])
			tb.blameless()
		})
	}
	if refused < 20 {
		t.Errorf("%d forms were refused, want more", refused)
	}
	t.Run("unfit", func(t *testing.T) { tb.t = t; s.testUnfit(tb) })
}

// testUnfit looks at the page of a form that is unfit whatever it is for: it has what was wrong beside its field, and all else.
func (s *sweepSite) testUnfit(tb *tagger) {
	tb.look(sweptWidths[0], "dark")
	tb.send(sentForm{action: subscriptionsPath, kind: "application/x-www-form-urlencoded", fields: url.Values{"address": {"https://example.org/feed", "twice"}, "more": {"kept"}}})
	if got := ask[string](tb, `document.querySelector("h1").textContent + ": " + document.querySelector("form.noun [name=more]").value.trim()`); got != "This was not taken: kept" {
		tb.t.Errorf("the page says %q", got)
	}
	for _, fault := range ask[[]string](tb, misled) {
		tb.t.Error(fault)
	}
	browsertest.Walk(tb.ctx, tb.t, subscriptionsPath)
	browsertest.Axe(tb.ctx, tb.t, subscriptionsPath)
	tb.fits(sweptWidths...)
	tb.blameless()
}

// isNewTo adds kinds to those that were seen, and reports whether one of them was not.
func isNewTo(seen map[string]bool, kinds []string) bool {
	before := len(seen)
	for _, kind := range kinds {
		seen[kind] = true
	}
	return len(seen) > before
}

// faulty says what kinds of parts a page marks as wrong, and its summary: what they are, how they look and what they are in.
const faulty = `[...document.querySelectorAll(".problems, .problems *, [aria-invalid]")].map(e =>
	[e.localName, e.type ?? "", e.className, e.getAttribute("role") ?? "", e.parentElement.localName, e.parentElement.className].join(" "))`

// send sends a form from the page that is shown, as a browser does.
func (tb *tagger) send(f sentForm) {
	tb.t.Helper()
	fields, err := json.Marshal(f.fields)
	if err != nil {
		tb.t.Fatal(err)
	}
	script := fmt.Sprintf(`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = %q;
		form.enctype = %q;
		for (const [name, values] of Object.entries(%s)) {
			for (const value of values) form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
		}
		document.body.append(form);
		form.submit();
	})()`, f.action, f.kind, fields)
	if _, err := chromedp.RunResponse(tb.ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		tb.t.Fatalf("%s: %v", f.action, err)
	}
}

// misled says what is wrong with a page that has refused a form.
const misled = `(() => {
	const faults = [], summary = document.querySelector(".problems[role=alert]");
	if (!summary) return ["nothing says so"];
	if (!summary.querySelector("h2, h3, p")?.textContent.trim()) faults.push("the summary has no heading");
	for (const a of summary.querySelectorAll("a[href^='#']")) {
		const field = document.getElementById(decodeURIComponent(a.hash.slice(1)));
		if (!field) { faults.push(a.hash + " leads nowhere"); continue }
		if (!field.checkVisibility()) faults.push(a.hash + " leads to what cannot be seen");
		if (!field.matches("input, select, textarea, button, [tabindex]")) faults.push(a.hash + " leads to what takes no focus: " + field.localName);
		if (field.matches("input, select, textarea") && field.getAttribute("aria-invalid") === null) faults.push(a.hash + " is not marked as invalid");
		const ids = (field.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean);
		const words = ids.flatMap(id => [...document.querySelectorAll(` + "`#${CSS.escape(id)}, #${CSS.escape(id)} li`" + `)]).map(e => e.textContent.trim());
		if (!words.some(w => w && a.textContent.includes(w))) faults.push(a.hash + " is not described by " + a.textContent.trim() + " but by " + words.join(" | "));
	}
	return faults;
})()`
