// Speaks new messages to screen readers from regions of their own. The visible talk is not live: it would be
// read twice, and the focus never moves when a message arrives.

import { byId, el } from "./dom.js";

/** Shorter than this, some screen readers miss the change. */
const KEPT_MS = 1000;

/** @param {string} text plain, without marks @param {"polite"|"assertive"} [region] */
export function announce(text, region = "polite") {
  const line = el("p", {}, text);
  byId(region).append(line);
  setTimeout(() => line.remove(), KEPT_MS);
}
