// A pin on a map, dragged, or moved by the arrow keys; around it the circle that others will see instead.
// The words beside it and the coordinates field say the same; without this file they are enough.
import { BaseMap, colour, whenSeen } from "./base_map.js"

const STEP = 16 // pixels an arrow key moves the pin; with shift, four times as many

export class PinMap {
  #root
  #field
  #words
  #map
  #pin
  #circle
  #asked = 0

  constructor(root) {
    this.#root = root
    const place = root.closest("[data-place]")
    this.#field = place.querySelector("[data-coordinates]")
    this.#words = place.querySelector("[data-place-text]")
    root.hidden = false
    whenSeen(root, () => this.#draw())
    place.addEventListener("place:set", ({ detail }) => this.#chosen([Number(detail.lat), Number(detail.lon)]))
    place.addEventListener("place:typed", () => { this.#field.value = "" })
    this.#field.addEventListener("change", () => this.#typed())
    place.addEventListener("change", () => this.#map?.leaflet.invalidateSize({ animate: false }))
  }

  async #draw() {
    const { lat, lon } = this.#root.dataset
    this.#map = await BaseMap.on(this.#root)
    this.#map.look([Number(lat), Number(lon)], 14)
    this.#root.querySelector(":scope > svg")?.remove()
    const icon = L.divIcon({ className: "map-drop", iconSize: [44, 44] })
    this.#pin = L.marker([Number(lat), Number(lon)], { icon, draggable: true, keyboard: true, title: this.#root.dataset.label, alt: this.#root.dataset.label })
    this.#pin.addTo(this.#map.leaflet)
    this.#pin.on("dragend", () => this.#moved())
    this.#map.leaflet.on("click", ({ latlng }) => {
      this.#pin.setLatLng(latlng)
      this.#moved()
    })
    const handle = this.#pin.getElement()
    handle.setAttribute("role", "application")
    handle.setAttribute("aria-roledescription", this.#root.dataset.pin)
    handle.setAttribute("aria-label", this.#root.dataset.label)
    handle.addEventListener("keydown", (event) => this.#key(event), true)
    this.#circle = L.circle([Number(lat), Number(lon)], { radius: 1, color: colour(this.#root, "--brand"), weight: 1.5, fillOpacity: 0.18, opacity: 0, interactive: false }).addTo(this.#map.leaflet)
    const typed = this.#field.value && parse(this.#field.value)
    if (typed) this.#chosen(typed)
    else this.#showAround()
  }

  #key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    if (!ways[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    const map = this.#map.leaflet
    const far = event.shiftKey ? 4 * STEP : STEP
    const [right, down] = ways[event.key]
    const spot = map.latLngToContainerPoint(this.#pin.getLatLng())
    this.#pin.setLatLng(map.containerPointToLatLng([spot.x + right * far, spot.y + down * far]))
    map.panInside(this.#pin.getLatLng(), { padding: [40, 40], animate: false })
    this.#moved()
  }

  #moved() {
    const { lat, lng } = this.#pin.getLatLng().wrap()
    this.#field.value = `${lat.toFixed(5)}, ${lng.toFixed(5)}`
    this.#showAround(true)
  }

  #typed() {
    const point = parse(this.#field.value)
    if (point) this.#chosen(point)
  }

  #chosen(point) {
    if (point.some(Number.isNaN)) return
    if (!parse(this.#field.value) || parse(this.#field.value).join() !== point.join()) this.#field.value = point.map((part) => part.toFixed(5)).join(", ")
    if (!this.#pin) return
    this.#pin.setLatLng(point)
    this.#map.look(point, Math.max(13, this.#map.leaflet.getZoom()))
    this.#showAround()
  }

  // Only the server knows where the circle lies; while it is asked the old one is hidden.
  #showAround(byHand = false) {
    const asked = ++this.#asked
    this.#circle.setStyle({ opacity: 0, fillOpacity: 0 })
    setTimeout(async () => {
      if (asked !== this.#asked) return
      const { lat, lng } = this.#pin.getLatLng().wrap()
      const answer = await fetch(`${this.#root.dataset.around}?lat=${lat.toFixed(5)}&lon=${lng.toFixed(5)}`, { headers: { Accept: "application/json" } }).catch(() => null)
      if (!answer?.ok || asked !== this.#asked) return
      const around = await answer.json()
      this.#circle.setLatLng([around.lat, around.lon]).setRadius(around.radius_m).setStyle({ opacity: 1, fillOpacity: 0.18 })
      if (byHand && around.near && !this.#words.value) this.#words.value = around.near
    }, 200)
  }
}

function parse(text) {
  const match = text.trim().match(/^(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/)
  const point = match && [Number(match[1]), Number(match[2])]
  return point && Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180 ? point : null
}

for (const root of document.querySelectorAll("[data-pin-map]")) new PinMap(root)
