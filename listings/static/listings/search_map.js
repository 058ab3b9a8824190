// The map beside the list: a pin for each hit with its price, bubbles for what else is there, and it can lead.
import { BaseMap, calm, colour } from "./base_map.js"
import { Pins } from "./pins.js"
import { WantPins } from "./want_pins.js"

const CIRCLES_FROM_ZOOM = 13, CIRCLES_UNTIL_ZOOM = 15 // closer than that they would cover all but the one in question
const BLUR_M = 380
const NEAR_PX = 46
const FAR_M = 50_000 // as in listings/search/page.py

export class SearchMap extends EventTarget {
  #root
  #map
  #pins
  #wants
  #bubbles
  #circles
  #rings
  #lit = null
  #asked = 0
  #fitting = false
  #facts = {}

  static async on(root) {
    const map = new SearchMap()
    map.#root = root
    map.#map = await BaseMap.on(root)
    map.#rings = L.layerGroup().addTo(map.#map.leaflet)
    map.#bubbles = L.layerGroup().addTo(map.#map.leaflet)
    map.#circles = L.layerGroup().addTo(map.#map.leaflet)
    map.#pins = new Pins(map.#map.leaflet, root.dataset, (lat, lon) => map.#near(lat, lon))
    map.#wants = new WantPins(map.#map.leaflet, root, (lat, lon) => map.#near(lat, lon), () => map.#cover())
    for (const type of ["hover", "leave", "choose"]) map.#pins.addEventListener(type, ({ detail }) => map.#tell(type, detail))
    map.#map.onMoved(() => map.#moved())
    return map
  }

  // A new search: other pins, another place to look at.
  show(pins, facts) {
    this.#facts = facts
    this.#pins.clear()
    if (!facts.stay) this.#fit(pins)
    this.add(pins)
    this.#wants.of(facts.kinds ?? "", this.#pins.all)
    this.#countAround()
    this.#ring()
  }

  // More of the same search: the map stays where it is.
  add(pins) {
    this.#pins.add(pins)
    this.#circle()
    this.#cover()
  }

  // No town is named under a price, a slip or the point one asks from.
  #cover() {
    const { lat, lon } = this.#facts, pins = this.#pins.all.map((pin) => ({ at: this.#near(pin.lat, pin.lon), up: 0, width: 28, height: 17 }))
    const here = lat === undefined ? [] : [{ at: this.#near(Number(lat), Number(lon)), up: 0, width: 12, height: 12 }]
    this.#map.covered = [...pins, ...this.#wants.boxes, ...here]
  }

  light(id, on) {
    const pin = this.#pins.get(id)
    this.#pins.light(id, on)
    this.#lit?.remove()
    this.#lit = on && pin && this.#map.leaflet.getZoom() >= CIRCLES_FROM_ZOOM ? this.#about(pin, 0.2).addTo(this.#map.leaflet) : null
  }

  openCard(id, card, options) {
    this.#pins.open(id, card, options)
  }

  seen() {
    this.#map.leaflet.invalidateSize({ animate: false })
    if (!this.#facts.stay) this.#fit(this.#pins.all)
  }

  get box() {
    return this.#map.box
  }

  #tell(type, id) {
    this.dispatchEvent(new CustomEvent(type, { detail: id }))
  }

  #moved() {
    if (!this.#fitting) this.#wants.look()
    this.#pins.gather()
    this.#countAround()
    this.#circle()
    this.#ring()
    if (!this.#fitting) this.dispatchEvent(new CustomEvent("moved"))
  }

  // Look at the hits around here; a far one does not make everything small.
  #fit(pins) {
    const map = this.#map.leaflet
    this.#fitting = true
    const { box, lat, lon, radius } = this.#facts
    if (box) {
      const [west, south, east, north] = box.split(",").map(Number)
      map.fitBounds([[south, west], [north, east < west ? east + 360 : east]], { animate: false })
    } else if (lat !== undefined) {
      const here = [Number(lat), Number(lon)]
      const metres = radius ? Number(radius) : reach(here, pins)
      map.fitBounds(L.latLng(here).toBounds(Math.max(metres, 350) * 2), { animate: false, maxZoom: 16 })
    } else if (pins.length) {
      map.fitBounds(pins.map((pin) => [pin.lat, pin.lon]), { padding: [50, 50], maxZoom: 14, animate: false })
    } else map.setView([30, 5], 2.5, { animate: false })
    setTimeout(() => { this.#fitting = false }, 60)
  }

  #circle() {
    this.#circles.clearLayers()
    const zoom = this.#map.leaflet.getZoom()
    if (zoom < CIRCLES_FROM_ZOOM || zoom >= CIRCLES_UNTIL_ZOOM) return
    for (const pin of this.#pins.all) this.#about(pin, 0.08).addTo(this.#circles)
  }

  // Somewhere in here: the point is blurred by up to 380 m.
  #about(pin, opacity) {
    const fillColor = colour(this.#root, "--brand")
    return L.circle(this.#near(pin.lat, pin.lon), { radius: BLUR_M, stroke: false, fillColor, fillOpacity: opacity, interactive: false })
  }

  // From where one asks: a dot, the circle one set, and rings that say how far things are.
  #ring() {
    this.#rings.clearLayers()
    const { lat, lon, radius } = this.#facts
    if (lat === undefined) return
    const here = this.#near(Number(lat), Number(lon))
    const soft = colour(this.#root, "--ink-soft")
    for (const metres of radius ? [Number(radius)] : this.#steps(here)) {
      L.circle(here, { radius: metres, color: soft, weight: 1, opacity: 0.55, dashArray: "3 6", fill: false, interactive: false }).addTo(this.#rings)
      const edge = L.latLng(here).toBounds(metres * 2).getNorth()
      this.#sign([edge, here[1]], "map-label map-label--ring", inWords(metres))
    }
    this.#sign(here, "map-pin map-pin--point", "")
  }

  // Two or three round distances that fit into what is seen.
  #steps(here) {
    const map = this.#map.leaflet
    const seen = L.latLng(here).distanceTo([map.getBounds().getNorth(), here[1]])
    const round = [100, 250, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 250000, 500000]
    return round.filter((metres) => metres > seen * 0.18 && metres < seen * 0.97).slice(-2)
  }

  #sign(at, className, text) {
    const html = document.createElement("span")
    html.className = className
    html.textContent = text
    const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
    L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -900 }).addTo(this.#rings)
  }

  // How much more of what is looked for lies where: counted by the server for every zoom, without what the pins show
  // already. Of a search that asks for more than kinds a bounded number is counted; were there more, a line says so.
  async #countAround() {
    const asked = ++this.#asked, box = common(this.box, this.#facts.box?.split(",").map(Number))
    if (!box) return this.#float([], true)
    const zoom = Math.max(0, Math.min(20, Math.floor(this.#map.leaflet.getZoom())))
    const url = new URL(this.#facts.clusters, location.href)
    url.searchParams.set("bbox", box.map((degrees) => degrees.toFixed(4)).join(","))
    url.searchParams.set("zoom", zoom)
    if (this.#facts.kinds) url.searchParams.set("kind", this.#facts.kinds)
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } })
      if (asked !== this.#asked) return
      if (!answer.ok) return this.#float([], true)
      const { results, complete } = await answer.json()
      if (asked === this.#asked) this.#float(results, complete)
    } catch { /* offline: the pins stay */ }
  }

  #float(results, complete) {
    this.#bubbles.clearLayers()
    this.#root.querySelector("[data-map-part]").hidden = complete
    const map = this.#map.leaflet
    const spots = results.map((bubble) => ({ ...bubble, at: map.latLngToContainerPoint(this.#near(bubble.lat, bubble.lon)) }))
    for (const pin of this.#pins.all) {
      const at = map.latLngToContainerPoint(this.#near(pin.lat, pin.lon))
      const nearest = spots.filter((spot) => spot.n > 0).reduce((best, spot) => (!best || at.distanceTo(spot.at) < at.distanceTo(best.at) ? spot : best), null)
      if (nearest && at.distanceTo(nearest.at) < NEAR_PX * 1.6) nearest.n -= 1
    }
    for (const spot of spots.filter((one) => one.n > 0)) this.#bubble(spot)
  }

  #bubble({ lat, lon, n }) {
    const html = document.createElement("span")
    html.className = "map-pin map-pin--many"
    html.textContent = n > 999 ? `${Math.round(n / 100) / 10}k` : n
    const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
    const title = (this.#root.dataset.many ?? "{n}").replace("{n}", n)
    const mark = L.marker(this.#near(lat, lon), { icon, keyboard: true, title, zIndexOffset: -500, autoPanOnFocus: false })
    const closer = () => this.#map.leaflet.setView([lat, lon], this.#map.leaflet.getZoom() + 2, { animate: !calm() })
    mark.on("click", closer)
    mark.addTo(this.#bubbles)
    mark.getElement().setAttribute("aria-label", title)
    mark.getElement().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      closer()
    })
  }

  #near(lat, lon) {
    return [lat, lon + 360 * Math.round((this.#map.leaflet.getCenter().lng - lon) / 360)]
  }
}

// What one sees of the part of the map that was chosen, if one was; both are west, south, east, north.
function common([west, south, east, north], chosen) {
  if (!chosen || east - west >= 360) return chosen ?? [west, south, east, north]
  const wide = (chosen[2] - chosen[0] + 360) % 360 || 360
  for (const from of [0, -360].map((turn) => west + ((((chosen[0] - west) % 360) + 360) % 360) + turn)) {
    const box = [Math.max(west, from), Math.max(south, chosen[1]), Math.min(east, from + wide), Math.min(north, chosen[3])]
    if (box[0] < box[2] && box[1] < box[3]) return box
  }
  return null
}

function inWords(metres) {
  const [value, unit] = metres < 1000 ? [metres, "meter"] : [metres / 1000, "kilometer"]
  return new Intl.NumberFormat(document.documentElement.lang || "en", { style: "unit", unit }).format(value)
}

// As far as most of the hits: three quarters of them, a little more; of what the list calls farther away only when it is all.
function reach(here, pins) {
  if (!pins.length) return 5000
  const all = pins.map((pin) => L.latLng(here).distanceTo([pin.lat, pin.lon])).sort((a, b) => a - b)
  const near = all.filter((metres) => metres <= FAR_M), away = near.length ? near : all
  return away[Math.min(away.length - 1, Math.floor(away.length * 0.75))] * 1.15
}
