// Sending the form in the background: the page's parts are drawn anew from the server's answer, which alone decides what a
// passage is and what is preset.
import { drop, endSelection, picked, putCursor, showCursor } from "./tag-cursor.js";
import { fault, go, pieces, readForm, sheet, toNextField, toPositions } from "./tag-form.js";
import { filter } from "./tag-list.js";
import { byID, keepView, say, still } from "./tag-page.js";
import { readText } from "./tag-text.js";

let queue = Promise.resolve();
let drawing = false; // a field that is taken away while somebody writes in it tells of a change

// send sends a form after those before it. dataOf is asked only then, so that it finds what the form holds by now.
export const send = (form, dataOf, then) => {
  queue = queue.then(() => new Promise(done => {
    const data = dataOf(), was = values();
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.responseType = "document";
    request.onerror = () => { fault("The desk does not answer. Nothing is lost: it is all in the form. Try again."); done(); };
    request.onload = () => {
      const page = request.response;
      if (!page?.getElementById("tagging")) {
        fault(request.responseURL.includes("/desk/login")
          ? "You are logged out. Log in in another tab, then save again: nothing is lost."
          : page?.querySelector("h1")?.textContent ?? "The desk cannot do that just now. Nothing is lost.");
      } else {
        const saved = new URL(request.responseURL).searchParams.has("done");
        keepView(() => redraw(page, saved ? null : was));
        if (saved) {
          const address = new URL(request.responseURL);
          say(page.querySelector(".done")?.textContent ?? "Saved.");
          address.searchParams.delete("done");
          history.replaceState(null, "", address.pathname + address.search);
        }
        then?.(saved);
      }
      done();
    };
    request.send(new URLSearchParams(data));
  }));
  return queue;
};

const fields = () => [...byID("claim-form").querySelectorAll("input:not([type=hidden]), textarea, select")].filter(f => f.id);
const valueOf = f => f.type === "checkbox" || f.type === "radio" ? f.checked : f.value;
const values = () => new Map(fields().map(f => [f.id, valueOf(f)]));

// alike is the same of what has no id before and after the page's parts are drawn anew.
const alike = e => [e.localName, e.name, e.value, e.getAttribute("href"), e.localName === "summary" ? e.textContent : ""].join("\n");

// redraw puts the page's parts in the place of the ones shown. What was typed since the form was sent stays.
const redraw = (page, was) => {
  const typed = was ? fields().filter(f => was.get(f.id) !== valueOf(f)).map(f => [f.id, valueOf(f)]) : [];
  const open = was ? [...byID("claim-form").querySelectorAll("details")].map(d => d.open) : [];
  const focused = document.activeElement, at = focused?.selectionStart, scrolled = was ? byID("form-body").scrollTop : 0;
  // The form's element stays, with what desk.js does to keep drafts of it.
  const form = byID("claim-form"), drawn = page.getElementById("claim-form");
  for (const name of ["action", "data-new", "data-draft"]) form.toggleAttribute(name, drawn.hasAttribute(name)) && form.setAttribute(name, drawn.getAttribute(name));
  drawing = true;
  form.replaceChildren(...drawn.childNodes);
  drawing = false;
  drawn.replaceWith(form);
  for (const id of ["form", "text", "claims"]) byID(id).replaceWith(document.adoptNode(page.getElementById(id)));
  byID("claim-form").querySelectorAll("details").forEach((d, i) => { d.open ||= open[i] ?? false; });
  const restore = ([id, value]) => {
    const f = byID(id);
    if (f && typeof value === "boolean") f.checked = value;
    else if (f) f.value = value;
    return f;
  };
  const later = typed.filter(field => !restore(field));
  readText();
  readForm();
  later.forEach(restore); // fields that a script makes
  byID("form-body").scrollTop = scrolled;
  still(() => {
    const again = focused?.id ? byID(focused.id) : [...byID("tagging").querySelectorAll(focused?.localName)].find(e => alike(e) === alike(focused));
    if (again) {
      again.focus({preventScroll: true});
      if (at != null && again.setSelectionRange) try { again.setSelectionRange(at, at); } catch { /* a field without a caret */ }
    }
    if (document.activeElement?.id === "text") showCursor(false);
  });
  filter();
};

// filled is the form's data as if a button had been pressed.
const filled = button => {
  const data = new FormData(byID("claim-form"));
  data.set("do", button);
  return data;
};

// take takes what is picked into the form, as its passage or as one more piece of it.
export const take = (more, byTouch) => {
  if (!picked) return;
  const list = more ? pieces() : [];
  if (list.length > 2) { say("A passage has at most three pieces."); return; }
  list.push({start: picked.para.start + picked.start, end: picked.para.start + picked.end, words: picked.words});
  const data = filled("look");
  for (const name of [...data.keys()]) if (/^passage\[|^quotation$|^place$/.test(name)) data.delete(name);
  list.forEach((piece, i) => { for (const key in piece) data.set(`passage[${i}].${key}`, piece[key]); });
  getSelection().removeAllRanges();
  drop();
  endSelection();
  send(byID("claim-form"), () => data, () => toNextField(byTouch));
};

// save saves the claim, as complete or not, and goes back into the text behind it.
const save = how => {
  const end = Math.max(-1, ...pieces().map(x => Number(x.end)));
  send(byID("claim-form"), () => filled(how), saved => {
    if (!saved) { go(byID("problems") ?? byID("form")); return; }
    if (end >= 0) putCursor(end);
    sheet(false);
    still(() => byID("text").focus({preventScroll: true}));
  });
};

document.addEventListener("submit", e => {
  const form = e.target;
  if (form.id !== "claim-form" && form.id !== "undo") return;
  e.preventDefault();
  const button = e.submitter;
  if (form.id === "claim-form" && (!button || /^(save|complete)$/.test(button.value))) { save(button?.value ?? "save"); return; }
  send(form, () => new FormData(form));
});
// Buttons that move rows and edges say so by their value, which a form's data does not hold by itself.
document.addEventListener("click", e => {
  const button = e.target.closest?.("#claim-form button[name=do]");
  if (!button || /^(save|complete)$/.test(button.value)) return;
  e.preventDefault();
  send(byID("claim-form"), () => filled(button.value), () => {
    const pressed = [...byID("claim-form").querySelectorAll("button[name=do]")].find(b => b.value === button.value);
    if (pressed) go(pressed);
    if (byID("still")) say(byID("still").textContent);
  });
});
document.addEventListener("change", e => {
  if (drawing || !e.target.matches("#claim-form select[data-look], #claim-form #f-source")) return;
  send(byID("claim-form"), () => filled("look"), e.target.matches("select[id='f-stances-0-fact']") ? toPositions : undefined); // where number keys choose
});
