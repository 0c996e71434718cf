// The text: its paragraphs with their words and sentences. Positions are code points of the capture's text, as the server
// counts them.
import { byID } from "./tag-page.js";

const count = s => { let n = 0; for (const _ of s) n++; return n; };

// paras are the paragraphs as they are drawn now. Positions in them count from the paragraph's own start.
export let paras = [];

const textNodes = p => {
  const list = [], walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT, n => n.parentElement.closest("[data-aside]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  while (walk.nextNode()) list.push(walk.currentNode);
  return list;
};
const segments = (text, granularity, language) => {
  let segmenter;
  try { segmenter = new Intl.Segmenter(language || undefined, {granularity}); } catch { segmenter = new Intl.Segmenter(undefined, {granularity}); }
  let at = 0;
  return [...segmenter.segment(text)].map(s => {
    const part = {start: at, end: at + count(s.segment), text: s.segment, word: s.isWordLike};
    at = part.end;
    return part;
  });
};

// readText reads the paragraphs that the server has drawn and makes the text a place for keys.
export const readText = () => {
  const language = byID("tagging").dataset.lang;
  paras = [...document.querySelectorAll("#text .said")].map(p => {
    const text = textNodes(p).map(n => n.data).join("");
    const tokens = segments(text, "word", language).filter(s => s.text.trim() !== "");
    return {p, start: Number(p.dataset.start), points: [...text], tokens, words: tokens.filter(t => t.word), sentences: segments(text, "sentence", language)};
  });
  const box = byID("text");
  box.tabIndex = 0;
  // Screen readers keep the arrow keys for themselves in what is a group, and leave them to the page only in an application
  // (ARIA 1.2). In it they do not read along, so the status line says what the cursor comes to: a word, a sentence, a whole
  // paragraph. The way out, Escape, is told with the keys; the claims are listed and the form stands outside of it.
  box.setAttribute("role", "application");
  box.setAttribute("aria-labelledby", "text-title");
  box.setAttribute("aria-describedby", "text-keys");
  box.querySelectorAll("sup a").forEach(a => { a.tabIndex = -1; });
};

// pointsBefore counts a paragraph's code points before a place in the document.
export const pointsBefore = (p, node, offset) => {
  const place = document.createRange();
  place.setStart(node, offset);
  place.collapse(true);
  let n = 0;
  for (const t of textNodes(p)) {
    if (t === node) return n + count(t.data.slice(0, offset));
    if (place.comparePoint(t, t.length) > 0) break;
    n += count(t.data);
  }
  return n;
};

// rangeOf is a stretch of a paragraph as a range of the document.
export const rangeOf = (para, start, end) => {
  const range = document.createRange();
  let n = 0;
  for (const t of textNodes(para.p)) {
    const points = [...t.data], units = k => points.slice(0, k).join("").length;
    if (start >= n && start <= n + points.length) range.setStart(t, units(start - n));
    if (end > n && end <= n + points.length) { range.setEnd(t, units(end - n)); return range; }
    n += points.length;
  }
  return range;
};

// claimLinks are the links to the claims in which a range begins.
export const claimLinks = range => [...range.startContainer.parentElement.closest("mark")?.querySelectorAll("sup a") ?? []];
