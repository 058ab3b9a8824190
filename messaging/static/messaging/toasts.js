// A small line at the top for what happens elsewhere: never for the conversation before one's eyes,
// one at a time for each conversation however much is said there.
export const SIGNS = { photo: "📷", place: "📍", offer: "📅" } // for what comes without words

export class Toasts {
  #me
  #list
  #muted = new Set()

  constructor(body, list) {
    if (!list) return
    this.#me = Number(body.dataset.member)
    this.#list = list
    document.addEventListener("live:message", ({ detail }) => this.#message(detail))
    document.addEventListener("live:unread", ({ detail }) => (this.#muted = new Set(detail.muted)))
    document.addEventListener("live:error", ({ detail }) => this.#unsaid(detail))
    document.addEventListener("parcel:refused", ({ detail }) => this.#unsaid({ ...detail, body: detail.words || SIGNS.photo }))
    document.addEventListener("talk:refused", ({ detail }) => this.#say(detail))
    document.addEventListener("live:notification", ({ detail }) => this.#show(detail.title, detail.url, detail.url))
  }

  #message({ conversation, author, name, body, kind, texts }) {
    if (author === this.#me || this.#muted.has(conversation) || this.#isHere(conversation) || texts) return
    this.#show(`${name}: ${this.#short(body) || SIGNS[kind] || "…"}`, `/messages/${conversation}/`, `talk-${conversation}`)
  }

  // It waited to be said, and cannot be said any more. Where its conversation is before one's eyes, it stands there.
  #unsaid({ client_id, conversation, body, detail }) {
    if (client_id && body && !this.#isHere(conversation)) this.#say(`“${this.#short(body)}” · ${detail}`)
  }

  #isHere(conversation) {
    return document.querySelector(`[data-conversation="${conversation}"]`)
  }

  #short(text) {
    return text.length > 90 ? `${text.slice(0, 90)}…` : text
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
