// @ts-check
// Keeps the queue fresh, and lets it be used from the keyboard.

import { replaceFragment } from "./fragment.js";

const GATHER_MS = 250;
/** Waiting times go on although nothing happens. */
const REFRESH_MS = 30_000;

let timer = 0;

function refreshSoon() {
  clearTimeout(timer);
  timer = window.setTimeout(refresh, GATHER_MS);
}

async function refresh() {
  for (const place of document.querySelectorAll("[data-fragment]")) {
    try {
      await replaceFragment(place, place.getAttribute("data-fragment") ?? "");
    } catch {
      // What is shown gets old; the line's own notice says so, and the next change tries again.
    }
  }
}

document.addEventListener("mesoguide:changed", refreshSoon);
document.addEventListener("mesoguide:queue", (event) => {
  const { waiting } = /** @type {CustomEvent} */ (event).detail;
  for (const place of document.querySelectorAll("#waiting, [data-count='waiting']")) place.textContent = String(waiting);
});
setInterval(() => document.hidden || refreshSoon(), REFRESH_MS);

const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("help"));
const keys = document.getElementById("keys");
if (keys) keys.hidden = false;
keys?.addEventListener("click", () => help?.showModal());

/** @param {number} step */
function go(step) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".row-link")]);
  if (!links.length) return;
  const at = links.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest("li")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const where = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  if (where.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(where.tagName)) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "/") document.getElementById("find")?.focus();
  else if (event.key === "?") help?.showModal();
  else return;
  event.preventDefault();
});
