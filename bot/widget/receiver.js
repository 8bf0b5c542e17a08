// Brings in everything after the last sequence number, for as long as it runs. The stream is only the fast way;
// where a proxy holds it back, long polling carries on.

import { ApiError, openStream, readMessages } from "./api.js";
import { backoffMs, Nap } from "./clock.js";
import { readEvents } from "./events.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").State} State */

const SILENCE_MS = 40_000; // The server's heartbeat comes every 15 seconds.
const HELD_BACK_MS = 4_000;
const POLL_S = 25;
const SHORTEST_ROUND_MS = 500;
/** A closed talk may be opened again by the clinic, but nobody waits for that. */
const CLOSED_ROUND_MS = 30_000;

export class Receiver {
  #running = false;
  #streams = true;
  #failures = 0;
  #nap = new Nap();
  #round = new AbortController();
  /** @type {State|null} */
  #state = null;
  /** Who of the clinic is writing, as far as is known here. @type {string|null} */
  #writer = null;

  /**
   * @param {object} parts
   * @param {import("./types.js").Session} parts.session
   * @param {(messages: Message[], state: State|null) => void} parts.onNews new messages in order, none twice
   * @param {(name: string|null) => void} parts.onTyping who of the clinic is writing just now
   * @param {(reached: boolean) => void} parts.onReach whether the server answers
   * @param {() => void} parts.onEnded
   */
  constructor({ session, onNews, onTyping, onReach, onEnded }) {
    this.session = session;
    this.onNews = onNews;
    this.onTyping = onTyping;
    this.onReach = onReach;
    this.onEnded = onEnded;
    this.last = 0;
  }

  async start() {
    if (this.#running) return;
    this.#running = true;
    while (this.#running) {
      const startedAt = performance.now();
      this.#round = new AbortController();
      try {
        await (this.#streams ? this.#stream() : this.#poll(POLL_S));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        await this.#recover(error);
      }
      const spent = performance.now() - startedAt;
      const least = this.#state === "closed" ? CLOSED_ROUND_MS : SHORTEST_ROUND_MS;
      if (this.#running && spent < least) await this.#nap.sleep(least - spent);
    }
  }

  stop() {
    this.#running = false;
    this.kick();
  }

  /** Ask again at once: the page was asleep, or the network is back. */
  kick() {
    this.#failures = 0;
    this.#round.abort();
    this.#nap.wake();
  }

  /** A message got this number. If it doesn't come down soon, something holds the stream back. @param {number} seq */
  expect(seq) {
    setTimeout(() => {
      if (!this.#running || this.last >= seq) return;
      this.#streams = false;
      this.kick();
    }, HELD_BACK_MS);
  }

  /** @param {Message[]} messages @param {State|null} state */
  #take(messages, state) {
    this.#failures = 0;
    this.onReach(true);
    const fresh = messages.filter((message) => message.seq > this.last);
    if (fresh.length) this.last = fresh[fresh.length - 1].seq;
    if (state) this.#state = state;
    if (fresh.length || state) this.onNews(fresh, state);
  }

  /** @param {string|null} writer */
  #hear(writer) {
    this.#writer = writer;
    this.onTyping(writer);
  }

  /** @param {number} waitS */
  async #poll(waitS) {
    const silence = setTimeout(() => this.#giveUp(), SILENCE_MS);
    try {
      const shown = { after: this.last, wait: waitS, typing: this.#writer ?? "" };
      const { messages, state, typing } = await readMessages(this.session, shown, this.#round.signal);
      this.#take(messages, state);
      this.#hear(typing ?? null);
    } finally {
      clearTimeout(silence);
    }
  }

  async #stream() {
    const round = this.#round;
    await this.#poll(0); // Brings the whole talk and its state at once, also where the stream is held back.
    let silence = setTimeout(() => this.#giveUp(), SILENCE_MS);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => this.#giveUp(), SILENCE_MS);
    };
    try {
      const stream = await openStream(this.session, this.last, round.signal);
      for await (const { event, data } of readEvents(stream, heard)) this.#event(event, data);
    } catch (error) {
      if (error instanceof ApiError) {
        if (!error.ended && error.status !== 429 && navigator.onLine && !round.signal.aborted) this.#streams = false;
        throw error;
      }
      throw new ApiError(0, "stream_broke");
    } finally {
      clearTimeout(silence);
    }
  }

  /** @param {string} event @param {string} data */
  #event(event, data) {
    const body = JSON.parse(data);
    if (event === "message") this.#take([body], null);
    else if (event === "state") this.#take([], body.state);
    else if (event === "typing") this.#hear(body.is_typing ? body.name : null);
  }

  /** The line has been silent for too long; the next round shows whether anybody is there. */
  #giveUp() {
    this.#failures += 1;
    if (this.#failures > 1) this.onReach(false);
    this.#round.abort();
  }

  /** @param {ApiError} error */
  async #recover(error) {
    if (!this.#running || this.#round.signal.aborted) return;
    if (error.ended) {
      this.stop();
      this.onEnded();
      return;
    }
    this.#failures += 1;
    if (this.#failures > 1 || !navigator.onLine) this.onReach(false);
    await this.#nap.sleep(error.retryAfterS === null ? backoffMs(this.#failures) : error.retryAfterS * 1000);
  }
}
