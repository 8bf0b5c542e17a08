// The screens around a talk: consent before it, the question whether to delete, the receipt after it.

import { el } from "./dom.js";
import { safeLink } from "./markdown.js";
import { words } from "./strings.js";

/** @typedef {import("./types.js").Config} Config */

/** @param {Config} config */
function emergencyLine({ emergency_number: number }) {
  const call = words.callEmergency(number);
  const href = number && `tel:${number.replace(/[^\d+]/g, "")}`;
  return el("p", { class: "alarm" }, el("strong", {}, words.notEmergency), " ", href ? el("a", { href }, call) : call);
}

/** @param {Config} config @param {() => Promise<void>} onAgree rejects when no talk could be opened */
export function consentScreen(config, onAgree) {
  const problem = el("p", { class: "problem", role: "alert" });
  const button = el("button", { class: "primary", type: "button" }, words.agree);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = words.starting;
    problem.textContent = "";
    try {
      await onAgree();
    } catch {
      problem.textContent = `${words.cannotStart} ${words.orPhone(config.phone)}`;
      button.removeAttribute("aria-disabled");
      button.textContent = words.agree;
    }
  });
  const privacy = safeLink(config.privacy_url ?? "");
  return el(
    "section", { class: "card", "aria-labelledby": "consent-title" },
    el("h2", { id: "consent-title", tabindex: "-1" }, words.consentTitle),
    el("p", {}, words.consentWhat),
    el("p", {}, words.consentStored(config.retention_days)),
    emergencyLine(config),
    button,
    problem,
    privacy && el("p", { class: "centre" }, el("a", { href: privacy, target: "_blank", rel: "noopener" }, words.privacy)),
  );
}

/** Shown when even the settings can't be read. @param {() => void} onRetry */
export function unreachableScreen(onRetry) {
  return el(
    "section", { class: "card" },
    el("p", { role: "alert" }, words.cannotStart),
    el("p", { class: "alarm" }, el("strong", {}, words.notEmergency), " ", words.callEmergency(null)),
    el("button", { class: "primary", type: "button", onclick: onRetry }, words.tryAgain),
  );
}

/** @param {import("./types.js").Receipt} receipt @param {() => void} onRestart */
export function receiptScreen(receipt, onRestart) {
  const when = new Date(receipt.erased_at);
  return el(
    "section", { class: "card", "aria-labelledby": "receipt-title" },
    el("h2", { id: "receipt-title", tabindex: "-1" }, words.removedTitle),
    el("p", {}, words.removedBody(receipt.messages)),
    el("p", { class: "receipt" }, el("code", {}, receipt.receipt), el("time", { datetime: receipt.erased_at }, when.toLocaleString())),
    el("button", { class: "primary", type: "button", onclick: onRestart }, words.startNew),
  );
}

/** Ask before erasing. @param {() => Promise<void>} onDelete */
export function confirmDelete(onDelete) {
  const problem = el("p", { class: "problem", role: "alert" });
  const yes = el("button", { class: "primary danger", type: "button" }, words.removeYes);
  const no = el("button", { class: "secondary", type: "button", autofocus: true }, words.removeNo);
  const dialog = el(
    "dialog", { "aria-labelledby": "delete-title" },
    el("h2", { id: "delete-title" }, words.removeTitle), el("p", {}, words.removeBody), problem,
    el("div", { class: "pair" }, no, yes),
  );
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  yes.addEventListener("click", async () => {
    try {
      await onDelete();
      dialog.close();
    } catch {
      problem.textContent = words.removeFailed;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}
