// Back from a listing, the list is as long as one left it, and stands where one left it.
// What was loaded beyond the first page is kept in this tab alone, for the addresses one came from last.
const KEY = "lists"
const KEPT = 4

export class ListMemory {
  #root

  constructor(root) {
    this.#root = root
    addEventListener("pagehide", () => this.#keep())
    addEventListener("popstate", () => sessionStorage.setItem(`${KEY}-back`, location.href))
    if (this.#cameBack()) this.#restore()
  }

  get #list() {
    return this.#root.querySelector("#finds .cards")
  }

  #cameBack() {
    const back = sessionStorage.getItem(`${KEY}-back`) === location.href
    sessionStorage.removeItem(`${KEY}-back`)
    return back || performance.getEntriesByType("navigation")[0]?.type === "back_forward"
  }

  #keep() {
    if (!this.#list) return
    const kept = this.#kept().filter((one) => one.url !== location.href)
    kept.unshift({ url: location.href, html: this.#list.innerHTML, n: this.#count(this.#list), top: Math.round(scrollY) })
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept.slice(0, KEPT)))
    } catch { /* full: then one begins at the top */ }
  }

  #restore() {
    const kept = this.#kept().find((one) => one.url === location.href)
    if (!kept || !this.#list) return
    if (kept.n > this.#count(this.#list)) {
      this.#list.innerHTML = kept.html // as the server rendered and escaped it, minutes ago
      htmx.process(this.#list)
    }
    requestAnimationFrame(() => scrollTo({ top: kept.top, behavior: "instant" }))
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY) ?? "[]")
    } catch {
      return []
    }
  }

  #count(list) {
    return list.querySelectorAll(":scope > [data-listing]").length
  }
}
