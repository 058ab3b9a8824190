// A member's name: suggestions while one types, where a list of everybody would be too long. Without script one writes it out.
const PAUSE_MS = 180
let lists = 0

class Names {
  #input
  #list = document.createElement("datalist")
  #turn = 0

  constructor(input) {
    this.#input = input
    this.#list.id = `names-${++lists}`
    input.after(this.#list)
    input.setAttribute("list", this.#list.id)
    input.addEventListener("input", () => {
      clearTimeout(this.#turn)
      this.#turn = setTimeout(() => this.#suggest(), PAUSE_MS)
    })
  }

  async #suggest() {
    const typed = this.#input.value.trim()
    if (typed.length < 2) return
    try {
      const query = new URLSearchParams({ q: typed })
      const answer = await fetch(`${this.#input.dataset.names}?${query}`, { headers: { Accept: "application/json" } })
      if (!answer.ok || this.#input.value.trim() !== typed) return
      const { results } = await answer.json()
      this.#list.replaceChildren(...results.map(({ written }) => Object.assign(document.createElement("option"), { value: written })))
    } catch { /* offline: one writes it out */ }
  }
}

for (const input of document.querySelectorAll("input[data-names]")) new Names(input)
