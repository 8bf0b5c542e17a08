// Quick replies. Only the newest ones can be pressed; what was chosen stays readable.

import { el } from "./dom.js";
import { words } from "./strings.js";

/** @typedef {import("./types.js").Button} Button */

/**
 * @param {Button[]} buttons
 * @param {(button: Button) => void} onChoose
 */
export function renderChoices(buttons, onChoose) {
  const group = el("div", { class: "choices", role: "group", "aria-label": words.choices });
  for (const button of buttons) {
    const quiet = words.quiet.includes(button.title.toLowerCase());
    const press = () => group.hasAttribute("data-settled") || onChoose(button);
    group.append(el("button", { class: quiet && "quiet", type: "button", onclick: press }, button.title));
  }
  return group;
}

/** Close a group for good. @param {HTMLElement} group @param {string|null} answer what the patient said next */
export function settle(group, answer) {
  if (group.hasAttribute("data-settled")) return;
  group.setAttribute("data-settled", "");
  for (const button of group.querySelectorAll("button")) {
    button.setAttribute("aria-disabled", "true");
    if (button.textContent !== answer) button.hidden = true;
    else button.append(el("span", { class: "unseen" }, ` (${words.chosen})`));
  }
}
