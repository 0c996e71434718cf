// The tagging view by pointer and by keys. The page does its job by forms alone; this sends the same forms and puts what the
// server draws in the place of what was there, so that the server alone decides what a passage is and what is preset.
// Positions are code points of the capture's text, as the server counts them.
"use strict";
(() => {
  const byID = id => document.getElementById(id);
  if (!byID("tagging")) return;
  const letters = document.body.hasAttribute("data-letter-keys");
  const count = s => { let n = 0; for (const _ of s) n++; return n; };
  const canHighlight = "highlights" in CSS;

  // THE TEXT: paragraphs with their words and sentences.
  let paras = [];
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
  const readText = () => {
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
  const pointsBefore = (p, node, offset) => {
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
  const rangeOf = (para, start, end) => {
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
  const show = (name, ...ranges) => {
    if (!canHighlight) return;
    if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
    else CSS.highlights.delete(name);
  };
  // still does something without the page moving under its reader.
  let quiet = false;
  const still = act => {
    quiet = true;
    try { act(); } finally { quiet = false; }
  };
  // keepView draws something anew and leaves the paragraph that is in view where it is.
  const keepView = draw => {
    const before = [...document.querySelectorAll("#text .said")].find(p => p.getBoundingClientRect().bottom > 0);
    const top = before?.getBoundingClientRect().top;
    draw();
    const after = before && document.querySelector(`#text .said[data-start="${before.dataset.start}"]`);
    if (after) scrollBy({top: after.getBoundingClientRect().top - top, behavior: "instant"});
  };
  const say = words => { byID("tag-said").textContent = words; };

  // WHAT IS PICKED: the selection that may be taken into the form.
  let picked = null;
  const pick = (para, start, end, free) => {
    const inside = para.tokens.filter(t => t.end > start && t.start < end);
    const loose = t => /^[,;:–—-]$/u.test(t.text);
    while (!free && inside.length && loose(inside[0])) inside.shift();
    while (!free && inside.length && loose(inside.at(-1))) inside.pop();
    if (!inside.length) return null;
    const from = inside[0].start, to = inside.at(-1).end;
    return {para, start: from, end: to, words: para.points.slice(from, to).join("")};
  };

  const pill = document.createElement("div");
  pill.className = "pill";
  pill.hidden = true;
  const button = (label, key, act) => {
    const b = document.createElement("button"), k = document.createElement("kbd");
    b.type = "button";
    k.textContent = key;
    b.append(label + " ", letters ? k : "");
    b.addEventListener("pointerdown", e => e.preventDefault()); // the selection stays
    b.addEventListener("click", act);
    return b;
  };
  const pillText = document.createElement("span");
  const pillTag = button("Tag", "t", () => take(false)), pillAdd = button("Add as another piece", "a", () => take(true));
  pill.append(pillText, pillTag, pillAdd);
  document.body.append(pill);
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
  const drop = () => {
    picked = null;
    pill.hidden = true;
    show("tag-picked");
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
    picked = pick(para, from, until, free);
    if (!picked) { showPill(range, "There are no words in it."); return; }
    const snapped = rangeOf(para, picked.start, picked.end);
    show("tag-picked", snapped);
    putCursor(para.start + picked.end - 1); // the keys go on from here
    const grown = free && (picked.start < from || picked.end > until);
    say("Selected: " + picked.words + (grown ? ". A word that was cut is taken whole: no passage ends in mid-word." : ""));
    showPill(snapped, "");
  };
  let pressed = false, pointing = false, touching = false, later = 0; // pointing until a key is pressed
  document.addEventListener("pointerdown", e => { pressed = pointing = true; touching = e.pointerType === "touch"; if (!pill.contains(e.target)) pill.hidden = true; });
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

  // THE FORM: sent in the background, and drawn anew from the answer.
  const pieces = () => {
    const list = [], form = byID("claim-form");
    for (let i = 0; i < 3; i++) {
      const field = key => form.elements[`passage[${i}].${key}`]?.value;
      if (field("start") !== undefined) list.push({start: field("start"), end: field("end"), words: field("words")});
    }
    return list;
  };
  const take = more => {
    if (!picked) return;
    const list = more ? pieces() : [];
    if (list.length > 2) { say("A passage has at most three pieces."); return; }
    list.push({start: picked.para.start + picked.start, end: picked.para.start + picked.end, words: picked.words});
    const data = new FormData(byID("claim-form"));
    for (const name of [...data.keys()]) if (/^passage\[|^quotation$|^place$/.test(name)) data.delete(name);
    list.forEach((piece, i) => { for (const key in piece) data.set(`passage[${i}].${key}`, piece[key]); });
    data.set("do", "look");
    getSelection().removeAllRanges();
    drop();
    show("tag-selection");
    anchor = null;
    send(byID("claim-form"), () => data, toNextField);
  };
  // The form is beside the text, or on a phone in a sheet over its lower part, which leaves the passage in view.
  const narrow = matchMedia("(max-width: 43.99rem) and (min-height: 30rem)");
  const isBeside = () => /fixed|sticky/.test(getComputedStyle(byID("form")).position);
  const sheet = open => {
    byID("tagging").toggleAttribute("data-sheet", open && narrow.matches);
    if (!byID("tagging").hasAttribute("data-sheet")) return;
    const box = document.querySelector("#text mark.chosen")?.getBoundingClientRect(), room = byID("form").getBoundingClientRect().top;
    if (box && (box.top < 0 || box.bottom > room)) scrollBy({top: box.top - Math.max(16, Math.min(room / 3, room - box.height - 16)), behavior: "instant"});
  };
  // go moves the focus to a field of the form. Only the form scrolls to it.
  const go = field => {
    if (!isBeside()) { field.focus(); return; }
    field.focus({preventScroll: true});
    const body = byID("form-body"), box = document.activeElement.getBoundingClientRect(), room = body.getBoundingClientRect();
    if (body.contains(document.activeElement) && (box.top < room.top || box.bottom > room.bottom)) body.scrollTop += box.top - room.top - room.height / 4;
  };
  const toPositions = () => {
    const field = byID("claim-form").querySelector(".positions input:checked, .positions input");
    if (field) go(field);
    return field;
  };
  const toNextField = () => {
    sheet(true);
    const form = byID("claim-form");
    if (byID("problems")) go(byID("problems"));
    else if (form.elements.source.value === "") go(touching ? byID("form") : form.elements.source); // which brings up no keyboard yet
    else if (!toPositions()) go(touching ? byID("form") : byID("f-stances-0-fact"));
  };
  const fault = words => {
    const form = byID("claim-form");
    const line = form.querySelector(".fault") ?? form.insertBefore(Object.assign(document.createElement("p"), {className: "fault"}), form.children[1]);
    line.setAttribute("role", "alert");
    line.textContent = words;
  };

  let queue = Promise.resolve();
  // send sends a form after those before it. dataOf is asked only then, so that it finds what the form holds by now.
  const send = (form, dataOf, then) => {
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
  // redraw puts the page's parts in the place of the ones shown. What was typed since the form was sent stays.
  const redraw = (page, was) => {
    const typed = was ? fields().filter(f => was.get(f.id) !== valueOf(f)).map(f => [f.id, valueOf(f)]) : [];
    const open = was ? [...byID("claim-form").querySelectorAll("details")].map(d => d.open) : [];
    const focused = document.activeElement?.id, at = document.activeElement?.selectionStart, scrolled = was ? byID("form-body").scrollTop : 0;
    // The form's element stays, with what desk.js does to keep drafts of it.
    const form = byID("claim-form"), drawn = page.getElementById("claim-form");
    for (const name of ["action", "data-new", "data-draft"]) form.toggleAttribute(name, drawn.hasAttribute(name)) && form.setAttribute(name, drawn.getAttribute(name));
    form.replaceChildren(...drawn.childNodes);
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
      if (focused && byID(focused)) {
        byID(focused).focus({preventScroll: true});
        if (at != null && byID(focused).setSelectionRange) try { byID(focused).setSelectionRange(at, at); } catch { /* a field without a caret */ }
      }
      if (document.activeElement?.id === "text") showCursor(false);
    });
    filter();
  };
  // readForm makes of the form's fields what they are by script.
  const readForm = () => {
    document.dispatchEvent(new Event("drawn"));
    const fold = Object.assign(document.createElement("button"), {type: "button", className: "fold", textContent: "Back to the text"});
    fold.addEventListener("click", () => { sheet(false); byID("text").focus({preventScroll: true}); });
    byID("form").prepend(fold);
    fit();
  };
  // fit lets the form end where the window ends, so that its button to save is in sight from the beginning of the page on.
  const fit = () => { byID("form").style.setProperty("--above", document.querySelector(".taghead").getBoundingClientRect().bottom + scrollY + "px"); };
  addEventListener("resize", fit);
  const save = how => {
    const end = Math.max(-1, ...pieces().map(x => Number(x.end)));
    send(byID("claim-form"), () => {
      const data = new FormData(byID("claim-form"));
      data.set("do", how);
      return data;
    }, saved => {
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
    send(byID("claim-form"), () => {
      const data = new FormData(byID("claim-form"));
      data.set("do", button.value);
      return data;
    }, () => {
      const pressed = [...byID("claim-form").querySelectorAll("button[name=do]")].find(b => b.value === button.value);
      if (pressed) go(pressed);
      if (byID("still")) say(byID("still").textContent);
    });
  });
  document.addEventListener("change", e => {
    if (!e.target.matches("#claim-form select[data-look], #claim-form #f-source")) return;
    send(byID("claim-form"), () => {
      const data = new FormData(byID("claim-form"));
      data.set("do", "look");
      return data;
    }, e.target.matches("select[id='f-stances-0-fact']") ? toPositions : undefined); // where number keys choose
  });
  // THE CURSOR in the text: a word, and the word from which the selection reaches.
  let at = {para: 0, word: 0}, anchor = null;
  const putCursor = position => {
    const para = Math.max(0, paras.findLastIndex(x => x.start <= position));
    const word = paras[para]?.words.findIndex(w => paras[para].start + w.end > position) ?? 0;
    at = {para, word: word < 0 ? paras[para].words.length - 1 : word};
    anchor = null;
  };
  const showCursor = (announce = true, unit = "word") => {
    const para = paras[at.para], word = para?.words[at.word];
    if (!word) return;
    const range = rangeOf(para, word.start, word.end);
    show("tag-cursor", range);
    const box = range.getBoundingClientRect();
    if (!quiet && (box.top < 60 || box.bottom > innerHeight - 60)) scrollBy({top: box.top - innerHeight / 3, behavior: "instant"});
    if (anchor === null) {
      if (picked?.byKey) drop();
      show("tag-selection");
      const claims = range.startContainer.parentElement.closest("mark")?.querySelectorAll("sup a") ?? [];
      const sentence = para.sentences.find(s => s.end > word.start);
      const words = unit === "paragraph" ? para.points.join("") : unit === "sentence" ? sentence.text.trim() : word.text;
      if (announce) say(words + (claims.length ? ", in claim " + [...claims].map(a => a.textContent).join(", ") : ""));
      return;
    }
    const [from, to] = anchor <= at.word ? [anchor, at.word] : [at.word, anchor];
    picked = pick(para, para.words[from].start, para.words[to].end, false);
    picked.byKey = true;
    show("tag-selection", rangeOf(para, picked.start, picked.end));
    if (announce) say("Selected: " + picked.words);
  };
  const move = (step, unit, select) => {
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
  const inText = e => {
    const rtl = getComputedStyle(paras[at.para].p).direction === "rtl";
    const step = {ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1, ArrowDown: 1, ArrowUp: -1, End: 1, Home: -1}[e.key];
    if (step) {
      const unit = /Up|Down/.test(e.key) ? "paragraph" : /End|Home/.test(e.key) ? "edge" : e.ctrlKey || e.altKey ? "sentence" : "word";
      move(step, unit, e.shiftKey);
      showCursor(true, unit);
      return true;
    }
    if (e.key === "Enter" && picked) { take(e.ctrlKey); return true; }
    if (e.key === "Escape") {
      if (anchor !== null || picked) { anchor = null; drop(); showCursor(); } else { show("tag-cursor"); go(byID("form")); }
      return true;
    }
    return false;
  };
  document.addEventListener("focusin", e => {
    if (e.target.id !== "text") show("tag-cursor");
    else if (!pointing || quiet) showCursor();
  });

  // KEYS.
  const isField = e => e.matches?.("input:not([type=radio], [type=checkbox]), textarea, select") ?? false;
  const press = value => {
    const button = byID("claim-form").querySelector(`button[value="${value}"]`);
    if (button) button.click();
    else say("There is no passage in the form yet, so there is nothing to lengthen or shorten.");
  };
  const step = by => {
    const list = [...document.querySelectorAll("#text .note-link")];
    if (!list.length) return;
    const here = list.indexOf(document.activeElement);
    list[here < 0 ? (by > 0 ? 0 : list.length - 1) : (here + by + list.length) % list.length].focus();
  };
  const openClaim = () => {
    const word = paras[at.para]?.words[at.word];
    const links = word ? [...rangeOf(paras[at.para], word.start, word.end).startContainer.parentElement.closest("mark")?.querySelectorAll("sup a") ?? []] : [];
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
    x: () => byID("text").focus(), f: toNextField, "/": () => byID("filter").focus(),
    "[": () => press(`edge ${last()} end word in`), "]": () => press(`edge ${last()} end word out`),
    "{": () => press("edge 0 start word out"), "}": () => press("edge 0 start word in"),
    "(": () => press(`edge ${last()} end sentence in`), ")": () => press(`edge ${last()} end sentence out`),
  };
  document.addEventListener("keydown", e => {
    pointing = touching = false;
    if (e.isComposing || byID("keys-dialog")?.open) return;
    const target = e.target, control = e.ctrlKey || e.metaKey, field = isField(target);
    if (e.key === "Enter" && control && !(target.id === "text" && picked)) { e.preventDefault(); byID("claim-form").requestSubmit(byID(e.shiftKey ? "complete" : "save")); return; }
    if (e.key === "z" && control && !field && byID("undo")) { e.preventDefault(); byID("undo").requestSubmit(); return; }
    if (target.id === "text" && paras.length && inText(e)) { e.preventDefault(); return; }
    if (e.key === "Enter" && picked && target === document.body) { e.preventDefault(); take(false); return; }
    if (field || control || e.altKey) return;
    if (/^[1-9]$/.test(e.key) && (letters || target.closest?.(".positions"))) {
      const radio = byID("claim-form").querySelector(`[data-key="${e.key}"]`);
      if (radio) { e.preventDefault(); radio.checked = true; go(radio); }
      return;
    }
    if (letters && letterKeys[e.key]) { e.preventDefault(); letterKeys[e.key](); }
  });

  // THE LIST: filtered while one types.
  const filter = () => {
    const words = byID("filter").value.toLowerCase();
    document.querySelectorAll("#claims [data-filter]").forEach(li => { li.hidden = !li.textContent.toLowerCase().includes(words); });
  };
  document.addEventListener("input", e => { if (e.target.id === "filter") filter(); });

  byID("tagging").dataset.script = "";
  readText();
  readForm();
  const chosen = document.querySelector("#text mark.chosen");
  if (chosen && !location.hash) {
    putCursor(pieces()[0]?.start ?? 0);
    chosen.scrollIntoView({block: narrow.matches ? "start" : "center", behavior: "instant"});
    if (byID("claim-form").dataset.new === undefined) sheet(true);
  }
})();
