// A stay by two taps on the calendar, in step with the date fields beside it.
// The links of the calendar work without this file; here a tap fills the fields and the quote follows by itself.
const DAY = 86_400_000
const dayNumber = (text) => Date.parse(`${text}T00:00Z`) / DAY

export class Choose {
  #calendar
  #fields

  constructor(calendar, form) {
    this.#calendar = calendar
    this.#fields = Object.fromEntries([...form.querySelectorAll("[data-choose]")].map((field) => [field.dataset.choose, field]))
    calendar.addEventListener("click", (event) => this.#tapped(event))
    calendar.addEventListener("keydown", (event) => this.#moved(event))
    calendar.addEventListener("htmx:afterSettle", () => this.#paint())
    form.addEventListener("change", (event) => event.target.dataset.choose && this.#changed(event.target))
    this.#paint()
  }

  #tapped(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    const ride = event.target.closest("[data-pick-departure]")
    if (ride) return this.#depart(event, ride)
    const cell = event.target.closest("td[data-day]")
    if (!cell || !this.#fields.starts) return
    const day = cell.dataset.day
    const from = this.#day("starts")
    const open = from && !this.#day("ends")
    if (!cell.querySelector("[data-pick]") && !(open && cell.hasAttribute("data-leavable"))) return
    event.preventDefault()
    if (open && this.#reaches(from, day)) this.#set("ends", day)
    else if (!cell.querySelector("[data-pick]") || !this.#startable(cell)) return
    else this.#begin(day)
    this.#paint()
    if (this.#day("ends")) this.#tell()
  }

  #begin(day) {
    this.#set("starts", day)
    if (this.#unit === "hour") this.#set("ends", day)
    else this.#fields.ends.value = ""
  }

  // A night may end on a taken day; a stay may not pass over one.
  #reaches(from, to) {
    const nights = this.#unit === "night"
    if (nights ? to <= from : to < from) return false
    return this.#cells.every((cell) => {
      const day = cell.dataset.day
      const inside = day >= from && (nights ? day < to : day <= to)
      return !inside || !cell.classList.contains("taken") || cell.dataset.closed !== undefined
    })
  }

  #startable(cell) {
    return !cell.classList.contains("taken")
  }

  #depart(event, link) {
    const field = this.#fields.departure
    if (!field || ![...field.options].some((option) => option.value === link.dataset.pickDeparture)) return
    event.preventDefault()
    field.value = link.dataset.pickDeparture
    this.#paint()
    this.#tell()
    field.closest("form").scrollIntoView({ block: "nearest" })
  }

  #changed(field) {
    if (field.dataset.choose === "starts" && field.value && this.#fields.ends && this.#fields.ends.value) {
      const shortest = this.#unit === "night" ? 1 : 0
      if (dayNumber(this.#day("ends")) - dayNumber(this.#day("starts")) < shortest) this.#fields.ends.value = ""
    }
    this.#paint()
  }

  #moved(event) {
    const link = event.target.closest("[data-pick]")
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }
    if (event.key === "PageUp" || event.key === "PageDown") {
      const other = this.#calendar.querySelector(event.key === "PageUp" ? "[data-month-back]" : "[data-month-on]")
      if (other) { event.preventDefault(); other.click() }
      return
    }
    if (!link || !(event.key in steps)) return
    const mirrored = document.dir === "rtl" && event.key.match(/Left|Right/) ? -1 : 1
    const links = this.#cells
    let at = links.indexOf(link.closest("td")) + steps[event.key] * mirrored
    while (links[at] && !links[at].querySelector("[data-pick]")) at += Math.sign(steps[event.key]) * mirrored
    if (!links[at]) return
    event.preventDefault()
    links[at].querySelector("[data-pick]").focus()
  }

  #paint() {
    const from = this.#day("starts"), to = this.#day("ends") || from
    for (const cell of this.#cells) {
      const day = cell.dataset.day
      const inside = Boolean(from) && day >= from && day <= to
      cell.classList.toggle("mine", inside)
      cell.classList.toggle("from", inside && day === from)
      cell.classList.toggle("to", inside && day === to)
      cell.querySelector("[data-pick]")?.toggleAttribute("aria-current", inside)
    }
    for (const link of this.#calendar.querySelectorAll("[data-pick-departure]")) {
      const chosen = link.dataset.pickDeparture === this.#fields.departure?.value
      link.toggleAttribute("aria-current", chosen)
      link.closest("[data-departure]").classList.toggle("is-chosen", chosen)
    }
  }

  #tell() {
    const field = this.#fields.ends ?? this.#fields.departure
    field.dispatchEvent(new Event("chosen", { bubbles: true }))
  }

  #set(name, day) {
    const field = this.#fields[name]
    const usual = name === "starts" ? "T10:00" : "T12:00"
    field.value = field.type === "datetime-local" ? day + (field.value.slice(10) || usual) : day
  }

  #day(name) {
    return this.#fields[name]?.value.slice(0, 10) ?? ""
  }

  get #cells() {
    return [...this.#calendar.querySelectorAll("td[data-day]")]
  }

  get #unit() {
    return this.#calendar.querySelector("[data-choose-month]")?.dataset.unit
  }
}

const calendar = document.querySelector("[data-choose-calendar]")
const form = document.querySelector("[data-choose-form] form")
if (calendar && form && !calendar.dataset.started) {
  calendar.dataset.started = ""
  new Choose(calendar, form)
  // The line at the foot of a phone leads here; once one is here it only covers what one looks for.
  const foot = document.querySelector(".bottom-action")
  if (foot) new IntersectionObserver(([seen]) => foot.toggleAttribute("hidden", seen.isIntersecting)).observe(form)
}
