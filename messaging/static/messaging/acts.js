// What one can do with a line: in a pop-over by its button, by Enter, by a long press. The button is a link to a page
// with the same deeds, for whoever has no script or no network.
const LONG = 500 // milliseconds a finger rests

export class Acts {
  #list
  #pop
  #line
  #deeds
  #press

  // deeds: reply(sequence, name, words), edit(sequence, url, label), send(form, submitter), unreached()
  constructor(root, deeds) {
    this.#list = root.querySelector("[data-lines]")
    this.#deeds = deeds
    if (!HTMLElement.prototype.showPopover) return
    this.#pop = document.createElement("div")
    this.#pop.popover = "manual" // "auto" would close it again when the finger of a long press lifts
    this.#pop.className = "acts-pop panel"
    root.append(this.#pop)
    this.#list.addEventListener("click", (event) => this.#click(event))
    this.#pop.addEventListener("click", (event) => this.#chose(event))
    root.addEventListener("submit", (event) => this.#submit(event))
    this.#pop.addEventListener("keydown", (event) => this.#key(event))
    document.addEventListener("pointerdown", ({ target }) => !this.#pop.contains(target) && this.#hide())
    root.querySelector("[data-scroll]").addEventListener("scroll", () => this.#hide(), { passive: true })
    this.#list.addEventListener("pointerdown", (event) => this.#down(event))
    for (const end of ["pointerup", "pointercancel", "pointermove"]) {
      this.#list.addEventListener(end, (event) => this.#up(event))
    }
    this.#list.addEventListener("contextmenu", (event) => this.#rest(event))
  }

  #click(event) {
    const link = event.target.closest("[data-acts]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#show(link)
  }

  async #show(link) {
    this.#line = link.closest("[data-line]")
    try {
      const answer = await fetch(link.href, { headers: { "X-Part": "acts" } })
      if (!answer.ok || answer.redirected) throw new Error(answer.status)
      this.#pop.innerHTML = await answer.text() // rendered and escaped by the server
    } catch {
      if (navigator.onLine) location.assign(link.href)
      else this.#deeds.unreached() // what is on its way stays before one's eyes
      return
    }
    this.#pop.showPopover()
    this.#stand(this.#line)
    this.#pop.querySelector("button, a")?.focus()
  }

  // Beside its line where there is room, below on a phone (talk.css).
  #stand(line) {
    const { style } = this.#pop
    style.removeProperty("inset")
    if (matchMedia("(width < 40rem)").matches) return
    const at = line.getBoundingClientRect()
    const { width, height } = this.#pop.getBoundingClientRect()
    const left = line.classList.contains("said--mine") ? at.right - width : at.left
    const top = at.bottom + height + 8 < innerHeight ? at.bottom + 4 : Math.max(8, at.top - height - 4)
    style.inset = `${top}px auto auto ${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
  }

  #key(event) {
    if (event.key !== "Escape") return
    event.preventDefault()
    event.stopPropagation()
    this.#hide()
    const line = document.getElementById(this.#line.id)
    if (!line) return
    line.tabIndex = -1
    line.focus({ preventScroll: true })
  }

  #hide() {
    if (this.#pop.matches(":popover-open")) this.#pop.hidePopover()
  }

  #chose(event) {
    const link = event.target.closest("[data-reply], [data-edit]")
    if (!link) return
    event.preventDefault()
    this.#hide()
    const words = this.#line.querySelector(".said__text")?.innerText ?? ""
    if (link.dataset.reply) this.#deeds.reply(Number(link.dataset.reply), this.#line, words)
    else this.#deeds.edit(Number(link.dataset.edit), link, words)
  }

  async #submit(event) {
    const { target: form, submitter } = event
    if (!["react", "answer"].includes(form.dataset.act)) return
    event.preventDefault()
    if (this.#pop.contains(form)) this.#hide()
    for (const button of form.elements) button.disabled = button !== submitter && button.tagName === "BUTTON"
    try {
      await this.#deeds.send(form, submitter)
    } finally {
      for (const button of form.elements) button.disabled = false
    }
  }

  #down(event) {
    const link = event.target.closest("[data-line]")?.querySelector("[data-acts]")
    if (event.pointerType !== "touch" || !link || event.target.closest("a, button")) return
    this.#press = { x: event.clientX, y: event.clientY, timer: setTimeout(() => this.#show(link), LONG) }
  }

  // Where the browser itself knows a long press, its own menu gives way to ours.
  #rest(event) {
    if (event.pointerType !== "touch" || event.target.closest("a, button")) return
    const link = event.target.closest("[data-line]")?.querySelector("[data-acts]")
    if (!link) return
    event.preventDefault()
    clearTimeout(this.#press?.timer)
    if (!this.#pop.matches(":popover-open")) this.#show(link)
  }

  #up({ type, clientX, clientY }) {
    if (!this.#press) return
    if (type === "pointermove" && Math.hypot(clientX - this.#press.x, clientY - this.#press.y) < 10) return
    clearTimeout(this.#press.timer)
    this.#press = undefined
  }
}
