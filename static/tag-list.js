// The list of the article's claims: filtered while one types, and gone through in the text.
import { byID } from "./tag-page.js";

// filter hides the claims that do not hold what is typed.
export const filter = () => {
  const words = byID("filter").value.toLowerCase();
  document.querySelectorAll("#claims [data-filter]").forEach(li => { li.hidden = !li.textContent.toLowerCase().includes(words); });
};
document.addEventListener("input", e => { if (e.target.id === "filter") filter(); });

// step goes to the next claim in the text, or to the one before.
export const step = by => {
  const list = [...document.querySelectorAll("#text .note-link")];
  if (!list.length) return;
  const here = list.indexOf(document.activeElement);
  list[here < 0 ? (by > 0 ? 0 : list.length - 1) : (here + by + list.length) % list.length].focus();
};
