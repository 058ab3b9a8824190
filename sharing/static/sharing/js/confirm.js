// data-confirm="Cancel this booking?" on a form or a submit button asks first, in the page's one <dialog>.
// data-confirm-button names the deed ("Cancel the booking"). htmx requests with hx-confirm ask the same way.
// A form that is asked about bears data-asking until "no": who fetches parts of a page anew leaves it where it is, for
// one that has left the page is never sent.
export class Confirm {
  #dialog
  #granted = new WeakSet()

  constructor(dialog) {
    if (!dialog?.showModal) return
    this.#dialog = dialog
    document.addEventListener("submit", (event) => this.#beforeSubmit(event), true)
    document.addEventListener("htmx:confirm", (event) => this.#beforeRequest(event))
  }

  async #beforeSubmit(event) {
    const { target: form, submitter } = event
    const asked = submitter?.closest("[data-confirm]") ?? form.closest("[data-confirm]")
    if (!asked) return
    if (this.#granted.delete(form)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    form.setAttribute("data-asking", "")
    if (!(await this.#ask(asked.dataset.confirm, asked.dataset.confirmButton, submitter))) {
      form.removeAttribute("data-asking")
      return
    }
    this.#granted.add(form)
    form.requestSubmit(submitter?.form === form ? submitter : undefined)
  }

  async #beforeRequest(event) {
    if (!event.detail.question) return
    event.preventDefault()
    const { elt, question, issueRequest } = event.detail
    if (await this.#ask(question, elt.dataset.confirmButton, elt)) issueRequest(true)
  }

  #ask(question, deed, opener) {
    const yes = this.#dialog.querySelector("[value=yes]")
    yes.dataset.usual ??= yes.textContent
    yes.textContent = deed || yes.dataset.usual
    this.#dialog.querySelector("[data-question]").textContent = question
    this.#dialog.returnValue = ""
    this.#dialog.showModal()
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => {
        opener?.focus?.()
        resolve(this.#dialog.returnValue === "yes")
      }, { once: true })
    })
  }
}
