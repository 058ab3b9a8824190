// What every page has: menus that close, flashes that go, questions before deeds, buttons that show they are busy.
// Without this file all of it still works as plain links, forms and <details>.
import { Busy } from "./busy.js"
import { Confirm } from "./confirm.js"
import { Faults } from "./faults.js"
import { Flashes } from "./flashes.js"
import { Menus } from "./menus.js"
import { Offline } from "./offline.js"
import { Queue } from "./queue.js"

new Menus(document)
new Confirm(document.querySelector("dialog[data-confirm-dialog]"))
new Busy(document)
new Faults(document)
new Flashes(document.querySelector("[data-flashes]"))
new Offline(document.body)
new Queue(document.body)
