package desk

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterclaim/internal/store"
)

// TestTagInView tags in windows that the article does not fit into: nothing that the program does may move the text under its
// reader, what is needed is in sight, and a finger does what a mouse does.
func TestTagInView(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	first := s.as(store.RoleEditor).tag("The mayor denied that the council had ever asked", "mayor", "by-whom/by-nobody")
	tb := newTagger(t, s, store.RoleContributor)
	size := func(width, height int64) { tb.do(chromedp.EmulateViewport(width, height)) }
	at := func() float64 {
		return ask[float64](tb, `document.querySelectorAll("#text .said")[3].getBoundingClientRect().top`)
	}
	stays := func(what string, before float64) {
		t.Helper()
		if now := at(); now < before-1 || now > before+1 {
			t.Errorf("%s moves the text from %v to %v", what, before, now)
		}
	}

	// By mouse, and with the focus wherever it comes to.
	size(1366, 420)
	tb.open(untoldPath + "?after=" + string(first.Code))
	tb.drag("رئيس البلدية")
	before := at()
	if before < 0 || ask[float64](tb, `scrollY`) < 50 {
		t.Fatalf("the article fits into the window: scrolled by %v", ask[float64](tb, `scrollY`))
	}
	tb.key("t")
	tb.await("the passage, and the focus among the positions", `document.querySelector("#passage blockquote") && document.activeElement.matches(".positions input")`)
	stays("taking a passage", before)
	tb.key("]")
	tb.await("a longer passage", `document.querySelector("#passage blockquote").textContent.includes("إن")`)
	stays("lengthening a passage", before)
	tb.key("1")
	tb.key(kb.Enter, chromedp.ModifierCtrl)
	tb.saved(2, "رئيس البلدية إن")
	tb.await("the focus in the text", `document.activeElement.id === "text"`)
	stays("saving", before)
	tb.blameless()

	// The fact is found by typing, and the focus goes on to where number keys choose.
	size(1366, 768)
	tb.open(untoldPath)
	if shown := ask[bool](tb, `(() => { const b = document.getElementById("save").getBoundingClientRect(); return b.top > 0 && b.bottom <= innerHeight; })()`); !shown {
		t.Error("the button that saves is not in sight")
	}
	tb.click("#f-stances-0-fact-find")
	tb.await("the facts", `document.querySelectorAll(".choosing [role=option]").length > 1 && document.querySelector(".choosing [role=group] .of").textContent === "The mill bridge (invented for practice)"`)
	tb.do(chromedp.KeyEvent("OPEN mill"))
	tb.await("the one that is meant", `document.querySelector("[role=option][aria-selected=true]")?.textContent === "Was the mill bridge open?"`)
	tb.shot("facts")
	tb.key(kb.Enter)
	tb.await("the focus among the positions", `document.getElementById("f-stances-0-fact").value === "bridge-open" && document.activeElement.matches(".positions input")`)
	tb.key("2")
	tb.await("the second position", `document.querySelector(".positions input:checked").value === "/open" && document.querySelector(".positions input:checked").checkVisibility()`)
	if shown := ask[bool](tb, `(() => { const b = document.getElementById("save").getBoundingClientRect(); return b.top > 0 && b.bottom <= innerHeight; })()`); !shown {
		t.Error("the button that saves is out of sight once positions are there")
	}
	ask[chromedp.Void](tb, `document.querySelectorAll("details.new").forEach(d => { d.open = true; })`)
	tb.click("#f-new_position-label")
	tb.do(chromedp.KeyEvent("It was under siege."))
	tb.await("the word that one side uses", `document.querySelector('[data-guards="f-new_position-label"]').textContent.includes("siege: used by Upper Town")`)
	tb.blameless()

	// A claim that is opened shows its passage.
	size(1366, 420)
	tb.open("/desk/claims/" + string(first.Code))
	inView := `(() => { const b = document.querySelector("#text mark.chosen").getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight; })()`
	tb.await("its passage in view", inView)

	// By touch.
	size(375, 667)
	if _, err := chromedp.Call(tb.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 1}); err != nil {
		t.Fatal(err)
	}
	tb.open("/desk/claims/" + string(first.Code))
	tb.await("its passage above the form", `document.querySelector("#text mark.chosen").getBoundingClientRect().bottom <= document.getElementById("form").getBoundingClientRect().top && document.getElementById("form").getBoundingClientRect().bottom <= innerHeight`)
	tb.shot("phone-claim")
	tb.open(untoldPath + "?after=" + string(first.Code))
	ask[chromedp.Void](tb, `document.querySelectorAll("#text .said")[4].scrollIntoView({block: "center", behavior: "instant"})`)
	before = at()
	tb.tap(`#text .said[data-start]:is(.para:nth-child(5) *)`)
	tb.await("the cursor where it was tapped", `document.activeElement.id === "text" && [...CSS.highlights.get("tag-cursor")][0].startContainer.parentElement.closest(".para") === document.querySelectorAll(".para")[4]`)
	stays("a tap", before)
	ask[chromedp.Void](tb, `(() => {
		const p = document.querySelectorAll("#text .said")[4], text = p.firstChild;
		const from = text.data.indexOf("gate"), until = text.data.indexOf("closed") + 6;
		getSelection().setBaseAndExtent(text, from, text, until);
	})()`)
	tb.await("the pill", `!document.querySelector(".pill").hidden && document.querySelector(".pill").innerText.includes("Tag")`)
	stays("a selection by touch", before)
	tb.tap(`.pill button`)
	tb.await("the form in a sheet below the passage", `document.querySelector("#passage blockquote")?.textContent === "gate keeper closed" && getComputedStyle(document.getElementById("form")).position === "fixed"`)
	if !ask[bool](tb, `document.querySelector("#text mark.chosen").getBoundingClientRect().bottom <= document.getElementById("form").getBoundingClientRect().top && `+inView) {
		t.Error("the sheet covers the passage")
	}
	tb.shot("phone-form")
	tb.tap(`.positions input[value="/closed"]`)
	tb.tap("#save")
	tb.saved(3, "gate keeper closed")
	if ask[bool](tb, `document.getElementById("tagging").hasAttribute("data-sheet")`) {
		t.Error("the sheet stays when the claim is saved")
	}
	tb.blameless()
}

// tap touches the middle of the first element that fits a selector, where it is in sight.
func (tb *tagger) tap(selector string) {
	tb.t.Helper()
	type point struct{ X, Y float64 }
	p := ask[point](tb, fmt.Sprintf(`(() => {
		const box = document.querySelector(%q)?.getClientRects()[0];
		return box ? {X: box.x + box.width / 2, Y: box.y + box.height / 2} : {X: -1, Y: -1};
	})()`, selector))
	if p.X < 0 || p.Y < 0 {
		tb.t.Fatalf("nothing in sight fits %s: %v", selector, p)
	}
	for _, e := range []input.DispatchTouchEventParams{
		{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: p.X, Y: p.Y}}},
		{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
	} {
		if _, err := chromedp.Call[input.DispatchTouchEventParams, cdp.Empty](tb.ctx, input.DispatchTouchEvent, e); err != nil {
			tb.t.Fatal(err)
		}
	}
}
