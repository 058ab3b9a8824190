// What goes as a form because it is more than words: photos above all. One sees how far it has come; what did not get
// through can be sent again as long as the page lives.
import { isSentence } from "./drawn.js"

export class Carrier {
  #address
  #waiting = new Map()

  constructor(address) {
    this.#address = address
  }

  has(client_id) {
    return this.#waiting.has(client_id)
  }

  // Answers { line } as the server drew it, { refused } with its sentence, or {} when the network was away.
  async carry(client_id, form, progress) {
    form.set("client_id", client_id)
    form.delete("next")
    this.#waiting.set(client_id, form)
    return this.again(client_id, progress)
  }

  again(client_id, progress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest() // fetch does not say how far an upload has come
      request.open("POST", this.#address)
      request.setRequestHeader("X-Part", "line")
      request.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total))
      request.addEventListener("error", () => resolve({}))
      request.addEventListener("load", () => {
        const said = request.status === 201
        if (!said && !isSentence(request.getResponseHeader("Content-Type"))) return resolve({})
        this.#waiting.delete(client_id)
        resolve(said ? { line: request.responseText } : { refused: request.responseText })
      })
      request.send(this.#waiting.get(client_id))
    })
  }
}
