// Copying, where there is JavaScript: a button at each text that is made to be copied, and on a claim in a comparison the
// keys q (quotation with link) and l (link) while the focus is in it, so that they are in nobody's way elsewhere. Without
// JavaScript the same texts stand on the page to be selected.
"use strict";

(() => {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  said.className = "copied";
  document.body.append(said);

  let clearing;
  function say(text) {
    said.textContent = text;
    clearTimeout(clearing);
    clearing = setTimeout(() => { said.textContent = ""; }, 4000);
  }

  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      say(what + " copied");
    } catch {
      say("The browser does not let this page copy. The text can be selected instead.");
    }
  }

  const textOf = (part) => part.innerText.replace(/\s+/g, " ").trim();

  // The permanent address of the edition on the page, with the site's own name; that of the page if it has none.
  const page = document.querySelector("[data-permalink]")?.dataset.permalink ?? location.href.split("#")[0];

  const invented = document.querySelector("main > .fiction") !== null; // all on the page

  function quotation(claim) {
    const words = textOf(claim.querySelector("blockquote"));
    const who = textOf(claim.querySelector(".who")).replace(/:$/, "");
    const marked = words.startsWith("“") && words.endsWith("”");
    const since = claim.querySelector(".since");
    const lines = [who + ": " + (marked ? words : "“" + words + "”")];
    if (since) lines.push(textOf(since));
    if (invented) lines.push("Invented for practice.");
    return [...lines, page + "#" + claim.id].join("\n");
  }

  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy " + text.dataset.copy;
    button.addEventListener("click", () => copy(text.innerText.trim(), upperFirst(text.dataset.copy)));
    text.after(button);
  }

  function upperFirst(s) { return s.slice(0, 1).toUpperCase() + s.slice(1); }

  for (const hint of document.querySelectorAll(".keys")) hint.hidden = false;

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
    const claim = e.target.closest("figure.claim[id]");
    if (!claim) return;
    if (e.key === "q") copy(quotation(claim), "Quotation with link");
    if (e.key === "l") copy(page + "#" + claim.id, "Link");
  });

  const dialog = document.querySelector("dialog.share");
  for (const opener of dialog ? document.querySelectorAll("a[data-share]") : []) {
    opener.addEventListener("click", (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return;
      e.preventDefault();
      dialog.showModal();
    });
  }
})();
