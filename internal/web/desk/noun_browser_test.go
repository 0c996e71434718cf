package desk

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestNounsInBrowser chooses a party by keyboard from what fits what is typed, is told of a loaded word while writing, and
// finds that no form is wider than a small screen.
func TestNounsInBrowser(t *testing.T) {
	t.Parallel()
	s := nounSite(t)
	tb := newTagger(t, s, store.RoleEditor)
	tb.open(nounPath(narrative.KindSource, "envoy"))
	tb.await("the chooser", `document.querySelector("#f-party").role === "combobox"`)
	ask[bool](tb, `document.querySelector("#f-party").focus() ?? true`)
	for _, letter := range "low" {
		tb.key(string(letter))
	}
	tb.await("what may be meant", `document.querySelector("#f-party").ariaExpanded === "true"`)
	tb.key(kb.ArrowDown)
	if got := ask[string](tb, `document.getElementById(document.querySelector("#f-party").getAttribute("aria-activedescendant")).textContent`); !strings.HasPrefix(got, "Lower Town") {
		t.Errorf("the first choice is %q", got)
	}
	tb.shot("source-choosing")
	tb.key(kb.Enter)
	if got := ask[string](tb, `document.querySelector("#f-party").value`); got != "lower-town" {
		t.Errorf("chosen %q", got)
	}
	tb.key(kb.Enter)
	tb.await("what was saved", `location.search === "?done=saved"`)

	tb.open(nounPath(narrative.KindFact, "bridge-open"))
	ask[bool](tb, `(() => { const f = document.querySelector("#f-question"); f.focus(); f.setSelectionRange(0, 0); return true })()`)
	for _, letter := range "Siege " {
		tb.key(string(letter))
	}
	tb.await("the guard", `document.querySelector('[data-guards="f-question"] li')?.textContent.includes("Siege: used by Upper Town")`)
	tb.blameless()

	tb.look(320, "light")
	for kind, key := range sampleNouns {
		for _, path := range []string{nounPath(kind, key), listPath(kind)} {
			tb.open(path)
			if over := ask[int](tb, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s is %d px wider than the screen", path, over)
			}
			if small := ask[string](tb, smallTargets); small != "" {
				t.Errorf("%s: targets of less than 24 px: %s", path, small)
			}
			tb.shot("noun" + strings.ReplaceAll(path, "/", "-"))
		}
	}
	tb.blameless()
}

// smallTargets names the buttons, inputs and links outside running text that are smaller than they may be.
const smallTargets = `[...document.querySelectorAll("main button, main input:not([type=hidden]), main select, main textarea, main .ways a, main .listed a, main .lists a")]
	.filter(e => e.checkVisibility() && !e.classList.contains("unseen"))
	.filter(e => { const r = e.getBoundingClientRect(); return r.height < 24 || r.width < 24 })
	.map(e => e.outerHTML.slice(0, 80)).join("; ")`
