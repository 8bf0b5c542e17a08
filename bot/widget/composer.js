// Where the patient writes. Enter sends, Shift+Enter makes a new line.

import { announce } from "./announce.js";
import { el, icon } from "./dom.js";
import { words } from "./strings.js";

/** The counter shows up for the last part of what is allowed. */
const NEAR_END = 300;
/** Writing is told this often at most. */
const TELL_MS = 3_000;

export class Composer {
  #typedAt = -TELL_MS;

  /** @param {import("./types.js").Config} config @param {(text: string) => void} onSend @param {() => void} onTyping */
  constructor(config, onSend, onTyping) {
    this.limit = config.max_characters;
    this.onSend = onSend;
    this.onTyping = onTyping;
    this.input = el("textarea", {
      id: "input", rows: 1, placeholder: words.placeholder, "aria-label": words.input, "aria-describedby": "count",
      autocomplete: "off", enterkeyhint: "send", dir: "auto",
    });
    this.count = el("p", { id: "count", hidden: true });
    this.button = el("button", { id: "send", type: "submit", "aria-label": words.send }, icon("send"));
    const row = el("div", { class: "row" }, this.input, this.button);
    this.node = el("form", { id: "composer" }, this.count, row, el("p", { class: "foot" }, words.foot(config.emergency_number)));
    this.node.addEventListener("submit", (event) => this.#submit(event));
    this.input.addEventListener("input", () => (this.#changed(), this.#tell()));
    this.input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Characters as the server counts them. */
  get #left() {
    return this.limit - [...this.input.value.trim()].length;
  }

  /** Whom the words go to; in a closed talk they stay, but go nowhere. @param {import("./types.js").State} state @param {string|null} name */
  address(state, name) {
    const isClosed = state === "closed";
    const person = name ? words.placeholderName(name) : words.placeholderStaff;
    this.input.placeholder = isClosed ? words.closed : state === "human" ? person : words.placeholder;
    this.input.readOnly = isClosed;
    this.button.setAttribute("aria-disabled", String(isClosed));
  }

  #tell() {
    const now = performance.now();
    if (!this.input.value.trim() || now - this.#typedAt < TELL_MS) return;
    this.#typedAt = now;
    this.onTyping();
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
    if (this.input.readOnly) return;
    const text = this.input.value.trim();
    if (this.#left < 0) return announce(words.left(this.#left));
    if (!text) return this.input.focus();
    this.input.value = "";
    this.#typedAt = -TELL_MS;
    this.#changed();
    this.input.focus();
    this.onSend(text);
  }
}
