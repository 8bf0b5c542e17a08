// One talk from consent to its end: joins the log, the outbox and the receiver.

import { announce } from "./announce.js";
import { ApiError, loadSheet, postMessage, rateAnswer, tellTyping } from "./api.js";
import { renderChoices } from "./choices.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { INTERRUPTING, plainText } from "./message.js";
import { Outbox } from "./outbox.js";
import { Receiver } from "./receiver.js";
import { download } from "./save.js";
import { loadOutbox, saveOutbox, saveSession } from "./session.js";
import { words } from "./strings.js";
import { Transcript } from "./transcript.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").State} State */

/** After this time the dots would promise too much. */
const TYPING_MS = 45_000;

export class Talk {
  /** @type {State} */
  #state = "bot";
  #reached = true;
  /** Who of the clinic is writing just now. @type {string|null} */
  #writer = null;
  #over = new AbortController();

  /**
   * @param {import("./types.js").Config} config
   * @param {import("./types.js").Session} session
   * @param {{onState: (state: State, name: string|null) => void, onUnread: (count: number) => void, onRestart: () => void,
   *   onSave: () => void, onErased: (receipt: import("./types.js").Receipt) => void}} handlers
   */
  constructor(config, session, handlers) {
    this.session = session;
    this.handlers = handlers;
    this.transcript = new Transcript(config, {
      onChoose: ({ title, id }) => this.#choose(title, id),
      onRetry: (entry) => this.outbox.retry(entry),
      onRate: (seq, helpful) => this.#rate(seq, helpful),
      onDiscard: (entry) => (this.outbox.drop(entry.client_id), this.transcript.forget(entry.client_id), this.focus()),
    });
    this.composer = new Composer(config, (text) => this.#say(text), () => this.#tellTyping());
    const again = el("button", { class: "primary", type: "button", onclick: handlers.onRestart }, words.startNew);
    this.closed = el("div", { class: "ended", hidden: true }, el("p", {}, words.closedByStaff), again);
    this.bar = el("p", { id: "bar", role: "status" });
    this.starters = this.#renderStarters(config.starters);
    this.transcript.log.prepend(this.starters);
    this.node = el("div", { class: "stack" }, this.transcript.node, this.bar, this.closed, this.composer.node);
    this.outbox = this.#makeOutbox();
    this.receiver = new Receiver({
      session,
      onNews: (messages, state) => this.#news(messages, state),
      onTyping: (name) => ((this.#writer = name), this.#showTyping()),
      onReach: (reached) => ((this.#reached = reached), this.#showLine()),
      onEnded: () => this.end(),
    });
  }

  #makeOutbox() {
    return new Outbox({
      entries: loadOutbox(),
      save: saveOutbox,
      send: (entry) => this.#post(entry),
      onChange: (entry, seq) => {
        if (seq === undefined) this.transcript.showPending(entry);
        else if (this.receiver.last < seq) {
          this.transcript.showPending(entry);
          this.receiver.expect(seq);
        }
        if (entry.state === "failed") announce(`${words.failed}: ${entry.text}`);
        this.#showTyping();
      },
      onDanger: (entry, safety) => this.#warn(entry, safety),
      onEnded: () => this.end(),
    });
  }

  /** Where help is comes at once, whatever becomes of the message. @param {import("./types.js").Entry} entry @param {import("./types.js").Envelope} safety */
  #warn(entry, safety) {
    const message = this.transcript.warn(entry.client_id, safety);
    if (!message) return;
    this.#tell(message);
    this.handlers.onUnread(1);
  }

  /** To who listens. @param {Message} message */
  #tell(message) {
    announce(plainText(message), INTERRUPTING.has(message.envelope?.kind ?? "") ? "assertive" : "polite");
  }

  /** @param {import("./types.js").Entry} entry A "yes" to the question whether to delete comes back as the receipt. */
  async #post({ client_id, text, button }) {
    const stored = await postMessage(this.session, button ? { client_id, button } : { client_id, text });
    if (stored.receipt) this.handlers.onErased(stored.receipt);
    return stored;
  }

  /** @param {string[]} titles */
  #renderStarters(titles) {
    const choices = renderChoices(titles.map((title) => ({ title, id: title })), ({ title }) => this.#choose(title));
    return el("div", { class: "starters", hidden: true }, el("h2", {}, words.starterTitle), choices);
  }

  start() {
    const { signal } = this.#over;
    for (const entry of this.outbox.entries) this.transcript.showPending(entry);
    this.transcript.node.addEventListener("savesheet", () => this.#saveSheet(), { signal });
    this.transcript.node.addEventListener("savetalk", () => this.handlers.onSave(), { signal });
    addEventListener("online", () => (this.#showLine(), this.outbox.wake(), this.receiver.kick()), { signal });
    addEventListener("offline", () => this.#showLine(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.receiver.kick(), { signal });
    this.#showLine();
    this.outbox.run();
    this.receiver.start();
  }

  /** Stop everything; the key is no longer good. */
  end() {
    if (this.#over.signal.aborted) return;
    this.stop();
    const again = el("button", { class: "primary", type: "button", onclick: this.handlers.onRestart }, words.startNew);
    const note = el("div", { class: "ended" }, el("p", { role: "alert" }, words.ended), again);
    this.bar.remove();
    this.closed.remove();
    this.composer.node.replaceWith(note);
    this.handlers.onState("closed", null);
  }

  /** The patient wants the assistant back: the same as the button below the notice that somebody has joined. */
  goBack() {
    const button = this.transcript.wayBack;
    if (button) this.#choose(button.title, button.id);
  }

  /** Staff see that something is being written. Nobody needs to know when that fails. */
  #tellTyping() {
    if (this.#state === "human") tellTyping(this.session).catch(() => {});
  }

  stop() {
    this.#over.abort();
    this.receiver.stop();
    this.outbox.stop();
    this.transcript.close();
  }

  /** Into the input, but not where that would pull up a phone's keyboard. */
  focus() {
    const typed = matchMedia("(pointer: fine)").matches;
    (typed ? this.composer.input : this.transcript.log).focus();
  }

  async #saveSheet() {
    try {
      download(await loadSheet(this.session), `sheet-${new Date().toISOString().slice(0, 10)}.html`, "text/html");
    } catch {
      announce(words.noSheet, "assertive");
      this.bar.textContent = words.noSheet;
    }
  }

  /** @param {string} text @param {string} [button] */
  #say(text, button) {
    this.starters.hidden = true;
    this.outbox.add(text, button);
  }

  /** @param {number} seq @param {boolean} helpful @returns {Promise<boolean>} whether the clinic's server has noted it */
  async #rate(seq, helpful) {
    try {
      await rateAnswer(this.session, seq, helpful);
      announce(words.rated);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.ended) this.end();
      else announce(words.notRated);
      return false;
    }
  }

  /** A pressed button goes away, so the focus moves on to the input. @param {string} title @param {string} [id] */
  #choose(title, id) {
    this.#say(title, id);
    this.focus();
  }

  /** @param {Message[]} messages @param {State|null} state */
  #news(messages, state) {
    for (const { client_id } of messages) if (client_id) this.outbox.drop(client_id);
    const known = this.transcript.add(messages);
    const fresh = messages.filter(({ seq, author }) => author !== "patient" && seq > this.session.seen);
    const unheard = fresh.filter((message) => !known.has(message));
    for (const message of unheard) this.#tell(message);
    const last = messages[messages.length - 1]?.seq ?? 0;
    if (last > this.session.seen) {
      this.session.seen = last;
      saveSession(this.session);
      this.handlers.onUnread(unheard.length);
    }
    // A notice brings the name of who has come, before the state or after it.
    this.#enter(state ?? this.#state);
    this.starters.hidden = this.#hasSpoken;
    this.#showTyping();
  }

  get #hasSpoken() {
    return this.transcript.list.querySelector(".me") !== null;
  }

  /** @param {State} state */
  #enter(state) {
    const name = state === "human" ? this.transcript.person : null;
    this.#state = state;
    this.composer.address(state, name);
    this.closed.hidden = state !== "closed";
    this.node.classList.toggle("over", state === "closed");
    this.handlers.onState(state, name);
  }

  #showTyping() {
    clearTimeout(this.typingTimer);
    const writer = this.#state === "human" ? this.#writer : null;
    const isTyping = writer !== null || (["bot", "waiting"].includes(this.#state) && this.transcript.isUnanswered);
    this.transcript.showTyping(isTyping, writer);
    if (isTyping) this.typingTimer = setTimeout(() => this.transcript.showTyping(false), TYPING_MS);
  }

  #showLine() {
    this.bar.textContent = !navigator.onLine ? words.offline : this.#reached ? "" : words.unreachable;
  }
}
