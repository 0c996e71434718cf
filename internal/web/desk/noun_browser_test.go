package desk

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// TestNounsInBrowser chooses a party by keyboard from what fits what is typed, and is told of a loaded word while writing.
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
	tb.await("what fits all of it", `document.querySelector("#f-party").ariaExpanded === "true" && document.querySelector(".choices [role=option]").textContent.startsWith("Lower Town")`)
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
}
