// The lines of one conversation on the page: in the order of their numbers, each once; what is still on its way
// comes last. Whoever reads back is not moved: the place before their eyes stays, and a button leads to the new.
const NEAR = 60 // pixels from the end that still count as being there

export class Lines {
  #root
  #list
  #scroll
  #newer
  #clock
  #days
  #read

  constructor(root) {
    this.#root = root
    this.#list = root.querySelector("[data-lines]")
    this.#scroll = root.querySelector("[data-scroll]")
    this.#newer = root.querySelector("[data-newer]")
    this.newest = Number(root.dataset.newest)
    this.#read = Number(root.dataset.readUpTo)
    const { lang, locale, zone: timeZone } = root.dataset
    this.#clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone })
    this.#days = {
      key: new Intl.DateTimeFormat("en-CA", { timeZone }),
      name: new Intl.RelativeTimeFormat(lang, { numeric: "auto" }),
    }
    this.#newer.addEventListener("click", () => this.toEnd())
    this.#scroll.addEventListener("scroll", () => this.atEnd && (this.#newer.hidden = true), { passive: true })
    this.#list.addEventListener("click", (event) => this.#pressEarlier(event))
    this.#watchEarlier()
    this.#toNew(root.querySelector("[data-new]"))
  }

  // Within its own frame: on a page that is about something else, the page stays where it is.
  #toNew(line) {
    if (!line) return
    const frame = this.#scroll.getBoundingClientRect()
    const above = line.getBoundingClientRect().top - frame.top
    if (above < 0) this.#scroll.scrollTop += above - frame.height / 2 // else all that is new is in sight: stay at the end
  }

  get atEnd() {
    return Math.abs(this.#scroll.scrollTop) < NEAR // column-reverse: 0 is the end
  }

  toEnd() {
    this.#scroll.scrollTop = 0
    this.#newer.hidden = true
  }

  // --- lines with a number

  add(frame, mine) {
    const going = frame.client_id && this.#byClientId(frame.client_id)
    this.newest = frame.sequence
    if (going && !going.dataset.line) return this.#settle(going, frame)
    if (document.getElementById(`line-${frame.sequence}`)) return
    const line = frame.kind === "event" || frame.texts ? this.#event(frame) : this.#said(frame, mine)
    this.#place(() => this.#insert(line, frame), mine)
  }

  firm(frame) {
    const line = this.#byClientId(frame.client_id)
    if (!line || line.dataset.line) return
    this.#settle(line, frame)
    if (frame.sequence === this.newest + 1) this.newest = frame.sequence
  }

  readUpTo(sequence) {
    this.#read = Math.max(this.#read, sequence)
    for (const line of this.#list.querySelectorAll(".said--mine:not(.said--read)")) {
      if (line.dataset.line && Number(line.dataset.line) <= this.#read) line.classList.add("said--read")
    }
  }

  words({ texts, body }) {
    return texts?.[this.#root.dataset.lang] ?? texts?.[this.#root.dataset.lang.split("-")[0]] ?? body
  }

  // --- lines on their way

  going(client_id, body) {
    if (this.#byClientId(client_id)) return
    const line = this.#said({ client_id, body, created: new Date().toISOString() }, true)
    line.classList.add("said--going")
    this.#place(() => this.#list.append(line), true)
  }

  fail(client_id) {
    const line = this.#byClientId(client_id)
    if (line && !line.dataset.line) line.classList.replace("said--going", "said--failed")
  }

  retry(line) {
    line.classList.replace("said--failed", "said--going")
  }

  typing(name) {
    const sign = this.#root.querySelector("[data-typing]")
    const words = sign.querySelector("[data-template]")
    if (name) words.textContent = words.dataset.template.replace("{name}", name)
    if (sign.hidden === !name) return
    this.#place(() => (sign.hidden = !name), false, false)
  }

  // --- how they are made

  #said({ sequence, client_id, author, name, body, created }, mine) {
    const line = this.#root.querySelector("template[data-said]").content.firstElementChild.cloneNode(true)
    line.classList.toggle("said--mine", mine)
    const by = line.querySelector(".said__by")
    if (mine || Number(this.#root.dataset.others) === 1) by.remove()
    else by.textContent = name
    if (client_id) line.dataset.clientId = client_id
    const writer = mine ? this.#root.dataset.me : author
    if (writer) line.dataset.author = writer
    this.#write(line.querySelector(".said__text"), body)
    this.#stamp(line, sequence, created)
    return line
  }

  #event(frame) {
    const line = this.#root.querySelector("template[data-event]").content.firstElementChild.cloneNode(true)
    line.querySelector("span").textContent = this.words(frame)
    this.#stamp(line, frame.sequence, frame.created)
    return line
  }

  #stamp(line, sequence, created) {
    const moment = new Date(created)
    line.dataset.day = this.#days.key.format(moment)
    const time = line.querySelector("time")
    time.dateTime = created
    time.textContent = this.#clock.format(moment)
    if (!sequence) return
    line.dataset.line = sequence
    line.id = `line-${sequence}`
    if (line.classList.contains("said--mine")) line.classList.toggle("said--read", sequence <= this.#read)
  }

  #write(place, text) {
    for (const part of text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/)) {
      if (!/^https?:\/\//.test(part)) {
        place.append(part)
        continue
      }
      const link = document.createElement("a")
      link.href = link.textContent = part
      link.rel = "nofollow noopener noreferrer"
      place.append(link)
    }
  }

  // --- where they stand

  #settle(line, { sequence, created }) {
    line.classList.remove("said--going", "said--failed")
    this.#stamp(line, sequence, created)
    this.#insert(line, { sequence })
  }

  #insert(line, { sequence }) {
    const after = [...this.#list.querySelectorAll("[data-line]")].findLast((other) => other !== line && Number(other.dataset.line) < sequence)
    if (line.isConnected && line.previousElementSibling === after) return
    if (after) after.after(line)
    else {
      const first = this.#list.querySelector("[data-line], .said--going, .said--failed")
      if (first && first !== line) first.before(line)
      else this.#list.append(line)
    }
    this.#divide(line)
    const follows = this.#follows(line.previousElementSibling, line)
    line.classList.toggle("said--follows", follows)
    if (follows) line.querySelector(".said__by")?.remove()
  }

  #follows(before, line) {
    if (!line.dataset.author || before?.dataset.author !== line.dataset.author) return false
    const [a, b] = [before, line].map((one) => Date.parse(one.querySelector("time").dateTime))
    return b - a < 5 * 60_000
  }

  #divide(line) {
    const { day } = line.dataset
    if (this.#list.querySelector(`[data-day-line="${day}"]`)) return
    const divider = this.#root.querySelector("template[data-day-line]").content.firstElementChild.cloneNode(true)
    divider.dataset.dayLine = day
    const away = Math.round((Date.parse(day) - Date.parse(this.#days.key.format(new Date()))) / 86_400_000)
    const name = this.#days.name.format(away, "day")
    divider.textContent = name.charAt(0).toLocaleUpperCase() + name.slice(1)
    line.before(divider)
  }

  #place(change, goThere, isNews = true) {
    this.#root.querySelector("[data-empty]")?.remove()
    const wasAtEnd = this.atEnd
    const anchor = wasAtEnd ? null : this.#firstVisible()
    const before = anchor?.getBoundingClientRect().top
    change()
    if (goThere || wasAtEnd) this.toEnd()
    else {
      this.#scroll.scrollTop += anchor ? anchor.getBoundingClientRect().top - before : 0
      if (isNews) this.#newer.hidden = false
    }
  }

  #firstVisible() {
    const top = this.#scroll.getBoundingClientRect().top
    return [...this.#list.children].find((line) => line.getBoundingClientRect().bottom > top)
  }

  #byClientId(client_id) {
    return this.#list.querySelector(`[data-client-id="${CSS.escape(client_id)}"]`)
  }

  // --- what came earlier

  #watchEarlier() {
    const link = this.#list.querySelector("[data-earlier] a")
    if (!link) return
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return
        watcher.disconnect()
        this.#earlier(link)
      },
      { root: this.#scroll, rootMargin: "300px" },
    )
    watcher.observe(link)
  }

  #pressEarlier(event) {
    const link = event.target.closest("[data-earlier] a")
    if (!link) return
    event.preventDefault()
    this.#earlier(link)
  }

  async #earlier(link) {
    if (link.ariaBusy === "true") return
    link.ariaBusy = "true"
    try {
      const answer = await fetch(link.href, { headers: { "X-Part": "lines" } })
      if (!answer.ok) throw new Error(answer.status)
      const part = document.createElement("template")
      part.innerHTML = await answer.text() // rendered and escaped by the server
      const anchor = this.#firstVisible()
      const before = anchor?.getBoundingClientRect().top
      const focused = document.activeElement === link
      const dividers = new Set([...part.content.querySelectorAll("[data-day-line]")].map((line) => line.dataset.dayLine))
      for (const line of this.#list.querySelectorAll("[data-day-line]")) if (dividers.has(line.dataset.dayLine)) line.remove()
      link.closest("[data-earlier]").replaceWith(part.content)
      if (anchor?.isConnected) this.#scroll.scrollTop += anchor.getBoundingClientRect().top - before
      if (focused) this.#scroll.focus()
      this.#watchEarlier()
    } catch {
      link.ariaBusy = "false"
    }
  }
}
