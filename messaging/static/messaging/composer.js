// The field one writes in: Enter sends and Shift+Enter breaks the line (on a touch keyboard Enter breaks it), it grows
// with the text, and what was begun is kept in the browser until it is sent. It also answers a line, changes the words
// of one's own, and takes photos, a place and dates along, which go as the form they are.
import { Draft } from "./drafts.js"
import { Mention } from "./mention.js"

const TYPING = 3_000
const MORE = ["place", "starts", "ends"]

export class Composer {
  #form
  #field
  #deeds
  #typed = 0
  #draft
  #editing

  // deeds: say({ body, reply_to }), carry(FormData, words) with all that is more, change(url, body, again), type()
  constructor(form, conversation, mention, deeds) {
    this.#form = form
    this.#field = form.elements.body
    this.#deeds = deeds
    this.#draft = new Draft(conversation)
    if (!this.#field.value) this.#restore()
    new Mention(this.#field, mention)
    form.addEventListener("submit", (event) => this.#submit(event))
    form.querySelector("[data-unreply]").addEventListener("click", (event) => this.#unreply(event))
    form.querySelector("[data-more]")?.addEventListener("keydown", (event) => this.#leaveMore(event))
    this.#field.addEventListener("keydown", (event) => this.#key(event))
    this.#field.addEventListener("input", () => this.#input())
    this.#grow()
  }

  focus() {
    this.#field.focus()
  }

  // This line is answered by what is written now.
  reply(sequence, name, words) {
    this.#endEdit()
    this.#form.elements.reply_to.value = sequence
    this.#bar(name, words)
    this.#keep()
    this.focus()
  }

  // The line that is being answered was taken back: its words stand nowhere any more, not in the draft either.
  gone(sequence) {
    if (Number(this.#form.elements.reply_to.value) !== sequence) return
    this.#bar(this.#form.querySelector("[data-replying]").dataset.name ?? "", "…")
    this.#keep()
  }

  // The words of a line that was said are before one again.
  edit(url, label, words) {
    this.#form.elements.reply_to.value = ""
    this.#editing = { url, label, before: this.#editing?.before ?? this.#field.value }
    this.#bar(label, words)
    this.#field.value = words
    this.#grow()
    this.focus()
  }

  // What could not be said is there again, with the sentence that says why.
  restore(body) {
    if (!this.#field.value) this.#field.value = body
    this.#grow()
  }

  #restore() {
    const { body = "", reply_to: answered } = this.#draft.get()
    this.#field.value = body
    if (!answered || this.#form.elements.reply_to.value) return
    this.#form.elements.reply_to.value = answered.sequence
    this.#bar(answered.name, answered.words)
  }

  #bar(strong, words) {
    const bar = this.#form.querySelector("[data-replying]")
    const name = document.createElement("strong")
    name.textContent = strong
    bar.querySelector("[data-words]").replaceChildren(name, ` ${words.replace(/\s+/g, " ").slice(0, 120)}`)
    bar.hidden = false
    bar.dataset.name = strong
    bar.dataset.said = words.slice(0, 120)
  }

  #unreply(event) {
    event?.preventDefault()
    this.#form.elements.reply_to.value = ""
    const bar = this.#form.querySelector("[data-replying]")
    bar.hidden = true
    bar.querySelector("[data-words]").replaceChildren()
    delete bar.dataset.said
    this.#endEdit()
    this.#keep()
    if (event) this.focus()
  }

  #endEdit() {
    if (!this.#editing) return
    this.#field.value = this.#editing.before
    this.#editing = undefined
    this.#grow()
  }

  #key(event) {
    if (event.key === "Escape" && !this.#form.querySelector("[data-replying]").hidden) return this.#unreply(event)
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #leaveMore(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return
    event.currentTarget.open = false
    this.focus()
  }

  get #isMore() {
    const { elements } = this.#form
    return elements.photos?.files.length || MORE.some((name) => elements[name]?.value)
  }

  #submit(event) {
    event.preventDefault()
    const body = this.#field.value.trim()
    const reply_to = Number(this.#form.elements.reply_to.value) || undefined
    if (this.#editing) {
      const { url, label } = this.#editing
      if (body) this.#deeds.change(url, body, () => this.edit(url, label, body))
    } else if (this.#isMore) {
      this.#deeds.carry(new FormData(this.#form), body)
      this.#form.querySelector("[data-more]").open = false
      for (const control of this.#form.querySelectorAll("[data-more] :is(input, textarea)")) {
        if (control.type === "checkbox") control.checked = false
        else control.value = ""
      }
    } else if (body) this.#deeds.say({ body, ...(reply_to && { reply_to }) })
    else return
    this.#field.value = ""
    this.#unreply()
    this.#grow()
    this.focus()
  }

  #input() {
    this.#grow()
    if (this.#editing) return
    this.#keep()
    if (!this.#field.value.trim() || Date.now() - this.#typed < TYPING) return
    this.#typed = Date.now()
    this.#deeds.type()
  }

  #keep() {
    const sequence = Number(this.#form.elements.reply_to.value)
    const { name, said: words } = this.#form.querySelector("[data-replying]").dataset
    this.#draft.set({ body: this.#field.value, ...(sequence && { reply_to: { sequence, name, words } }) })
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return
    this.#field.style.blockSize = "auto"
    this.#field.style.blockSize = `${this.#field.scrollHeight + 3}px`
  }
}
