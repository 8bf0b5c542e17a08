// Where the patient writes. Enter sends, Shift+Enter makes a new line.

import { announce } from "./announce.js";
import { el, icon } from "./dom.js";
import { words } from "./strings.js";

/** The counter shows up for the last part of what is allowed. */
const NEAR_END = 300;

export class Composer {
  /** @param {import("./types.js").Config} config @param {(text: string) => void} onSend */
  constructor(config, onSend) {
    this.limit = config.max_characters;
    this.onSend = onSend;
    this.input = el("textarea", {
      id: "input", rows: 1, placeholder: words.placeholder, "aria-label": words.input, "aria-describedby": "count",
      autocomplete: "off", enterkeyhint: "send", dir: "auto",
    });
    this.count = el("p", { id: "count", hidden: true });
    this.button = el("button", { id: "send", type: "submit", "aria-label": words.send }, icon("send"));
    const row = el("div", { class: "row" }, this.input, this.button);
    this.node = el("form", { id: "composer" }, this.count, row, el("p", { class: "foot" }, words.foot(config.emergency_number)));
    this.node.addEventListener("submit", (event) => this.#submit(event));
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Characters as the server counts them. */
  get #left() {
    return this.limit - [...this.input.value.trim()].length;
  }

  /** @param {boolean} toStaff */
  address(toStaff) {
    this.input.placeholder = toStaff ? words.placeholderStaff : words.placeholder;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  #changed() {
    const left = this.#left;
    this.count.hidden = left > NEAR_END;
    this.count.textContent = words.left(left);
    this.input.setAttribute("aria-invalid", String(left < 0));
    // Browsers without `field-sizing` grow the field by hand.
    if (CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 4}px`;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (this.#left < 0) return announce(words.left(this.#left));
    if (!text) return this.input.focus();
    this.input.value = "";
    this.#changed();
    this.input.focus();
    this.onSend(text);
  }
}
