// The field one writes in: Enter sends and Shift+Enter breaks the line (on a touch keyboard Enter breaks it),
// it grows with the text, and what was begun is kept in the browser until it is sent.
import { Draft } from "./drafts.js"

const TYPING = 3_000

export class Composer {
  #form
  #field
  #say
  #type
  #typed = 0
  #draft

  constructor(form, conversation, say, type) {
    this.#form = form
    this.#field = form.elements.body
    this.#say = say
    this.#type = type
    this.#draft = new Draft(conversation)
    if (!this.#field.value) this.#field.value = this.#draft.get().body ?? ""
    form.addEventListener("submit", (event) => this.#submit(event))
    this.#field.addEventListener("keydown", (event) => this.#key(event))
    this.#field.addEventListener("input", () => this.#input())
    this.#grow()
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #submit(event) {
    event.preventDefault()
    const body = this.#field.value.trim()
    if (!body) return
    this.#field.value = ""
    this.#keep()
    this.#grow()
    this.#field.focus()
    this.#say(body)
  }

  #input() {
    this.#grow()
    this.#keep()
    if (!this.#field.value.trim() || Date.now() - this.#typed < TYPING) return
    this.#typed = Date.now()
    this.#type()
  }

  #keep() {
    this.#draft.set({ body: this.#field.value })
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return
    this.#field.style.blockSize = "auto"
    this.#field.style.blockSize = `${this.#field.scrollHeight + 3}px`
  }
}
