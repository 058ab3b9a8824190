// The ground of every map: Leaflet, fetched only once a map comes into view, and what lies under the pins.
// With no tiles set it draws the land's outline, the names of towns and a quiet grid, all from this server.
const LEAFLET = new URL("../leaflet/leaflet.js", import.meta.url).href
const LEAFLET_CSS = new URL("../leaflet/leaflet.css", import.meta.url).href
const LAND = new URL("./land.json", import.meta.url).href
const OUTLINE_UNTIL_ZOOM = 10 // closer than that the outline is coarser than the map

let leaflet, land

export class BaseMap {
  #root
  #labels
  #outline
  #asked = 0
  #named = [] // places that have their names already
  #covered = [] // what stands on the map: { at: [lat, lon], up, width, height } in pixels, halves of a side
  #names = []

  static async on(root, options = {}) {
    await loadLeaflet()
    const map = new BaseMap(root, options)
    await map.#draw()
    return map
  }

  constructor(root, { still = false } = {}) {
    this.#root = root
    this.canvas = document.createElement("div")
    this.canvas.className = "map__canvas"
    root.prepend(this.canvas)
    this.leaflet = L.map(this.canvas, {
      zoomControl: false, attributionControl: false, worldCopyJump: true, minZoom: 2, maxZoom: 18, zoomSnap: 0.5,
      scrollWheelZoom: !still, dragging: !still || !L.Browser.mobile, keyboard: !still, fadeAnimation: !calm(), zoomAnimation: !calm(),
      markerZoomAnimation: !calm(), inertia: !calm(),
    })
    const words = root.dataset
    if (words.keys) { // the arrow keys are the map's, also where a screen reader has its own
      this.canvas.setAttribute("role", "application")
      this.canvas.setAttribute("aria-label", words.keys)
    }
    L.control.zoom({ position: "bottomright", zoomInTitle: words.in ?? "+", zoomOutTitle: words.out ?? "−" }).addTo(this.leaflet)
    const by = [words.tilesBy, words.source].filter(Boolean)
    if (by.length) L.control.attribution({ position: "bottomleft", prefix: false }).addAttribution(by.map(escape).join(" · ")).addTo(this.leaflet)
  }

  // Where the map looks; call once before anything else is put on it.
  look(center, zoom) {
    this.leaflet.setView(center, zoom, { animate: false })
  }

  // Towns are not named again where these [lat, lon] have a name of their own.
  set named(places) {
    this.#named = places
  }

  // Nor under what stands on the map. Drawn anew at once, for pins and slips come after the names.
  set covered(boxes) {
    this.#covered = boxes
    if (this.#labels) this.#write()
  }

  onMoved(act) {
    this.leaflet.on("moveend", act)
  }

  get box() {
    const bounds = this.leaflet.getBounds()
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  }

  async #draw() {
    this.leaflet.setView([20, 0], 2, { animate: false })
    if (this.#root.dataset.tiles) {
      L.tileLayer(this.#root.dataset.tiles, { maxZoom: 19 }).addTo(this.leaflet)
      return
    }
    this.#labels = L.layerGroup().addTo(this.leaflet)
    this.leaflet.createPane("ground").style.zIndex = 200
    this.leaflet.createPane("names").style.zIndex = 350
    this.#grid().addTo(this.leaflet)
    await this.#drawLand()
    this.onMoved(() => this.#ground())
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#ground(true))
    this.#ground()
  }

  async #drawLand() {
    try {
      land ??= fetch(LAND).then((answer) => answer.json()).then(unpack)
      this.#outline = L.polygon(await land, {
        pane: "ground", renderer: L.canvas({ pane: "ground", padding: 0.4 }), interactive: false, weight: 1, smoothFactor: 1.2,
        color: colour(this.#root, "--map-edge"), fillColor: colour(this.#root, "--map-land"), fillOpacity: 1, noClip: false,
      })
    } catch { /* offline: names and pins still help */ }
  }

  // From far off land lies in water; close by all is ground, because the outline would be wrong by streets.
  #ground(anew = false) {
    const far = this.leaflet.getZoom() < OUTLINE_UNTIL_ZOOM && Boolean(this.#outline)
    this.#root.classList.toggle("is-far", far)
    if (this.#outline) {
      if (anew) this.#outline.setStyle({ color: colour(this.#root, "--map-edge"), fillColor: colour(this.#root, "--map-land") })
      if (far) this.#outline.addTo(this.leaflet)
      else this.#outline.remove()
    }
    this.#nameTowns()
  }

  // Quiet lines every few pixels' worth of degrees, so that moving close by is seen to move.
  #grid() {
    const Grid = L.GridLayer.extend({
      createTile() {
        const tile = document.createElement("div")
        tile.className = "map__grid"
        return tile
      },
    })
    return new Grid({ tileSize: 128, pane: "ground", className: "map__grids", noWrap: false })
  }

  async #nameTowns() {
    const asked = ++this.#asked
    const url = this.#root.dataset.labels
    if (!url) return
    const box = this.box.map((degrees) => degrees.toFixed(2)).join(",")
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ bbox: box, zoom: Math.round(this.leaflet.getZoom()) })}`)
      if (!answer.ok) return
      const { results } = await answer.json()
      if (asked !== this.#asked) return
      this.#names = results
      this.#write()
    } catch { /* offline */ }
  }

  #write() {
    this.#labels.clearLayers()
    const taken = [...this.#named.map((at) => ({ at, up: 23, width: 50, height: 11 })), ...this.#covered].map((box) => this.#placed(box))
    for (const { name, lat, lon, size } of this.#names) {
      const here = this.#placed({ at: nearestCopy(lat, lon, this.leaflet.getCenter().lng), up: 14, width: name.length * 4.4 + 8, height: 9 })
      if (taken.some((other) => Math.abs(other.y - here.y) < other.height + here.height && Math.abs(other.x - here.x) < other.width + here.width)) continue
      taken.push(here)
      const html = document.createElement("span")
      html.className = `map-label map-label--${size}`
      html.textContent = name
      const icon = L.divIcon({ html, className: "map__mark", iconSize: [0, 0] })
      L.marker(nearestCopy(lat, lon, this.leaflet.getCenter().lng), { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.#labels)
    }
  }

  // Where on the map the middle of a box lies that stands so far above its point.
  #placed({ at, up, width, height }) {
    const { x, y } = this.leaflet.latLngToContainerPoint(at)
    return { x, y: y - up, width, height }
  }
}

export function colour(element, name) {
  const probe = document.createElement("i")
  probe.style.color = `var(${name})`
  element.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches
}

// Runs once the element is on screen: nothing is fetched for a map nobody sees.
export function whenSeen(element, act) {
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return
    watch.disconnect()
    act()
  }, { rootMargin: "200px" })
  watch.observe(element)
}

function loadLeaflet() {
  leaflet ??= new Promise((resolve, reject) => {
    const style = document.createElement("link")
    style.rel = "stylesheet"
    style.href = LEAFLET_CSS
    const script = document.createElement("script")
    script.src = LEAFLET
    script.addEventListener("load", resolve)
    script.addEventListener("error", reject)
    document.head.prepend(style) // before our own, so that ours decide
    document.head.append(script)
  })
  return leaflet
}

// Rings as differences, three times side by side: the world goes on beyond the antimeridian.
function unpack({ scale, rings }) {
  const plain = rings.map((ring) => {
    const points = []
    let lon = 0, lat = 0
    for (let at = 0; at < ring.length; at += 2) {
      lon += ring[at]
      lat += ring[at + 1]
      points.push([lat / scale, lon / scale])
    }
    return points
  })
  return [-360, 0, 360].flatMap((turn) => plain.map((ring) => ring.map(([lat, lon]) => [lat, lon + turn])))
}

// The world repeats: the copy of a place that is nearest to where one looks.
function nearestCopy(lat, lon, around) {
  return [lat, lon + 360 * Math.round((around - lon) / 360)]
}

function escape(text) {
  const span = document.createElement("span")
  span.textContent = text
  return span.innerHTML
}
