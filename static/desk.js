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
    }).catch(() => { if (last === body) last = before });
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
let choosers = 0;
for (const input of document.querySelectorAll("input[data-choose]")) {
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
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    const options = list.children;
    if (!options.length) return;
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
}

// Words that one side uses are shown while a question or a label is written.
for (const guard of document.querySelectorAll("[data-guards]")) {
  const field = document.getElementById(guard.dataset.guards);
  let timer = 0;
  let asking = null;
  field?.addEventListener("input", () => {
    clearTimeout(timer);
    asking?.abort();
    timer = setTimeout(async () => {
      asking = new AbortController();
      const dispute = field.form.elements.namedItem("dispute")?.value.trim() ?? "";
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
  });
}
