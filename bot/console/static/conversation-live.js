// @ts-check
// New messages come in without moving focus, scroll or what is half typed. Who else is here is told, and told to others.

import { setFragment } from "./fragment.js";

const POLL_MS = 4000;
const LOOK_MS = 10000;
const AT_END_PX = 60;
/** An address that leads to one message or note. */
const LEADS_TO_ONE = /^#[mn]\d/;

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/** @param {HTMLElement} talk @param {import("./conversation-composer.js").Composer | null} composer */
export function startLive(talk, composer) {
  const scroller = byId("scroller"), lines = byId("lines"), newer = byId("newer"), announcer = byId("announcer");
  const data = talk.dataset;
  let unseen = 0;
  let isAsking = false;
  let again = false;

  const isAtEnd = () => scroller.scrollHeight > scroller.clientHeight + 1
    ? scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_END_PX
    : lines.getBoundingClientRect().bottom < window.innerHeight + AT_END_PX;
  const toEnd = () => {
    if (scroller.scrollHeight > scroller.clientHeight + 1) scroller.scrollTop = scroller.scrollHeight;
    else lines.lastElementChild?.scrollIntoView({ block: "nearest" });
    unseen = 0;
    newer.hidden = true;
  };

  async function lookNow() {
    if (isAsking) { again = true; return; }
    isAsking = true;
    try {
      do {
        again = false;
        await ask();
      } while (again);
    } catch {
      // Offline or signed out for a moment: the next look tells.
    } finally {
      isAsking = false;
    }
  }

  async function ask() {
    const day = /** @type {HTMLElement | null} */ (lines.querySelector(":scope > .line:last-of-type"))?.dataset.day ?? "";
    const query = new URLSearchParams({ note: data.note ?? "0", version: data.version ?? "", day });
    const answer = await fetch(`/console/conversations/${data.id}/after/${data.newest}?${query}`, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 404) {
      // Erased: what was half typed about the patient goes too.
      composer?.forget();
      location.reload();
    }
    if (!answer.ok || answer.redirected) return;
    const news = await answer.json();
    showPresence(news.others);
    if (news.lines) append(news.lines);
    for (const part of ["head", "card"]) if (news[part]) setFragment(byId(`talk-${part}`), news[part]);
    if (news.is_mine !== undefined) composer?.setMine(news.is_mine, news.composer);
    Object.assign(data, { newest: news.newest, note: news.note, version: news.version });
  }

  /** @param {string} html */
  function append(html) {
    const box = document.createElement("ol");
    setFragment(box, html);
    const wasAtEnd = isAtEnd();
    const fresh = [...box.children].filter((one) => !one.id || !byId(one.id));
    if (!fresh.length) return;
    byId("nothing")?.remove();
    lines.append(...fresh);
    const messages = /** @type {HTMLElement[]} */ (fresh.filter((one) => one.matches(".line")));
    if (wasAtEnd) toEnd();
    else {
      unseen += messages.length;
      newer.textContent = unseen === 1 ? "1 new message" : `${unseen} new messages`;
      newer.hidden = unseen === 0;
    }
    announce(messages.map((one) => `${one.dataset.who}: ${one.querySelector(".text")?.textContent?.trim().slice(0, 200)}`).join(". "));
  }

  /** @param {string} words */
  function announce(words) {
    announcer.textContent = words;
    // Emptied again, so that nobody who reads the page line by line finds it twice.
    setTimeout(() => { if (announcer.textContent === words) announcer.textContent = ""; }, 3000);
  }

  /** @param {{name: string, is_patient: boolean, is_typing: boolean}[]} others */
  function showPresence(others) {
    const typing = others.some((one) => one.is_patient && one.is_typing) ? "Patient is typing" : "";
    if (byId("typing").textContent !== typing) byId("typing").textContent = typing;
    const staff = others.filter((one) => !one.is_patient).map((one) => `${one.name} is ${one.is_typing ? "typing" : "viewing"}`).join(", ");
    if (byId("looking").textContent !== staff) byId("looking").textContent = staff;
  }

  async function tell() {
    if (document.visibilityState !== "visible") return;
    const body = new URLSearchParams({ csrf: data.csrf ?? "", seq: data.newest ?? "0" });
    try {
      await fetch(`/console/conversations/${data.id}/${composer?.isTyping() ? "typing" : "look"}`, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      // Said again in a moment.
    }
  }

  // A composer that grows must not push the last message out of sight.
  let wasAtEnd = true;
  scroller.addEventListener("scroll", () => { wasAtEnd = isAtEnd(); }, { passive: true });
  new ResizeObserver(() => { if (wasAtEnd && data.live !== undefined && !LEADS_TO_ONE.test(location.hash)) toEnd(); }).observe(scroller);
  newer.addEventListener("click", () => { toEnd(); scroller.focus({ preventScroll: true }); });
  scroller.addEventListener("scroll", () => { if (isAtEnd()) { unseen = 0; newer.hidden = true; } }, { passive: true });
  document.addEventListener("mesoguide:changed", (event) => {
    const about = /** @type {CustomEvent} */ (event).detail?.conversation;
    if (!about || about === data.id) void lookNow();
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { void lookNow(); void tell(); } });
  byId("text")?.addEventListener("input", throttled(tell, 3000));

  if (data.live !== undefined) {
    if (!location.hash || location.hash === "#composer") toEnd();
    setInterval(() => { if (document.visibilityState === "visible") void lookNow(); }, POLL_MS);
  }
  setInterval(tell, LOOK_MS);
  return { lookNow: () => { void lookNow().then(toEnd); } };
}

/** @param {() => void} work @param {number} pauseMs */
function throttled(work, pauseMs) {
  let last = 0;
  return () => {
    if (Date.now() - last < pauseMs) return;
    last = Date.now();
    work();
  };
}
