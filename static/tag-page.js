// What every part of the tagging page needs of the page: its elements, its status line, and drawing without moving the text
// away from under its reader.

export const byID = id => document.getElementById(id);

// hasLetters says whether this account has single letters as keys.
export const hasLetters = document.body.hasAttribute("data-letter-keys");

// say says something in the status line.
export const say = words => { byID("tag-said").textContent = words; };

// show highlights ranges of the text under a name in the place of those before.
export const show = (name, ...ranges) => {
  if (!("highlights" in CSS)) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
};

// isStill says whether something is being done without the page moving.
export let isStill = false;

// still does something without the page moving under its reader.
export const still = act => {
  isStill = true;
  try { act(); } finally { isStill = false; }
};

// keepView draws something anew and leaves the paragraph that is in view where it is.
export const keepView = draw => {
  const before = [...document.querySelectorAll("#text .said")].find(p => p.getBoundingClientRect().bottom > 0);
  const top = before?.getBoundingClientRect().top;
  draw();
  const after = before && document.querySelector(`#text .said[data-start="${before.dataset.start}"]`);
  if (after) scrollBy({top: after.getBoundingClientRect().top - top, behavior: "instant"});
};
