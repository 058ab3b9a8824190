// Photos of a handover: each one taken is added to those before it, shown small, and can be left out again.
// Without this file the plain file field sends what was chosen last.
export class Photos {
  #input
  #list
  #files = new DataTransfer()

  constructor(field) {
    this.#input = field.querySelector("[data-photos]")
    this.#list = field.querySelector("[data-shots]")
    this.#input.addEventListener("change", () => this.#add())
    this.#list.addEventListener("click", (event) => {
      const item = event.target.closest("button")?.closest("li")
      if (item) this.#remove([...this.#list.children].indexOf(item))
    })
  }

  #add() {
    const known = new Set([...this.#files.files].map((file) => `${file.name}:${file.size}:${file.lastModified}`))
    for (const file of this.#input.files) {
      if (!known.has(`${file.name}:${file.size}:${file.lastModified}`)) this.#files.items.add(file)
    }
    this.#show()
  }

  #remove(index) {
    this.#files.items.remove(index)
    this.#show()
  }

  #show() {
    this.#input.files = this.#files.files
    for (const image of this.#list.querySelectorAll("img")) URL.revokeObjectURL(image.src)
    this.#list.replaceChildren(...[...this.#files.files].map((file) => this.#shot(file)))
  }

  #shot(file) {
    const item = document.createElement("li"), image = document.createElement("img"), button = document.createElement("button")
    image.src = URL.createObjectURL(file)
    image.alt = file.name
    button.type = "button"
    button.textContent = "×"
    button.ariaLabel = this.#list.dataset.remove
    item.append(image, button)
    return item
  }
}

export function start(root) {
  for (const field of root.querySelectorAll("[data-photos-field]:not([data-started])")) {
    field.dataset.started = ""
    new Photos(field)
  }
}
start(document)
document.addEventListener("htmx:afterSettle", (event) => start(event.target.ownerDocument ?? document))
