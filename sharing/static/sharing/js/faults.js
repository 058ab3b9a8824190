// A page that came back with a fault begins where the fault is: at the list of them, or at the first field that has one.

const LIST = "main .errors"
const FIELD = "main .field__error"

export class Faults {
  constructor(page) {
    const first = [...page.querySelectorAll(`${LIST}, ${FIELD}`)].find((fault) => fault.checkVisibility())
    if (!first || page.querySelector("[autofocus]")) return
    if (first.matches(LIST)) this.#begin(first, first)
    else this.#begin(first, this.#control(page, first) ?? first)
  }

  #begin(fault, focused) {
    if (focused === fault) fault.tabIndex = -1
    focused.focus({ preventScroll: true })
    fault.scrollIntoView({ block: "center", behavior: "instant" })
  }

  #control(page, fault) {
    const about = fault.closest("[id]")?.id
    const near = fault.closest(".field, fieldset, form")
    return (about && page.querySelector(`[aria-describedby~="${CSS.escape(about)}"]:not([type=hidden])`))
      ?? near?.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea")
  }
}
