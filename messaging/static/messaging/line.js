// How one line looks that the browser itself writes down: what was just said, by me or by others, in plain words.
// What is more than words (photos, cards, answers) is drawn by the server; see drawn.js.
const MINUTES = 5 * 60_000

export class LineMaker {
  #root
  #clock
  #days

  constructor(root) {
    this.#root = root
    const { lang, locale, zone: timeZone } = root.dataset
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }) // as the server writes it
    this.#days = {
      key: new Intl.DateTimeFormat("en-CA", { timeZone }),
      name: new Intl.RelativeTimeFormat(lang, { numeric: "auto" }),
    }
  }

  said({ sequence, client_id, author, name, body, created }, mine, read, there = 0) {
    const line = this.template("said")
    line.classList.toggle("said--mine", mine)
    const by = line.querySelector(".said__by")
    if (mine || Number(this.#root.dataset.others) === 1) by.remove()
    else by.textContent = name
    if (client_id) line.dataset.clientId = client_id
    const writer = mine ? this.#root.dataset.me : author
    if (writer) line.dataset.author = writer
    this.#write(line.querySelector(".said__text"), body)
    this.stamp(line, sequence, created, read, there)
    return line
  }

  // Its photos as they are on this device, until the server has drawn the line.
  show(line, photos) {
    if (!photos.length) return
    const place = document.createElement("div")
    place.className = `said__photos said__photos--${photos.length}`
    for (const photo of photos) {
      const picture = new Image()
      const frame = document.createElement("span")
      frame.className = "photo"
      picture.alt = ""
      picture.src = URL.createObjectURL(photo)
      for (const end of ["load", "error"]) picture.addEventListener(end, () => URL.revokeObjectURL(picture.src))
      frame.append(picture)
      place.append(frame)
    }
    line.querySelector(".said__text").after(place)
  }

  event(frame) {
    const line = this.template("event")
    line.querySelector("span").textContent = this.words(frame)
    this.stamp(line, frame.sequence, frame.created, 0, 0)
    return line
  }

  words({ texts, body }) {
    return texts?.[this.#root.dataset.lang] ?? texts?.[this.#root.dataset.lang.split("-")[0]] ?? body
  }

  // Its number and moment, once it has them.
  stamp(line, sequence, created, read, there) {
    const moment = new Date(created)
    line.dataset.day = this.#days.key.format(moment)
    const time = line.querySelector("time")
    time.dateTime = created
    time.textContent = this.#clock.format(moment)
    if (!sequence) return
    line.dataset.line = sequence
    line.id = `line-${sequence}`
    const acts = line.querySelector("[data-acts]")
    if (acts) Object.assign(acts, { href: `${this.#root.dataset.address}lines/${sequence}/`, hidden: false })
    if (!line.classList.contains("said--mine")) return
    line.classList.toggle("said--read", sequence <= read)
    line.classList.toggle("said--there", sequence <= there)
  }

  // Said by the same member minutes before: no need to name them again.
  follows(before, line) {
    if (!line.dataset.author || before?.dataset.author !== line.dataset.author) return false
    const [a, b] = [before, line].map((one) => Date.parse(one.querySelector("time").dateTime))
    return b - a < MINUTES
  }

  divider(day) {
    const divider = this.template("day-line")
    divider.dataset.dayLine = day
    const away = Math.round((Date.parse(day) - Date.parse(this.#days.key.format(new Date()))) / 86_400_000)
    const name = this.#days.name.format(away, "day")
    divider.textContent = name.charAt(0).toLocaleUpperCase() + name.slice(1)
    return divider
  }

  template(name) {
    return this.#root.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true)
  }

  #write(place, text) {
    for (const part of text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/)) {
      if (!/^https?:\/\//.test(part)) {
        place.append(part)
        continue
      }
      const link = document.createElement("a")
      link.href = link.textContent = part
      link.rel = "nofollow noopener noreferrer"
      place.append(link)
    }
  }
}
