// Gives the page's address away: by the device's own sheet, else into the clipboard.
export class Share {
  #button

  constructor(button) {
    if (!navigator.share && !navigator.clipboard) return
    this.#button = button
    button.hidden = false
    button.addEventListener("click", () => this.#share())
  }

  async #share() {
    const { title, url, copied } = this.#button.dataset
    try {
      if (navigator.share) return await navigator.share({ title, url })
      await navigator.clipboard.writeText(url)
      this.#say(copied)
    } catch (error) {
      if (error.name !== "AbortError") throw error
    }
  }

  #say(words) {
    const before = this.#button.lastChild.textContent
    this.#button.lastChild.textContent = words
    this.#button.setAttribute("aria-live", "polite")
    setTimeout(() => { this.#button.lastChild.textContent = before }, 2500)
  }
}
for (const button of document.querySelectorAll("[data-share]")) new Share(button)
