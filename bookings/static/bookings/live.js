// A booking that stays current: when its conversation gets a line about a step, the booking is fetched again.
// What is half filled in is never thrown away: then a line offers to show what has changed.
const AWAY = 20_000

export class LiveBooking {
  #left = 0

  constructor() {
    document.addEventListener("live:message", ({ detail }) => this.#heard(detail))
    document.addEventListener("click", ({ target }) => target.closest("[data-refresh]") && this.#fetch())
    document.addEventListener("input", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    document.addEventListener("change", ({ target }) => target.closest("[data-step-form]")?.setAttribute("data-begun", ""))
    document.addEventListener("visibilitychange", () => this.#watched())
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
    if (booking.querySelector("[data-begun]")) booking.querySelector("[data-changed]").hidden = false
    else this.#fetch()
  }

  #fetch() {
    this.#booking?.dispatchEvent(new Event("booking-changed"))
  }

  get #booking() {
    return document.querySelector("[data-live-booking]")
  }
}

new LiveBooking()
