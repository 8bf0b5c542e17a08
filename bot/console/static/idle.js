// Locks the screen when nobody is there, and tells the server while somebody types without sending anything.
// What was typed is kept by the page itself; the server is who decides.
const IDLE_MS = 15 * 60_000;
const TELL_MS = 4 * 60_000;
const LOOK_MS = 20_000;

let lastSign = Date.now();
let lastTold = Date.now();
for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"])
  addEventListener(kind, () => (lastSign = Date.now()), { passive: true, capture: true });

/** @param {string} path */
const ask = (path) => fetch(path, { headers: { "X-Requested-With": "fetch" } });

async function look() {
  const now = Date.now();
  try {
    if (lastSign > lastTold && now - lastTold > TELL_MS) {
      lastTold = now;
      await go(await ask("/console/here"));
    } else if (now - lastSign > IDLE_MS) await go(await ask("/console/here/still"));
  } catch {
    // Offline: asked again at the next look.
  }
}

/** @param {Response} response */
async function go(response) {
  if (response.status !== 401) return;
  const here = encodeURIComponent(location.pathname + location.search);
  const { error } = await response.json();
  location.assign(`${String(error.sign_in).split("?")[0]}?next=${here}`);
}

// Whoever signs out by themselves leaves no draft behind; a session that ends meanwhile keeps it.
document.querySelector('form[action="/console/sign-out"]')?.addEventListener("submit", () => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft:")) sessionStorage.removeItem(key);
});

setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
