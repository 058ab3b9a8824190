// What a conversation is about, beside it (above it on a phone): asked for anew when the house has written a line into
// the conversation, or says that what is shown here is different now.
const PAUSE = 250 // milliseconds: one deed may write several lines

export class About {
  #aside
  #conversation
  #soon

  constructor(aside) {
    this.#aside = aside
    this.#conversation = Number(aside.dataset.aboutOf)
    const hear = (type, concerns) => document.addEventListener(`live:${type}`, ({ detail }) => concerns(detail) && this.#later())
    hear("message", ({ conversation, texts }) => conversation === this.#conversation && texts)
    hear("stale", ({ url }) => [...aside.querySelectorAll("a")].some((link) => link.getAttribute("href").startsWith(url)))
  }

  #later() {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.#load(), PAUSE)
  }

  async #load() {
    try {
      const answer = await fetch(this.#aside.dataset.address, { headers: { "X-Part": "about" } })
      if (!answer.ok || answer.redirected) return
      const part = document.createElement("template")
      part.innerHTML = await answer.text() // rendered and escaped by the server
      this.#put(part.content)
    } catch {
      // no network: the next line asks again
    }
  }

  // Style sheets that are there already stay, so that nothing stands there without its looks for a moment.
  #put(part) {
    const held = this.#aside.contains(document.activeElement)
    for (const link of part.querySelectorAll("link")) {
      if (this.#aside.querySelector(`link[href="${link.getAttribute("href")}"]`)) link.remove()
    }
    for (const old of [...this.#aside.children]) if (old.tagName !== "LINK") old.remove()
    this.#aside.append(part)
    if (!held) return
    this.#aside.tabIndex = -1
    this.#aside.focus({ preventScroll: true })
  }
}

for (const aside of document.querySelectorAll("[data-about-of]")) new About(aside)
