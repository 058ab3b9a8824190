// The one socket of this tab. Every page of a signed-in member loads it; no other script opens one.
//
// In:  document.dispatchEvent(new CustomEvent("live:frame", { detail: { type: "send", … } }))
// Out: an event on document for each frame that arrives, `live:message`, `live:ack`, `live:notification`, …
//      with the frame as its detail; `live:open` when one should ask for what was missed; `live:closed`.
//
// Without a socket (a proxy that knows none) messages go by the API, and what is missed is asked for there.
import { Badges } from "./badges.js"
import { carrier } from "./carrier.js"
import { forgetAtSignOut } from "./drafts.js"
import { Outgoing } from "./outgoing.js"
import { Toasts } from "./toasts.js"

const SIGN_IN = 4401
const SLOWEST = 30_000 // between two tries to connect
const SILENCE = 30_000 // after which one asks whether anything was missed
const ALONE = 6_000 // without a socket for so long, what is said goes by the API
const ANSWER = 8_000 // without an answer to a ping for so long, the network is another one now
const ARRIVED = 250 // how long word of what came waits for more of it, or for its being read
const CROWD = 1_500 // when all are told to ask, each waits a little of this, so that not all ask at once
const BUSY = 5_000 // after which is said again what the server could not keep just now
const SAID_NO = [400, 404, 409, 413, 422] // to these words; any other answer is about the moment, and they wait

export class Live {
  #url
  #socket
  #tries = 0
  #since = Date.now() // when the socket was last open, or the page began
  #heard = Date.now()
  #next
  #over = false
  #doubt
  #outgoing
  #me
  #came = new Map() // what came and was not read yet, by conversation
  #telling
  #again

  constructor(body) {
    this.#me = Number(body.dataset.member)
    this.#url = new URL(body.dataset.socket, location.href)
    this.#url.protocol = this.#url.protocol.replace("http", "ws")
    this.#outgoing = new Outgoing(body.dataset.member, (frame) => this.#carry(frame))
    document.addEventListener("live:frame", ({ detail }) => this.#take(detail))
    document.addEventListener("visibilitychange", () => this.#look())
    addEventListener("online", () => this.#connect())
    addEventListener("pageshow", ({ persisted }) => persisted && this.#connect())
    addEventListener("offline", () => this.#beat())
    addEventListener("pagehide", () => this.#socket?.close(1000))
    setInterval(() => this.#beat(), 25_000)
    this.#connect()
  }

  get #open() {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  #connect() {
    clearTimeout(this.#next)
    if (this.#over || this.#socket?.readyState === WebSocket.CONNECTING || this.#open) return
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.addEventListener("open", () => this.#opened())
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data)))
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#closed(code))
  }

  #opened() {
    this.#tries = 0
    this.#heard = Date.now()
    this.#carry({ type: "unread" })
    this.#say("open")
    this.#outgoing.flush()
  }

  #closed(code) {
    clearTimeout(this.#doubt)
    if (this.#tries === 0) this.#since = Date.now()
    this.#say("closed", { code })
    if (code === SIGN_IN) {
      this.#over = true
      return
    }
    const pause = Math.min(SLOWEST, 400 * 2 ** this.#tries++)
    this.#next = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2))
    if (Date.now() - this.#since > ALONE) this.#alone()
  }

  #look() {
    if (document.visibilityState !== "visible") return
    if (!this.#open) this.#connect()
    else this.#beat()
  }

  #beat() {
    if (!this.#open) return
    const asked = Date.now()
    this.#carry({ type: "ping" })
    clearTimeout(this.#doubt)
    this.#doubt = setTimeout(() => this.#heard < asked && this.#leave(), ANSWER)
    if (asked - this.#heard > SILENCE) this.#say("open") // slept, or lost without a word: ask
  }

  // The socket is open in name alone: another network, a machine that slept. Its own end may take minutes to come.
  #leave() {
    const socket = this.#socket
    this.#socket = undefined
    socket.close()
    this.#closed(1006)
  }

  #hear(frame) {
    this.#heard = Date.now()
    if (frame.type === "resume") setTimeout(() => this.#resume(), Math.random() * CROWD)
    if (frame.type === "ack") this.#outgoing.settle(frame)
    this.#say(frame.type, frame.type === "error" ? this.#refused(frame) : frame)
    if (frame.mark && frame.author !== this.#me) this.#arrived(frame)
  }

  // What can be said a moment later stays in the queue; of what cannot be said at all, the words are told along.
  #refused(frame) {
    if (frame.code !== "unavailable") return { ...frame, body: this.#outgoing.settle(frame) }
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.#open && this.#outgoing.flush(), BUSY * (0.5 + Math.random()))
    return frame
  }

  // Where two talk, the author learns that it came; what is read at once needs no second word.
  #arrived({ conversation, sequence }) {
    clearTimeout(this.#telling)
    this.#came.set(conversation, sequence)
    this.#telling = setTimeout(() => {
      for (const [talk, newest] of this.#came) this.#carry({ type: "delivered", conversation: talk, sequence: newest })
      this.#came.clear()
    }, ARRIVED)
  }

  #resume() {
    this.#carry({ type: "unread" })
    this.#say("open")
  }

  #take(frame) {
    if (frame.type === "send") this.#outgoing.add(frame)
    if (frame.type === "seen" && this.#came.get(frame.conversation) <= frame.sequence) this.#came.delete(frame.conversation)
    if (this.#open) this.#carry(frame)
    else if (Date.now() - this.#since > ALONE) this.#byRequest(frame)
  }

  #carry(frame) {
    if (this.#open) this.#socket.send(JSON.stringify(frame))
  }

  #alone() {
    if (!navigator.onLine) return
    this.#say("open")
    for (const frame of this.#outgoing.waiting) this.#byRequest(frame)
  }

  async #byRequest(frame) {
    const base = `/api/v1/conversations/${frame.conversation}/`
    try {
      if (frame.type === "catch_up") await this.#missed(frame.conversation, `${base}messages/?after=${frame.after}&changes=${frame.changes ?? 0}`)
      if (frame.type === "seen") await this.#post(`${base}seen/`, { sequence: frame.sequence })
      if (frame.type === "send") {
        const { type, conversation, client_id, at, ...said } = frame
        const answer = await this.#post(`${base}messages/`, { client_id, ...said })
        const known = await answer.json()
        if (answer.ok) this.#hear({ ...known, type: "ack" })
        else if (SAID_NO.includes(answer.status)) this.#hear({ type: "error", code: known.code, detail: known.detail, client_id, conversation })
      }
    } catch {
      // no network: it stays in the queue
    }
  }

  async #missed(conversation, address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } })
    if (!answer.ok) return
    const { results, changed, change, next } = await answer.json()
    for (const message of results) this.#say("message", { ...message, type: "message" })
    for (const message of changed) this.#say("changed", { ...message, type: "changed" })
    this.#say("caught_up", { type: "caught_up", conversation, change, more: false })
    if (next) await this.#missed(conversation, next)
  }

  #post(address, facts) {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? ""
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token }
    return fetch(address, { method: "POST", headers, body: JSON.stringify(facts) })
  }

  #say(type, detail = {}) {
    document.dispatchEvent(new CustomEvent(`live:${type}`, { detail }))
  }
}

const { body } = document
if (body.dataset.member && body.dataset.socket) {
  new Badges(body)
  new Toasts(body, document.querySelector("[data-flashes]"))
  new Live(body)
  forgetAtSignOut(body.dataset.signOut, () => carrier.forget())
}
