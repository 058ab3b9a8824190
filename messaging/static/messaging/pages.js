// The window on a long talk. A few pages of lines stand in the document; when one comes near an end, the next page is
// fetched there and what lies far behind the other end is dropped, to be fetched again when one goes back.
const MOST = 250 // lines in the document
const NEAR = "900px"

export class Pages {
  #list
  #scroll
  #place
  #lines // how a line, a link, a divider are made
  #address
  #watcher
  #joined

  constructor({ list, scroll, place, lines, address, joined }) {
    this.#list = list
    this.#scroll = scroll
    this.#place = place
    this.#lines = lines
    this.#address = address
    this.#joined = joined
    this.#list.addEventListener("click", (event) => this.#press(event))
    this.#watcher = new IntersectionObserver((entries) => this.#near(entries), { root: scroll, rootMargin: NEAR })
    this.#watch()
  }

  // Whether the newest lines are a page or more away.
  get detached() {
    return Boolean(this.#link("later"))
  }

  get #numbered() {
    return this.#list.querySelectorAll(":scope > [data-line]")
  }

  #link(end) {
    return this.#list.querySelector(`:scope > [data-${end}]`)
  }

  // A line came at the end. False: there is no room for it while one reads back; it is a page away now.
  room() {
    const lines = this.#numbered
    if (lines.length < MOST) return true
    if (this.#place.atEnd) {
      this.#dropFirst(lines)
      return true
    }
    lines[lines.length - 1].after(this.#more("later", lines[lines.length - 1].dataset.line))
    this.#watch()
    return false
  }

  async toNewest() {
    const part = await this.#fetch(this.#address)
    for (const child of [...this.#list.children]) {
      if (child.dataset.line || !child.dataset.clientId) child.remove() // what is on its way stays, at the end
    }
    this.#list.prepend(part)
    this.#joined()
    this.#watch()
  }

  #watch() {
    this.#watcher.disconnect()
    for (const end of ["earlier", "later"]) if (this.#link(end)) this.#watcher.observe(this.#link(end))
  }

  #near(entries) {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#turn(target)
  }

  #press(event) {
    const more = event.target.closest("[data-earlier], [data-later]")
    if (!more || !event.target.closest("a")) return
    event.preventDefault()
    this.#turn(more)
  }

  async #turn(more) {
    const link = more.querySelector("a")
    if (link.ariaBusy === "true") return
    link.ariaBusy = "true"
    try {
      const part = await this.#fetch(link.href)
      if (!more.isConnected) return // meanwhile one went to the end
      const focused = document.activeElement === link
      this.#place.keep(() => ("later" in more.dataset ? this.#joinLater(more, part) : this.#joinEarlier(more, part)))
      if (focused) this.#scroll.focus()
      this.#joined()
      this.#watch()
    } catch {
      link.ariaBusy = "false" // no network: it can be pressed again
    }
  }

  async #fetch(address) {
    const answer = await fetch(address, { headers: { "X-Part": "lines" } })
    if (!answer.ok || answer.redirected) throw new Error(answer.status)
    const part = document.createElement("template")
    part.innerHTML = await answer.text() // rendered and escaped by the server
    for (const line of part.content.querySelectorAll("[data-line]")) document.getElementById(line.id)?.remove()
    return part.content
  }

  #joinEarlier(more, part) {
    part.querySelector("[data-later]")?.remove()
    const days = new Set([...part.querySelectorAll("[data-day-line]")].map((line) => line.dataset.dayLine))
    for (const line of this.#list.querySelectorAll("[data-day-line]")) if (days.has(line.dataset.dayLine)) line.remove()
    if (part.querySelector("[data-new]")) this.#list.querySelector("[data-new]")?.remove()
    more.replaceWith(part)
    const lines = this.#numbered
    if (lines.length <= MOST) return
    this.#link("later")?.remove()
    const last = lines[MOST - 1]
    while (last.nextElementSibling && !this.#isGoing(last.nextElementSibling)) this.#drop(last.nextElementSibling)
    last.after(this.#more("later", last.dataset.line))
  }

  #joinLater(more, part) {
    part.querySelector("[data-earlier]")?.remove()
    for (const line of part.querySelectorAll("[data-day-line]")) {
      if (this.#list.querySelector(`[data-day-line="${line.dataset.dayLine}"]`)) line.remove()
    }
    if (this.#list.querySelector("[data-new]")) part.querySelector("[data-new]")?.remove()
    more.replaceWith(part)
    this.#dropFirst(this.#numbered)
  }

  #dropFirst(lines) {
    const spare = lines.length - MOST
    if (spare <= 0) return
    const first = lines[spare]
    while (first.previousElementSibling) this.#drop(first.previousElementSibling)
    first.before(this.#more("earlier", first.dataset.line), this.#lines.divider(first.dataset.day))
    this.#watch()
  }

  #drop(line) {
    if (line.contains(document.activeElement)) this.#scroll.focus({ preventScroll: true })
    line.remove()
  }

  #isGoing(line) {
    return line.dataset.clientId && !line.dataset.line
  }

  #more(end, number) {
    const more = this.#lines.template(end)
    more.querySelector("a").href = `${this.#address}?${end === "later" ? "after" : "before"}=${number}`
    return more
  }
}
