// A form with data-queue is kept on this device when there is no network, and sent once there is one, in order.
// It goes with an id of its own and the time it was made, so that the server takes it once and knows when it was.
// Whose it is stands beside it: what one member kept is never sent by another who signs in here.
import { Kept } from "./kept.js"

export class Queue {
  #member
  #kept = new Kept("commonshare-queue")
  #sending = false

  constructor(body) {
    this.#member = body.dataset.member
    if (!Kept.possible || !this.#member) return
    document.addEventListener("submit", (event) => this.#submitted(event), true)
    document.addEventListener("htmx:sendError", (event) => this.#failed(event))
    addEventListener("online", () => this.send())
    document.addEventListener("visibilitychange", () => document.hidden || this.send())
    this.send()
  }

  #submitted(event) {
    if (navigator.onLine || !event.target.matches("[data-queue]")) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.#keep(event.target)
  }

  #failed(event) {
    const form = event.target.closest?.("form[data-queue]")
    if (form) this.#keep(form)
  }

  async #keep(form) {
    const made = new Date().toISOString(), id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")
    fields.push(["client_id", id], ["made", made])
    await this.#kept.put({ member: this.#member, url: form.action, fields })
    form.replaceWith(notice("info", form.dataset.kept))
  }

  // What the server would not take, in its own words; another try is up to the person.
  #say(html) {
    const alert = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]")
    document.querySelector("main")?.prepend(notice("bad", alert?.textContent.trim() ?? ""))
  }

  // One at a time and the oldest first: a return is not confirmed before its pick-up.
  async send() {
    if (this.#sending || !navigator.onLine) return
    this.#sending = true
    try {
      let sent = false
      for (const [key, kept] of await this.#kept.entries()) {
        if (kept.member !== this.#member) continue
        const answer = await this.#post(kept)
        if (!answer || answer.status >= 500 || answer.status === 403) break
        await this.#kept.delete(key)
        if (answer.ok) sent = true
        else this.#say(await answer.text())
      }
      if (sent) location.reload()
    } catch {
      // no network after all: the next chance comes by itself
    } finally {
      this.#sending = false
    }
  }

  async #post({ url, fields }) {
    const body = new FormData()
    for (const [name, value] of fields) body.append(name, value)
    const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? ""
    const headers = { "X-CSRFToken": token, "HX-Request": "true" } // a fragment with its reason, not a flash that nobody sees
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" })
    return answer.url.includes("/accounts/login") ? null : answer
  }
}

function notice(kind, text) {
  const line = document.createElement("p")
  line.className = `notice notice--${kind}`
  line.setAttribute("role", kind === "bad" ? "alert" : "status")
  line.dataset.keptLine = kind
  line.textContent = text
  return line
}
