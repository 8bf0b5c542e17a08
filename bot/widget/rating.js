// A thumb up or down below an answer, so that the clinic learns which answers help.

import { el, icon } from "./dom.js";
import { words } from "./strings.js";

/** @param {(helpful: boolean) => Promise<boolean>} onRate resolves to whether it was noted; only then it shows */
export function renderRating(onRate) {
  const thumb = (/** @type {boolean} */ helpful) => {
    const name = helpful ? words.helpful : words.notHelpful;
    const button = el("button", { type: "button", "aria-label": name, title: name, "aria-pressed": "false" }, icon(helpful ? "up" : "dislike"));
    button.addEventListener("click", async () => {
      if (!(await onRate(helpful))) return;
      for (const other of thumbs) other.setAttribute("aria-pressed", String(other === button));
    });
    return button;
  };
  const thumbs = [thumb(true), thumb(false)];
  return el("div", { class: "rating", role: "group", "aria-label": words.rating }, ...thumbs);
}
