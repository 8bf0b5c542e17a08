// "Save this talk": the export as a text file that anybody can read, made in the browser.

import { el } from "./dom.js";
import { words } from "./strings.js";

/** @typedef {import("./types.js").Message} Message */

/** @param {Message} message */
function lines({ author, at, text, name, envelope }) {
  const who = { patient: words.you, bot: words.bot, staff: name ?? words.staff, system: words.system }[author];
  const sources = (envelope?.sources ?? []).map(({ title, url }) => `  ${words.source} ${title}${url ? ` – ${url}` : ""}`);
  const said = (envelope?.text ?? text ?? "").replace(/\*\*(.+?)\*\*/g, "$1");
  return [`[${new Date(at).toLocaleString()}] ${who}:`, said, ...sources, ""];
}

/** What isn't a message, as far as there is any: names and values, one below the other. */
const OTHERS = ["conversation", "handoffs", "assessments", "notes", "tags", "reads", "missed"];

/** @param {unknown} value @param {string} indent @returns {string[]} */
function listed(value, indent) {
  if (value === null || typeof value !== "object") return [`${indent}${value}`];
  return Object.entries(value).flatMap(([name, inner]) => {
    const isEmpty = inner === null || (typeof inner === "object" && !Object.keys(inner).length);
    if (isEmpty) return [];
    const label = Array.isArray(value) ? "-" : `${name.replaceAll("_", " ")}:`;
    return typeof inner === "object" ? [`${indent}${label}`, ...listed(inner, `${indent}  `)] : [`${indent}${label} ${inner}`];
  });
}

/** @param {Record<string, unknown>} held */
function rest(held) {
  const kept = Object.fromEntries(OTHERS.filter((name) => held[name]).map((name) => [name, held[name]]));
  return [words.alsoHeld, ...listed(kept, "")];
}

/** @param {Record<string, unknown> & {messages?: Message[]}} held @param {import("./types.js").Config} config */
export function talkAsText(held, config) {
  const head = [config.clinic_name, words.foot(config.emergency_number), new Date().toLocaleString(), ""];
  const body = Array.isArray(held.messages) ? held.messages.flatMap(lines) : [JSON.stringify(held, null, 2)];
  return [...head, ...body, ...rest(held)].join("\r\n");
}

/** @param {string} text @param {string} name @param {string} [type] */
export function download(text, name, type = "text/plain") {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
