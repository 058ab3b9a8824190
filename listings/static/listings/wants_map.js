// Wants on a map: <div data-wants-map> beside a list of li[data-want][data-lat][data-lon]; each pin leads to its want.
// The list says all the map does; without script there is only the list.
import { BaseMap, whenSeen } from "./base_map.js"

export class WantsMap {
  #root
  #rows

  constructor(root) {
    this.#root = root
    this.#rows = [...document.querySelectorAll("[data-want]")]
    if (this.#rows.length) whenSeen(root, () => this.#draw())
  }

  async #draw() {
    const map = await BaseMap.on(this.#root)
    const places = this.#rows.map((row) => [Number(row.dataset.lat), Number(row.dataset.lon)])
    map.look(places[0], 12)
    map.leaflet.fitBounds(places, { paddingTopLeft: [90, 60], paddingBottomRight: [90, 30], maxZoom: 14, animate: false })
    this.#rows.forEach((row, at) => this.#pin(row, places[at], map.leaflet))
  }

  #pin(row, place, map) {
    const link = row.querySelector("a")
    const html = document.createElement("span")
    html.className = "map-pin map-pin--want"
    html.textContent = row.dataset.want
    const mark = L.marker(place, { icon: L.divIcon({ html, className: "map__mark", iconSize: [0, 0] }), keyboard: false, riseOnHover: true }).addTo(map)
    mark.on("click", () => link.click())
    for (const [event, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      row.addEventListener(event, () => html.classList.toggle("is-on", on))
    }
    mark.on("mouseover", () => row.classList.add("is-on"))
    mark.on("mouseout", () => row.classList.remove("is-on"))
  }
}

for (const root of document.querySelectorAll("[data-wants-map]")) new WantsMap(root)
