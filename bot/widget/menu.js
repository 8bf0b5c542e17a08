// Text size, save, delete, close. An ordinary list of buttons that opens and shuts.

import { byId, el, icon } from "./dom.js";
import { loadSession, loadSize, saveSize } from "./session.js";
import { words } from "./strings.js";

const SIZES = [0.9, 1, 1.15, 1.3, 1.5, 1.75, 2];
const NORMAL = SIZES.indexOf(1);

/** @param {number} step steps above or below the normal size */
function showSize(step) {
  document.documentElement.style.setProperty("--scale", String(SIZES[NORMAL + step]));
}

export class Menu {
  #step = 0;

  /** @param {{onBack: () => void, onSave: () => void, onDelete: () => void}} handlers */
  constructor({ onBack, onSave, onDelete }) {
    const item = (/** @type {string} */ title, /** @type {() => void} */ act) =>
      el("button", { type: "button", onclick: () => (this.show(false), this.button.focus(), act()) }, title);
    this.back = item(words.back, onBack);
    this.back.hidden = true;
    this.talkItems = el("div", { class: "items", hidden: true }, this.back, item(words.save, onSave), item(words.remove, onDelete));
    const size = el(
      "div", { class: "sizes", role: "group", "aria-label": words.textSize },
      el("span", { "aria-hidden": "true" }, words.textSize),
      el("button", { type: "button", "aria-label": words.smaller, onclick: () => this.#resize(-1) }, "A−"),
      el("button", { type: "button", "aria-label": words.larger, onclick: () => this.#resize(1) }, "A+"),
    );
    this.list = el("div", { id: "menu-list", hidden: true }, size, this.talkItems);
    this.button = el(
      "button",
      { class: "icon", type: "button", "aria-label": words.menu, "aria-expanded": "false", "aria-controls": "menu-list" },
      icon("more"),
    );
    this.button.addEventListener("click", () => this.show(this.list.hidden));
    byId("menu").append(this.button, this.list);
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !byId("menu").contains(target)) this.show(false);
    });
    this.#step = loadSession() ? loadSize() : 0;
    showSize(this.#step);
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** @param {boolean} isOpen */
  show(isOpen) {
    this.list.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
  }

  /** Saving and deleting make sense only with a talk. @param {boolean} hasTalk */
  offerTalk(hasTalk) {
    this.talkItems.hidden = !hasTalk;
  }

  /** Only while a person has the talk. @param {boolean} isOffered */
  offerWayBack(isOffered) {
    this.back.hidden = !isOffered;
  }

  /** @param {number} by */
  #resize(by) {
    this.#step = Math.max(-NORMAL, Math.min(SIZES.length - 1 - NORMAL, this.#step + by));
    showSize(this.#step);
    if (loadSession()) saveSize(this.#step); // Nothing is stored before consent, not even this.
  }
}
