// <div data-copy data-copied="Copied"><code data-text>…</code><button hidden>…: puts the text on the clipboard.
export class Copy {
  #root
  #button

  constructor(root) {
    if (!navigator.clipboard) return
    this.#root = root
    this.#button = root.querySelector("button")
    this.#button.hidden = false
    this.#button.addEventListener("click", () => this.#copy())
  }

  async #copy() {
    const source = this.#root.querySelector("[data-text]")
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim())
    const label = this.#button.querySelector("span")
    const usual = label.textContent
    label.textContent = this.#root.dataset.copied
    setTimeout(() => { label.textContent = usual }, 2000)
  }
}
for (const root of document.querySelectorAll("[data-copy]")) new Copy(root)
