// What goes as a form because it is more than words: photos above all. One sees how far it has come. What has not got
// through is kept in this browser, photos and all, and goes by itself once there is a network, from whatever page; its
// client id lets the server take it once. A conversation hears of its own by events on document:
// `parcel:going`, `parcel:progress`, `parcel:said`, `parcel:refused` and `parcel:failed`.
import { Kept } from "../sharing/js/kept.js"
import { isSentence } from "./drawn.js"

const DAYS = 3 * 24 * 60 * 60 * 1000
const BUSY = 60_000 // after which goes again by itself what the server could not take just now
const SAID_NO = [404, 413] // without a sentence of its own: the conversation is not theirs any more, it is too much at once

export class Carrier {
  #member
  #kept = new Kept("commonshare-parcels")
  #waiting = new Map()
  #onWay = new Set()
  #begun

  constructor(member) {
    this.#member = member
    this.#begun = this.#remember()
    document.addEventListener("live:open", () => this.#flush())
    document.addEventListener("live:message", ({ detail }) => this.#heard(detail))
  }

  has(client_id) {
    return this.#waiting.has(client_id)
  }

  // What waits to be said in this conversation, the oldest first.
  async show(conversation) {
    await this.#begun
    for (const parcel of this.#waiting.values()) if (parcel.conversation === conversation) say("going", parcel)
  }

  // form: a FormData with `body` and all that goes along, which address takes.
  async carry({ conversation, client_id, address, words, form }) {
    const fields = [...form].filter(([name]) => !["csrfmiddlewaretoken", "next", "client_id"].includes(name))
    const parcel = { member: this.#member, conversation, client_id, address, words, fields, at: Date.now() }
    this.#waiting.set(client_id, parcel)
    say("going", parcel)
    try {
      await this.#kept.put(parcel, client_id)
    } catch {
      // private mode or full: it lives as long as the page
    }
    await this.#send(parcel)
  }

  async again(client_id) {
    await this.#send(this.#waiting.get(client_id))
  }

  forget() {
    this.#waiting.clear()
    return this.#kept.clear()
  }

  async #remember() {
    if (!this.#member) return
    try {
      const entries = await this.#kept.entries()
      const mine = entries.map(([, parcel]) => parcel).filter(({ member }) => member === this.#member)
      for (const parcel of mine.sort((a, b) => a.at - b.at)) {
        if (Date.now() - parcel.at > DAYS) await this.#settle(parcel)
        else this.#waiting.set(parcel.client_id, parcel)
      }
    } catch {
      // no such store in this browser: what is on the page is still sent
    }
  }

  async #flush() {
    await this.#begun
    for (const parcel of [...this.#waiting.values()]) {
      if (Date.now() - (parcel.answered ?? 0) < BUSY) continue
      say("going", parcel)
      await this.#send(parcel)
    }
  }

  // It came there, whatever became of the answer.
  async #heard({ client_id }) {
    const parcel = this.#waiting.get(client_id)
    if (!parcel) return
    parcel.heard = true
    if (!this.#onWay.has(client_id)) await this.#settle(parcel)
  }

  // Never from two tabs at once: it would be uploaded twice.
  async #send(parcel) {
    const { client_id } = parcel
    if (this.#onWay.has(client_id)) return
    this.#onWay.add(client_id)
    try {
      if (!navigator.locks) await this.#post(parcel)
      else await navigator.locks.request(`parcel-${client_id}`, { ifAvailable: true }, (free) => free && this.#post(parcel))
    } finally {
      this.#onWay.delete(client_id)
    }
  }

  async #post(parcel) {
    const request = await upload(parcel)
    const sentence = isSentence(request.getResponseHeader("Content-Type")) && request.responseText
    if (request.status === 201) say("said", { ...parcel, line: request.responseText })
    else if (sentence || SAID_NO.includes(request.status)) {
      say("refused", { ...parcel, detail: sentence || document.querySelector("[data-flashes]").dataset.trouble })
    } else if (!parcel.heard) {
      parcel.answered = request.status ? Date.now() : 0
      if (navigator.onLine) say("failed", parcel)
      return
    }
    await this.#settle(parcel)
  }

  async #settle({ client_id }) {
    this.#waiting.delete(client_id)
    try {
      await this.#kept.delete(client_id)
    } catch {
      // it was never kept
    }
  }
}

function upload(parcel) {
  const { address, client_id, fields } = parcel
  const form = new FormData()
  for (const [name, value] of [...fields, ["client_id", client_id]]) form.append(name, value)
  return new Promise((resolve) => {
    const request = new XMLHttpRequest() // fetch does not say how far an upload has come
    request.open("POST", address)
    request.setRequestHeader("X-Part", "line")
    request.setRequestHeader("X-CSRFToken", JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? "")
    request.upload.addEventListener("progress", ({ loaded, total }) => total && say("progress", { ...parcel, part: loaded / total }))
    request.addEventListener("loadend", () => resolve(request))
    request.send(form)
  })
}

function say(type, detail) {
  document.dispatchEvent(new CustomEvent(`parcel:${type}`, { detail }))
}

export const carrier = new Carrier(document.body.dataset.member)
