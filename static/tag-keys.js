// The keys, in the text and outside of it.
import { cursorPara, cursorRange, drop, endSelection, isSelecting, move, picked, showCursor } from "./tag-cursor.js";
import { go, pieces, toNextField } from "./tag-form.js";
import { step } from "./tag-list.js";
import { byID, hasLetters, say, show } from "./tag-page.js";
import { take } from "./tag-send.js";
import { claimLinks } from "./tag-text.js";

// inText does what a key does in the text, and says whether it does anything.
const inText = e => {
  const rtl = getComputedStyle(cursorPara().p).direction === "rtl";
  const by = {ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1, ArrowDown: 1, ArrowUp: -1, End: 1, Home: -1}[e.key];
  if (by) {
    const unit = /Up|Down/.test(e.key) ? "paragraph" : /End|Home/.test(e.key) ? "edge" : e.ctrlKey || e.altKey ? "sentence" : "word";
    move(by, unit, e.shiftKey);
    showCursor(true, unit);
    return true;
  }
  if (e.key === "Enter" && picked) { take(e.ctrlKey); return true; }
  if (e.key === "Escape") {
    if (isSelecting() || picked) { endSelection(); drop(); showCursor(); } else { show("tag-cursor"); go(byID("form")); }
    return true;
  }
  return false;
};

const isField = e => e.matches?.("input:not([type=radio], [type=checkbox]), textarea, select") ?? false;
const press = value => {
  const button = byID("claim-form").querySelector(`button[value="${value}"]`);
  if (button) button.click();
  else say("There is no passage in the form yet, so there is nothing to lengthen or shorten.");
};
const openClaim = () => {
  const range = cursorRange(), links = range ? claimLinks(range) : [];
  const open = links.findIndex(a => a.pathname === location.pathname);
  if (links.length) location.assign(links[(open + 1) % links.length].href);
};
const help = () => {
  let dialog = byID("keys-dialog");
  if (!dialog) {
    dialog = Object.assign(document.createElement("dialog"), {id: "keys-dialog", className: "keysdialog"});
    dialog.setAttribute("aria-label", "Keys");
    const close = Object.assign(document.createElement("button"), {type: "button", textContent: "Close"});
    close.addEventListener("click", () => dialog.close());
    dialog.append(byID("keys").querySelector(".keygroups").cloneNode(true), close);
    document.body.append(dialog);
  }
  dialog.showModal();
};
const last = () => Math.max(0, pieces().length - 1);
const letterKeys = {
  t: () => take(false), a: () => take(true), e: openClaim, "?": help,
  n: () => step(1), j: () => step(1), p: () => step(-1), k: () => step(-1),
  x: () => byID("text").focus(), f: () => toNextField(), "/": () => byID("filter").focus(),
  "[": () => press(`edge ${last()} end word in`), "]": () => press(`edge ${last()} end word out`),
  "{": () => press("edge 0 start word out"), "}": () => press("edge 0 start word in"),
  "(": () => press(`edge ${last()} end sentence in`), ")": () => press(`edge ${last()} end sentence out`),
};
document.addEventListener("keydown", e => {
  if (e.isComposing || byID("keys-dialog")?.open) return;
  const target = e.target, control = e.ctrlKey || e.metaKey, field = isField(target);
  if (e.key === "Enter" && control && !(target.id === "text" && picked)) { e.preventDefault(); byID("claim-form").requestSubmit(byID(e.shiftKey ? "complete" : "save")); return; }
  if (e.key === "z" && control && !field && byID("undo")) { e.preventDefault(); byID("undo").requestSubmit(); return; }
  if (target.id === "text" && cursorPara() && inText(e)) { e.preventDefault(); return; }
  if (e.key === "Enter" && picked && target === document.body) { e.preventDefault(); take(false); return; }
  if (field || control || e.altKey) return;
  if (/^[1-9]$/.test(e.key) && (hasLetters || target.closest?.(".positions"))) {
    const radio = byID("claim-form").querySelector(`[data-key="${e.key}"]`);
    if (radio) { e.preventDefault(); radio.checked = true; go(radio); }
    return;
  }
  if (hasLetters && letterKeys[e.key]) { e.preventDefault(); letterKeys[e.key](); }
});
