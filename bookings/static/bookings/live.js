// A booking that stays current: when its conversation gets a line about a step, or the server says that the page is
// stale (a card was charged, a proposal ran out), the booking is fetched again. What is half filled in is never
// thrown away: then a line offers to show what has changed.
const AWAY = 20_000

export class LiveBooking {
  #left = 0
  #asked = false
  #asking // the element that asks for its successor
  #again = false
  #opened = false
  #looking = false // whether anything has changed, which is not news

  constructor() {
    document.addEventListener("live:message", ({ detail }) => this.#heard(detail))
    document.addEventListener("live:stale", ({ detail }) => detail.url === this.#booking?.getAttribute("hx-get") && this.#changed())
    document.addEventListener("live:open", () => this.#connected())
    document.addEventListener("click", ({ target }) => target.closest("[data-refresh]") && this.#fetch(true))
    document.addEventListener("input", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    document.addEventListener("change", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    // While the camera is open nothing is filled in yet, but a form that is fetched anew would lose what it takes.
    document.addEventListener("click", ({ target }) => target.matches("input[type=file]") && target.closest("[data-step-form]")?.setAttribute("data-picking", ""))
    document.addEventListener("cancel", ({ target }) => target.closest?.("[data-step-form]")?.removeAttribute("data-picking"), true)
    document.addEventListener("visibilitychange", () => this.#watched())
    document.addEventListener("htmx:beforeSwap", (event) => this.#arrived(event))
    document.addEventListener("htmx:afterRequest", (event) => this.#over(event))
  }

  #heard({ conversation, kind }) {
    if (kind === "event" && Number(this.#booking?.dataset.conversationId) === conversation) this.#changed()
  }

  // Frames are not kept: what went by without a socket is asked for. Where a card is at work, it may have answered
  // between the page and its socket.
  #connected() {
    const first = !this.#opened, moving = "moving" in (this.#booking?.dataset ?? {})
    this.#opened = true
    this.#looking = first && moving && !this.#begun
    if (!first || moving) this.#changed()
  }

  #watched() {
    if (document.hidden) this.#left = Date.now()
    else if (this.#left && Date.now() - this.#left > AWAY) this.#changed()
  }

  #changed() {
    const booking = this.#booking
    if (!booking) return
    if (this.#begun) booking.querySelector("[data-changed]").hidden = false
    else this.#fetch()
  }

  // Somebody may have begun to fill in the form while the newer booking was on its way.
  #arrived(event) {
    if (!this.#ours(event)) return
    if (!this.#looking) for (const news of document.querySelectorAll("#flashes > .flash--success")) news.remove() // it speaks of before
    if (this.#asked || !this.#begun) return
    event.detail.shouldSwap = false
    this.#booking.querySelector("[data-changed]").hidden = false
  }

  // The answer takes the place of what had asked, so what was to be asked next would be lost with it.
  #over(event) {
    if (!this.#ours(event)) return
    this.#asking = undefined
    this.#looking = false
    if (!this.#again) return
    this.#again = false
    this.#changed()
  }

  #ours(event) {
    return event.detail.requestConfig?.triggeringEvent?.type === "booking-changed"
  }

  get #begun() {
    return this.#booking?.querySelector("[data-begun], [data-picking], [data-asking]")
  }

  #fetch(asked = false) {
    this.#asked = asked
    if (this.#asking?.isConnected) {
      this.#again = true
      return
    }
    this.#asking = this.#booking
    this.#asking?.dispatchEvent(new Event("booking-changed"))
  }

  get #booking() {
    return document.querySelector("[data-live-booking]")
  }
}

new LiveBooking()
