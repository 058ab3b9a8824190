// What this member said and the server has not acknowledged yet. It outlives the page and the network:
// kept in the browser, said again at every connection, and named by its client id so that it is said once.
// Each has a place of its own, so that two tabs never write over each other.
const DAYS = 3 * 24 * 60 * 60 * 1000

export class Outgoing {
  #key
  #carry
  #unkept = new Map() // private mode or full: what is on the page is still sent

  constructor(member, carry) {
    this.#key = `commonshare-outgoing-${member}-`
    this.#carry = carry
    for (const { client_id, at } of this.waiting) if (Date.now() - at > DAYS) this.settle({ client_id })
    addEventListener("DOMContentLoaded", () => this.#show())
    if (document.readyState !== "loading") setTimeout(() => this.#show())
  }

  get waiting() {
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(this.#key))
    const frames = kept.map((key) => JSON.parse(localStorage.getItem(key))).filter(Boolean)
    return [...frames, ...this.#unkept.values()].sort((a, b) => a.at - b.at)
  }

  add(frame) {
    const kept = { ...frame, at: Date.now() }
    try {
      localStorage.setItem(this.#key + frame.client_id, JSON.stringify(kept))
    } catch {
      this.#unkept.set(frame.client_id, kept)
    }
  }

  // It is said, or never will be. Answers its words.
  settle({ client_id }) {
    if (!client_id) return ""
    const { body = "" } = this.#unkept.get(client_id) ?? JSON.parse(localStorage.getItem(this.#key + client_id)) ?? {}
    localStorage.removeItem(this.#key + client_id)
    this.#unkept.delete(client_id)
    return body
  }

  flush() {
    for (const { at, ...frame } of this.waiting) this.#carry(frame)
  }

  #show() {
    for (const frame of this.waiting) document.dispatchEvent(new CustomEvent("live:going", { detail: frame }))
  }
}
