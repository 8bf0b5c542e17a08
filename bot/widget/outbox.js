// Own messages on their way. One at a time and in order; each keeps its client_id until the log shows it,
// so that a repeated request is the same message and never a second one.

import { ApiError } from "./api.js";
import { backoffMs, Nap } from "./clock.js";

/** @typedef {import("./types.js").Entry} Entry */

/** About two minutes of failing while the browser believes that it's online. */
const MOST_TRIES = 8;

export class Outbox {
  #running = false;
  #nap = new Nap();

  /**
   * @param {object} parts
   * @param {(entry: Entry) => Promise<{seq: number}>} parts.send
   * @param {Entry[]} parts.entries what an earlier page left behind
   * @param {(entries: Entry[]) => void} parts.save
   * @param {(entry: Entry, seq?: number) => void} parts.onChange
   * @param {(entry: Entry, safety: import("./types.js").Envelope) => void} parts.onDanger the entry was refused, at each
   *   try; what the clinic's server says about the danger that it speaks of
   * @param {() => void} parts.onEnded
   */
  constructor({ send, entries, save, onChange, onDanger, onEnded }) {
    this.entries = entries;
    this.send = send;
    this.save = save;
    this.onChange = onChange;
    this.onDanger = onDanger;
    this.onEnded = onEnded;
  }

  /** @param {string} text @param {string} [button] @returns {Entry} */
  add(text, button) {
    /** @type {Entry} */
    const entry = { client_id: crypto.randomUUID(), text, button, tries: 0, state: "sending" };
    this.entries.push(entry);
    this.save(this.entries);
    this.onChange(entry);
    this.run();
    return entry;
  }

  /** @param {Entry} entry */
  retry(entry) {
    entry.tries = 0;
    this.#set(entry, "sending");
    this.wake();
  }

  /** Take an entry out: it is in the log, or the patient gave it up. @param {string} clientId */
  drop(clientId) {
    const index = this.entries.findIndex((entry) => entry.client_id === clientId);
    if (index < 0) return;
    this.entries.splice(index, 1);
    this.save(this.entries);
  }

  /** Try now instead of later. */
  wake() {
    this.#nap.wake();
    this.run();
  }

  stop() {
    this.entries = [];
    this.#nap.wake();
  }

  async run() {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let entry = this.#next(); entry; entry = this.#next()) await this.#attempt(entry);
    } finally {
      this.#running = false;
    }
  }

  #next() {
    return this.entries.find((entry) => entry.state === "sending");
  }

  /** @param {Entry} entry */
  async #attempt(entry) {
    try {
      const { seq } = await this.send(entry);
      entry.state = "sent";
      this.drop(entry.client_id);
      this.onChange(entry, seq);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // If the log shows the entry by now, it shows the reply too.
      if (error.safety && this.entries.includes(entry)) this.onDanger(entry, error.safety);
      if (error.ended) {
        this.stop();
        this.onEnded();
      } else await this.#later(entry, error);
    }
  }

  /** @param {Entry} entry @param {ApiError} error */
  async #later(entry, error) {
    if (navigator.onLine) entry.tries += 1;
    if (!error.passing || entry.tries >= MOST_TRIES) return this.#set(entry, "failed");
    const asked = error.retryAfterS;
    await this.#nap.sleep(asked === null ? backoffMs(entry.tries || 1) : asked * 1000);
  }

  /** @param {Entry} entry @param {Entry["state"]} state */
  #set(entry, state) {
    entry.state = state;
    this.save(this.entries);
    this.onChange(entry);
  }
}
