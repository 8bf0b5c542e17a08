// The talk on the screen: logged messages by their number, then own messages that are still on their way.

import { renderChoices, settle } from "./choices.js";
import { el } from "./dom.js";
import { isWarning, renderMessage } from "./message.js";
import { renderRating } from "./rating.js";
import { Scroll } from "./scroll.js";
import { words } from "./strings.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {{message: Message, node: HTMLLIElement, choices: HTMLElement|null}} Shown */

export class Transcript {
  /** @type {Shown[]} in the order of their numbers */
  #shown = [];
  /** @type {Map<string, {entry: Entry, node: HTMLLIElement}>} */
  #pending = new Map();
  /** Where help is, by the own message that was refused. @type {Map<string, {text: string, node: HTMLLIElement}>} */
  #warnings = new Map();
  #writer = el("p", { class: "unseen" });
  #typing = el("li", { class: "typing", hidden: true }, this.#writer, el("span", {}), el("span", {}), el("span", {}));

  /**
   * @param {import("./types.js").Config} config
   * @param {{onChoose: (button: import("./types.js").Button) => void, onRetry: (entry: Entry) => void,
   *   onRate: (seq: number, helpful: boolean) => Promise<boolean>, onDiscard: (entry: Entry) => void}} handlers
   */
  constructor(config, handlers) {
    this.config = config;
    this.handlers = handlers;
    this.list = el("ol", {}, this.#typing);
    this.log = el("div", { id: "log", role: "log", "aria-live": "off", "aria-label": words.talk, tabindex: "0" }, this.list);
    this.scroll = new Scroll(this.log);
    this.node = el("div", { class: "talk" }, this.log, this.scroll.button);
  }

  /** A patient's message is the last one said. */
  get isUnanswered() {
    const last = this.#shown[this.#shown.length - 1];
    return this.#pending.size > 0 ? this.#onlySent() : last?.message.author === "patient";
  }

  /** The button that leads back to the bot, of the newest notice that has one. */
  get wayBack() {
    const notices = this.#shown.filter(({ message }) => message.author === "system" && message.envelope?.buttons?.length);
    return notices[notices.length - 1]?.message.envelope?.buttons?.[0] ?? null;
  }

  /** The name of who of the clinic came or wrote last. */
  get person() {
    const named = this.#shown.filter(({ message }) => message.name);
    return named[named.length - 1]?.message.name ?? null;
  }

  #onlySent() {
    return [...this.#pending.values()].every(({ entry }) => entry.state === "sent");
  }

  /** @param {Message[]} messages new ones, in order @returns {Set<Message>} those whose words were shown before */
  add(messages) {
    const nodes = messages.filter((message) => !this.#has(message.seq)).map((message) => this.#insert(message));
    const known = this.#replaceWarnings(messages);
    this.#settleOld();
    if (!nodes.length) return known;
    const warning = nodes.find((node) => node.querySelector(".emergency"));
    this.scroll.show(warning ?? this.#question(nodes[0]), warning !== undefined);
    return known;
  }

  /**
   * Show where help is below an own message that was refused; only the first time that it is.
   * @param {string} clientId @param {import("./types.js").Envelope} envelope @returns {Message|null}
   */
  warn(clientId, envelope) {
    if (this.#warnings.has(clientId)) return null;
    /** @type {Message} */
    const message = { seq: 0, author: "bot", at: new Date().toISOString(), envelope };
    const node = renderMessage(message, this.config);
    this.list.insertBefore(node, this.#pending.get(clientId)?.node.nextSibling ?? this.#typing);
    this.#warnings.set(clientId, { text: envelope.text, node });
    this.scroll.show(node, true);
    return message;
  }

  /** The message went through after all: the log says the same, with a next step. @param {Message[]} messages */
  #replaceWarnings(messages) {
    /** @type {Set<Message>} */
    const known = new Set();
    for (const [clientId, { text, node }] of this.#warnings) {
      const own = this.#shown.find(({ message }) => message.client_id === clientId);
      const reply = own && messages.find((message) => message.seq > own.message.seq && isWarning(message));
      if (!reply) continue;
      node.remove();
      this.#warnings.delete(clientId);
      if (reply.envelope?.text === text) known.add(reply);
    }
    return known;
  }

  /** @param {number} seq */
  #has(seq) {
    return this.#shown.some(({ message }) => message.seq === seq);
  }

  /** @param {Message} message */
  #insert(message) {
    if (message.client_id) this.forget(message.client_id);
    const node = renderMessage(message, this.config);
    if (message.envelope?.kind === "answer")
      node.querySelector(".bubble")?.append(renderRating((helpful) => this.handlers.onRate(message.seq, helpful)));
    const buttons = message.envelope?.buttons ?? [];
    const choices = buttons.length ? renderChoices(buttons, this.handlers.onChoose) : null;
    if (choices) node.append(choices);
    const after = this.#shown.findIndex((other) => other.message.seq > message.seq);
    const place = after < 0 ? this.#shown.length : after;
    const before = this.#shown[place]?.node ?? this.#firstPending() ?? this.#typing;
    this.list.insertBefore(node, before);
    this.#shown.splice(place, 0, { message, node, choices });
    return node;
  }

  #firstPending() {
    return this.#pending.values().next().value?.node;
  }

  /** The question that a new message answers, so that both can be seen. @param {HTMLLIElement} node */
  #question(node) {
    const before = node.previousElementSibling;
    return before instanceof HTMLElement && before.classList.contains("me") ? before : node;
  }

  /** Choices stay open until the patient speaks: several answers in a row may each be opened further. */
  #settleOld() {
    /** @type {string|null} */
    let answer = this.#pending.values().next().value?.entry.text ?? null;
    for (const { message, choices } of [...this.#shown].reverse()) {
      if (message.author === "patient") answer = message.text ?? null;
      if (choices && answer !== null) settle(choices, answer);
    }
  }

  /** Show an own message that is on its way, or what has become of it. @param {Entry} entry */
  showPending(entry) {
    const node = this.#renderPending(entry);
    const old = this.#pending.get(entry.client_id);
    this.#pending.set(entry.client_id, { entry, node });
    if (old) old.node.replaceWith(node);
    else {
      this.list.insertBefore(node, this.#typing);
      this.#settleOld();
      this.scroll.toEnd();
    }
  }

  /** The talk is over: what was still on its way stays unsent. */
  close() {
    for (const { node } of this.#pending.values()) node.querySelector(".progress")?.replaceChildren(words.failed);
    this.showTyping(false);
  }

  /** @param {string} clientId */
  forget(clientId) {
    this.#pending.get(clientId)?.node.remove();
    this.#pending.delete(clientId);
  }

  /** @param {Entry} entry */
  #renderPending(entry) {
    const failed = entry.state === "failed";
    const node = el("li", { class: `me ${entry.state}`, "data-client-id": entry.client_id });
    const said = el("span", { class: "unseen" }, `${words.you}: `);
    node.append(el("div", { class: "bubble", dir: "auto" }, said, entry.text));
    const status = el("p", { class: "progress" }, words[entry.state]);
    if (failed) {
      const button = (/** @type {string} */ title, /** @type {() => void} */ onclick) =>
        el("button", { type: "button", onclick }, title);
      status.append(
        button(words.retry, () => this.handlers.onRetry(entry)),
        button(words.discard, () => this.handlers.onDiscard(entry)),
      );
    }
    node.append(status);
    return node;
  }

  /** @param {boolean} isTyping @param {string|null} [name] of a person; without it the bot writes */
  showTyping(isTyping, name = null) {
    this.#writer.textContent = name ? words.typingName(name) : words.typing;
    this.#writer.className = name ? "who" : "unseen";
    if (this.#typing.hidden === !isTyping) return;
    this.#typing.hidden = !isTyping;
    if (isTyping) this.scroll.show(this.#question(this.#typing));
  }
}
