// The bar of a search, on the page of search and at home: words and places while typing, and "near me".
// Without it one types the whole word, and one's town.
const PAUSE_MS = 120

export class Asking {
  #root
  #turns = {}

  constructor(root) {
    this.#root = root
    root.addEventListener("input", (event) => this.#typed(event.target))
    root.addEventListener("click", (event) => this.#clicked(event.target.closest("[data-near-me]")))
    document.addEventListener("htmx:afterSwap", () => this.#offerNearMe())
    this.#offerNearMe()
  }

  #offerNearMe() {
    for (const button of this.#root.querySelectorAll("[data-near-me]")) button.hidden = !navigator.geolocation
  }

  #clicked(button) {
    if (!button) return
    button.setAttribute("aria-busy", "true")
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#go(button, coords),
      (trouble) => this.#refused(button, trouble.code === trouble.PERMISSION_DENIED),
      { timeout: 10000, maximumAge: 300000 },
    )
  }

  // Rounded to about 100 m before it leaves the device: near enough to search by. The server names the place.
  #go(button, coords) {
    button.removeAttribute("aria-busy")
    const url = new URL(button.dataset.nearMe || location.href, location.href)
    for (const name of ["near", "bbox", "cursor", "was"]) url.searchParams.delete(name)
    for (const field of button.dataset.nearMe ? this.#root.querySelectorAll("form input[name]") : []) {
      if (field.name !== "near" && field.value) url.searchParams.set(field.name, field.value)
    }
    url.searchParams.set("lat", coords.latitude.toFixed(3))
    url.searchParams.set("lon", coords.longitude.toFixed(3))
    const finds = document.querySelector("#finds")
    if (finds) htmx.ajax("GET", url.pathname + url.search, { source: finds, target: "#finds", swap: "outerHTML" })
    else location.assign(url)
  }

  #refused(button, denied) {
    button.removeAttribute("aria-busy")
    const said = this.#root.querySelector("[data-near-me-said]")
    if (said) said.textContent = denied ? button.dataset.denied : button.dataset.unknown
    this.#root.querySelector('form [name="near"]')?.focus()
  }

  #typed(input) {
    const list = input.getAttribute?.("list")
    if (!list) return
    clearTimeout(this.#turns[list])
    this.#turns[list] = setTimeout(() => this.#suggest(input, list), PAUSE_MS)
  }

  async #suggest(input, list) {
    const typed = input.value
    if (typed.trim().length < 2 || typed.includes("://")) return
    const url = list.endsWith("words") ? this.#root.dataset.suggest : this.#root.dataset.places
    const { lat, lon } = document.querySelector("#finds")?.dataset ?? {}
    const query = { q: typed, ...(list.endsWith("places") && lat ? { lat, lon } : {}) }
    try {
      const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } })
      if (!answer.ok || input.value !== typed) return
      const { results } = await answer.json()
      document.getElementById(list)?.replaceChildren(...results.map(option))
    } catch { /* offline: one types it out */ }
  }
}

function option(found) {
  const element = document.createElement("option")
  element.value = typeof found === "string" ? found : [found.name, found.detail].filter(Boolean).join(", ")
  return element
}

for (const root of document.querySelectorAll("[data-suggest]")) new Asking(root)
