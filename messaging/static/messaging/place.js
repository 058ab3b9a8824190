// The place before one's eyes: whoever reads back is not moved by what changes above or below.
const NEAR = 60 // pixels from the end that still count as being there

export class Place {
  #scroll
  #list

  constructor(scroll, list) {
    this.#scroll = scroll
    this.#list = list
  }

  get atEnd() {
    return Math.abs(this.#scroll.scrollTop) < NEAR // column-reverse: 0 is the end
  }

  toEnd() {
    this.#scroll.scrollTop = 0
  }

  // Do it, and leave the first visible line where it stands.
  keep(change) {
    const [anchor, before] = this.#firstVisible()
    change()
    if (anchor?.isConnected) this.#scroll.scrollTop += anchor.getBoundingClientRect().top - before
  }

  // Within its own frame: on a page that is about something else, the page stays where it is.
  show(line) {
    const frame = this.#scroll.getBoundingClientRect()
    const above = line.getBoundingClientRect().top - frame.top
    if (above < 0) this.#scroll.scrollTop += above - frame.height / 2 // else it is in sight: stay at the end
  }

  #firstVisible() {
    const { top } = this.#scroll.getBoundingClientRect()
    for (const line of this.#list.children) {
      const box = line.getBoundingClientRect()
      if (box.bottom > top && line.dataset.line) return [line, box.top]
    }
    return []
  }
}
