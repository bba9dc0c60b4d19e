// Everything works without this file. It only makes open menus behave as people expect:
// Escape closes them and gives the focus back, a press elsewhere closes them.
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
