// @ts-check
// A conversation's page. Without this script everything works by forms; with it the page stays up to date by itself.

import { startComposer } from "./conversation-composer.js";
import { startLive } from "./conversation-live.js";

const talk = /** @type {HTMLElement} */ (document.getElementById("talk"));
const composer = startComposer(talk);
const live = startLive(talk, composer);
if (composer) composer.onSent = live.lookNow;

// One of the small windows at a time, and Escape closes it.
document.addEventListener("toggle", (event) => {
  const opened = /** @type {HTMLDetailsElement} */ (event.target);
  if (!opened.open || !opened.matches?.(".pop")) return;
  for (const other of document.querySelectorAll("details.pop[open]")) if (other !== opened) other.removeAttribute("open");
}, true);
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.pop[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary")?.focus();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.pop[open]")) {
    if (!open.contains(/** @type {Node} */ (event.target))) open.removeAttribute("open");
  }
});
