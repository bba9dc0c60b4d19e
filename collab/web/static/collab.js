// Everything works without this file. It makes open menus behave as people expect (Escape closes them and gives the
// focus back, a press elsewhere closes them), and takes a hasty second press of a button for the first one.
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

const sent = new WeakMap();
addEventListener("submit", (event) => {
  if (Date.now() - (sent.get(event.target) ?? 0) < 3000) event.preventDefault();
  else sent.set(event.target, Date.now());
});
