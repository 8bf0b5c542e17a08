// @ts-check
// The composer: keeps the draft in this tab, sends once, and puts canned replies and cards where the caret is.

import { setFragment } from "./fragment.js";

const SIGNED_OUT = "You have been signed out. Your draft is kept in this tab.";
const NO_ANSWER = "The server can't be reached. Your draft is kept; please try again.";

/** @typedef {{ onSent: () => void, setMine: (isMine: boolean, words: { placeholder: string, hint: string, first: string }) => void, isTyping: () => boolean, forget: () => void }} Composer */

/** Where to sign in, or to unlock, so that it leads back here. @param {string | undefined} page */
function wayIn(page) {
  const address = new URL(page ?? "/console/sign-in", location.href);
  return `${address.pathname}?next=${encodeURIComponent(location.pathname)}`;
}

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/** @param {HTMLElement} talk @returns {Composer | null} null for whoever may only read */
export function startComposer(talk) {
  const form = /** @type {HTMLFormElement | null} */ (byId("composer"));
  if (!form) return null;
  const text = byId("text"), cards = byId("cards"), send = byId("send"), saveNote = byId("save-note"), refused = byId("refused");
  // Whoever signs in after a colleague in the same tab finds none of their words.
  const key = `draft:${talk.dataset.me}:${talk.dataset.id}`;
  const limit = text.maxLength;
  let typedAt = 0;
  let isSending = false;
  /** @type {Composer} */
  const self = {
    onSent: () => undefined,
    setMine: (isMine, words) => {
      send.disabled = !isMine;
      forPatient = words.placeholder;
      text.dataset.first = words.first;
      byId("hint").textContent = words.hint;
      showMode();
    },
    isTyping: () => Date.now() - typedAt < 5000 && !isNote(),
    forget: () => { text.value = ""; keep(); },
  };
  const isNote = () => byId("mode-note").checked;

  // The limit is said, not enforced by cutting off what somebody pastes.
  text.removeAttribute("maxlength");

  function keep() {
    const draft = { text: text.value, cards: cards.value, isNote: isNote() };
    try {
      if (text.value) sessionStorage.setItem(key, JSON.stringify(draft));
      else sessionStorage.removeItem(key);
    } catch {
      // A full or forbidden storage must not keep anybody from writing.
    }
    count();
  }

  function restore() {
    if (text.value) return keep();
    try {
      const draft = JSON.parse(sessionStorage.getItem(key) ?? "null");
      if (!draft) return;
      text.value = draft.text;
      cards.value = draft.cards;
      byId(draft.isNote ? "mode-note" : "mode-reply").checked = true;
      showCards();
    } catch {
      return;
    }
    count();
  }

  function count() {
    const length = [...text.value.trim()].length;
    const left = limit - length;
    byId("count").textContent = left < 500 ? `${length.toLocaleString("en")} of ${limit.toLocaleString("en")}` : "";
    byId("count").classList.toggle("over", left < 0);
  }

  function showCards() {
    const list = byId("chosen");
    list.replaceChildren(...cards.value.split(",").filter(Boolean).map((/** @type {string} */ id) => {
      const item = document.createElement("li"), drop = document.createElement("button");
      item.dataset.card = id;
      drop.type = "button";
      drop.className = "drop";
      drop.textContent = "×";
      drop.setAttribute("aria-label", `Take the card ${id} off the record`);
      item.append(`Card ${id} `, drop);
      return item;
    }));
  }

  /** @param {string} added */
  function insert(added) {
    const [start, end] = [text.selectionStart, text.selectionEnd];
    const before = text.value.slice(0, start);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    text.setRangeText(gap + added, start, end, "end");
    text.focus();
    keep();
  }

  /** @param {string} sentence @param {string} [link] */
  function refuse(sentence, link) {
    refused.textContent = sentence;
    if (link) {
      const again = document.createElement("a");
      again.href = link;
      again.textContent = "Sign in again";
      refused.append(" ", again);
    }
    refused.hidden = false;
  }

  /** @param {string} address */
  async function submit(address) {
    if (isSending) return;
    if ([...text.value.trim()].length > limit) return refuse(`Please keep it under ${limit.toLocaleString("en")} characters.`);
    if (!text.value.trim()) return text.focus();
    isSending = true;
    refused.hidden = true;
    for (const button of [send, saveNote]) button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(/** @type {any} */ (new FormData(form ?? undefined))),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const said = await answer.json().catch(() => null);
      if (answer.ok && said && !answer.redirected) sent();
      else if (answer.status === 401 || answer.redirected) refuse(SIGNED_OUT, wayIn(said?.error?.sign_in));
      else refuse(said?.error?.message ?? "This page is out of date. Reload it; your draft is kept.");
    } catch {
      refuse(NO_ANSWER);
    } finally {
      isSending = false;
      for (const button of [send, saveNote]) button.removeAttribute("aria-disabled");
    }
  }

  function sent() {
    text.value = "";
    cards.value = "";
    showCards();
    // The next message is another one; the same id would be taken for this one sent twice.
    /** @type {any} */ (form).elements.client_id.value = crypto.randomUUID();
    byId("flash")?.remove();
    keep();
    text.focus();
    self.onSent();
  }

  form.addEventListener("submit", (event) => {
    const button = /** @type {any} */ (event).submitter;
    if (!button || button === send || button === saveNote) {
      event.preventDefault();
      const isReply = !isNote();
      if (isReply && send.disabled) return refuse(`Only the owner can send. ${text.dataset.first}, or save a private note.`);
      void submit((isReply ? send : saveNote).formAction);
    }
  });
  form.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    if (button.dataset.text !== undefined) {
      event.preventDefault();
      if (button.dataset.card) {
        cards.value = [...new Set([...cards.value.split(",").filter(Boolean), button.dataset.card])].join(",");
        showCards();
      }
      button.closest("details")?.removeAttribute("open");
      insert(button.dataset.text);
    } else if (button.classList.contains("drop")) {
      const id = button.closest("li")?.dataset.card;
      cards.value = cards.value.split(",").filter((/** @type {string} */ one) => one !== id).join(",");
      showCards();
      keep();
      text.focus();
    } else if (button.id === "card-search") {
      event.preventDefault();
      void search();
    }
  });
  text.addEventListener("input", () => { typedAt = Date.now(); keep(); });
  text.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(isNote() ? saveNote : send.disabled ? undefined : send);
    }
  });
  let forPatient = text.placeholder;
  const showMode = () => { text.placeholder = isNote() ? text.dataset.note : forPatient; };
  for (const id of ["mode-reply", "mode-note"]) byId(id).addEventListener("change", () => { showMode(); keep(); });

  const query = byId("card-query");
  let timer = 0;
  query.addEventListener("input", () => { clearTimeout(timer); timer = window.setTimeout(search, 200); });
  query.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void search();
  });

  async function search() {
    try {
      const answer = await fetch(`/console/conversations/${talk.dataset.id}/cards?q=${encodeURIComponent(query.value)}`, { cache: "no-store" });
      if (answer.ok && !answer.redirected) setFragment(byId("card-results"), await answer.text());
    } catch {
      // The next letter asks again.
    }
  }

  restore();
  showMode();
  count();
  return self;
}
