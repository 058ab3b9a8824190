// The photos in full, one after the other: arrow keys, swipes and buttons turn them. Without this file each is a link.
export class Gallery {
  #dialog
  #strip

  constructor(frame) {
    this.#dialog = frame.querySelector("[data-lightbox]")
    if (!this.#dialog?.showModal) return
    this.#strip = this.#dialog.querySelector(".lightbox__strip")
    for (const link of frame.querySelectorAll("a[data-photo]")) link.addEventListener("click", (event) => this.#open(event, link))
    for (const button of this.#dialog.querySelectorAll("[data-turn]")) button.addEventListener("click", () => this.#turn(Number(button.dataset.turn)))
    this.#dialog.addEventListener("keydown", (event) => this.#key(event))
    this.#dialog.addEventListener("click", (event) => event.target.tagName === "FIGURE" && this.#dialog.close())
  }

  #open(event, link) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    this.#dialog.showModal()
    this.#strip.focus()
    this.#show(Number(link.dataset.photo), "instant")
  }

  #key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key]
    if (!steps) return
    event.preventDefault()
    this.#turn(getComputedStyle(this.#strip).direction === "rtl" ? -steps : steps)
  }

  #turn(steps) {
    const at = Math.round(Math.abs(this.#strip.scrollLeft) / this.#strip.clientWidth)
    this.#show(at + steps)
  }

  #show(index, behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth") {
    const photos = this.#strip.children
    const photo = photos[Math.max(0, Math.min(photos.length - 1, index))]
    this.#strip.scrollTo({ left: photo.offsetLeft - this.#strip.offsetLeft, behavior })
  }
}
for (const frame of document.querySelectorAll("[data-gallery]")) new Gallery(frame)
