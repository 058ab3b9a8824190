// Lets this browser be rung, or not any more. The server keeps the address the browser gives out.
export class Push {
  #box
  #button
  #said

  constructor(box) {
    this.#box = box
    this.#button = box.querySelector("[data-push-on]")
    this.#said = box.querySelector("[data-push-said]")
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return
    this.#button.addEventListener("click", () => this.#subscribe())
    for (const form of box.querySelectorAll("[data-push-remove]")) {
      form.addEventListener("submit", () => this.#forget(form))
    }
    this.#offer()
  }

  // Not where this very browser is on the list already; one that was taken off it elsewhere may come back.
  async #offer() {
    const worker = await navigator.serviceWorker.ready
    const known = await worker.pushManager.getSubscription()
    const listed = [...this.#box.querySelectorAll("[data-endpoint]")].some((row) => row.dataset.endpoint === known?.endpoint)
    this.#button.hidden = listed && Notification.permission === "granted"
  }

  async #subscribe() {
    this.#button.disabled = true
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.#say(this.#box.dataset.denied)
      const worker = await navigator.serviceWorker.ready
      const applicationServerKey = this.#bytes(this.#box.dataset.key)
      await (await worker.pushManager.getSubscription())?.unsubscribe() // it may hold another house's key
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
      const answer = await this.#post({ ...subscription.toJSON(), name: this.#name() })
      if (!answer.ok) throw new Error(answer.status)
      location.reload()
    } catch {
      this.#say(this.#box.dataset.failed)
    } finally {
      this.#button.disabled = false
    }
  }

  // What is taken off the list may be this browser: then it need not listen any more.
  async #forget(form) {
    const worker = await navigator.serviceWorker.ready
    const known = await worker.pushManager.getSubscription()
    if (known && form.closest("[data-endpoint]")?.dataset.endpoint === known.endpoint) await known.unsubscribe()
  }

  #post({ endpoint, keys, name }) {
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? ""
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token }
    const body = JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth, name })
    return fetch(this.#box.dataset.devices, { method: "POST", headers, body })
  }

  #name() {
    const { userAgentData: facts, userAgent } = navigator
    const brand = facts?.brands?.map(({ brand }) => brand).find((name) => !/Not|Chromium/.test(name))
    const browser = brand ?? /Firefox|Edg|OPR|Chrome|Safari/.exec(userAgent)?.[0] ?? ""
    const system = facts?.platform ?? /Android|iPhone|iPad|Windows|Mac|Linux/.exec(userAgent)?.[0] ?? ""
    return [browser, system].filter(Boolean).join(" · ")
  }

  #say(words) {
    this.#said.textContent = words
  }

  #bytes(key) {
    const text = atob(key.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-key.length & 3))
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  }
}

for (const box of document.querySelectorAll("[data-push]")) new Push(box)
