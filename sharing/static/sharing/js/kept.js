// What waits in this browser for a network, files and all: it outlives the page. One database for each kind of thing.
const STORE = "kept"

export class Kept {
  #name

  constructor(name) {
    this.#name = name
  }

  static get possible() {
    return "indexedDB" in globalThis
  }

  // Without a key it gets the next number: in the order in which things were put there.
  put(thing, key) {
    return this.#store("readwrite", (store) => store.put(thing, key))
  }

  delete(key) {
    return this.#store("readwrite", (store) => store.delete(key))
  }

  clear() {
    return this.#store("readwrite", (store) => store.clear())
  }

  // [[key, thing], …] by their keys.
  entries() {
    return this.#store("readonly", async (store) => {
      const [keys, things] = await Promise.all([done(store.getAllKeys()), done(store.getAll())])
      return keys.map((key, index) => [key, things[index]])
    })
  }

  async #store(mode, deed) {
    const base = await done(Object.assign(indexedDB.open(this.#name, 1), {
      onupgradeneeded: ({ target }) => target.result.createObjectStore(STORE, { autoIncrement: true }),
    }))
    try {
      const result = deed(base.transaction(STORE, mode).objectStore(STORE))
      return await (result instanceof IDBRequest ? done(result) : result)
    } finally {
      base.close()
    }
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
