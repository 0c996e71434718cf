// What is picked, to be taken into the form, and the cursor in the text: a word, and the word from which the selection reaches.
import { isStill, say, show } from "./tag-page.js";
import { claimLinks, paras, rangeOf } from "./tag-text.js";

// picked is the stretch of a paragraph that may be taken into the form: para, start, end, words, byKey. null is none.
export let picked = null;

// pick picks the words that a stretch touches, without loose signs at their ends unless it is free. Without words it picks
// nothing.
export const pick = (para, start, end, {free = false, byKey = false} = {}) => {
  const inside = para.tokens.filter(t => t.end > start && t.start < end);
  const loose = t => /^[,;:–—-]$/u.test(t.text);
  while (!free && inside.length && loose(inside[0])) inside.shift();
  while (!free && inside.length && loose(inside.at(-1))) inside.pop();
  picked = null;
  if (!inside.length) return;
  const from = inside[0].start, to = inside.at(-1).end;
  picked = {para, start: from, end: to, words: para.points.slice(from, to).join(""), byKey};
};

// drop lets go of what is picked, and says so to what shows it.
export const drop = () => {
  picked = null;
  show("tag-picked");
  document.dispatchEvent(new Event("dropped"));
};

let at = {para: 0, word: 0}, anchor = null;

// isSelecting says whether the selection reaches from another word to the cursor.
export const isSelecting = () => anchor !== null;

// endSelection leaves the cursor without a selection.
export const endSelection = () => {
  anchor = null;
  show("tag-selection");
};

// cursorPara is the paragraph of the cursor, cursorRange its word; undefined in a text without words.
export const cursorPara = () => paras[at.para];
export const cursorRange = () => {
  const para = paras[at.para], word = para?.words[at.word];
  return word && rangeOf(para, word.start, word.end);
};

// putCursor puts the cursor at a position of the whole text.
export const putCursor = position => {
  const para = Math.max(0, paras.findLastIndex(x => x.start <= position));
  const word = paras[para]?.words.findIndex(w => paras[para].start + w.end > position) ?? 0;
  at = {para, word: word < 0 ? paras[para].words.length - 1 : word};
  anchor = null;
};

// showCursor shows the cursor and what is selected, and says what it has come to: a word, a sentence or a paragraph.
export const showCursor = (announce = true, unit = "word") => {
  const para = paras[at.para], word = para?.words[at.word];
  if (!word) return;
  const range = cursorRange();
  show("tag-cursor", range);
  const box = range.getBoundingClientRect();
  if (!isStill && (box.top < 60 || box.bottom > innerHeight - 60)) scrollBy({top: box.top - innerHeight / 3, behavior: "instant"});
  if (anchor === null) {
    if (picked?.byKey) drop();
    show("tag-selection");
    const claims = claimLinks(range);
    const sentence = para.sentences.find(s => s.end > word.start);
    const words = unit === "paragraph" ? para.points.join("") : unit === "sentence" ? sentence.text.trim() : word.text;
    if (announce) say(words + (claims.length ? ", in claim " + claims.map(a => a.textContent).join(", ") : ""));
    return;
  }
  const [from, to] = anchor <= at.word ? [anchor, at.word] : [at.word, anchor];
  pick(para, para.words[from].start, para.words[to].end, {byKey: true});
  show("tag-selection", rangeOf(para, picked.start, picked.end));
  if (announce) say("Selected: " + picked.words);
};

// move moves the cursor a step forth or back, by word, sentence, paragraph or to the edge of the paragraph, and lets the
// selection reach as far if asked to.
export const move = (step, unit, select) => {
  const para = paras[at.para];
  if (select && anchor === null) {
    anchor = at.word;
    if (unit === "word") return;
  }
  if (!select) anchor = null;
  const last = para.words.length - 1;
  let word = at.word + step;
  if (unit === "sentence") {
    const edge = para.words[at.word + (select && step > 0 ? 0 : step)] ?? para.words[at.word];
    let s = para.sentences.findIndex(x => x.end > edge.start);
    const within = w => w.start >= para.sentences[s].start && w.end <= para.sentences[s].end + 1;
    const isLast = w => w === para.words.findLastIndex(within);
    if (select && step > 0 && isLast(at.word) && s < para.sentences.length - 1) s++;
    word = select && step > 0 ? para.words.findLastIndex(within) : step > 0 ? para.words.findIndex(w => w.start >= para.sentences[s].end) : para.words.findIndex(within);
    if (word < 0) word = step > 0 ? last + 1 : 0;
  }
  if (unit === "edge") word = step > 0 ? last : 0;
  if (unit === "paragraph") word = select ? (step > 0 ? last : 0) : (step > 0 ? last + 1 : -1);
  if (word < 0 || word > last) {
    const other = paras[at.para + step];
    if (select || !other?.words.length) word = Math.max(0, Math.min(last, word));
    else { at.para += step; word = step > 0 || unit === "paragraph" ? 0 : other.words.length - 1; }
  }
  at.word = word;
};
