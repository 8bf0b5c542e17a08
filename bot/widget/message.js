// One message as the patient sees it.

import { el, icon } from "./dom.js";
import { link, renderMarkdown, safeLink } from "./markdown.js";
import { words } from "./strings.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Envelope} Envelope */
/** @typedef {import("./types.js").Message} Message */

const LOOKS = new Map([
  ["emergency", "emergency"],
  ["urgent", "urgent"],
  ["crisis", "urgent"],
  ["minor", "urgent"],
]);

/** Kinds that interrupt what a screen reader is saying. */
export const INTERRUPTING = new Set(["emergency", "crisis"]);

/** Where help is. @param {Message} message */
export const isWarning = ({ envelope }) => LOOKS.has(envelope?.kind ?? "");

/** Staff and the server may tell the hour; the patient's own clock is used. @param {string} at */
function hour(at) {
  const time = new Date(at);
  const shown = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return el("time", { datetime: at }, shown);
}

/** @param {string} author @param {...(Node|string|null|false)} parts */
function bubble(author, ...parts) {
  return el("div", { class: "bubble", dir: "auto" }, el("span", { class: "unseen" }, `${author}: `), ...parts);
}

/** How far a questionnaire has come; its text says the same in words. @param {{now?: number, of?: number}} item */
function renderProgress({ now, of }) {
  return el("progress", { max: of, value: now, "aria-hidden": "true" });
}

/** The sheet for the visit: folded, to be read here or saved. @param {NonNullable<Envelope["media"]>[number]} item */
function renderSheet({ title, intro, sections = [] }) {
  const parts = sections.flatMap((one) => [
    el("h2", {}, one.title),
    el("ul", {}, ...one.lines.map((line) => el("li", {}, line))),
  ]);
  // Whoever shows this message knows the key with which the file is fetched.
  const ask = () => save.dispatchEvent(new CustomEvent("savesheet", { bubbles: true }));
  const save = el("button", { class: "secondary", type: "button", onclick: ask }, words.saveSheet);
  return el("div", { class: "sheet" }, el("details", {}, el("summary", {}, title ?? ""), el("p", {}, intro ?? ""), ...parts), save);
}

/** The way to save the talk that the menu has too, at hand where the patient has asked for it. */
function renderSave() {
  const ask = () => save.dispatchEvent(new CustomEvent("savetalk", { bubbles: true }));
  const save = el("button", { class: "secondary", type: "button", onclick: ask }, words.save);
  return el("div", { class: "sheet" }, save);
}

/** @param {NonNullable<Envelope["media"]>[number]} item */
function renderMedia(item) {
  if (item.type === "transcript") return renderSave();
  if (item.type === "progress") return renderProgress(item);
  if (item.type === "sheet") return renderSheet(item);
  const url = new URL(item.url, location.href);
  const ours = url.origin === location.origin || item.url.startsWith("data:image/");
  const figure = el("figure", {}, ours && el("img", { src: item.url, alt: item.alt, loading: "lazy" }));
  if (item.note) figure.append(el("figcaption", {}, item.note));
  if (item.table) figure.append(renderTable(item.table, item.alt));
  return figure;
}

/** @param {{head: string[], rows: string[][]}} table @param {string} name */
function renderTable({ head, rows }, name) {
  const top = el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell)));
  const body = rows.map(([first, ...rest]) =>
    el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((cell) => el("td", {}, cell))),
  );
  const table = el("table", {}, el("thead", {}, top), el("tbody", {}, ...body));
  return el("div", { class: "scroll", role: "group", "aria-label": name, tabindex: "0" }, table);
}

/** How many sources stand open below an answer; the others unfold, so that they don't outgrow it on a phone. */
const OPEN_SOURCES = 2;

/** @param {NonNullable<Envelope["sources"]>} sources @returns {(Node|string)[]} */
function listSources(sources) {
  return sources.flatMap(({ title, url }, index) => {
    const href = safeLink(url);
    const hint = el("span", { class: "unseen" }, ` ${words.newTab}`);
    return [index ? "; " : "", href?.startsWith("https:") ? link(href, title, hint) : title];
  });
}

/** @param {Envelope} envelope */
function renderSources({ sources = [], reviewed }) {
  if (!sources.length && reviewed !== false) return null;
  const open = sources.slice(0, OPEN_SOURCES);
  const folded = sources.slice(OPEN_SOURCES);
  const label = sources.length > 1 ? words.sources : words.source;
  const note = reviewed === false && el("span", { class: "unreviewed" }, words.unreviewed);
  const line = el("p", {}, open.length ? `${label} ` : null, ...listSources(open), open.length && note ? " · " : null, note);
  const more = folded.length && el("details", {}, el("summary", {}, words.moreSources(folded.length)), ...listSources(folded));
  return el("div", { class: "sources" }, line, more || null);
}

/** A first line that is all bold becomes the heading of a warning. @param {HTMLElement[]} blocks */
function takeHeading(blocks) {
  const [first] = blocks;
  const bold = first?.firstElementChild;
  if (!bold || bold.tagName !== "STRONG" || first.textContent !== bold.textContent) return null;
  blocks.shift();
  return bold.textContent;
}

/** @param {Envelope} envelope @param {HTMLElement[]} blocks @param {Config} config */
function warning(envelope, blocks, config) {
  const isEmergency = envelope.kind === "emergency";
  const heading = takeHeading(blocks) ?? (isEmergency ? words.emergencyTitle : words.important);
  const number = isEmergency && config.emergency_number;
  return [
    el("h2", {}, heading),
    ...blocks,
    number && el("a", { class: "call", href: `tel:${number.replace(/[^\d+]/g, "")}` }, icon("phone"), words.call(number)),
    isEmergency && el("p", { class: "note" }, words.emergencyNote),
  ];
}

/** @param {Envelope} envelope @param {Config} config @param {string} [who] */
function renderEnvelope(envelope, config, who = words.bot) {
  const blocks = renderMarkdown(envelope.text);
  const look = LOOKS.get(envelope.kind);
  const body = look ? warning(envelope, blocks, config) : blocks;
  const node = bubble(who, ...body, ...(envelope.media ?? []).map(renderMedia), renderSources(envelope));
  if (look) node.classList.add(look);
  return node;
}

/** @param {Message} message @param {Config} config @returns {HTMLLIElement} */
export function renderMessage(message, config) {
  const { author, at, envelope, text = "" } = message;
  if (author === "patient") return el("li", { class: "me" }, bubble(words.you, text));
  // A notice that asks something, or that lists something, needs more room than one line.
  const isLong = (envelope?.buttons?.length ?? 0) > 1 || envelope?.media?.length;
  if (author === "system" && envelope && isLong)
    return el("li", { class: "them" }, renderEnvelope(envelope, config, words.system));
  if (author === "system") return el("li", { class: "pill" }, el("p", { dir: "auto" }, text || (envelope?.text ?? "")));
  if (author === "bot" && envelope) return el("li", { class: "them" }, renderEnvelope(envelope, config));
  const name = message.name ?? words.staff;
  const face = el("span", { class: "face", "aria-hidden": "true" }, [...name][0]);
  const who = el("p", { class: "who" }, face, el("strong", {}, name), " · ", hour(at));
  return el("li", { class: "them staff" }, el("div", { class: "bubble", dir: "auto" }, who, ...renderMarkdown(text)));
}

/** What a screen reader says when the message arrives. @param {Message} message */
export function plainText({ author, envelope, text = "", name }) {
  const who = author === "bot" ? words.bot : author === "staff" ? (name ?? words.staff) : words.system;
  const said = renderMarkdown(envelope?.text ?? text).map((block) => block.textContent);
  const titles = (envelope?.buttons ?? []).map((button) => button.title);
  const choices = titles.length ? ` ${words.choices} ${titles.join(", ")}.` : "";
  return `${who}: ${said.join(" ")}${choices}`;
}
