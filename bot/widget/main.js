// Starts the panel: settings, then consent or the talk that this tab already has.

import { eraseConversation, exportConversation, loadConfig, openConversation } from "./api.js";
import { announce } from "./announce.js";
import { byId, icon } from "./dom.js";
import { applyTheme, askToClose, mayClose, tellUnread, watchHost } from "./host.js";
import { Menu } from "./menu.js";
import { download, talkAsText } from "./save.js";
import { confirmDelete, consentScreen, receiptScreen, unreachableScreen } from "./screens.js";
import { forgetTalk, loadSession, saveSession } from "./session.js";
import { words } from "./strings.js";
import { Talk } from "./talk.js";

/** @typedef {import("./types.js").Config} Config */

/** @type {Config} */
let config;
/** @type {Talk|null} */
let talk = null;
let unread = 0;
let isOpen = true;

const screen = byId("screen");
const menu = new Menu({ onBack: () => talk?.goBack(), onSave: saveTalk, onDelete: () => confirmDelete(deleteTalk) });

/** @param {HTMLElement} node */
function show(node) {
  screen.replaceChildren(node);
  screen.classList.toggle("scrolls", node.classList.contains("card"));
  menu.offerTalk(talk !== null);
  focus();
}

/** Put the focus where the patient goes on, once the panel has it at all. */
function focus() {
  if (!document.hasFocus()) return;
  if (talk) talk.focus();
  else screen.querySelector("h2")?.focus();
}

/** @param {import("./types.js").State} state @param {string|null} [name] of the person who has the talk */
function showStatus(state, name = null) {
  byId("status").textContent = name ? words.talkingTo(name) : words[state === "bot" ? "assistant" : state];
  byId("status").classList.toggle("person", state === "human");
  menu.offerWayBack(state === "human");
}

/** @param {number} count */
function setUnread(count) {
  unread = count;
  tellUnread(unread);
}

function askConsent() {
  talk = null;
  forgetTalk();
  showStatus("bot");
  show(
    consentScreen(config, async () => {
      const session = { ...(await openConversation()), seen: 0 };
      saveSession(session);
      resume(session);
    }),
  );
}

/** @param {import("./types.js").Session} session */
function resume(session) {
  talk = new Talk(config, session, {
    onState: showStatus,
    onUnread: (count) => isOpen || setUnread(unread + count),
    onRestart: askConsent,
    onSave: saveTalk,
    onErased: endWith,
  });
  showStatus("bot");
  show(talk.node);
  talk.start();
}

async function saveTalk() {
  if (!talk) return;
  try {
    const held = await exportConversation(talk.session);
    download(talkAsText(held, config), `talk-${new Date().toISOString().slice(0, 10)}.txt`);
  } catch {
    announce(words.saveFailed, "assertive");
    talk.bar.textContent = words.saveFailed;
  }
}

async function deleteTalk() {
  if (!talk) return;
  endWith(await eraseConversation(talk.session));
}

/** @param {import("./types.js").Receipt} receipt */
function endWith(receipt) {
  talk?.stop();
  talk = null;
  forgetTalk();
  showStatus("bot");
  show(receiptScreen(receipt, askConsent));
}

/** Esc shuts the menu first, then the panel. @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (menu.isOpen) {
    menu.show(false);
    menu.button.focus();
  } else if (mayClose) askToClose();
}

function wireFrame() {
  const close = byId("close");
  close.append(icon("close"));
  close.setAttribute("aria-label", words.close);
  close.hidden = !mayClose;
  close.addEventListener("click", askToClose);
  document.addEventListener("keydown", onKey);
  watchHost((open) => {
    isOpen = open;
    if (!open) return;
    setUnread(0);
    focus();
  });
  tellUnread(0);
}

async function start() {
  try {
    config = await loadConfig();
  } catch {
    return show(unreachableScreen(start));
  }
  document.title = config.clinic_name;
  byId("clinic").textContent = config.clinic_name;
  byId("mark").textContent = [...config.clinic_name][0];
  const session = loadSession();
  if (session) resume(session);
  else askConsent();
}

applyTheme();
wireFrame();
await start();
