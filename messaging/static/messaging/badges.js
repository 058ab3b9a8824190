// The figures in the header, right in every tab: conversations with something new, and notifications.
export class Badges {
  #me
  #unread // conversations; unknown until the first answer
  #muted = new Set()
  #notifications
  #visited = false

  constructor(body) {
    this.#me = Number(body.dataset.member)
    const hear = (type, deed) => document.addEventListener(`live:${type}`, ({ detail }) => deed(detail))
    hear("unread", (frame) => this.#set(frame))
    hear("message", (frame) => this.#message(frame))
    hear("seen", ({ member, conversation }) => member === this.#me && this.#read(conversation))
    hear("frame", ({ type, conversation }) => type === "seen" && this.#read(conversation))
    hear("notification", () => this.#notified())
    hear("read", () => document.dispatchEvent(new CustomEvent("live:frame", { detail: { type: "unread" } })))
  }

  #set({ conversations, notifications, muted }) {
    this.#unread = new Set(conversations)
    this.#muted = new Set(muted)
    this.#notifications = notifications
    this.#show()
    if (notifications) this.#visit()
  }

  // Who stands on the page that a notification leads to has no need of it any more.
  #visit() {
    if (this.#visited) return
    this.#visited = true
    document.dispatchEvent(new CustomEvent("live:frame", { detail: { type: "visit", url: location.pathname } }))
  }

  #message({ conversation, author }) {
    if (author === this.#me || !this.#unread || this.#muted.has(conversation)) return
    this.#unread.add(conversation)
    this.#show()
  }

  #read(conversation) {
    if (this.#unread?.delete(conversation)) this.#show()
  }

  #notified() {
    if (this.#notifications === undefined) return
    this.#notifications += 1
    this.#show()
  }

  #show() {
    this.#write("messages", this.#unread.size)
    this.#write("notifications", this.#notifications)
  }

  #write(name, count) {
    const text = count > 99 ? "99+" : count ? String(count) : ""
    for (const badge of document.querySelectorAll(`[data-badge=${name}]`)) {
      if (badge.textContent !== text) badge.textContent = text
    }
  }
}
