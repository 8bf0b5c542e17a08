// Keeps the newest message in view, unless the reader has scrolled up; then a button tells of news.

import { el, icon } from "./dom.js";
import { words } from "./strings.js";

const NEAR_PX = 48;
/** What comes this soon after something else belongs to it, and doesn't push its beginning out of sight. */
const TOGETHER_MS = 2_500;

export class Scroll {
  #following = true;
  /** Where this code scrolled to; any other place is the reader's wish. */
  #set = -1;
  /** The beginning of what came last, and when. @type {{node: HTMLElement, at: number}|null} */
  #newest = null;

  /** @param {HTMLElement} log the scrolling element */
  constructor(log) {
    this.log = log;
    this.button = el("button", { class: "news", type: "button", hidden: true }, icon("down"), words.newMessages);
    this.button.addEventListener("click", () => {
      this.#to(log.scrollHeight);
      log.focus();
    });
    log.addEventListener("scroll", () => this.#moved());
    new ResizeObserver(() => this.#following && this.#to(this.#set)).observe(log);
  }

  #moved() {
    if (Math.abs(this.log.scrollTop - this.#set) < 2) return;
    const { scrollTop, clientHeight, scrollHeight } = this.log;
    this.#following = scrollHeight - clientHeight - scrollTop < NEAR_PX;
    if (this.#following) this.button.hidden = true;
  }

  /** @param {number} top */
  #to(top) {
    this.log.scrollTop = top;
    this.#set = this.log.scrollTop;
    this.#following = true;
    this.button.hidden = true;
  }

  /**
   * Show what has come, its beginning first if it's longer than the window.
   * @param {HTMLElement} first the topmost thing that should be seen
   * @param {boolean} [always] also when the reader has scrolled up
   */
  show(first, always = false) {
    const at = performance.now();
    const isPart = !always && this.#newest && at - this.#newest.at < TOGETHER_MS && this.#newest.node.isConnected;
    this.#newest = { node: isPart && this.#newest ? this.#newest.node : first, at };
    if (this.#following || always) this.#to(this.#newest.node.offsetTop - 12);
    else this.button.hidden = false;
  }

  toEnd() {
    this.#newest = null;
    this.#to(this.log.scrollHeight);
  }
}
