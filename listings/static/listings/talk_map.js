// Maps of the places in a conversation: of those that stand there (by map.js itself), and of those that come.
import { PlaceMap } from "./map.js"

const known = new WeakSet(document.querySelectorAll("[data-map]")) // a line may be put in twice until it stands right

function come(nodes) {
  for (const line of nodes) {
    for (const root of line.querySelectorAll?.("[data-map]") ?? []) {
      if (!known.has(root)) new PlaceMap(root)
      known.add(root)
    }
  }
}

for (const list of document.querySelectorAll("[data-lines]")) {
  const watch = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => come(addedNodes)))
  watch.observe(list, { childList: true })
}
