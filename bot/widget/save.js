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

/** @param {{messages?: Message[]}} held @param {import("./types.js").Config} config */
export function talkAsText(held, config) {
  const head = [config.clinic_name, words.foot(config.emergency_number), new Date().toLocaleString(), ""];
  const body = Array.isArray(held.messages) ? held.messages.flatMap(lines) : [JSON.stringify(held, null, 2)];
  return [...head, ...body].join("\r\n");
}

/** @param {string} text @param {string} name @param {string} [type] */
export function download(text, name, type = "text/plain") {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
