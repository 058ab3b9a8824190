// A button that prints the page; it shows itself only where there is script to make it work.
export class PrintButton {
  constructor(button) {
    button.hidden = false
    button.addEventListener("click", () => window.print())
  }
}

for (const button of document.querySelectorAll("[data-print]")) new PrintButton(button)
