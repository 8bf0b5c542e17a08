// @ts-check
// Says that somebody waits: in the title, and for a red flag with a sound and a notification. Never a patient's words.

const MUTED = "mesoguide.console.muted";
const KNOWN = "mesoguide.console.urgent";
const TITLE = document.title;
const sound = /** @type {HTMLButtonElement | null} */ (document.getElementById("sound"));
const notify = /** @type {HTMLButtonElement | null} */ (document.getElementById("notify"));
const said = document.getElementById("said");
/** @type {AudioContext | null} */
let audio = null;
let waitingBefore = -1;

/**
 * @param {{waiting: number, urgent: string[]}} queue `urgent` are the handoffs with a red flag that nobody has
 */
export function alarm({ waiting, urgent }) {
  document.title = waiting ? `(${waiting}) ${TITLE}` : TITLE;
  const known = read(sessionStorage, KNOWN)?.split(" ") ?? [];
  const fresh = urgent.filter((id) => !known.includes(id));
  write(sessionStorage, KNOWN, urgent.join(" "));
  if (fresh.length) {
    say(`${fresh.length === 1 ? "A red flag waits" : `${fresh.length} red flags wait`}. ${waiting} waiting.`);
    void once(() => {
      beep();
      pop(waiting);
    });
  } else if (waitingBefore >= 0 && waiting > waitingBefore) {
    say(`Somebody new waits. ${waiting} waiting.`);
  }
  waitingBefore = waiting;
}

/** @param {string} words */
function say(words) {
  if (said) said.textContent = words;
}

/**
 * Of several open tabs one makes the noise.
 * @param {() => void} act
 */
async function once(act) {
  if (!navigator.locks) return act();
  await navigator.locks.request("mesoguide-alarm", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    act();
    await new Promise((done) => setTimeout(done, 2_500));
  });
}

function beep() {
  if (read(localStorage, MUTED) === "yes") return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [at, pitch] of [[0, 660], [0.22, 880], [0.44, 660]]) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start + at);
    volume.gain.linearRampToValueAtTime(0.25, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.21);
  }
  document.dispatchEvent(new CustomEvent("mesoguide:beep"));
}

/** @param {number} waiting */
function pop(waiting) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification("A red flag waits", { body: `${waiting} waiting in the queue.`, tag: "mesoguide-urgent" });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
  });
}

function showSound() {
  if (!sound) return;
  const isMuted = read(localStorage, MUTED) === "yes";
  sound.hidden = false;
  sound.setAttribute("aria-pressed", String(!isMuted));
  const words = sound.querySelector("span");
  if (words) words.textContent = isMuted ? "Sound is off" : "Sound is on";
}

function showNotify() {
  if (notify) notify.hidden = !("Notification" in window) || Notification.permission !== "default";
}

/**
 * Storage may be refused by the browser's settings; the console works without.
 * @param {Storage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {Storage} storage
 * @param {string} key
 * @param {string} value
 */
function write(storage, key, value) {
  try {
    storage.setItem(key, value);
  } catch {
    // Then it is forgotten with the page.
  }
}

sound?.addEventListener("click", () => {
  const isMuted = read(localStorage, MUTED) === "yes";
  write(localStorage, MUTED, isMuted ? "no" : "yes");
  showSound();
  if (isMuted) beep();
});
notify?.addEventListener("click", async () => {
  await Notification.requestPermission();
  showNotify();
});
// Browsers let a page make sounds only after somebody has touched it.
for (const touch of ["pointerdown", "keydown"]) {
  document.addEventListener(touch, () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  }, { once: true });
}
showSound();
showNotify();
