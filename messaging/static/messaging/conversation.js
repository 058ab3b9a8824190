// A conversation that stays current: news by socket and, after any gap, by asking; what one says stands there
// at once and turns firm when the server has it. Works on the server's own HTML; without script it is a form.
import { Acts } from "./acts.js"
import { carrier } from "./carrier.js"
import { Composer } from "./composer.js"
import { Keys } from "./keys.js"
import { Lines } from "./lines.js"
import { SIGNS } from "./toasts.js"

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
  #composer // none where one may only read
  #change // the last change of a line that is known here
  #seen = 0
  #typing
  #asked
  #behind = false

  constructor(root) {
    this.#root = root
    this.#id = Number(root.dataset.conversation)
    this.#me = Number(root.dataset.me)
    this.#change = Number(root.dataset.change)
    this.#marks = JSON.parse(root.dataset.marks)
    this.#announcer = root.querySelector("[data-announce]")
    this.#lines = new Lines(root)
    new Keys(root)
    this.#compose(root.querySelector("[data-composer]"))
    new Acts(root, {
      reply: (sequence, line, words) => this.#composer?.reply(sequence, this.#nameOf(line), words),
      edit: (sequence, link, words) => this.#composer?.edit(link.href, link.textContent.trim(), words),
      send: async (form, submitter) => this.#tell(await this.#lines.send(form, submitter)),
      unreached: () => this.#tell(document.querySelector("[data-flashes]").dataset.unreached),
    })
    this.#listen()
    root.addEventListener("click", ({ target }) => target.closest("[data-again]") && this.#again(target.closest("[data-client-id]")))
    for (const sign of ["focus", "scroll"]) addEventListener(sign, () => this.#read(), { passive: true })
    root.querySelector("[data-scroll]").addEventListener("scroll", () => this.#read(), { passive: true })
    document.addEventListener("visibilitychange", () => this.#watch())
    addEventListener("pagehide", () => this.#frame("watch", { conversation: null }))
  }

  #compose(form) {
    if (!form) return
    this.#composer = new Composer(form, this.#id, this.#root.dataset.mention, {
      say: (said) => this.#say(said),
      carry: (data, words) => this.#carry(data, words),
      change: (url, body, again) => this.#edit(url, body, again),
      type: () => this.#frame("typing"),
    })
  }

  #listen() {
    const listen = (type, deed) =>
      document.addEventListener(type, ({ detail }) => detail.conversation === this.#id && deed(detail))
    const hear = (type, deed) => listen(`live:${type}`, deed)
    document.addEventListener("live:open", () => this.#open())
    hear("error", (frame) => this.#trouble(frame))
    hear("going", ({ client_id, body, reply_to }) => this.#lines.going(client_id, body, reply_to))
    hear("message", (frame) => this.#message(frame))
    hear("changed", (frame) => this.#changed(frame))
    hear("ack", (frame) => this.#acknowledged(frame))
    hear("seen", ({ member, sequence }) => this.#seenBy(member, sequence))
    hear("delivered", ({ member, sequence }) => member === this.#me || this.#lines.reachedUpTo(sequence))
    hear("typing", ({ member }) => this.#types(member))
    hear("presence", ({ member, here }) => this.#isHere(member, here))
    hear("caught_up", (frame) => this.#caughtUp(frame))
    hear("left", () => this.#end())
    listen("parcel:going", ({ client_id, words, fields }) => this.#lines.going(client_id, words, "more", fields))
    listen("parcel:progress", ({ client_id, part }) => this.#lines.progress(client_id, part))
    listen("parcel:said", ({ line }) => this.#lines.drawn(line))
    listen("parcel:failed", ({ client_id }) => this.#lines.fail(client_id))
    listen("parcel:refused", (parcel) => this.#refused(parcel))
    carrier.show(this.#id)
    document.addEventListener("talk:behind", () => this.#ask())
    document.addEventListener("talk:end", () => this.#read())
  }

  #frame(type, facts = {}) {
    const detail = { type, conversation: this.#id, ...facts }
    document.dispatchEvent(new CustomEvent("live:frame", { detail }))
  }

  // --- what comes in

  #open() {
    this.#catchUp(this.#lines.newest, this.#change)
    this.#watch()
  }

  #catchUp(after, changes) {
    this.#frame("catch_up", { after, changes })
  }

  #caughtUp({ sequence, more, change = 0 }) {
    this.#change = Math.max(this.#change, change)
    if (more) this.#catchUp(sequence, this.#change)
  }

  #message(frame) {
    if (frame.sequence <= this.#lines.newest) return
    if (frame.sequence > this.#lines.newest + 1) return this.#ask()
    const mine = frame.author === this.#me
    this.#lines.add(frame, mine)
    if (mine) return
    this.#stopTyping()
    if (frame.author) this.#seenBy(frame.author, frame.sequence)
    this.#announcer.textContent = frame.texts ? this.#lines.words(frame) : `${frame.name}: ${frame.body || SIGNS[frame.kind] || "…"}`
    this.#read()
  }

  #changed({ sequence, change, deleted }) {
    this.#lines.changed(sequence)
    if (deleted) this.#composer?.gone(sequence)
    if (change > this.#change + 1) this.#ask()
    else this.#change = Math.max(this.#change, change)
  }

  #acknowledged(frame) {
    this.#lines.firm(frame)
    if (frame.sequence > this.#lines.newest) this.#ask()
  }

  // One answer brings all that is missing: a question meanwhile waits, and is asked then.
  #ask() {
    this.#behind = Boolean(this.#asked)
    if (this.#asked) return
    this.#catchUp(this.#lines.newest, this.#change)
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
    const form = this.#root.querySelector("[data-composer]")
    if (form) form.hidden = true
    this.#root.querySelector("[data-ended]").hidden = false
  }

  #nameOf(line) {
    const { author } = line.dataset
    return Number(author) === this.#me ? "" : (JSON.parse(this.#root.dataset.names)[author] ?? "")
  }

  // --- what goes out

  #say(said) {
    const client_id = newName()
    this.#lines.going(client_id, said.body, said.reply_to)
    this.#send({ client_id, ...said })
  }

  #again(line) {
    const { clientId, replyTo } = line.dataset
    this.#lines.retry(line)
    if (carrier.has(clientId)) carrier.again(clientId)
    else {
      const body = line.querySelector(".said__text").textContent
      this.#send({ client_id: clientId, body, ...(replyTo > 0 && { reply_to: Number(replyTo) }) })
    }
  }

  #send(said) {
    this.#frame("send", said)
    setTimeout(() => navigator.onLine && this.#lines.fail(said.client_id), IMPATIENT)
  }

  #carry(form, words) {
    const { address } = this.#root.dataset
    carrier.carry({ conversation: this.#id, client_id: newName(), address, words, form })
  }

  #refused({ client_id, words, detail }) {
    this.#lines.drop(client_id)
    this.#composer?.restore(words)
    this.#tell(detail)
  }

  // again: the words are before one's eyes once more, still as those of the line, not as a new one.
  async #edit(url, body, again) {
    const form = new FormData(this.#root.querySelector("[data-composer]"))
    const facts = new FormData()
    facts.set("csrfmiddlewaretoken", form.get("csrfmiddlewaretoken"))
    facts.set("body", body)
    try {
      const answer = await fetch(url, { method: "POST", body: facts, headers: { "X-Part": "line" } })
      if (answer.ok && !answer.redirected) return this.#lines.drawn(await answer.text())
      if (answer.status === 409) {
        this.#tell(await answer.text())
        return this.#composer.restore(body)
      }
      this.#tell(document.querySelector("[data-flashes]").dataset.trouble)
    } catch {
      this.#tell(document.querySelector("[data-flashes]").dataset.unreached)
    }
    again()
  }

  #trouble({ client_id, code, detail }) {
    if (client_id) this.#lines.fail(client_id)
    if (code === "not_found") this.#end() // it ended while one was not connected
    else if (client_id || code === "quiet" || code === "too_late") this.#tell(detail)
  }

  // A sentence of the server's, at the top of the page like all its others.
  #tell(sentence) {
    if (sentence) document.dispatchEvent(new CustomEvent("talk:refused", { detail: sentence }))
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

function newName() {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`
}

for (const root of document.querySelectorAll("[data-conversation]")) new Conversation(root)
