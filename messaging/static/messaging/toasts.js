// A small line at the top for what happens elsewhere: never for the conversation before one's eyes,
// one at a time for each conversation however much is said there.
export class Toasts {
  #me
  #list

  constructor(body, list) {
    if (!list) return
    this.#me = Number(body.dataset.member)
    this.#list = list
    document.addEventListener("live:message", ({ detail }) => this.#message(detail))
    document.addEventListener("talk:refused", ({ detail }) => this.#say(detail))
    document.addEventListener("live:notification", ({ detail }) => this.#show(detail.title, detail.url, detail.url))
  }

  #message({ conversation, author, name, body, texts, created }) {
    if (author === this.#me || document.querySelector(`[data-conversation="${conversation}"]`)) return
    if (texts || Date.now() - Date.parse(created) > 60_000) return // what was missed is told by the badge
    const said = body.length > 90 ? `${body.slice(0, 90)}…` : body
    this.#show(`${name}: ${said}`, `/messages/${conversation}/`, `talk-${conversation}`)
  }

  #say(sentence) {
    const flash = this.#flash("error")
    flash.querySelector("p").textContent = sentence
    this.#list.append(flash)
  }

  #flash(kind) {
    const flash = this.#list.querySelector("template").content.firstElementChild.cloneNode(true)
    flash.classList.add(`flash--${kind}`)
    return flash
  }

  #show(text, url, about) {
    this.#list.querySelector(`[data-about="${CSS.escape(about)}"]`)?.remove()
    const flash = this.#flash("info")
    flash.dataset.about = about
    const link = document.createElement("a")
    link.href = url
    link.textContent = text
    flash.querySelector("p").replaceChildren(link)
    this.#list.append(flash)
  }
}
