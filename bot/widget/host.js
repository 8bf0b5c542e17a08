// The clinic's page around this panel. Only "open", "closed", "close" and a number go across, never a patient's words.

const options = new URLSearchParams(location.hash.slice(1));
const isFramed = window.parent !== window;

export const mayClose = isFramed && options.get("mode") !== "inline";

/** @param {Record<string, unknown>} message */
function post(message) {
  const origin = options.get("host");
  if (!isFramed || !origin || !URL.canParse(origin)) return;
  window.parent.postMessage({ mesoguide: 1, ...message }, origin);
}

export const askToClose = () => post({ type: "close" });

/** @param {number} count */
export const tellUnread = (count) => post({ type: "unread", count });

/** @param {(isOpen: boolean) => void} onChange */
export function watchHost(onChange) {
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== options.get("host") || data?.mesoguide !== 1) return;
    if (data.type === "open" || data.type === "closed") onChange(data.type === "open");
  });
}

/** Colours, roundness and font that the clinic set on its element; anything that CSS can't read is left out. */
export function applyTheme() {
  const kinds = { accent: "color", "accent-ink": "color", radius: "border-radius", font: "font-family" };
  for (const [name, property] of Object.entries(kinds)) {
    const value = options.get(name);
    if (value && CSS.supports(property, value) && !value.includes("url("))
      document.documentElement.style.setProperty(`--meso-${name}`, value);
  }
}
