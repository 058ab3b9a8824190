// Pins: one for each hit, with its price; those that would cover each other stand as one, until one looks closer.
// Each is a button with a name, reached by Tab in the order of the list, opened by Enter.
const TOGETHER_PX = 34
const CLOSEST_ZOOM = 17

export class Pins extends EventTarget {
  #map
  #layer
  #words
  #near
  #pins = new Map()
  #marks = new Map() // id → the mark it stands in
  #lit = null

  constructor(map, words, near) {
    super()
    this.#map = map
    this.#words = words
    this.#near = near
    this.#layer = L.layerGroup().addTo(map)
  }

  get all() {
    return [...this.#pins.values()]
  }

  get(id) {
    return this.#pins.get(id)
  }

  clear() {
    this.#pins.clear()
    this.#layer.clearLayers()
    this.#marks.clear()
  }

  add(pins) {
    for (const pin of pins) if (!this.#pins.has(pin.id)) this.#pins.set(pin.id, pin)
    this.gather()
  }

  // Draw anew what is in view: after a move other pins may stand together.
  gather() {
    const focused = this.#focused()
    this.#layer.clearLayers()
    this.#marks.clear()
    for (const group of this.#groups()) this.#draw(group)
    if (focused !== null) this.#element(focused)?.focus({ preventScroll: true })
    if (this.#lit !== null) this.light(this.#lit, true)
  }

  light(id, on) {
    this.#lit = on ? id : null
    const mark = this.#marks.get(id)
    mark?.getElement()?.querySelector(".map-pin")?.classList.toggle("is-on", on)
    mark?.setZIndexOffset(on ? 1000 : 0)
  }

  // The card of a pin, over the map; with `enter` the keyboard goes into it. It stays while the pins are drawn anew.
  open(id, content, { enter = false } = {}) {
    const pin = this.#pins.get(id)
    if (!pin) return
    const popup = L.popup({ closeButton: true, maxWidth: 240, minWidth: 208, autoPanPadding: [16, 16], offset: [0, -6] })
    popup.setLatLng(this.#near(pin.lat, pin.lon)).setContent(content).openOn(this.#map)
    if (enter) enterInto(content.querySelector("a, button"))
    popup.getElement().addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return
      event.stopPropagation()
      this.#map.closePopup(popup)
      this.#element(id)?.focus()
    })
  }

  #groups() {
    const view = this.#map.getBounds()
    const groups = []
    for (const pin of this.#pins.values()) {
      const at = this.#near(pin.lat, pin.lon)
      if (!view.contains(at)) continue
      const spot = this.#map.latLngToContainerPoint(at)
      const group = groups.find((one) => one.spot.distanceTo(spot) < TOGETHER_PX)
      if (group) group.pins.push(pin)
      else groups.push({ spot, at, pins: [pin] })
    }
    return groups
  }

  #draw({ at, pins }) {
    const [first] = pins
    const html = document.createElement("span")
    html.className = pins.length > 1 ? "map-pin map-pin--some" : `map-pin map-pin--${first.kind}`
    html.textContent = pins.length > 1 ? pins.length : first.label
    const title = pins.length > 1 ? this.#together(pins) : first.title
    const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
    const mark = L.marker(at, { icon, keyboard: true, title, riseOnHover: true, autoPanOnFocus: false })
    const ids = pins.map((pin) => pin.id)
    mark.on("mouseover", () => this.#tell("hover", ids)).on("mouseout", () => this.#tell("leave", ids))
    mark.on("click", () => this.#choose(pins, false))
    mark.addTo(this.#layer)
    const element = mark.getElement()
    element.setAttribute("aria-label", title)
    element.dataset.pin = first.id
    element.addEventListener("focus", () => this.#tell("hover", ids))
    element.addEventListener("blur", () => this.#tell("leave", ids))
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      event.stopPropagation()
      this.#choose(pins, true)
    })
    for (const pin of pins) this.#marks.set(pin.id, mark)
  }

  #together(pins) {
    const named = pins.slice(0, 3).map((pin) => pin.title).join("; ")
    return (this.#words.some ?? "{n}: {titles}").replace("{n}", pins.length).replace("{titles}", pins.length > 3 ? `${named} …` : named)
  }

  // Several apart from each other: look closer. Several at one place: choose among them.
  #choose(pins, keyboard) {
    const bounds = L.latLngBounds(pins.map((pin) => this.#near(pin.lat, pin.lon)))
    const zoom = this.#map.getZoom()
    const closer = Math.min(CLOSEST_ZOOM, this.#map.getBoundsZoom(bounds.pad(0.3)))
    if (pins.length > 1 && closer > zoom) return this.#map.setView(bounds.getCenter(), Math.max(closer, zoom + 1), { animate: false })
    this.dispatchEvent(new CustomEvent("choose", { detail: { ids: pins.map((pin) => pin.id), keyboard } }))
  }

  #focused() {
    const pin = document.activeElement?.closest?.("[data-pin]")
    return pin ? Number(pin.dataset.pin) : null
  }

  #element(id) {
    return this.#marks.get(id)?.getElement()
  }

  #tell(type, ids) {
    this.dispatchEvent(new CustomEvent(type, { detail: ids }))
  }
}

// The keyboard goes into what has just been put on the page, as soon as that can be.
function enterInto(element, tries = 40) {
  element?.focus()
  if (element && document.activeElement !== element && tries) setTimeout(() => enterInto(element, tries - 1), 40)
}
