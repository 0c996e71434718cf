// Selecting by pointer or touch: the selection becomes whole words, and a pill beside it offers to take them into the form.
import { drop, pick, picked, putCursor, showCursor } from "./tag-cursor.js";
import { pieces } from "./tag-form.js";
import { byID, hasLetters, isStill, say, show, still } from "./tag-page.js";
import { take } from "./tag-send.js";
import { paras, pointsBefore, rangeOf } from "./tag-text.js";

const pill = document.createElement("div");
pill.className = "pill";
pill.hidden = true;
const button = (label, key, act) => {
  const b = document.createElement("button"), k = document.createElement("kbd");
  b.type = "button";
  k.textContent = key;
  b.append(label + " ", hasLetters ? k : "");
  b.addEventListener("pointerdown", e => e.preventDefault()); // the selection stays
  b.addEventListener("click", act);
  return b;
};
const pillText = document.createElement("span");
const pillTag = button("Tag", "t", () => take(false, isTouching)), pillAdd = button("Add as another piece", "a", () => take(true, isTouching));
pill.append(pillText, pillTag, pillAdd);
document.body.append(pill);
document.addEventListener("dropped", () => { pill.hidden = true; });
const showPill = (range, message) => {
  const box = range.getClientRects().length ? [...range.getClientRects()].at(-1) : range.getBoundingClientRect();
  pillText.textContent = message;
  pillText.hidden = message === "";
  pillTag.hidden = pillAdd.hidden = message !== "";
  pillAdd.hidden ||= pieces().length === 0;
  pill.hidden = false;
  const room = document.documentElement.clientWidth - pill.offsetWidth - 8;
  pill.style.setProperty("--x", Math.max(8, Math.min(box.right + 6, room)) + scrollX + "px");
  pill.style.setProperty("--y", box.bottom + 6 + scrollY + "px");
};

const readSelection = free => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) {
    if (!picked?.byKey) drop();
    return;
  }
  const range = selection.getRangeAt(0), box = byID("text");
  drop();
  if (!paras.some(x => range.intersectsNode(x.p))) return;
  const start = range.startContainer, first = (start.nodeType === Node.TEXT_NODE ? start.parentElement : start).closest("#text .said");
  const para = paras.find(x => x.p === first), next = paras[paras.indexOf(para) + 1];
  // A threefold click ends at the beginning of what comes after the paragraph.
  const outside = !box.contains(range.endContainer) && range.endOffset > 0;
  if (!para || outside || next && pointsBefore(next.p, range.endContainer, range.endOffset) > 0) {
    say("A passage lies inside one paragraph of the text.");
    showPill(range, "A passage lies inside one paragraph.");
    return;
  }
  const from = pointsBefore(first, start, range.startOffset), until = pointsBefore(first, range.endContainer, range.endOffset);
  pick(para, from, until, {free});
  if (!picked) { showPill(range, "There are no words in it."); return; }
  const snapped = rangeOf(para, picked.start, picked.end);
  show("tag-picked", snapped);
  putCursor(para.start + picked.end - 1); // the keys go on from here
  const grown = free && (picked.start < from || picked.end > until);
  say("Selected: " + picked.words + (grown ? ". A word that was cut is taken whole: no passage ends in mid-word." : ""));
  showPill(snapped, "");
};

// What is done by pointer, by touch in particular, is so until a key is pressed.
let pressed = false, isPointing = false, isTouching = false, later = 0;
document.addEventListener("keydown", () => { isPointing = isTouching = false; }, true); // before what the key does
document.addEventListener("pointerdown", e => { pressed = isPointing = true; isTouching = e.pointerType === "touch"; if (!pill.contains(e.target)) pill.hidden = true; });
document.addEventListener("pointerup", e => {
  pressed = false;
  if (!pill.contains(e.target)) setTimeout(() => readSelection(e.altKey), 0); // the selection is settled then
});
const readLater = () => { clearTimeout(later); later = setTimeout(() => readSelection(false), 250); };
document.addEventListener("pointercancel", () => { pressed = false; if (picked) readLater(); }); // the page was scrolled
document.addEventListener("selectionchange", () => { if (!pressed) readLater(); }); // by touch, while its handles are dragged
// A click or a tap in the text puts the cursor there, and does nothing else.
document.addEventListener("click", e => {
  const p = e.target.closest?.("#text .said");
  if (!p || e.target.closest("a") || !getSelection().isCollapsed) return;
  const caret = document.caretPositionFromPoint?.(e.clientX, e.clientY) ?? document.caretRangeFromPoint?.(e.clientX, e.clientY);
  const node = caret?.offsetNode ?? caret?.startContainer;
  if (!node || !p.contains(node)) return;
  putCursor(Number(p.dataset.start) + pointsBefore(p, node, caret.offset ?? caret.startOffset));
  if (document.activeElement === byID("text")) still(() => showCursor());
});

// Whoever comes into the text by keys is shown the cursor.
document.addEventListener("focusin", e => {
  if (e.target.id !== "text") show("tag-cursor");
  else if (!isPointing || isStill) showCursor();
});
