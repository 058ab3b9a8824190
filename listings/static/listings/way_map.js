// The way of a ride: <div data-way='[[lat, lon, place], …]' data-radius>, a soft circle for each stop and a line between.
import { BaseMap, colour, whenSeen } from "./base_map.js"

export class WayMap {
  #root

  constructor(root) {
    this.#root = root
    whenSeen(root, () => this.#draw())
  }

  async #draw() {
    const stops = JSON.parse(this.#root.dataset.way)
    const drawing = this.#root.querySelector(":scope > svg")
    this.#root.setAttribute("role", "group")
    this.#root.setAttribute("aria-label", this.#root.dataset.label)
    const map = await BaseMap.on(this.#root, { still: true })
    drawing?.remove()
    const way = stops.map(([lat, lon]) => [lat, lon])
    map.named = way
    map.leaflet.fitBounds(way, { padding: [40, 40], maxZoom: 13, animate: false })
    const brand = colour(this.#root, "--brand")
    L.polyline(way, { color: brand, weight: 3, dashArray: "2 8", lineCap: "round", interactive: false }).addTo(map.leaflet)
    for (const [lat, lon, place] of stops) this.#mark(map.leaflet, [lat, lon], place, brand)
  }

  #mark(leaflet, at, place, brand) {
    L.circle(at, { radius: Number(this.#root.dataset.radius) || 400, color: brand, weight: 1, fillOpacity: 0.18, interactive: false }).addTo(leaflet)
    L.circleMarker(at, { radius: 6, color: brand, weight: 3, fillColor: colour(this.#root, "--card"), fillOpacity: 1, interactive: false }).addTo(leaflet)
    const html = document.createElement("span")
    html.className = "map-label map-label--stop"
    html.textContent = place
    const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
    L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(leaflet)
  }
}

for (const root of document.querySelectorAll("[data-way]")) new WayMap(root)
