// Recomputes a community's chain in this browser: reads the books line by line as they come in, makes the SHA-256
// of each entry with WebCrypto, and says whether every seal fits. What it says comes from data- attributes.
export class Recompute {
  static batch = 400
  static sealed = 15 // the columns of an entry that its seal is made of; the seal itself follows them

  #root
  #said
  #progress
  #before = "0".repeat(64)
  #entries = 0
  #pool = 0n

  constructor(root) {
    this.#root = root
    this.#said = root.querySelector("[data-said]")
    this.#progress = root.querySelector("[data-progress]")
    root.hidden = false
    root.querySelector("[data-start]").addEventListener("click", (event) => this.#start(event.currentTarget))
  }

  async #start(button) {
    if (!globalThis.crypto?.subtle) return this.#say("insecure")
    button.disabled = true
    this.#progress.hidden = false
    this.#before = "0".repeat(64)
    this.#entries = 0
    this.#pool = 0n
    try {
      const broken = await this.#read()
      if (broken) this.#say("broken", { n: broken })
      else if (!this.#entries) this.#say("empty")
      else this.#say("sound", { n: this.#entries.toLocaleString(this.#language), pool: this.#money(), seal: `${this.#before.slice(0, 16)}…` })
    } catch {
      this.#say("unreached")
    }
    button.disabled = false
    this.#progress.hidden = true
  }

  // The number of the first entry that does not fit, 0 when all do.
  async #read() {
    const answer = await fetch(this.#root.dataset.recompute)
    if (!answer.ok) throw new Error(answer.statusText)
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ""
    let rows = []
    let whole = false
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const lines = (rest + value).split("\n")
      rest = lines.pop()
      for (const line of lines) {
        if (line === "]}") whole = true
        if (!line.startsWith("[")) continue
        rows.push(JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line))
        if (rows.length < Recompute.batch) continue
        const broken = await this.#check(rows)
        if (broken) return broken
        rows = []
        this.#say("running", { n: this.#entries.toLocaleString(this.#language) })
      }
    }
    if (!whole) throw new Error("cut off")
    return this.#check(rows)
  }

  async #check(rows) {
    const seals = await Promise.all(rows.map((row) => this.#seal(row.slice(0, Recompute.sealed).join("\n"))))
    for (const [index, row] of rows.entries()) {
      this.#entries += 1
      if (row[0] !== this.#before || row[2] !== this.#entries || row[Recompute.sealed] !== seals[index]) return this.#entries
      this.#before = seals[index]
      this.#pool += BigInt(row.at(-1))
    }
    return 0
  }

  async #seal(text) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  }

  #money() {
    const format = new Intl.NumberFormat(this.#language, { style: "currency", currency: this.#root.dataset.currency })
    return format.format(Number(this.#pool) / 10 ** format.resolvedOptions().maximumFractionDigits)
  }

  get #language() {
    return document.documentElement.lang || undefined
  }

  #say(what, values = {}) {
    this.#said.textContent = this.#root.dataset[what].replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "")
  }
}

for (const root of document.querySelectorAll("[data-recompute]")) new Recompute(root)
