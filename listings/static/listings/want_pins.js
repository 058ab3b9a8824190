// What neighbours look for, on the map of search: slips that lead to the want's page, each a real link; several
// that would cover each other are one, which looks closer.
// One fetch fills the map and some way around it; another is made only once one looks past that, or closer into many.
const MOST = 30
const AROUND = 0.35 // of the map, to each side
const WIDE_PX = 112, HIGH_PX = 28 // closer than that one slip would hide the other
const HALF_PX = 52, TALL_PX = 12, ABOVE_PX = 26 // half of a slip's sides, and how far its middle stands above its place
const SHOWN = "map-wants"

export class WantPins {
  #root
  #map
  #near
  #layer
  #switch
  #kinds = ""
  #known = null // the bounds that were asked for; null when there is more in them than was told
  #asked = 0
  #wants = []
  #zoom = null
  #pinned = [] // where the prices of what is found stand: a slip steps aside for them
  #slips = []
  #drawn

  constructor(map, root, near, drawn) {
    this.#drawn = drawn
    this.#map = map
    this.#root = root
    this.#near = near
    this.#layer = L.layerGroup()
    this.#switch = root.querySelector("[data-map-wants]")
    this.#switch.checked = localStorage.getItem(SHOWN) !== "no"
    this.#switch.addEventListener("change", () => this.#turn())
    if (this.#switch.checked) this.#layer.addTo(map)
  }

  // A new search: of one kind, of some, or of all when there are none.
  of(kinds, pinned) {
    if (kinds !== this.#kinds) this.#known = null
    this.#kinds = kinds
    this.#pinned = pinned
    this.#zoom = null
    this.look()
  }

  // What the slips cover, so that no name is written under them.
  get boxes() {
    if (!this.#switch.checked) return []
    return this.#slips.map(({ at, below }) => ({ at, up: below ? -ABOVE_PX : ABOVE_PX, width: HALF_PX, height: TALL_PX }))
  }

  // The map shows another part, or a part more closely.
  async look() {
    if (!this.#switch.checked) return
    this.#show()
    if (this.#known?.contains(this.#map.getBounds())) return
    const asked = ++this.#asked, around = this.#map.getBounds().pad(AROUND)
    const query = { bbox: box(around), page_size: MOST }
    if (this.#kinds && !this.#kinds.includes(",")) query.kind = this.#kinds
    try {
      const answer = await fetch(`${this.#root.dataset.wants}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } })
      if (!answer.ok || asked !== this.#asked) return
      const { results, next } = await answer.json()
      if (asked !== this.#asked) return
      this.#known = next ? null : around
      this.#show(results.filter((want) => !this.#kinds || this.#kinds.split(",").includes(want.kind)))
    } catch { /* offline: the things found stay */ }
  }

  #turn() {
    localStorage.setItem(SHOWN, this.#switch.checked ? "yes" : "no")
    this.#drawn()
    if (!this.#switch.checked) return this.#layer.remove()
    this.#layer.addTo(this.#map)
    this.look()
  }

  // Drawn anew only when others are to be seen or they stand otherwise apart, so that the keyboard keeps its place.
  #show(wants = this.#wants) {
    const zoom = this.#map.getZoom(), same = wants.map((want) => want.id).join() === this.#wants.map((want) => want.id).join()
    if (same && zoom === this.#zoom) return
    const focused = document.activeElement?.dataset?.wantPin
    this.#wants = wants
    this.#zoom = zoom
    this.#layer.clearLayers()
    this.#slips = this.#groups().map((group) => this.#pin(group))
    this.#drawn()
    if (focused) this.#map.getContainer().querySelector(`[data-want-pin="${focused}"]`)?.focus({ preventScroll: true })
  }

  // Those that would cover each other stand as one, until one looks closer.
  #groups() {
    const groups = []
    for (const want of this.#wants) {
      const place = this.#map.project([want.lat, want.lon]), below = this.#hides(place)
      const spot = { x: place.x, y: place.y + (below ? ABOVE_PX : -ABOVE_PX) } // the middle of the slip
      const group = groups.find((one) => touching(one.place, place) || touching(one.spot, spot))
      if (group && this.#map.getZoom() < this.#map.getMaxZoom()) group.wants.push(want)
      else groups.push({ place, spot, below, wants: [want] })
    }
    return groups
  }

  #pin({ below, wants }) {
    const [{ id, lat, lon }] = wants, at = this.#near(lat, lon), titles = wants.map((want) => want.title).join("; ")
    const html = document.createElement(wants.length > 1 ? "button" : "a")
    html.className = below ? "map-pin map-pin--want map-pin--below" : "map-pin map-pin--want"
    html.dataset.wantPin = id
    html.textContent = wants.length > 1 ? wants.length : titles
    html.title = titles
    html.setAttribute("aria-label", (this.#root.dataset.lookedFor ?? "{titles}").replace("{titles}", () => titles))
    if (wants.length > 1) html.addEventListener("click", () => this.#closer(wants))
    else html.href = this.#root.dataset.want.replace("/0/", `/${id}/`)
    html.draggable = false
    html.addEventListener("keydown", (event) => event.stopPropagation()) // Enter is the link's, the map keeps out of it
    const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
    L.marker(at, { icon, keyboard: false, riseOnHover: true, zIndexOffset: -300 }).addTo(this.#layer)
    return { at, below }
  }

  // Whether a slip above its place would lie over something found.
  #hides(place) {
    return this.#pinned.some(({ lat, lon }) => {
      const pin = this.#map.project([lat, lon])
      return Math.abs(pin.x - place.x) < HALF_PX + 26 && Math.abs(pin.y - place.y + ABOVE_PX) < TALL_PX + 16
    })
  }

  #closer(wants) {
    const bounds = L.latLngBounds(wants.map((want) => this.#near(want.lat, want.lon)))
    const zoom = Math.max(this.#map.getBoundsZoom(bounds.pad(0.5)), this.#map.getZoom() + 1)
    this.#map.setView(bounds.getCenter(), Math.min(zoom, this.#map.getMaxZoom()), { animate: false })
  }
}

function touching(one, other) {
  return Math.abs(one.x - other.x) < WIDE_PX && Math.abs(one.y - other.y) < HIGH_PX
}

// west,south,east,north as the API reads it, also where the map has been turned past the date line.
function box(bounds) {
  const turned = (degrees) => ((degrees + 180) % 360 + 360) % 360 - 180
  const all = bounds.getEast() - bounds.getWest() >= 360
  const [west, east] = all ? [-180, 180] : [turned(bounds.getWest()), turned(bounds.getEast())]
  return [west, Math.max(-90, bounds.getSouth()), east, Math.min(90, bounds.getNorth())].map((degrees) => degrees.toFixed(4)).join(",")
}
