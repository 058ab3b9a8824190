// Says in words why a passkey did not work; allauth's own script only logs it.
// <div data-passkey-trouble data-cancelled=… data-known=… data-unsupported=… data-insecure=… data-failed=… hidden><p></p></div>
const REASONS = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "insecure", NotSupportedError: "unsupported" }

export class PasskeyTrouble {
  #notice

  constructor(notice) {
    this.#notice = notice
    document.addEventListener("allauth.error", (event) => {
      event.preventDefault()
      this.#say(REASONS[event.detail.exception?.name] ?? (window.PublicKeyCredential ? "failed" : "unsupported"))
    })
  }

  #say(reason) {
    this.#notice.querySelector("p").textContent = this.#notice.dataset[reason]
    this.#notice.hidden = false
  }
}
for (const notice of document.querySelectorAll("[data-passkey-trouble]")) new PasskeyTrouble(notice)
