// News at the top of the page: each can be closed; good news goes by itself unless it is read or pointed at.
// A request that failed on the way says so here, in the words the page brought along.
const SECONDS = 8

export class Flashes {
  #list

  constructor(list) {
    if (!list) return
    this.#list = list
    list.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".flash").remove())
    new MutationObserver((changes) => changes.forEach((change) => this.#watch(change.addedNodes))).observe(list, { childList: true })
    this.#watch(list.children)
    for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
      document.addEventListener(trouble, (event) => this.#trouble(event))
    }
  }

  say(text, kind = "info") {
    const flash = this.#list.querySelector("template").content.firstElementChild.cloneNode(true)
    flash.classList.add(`flash--${kind}`)
    flash.querySelector("p").textContent = text
    this.#list.append(flash)
  }

  #watch(nodes) {
    for (const flash of nodes) {
      if (!flash.matches?.(".flash--success, .flash--info")) continue
      setTimeout(() => this.#leave(flash), SECONDS * 1000)
    }
  }

  #leave(flash) {
    if (flash.matches(":hover, :focus-within")) return setTimeout(() => this.#leave(flash), 2000)
    flash.remove()
  }

  #trouble(event) {
    const status = event.detail.xhr?.status
    if (status === 401 || status === 403) return location.reload()
    this.say(status ? this.#list.dataset.trouble : this.#list.dataset.unreached, "error")
  }
}
