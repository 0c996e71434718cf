package desk

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
	"counterclaim/internal/web/browsertest"
)

// TestTagByKeyboard tags with the keyboard alone.
func TestTagByKeyboard(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first := s.as(store.RoleEditor).tag("Nobody closed anything.", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleContributor)
	tb.open(untoldPath + "?after=" + string(first.Code))
	tb.watchPace()
	tb.key("x")
	tb.await("the cursor in the text", `document.activeElement.id === "text"`)
	press := func(times int, key string, held ...chromedp.Modifier) {
		for range times {
			tb.key(key, held...)
		}
	}
	for i, c := range []struct {
		way             func()
		words, position string
		complete        bool
	}{
		{func() { press(1, kb.ArrowRight); press(3, kb.ArrowRight, chromedp.ModifierShift) }, "bridge has been", "closed", false},
		{func() {
			press(1, kb.ArrowDown)
			press(1, kb.ArrowRight, chromedp.ModifierShift, chromedp.ModifierCtrl)
		}, "The mayor denied that the council had ever asked", "open", false},
		{func() { press(2, kb.ArrowDown); press(1, kb.End, chromedp.ModifierShift) }, "قال رئيس البلدية إن الجسر مغلق منذ ثلاثة أيام 🌉 ولم يعبره أحد", "closed", true},
	} {
		c.way()
		if said := ask[string](tb, `document.getElementById("tag-said").textContent`); said != "Selected: "+c.words {
			t.Fatalf("announced is %q, want %q selected", said, c.words)
		}
		tb.acts = 0
		tb.key(kb.Enter)
		tb.await("the passage in the form", `document.querySelector("#passage blockquote")?.textContent && document.activeElement.matches(".positions input")`)
		tb.key(map[string]string{"closed": "1", "open": "2"}[c.position])
		held := []chromedp.Modifier{chromedp.ModifierCtrl}
		most, how := mostForQuick, "keyboard, quick"
		if c.complete {
			held, most, how = append(held, chromedp.ModifierShift), mostForComplete, "keyboard, complete"
		}
		tb.key(kb.Enter, held...)
		got := tb.saved(i+2, c.words)
		tb.spent(how, c.words, most)
		if got.Stances[0].Position != narrative.Slug(c.position) || c.complete != (len(got.Preset) == 0) {
			t.Errorf("saved %+v with %q to complete, want the position %s", got.Stances, got.Preset, c.position)
		}
		tb.await("the cursor back in the text", `document.activeElement.id === "text"`)
	}
	tb.pace("keyboard", keyboardQuick, keyboardComplete)
	tb.key("?")
	tb.await("the help", `document.getElementById("keys-dialog").open`)
	tb.key(kb.Escape)
	tb.await("the end of the help", `!document.getElementById("keys-dialog").open`)
	tb.key("n")
	tb.await("the first claim", `document.activeElement.matches(".note-link") && document.activeElement.innerText.startsWith("1 ")`)
	tb.blameless()
}

// TestLettersOff wants single letters to be no keys for an account that has switched them off, and numbers to be some only
// where the focus is among the positions.
func TestLettersOff(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first := s.as(store.RoleEditor).tag("Nobody closed anything.", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleContributor)
	if _, err := storetest.Pool(t, s.db.URL).Exec(t.Context(), `UPDATE accounts SET letter_keys = false`); err != nil {
		t.Fatal(err)
	}
	tb.open(untoldPath + "?after=" + string(first.Code))
	tb.drag("ferry before")
	tb.key("t")
	tb.key("1")
	tb.key("?")
	if ask[bool](tb, `document.querySelector("#passage blockquote, .positions input:checked, dialog") !== null`) {
		t.Error("a single letter or number was a key")
	}
	tb.click(".pill button")
	tb.await("the passage, and the focus among the positions", `document.querySelector("#passage blockquote") && document.activeElement.matches(".positions input")`)
	tb.key("2")
	tb.await("the second position", `document.querySelector(".positions input:checked").value === "/open"`)
	tb.blameless()
}

// TestTagWithoutScripts tags in a browser that runs no scripts, by pasting quotations.
func TestTagWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first := s.as(store.RoleEditor).tag("Nobody closed anything.", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleContributor)
	if _, err := chromedp.Call(tb.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	tb.open(untoldPath + "?after=" + string(first.Code))
	for i, c := range []struct{ words, position, button string }{
		{"He promised a ferry before the spring fair", "open", "#save"},
		{"կամուրջը փակ է երեք օր", "closed", "#save"},
		{"at least 40 carts wait at the gate", "closed", "#complete"},
	} {
		ask[chromedp.Void](tb, `document.querySelector("#f-quotation").value = `+strconv.Quote(c.words))
		tb.acts = 0
		tb.click(`.positions input[value="/` + c.position + `"]`)
		tb.click(c.button)
		got := tb.saved(i+2, c.words)
		most := mostForQuick
		if c.button == "#complete" {
			most = mostForComplete
		}
		tb.spent("without scripts", c.words, most)
		if got.Stances[0].Position != narrative.Slug(c.position) || got.Source != "mayor" {
			t.Errorf("saved %+v by %s, want the position %s by the mayor", got.Stances, got.Source, c.position)
		}
	}
}

// TestTaggingIsAccessible has axe-core check the view in states that no address has: after a claim was saved, on a tablet, and
// with a passage and a problem.
func TestTaggingIsAccessible(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	claim := s.as(store.RoleEditor).tag("The mayor denied that the council had ever asked", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleEditor)
	check := func(what string) {
		t.Helper()
		browsertest.Axe(tb.ctx, t, what)
		if room := ask[[]int](tb, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`); room[0] > room[1] {
			t.Errorf("%s scrolls sideways: %d pixels wide in %d", what, room[0], room[1])
		}
	}
	tb.look(820, "dark")
	tb.open(untoldPath + "?after=" + string(claim.Code) + "&done=tagged&list=fact")
	check("after a claim was saved")
	tb.look(1440, "dark")
	tb.open(untoldPath)
	tb.drag("bridge has been shut since")
	tb.key("t")
	tb.await("the passage", `document.querySelector("#passage blockquote")`)
	tb.key(kb.Enter, chromedp.ModifierCtrl)
	tb.await("the problems", `document.activeElement.id === "problems"`)
	check("with a passage and a problem")
	tb.shot("problem")
	tb.blameless()

	tb.do(chromedp.Focus("#f-source"), chromedp.KeyEvent("Harbour pilots"))
	tb.key(kb.Enter, chromedp.ModifierCtrl)
	tb.await("the problem of an unknown speaker, which stays", `document.getElementById("problems")?.innerText.includes("is no source") && document.activeElement.id === "problems" && document.querySelector("#form details.new").open`)
	tb.do(chromedp.Focus("#f-source"), chromedp.KeyEvent("x"))
	tb.key(kb.Tab)
	tb.await("the form drawn anew, with the focus where Tab had led", `!document.getElementById("problems") && document.activeElement.localName === "summary"`)
	tb.do(chromedp.Focus("#f-new_source-name"), chromedp.KeyEvent("Harbour pilots"))
	tb.key(kb.Enter, chromedp.ModifierCtrl)
	tb.saved(2, "bridge has been shut since")
}
