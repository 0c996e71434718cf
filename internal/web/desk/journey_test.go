package desk

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// TestFromTextToReader goes the whole way in one browser: three claims are tagged with the mouse, three with the keyboard
// alone and three without scripts, two of them are joined, the fact is published, and a reader's page shows them.
func TestFromTextToReader(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	s.sql(`UPDATE articles SET rights = 'full'`) // nine passages are more than half of so short a text
	first := s.as(store.RoleEditor).tag("Nobody closed anything.", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleEditor)
	tb.open(untoldPath + "?after=" + string(first.Code))
	saved := 1
	var codes []string
	keep := func(words string) {
		t.Helper()
		saved++
		codes = append(codes, string(tb.saved(saved, words).Code))
	}

	for _, c := range [][2]string{
		{"bridge has been shut since Monday", "closed"}, {"he urged both towns to count again", "open"}, {"at least 40 carts wait", "closed"},
	} {
		tb.drag(c[0])
		tb.click(".pill button")
		tb.await("the passage in the form", `document.querySelector("#passage blockquote")?.textContent`)
		tb.click(`.positions input[value="/` + c[1] + `"]`)
		tb.click("#save")
		keep(c[0])
	}

	tb.open(untoldPath + "?after=" + codes[2])
	tb.key("x")
	tb.await("the cursor in the text", `document.activeElement.id === "text"`)
	for _, c := range []struct {
		way          func()
		words, digit string
	}{
		{func() {
			tb.key(kb.ArrowRight)
			for range 3 {
				tb.key(kb.ArrowRight, chromedp.ModifierShift)
			}
		}, "bridge has been", "1"},
		{func() {
			tb.key(kb.ArrowDown)
			tb.key(kb.ArrowRight, chromedp.ModifierShift, chromedp.ModifierCtrl)
		}, "The mayor denied that the council had ever asked", "2"},
		{func() {
			tb.key(kb.ArrowDown)
			tb.key(kb.ArrowDown)
			tb.key(kb.End, chromedp.ModifierShift)
		}, "قال رئيس البلدية إن الجسر مغلق منذ ثلاثة أيام 🌉 ولم يعبره أحد", "1"},
	} {
		c.way()
		tb.key(kb.Enter)
		tb.await("the passage in the form", `document.querySelector("#passage blockquote")?.textContent && document.activeElement.matches(".positions input")`)
		tb.key(c.digit)
		tb.key(kb.Enter, chromedp.ModifierCtrl)
		keep(c.words)
		tb.await("the cursor back in the text", `document.activeElement.id === "text"`)
	}

	if _, err := chromedp.Call(tb.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	tb.open(untoldPath + "?after=" + codes[5])
	for _, c := range [][2]string{
		{"He promised a ferry before the spring fair", "open"}, {"կամուրջը փակ է երեք օր", "closed"}, {"at least 40 carts wait at the gate", "closed"},
	} {
		tb.write("#f-quotation", c[0])
		tb.click(`.positions input[value="/` + c[1] + `"]`)
		tb.click("#save")
		keep(c[0])
	}

	tb.open("/desk/claims/" + codes[1] + "/join")
	tb.click(`.candidate input[value^="` + codes[0] + `"]`)
	tb.click(`.direction input[value="forwards"]`)
	ask[chromedp.Void](tb, `(() => { document.querySelector("#f-relation").value = "in-tension"; document.querySelector("#f-difference").value = "scope"; })()`)
	tb.write("#f-why", "One says shut, the other asks for a count.")
	tb.click("form.noun button.main")
	tb.await("the link", `document.querySelector(".links")?.textContent.includes("`+codes[0]+`")`)

	tb.open(reviewPath(bridgeOpen))
	tb.write("#f-reason", "A first edition")
	tb.write("#f-waiver", "Nobody else was at the desk")
	tb.click("#publish button.main")
	tb.await("what was done", `document.querySelector(".done")?.textContent.includes("Published")`)

	page := func() string {
		tb.open("/facts/" + bridgeOpen)
		return ask[string](tb, `document.querySelector("main")?.textContent ?? ""`)
	}
	said := page()
	for range 200 { // the server hears of an edition a moment later
		if strings.Contains(said, "He promised a ferry before the spring fair") {
			break
		}
		said = page()
	}
	for i, words := range []string{
		"bridge has been shut since Monday", "he urged both towns to count again", "The mayor denied that the council had ever asked",
		"He promised a ferry before the spring fair", "կամուրջը փակ է երեք օր", "قال رئيس البلدية إن الجسر مغلق",
	} {
		if !strings.Contains(said, words) {
			t.Errorf("passage %d, %q, is not on the reader's page", i, words)
		}
	}
	if !strings.Contains(said, "One editor") {
		t.Error("the reader's page does not say that one editor published it")
	}
	tb.open("/claims/" + codes[1])
	if links := ask[int](tb, `document.querySelectorAll('main a[href*="`+codes[0]+`"]').length`); links == 0 {
		t.Error("the claim's page does not lead to the one that it is joined with")
	}
}

// write puts a text in a field, as pasting does.
func (tb *tagger) write(selector, words string) {
	tb.t.Helper()
	ask[chromedp.Void](tb, `document.querySelector(`+strconv.Quote(selector)+`).value = `+strconv.Quote(words))
}

// TestTwoBrowsers lets two editors change the same claim at once. One wins; the other sees both texts, and saves again.
func TestTwoBrowsers(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	anna, boris := newTagger(t, s, store.RoleEditor), newTagger(t, s, store.RoleEditor)
	path := "/desk/claims/" + narrativetest.Closed
	anna.open(path)
	boris.open(path)
	anna.write("#f-note", "What one of them noted.")
	anna.click("#save")
	anna.await("what was done", `document.querySelector('form[action$="/undo"]')`)

	boris.write("#f-note", "What the other noted.")
	boris.click("#save")
	boris.await("both texts", `document.querySelector("#f-note").value === "What the other noted."
		&& [...document.querySelectorAll(".theirs")].some(e => e.textContent.includes("What one of them noted."))`)
	if note := s.claim(narrativetest.Closed).Note; note != "What one of them noted." {
		t.Errorf("after the conflict the note is %q", note)
	}
	boris.click("#save")
	boris.await("the end of the conflict", `!document.querySelector(".theirs")`)
	if note := s.claim(narrativetest.Closed).Note; note != "What the other noted." {
		t.Errorf("after the second save the note is %q", note)
	}
}
