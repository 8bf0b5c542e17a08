// What one browser tab remembers: the talk's key, unsent messages, the text size. Nothing before consent.

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Entry} Entry */

/** Stands in where the browser forbids storage to an embedded page. @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? memory.get(key) ?? "null");
  } catch {
    return JSON.parse(memory.get(key) ?? "null");
  }
}

/** @param {string} key @param {unknown} value */
function write(key, value) {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // Storage is full or forbidden: the copy in memory lasts as long as this page.
  }
}

/** @returns {Session|null} */
export function loadSession() {
  const session = read("mesoguide.session");
  return session?.id && session.token ? session : null;
}

/** @param {Session} session */
export const saveSession = (session) => write("mesoguide.session", session);

/** @returns {Entry[]} */
export const loadOutbox = () => read("mesoguide.outbox") ?? [];

/** @param {Entry[]} entries */
export const saveOutbox = (entries) => write("mesoguide.outbox", entries);

/** @returns {number} */
export const loadSize = () => read("mesoguide.size") ?? 0;

/** @param {number} size */
export const saveSize = (size) => write("mesoguide.size", size);

/** Forget the talk and its unsent messages. */
export function forgetTalk() {
  for (const key of ["mesoguide.session", "mesoguide.outbox", "mesoguide.size"]) {
    memory.delete(key);
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Nothing was stored, then.
    }
  }
}
