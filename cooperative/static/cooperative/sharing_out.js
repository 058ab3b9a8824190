// Says how many tokens are left while one shares them out; what is over shows as a number below nothing.
export class SharingOut {
  constructor(root) {
    this.root = root
    this.said = root.querySelector("[data-left-over]")
    root.addEventListener("input", () => this.#count())
    this.said.hidden = false
    this.#count()
  }

  #count() {
    const given = [...this.root.querySelectorAll("[data-mark]")].reduce((sum, field) => sum + (Number(field.value) || 0), 0)
    const left = Number(this.root.dataset.shareOut) - given
    const number = this.said.querySelector("strong")
    number.textContent = new Intl.NumberFormat(document.documentElement.lang).format(left)
    number.classList.toggle("bad", left < 0)
  }
}

for (const root of document.querySelectorAll("[data-share-out]")) new SharingOut(root)
