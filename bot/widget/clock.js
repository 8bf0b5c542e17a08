// Waiting that can be cut short, and how long to wait before the next try.

/** Sleeps until the time is over or somebody calls `wake`. */
export class Nap {
  /** @type {(() => void)|null} */
  #wake = null;

  /** @param {number} delayMs @returns {Promise<void>} */
  sleep(delayMs) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake?.();
    this.#wake = null;
  }
}

/** 1, 2, 4 … 30 seconds, spread by up to a fifth so that many widgets don't return at once. @param {number} tries from 1 */
export function backoffMs(tries) {
  return Math.min(30_000, 1000 * 2 ** (tries - 1)) * (0.8 + Math.random() * 0.4);
}
