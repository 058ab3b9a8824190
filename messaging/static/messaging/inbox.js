// The list of conversations, brought up to date when something is said or read. A reload in the background
// that fails says nothing: the next one will do.
const PAUSE = 400

export class Inbox {
  #list
  #soon

  constructor(list) {
    this.#list = list
    for (const type of ["message", "ack", "seen"]) document.addEventListener(`live:${type}`, () => this.#later())
  }

  #later() {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.#load(), PAUSE)
  }

  async #load() {
    try {
      const answer = await fetch(this.#list.dataset.inbox, { headers: { "HX-Request": "true" } })
      if (!answer.ok || answer.redirected) return
      const focused = this.#list.contains(document.activeElement) ? document.activeElement.id : ""
      this.#list.innerHTML = await answer.text() // rendered and escaped by the server
      window.htmx?.process(this.#list)
      if (focused) document.getElementById(focused)?.focus()
    } catch {
      // no network
    }
  }
}

for (const list of document.querySelectorAll("[data-inbox]")) new Inbox(list)
