// <input type="hidden" data-time-zone>: filled with the zone this browser lives in; the server checks it.
export class TimeZone {
  constructor(input) {
    try {
      input.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""
    } catch { /* the server then assumes UTC, and the member can say otherwise */ }
  }
}
for (const input of document.querySelectorAll("[data-time-zone]")) new TimeZone(input)
