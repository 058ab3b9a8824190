// Keeping days free on the lender's grid: drag over them, or walk with the arrow keys and press Enter at both ends.
// The form below the grid does the same without this file; here it is filled in and sent.
export class KeepDays {
  #table
  #form
  #said
  #from = null
  #to = null

  constructor(table, form, said) {
    this.#table = table
    this.#form = form
    this.#said = said
    table.setAttribute("role", "grid")
    this.#stand(this.#cells[0])
    table.addEventListener("pointerdown", (event) => this.#pressed(event))
    table.addEventListener("pointerover", (event) => this.#over(event))
    addEventListener("pointerup", () => this.#dragging && this.#keep())
    table.addEventListener("keydown", (event) => this.#key(event))
    const hint = document.querySelector("[data-keep-hint]")
    if (hint) hint.hidden = false
  }

  get #cells() {
    return [...this.#table.querySelectorAll("td[data-day]")]
  }

  get #dragging() {
    return this.#table.classList.contains("is-dragging")
  }

  // Fingers scroll; a mouse or a pen draws.
  #pressed(event) {
    const cell = event.target.closest("td[data-day]")
    if (!cell || event.button || event.pointerType === "touch") return
    event.preventDefault()
    this.#table.classList.add("is-dragging")
    this.#from = this.#to = cell
    this.#paint()
  }

  #over(event) {
    const cell = event.target.closest("td[data-day]")
    if (!this.#dragging || !cell) return
    this.#reach(cell)
  }

  // Only along the row one began in, and only as far as nothing is taken.
  #reach(cell) {
    const row = [...this.#from.parentElement.children]
    if (cell.parentElement !== this.#from.parentElement) return
    const [low, high] = [row.indexOf(this.#from), row.indexOf(cell)].sort((a, b) => a - b)
    if (row.slice(low, high + 1).some((one) => !one.dataset.day)) return
    this.#to = cell
    this.#paint()
  }

  #key(event) {
    const cell = event.target.closest("td[data-day]")
    if (!cell) return
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }
    if (event.key in steps) this.#along(event, cell, steps[event.key])
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.#across(event, cell)
    else if (event.key === "Enter" || event.key === " ") this.#chosen(event, cell)
    else if (event.key === "Escape") this.#letGo()
  }

  #along(event, cell, step) {
    event.preventDefault()
    const across = document.dir === "rtl" ? -1 : 1
    const row = this.#cells.filter((one) => one.parentElement === cell.parentElement)
    const at = Math.max(0, Math.min(row.length - 1, row.indexOf(cell) + step * (Number.isFinite(step) ? across : 1)))
    this.#stand(row[at], true)
    if (this.#from) this.#reach(row[at])
  }

  #across(event, cell) {
    event.preventDefault()
    if (this.#from) return
    const rows = [...new Set(this.#cells.map((one) => one.parentElement))]
    const row = rows[rows.indexOf(cell.parentElement) + (event.key === "ArrowUp" ? -1 : 1)]
    const days = this.#cells.filter((one) => one.parentElement === row)
    if (days.length) this.#stand(days.find((one) => one.dataset.day >= cell.dataset.day) ?? days.at(-1), true)
  }

  #chosen(event, cell) {
    event.preventDefault()
    if (this.#from) return this.#keep()
    this.#from = this.#to = cell
    this.#paint()
    this.#said.textContent = this.#said.dataset.from.replace("%s", cell.getAttribute("aria-label"))
  }

  #letGo() {
    this.#table.classList.remove("is-dragging")
    this.#from = this.#to = null
    this.#paint()
  }

  #keep() {
    const [first, last] = [this.#from, this.#to].sort((a, b) => a.dataset.day.localeCompare(b.dataset.day))
    this.#said.textContent = this.#said.dataset.to
      .replace("%s", first.getAttribute("aria-label")).replace("%t", last.getAttribute("aria-label"))
    const set = (name, value) => { this.#form.elements[name].value = value }
    set("listing", first.parentElement.dataset.listing)
    set("starts", first.dataset.day)
    set("ends", last.dataset.day)
    this.#letGo()
    this.#form.requestSubmit()
  }

  #paint() {
    const [low, high] = this.#from ? [this.#from.dataset.day, this.#to.dataset.day].sort() : ["", ""]
    for (const cell of this.#cells) {
      const inside = Boolean(this.#from) && cell.parentElement === this.#from.parentElement
      cell.classList.toggle("is-chosen", inside && cell.dataset.day >= low && cell.dataset.day <= high)
    }
  }

  #stand(cell, focus = false) {
    for (const one of this.#cells) one.tabIndex = one === cell ? 0 : -1
    if (focus) cell?.focus()
  }
}

for (const table of document.querySelectorAll("[data-keep-days]")) {
  new KeepDays(table, document.getElementById(table.dataset.form), document.querySelector("[data-keep-said]"))
}
