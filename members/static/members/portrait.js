// <div data-portrait>: shows the chosen photo in the face beside it before it is sent.
export class Portrait {
  #face
  #address

  constructor(root) {
    this.#face = root.querySelector(".face")
    root.querySelector("input[type=file]")?.addEventListener("change", (event) => this.#show(event.target.files[0]))
  }

  #show(file) {
    if (this.#address) URL.revokeObjectURL(this.#address)
    if (!file?.type.startsWith("image/")) return
    this.#address = URL.createObjectURL(file)
    const image = new Image()
    image.alt = ""
    image.src = this.#address
    image.onload = () => this.#face.replaceChildren(image)
  }
}
for (const root of document.querySelectorAll("[data-portrait]")) new Portrait(root)
