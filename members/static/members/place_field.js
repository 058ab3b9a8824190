// A place in words that brings its point along: an ARIA combobox over /places/?q=.
// <div data-place-field data-places="/places/"> holds input[data-place], hidden [name=lat] and [name=lon],
// a <ul role="listbox">, and a button[data-here] for "where I am now". Without script the server looks the words up.
export class PlaceField {
  #root
  #input
  #list
  #point
  #timer
  #asked = 0
  #active = -1

  constructor(root) {
    this.#root = root
    this.#input = root.querySelector("[data-place]")
    this.#list = root.querySelector("[role=listbox]")
    this.#point = [root.querySelector("[name=lat]"), root.querySelector("[name=lon]")]
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.#list.id }
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value)
    this.#input.addEventListener("input", () => this.#typed())
    this.#input.addEventListener("keydown", (event) => this.#key(event))
    this.#input.addEventListener("blur", () => setTimeout(() => this.#close(), 150))
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault())
    this.#list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")))
    this.#offerHere(root.querySelector("[data-here]"))
  }

  #typed() {
    this.#mark("", "")
    clearTimeout(this.#timer)
    const words = this.#input.value.trim()
    if (words.length < 2) return this.#close()
    this.#timer = setTimeout(() => this.#ask(words), 150)
  }

  async #ask(words) {
    const turn = ++this.#asked
    try {
      const answer = await fetch(`${this.#root.dataset.places}?${new URLSearchParams({ q: words })}`, { headers: { Accept: "application/json" } })
      if (!answer.ok) return
      const found = await answer.json()
      if (turn === this.#asked) this.#show(found.results)
    } catch { /* offline: the words go as they are, and the server looks them up */ }
  }

  #show(places) {
    this.#active = -1
    this.#list.replaceChildren(...places.slice(0, 6).map((place, index) => this.#option(place, index)))
    this.#list.hidden = !places.length
    this.#input.setAttribute("aria-expanded", String(places.length > 0))
  }

  #option(place, index) {
    const option = document.createElement("li")
    option.id = `${this.#list.id}-${index}`
    option.setAttribute("role", "option")
    option.dataset.lat = place.lat
    option.dataset.lon = place.lon
    option.dataset.name = place.name
    option.textContent = place.name
    const beside = place.detail || [place.region, place.country].filter(Boolean).join(", ")
    if (beside) {
      const small = document.createElement("small")
      small.textContent = ` ${beside}`
      option.append(small)
    }
    return option
  }

  #key(event) {
    const options = [...this.#list.children]
    if (this.#list.hidden || !options.length) return
    if (event.key === "Escape") return this.#close()
    if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault()
      return this.#choose(options[this.#active])
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    this.#active = (this.#active + step + options.length) % options.length
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#active)))
    this.#input.setAttribute("aria-activedescendant", options[this.#active].id)
  }

  #choose(option) {
    if (!option) return
    this.#input.value = option.dataset.name
    this.#mark(option.dataset.lat, option.dataset.lon)
    this.#close()
  }

  #close() {
    this.#list.hidden = true
    this.#input.setAttribute("aria-expanded", "false")
    this.#input.removeAttribute("aria-activedescendant")
  }

  #mark(lat, lon) {
    this.#point[0].value = lat
    this.#point[1].value = lon
  }

  #offerHere(button) {
    if (!button || !navigator.geolocation) return
    button.hidden = false
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#mark(coords.latitude.toFixed(5), coords.longitude.toFixed(5))
        this.#say(this.#root.dataset.got)
        if (!this.#input.value) this.#input.focus()
      },
      () => this.#say(this.#root.dataset.refused),
      { timeout: 10000 },
    ))
  }

  #say(text) {
    this.#root.querySelector("[data-said]").textContent = text
  }
}
for (const root of document.querySelectorAll("[data-place-field]")) new PlaceField(root)
