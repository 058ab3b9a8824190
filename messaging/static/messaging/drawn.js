// Lines that are more than words: the server alone knows how they look. Those that are wanted are asked for together;
// what could not be had for want of a network is asked for again with the next one.
const TOGETHER = 60 // milliseconds
const MOST = 50

// A refusal is a sentence; all else that is no line (a page that says sign in, not found) is for nobody's eyes here.
export function isSentence(type) {
  return Boolean(type?.startsWith("text/plain"))
}

export class Drawn {
  #address
  #put
  #wanted = new Set()
  #soon

  constructor(address, put) {
    this.#address = `${address}lines/`
    this.#put = put
    document.addEventListener("live:open", () => this.#later())
  }

  want(sequence) {
    this.#wanted.add(Number(sequence))
    this.#later()
  }

  // A form of a line: done without leaving the page. The answer is the line as it is now, or a sentence.
  async send(form, submitter) {
    const { unreached, trouble } = document.querySelector("[data-flashes]").dataset
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form, submitter), headers: { "X-Part": "line" },
      })
      const text = await answer.text()
      if (!answer.ok || answer.redirected) return isSentence(answer.headers.get("Content-Type")) ? text : trouble
      this.putAll(text)
      return ""
    } catch {
      return unreached
    }
  }

  putAll(text) {
    const part = document.createElement("template")
    part.innerHTML = text // rendered and escaped by the server
    for (const line of [...part.content.querySelectorAll("[data-line]")]) this.#put(line)
  }

  #later() {
    if (this.#wanted.size) this.#soon ??= setTimeout(() => this.#fetch(), TOGETHER)
  }

  async #fetch() {
    const asked = [...this.#wanted].slice(0, MOST)
    try {
      const answer = await fetch(`${this.#address}?of=${asked}`)
      if (!answer.ok || answer.redirected) return
      const text = await answer.text()
      for (const sequence of asked) this.#wanted.delete(sequence)
      this.putAll(text)
    } catch {
      return // until there is a network
    } finally {
      this.#soon = undefined
    }
    this.#later()
  }
}
