// A booking that stays current: when its conversation gets a line about a step, the booking is fetched again.
// What is half filled in is never thrown away: then a line offers to show what has changed.
const AWAY = 20_000

export class LiveBooking {
  #left = 0
  #asked = false

  constructor() {
    document.addEventListener("live:message", ({ detail }) => this.#heard(detail))
    document.addEventListener("click", ({ target }) => target.closest("[data-refresh]") && this.#fetch(true))
    document.addEventListener("input", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    document.addEventListener("change", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    document.addEventListener("visibilitychange", () => this.#watched())
    document.addEventListener("htmx:beforeSwap", (event) => this.#arrived(event))
  }

  #heard({ conversation, kind }) {
    if (kind === "event" && Number(this.#booking?.dataset.conversationId) === conversation) this.#changed()
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
    if (event.detail.requestConfig?.triggeringEvent?.type !== "booking-changed") return
    for (const news of document.querySelectorAll("#flashes > .flash--success")) news.remove() // it speaks of before
    if (this.#asked || !this.#begun) return
    event.detail.shouldSwap = false
    this.#booking.querySelector("[data-changed]").hidden = false
  }

  get #begun() {
    return this.#booking?.querySelector("[data-begun]")
  }

  #fetch(asked = false) {
    this.#asked = asked
    this.#booking?.dispatchEvent(new Event("booking-changed"))
  }

  get #booking() {
    return document.querySelector("[data-live-booking]")
  }
}

new LiveBooking()
