// Photos of a handover: each one taken is added to those before it, shown small, and can be left out again.
// Without this file the plain file field sends what was chosen last.
export class Photos {
  #input
  #list
  #template
  #files = new DataTransfer()

  constructor(field) {
    this.#input = field.querySelector("[data-photos]")
    this.#list = field.querySelector("[data-shots]")
    this.#template = field.querySelector("template[data-shot]")
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
    const item = this.#template.content.firstElementChild.cloneNode(true), image = item.querySelector("img")
    image.src = URL.createObjectURL(file)
    image.alt = file.name
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
