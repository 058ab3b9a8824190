// Through the lines by keyboard: up and down from one to the next, Home and End, Enter opens what can be done with a
// line, Escape goes back to where one writes.
export class Keys {
  #list
  #field
  #scroll

  constructor(root) {
    this.#list = root.querySelector("[data-lines]")
    this.#scroll = root.querySelector("[data-scroll]")
    this.#field = root.querySelector("[data-composer] > textarea")
    this.#scroll.addEventListener("keydown", (event) => this.#press(event))
  }

  get #lines() {
    return [...this.#list.querySelectorAll(":scope > [data-line]")]
  }

  #press(event) {
    const { key, target } = event
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return
    const line = target.closest("[data-line]")
    const inside = line && target !== line // on a link or in a menu of the line, whose keys are its own
    if (key === "Escape" && !target.closest("[popover], dialog, details[open]")) this.#field?.focus()
    else if (target !== this.#scroll && (!line || inside)) return
    else if (key === "Enter" && line) line.querySelector("[data-acts]")?.click()
    else if (["ArrowUp", "ArrowDown", "Home", "End"].includes(key)) this.#go(key, line)
    else return
    event.preventDefault()
  }

  #go(key, from) {
    const lines = this.#lines
    const at = from ? lines.indexOf(from) : lines.length
    const to = { ArrowUp: Math.max(0, at - 1), ArrowDown: Math.min(lines.length - 1, at + 1), Home: 0, End: lines.length - 1 }[key]
    const line = lines[to]
    if (!line) return
    line.tabIndex = -1
    line.focus({ preventScroll: true })
    line.scrollIntoView({ block: "nearest" })
  }
}
