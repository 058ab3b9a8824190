// A conversation that stays current: news by socket and, after any gap, by asking; what one says stands there
// at once and turns firm when the server has it. Works on the server's own HTML; without script it is a form.
import { Composer } from "./composer.js"
import { Keys } from "./keys.js"
import { Lines } from "./lines.js"

const IMPATIENT = 12_000 // without an answer for so long, a line offers to be sent again
const TYPING = 5_000
const PATIENCE = 300 // between two questions for what is missing

export class Conversation {
  #root
  #id
  #me
  #lines
  #marks
  #announcer
  #seen = 0
  #typing
  #asked
  #behind = false

  constructor(root) {
    this.#root = root
    this.#id = Number(root.dataset.conversation)
    this.#me = Number(root.dataset.me)
    this.#marks = JSON.parse(root.dataset.marks)
    this.#announcer = root.querySelector("[data-announce]")
    this.#lines = new Lines(root)
    new Keys(root)
    new Composer(root.querySelector("[data-composer]"), this.#id, (body) => this.#say(body), () => this.#frame("typing"))
    this.#listen()
    root.addEventListener("click", ({ target }) => target.closest("[data-again]") && this.#again(target.closest("[data-client-id]")))
    for (const sign of ["focus", "scroll"]) addEventListener(sign, () => this.#read(), { passive: true })
    root.querySelector("[data-scroll]").addEventListener("scroll", () => this.#read(), { passive: true })
    document.addEventListener("visibilitychange", () => this.#watch())
    addEventListener("pagehide", () => this.#frame("watch", { conversation: null }))
  }

  #listen() {
    const hear = (type, deed) =>
      document.addEventListener(`live:${type}`, ({ detail }) => detail.conversation === this.#id && deed(detail))
    document.addEventListener("live:open", () => this.#open())
    document.addEventListener("live:error", ({ detail }) => detail.client_id && this.#lines.fail(detail.client_id))
    hear("going", ({ client_id, body }) => this.#lines.going(client_id, body))
    hear("message", (frame) => this.#message(frame))
    hear("ack", (frame) => this.#acknowledged(frame))
    hear("seen", ({ member, sequence }) => this.#seenBy(member, sequence))
    hear("typing", ({ member }) => this.#types(member))
    hear("presence", ({ member, here }) => this.#isHere(member, here))
    hear("caught_up", ({ sequence, more }) => more && this.#frame("catch_up", { after: sequence }))
    hear("left", () => this.#end())
    document.addEventListener("talk:behind", () => this.#ask())
    document.addEventListener("talk:end", () => this.#read())
  }

  #frame(type, facts = {}) {
    const detail = { type, conversation: this.#id, ...facts }
    document.dispatchEvent(new CustomEvent("live:frame", { detail }))
  }

  // --- what comes in

  #open() {
    this.#frame("catch_up", { after: this.#lines.newest })
    this.#watch()
  }

  #message(frame) {
    if (frame.sequence <= this.#lines.newest) return
    if (frame.sequence > this.#lines.newest + 1) return this.#ask()
    const mine = frame.author === this.#me
    this.#lines.add(frame, mine)
    if (mine) return
    this.#stopTyping(frame.author)
    if (frame.author) this.#seenBy(frame.author, frame.sequence)
    this.#announcer.textContent = frame.texts ? this.#lines.words(frame) : `${frame.name}: ${frame.body}`
    this.#read()
  }

  #acknowledged(frame) {
    this.#lines.firm(frame)
    if (frame.sequence > this.#lines.newest) this.#ask()
  }

  // One answer brings all that is missing: a question meanwhile waits, and is asked then.
  #ask() {
    this.#behind = Boolean(this.#asked)
    if (this.#asked) return
    this.#frame("catch_up", { after: this.#lines.newest })
    this.#asked = setTimeout(() => {
      this.#asked = undefined
      if (this.#behind) this.#ask()
    }, PATIENCE)
  }

  #seenBy(member, sequence) {
    if (member === this.#me || !(member in this.#marks) || this.#marks[member] >= sequence) return
    this.#marks[member] = sequence
    this.#lines.readUpTo(Math.min(...Object.values(this.#marks)))
  }

  #types(member) {
    const name = JSON.parse(this.#root.dataset.names)[member]
    if (!name) return
    this.#lines.typing(name)
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => this.#stopTyping(), TYPING)
  }

  #stopTyping() {
    clearTimeout(this.#typing)
    this.#lines.typing("")
  }

  #isHere(member, here) {
    if (Number(this.#root.dataset.others) === 1 && member !== this.#me) this.#root.querySelector("[data-here]").hidden = !here
  }

  #end() {
    this.#root.querySelector("[data-composer]").hidden = true
    this.#root.querySelector("[data-ended]").hidden = false
  }

  // --- what goes out

  #say(body) {
    const client_id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`
    this.#lines.going(client_id, body)
    this.#send(client_id, body)
  }

  #again(line) {
    this.#lines.retry(line)
    this.#send(line.dataset.clientId, line.querySelector(".said__text").textContent)
  }

  #send(client_id, body) {
    this.#frame("send", { client_id, body })
    setTimeout(() => navigator.onLine && this.#lines.fail(client_id), IMPATIENT)
  }

  #watch() {
    const looking = document.visibilityState === "visible"
    this.#frame("watch", { conversation: looking ? this.#id : null })
    if (looking) this.#read()
  }

  #read() {
    if (document.visibilityState !== "visible" || !document.hasFocus() || !this.#lines.atEnd) return
    if (this.#lines.newest <= this.#seen) return
    this.#seen = this.#lines.newest
    this.#frame("seen", { sequence: this.#seen })
  }
}

for (const root of document.querySelectorAll("[data-conversation]")) new Conversation(root)
