// Photos while they are collected: sent as soon as they are chosen, dropped or pasted, each with its own progress,
// and when one fails, with the reason and another try; put in order by dragging, cropped and turned in a dialog.
// Without this file the plain inputs, the arrow buttons and the photo's own page do the same.
import { Cropper } from "./crop.js"

export class PhotoTray {
  #root
  #queue
  #words
  #sending = Promise.resolve()
  #held

  constructor(root) {
    this.#root = root
    this.#words = root.dataset
    this.#queue = root.querySelector("[data-queue]")
    for (const spare of root.querySelectorAll("[data-without-script]")) spare.hidden = true
    for (const input of root.querySelectorAll("[data-choose]")) this.#takeFrom(input)
    this.#takeDrops()
    document.addEventListener("paste", (event) => this.#send(event.clipboardData?.files, event))
    root.addEventListener("htmx:afterSwap", () => this.#refreshed())
    root.addEventListener("click", (event) => {
      const link = event.target.closest("[data-edit-photo]")
      if (link && !event.ctrlKey && !event.metaKey) this.#edit(link, event)
    })
    this.#dragInOrder()
  }

  get #list() { return this.#root.querySelector("[data-photo-list]") }

  get #headers() { return { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) } }

  #takeFrom(input) {
    const take = () => {
      this.#send(input.files)
      input.value = ""
    }
    input.removeAttribute("form")
    input.addEventListener("change", take)
    if (input.files.length) take() // chosen before this file had arrived
  }

  #takeDrops() {
    const areas = this.#root.querySelectorAll(".drop")
    const mark = (on) => areas.forEach((area) => area.classList.toggle("is-over", on))
    this.#root.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return
      event.preventDefault()
      mark(true)
    })
    this.#root.addEventListener("dragleave", (event) => this.#root.contains(event.relatedTarget) || mark(false))
    this.#root.addEventListener("drop", (event) => {
      mark(false)
      this.#send(event.dataTransfer.files, event)
    })
  }

  #send(files, event) {
    const photos = [...(files ?? [])]
    if (!photos.length) return
    event?.preventDefault()
    for (const photo of photos) this.#enqueue(photo, this.#line(photo))
  }

  #enqueue(photo, line) {
    const trouble = this.#wrong(photo)
    if (trouble) return this.#fail(line, photo, trouble, false)
    this.#sending = this.#sending.then(() => this.#sendOne(photo, line))
  }

  // What is sure to be refused is not sent; the server looks again at what is.
  #wrong(photo) {
    if (photo.size > Number(this.#words.mostBytes)) return this.#words.tooLarge
    if (photo.type && !photo.type.startsWith("image/")) return this.#words.noPicture
    return ""
  }

  #line(photo) {
    const line = document.createElement("li")
    const words = document.createElement("span")
    words.textContent = `${this.#words.sending} ${photo.name || ""}…`
    line.append(words, this.#bar(photo))
    this.#queue.append(line)
    return line
  }

  #bar(photo) {
    const progress = document.createElement("progress")
    progress.className = "meter"
    progress.max = 1
    progress.value = 0
    progress.setAttribute("aria-label", photo.name || this.#words.sending)
    return progress
  }

  #sendOne(photo, line) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest()
      const form = new FormData()
      form.append("photos", photo, photo.name || "photo")
      request.open("POST", this.#words.url)
      request.timeout = 120_000
      for (const [name, value] of Object.entries(this.#headers)) request.setRequestHeader(name, value)
      request.upload.addEventListener("progress", ({ loaded, total }) => { line.querySelector("progress").value = loaded / total })
      request.addEventListener("loadend", () => {
        if (request.status === 200) {
          line.remove()
          this.#replace(request.responseText)
        } else if (request.status === 422) {
          this.#fail(line, photo, this.#replace(request.responseText), true)
        } else {
          this.#fail(line, photo, request.status === 413 ? this.#words.tooLarge : this.#words.unreached, true)
        }
        resolve()
      })
      request.send(form)
    })
  }

  // The reason stands in the photo's own line, with another try where that may help.
  #fail(line, photo, reason, mayHelp) {
    const words = document.createElement("p")
    words.className = "field__error"
    words.setAttribute("role", "alert")
    words.textContent = reason.includes(photo.name) || !photo.name ? reason : `${photo.name}: ${reason}`
    const deeds = document.createElement("span")
    deeds.className = "row"
    if (mayHelp) deeds.append(this.#button(this.#words.again, () => {
      const anew = this.#line(photo)
      line.replaceWith(anew)
      this.#enqueue(photo, anew)
    }))
    deeds.append(this.#button(this.#words.leave, () => line.remove()))
    line.replaceChildren(words, deeds)
  }

  #button(words, act) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "button button--quiet"
    button.textContent = words
    button.addEventListener("click", act)
    return button
  }

  // Puts the server's list in place; returns what it says went wrong.
  #replace(html) {
    const holder = document.createElement("template")
    holder.innerHTML = html
    const list = holder.content.querySelector("[data-photo-list]")
    const alerts = [...list.querySelectorAll("[role=alert]")]
    for (const alert of alerts) alert.remove()
    const said = holder.content.querySelector("#photos-said")
    this.#list.replaceWith(list)
    if (said) this.#root.querySelector("#photos-said").textContent = said.textContent
    window.htmx?.process(this.#list)
    this.#refreshed()
    return alerts.map((alert) => alert.textContent.trim()).join(" ") || this.#words.unreached
  }

  #complain(words) {
    const line = document.createElement("p")
    line.className = "field__error"
    line.setAttribute("role", "alert")
    line.textContent = words
    this.#list.prepend(line)
  }

  #refreshed() {
    for (const spare of this.#root.querySelectorAll("[data-without-script]")) spare.hidden = true
    this.#list.querySelector("[autofocus]")?.focus()
  }

  async #edit(link, event) {
    event.preventDefault()
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (!answer?.ok) return location.assign(link.href)
    const dialog = document.createElement("dialog")
    dialog.className = "crop-dialog"
    dialog.setAttribute("aria-label", link.getAttribute("aria-label"))
    dialog.innerHTML = await answer.text()
    this.#root.append(dialog)
    dialog.showModal()
    for (const cropper of dialog.querySelectorAll("[data-cropper]")) new Cropper(cropper)
    dialog.addEventListener("close", () => {
      dialog.remove()
      this.#list.querySelector(`[data-edit-photo="${link.dataset.editPhoto}"]`)?.focus()
    })
    dialog.querySelector("[data-close]").addEventListener("click", (click) => {
      click.preventDefault()
      dialog.close()
    })
    dialog.querySelector("form").addEventListener("submit", (submit) => this.#keepEdit(submit, dialog))
  }

  async #keepEdit(event, dialog) {
    event.preventDefault()
    const form = event.target
    dialog.setAttribute("aria-busy", "true")
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: this.#headers }).catch(() => null)
    dialog.removeAttribute("aria-busy")
    if (answer?.ok) {
      this.#replace(await answer.text())
      return dialog.close()
    }
    const alert = dialog.querySelector("[data-trouble]")
    alert.hidden = false
    alert.textContent = answer?.status === 422 ? await answer.text() : this.#words.unreached
  }

  #dragInOrder() {
    const item = (event) => event.target.closest?.("[data-photo]")
    this.#root.addEventListener("dragstart", (event) => {
      this.#held = item(event)
      if (!this.#held) return
      event.dataTransfer.effectAllowed = "move"
      event.dataTransfer.setData("text/plain", this.#held.dataset.photo)
      this.#held.classList.add("is-held")
    })
    this.#root.addEventListener("dragover", (event) => {
      const over = item(event)
      if (!this.#held || !over) return
      event.preventDefault()
      if (over === this.#held) return
      const after = this.#held.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING
      over[after ? "after" : "before"](this.#held)
    })
    this.#root.addEventListener("dragend", () => {
      if (!this.#held) return
      this.#held.classList.remove("is-held")
      this.#held = undefined
      this.#keepOrder()
    })
  }

  async #keepOrder() {
    const order = new URLSearchParams()
    for (const photo of this.#list.querySelectorAll("[data-photo]")) order.append("photo", photo.dataset.photo)
    const answer = await fetch(this.#words.order, { method: "POST", body: order, headers: this.#headers }).catch(() => null)
    if (answer?.ok) this.#replace(await answer.text())
    else this.#complain(this.#words.unreached)
  }
}
for (const root of document.querySelectorAll("[data-photos]")) new PhotoTray(root)
