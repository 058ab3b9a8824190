// A place by name: suggestions while one types, chosen by mouse or keys; or the place of the device.
// What is chosen goes into the two hidden fields beside the words. Without this file the server looks the words up.
export class PlaceField {
  #input
  #lat
  #lon
  #places
  #list
  #asked = 0

  constructor(field, places) {
    this.#input = field.querySelector("input:not([type=hidden])")
    ;[this.#lat, this.#lon] = field.querySelectorAll("input[type=hidden]")
    this.#places = places
    this.#list = this.#makeList(field)
    this.#input.addEventListener("input", () => this.#typed())
    this.#input.addEventListener("keydown", (event) => this.#key(event))
    this.#input.addEventListener("blur", () => setTimeout(() => this.#close(), 150))
  }

  set({ name, lat, lon }) {
    this.#input.value = name
    this.#lat.value = lat
    this.#lon.value = lon
    this.#close()
    this.#input.dispatchEvent(new CustomEvent("place:set", { bubbles: true, detail: { lat, lon } }))
  }

  #makeList(field) {
    const list = document.createElement("ul")
    list.className = "place-field__list"
    list.id = `${this.#input.id}-places`
    list.setAttribute("role", "listbox")
    list.hidden = true
    field.append(list)
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) this.#input.setAttribute(name, value)
    return list
  }

  #typed() {
    this.#lat.value = this.#lon.value = ""
    this.#input.dispatchEvent(new CustomEvent("place:typed", { bubbles: true }))
    const words = this.#input.value.trim()
    const asked = ++this.#asked
    if (words.length < 2) return this.#close()
    setTimeout(async () => {
      if (asked !== this.#asked) return
      const answer = await fetch(`${this.#places}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } }).catch(() => null)
      if (answer?.ok && asked === this.#asked) this.#show((await answer.json()).results)
    }, 120)
  }

  #show(places) {
    this.#list.replaceChildren(...places.map((place, index) => this.#line(place, index)))
    this.#list.hidden = !places.length
    this.#input.setAttribute("aria-expanded", String(places.length > 0))
  }

  #line(place, index) {
    const line = document.createElement("li")
    line.id = `${this.#list.id}-${index}`
    line.setAttribute("role", "option")
    line.append(place.name)
    if (place.detail) {
      const detail = document.createElement("small")
      detail.textContent = place.detail
      line.append(detail)
    }
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault()
      this.set(place)
    })
    line.place = place
    return line
  }

  #key(event) {
    if (this.#list.hidden) return
    const lines = [...this.#list.children]
    const at = lines.findIndex((line) => line.ariaSelected === "true")
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      this.#select(lines, (at + (event.key === "ArrowDown" ? 1 : -1) + lines.length + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % lines.length)
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault()
      this.set(lines[at].place)
    } else if (event.key === "Escape") {
      event.stopPropagation()
      this.#close()
    }
  }

  #select(lines, index) {
    lines.forEach((line, n) => { line.ariaSelected = String(n === index) })
    lines[index].scrollIntoView({ block: "nearest" })
    this.#input.setAttribute("aria-activedescendant", lines[index].id)
  }

  #close() {
    this.#list.hidden = true
    this.#input.setAttribute("aria-expanded", "false")
    this.#input.removeAttribute("aria-activedescendant")
  }
}

// "Where I am now": the device's own place, rounded to ten metres or so.
class Locate {
  constructor(button, field) {
    if (!navigator.geolocation) return
    button.hidden = false
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true")
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          field.set({ name: button.dataset.named, lat: coords.latitude.toFixed(4), lon: coords.longitude.toFixed(4) })
          button.removeAttribute("aria-busy")
        },
        () => {
          button.lastChild.textContent = button.dataset.refused
          button.removeAttribute("aria-busy")
        },
        { maximumAge: 60_000, timeout: 15_000 },
      )
    })
  }
}

for (const root of document.querySelectorAll("[data-place]")) {
  const field = new PlaceField(root.querySelector(".place-field"), root.dataset.places)
  const button = root.querySelector("[data-locate]")
  if (button) new Locate(button, field)
}
for (const root of document.querySelectorAll("[data-place-rows]")) {
  for (const field of root.querySelectorAll("[data-rows-list] .place-field")) new PlaceField(field, root.dataset.places)
  root.addEventListener("row:added", (event) => new PlaceField(event.target.querySelector(".place-field"), root.dataset.places))
}
