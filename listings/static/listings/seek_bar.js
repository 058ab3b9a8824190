// The search bar on a phone, open while one writes in it. It folds only after a press elsewhere has done its work:
// folding under the finger would move the page, and the press would land on something else.
export class SeekBar {
  #pressed = false // from the finger's touch to the click that follows: on a phone the focus moves in between
  #opened = new WeakSet() // by us; what the server has opened, for an error in it, stays open

  constructor() {
    document.addEventListener("pointerdown", () => (this.#pressed = true), true)
    for (const over of ["pointercancel", "keydown"]) document.addEventListener(over, () => (this.#pressed = false), true)
    document.addEventListener("focusin", ({ target }) => this.#focused(target))
    document.addEventListener("click", ({ target }) => setTimeout(() => this.#clicked(target)))
  }

  get #bar() {
    return document.querySelector("form.seek--compact")
  }

  #focused(target) {
    const bar = this.#bar
    if (!bar) return
    if (!bar.contains(target)) return this.#pressed || this.#fold(bar)
    if (bar.classList.contains("is-open")) return
    bar.classList.add("is-open")
    this.#opened.add(bar)
  }

  #clicked(target) {
    this.#pressed = false
    const bar = this.#bar
    if (bar && !bar.contains(target)) this.#fold(bar)
  }

  #fold(bar) {
    if (this.#opened.delete(bar)) bar.classList.remove("is-open")
  }
}
