// Everything works without this file. It makes open menus behave as people expect (Escape closes them and gives the
// focus back, a press or a step elsewhere closes them), and takes a hasty second press of a button for the first one.
const open = () => document.querySelectorAll("details:is(.menu, .sheet)[open]");

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of open()) {
    details.open = false;
    if (details.contains(document.activeElement)) details.querySelector("summary").focus();
  }
});

addEventListener("click", (event) => {
  for (const details of open()) if (!details.contains(event.target)) details.open = false;
});

addEventListener("focusout", ({ target, relatedTarget }) => {  // what has the focus is never behind them
  const details = target.closest("details:is(.menu, .sheet)[open]");
  if (details && relatedTarget && !details.contains(relatedTarget)) details.open = false;
});

const sent = new WeakMap();
addEventListener("submit", (event) => {
  if (Date.now() - (sent.get(event.target) ?? 0) < 3000) event.preventDefault();
  else sent.set(event.target, Date.now());
});

// Keys in a list of what waits (the inbox): j and k or the arrows go down and up, Enter opens, x ticks, ? says all this. Never
// while somebody writes, never with another key held.
const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const rows = () => [...document.querySelectorAll(".asks > li, [data-rows] > li")].filter((row) => row.checkVisibility());
const entry = (row) => row?.querySelector("h2 a, input[type=checkbox], a[href]");
const help = document.getElementById("key-help");

function step(by) {
  const all = rows(), at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  entry(next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  x: () => document.activeElement.closest("li")?.querySelector("input[type=checkbox]")?.click(),
  "?": () => help.showModal(),
};

if (help) {
  help.querySelector("button").addEventListener("click", () => help.close());
  document.querySelectorAll("[data-keys]").forEach((one) => {
    one.hidden = false;
    one.addEventListener("click", keys["?"]);
  });
  addEventListener("keydown", (event) => {
    const away = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || help.open || event.target.closest?.(WRITES);
    const inside = rows().some((row) => row.contains(document.activeElement));
    if (away || !keys[event.key] || (event.key.startsWith("Arrow") && !inside)) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// "/" goes to the search box, unless somebody is writing.
addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const box = document.querySelector(".find input");
  if (event.key !== "/" || writing || !box || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
});
