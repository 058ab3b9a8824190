// "@An…" in a group offers the names of those who take part: arrows and Enter, or a press, put the name there.
const CALL = /(^|\s)@([\p{L}\p{N}_’'-]{1,30})$/u
const PAUSE = 120

export class Mention {
  #field
  #address
  #box
  #soon
  #asked = 0

  constructor(field, address) {
    if (!address) return
    this.#field = field
    this.#address = address
    this.#box = document.createElement("ul")
    Object.assign(this.#box, { id: `${field.id}-names`, role: "listbox", hidden: true, className: "names" })
    field.before(this.#box)
    field.setAttribute("aria-autocomplete", "list")
    field.setAttribute("aria-controls", this.#box.id)
    field.addEventListener("input", () => this.#later())
    field.addEventListener("blur", () => setTimeout(() => this.#close(), 150))
    field.addEventListener("keydown", (event) => this.#key(event)) // before the composer's own
    this.#box.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]")
      if (!option) return
      event.preventDefault()
      this.#take(option)
    })
  }

  get #begun() {
    return this.#field.value.slice(0, this.#field.selectionStart).match(CALL)?.[2]
  }

  #later() {
    clearTimeout(this.#soon)
    if (!this.#begun) return this.#close()
    this.#soon = setTimeout(() => this.#ask(this.#begun), PAUSE)
  }

  async #ask(begun) {
    if (!begun) return
    const turn = ++this.#asked
    try {
      const answer = await fetch(`${this.#address}?q=${encodeURIComponent(begun)}`)
      const { results } = await answer.json()
      if (turn === this.#asked && this.#begun === begun) this.#show(results)
    } catch {
      this.#close() // one can write the name oneself
    }
  }

  #show(people) {
    this.#box.replaceChildren(
      ...people.map(({ id, name, handle }, at) => {
        const option = document.createElement("li")
        Object.assign(option, { id: `${this.#box.id}-${id}`, role: "option", textContent: name, ariaSelected: `${at === 0}` })
        option.dataset.handle = handle
        return option
      }),
    )
    this.#box.hidden = !people.length
    this.#point()
  }

  #key(event) {
    if (!this.#box || this.#box.hidden) return
    const options = [...this.#box.children]
    const at = options.findIndex((option) => option.ariaSelected === "true")
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      options[at].ariaSelected = "false"
      options[(at + step + options.length) % options.length].ariaSelected = "true"
      this.#point()
    } else if (event.key === "Enter" || event.key === "Tab") this.#take(options[at])
    else if (event.key === "Escape") this.#close()
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  #take(option) {
    const field = this.#field
    const until = field.selectionStart
    const from = until - this.#begun.length
    field.setRangeText(`${option.dataset.handle} `, from, until, "end")
    this.#close()
    field.focus()
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  #point() {
    const option = this.#box.querySelector("[aria-selected=true]")
    if (option && !this.#box.hidden) this.#field.setAttribute("aria-activedescendant", option.id)
    else this.#field.removeAttribute("aria-activedescendant")
  }

  #close() {
    if (!this.#box || this.#box.hidden) return
    this.#box.hidden = true
    this.#point()
  }
}
