// What was begun and not sent yet, kept in this browser for each conversation until it is sent, a month has gone by,
// or its member signs out; then nothing of theirs is left for whoever sits here next.
const PREFIX = "commonshare-draft-"
const OURS = [PREFIX, "commonshare-outgoing-"]
const DAYS = 30 * 24 * 60 * 60 * 1000

export class Draft {
  #key

  constructor(conversation) {
    this.#key = `${PREFIX}${document.body.dataset.member}-${conversation}`
  }

  get() {
    const kept = localStorage.getItem(this.#key)
    if (!kept) return {}
    try {
      const draft = JSON.parse(kept)
      return Date.now() - draft.at < DAYS ? draft : {}
    } catch {
      return {}
    }
  }

  set(draft) {
    try {
      if (draft.body || draft.reply_to) localStorage.setItem(this.#key, JSON.stringify({ ...draft, at: Date.now() }))
      else localStorage.removeItem(this.#key)
    } catch {
      // private mode: the draft lives as long as the page
    }
  }
}

export function forgetAtSignOut(address, forgetMore) {
  document.addEventListener("submit", ({ target }) => {
    if (new URL(target.action, location.href).pathname !== address) return
    forgetMore()
    for (const key of Object.keys(localStorage)) {
      if (OURS.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key)
    }
  })
}
