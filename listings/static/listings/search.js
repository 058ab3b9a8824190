// The page of search: list and map speak of the same hits, the map may lead, words and places come while typing.
// Everything here only spares steps: without it the form, the chips and the list do the same.
import { whenSeen } from "./base_map.js"
import { ListMemory } from "./list_memory.js"
import { SearchMap } from "./search_map.js"
import { SeekBar } from "./seek_bar.js"

const FOLLOWS = "map-follows"
const SETTLED_MS = 300 // the map has stopped

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
    this.#follow.checked = localStorage.getItem(FOLLOWS) === "yes"
    this.#follow.addEventListener("change", () => this.#followed())
    root.addEventListener("pointerover", (event) => this.#lightCard(event.target, true))
    root.addEventListener("pointerout", (event) => this.#lightCard(event.target, false))
    root.addEventListener("focusin", (event) => this.#lightCard(event.target, true))
    root.addEventListener("focusout", (event) => this.#lightCard(event.target, false))
    document.addEventListener("htmx:afterSwap", (event) => this.#swapped(event.detail.target))
    document.addEventListener("htmx:beforeRequest", () => document.activeElement?.form?.id === "seek" && document.activeElement.blur())
    new ListMemory(root)
    new SeekBar()
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
    this.#map.addEventListener("choose", ({ detail }) => this.#choose(detail.ids, detail.keyboard))
    this.#map.addEventListener("moved", () => this.#moved())
    this.#map.show(this.#pins(), { ...this.#finds.dataset })
  }

  #pins(within = this.#finds) {
    return [...within.querySelectorAll("template[data-pins]")].flatMap((template) => JSON.parse(template.dataset.pins))
  }

  // After htmx: a new search, or more cards of the same one.
  #swapped() {
    if (!this.#finds.dataset.shown && !this.#led) this.#leads = false
    if (!this.#map) return
    if (this.#finds.dataset.shown) return this.#map.add(this.#pins())
    this.#finds.dataset.shown = "yes"
    this.#here.hidden = true
    this.#map.show(this.#pins(), { ...this.#finds.dataset, stay: this.#led })
    this.#led = false
  }

  #led = false // the search under way is the map's
  #leads = false // the one before was, too: then one step back leads out of both
  #settling = 0

  #moved() {
    clearTimeout(this.#settling)
    if (this.#follow.checked) this.#settling = setTimeout(() => this.#searchHere(), SETTLED_MS)
    else this.#here.hidden = false
  }

  #followed() {
    localStorage.setItem(FOLLOWS, this.#follow.checked ? "yes" : "no")
    if (this.#follow.checked && !this.#here.hidden) this.#searchHere()
  }

  // The part of the map one looks at becomes the question, instead of the place.
  #searchHere() {
    const url = new URL(location.href)
    for (const name of ["near", "lat", "lon", "radius_km", "cursor", "was"]) url.searchParams.delete(name)
    url.searchParams.set("bbox", this.#map.box.map((degrees) => degrees.toFixed(4)).join(","))
    if (url.searchParams.get("sort") === "near") url.searchParams.delete("sort")
    const headers = this.#leads ? { "X-Map-Again": "1" } : {}
    this.#led = this.#leads = true
    htmx.ajax("GET", url.pathname + url.search, { source: this.#finds, target: "#finds", swap: "outerHTML", headers })
  }

  // A pin and its card are one thing.
  #lightCard(element, on) {
    const card = element.closest?.("[data-listing]")
    if (card && this.#finds.contains(card)) this.#map?.light(Number(card.dataset.listing), on)
  }

  #mark(ids, on) {
    for (const id of ids) this.#card(id)?.classList.toggle("is-on", on)
    this.#map.light(ids[0], on)
  }

  // One: its card. Several at one place: their names, to choose from.
  #choose(ids, keyboard) {
    const cards = ids.map((id) => this.#card(id)).filter(Boolean)
    if (!cards.length) return
    const list = document.createElement("ul")
    list.className = cards.length > 1 ? "map__several" : ""
    list.append(...cards.map(cards.length > 1 ? named : copied))
    this.#map.openCard(ids[0], list, { enter: keyboard })
    if (!keyboard && !this.#aside.classList.contains("is-open")) cards[0].scrollIntoView({ block: "nearest", behavior: "smooth" })
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
}

function copied(card) {
  const copy = card.cloneNode(true)
  copy.removeAttribute("id")
  copy.classList.remove("is-on")
  return copy
}

function named(card) {
  const item = document.createElement("li")
  const link = document.createElement("a")
  const cover = card.querySelector("a.cover")
  link.href = cover.href
  link.textContent = cover.getAttribute("aria-label")
  item.append(link)
  return item
}

for (const root of document.querySelectorAll("[data-search]")) new Search(root)
