// A frame on a photo: drawn turned, moved by pointer or arrow keys, sized by its corner or by the slider.
// It sends parts of the picture's width and height; the server cuts. Without this file one can still turn.
export class Cropper {
  #root
  #form
  #canvas
  #frame
  #image
  #turn = 0
  #box = { x: 0, y: 0, width: 1, height: 1 }

  constructor(root) {
    this.#root = root
    this.#form = root.closest("form")
    this.#canvas = root.querySelector("canvas")
    this.#frame = root.querySelector("[data-frame]")
    this.#image = root.querySelector("img")
    for (const spare of this.#form.querySelectorAll("[data-without-script]")) spare.hidden = true
    for (const part of this.#form.querySelectorAll("[data-with-script]")) part.hidden = false
    this.#form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-turn]")
      if (button) this.#turnBy(Number(button.dataset.turn))
    })
    this.#size.addEventListener("input", () => this.#resize(Number(this.#size.value) / 100))
    this.#whole.addEventListener("change", () => this.#look())
    this.#frame.addEventListener("keydown", (event) => this.#key(event))
    this.#frame.addEventListener("pointerdown", (event) => this.#hold(event))
    addEventListener("resize", () => this.#place())
    if (this.#image.complete) this.#draw()
    else this.#image.addEventListener("load", () => this.#draw())
  }

  get #size() { return this.#form.elements.size }

  get #whole() { return this.#form.elements.whole }

  get #ratio() { return this.#canvas.width / this.#canvas.height }

  #turnBy(degrees) {
    this.#turn = (this.#turn + degrees + 360) % 360
    this.#draw()
  }

  #draw() {
    const { naturalWidth: width, naturalHeight: height } = this.#image
    const lies = this.#turn % 180 !== 0
    this.#canvas.width = lies ? height : width
    this.#canvas.height = lies ? width : height
    const pen = this.#canvas.getContext("2d")
    pen.translate(this.#canvas.width / 2, this.#canvas.height / 2)
    pen.rotate((this.#turn * Math.PI) / 180)
    pen.drawImage(this.#image, -width / 2, -height / 2)
    this.#image.hidden = true
    this.#canvas.hidden = false
    this.#size.value = 100
    this.#box = { x: 0.5, y: 0.5, width: 0, height: 0 }
    this.#resize(1)
  }

  // The largest 4:3 that fits, times `share`, around the frame's own middle.
  #resize(share) {
    const middle = { x: this.#box.x + this.#box.width / 2, y: this.#box.y + this.#box.height / 2 }
    const most = this.#ratio > 4 / 3 ? { width: 4 / 3 / this.#ratio, height: 1 } : { width: 1, height: this.#ratio / (4 / 3) }
    this.#box.width = most.width * share
    this.#box.height = most.height * share
    this.#moveTo(middle.x - this.#box.width / 2, middle.y - this.#box.height / 2)
  }

  #moveTo(x, y) {
    this.#box.x = Math.min(Math.max(0, x), 1 - this.#box.width)
    this.#box.y = Math.min(Math.max(0, y), 1 - this.#box.height)
    this.#look()
  }

  #look() {
    const cropped = !this.#whole.checked
    this.#frame.hidden = !cropped
    this.#size.disabled = !cropped
    for (const [name, value] of Object.entries({ ...this.#box, turn: this.#turn })) {
      this.#form.elements[name].value = name === "turn" ? value : value.toFixed(4)
      if (name !== "turn") this.#form.elements[name].disabled = !cropped
    }
    this.#place()
  }

  #place() {
    const { style } = this.#frame
    style.insetInlineStart = `${this.#box.x * 100}%`
    style.insetBlockStart = `${this.#box.y * 100}%`
    style.inlineSize = `${this.#box.width * 100}%`
    style.blockSize = `${this.#box.height * 100}%`
  }

  #key(event) {
    const step = event.shiftKey ? 0.1 : 0.02
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    if (ways[event.key]) {
      event.preventDefault()
      const [right, down] = ways[event.key]
      this.#moveTo(this.#box.x + right * step, this.#box.y + down * step)
    } else if (event.key === "+" || event.key === "-") {
      event.preventDefault()
      this.#size.value = Number(this.#size.value) + (event.key === "+" ? 5 : -5)
      this.#resize(Number(this.#size.value) / 100)
    }
  }

  #hold(event) {
    event.preventDefault()
    this.#frame.focus()
    this.#frame.setPointerCapture(event.pointerId)
    const around = this.#canvas.getBoundingClientRect()
    const from = { x: event.clientX, y: event.clientY, box: { ...this.#box }, size: Number(this.#size.value) }
    const corner = Boolean(event.target.closest("[data-corner]"))
    const move = ({ clientX, clientY }) => {
      const right = (clientX - from.x) / around.width
      const down = (clientY - from.y) / around.height
      if (!corner) return this.#moveTo(from.box.x + right, from.box.y + down)
      this.#size.value = from.size * (1 + right / from.box.width)
      this.#box = { ...from.box }
      this.#resize(Number(this.#size.value) / 100)
      this.#moveTo(from.box.x, from.box.y)
    }
    this.#frame.addEventListener("pointermove", move)
    this.#frame.addEventListener("pointerup", () => this.#frame.removeEventListener("pointermove", move), { once: true })
    this.#frame.addEventListener("pointercancel", () => this.#frame.removeEventListener("pointermove", move), { once: true })
  }
}
for (const root of document.querySelectorAll("main > * [data-cropper], main > [data-cropper]")) new Cropper(root)
