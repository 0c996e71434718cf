// What pages of the desk can do besides. Every one of them does its job without.
"use strict";

// Drafts: what is typed in a form with data-draft is kept a second after the typing stops, and when the page is hidden.
for (const form of document.querySelectorAll("form[data-draft]")) {
  let timer = 0;
  let last = "";
  let asking = null;
  let submitted = false;
  const text = () => {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") sent.append(name, value);
    }
    sent.set("draft", form.dataset.draft);
    return sent.toString();
  };
  const warn = () => {
    if (form.previousElementSibling?.matches(".draft.large")) return;
    const note = Object.assign(document.createElement("p"), { className: "draft large", role: "status" });
    form.before(note);
    note.textContent = "This is longer than what is kept of a form that is not saved. Save it before you leave this page.";
  };
  const keep = (hidden) => {
    clearTimeout(timer);
    const body = text();
    if (submitted || body === last) return;
    const before = last;
    last = body;
    asking?.abort();
    asking = new AbortController();
    fetch("/desk/drafts", {
      method: "POST", body, redirect: "manual", signal: asking.signal,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      keepalive: hidden && body.length < 60000, // browsers refuse more than 64 KiB
    }).then((answer) => { if (answer.status === 413) warn() }, () => { if (last === body) last = before });
  };
  const typed = () => {
    submitted = false;
    clearTimeout(timer);
    timer = setTimeout(keep, 1000, false);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => { // the form's own answer keeps it or lets it go
    submitted = true;
    clearTimeout(timer);
    asking?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep(true);
  });
  last = text(); // as the page came
}

// A button with data-key is pressed by its letter, for whoever has not switched letters off.
document.addEventListener("keydown", (event) => {
  if (!document.body.hasAttribute("data-letter-keys") || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// Names are chosen from those that fit what is typed: a combobox over /desk/search.json (ARIA authoring practices, combobox
// with a list). Without script the same inputs take a short name or an exact name.
// Claims are found by code, by words and by source; data-fact, data-article and data-but say which come first or at all.
let choosers = 0;
const chooseIn = (input) => {
  const list = document.createElement("ul");
  const around = document.createElement("div");
  let timer = 0;
  let asking = null;
  let active = -1;
  list.id = `choices-${++choosers}`;
  list.className = "choices";
  list.role = "listbox";
  list.hidden = true;
  list.ariaLabel = "What may be meant";
  around.className = "choosing";
  input.replaceWith(around);
  around.append(input, list);
  input.removeAttribute("list");
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  const forget = () => { // what is being asked
    clearTimeout(timer);
    asking?.abort();
  };
  const close = () => {
    forget();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    const options = list.children;
    if (!options.length) return;
    forget(); // the list stays as it is under who points into it
    active = (to + options.length) % options.length;
    [...options].forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  };
  const choose = (option) => {
    input.value = option.dataset.slug;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const named = around.parentElement.querySelector(":scope > .named");
    if (named) named.textContent = option.dataset.name;
    close();
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const sent = new URLSearchParams({ kind: input.dataset.choose, q: input.value.trim() });
    for (const name of ["fact", "article", "but"]) if (input.dataset[name]) sent.set(name, input.dataset[name]);
    try {
      const answer = await fetch(`/desk/search.json?${sent}`, { signal: asking.signal, redirect: "error" });
      if (!answer.ok) return close();
      const { found } = await answer.json();
      list.replaceChildren(...found.map((f, i) => {
        const option = document.createElement("li");
        const name = document.createElement("bdi");
        const note = document.createElement("bdi");
        option.id = `${list.id}-${i}`;
        option.role = "option";
        option.dataset.slug = f.slug;
        option.dataset.name = f.name;
        option.setAttribute("aria-selected", "false");
        name.textContent = f.name;
        if (f.lang) name.lang = f.lang;
        note.className = "note";
        note.textContent = f.note ? `${f.slug}, ${f.note}` : f.slug;
        option.append(name, note);
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option) });
        return option;
      }));
      active = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    } catch { /* typed on, or away: the name is looked up when the form is sent */ }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (!input.value.trim()) return close();
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) ask();
    else if (event.key === "ArrowDown") point(active + 1);
    else if (event.key === "ArrowUp" && !list.hidden) point(active < 0 ? -1 : active - 1);
    else if (event.key === "Enter" && !list.hidden && active >= 0) choose(list.children[active]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
};
document.querySelectorAll("input[data-choose]").forEach(chooseIn);
// Inputs that came later, as a page drew itself anew, choose when they are first gone to.
document.addEventListener("focusin", (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-choose]:not([role=combobox])")) return;
  chooseIn(input);
  input.focus();
});

// A select with data-find is searched by typing (ARIA authoring practices, combobox with a list): each word that was typed
// stands in the option or in the name of its group. The select stays and is what the form sends; without script it is all.
let finders = 0;
const findIn = (select) => {
  const make = (name, role, className) => Object.assign(document.createElement(name), { role, className });
  const input = make("input", "combobox", "");
  const list = make("div", "listbox", "choices");
  const around = make("div", null, "choosing");
  const label = document.querySelector(`label[for="${select.id}"]`);
  let active = null;
  select.dataset.found = "";
  around.removeAttribute("role");
  list.id = `found-${++finders}`;
  list.ariaLabel = label.textContent;
  list.hidden = true;
  input.id = `${select.id}-find`;
  input.autocomplete = "off";
  input.dir = "auto";
  input.setAttribute("form", ""); // of no form: Enter chooses and sends nothing
  for (const name of ["aria-invalid", "aria-describedby"]) if (select.getAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  label.htmlFor = input.id;
  select.replaceWith(around);
  around.append(input, list, select);
  select.className = "unseen";
  select.tabIndex = -1;
  select.ariaHidden = "true";
  select.addEventListener("focus", () => input.focus()); // links from a list of problems lead to it
  const shown = () => select.selectedOptions[0]?.text ?? "";
  input.value = shown();
  const point = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    active?.setAttribute("aria-selected", "true");
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
    if (active) list.scrollTop = Math.max(0, active.offsetTop - list.clientHeight / 2);
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(null);
  };
  const choose = (option) => {
    close();
    const changed = select.value !== option.dataset.value;
    select.value = option.dataset.value;
    input.value = shown();
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const open = (typed) => {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const isFound = (text) => words.every((w) => text.toLowerCase().includes(w));
    const drawn = (o) => {
      const option = make("div", "option", "");
      option.id = `${list.id}-${o.index}`;
      option.dataset.value = o.value;
      option.textContent = o.text;
      option.dir = "auto";
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option) });
      return option;
    };
    list.replaceChildren();
    for (const part of select.children) {
      const name = part.localName === "optgroup" ? part.label : "";
      const options = [...(name ? part.children : [part])].filter((o) => isFound(`${o.text} ${name}`)).map(drawn);
      if (!options.length) continue;
      if (!name) { list.append(...options); continue }
      const group = make("div", "group", "");
      const title = make("div", "presentation", "of");
      group.ariaLabel = title.textContent = name;
      group.append(title, ...options);
      list.append(group);
    }
    const options = list.querySelectorAll("[role=option]");
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(words.length ? options[0] : [...options].find((o) => o.dataset.value === select.value));
    list.scrollIntoView({ block: "nearest", behavior: "instant" });
  };
  const step = (by) => {
    const options = [...list.querySelectorAll("[role=option]")];
    point(options[(options.indexOf(active) + by + options.length) % options.length]);
  };
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => { if (list.hidden) open("") });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" && list.hidden) open("");
    else if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp" && !list.hidden) step(active ? -1 : 0);
    else if (event.key === "Enter" && active) choose(active);
    else if (event.key === "Escape" && !list.hidden) { close(); input.value = shown() } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => { close(); input.value = shown() });
};
const findAll = () => document.querySelectorAll("select[data-find]:not([data-found])").forEach(findIn);
findAll();
document.addEventListener("drawn", findAll); // a page that draws itself anew says so

// Words that one side uses are shown while a question or a label is written. Fields that came later are guarded, too.
{
  const waiting = new WeakMap();
  document.addEventListener("input", (event) => {
    const field = event.target;
    const guard = field.id && document.querySelector(`[data-guards="${CSS.escape(field.id)}"]`);
    if (!guard) return;
    const before = waiting.get(guard);
    clearTimeout(before?.timer);
    before?.asking.abort();
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      const of = guard.dataset.disputeOf ?? "dispute";
      const dispute = guard.dataset.dispute || (field.form.elements.namedItem(of)?.value.trim() ?? "");
      const sent = new URLSearchParams({ text: field.value, dispute: /^[a-z0-9-]+$/.test(dispute) ? dispute : "" });
      try {
        const answer = await fetch(`/desk/words.json?${sent}`, { signal: asking.signal, redirect: "error" });
        if (!answer.ok) return;
        const { words } = await answer.json();
        guard.replaceChildren(...words.map((w) => {
          const item = document.createElement("li");
          const word = document.createElement("b");
          word.textContent = w.word;
          item.append(word, `: ${w.why}`);
          return item;
        }));
      } catch { /* typed on, or away: the words are looked at when the form is sent */ }
    }, 400);
    waiting.set(guard, { timer, asking });
  });
}
