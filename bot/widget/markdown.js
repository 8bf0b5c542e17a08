// The small Markdown subset of the reply envelope: paragraphs, lists, bold, links. Makes DOM, never HTML.

import { el } from "./dom.js";

const ALLOWED = new Set(["https:", "tel:", "mailto:"]);
const INLINE = /\*\*(.+?)\*\*|\[([^\]\n]+)\]\(([^()\s]+)\)/;
const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/;

/** The address if a patient may be sent there, otherwise null. @param {string|undefined} address */
export function safeLink(address) {
  try {
    const url = new URL(address ?? "");
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** @param {string} href @param {...(Node|string)} label */
export function link(href, ...label) {
  const outside = href.startsWith("https:");
  return el("a", outside ? { href, target: "_blank", rel: "noopener noreferrer" } : { href }, ...label);
}

/** @param {string} text @returns {(Node|string)[]} */
function inline(text) {
  const found = INLINE.exec(text);
  if (!found) return [text];
  const [whole, bold, label, address] = found;
  const href = safeLink(address);
  const node = bold ? el("strong", {}, ...inline(bold)) : href ? link(href, label) : whole;
  return [text.slice(0, found.index), node, ...inline(text.slice(found.index + whole.length))];
}

/** @param {string[]} lines */
function paragraph(lines) {
  const parts = lines.flatMap((line, index) => (index ? [el("br"), ...inline(line)] : inline(line)));
  return el("p", {}, ...parts);
}

/** @param {RegExpExecArray[]} items */
function list(items) {
  const first = items[0][1];
  return el(first ? "ol" : "ul", { start: first }, ...items.map((item) => el("li", {}, ...inline(item[2]))));
}

/** @param {string} text @returns {HTMLElement[]} the blocks of the text, in order */
export function renderMarkdown(text) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  /** @type {RegExpExecArray[]} */
  let items = [];
  const flush = () => {
    if (lines.length) blocks.push(paragraph(lines));
    if (items.length) blocks.push(list(items));
    lines = [];
    items = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const item = ITEM.exec(line);
    if (!line.trim()) flush();
    else if (item) {
      if (lines.length) flush();
      items.push(item);
    } else {
      if (items.length) flush();
      lines.push(line);
    }
  }
  flush();
  return blocks;
}
