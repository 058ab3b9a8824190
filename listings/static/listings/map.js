// A small map of one place: <div data-map data-lat data-lon data-radius data-label>, one soft circle "about here".
import { BaseMap, colour, whenSeen } from "./base_map.js"

export class PlaceMap {
  #root

  constructor(root) {
    this.#root = root
    whenSeen(root, () => this.#draw())
  }

  async #draw() {
    const { lat, lon, radius, label } = this.#root.dataset
    const here = [Number(lat), Number(lon)]
    const drawing = this.#root.querySelector(":scope > svg")
    this.#root.setAttribute("role", "group")
    if (label) this.#root.setAttribute("aria-label", label)
    const map = await BaseMap.on(this.#root, { still: true })
    drawing?.remove()
    map.look(here, 14)
    const metres = Number(radius) || 400
    const circle = L.circle(here, { radius: metres, color: colour(this.#root, "--brand"), weight: 1.5, fillOpacity: 0.18, interactive: false })
    circle.addTo(map.leaflet)
    map.leaflet.fitBounds(circle.getBounds(), { padding: [24, 24], maxZoom: 15, animate: false })
  }
}

for (const root of document.querySelectorAll("[data-map]")) new PlaceMap(root)
