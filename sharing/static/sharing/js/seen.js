// The offline page lists the bookings and conversations that were seen last, newest first.
const SEEN = "commonshare-seen"

export class Seen {
  #list

  constructor(list) {
    this.#list = list
    this.#fill()
  }

  async #fill() {
    if (!("caches" in window)) return
    const cache = await caches.open(SEEN)
    for (const request of (await cache.keys()).reverse()) {
      const page = await (await cache.match(request)).text()
      // Its title alone: the whole page has a style with a nonce that is not this page's, which browsers complain of.
      const [part] = page.match(/<title>[^<]*/) ?? [""]
      const title = new DOMParser().parseFromString(part, "text/html").title.split(" · ")[0]
      this.#list.append(this.#line(title || request.url, request.url))
    }
    this.#list.closest("[data-seen-part]").hidden = !this.#list.children.length
  }

  #line(title, url) {
    const item = document.createElement("li")
    const link = document.createElement("a")
    link.className = "touch"
    link.href = url
    link.textContent = title
    item.append(link)
    return item
  }
}

for (const list of document.querySelectorAll("[data-seen]")) new Seen(list)
for (const button of document.querySelectorAll("[data-reload]")) button.addEventListener("click", () => location.reload())
