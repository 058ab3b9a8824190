// The lines of one conversation on the page: in the order of their numbers, each once; what is still on its way
// comes last. Whoever reads back is not moved: the place before their eyes stays, and a button leads to the new.
import { Drawn } from "./drawn.js"
import { LineMaker } from "./line.js"
import { Pages } from "./pages.js"
import { Place } from "./place.js"

export class Lines {
  #root
  #list
  #newer
  #maker
  #drawn
  #pages
  #place
  #read
  #there

  constructor(root) {
    this.#root = root
    this.#list = root.querySelector("[data-lines]")
    this.#newer = root.querySelector("[data-newer]")
    this.newest = Number(root.dataset.newest)
    this.#read = Number(root.dataset.readUpTo)
    this.#there = Number(root.dataset.thereUpTo)
    this.#maker = new LineMaker(root)
    const scroll = root.querySelector("[data-scroll]")
    this.#place = new Place(scroll, this.#list)
    this.#pages = new Pages({
      list: this.#list, scroll, place: this.#place, lines: this.#maker,
      address: root.dataset.address, joined: () => this.#joined(),
    })
    this.#drawn = new Drawn(root.dataset.address, (line) => this.#put(line))
    this.#newer.addEventListener("click", () => this.toEnd())
    scroll.addEventListener("scroll", () => this.atEnd && (this.#newer.hidden = true), { passive: true })
    const first = root.querySelector("[data-new]")
    if (first) this.#place.show(first)
    this.#newer.hidden = !this.#pages.detached
  }

  get atEnd() {
    return this.#place.atEnd && !this.#pages.detached
  }

  async toEnd() {
    if (this.#pages.detached) {
      try {
        await this.#pages.toNewest()
      } catch {
        return // no network: what is here is all there is
      }
    }
    this.#place.toEnd()
    this.#newer.hidden = true
    document.dispatchEvent(new CustomEvent("talk:end"))
  }

  // --- lines with a number

  add(frame, mine) {
    const going = frame.client_id && this.#byClientId(frame.client_id)
    this.newest = frame.sequence
    if (frame.rich) this.#drawn.want(frame.sequence)
    if (going && !going.dataset.line) return this.#settle(going, frame)
    if (document.getElementById(`line-${frame.sequence}`)) return
    if (this.#pages.detached || !this.#pages.room()) {
      this.#newer.hidden = false
      return
    }
    const line =
      frame.kind === "event" || frame.texts ? this.#maker.event(frame) : this.#maker.said(frame, mine, this.#read, this.#there)
    this.#change(() => this.#insert(line, frame), mine)
  }

  firm(frame) {
    const line = this.#byClientId(frame.client_id)
    if (line && !line.dataset.line) {
      this.#settle(line, frame)
      if ("rich" in line.dataset) this.#drawn.want(frame.sequence)
    }
    if (frame.sequence === this.newest + 1) this.newest = frame.sequence
  }

  // Something about a line is different now: it, and what quotes it, are drawn anew.
  changed(sequence) {
    if (document.getElementById(`line-${sequence}`)) this.#drawn.want(sequence)
    for (const quote of this.#list.querySelectorAll(`.said__quote[href="#line-${sequence}"]`)) {
      this.#drawn.want(quote.closest("[data-line]").dataset.line)
    }
  }

  // A form of a line, sent without leaving the page; answers a sentence if it was refused.
  send(form, submitter) {
    return this.#drawn.send(form, submitter)
  }

  drawn(text) {
    this.#drawn.putAll(text)
  }

  readUpTo(sequence) {
    this.#read = Math.max(this.#read, sequence)
    this.#mark("said--read", this.#read)
    if (Number(this.#root.dataset.others) === 1) this.reachedUpTo(sequence)
  }

  reachedUpTo(sequence) {
    this.#there = Math.max(this.#there, sequence)
    this.#mark("said--there", this.#there)
  }

  #mark(name, upTo) {
    for (const line of this.#list.querySelectorAll(`.said--mine:not(.${name})`)) {
      if (line.dataset.line && Number(line.dataset.line) <= upTo) line.classList.add(name)
    }
  }

  words(frame) {
    return this.#maker.words(frame)
  }

  // --- lines on their way

  // fields: those of the form it goes as, its photos among them.
  async going(client_id, body, rich, fields = []) {
    const known = this.#byClientId(client_id)
    if (known) return this.retry(known)
    if (this.#pages.detached) await this.toEnd()
    const line = this.#maker.said({ client_id, body, created: new Date().toISOString() }, true)
    line.classList.add("said--going")
    if (Number(rich)) line.dataset.replyTo = rich
    if (rich || /@|:\/\//.test(body)) line.dataset.rich = "" // its cards and calls are the server's to draw
    this.#maker.show(line, fields.filter(([name, value]) => name === "photos" && value.size).map(([, photo]) => photo))
    this.#change(() => this.#list.append(line), true)
  }

  fail(client_id) {
    const line = this.#byClientId(client_id)
    if (line && !line.dataset.line) line.classList.replace("said--going", "said--failed")
  }

  // How far its photos have come, from 0 to 1.
  progress(client_id, part) {
    const line = this.#byClientId(client_id)
    if (!line || line.dataset.line) return
    let bar = line.querySelector("progress")
    if (!bar) {
      bar = document.createElement("progress")
      bar.ariaLabel = line.querySelector(".said__going").textContent.replace("·", "").trim()
      line.querySelector("footer").before(bar)
    }
    bar.value = part
  }

  // It will not be said: its sentence stands at the composer.
  drop(client_id) {
    const line = this.#byClientId(client_id)
    if (line && !line.dataset.line) line.remove()
  }

  retry(line) {
    line.classList.replace("said--failed", "said--going")
  }

  typing(name) {
    const sign = this.#root.querySelector("[data-typing]")
    const words = sign.querySelector("[data-template]")
    if (name) words.textContent = words.dataset.template.replace("{name}", name)
    if (sign.hidden === !name) return
    this.#change(() => (sign.hidden = !name), false, false)
  }

  // --- where they stand

  // As the server drew it: in the place of what stands there, or of what is on its way.
  #put(line) {
    const old = document.getElementById(line.id) ?? (line.dataset.clientId && this.#byClientId(line.dataset.clientId))
    if (!old) return
    const sequence = Number(line.dataset.line)
    const isNew = !old.dataset.line
    const held = old.contains(document.activeElement)
    line.classList.toggle("said--follows", old.classList.contains("said--follows"))
    if (line.classList.contains("said--follows")) line.querySelector(".said__by")?.remove()
    const change = () => {
      old.replaceWith(line)
      if (isNew) this.#insert(line, { sequence })
    }
    if (this.atEnd) {
      change()
      this.#place.toEnd()
    } else this.#place.keep(change)
    if (held) {
      line.tabIndex = -1
      line.focus({ preventScroll: true })
    }
    if (isNew && sequence === this.newest + 1) this.newest = sequence
    this.readUpTo(this.#read)
    this.reachedUpTo(this.#there)
  }

  #settle(line, { sequence, created }) {
    line.querySelector("progress")?.remove()
    line.classList.remove("said--going", "said--failed")
    this.#maker.stamp(line, sequence, created, this.#read, this.#there)
    if (this.#pages.detached) line.remove() // its place is a page away
    else this.#insert(line, { sequence })
  }

  #insert(line, { sequence }) {
    const numbered = [...this.#list.querySelectorAll("[data-line]")]
    const after = numbered.findLast((other) => other !== line && Number(other.dataset.line) < sequence)
    if (line.isConnected && line.previousElementSibling === after) return
    if (after) after.after(line)
    else {
      const first = this.#list.querySelector("[data-line], .said--going, .said--failed")
      if (first && first !== line) first.before(line)
      else this.#list.append(line)
    }
    const { day } = line.dataset
    if (!this.#list.querySelector(`[data-day-line="${day}"]`)) line.before(this.#maker.divider(day))
    const follows = this.#maker.follows(line.previousElementSibling, line)
    line.classList.toggle("said--follows", follows)
    if (follows) line.querySelector(".said__by")?.remove()
  }

  #change(change, goThere, isNews = true) {
    this.#root.querySelector("[data-empty]")?.remove()
    if (goThere || this.atEnd) {
      change()
      this.#place.toEnd()
      this.#newer.hidden = true
      return
    }
    this.#place.keep(change)
    if (isNews) this.#newer.hidden = false
  }

  // The end may be back in the document: what was said while it was fetched is asked for.
  #joined() {
    this.readUpTo(this.#read)
    this.reachedUpTo(this.#there)
    if (this.#pages.detached) return
    const last = Math.max(0, ...[...this.#list.querySelectorAll("[data-line]")].map((line) => Number(line.dataset.line)))
    const behind = last < this.newest
    this.newest = last
    if (behind) document.dispatchEvent(new CustomEvent("talk:behind"))
  }

  #byClientId(client_id) {
    return this.#list.querySelector(`[data-client-id="${CSS.escape(client_id)}"]`)
  }
}
