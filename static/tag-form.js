// The form: the pieces of its passage, and where the focus goes in it. It is beside the text, or on a phone in a sheet over its
// lower part, which leaves the passage in view.
import { byID } from "./tag-page.js";

// pieces are those of the passage in the form, each with start, end and words.
export const pieces = () => {
  const list = [], form = byID("claim-form");
  for (let i = 0; i < 3; i++) {
    const field = key => form.elements[`passage[${i}].${key}`]?.value;
    if (field("start") !== undefined) list.push({start: field("start"), end: field("end"), words: field("words")});
  }
  return list;
};

// narrow matches where the form is in a sheet.
export const narrow = matchMedia("(max-width: 43.99rem) and (min-height: 30rem)");
const isBeside = () => /fixed|sticky/.test(getComputedStyle(byID("form")).position);

// sheet opens or closes the sheet.
export const sheet = open => {
  byID("tagging").toggleAttribute("data-sheet", open && narrow.matches);
  if (!byID("tagging").hasAttribute("data-sheet")) return;
  const box = document.querySelector("#text mark.chosen")?.getBoundingClientRect(), room = byID("form").getBoundingClientRect().top;
  if (box && (box.top < 0 || box.bottom > room)) scrollBy({top: box.top - Math.max(16, Math.min(room / 3, room - box.height - 16)), behavior: "instant"});
};

// go moves the focus to a field of the form. Only the form scrolls to it.
export const go = field => {
  if (!isBeside()) { field.focus(); return; }
  field.focus({preventScroll: true});
  const body = byID("form-body"), box = document.activeElement.getBoundingClientRect(), room = body.getBoundingClientRect();
  if (body.contains(document.activeElement) && (box.top < room.top || box.bottom > room.bottom)) body.scrollTop += box.top - room.top - room.height / 4;
};

// toPositions goes to the positions, and returns what it went to, if there are any.
export const toPositions = () => {
  const field = byID("claim-form").querySelector(".positions input:checked, .positions input");
  if (field) go(field);
  return field;
};

// toNextField goes to the first thing that the form wants: its problems, the speaker, a position. By touch it goes to no field
// that is written in, which would bring up a keyboard.
export const toNextField = (byTouch = false) => {
  sheet(true);
  const form = byID("claim-form");
  if (byID("problems")) go(byID("problems"));
  else if (form.elements.source.value === "") go(byTouch ? byID("form") : form.elements.source);
  else if (!toPositions()) go(byTouch ? byID("form") : byID("f-stances-0-fact"));
};

// fault says above the form that it could not be sent.
export const fault = words => {
  const form = byID("claim-form");
  const line = form.querySelector(".fault") ?? form.insertBefore(Object.assign(document.createElement("p"), {className: "fault"}), form.children[1]);
  line.setAttribute("role", "alert");
  line.textContent = words;
};

// readForm makes of the form's fields what they are by script.
export const readForm = () => {
  document.dispatchEvent(new Event("drawn"));
  const fold = Object.assign(document.createElement("button"), {type: "button", className: "fold", textContent: "Back to the text"});
  fold.addEventListener("click", () => { sheet(false); byID("text").focus({preventScroll: true}); });
  byID("form").prepend(fold);
  fit();
};

// fit lets the form end where the window ends, so that its button to save is in sight from the beginning of the page on.
const fit = () => { byID("form").style.setProperty("--above", document.querySelector(".taghead").getBoundingClientRect().bottom + scrollY + "px"); };
addEventListener("resize", fit);
