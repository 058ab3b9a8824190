// The page of search: list and map speak of the same hits, the map may lead, words and places come while typing.
// Everything here only spares steps: without it the form, the chips and the list do the same.
import { whenSeen } from "./base_map.js"
import { SearchMap } from "./search_map.js"

export class Search {
  #root
  #aside
  #map
  #toggle
  #follow
  #here

  constructor(root) {
    this.#root = root
    this.#aside = root.querySelector("[data-search-map]")
    this.#toggle = document.querySelector("[data-map-toggle]")
    this.#follow = this.#aside.querySelector("[data-map-follow]")
    this.#here = this.#aside.querySelector("[data-map-here]")
    this.#toggle.hidden = false
    this.#toggle.addEventListener("click", () => this.#turn())
    this.#here.addEventListener("click", () => this.#searchHere())
    this.#follow.addEventListener("change", () => this.#follow.checked && !this.#here.hidden && this.#searchHere())
    root.addEventListener("pointerover", (event) => this.#lightCard(event.target, true))
    root.addEventListener("pointerout", (event) => this.#lightCard(event.target, false))
    root.addEventListener("focusin", (event) => this.#lightCard(event.target, true))
    root.addEventListener("focusout", (event) => this.#lightCard(event.target, false))
    root.addEventListener("input", (event) => this.#typed(event.target))
    root.addEventListener("click", (event) => event.target.closest("[data-near-me]") && this.#nearMe(event.target.closest("[data-near-me]")))
    document.addEventListener("htmx:afterSwap", (event) => this.#swapped(event.detail.target))
    document.addEventListener("htmx:beforeRequest", () => document.activeElement?.form?.id === "seek" && document.activeElement.blur())
    this.#offerNearMe()
    whenSeen(this.#aside, () => this.#start())
  }

  get #finds() {
    return this.#root.querySelector("#finds")
  }

  async #start() {
    this.#map = await SearchMap.on(this.#aside)
    this.#aside.querySelector("[data-map-tools]").hidden = false
    this.#map.addEventListener("hover", ({ detail }) => this.#mark(detail, true))
    this.#map.addEventListener("leave", ({ detail }) => this.#mark(detail, false))
    this.#map.addEventListener("choose", ({ detail }) => this.#choose(detail))
    this.#map.addEventListener("moved", () => this.#moved())
    this.#map.show(this.#pins(), { ...this.#finds.dataset })
  }

  #pins(within = this.#finds) {
    return [...within.querySelectorAll("template[data-pins]")].flatMap((template) => JSON.parse(template.dataset.pins))
  }

  // After htmx: a new search, or more cards of the same one.
  #swapped() {
    this.#offerNearMe()
    if (!this.#map) return
    if (this.#finds.dataset.shown) return this.#map.add(this.#pins())
    this.#finds.dataset.shown = "yes"
    this.#here.hidden = true
    this.#map.show(this.#pins(), { ...this.#finds.dataset, stay: this.#led })
    this.#led = false
  }

  #led = false

  #moved() {
    if (this.#follow.checked) return this.#searchHere()
    this.#here.hidden = false
  }

  // The part of the map one looks at becomes the question, instead of the place.
  #searchHere() {
    const url = new URL(location.href)
    for (const name of ["near", "lat", "lon", "radius_km", "cursor", "was"]) url.searchParams.delete(name)
    url.searchParams.set("bbox", this.#map.box.map((degrees) => degrees.toFixed(4)).join(","))
    if (url.searchParams.get("sort") === "near") url.searchParams.delete("sort")
    this.#led = true
    this.#go(url)
  }

  #go(url) {
    htmx.ajax("GET", url.pathname + url.search, { source: this.#finds, target: "#finds", swap: "outerHTML" })
  }

  // A pin and its card are one thing.
  #lightCard(element, on) {
    const card = element.closest?.("[data-listing]")
    if (card && this.#finds.contains(card)) this.#map?.light(Number(card.dataset.listing), on)
  }

  #mark(id, on) {
    this.#card(id)?.classList.toggle("is-on", on)
    this.#map.light(id, on)
  }

  #choose(id) {
    const card = this.#card(id)
    if (!card) return
    const copy = card.cloneNode(true)
    copy.removeAttribute("id")
    copy.classList.remove("is-on")
    const list = document.createElement("ul")
    list.append(copy)
    this.#map.openCard(id, list)
    if (!this.#aside.classList.contains("is-open")) card.scrollIntoView({ block: "nearest", behavior: "smooth" })
  }

  #card(id) {
    return this.#finds.querySelector(`[data-listing="${id}"]`)
  }

  // On the phone: the map is a sheet over the list.
  #turn() {
    const open = this.#aside.classList.toggle("is-open")
    this.#toggle.setAttribute("aria-expanded", String(open))
    document.documentElement.classList.toggle("has-sheet", open)
    if (open && this.#map) requestAnimationFrame(() => this.#map.seen())
  }

  #offerNearMe() {
    const button = this.#root.querySelector("[data-near-me]")
    if (button && !navigator.geolocation) button.hidden = true
  }

  // Rounded to about 100 m before it leaves the device: near enough to search by.
  #nearMe(button) {
    button.setAttribute("aria-busy", "true")
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const url = new URL(location.href)
        for (const name of ["near", "bbox", "cursor", "was"]) url.searchParams.delete(name)
        url.searchParams.set("lat", coords.latitude.toFixed(3))
        url.searchParams.set("lon", coords.longitude.toFixed(3))
        this.#go(url)
      },
      () => {
        button.removeAttribute("aria-busy")
        button.append(` ${button.dataset.refused}`)
        button.disabled = true
      },
      { timeout: 10000, maximumAge: 300000 },
    )
  }

  #turns = {}

  #typed(input) {
    const list = input.getAttribute?.("list")
    if (!list) return
    clearTimeout(this.#turns[list])
    this.#turns[list] = setTimeout(() => this.#suggest(input, list), 120)
  }

  async #suggest(input, list) {
    const words = input.value
    if (words.trim().length < 2) return
    const url = list === "seek-words" ? this.#root.dataset.suggest : this.#root.dataset.places
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ q: words })}`, { headers: { Accept: "application/json" } })
      if (!answer.ok || input.value !== words) return
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

for (const root of document.querySelectorAll("[data-search]")) new Search(root)
