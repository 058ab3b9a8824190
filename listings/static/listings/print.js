// [data-print] opens the printer's dialog. Without this file one prints by the browser's own menu.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => print())
}
