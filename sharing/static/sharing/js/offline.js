// The service worker keeps the last seen bookings and messages for a trip without network.
// What one member saw is forgotten when another signs in here, or nobody is.
const SEEN = "commonshare-seen"

export class Offline {
  #body

  constructor(body) {
    this.#body = body
    if (!("serviceWorker" in navigator) || !body.dataset.worker) return
    this.#forgetOthers()
    navigator.serviceWorker.register(body.dataset.worker, { scope: "/" }).catch(() => {})
    addEventListener("online", () => this.#show())
    addEventListener("offline", () => this.#show())
    this.#show()
  }

  #show() {
    const line = document.querySelector("[data-offline-line]")
    if (line) line.hidden = navigator.onLine
  }

  #forgetOthers() {
    const member = this.#body.dataset.member ?? ""
    if (!navigator.onLine || localStorage.getItem("member") === member) return
    localStorage.setItem("member", member)
    caches.delete(SEEN)
  }
}
