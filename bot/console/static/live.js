// @ts-check
// Hears from the server what changed and tells the page: `mesoguide:changed` with {conversation}, null for "perhaps any",
// and `mesoguide:queue` with {waiting, urgent}. Keeps the number of failing deliveries beside their page's link.
// Loaded on every page of the console.

import { alarm } from "./alarm.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Without any sign for so long the line is dead, whatever the browser believes. */
const SILENCE_MS = 45_000;

const state = document.getElementById("live");
const said = document.getElementById("said");
const failing = document.getElementById("failing");
let wait = FIRST_WAIT_MS;
/** @type {EventSource | null} */
let source = null;
let timer = 0;
let watchdog = 0;
let failingBefore = -1;

/**
 * @param {"live" | "lost" | "out"} name
 * @param {string} words
 */
function show(name, words) {
  if (!state || state.dataset.state === name) return;
  // Only the loss and the return of the line are worth a word; that it works at first is not.
  const isNews = state.dataset.state !== undefined && state.dataset.state !== "";
  state.dataset.state = name;
  state.textContent = words;
  if (isNews && said) said.textContent = words;
}

/** @param {number} count */
function showFailing(count) {
  const number = failing?.firstElementChild;
  if (!failing || !number) return;
  number.textContent = count > 99 ? "99+" : String(count);
  failing.hidden = !count;
  // What already failed before this page was opened is read with the link.
  if (failingBefore >= 0 && count > failingBefore && said) said.textContent = `${count} ${count === 1 ? "delivery fails" : "deliveries fail"}.`;
  failingBefore = count;
}

function listen() {
  source?.close();
  source = new EventSource("/console/events");
  source.addEventListener("queue", (event) => {
    wait = FIRST_WAIT_MS;
    show("live", "Live");
    const detail = JSON.parse(event.data);
    alarm(detail);
    tell("mesoguide:queue", detail);
  });
  source.addEventListener("deliveries", (event) => {
    hear();
    showFailing(JSON.parse(event.data).failing);
  });
  source.addEventListener("changed", (event) => tell("mesoguide:changed", JSON.parse(event.data)));
  source.addEventListener("end", () => listen());
  source.addEventListener("error", () => lose());
  hear();
}

/**
 * @param {string} name
 * @param {unknown} detail
 */
function tell(name, detail) {
  hear();
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Comments can't be heard by scripts, so the watchdog asks before it gives up. */
function hear() {
  clearTimeout(watchdog);
  watchdog = window.setTimeout(async () => {
    if (await isSignedIn()) hear();
    else lose();
  }, SILENCE_MS);
}

async function lose() {
  source?.close();
  clearTimeout(timer);
  clearTimeout(watchdog);
  show("lost", "Not live: trying again");
  timer = window.setTimeout(async () => {
    const signedIn = await isSignedIn().catch(() => null);
    if (signedIn === false) {
      show("out", "Signed out: reload the page");
      return;
    }
    listen();
  }, wait * (0.8 + 0.4 * Math.random()));
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

/** @returns {Promise<boolean>} false when the server wants a new sign-in; throws when it can't be reached */
async function isSignedIn() {
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch("/console/events?probe=1", { headers, redirect: "manual", cache: "no-store" });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return false;
  if (!answer.ok) throw new Error("The server is not well.");
  return true;
}

// A page that comes back from the browser's own cache, or from sleep, has missed things.
window.addEventListener("pageshow", (event) => event.persisted && listen());
window.addEventListener("online", () => listen());
window.addEventListener("pagehide", () => source?.close());
if (state) listen();
