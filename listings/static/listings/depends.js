// data-when="name=value" (or name!=value, or several with commas): shown only while the form's fields say so.
// Without this file it stands as the server shows it.
export class Depends {
  #root

  constructor(root) {
    this.#root = root
    root.addEventListener("change", () => this.#look())
    this.#look()
  }

  #look() {
    for (const part of this.#root.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(",").every((condition) => this.#holds(condition))
    }
  }

  #holds(condition) {
    const [, name, not, value] = condition.match(/^([\w-]+?)(!?)=(\w*)$/)
    const field = this.#root.querySelector(`select[name="${name}"], [name="${name}"]:checked`)
    return ((field?.value ?? "") === value) !== Boolean(not)
  }
}
for (const root of document.querySelectorAll("[data-depends]")) new Depends(root)
