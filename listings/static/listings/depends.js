// data-when="name=value" (or name!=value): shown only while the form's field says so. Without this file it is always shown.
export class Depends {
  #root

  constructor(root) {
    this.#root = root
    root.addEventListener("change", () => this.#look())
    this.#look()
  }

  #look() {
    for (const part of this.#root.querySelectorAll("[data-when]")) {
      const [, name, not, value] = part.dataset.when.match(/^([\w-]+?)(!?)=(\w*)$/)
      const said = this.#root.querySelector(`[name="${name}"]:checked`)?.value ?? ""
      part.hidden = (said === value) === Boolean(not)
    }
  }
}
for (const root of document.querySelectorAll("[data-depends]")) new Depends(root)
