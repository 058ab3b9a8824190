// The service worker: pages come from the network; bookings and messages that were seen are kept for a trip without it.
// Kept pages belong to one member: offline.js empties the cache when somebody else signs in here, or nobody is.
const FACTS = {{ facts|safe }}
const SHELL = "commonshare-shell-%VERSION%"
const SEEN = "commonshare-seen"
const WORTH_KEEPING = /^\/(bookings|messages)\/(\d+\/)?$/
const KEPT = 40

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FACTS.shell)).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (request.mode === "navigate") event.respondWith(page(request, url))
  else if (url.pathname.startsWith(FACTS.static)) event.respondWith(asset(request))
})

self.addEventListener("push", (event) => {
  const said = event.data?.json()
  if (said?.title) event.waitUntil(ring(said))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(lead(new URL(event.notification.data?.url ?? "/", location.origin)))
})

// Not for what is before one's eyes; a newer word about the same replaces the older and rings again.
async function ring({ title, body, url, tag }) {
  const open = await self.clients.matchAll({ type: "window" })
  const path = new URL(url, location.origin).pathname
  if (open.some((client) => client.focused && new URL(client.url).pathname === path)) return
  await self.registration.showNotification(title, { body, tag, renotify: true, icon: FACTS.icon, data: { url } })
}

// To the tab that shows it already, else to a new one; nowhere but to our own pages.
async function lead(url) {
  if (url.origin !== location.origin) return
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const there = open.find((client) => new URL(client.url).pathname === url.pathname)
  if (there) await there.focus()
  else await self.clients.openWindow(url.href)
}

// What cannot be kept (the store is full) is shown all the same.
async function page(request, url) {
  let answer
  try {
    answer = await fetch(request)
  } catch {
    const seen = await caches.open(SEEN)
    return (await seen.match(url.pathname)) ?? (await caches.match(FACTS.offline)) ?? Response.error()
  }
  if (WORTH_KEEPING.test(url.pathname)) await keepOrForget(url, answer).catch(() => undefined)
  return answer
}

async function asset(request) {
  try {
    const answer = await fetch(request)
    if (answer.ok) (await caches.open(SHELL)).put(request, answer.clone())
    return answer
  } catch {
    return (await caches.match(request)) ?? Response.error()
  }
}

// The page itself, not another part of it; what is not theirs any more (left, removed, gone) is not kept either.
async function keepOrForget(url, answer) {
  if (answer.status === 403 || answer.status === 404) await (await caches.open(SEEN)).delete(url.pathname)
  else if (answer.ok && !answer.redirected && !url.search) await keep(url.pathname, answer.clone())
}

async function keep(path, answer) {
  const cache = await caches.open(SEEN)
  await cache.delete(path) // so that the newest stands last
  await cache.put(path, answer)
  const all = await cache.keys()
  await Promise.all(all.slice(0, Math.max(0, all.length - KEPT)).map((old) => cache.delete(old)))
}

async function forgetOldShells() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== SHELL && name !== SEEN).map((name) => caches.delete(name)))
}
