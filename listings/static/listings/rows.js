// Rows of a form (stops, departures) that can be added and taken out. Without this file there are two spare rows.
export class Rows {
  #root
  #list
  #total

  constructor(root) {
    this.#root = root
    this.#list = root.querySelector("[data-rows-list]")
    this.#total = root.querySelector("[name$=-TOTAL_FORMS]")
    const add = root.querySelector("[data-add]")
    add.hidden = false
    add.addEventListener("click", () => this.#add())
    root.addEventListener("click", (event) => event.target.closest("[data-remove]") && this.#remove(event.target.closest("[data-row]")))
    this.#dropSpares()
    this.#showButtons()
  }

  #dropSpares() {
    const rows = [...this.#list.children]
    const least = rows.some((row) => !("spare" in row.dataset)) ? 0 : 1
    const spares = rows.filter((row) => "spare" in row.dataset)
    const wanted = this.#list.querySelector(".way-row--departure") ? least : Math.max(0, 2 - (rows.length - spares.length))
    for (const row of spares.slice(wanted)) row.remove()
  }

  #add() {
    const holder = document.createElement("template")
    holder.innerHTML = this.#root.querySelector("template").innerHTML.replaceAll("__prefix__", this.#total.value)
    const row = holder.content.firstElementChild
    this.#total.value = Number(this.#total.value) + 1
    this.#list.append(row)
    this.#showButtons()
    row.dispatchEvent(new CustomEvent("row:added", { bubbles: true }))
    row.querySelector("input:not([type=hidden])").focus()
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    next?.querySelector("input:not([type=hidden])")?.focus()
  }

  #showButtons() {
    for (const button of this.#list.querySelectorAll("[data-remove]")) button.hidden = false
  }
}
for (const root of document.querySelectorAll("[data-rows]")) new Rows(root)
