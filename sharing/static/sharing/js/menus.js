// <details class="menu">: one open at a time, closed by Escape (focus goes back) and by a press outside.
export class Menus {
  #root

  constructor(root) {
    this.#root = root
    root.addEventListener("click", (event) => this.#closeAll(event.target.closest?.("details.menu")))
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape())
    root.addEventListener("focusin", (event) => this.#closeAll(event.target.closest?.("details.menu")))
  }

  #open() {
    return [...this.#root.querySelectorAll("details.menu[open]")]
  }

  #closeAll(except) {
    for (const menu of this.#open()) if (menu !== except) menu.open = false
  }

  #escape() {
    const menu = this.#open().at(-1)
    if (!menu) return
    menu.open = false
    menu.querySelector("summary").focus()
  }
}
