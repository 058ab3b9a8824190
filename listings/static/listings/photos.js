// Photos while they are collected: sent as soon as they are chosen, dropped or pasted, each with its progress;
// put in order by dragging. Without this file the plain inputs and the arrow buttons do the same.
export class PhotoTray {
  #root
  #queue
  #sending = Promise.resolve()
  #held

  constructor(root) {
    this.#root = root
    this.#queue = root.querySelector("[data-queue]")
    for (const spare of root.querySelectorAll("[data-without-script]")) spare.hidden = true
    for (const input of root.querySelectorAll("[data-choose]")) this.#takeFrom(input)
    this.#takeDrops()
    document.addEventListener("paste", (event) => this.#send(event.clipboardData?.files, event))
    root.addEventListener("htmx:afterSwap", () => this.#refreshed())
    this.#dragInOrder()
  }

  get #complaints() { return [...this.#list.querySelectorAll("[role=alert]")] }

  get #list() { return this.#root.querySelector("[data-photo-list]") }

  #takeFrom(input) {
    input.removeAttribute("form")
    input.addEventListener("change", () => {
      this.#send(input.files)
      input.value = ""
    })
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
    if (!this.#queue.children.length) for (const complaint of this.#complaints) complaint.remove()
    for (const photo of photos) {
      const line = this.#line(photo)
      this.#sending = this.#sending.then(() => this.#sendOne(photo, line))
    }
  }

  #line(photo) {
    const line = document.createElement("li")
    const words = document.createElement("span")
    words.className = "small"
    words.textContent = `${this.#root.dataset.sending}: ${photo.name}`
    const progress = document.createElement("progress")
    progress.className = "meter"
    progress.max = 1
    progress.value = 0
    line.append(words, progress)
    this.#queue.append(line)
    return line
  }

  #sendOne(photo, line) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest()
      const form = new FormData()
      form.append("photos", photo, photo.name || "photo")
      request.open("POST", this.#root.dataset.url)
      request.setRequestHeader("HX-Request", "true")
      for (const [name, value] of Object.entries(JSON.parse(document.body.getAttribute("hx-headers")))) request.setRequestHeader(name, value)
      request.upload.addEventListener("progress", ({ loaded, total }) => { line.lastChild.value = loaded / total })
      request.addEventListener("loadend", () => {
        line.remove()
        if (request.status === 200 || request.status === 422) this.#replace(request.responseText)
        else this.#complain(request.status === 0 || request.status >= 500 ? this.#root.dataset.unreached : request.statusText)
        resolve()
      })
      request.send(form)
    })
  }

  #replace(html) {
    const complaints = this.#complaints
    this.#list.outerHTML = html
    window.htmx?.process(this.#list)
    this.#list.prepend(...complaints) // those of the same batch stay until the next one
    this.#refreshed()
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
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) }
    const answer = await fetch(this.#root.dataset.order, { method: "POST", body: order, headers }).catch(() => null)
    if (answer?.ok) this.#replace(await answer.text())
    else this.#complain(this.#root.dataset.unreached)
  }
}
for (const root of document.querySelectorAll("[data-photos]")) new PhotoTray(root)
