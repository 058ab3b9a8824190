// A button that was pressed says that it is busy, and can't be pressed twice, until the page changes or comes back.
export class Busy {
  #buttons = new Set()

  constructor(root) {
    root.addEventListener("submit", (event) => setTimeout(() => this.#start(event)))
    root.addEventListener("htmx:afterRequest", () => this.#rest())
    addEventListener("pageshow", () => this.#rest())
  }

  #start({ target: form, submitter, defaultPrevented }) {
    if (defaultPrevented || form.method === "dialog" || form.method === "get") return
    const button = submitter ?? form.querySelector("button:not([type=button])")
    if (!button?.classList.contains("button")) return
    button.setAttribute("aria-busy", "true")
    this.#buttons.add(button)
    form.addEventListener("submit", this.#refuse)
  }

  #refuse(event) {
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  #rest() {
    for (const button of this.#buttons) {
      button.removeAttribute("aria-busy")
      button.form?.removeEventListener("submit", this.#refuse)
    }
    this.#buttons.clear()
  }
}
