// @ts-check
// Puts a fresh fragment from our own server into the page. What hasn't changed stays the very same element, so focus,
// selection, scroll and whatever is half typed stay as well.

const NEVER_SYNCED = new Set(["open", "value", "checked"]);

/** What a person has put in stays; what only the form knows, such as which handoff it is about, is the server's. */
const isTheirs = (/** @type {Element} */ element, /** @type {string} */ name) =>
  NEVER_SYNCED.has(name) && !(element instanceof HTMLInputElement && element.type === "hidden");

/** The only way from text to elements here; the content security policy allows no other. */
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("mesoguide", {
  createHTML: (/** @type {string} */ html) => html,
}) ?? { createHTML: (/** @type {string} */ html) => html };

/**
 * Fetch `url` and make `element`'s children what it answers. Children with a `data-key` or an id are recognised by it.
 * @param {Element} element
 * @param {string} url of our own origin; its answer is escaped by the server's templates
 * @returns {Promise<boolean>} false when the answer came too late: a newer one is in place already
 * @throws when the server can't be reached, refuses, or answers with a whole page (the session has ended)
 */
export async function replaceFragment(element, url) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) throw new Error("Fragments come from our own server only.");
  const turn = (turns.get(element) ?? 0) + 1;
  turns.set(element, turn);
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(`The server answered ${answer.status}.`);
  const html = await answer.text();
  if (turns.get(element) !== turn) return false;
  setFragment(element, html);
  return true;
}

/** @type {WeakMap<Element, number>} */
const turns = new WeakMap();

/**
 * Make `element`'s children what our server's `html` says.
 * @param {Element} element
 * @param {string} html
 */
export function setFragment(element, html) {
  const parsed = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  syncChildren(element, parsed.body);
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof Element ? node.getAttribute("data-key") || node.id || null : null;
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function isSameThing(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);
}

/**
 * @param {Node} target
 * @param {Node} source
 */
function syncChildren(target, source) {
  const kept = new Set([...source.childNodes].map(keyOf));
  /** @type {Map<string, Node>} */
  const known = new Map();
  for (const child of [...target.childNodes]) {
    const key = keyOf(child);
    if (key && !kept.has(key)) child.remove();
    else if (key) known.set(key, child);
  }
  let place = target.firstChild;
  for (const fresh of [...source.childNodes]) {
    const key = keyOf(fresh);
    // Gaps between elements must not shift what follows: moving an element would take its focus.
    while (place && fresh instanceof Element && isGap(place)) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
    let old = key ? known.get(key) ?? null : place;
    // An element with a key is nobody else's stand-in.
    if (old && !isSameThing(old, fresh)) old = null;
    if (!old) {
      target.insertBefore(document.importNode(fresh, true), place);
      continue;
    }
    if (old === place) place = place.nextSibling;
    else move(target, old, place);
    sync(old, fresh);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** @param {Node} node */
function isGap(node) {
  return node.nodeType === Node.TEXT_NODE && !node.nodeValue?.trim();
}

/**
 * Moving an element takes the focus from it, so it is given back.
 * @param {Node} target
 * @param {Node} old
 * @param {Node | null} place
 */
function move(target, old, place) {
  const focused = document.activeElement;
  target.insertBefore(old, place);
  if (focused instanceof HTMLElement && old.contains(focused) && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function sync(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!(old instanceof Element) || !(fresh instanceof Element)) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name, value } of fresh.attributes) {
    if (!isTheirs(old, name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!isTheirs(old, name) && !fresh.hasAttribute(name) && !name.startsWith("data-own-")) old.removeAttribute(name);
  }
  // What somebody types stays theirs.
  if (!(old instanceof HTMLTextAreaElement)) syncChildren(old, fresh);
}
