// The gateway's public routes. Every failure is an ApiError; status 0 means that no answer came.

/** @typedef {import("./types.js").Session} Session */

const ROOT = new URL("../api/", import.meta.url);
const SEND_TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  /**
   * @param {number} status @param {string} code @param {number|null} [retryAfterS]
   * @param {import("./types.js").Envelope|null} [safety] where help is: the refused message speaks of danger
   */
  constructor(status, code, retryAfterS = null, safety = null) {
    super(`The clinic's server answered ${status || "nothing"} (${code}).`);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
    this.safety = safety;
  }

  /** The talk is gone: erased, expired, or its key is no longer good. */
  get ended() {
    return this.status === 401 || this.status === 404;
  }

  /** The same request may go through later. */
  get passing() {
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/** @param {URL} url @param {RequestInit & {session?: Session, timeoutMs?: number}} options */
async function request(url, { session, timeoutMs, ...options }) {
  const headers = new Headers(options.headers);
  if (session) headers.set("Authorization", `Bearer ${session.token}`);
  if (options.body) headers.set("Content-Type", "application/json");
  const signal = options.signal ?? (timeoutMs ? AbortSignal.timeout(timeoutMs) : null);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { ...options, headers, signal, cache: "no-store", credentials: "omit" });
  } catch (cause) {
    throw new ApiError(0, cause instanceof Error ? cause.name : "network");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const { code = "unknown", safety = null } = body?.error ?? {};
  throw new ApiError(response.status, code, Number.isNaN(retryAfter) ? null : retryAfter, safety);
}

/** @param {Response} response A body that breaks off is a failure like any other. */
async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new ApiError(0, "broken_body");
  }
}

/** @param {Session} session @param {string} [tail] */
const talk = (session, tail = "") => new URL(`conversations/${encodeURIComponent(session.id)}${tail}`, ROOT);

/** @returns {Promise<import("./types.js").Config>} */
export async function loadConfig() {
  return json(await request(new URL("config.json", import.meta.url), { timeoutMs: SEND_TIMEOUT_MS }));
}

/** Only after the patient has agreed. @returns {Promise<{id: string, token: string}>} */
export async function openConversation() {
  const body = JSON.stringify({ consent: true, locale: document.documentElement.lang });
  return json(await request(new URL("conversations", ROOT), { method: "POST", body, timeoutMs: SEND_TIMEOUT_MS }));
}

/** Safe to repeat with the same client_id. @param {Session} session @param {object} message @returns {Promise<{seq: number, receipt?: import("./types.js").Receipt}>} */
export async function postMessage(session, message) {
  const options = { session, method: "POST", body: JSON.stringify(message), timeoutMs: SEND_TIMEOUT_MS };
  const body = await json(await request(talk(session, "/messages"), options));
  return body.receipt ? { seq: 0, receipt: body } : body;
}

/** That the patient is writing; not what. @param {Session} session */
export async function tellTyping(session) {
  await request(talk(session, "/typing"), { session, method: "POST", timeoutMs: SEND_TIMEOUT_MS });
}

/** @param {Session} session @param {number} seq @param {boolean} helpful */
export async function rateAnswer(session, seq, helpful) {
  const options = { session, method: "PUT", body: JSON.stringify({ helpful }), timeoutMs: SEND_TIMEOUT_MS };
  return json(await request(talk(session, `/messages/${seq}/rating`), options));
}

/**
 * All messages after a sequence number; waits up to `wait` seconds for a first one, or until somebody else is `typing`.
 * @param {Session} session @param {{after: number, wait: number, typing: string}} shown @param {AbortSignal} signal
 * @returns {Promise<{messages: import("./types.js").Message[], state: import("./types.js").State, typing?: string}>}
 */
export async function readMessages(session, { after, wait, typing }, signal) {
  const query = `after=${after}&wait=${wait}&typing=${encodeURIComponent(typing)}`;
  return json(await request(talk(session, `/messages?${query}`), { session, signal }));
}

/** @param {Session} session @param {number} after @param {AbortSignal} signal @returns {Promise<ReadableStream<Uint8Array>>} */
export async function openStream(session, after, signal) {
  const headers = { Accept: "text/event-stream" };
  const response = await request(talk(session, `/stream?after=${after}`), { session, signal, headers });
  if (!response.body || !response.headers.get("Content-Type")?.startsWith("text/event-stream"))
    throw new ApiError(0, "no_stream");
  return response.body;
}

/** @param {Session} session @returns {Promise<import("./types.js").Receipt>} */
export async function eraseConversation(session) {
  return json(await request(talk(session), { session, method: "DELETE", timeoutMs: SEND_TIMEOUT_MS }));
}

/** Everything that is held about this talk. @param {Session} session */
export async function exportConversation(session) {
  return json(await request(talk(session, "/export"), { session, timeoutMs: SEND_TIMEOUT_MS }));
}

/** The sheet for the visit, as a page to print. @param {Session} session @returns {Promise<string>} */
export async function loadSheet(session) {
  return (await request(talk(session, "/sheet"), { session, timeoutMs: SEND_TIMEOUT_MS })).text();
}
