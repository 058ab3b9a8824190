// What this member said and the server has not acknowledged yet. It outlives the page and the network:
// kept in the browser, said again at every connection, and named by its client id so that it is said once.
const DAYS = 3 * 24 * 60 * 60 * 1000

export class Outgoing {
  #key
  #carry

  constructor(member, carry) {
    this.#key = `commonshare-outgoing-${member}`
    this.#carry = carry
    this.#keep(this.waiting.filter(({ at }) => Date.now() - at < DAYS))
    addEventListener("DOMContentLoaded", () => this.#show())
    if (document.readyState !== "loading") setTimeout(() => this.#show())
  }

  get waiting() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? []
    } catch {
      return []
    }
  }

  add({ type, conversation, client_id, body }) {
    const others = this.waiting.filter((frame) => frame.client_id !== client_id)
    this.#keep([...others, { type, conversation, client_id, body, at: Date.now() }])
  }

  settle({ client_id }) {
    if (client_id) this.#keep(this.waiting.filter((frame) => frame.client_id !== client_id))
  }

  flush() {
    for (const { type, conversation, client_id, body } of this.waiting) {
      this.#carry({ type, conversation, client_id, body })
    }
  }

  #show() {
    for (const frame of this.waiting) document.dispatchEvent(new CustomEvent("live:going", { detail: frame }))
  }

  #keep(frames) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(frames))
    } catch {
      // private mode or full: what is on the page is still sent
    }
  }
}
