// A stay by two taps on the calendar, in step with the date fields beside it.
// The links of the calendar work without this file; here a tap fills the fields and the quote follows by itself.
const DAY = 86_400_000
const dayNumber = (text) => Date.parse(`${text}T00:00Z`) / DAY
const later = (text, days) => new Date(Date.parse(`${text}T00:00Z`) + days * DAY).toISOString().slice(0, 10)
const spot = (cell) => cell.querySelector("a, .day")

// The same day of another month, or the last one it has.
function monthOn(text, months) {
  const [year, month, day] = text.split("-").map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10)
}

export class Choose {
  #calendar
  #fields
  #wanted = ""

  constructor(calendar, form) {
    this.#calendar = calendar
    this.#fields = Object.fromEntries([...form.querySelectorAll("[data-choose]")].map((field) => [field.dataset.choose, field]))
    calendar.addEventListener("click", (event) => this.#tapped(event))
    calendar.addEventListener("keydown", (event) => this.#moved(event))
    calendar.addEventListener("htmx:afterSettle", () => { this.#paint(); this.#arrived() })
    form.addEventListener("change", (event) => event.target.dataset.choose && this.#changed(event.target))
    this.#paint()
    this.#arrived()
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
    this.#stand(cell)
    this.#say()
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
    return !["taken", "between"].some((state) => cell.classList.contains(state))
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

  // Arrows go by days and weeks, Home and End along the week, Page Up and Down by months; Enter and space choose.
  #moved(event) {
    const cell = event.target.closest("td[data-day]")
    if (!cell) return
    const day = cell.dataset.day
    const row = [...cell.parentElement.querySelectorAll("td[data-day]")]
    const across = document.dir === "rtl" ? -1 : 1
    const steps = { ArrowLeft: -across, ArrowRight: across, ArrowUp: -7, ArrowDown: 7 }
    if (event.key === " ") {
      event.preventDefault()
      return cell.querySelector("[data-pick]")?.click()
    }
    if (event.key in steps) this.#goTo(event, later(day, steps[event.key]))
    else if (event.key === "Home") this.#goTo(event, row[0].dataset.day)
    else if (event.key === "End") this.#goTo(event, row.at(-1).dataset.day)
    else if (event.key === "PageUp") this.#goTo(event, monthOn(day, -1))
    else if (event.key === "PageDown") this.#goTo(event, monthOn(day, 1))
  }

  #goTo(event, day) {
    event.preventDefault()
    const cell = this.#cells.find((one) => one.dataset.day === day)
    if (cell) return this.#stand(cell, true)
    const earlier = day < this.#cells[0].dataset.day
    const other = this.#calendar.querySelector(earlier ? "[data-month-back]" : "[data-month-on]")
    if (!other) return
    this.#wanted = day
    other.click()
  }

  // One day of the month is in the order of tabs; the arrows move it.
  #stand(cell, focus = false) {
    for (const one of this.#cells) spot(one)?.setAttribute("tabindex", one === cell ? "0" : "-1")
    if (focus) spot(cell).focus()
  }

  #arrived() {
    this.#calendar.querySelector("table.month")?.setAttribute("role", "grid")
    const cells = this.#cells
    if (!cells.length) return
    const wanted = this.#wanted && (cells.find((one) => one.dataset.day === this.#wanted) ?? cells.at(-1))
    const first = cells.find((one) => one.classList.contains("from")) ?? cells.find((one) => one.querySelector("[data-pick]"))
    this.#stand(wanted || first || cells[0], Boolean(wanted))
    this.#wanted = ""
  }

  #say() {
    const said = this.#calendar.querySelector("[data-choose-said]")
    const names = ["starts", "ends"].map((name) => this.#name(this.#day(name)))
    if (said && names[0]) said.textContent = (names[1] ? said.dataset.to : said.dataset.from).replace("%s", names[0]).replace("%t", names[1])
  }

  #name(day) {
    const cell = this.#cells.find((one) => one.dataset.day === day)
    const link = cell && spot(cell)
    return (link?.dataset.dayName ?? link?.getAttribute("aria-label") ?? day).split(",").slice(0, 2).join(",")
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
  // The line at the foot of a phone leads here and says what is chosen; at the button itself it only covers.
  const foot = document.querySelector(".bottom-action")
  const send = form.querySelector("[data-send]")
  if (foot && send) {
    new IntersectionObserver(([seen]) => foot.toggleAttribute("hidden", seen.isIntersecting)).observe(send)
    const [line, button] = [foot.querySelector("[data-foot]"), foot.querySelector("[data-foot-button]")]
    const usual = [line.dataset.foot, button.dataset.footButton] // while nothing is chosen
    const tell = () => {
      const chosen = form.querySelector("[data-chosen]")
      line.textContent = chosen?.dataset.chosen ?? usual[0]
      button.textContent = chosen?.dataset.ask ?? usual[1]
    }
    form.addEventListener("htmx:afterSettle", tell)
    if (form.querySelector("[data-chosen]")) tell()
  }
}
