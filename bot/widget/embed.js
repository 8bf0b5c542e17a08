// The launcher on the clinic's page. Loads and stores nothing more until a visitor opens the chat.
(() => {
  const script = document.currentScript;
  const panel = new URL("panel", script.src);
  const small = "(max-width:480px),(max-height:480px)";
  const phone = matchMedia(small);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{all:initial;color-scheme:light dark;font:600 16px/1.2 var(--meso-font,system-ui,sans-serif)}
button,dialog{position:fixed;z-index:2147483000;inset:auto;bottom:20px;inset-inline-end:20px;border:2px solid transparent;box-shadow:0 8px 32px #16302e4d}
button{font:inherit;cursor:pointer;min-height:56px;padding:8px 22px;border-radius:28px;background:var(--meso-accent,#0f766e);color:var(--meso-accent-ink,#fff)}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #16302e}
dialog button{position:absolute}
i{margin-inline-start:10px;padding:2px 8px;border-radius:12px;background:#fff;color:#16302e}
dialog{bottom:92px;width:400px;max-width:none;height:min(720px,100dvh - 112px);max-height:none;padding:0;border:0;border-radius:var(--meso-radius,22px);overflow:hidden}
iframe{width:100%;height:100%;border:0}
@media ${small}{dialog{inset:0;top:var(--top);width:100%;height:var(--height,100dvh);border-radius:0}}
:host([data-mode]){display:block;height:680px}
:host([data-mode]) dialog{position:static;width:100%;height:100%;box-shadow:0 0 0 1px #8884}
[hidden],i:empty,:host([data-mode]) button{display:none}`);

  const make = (tag, props) => Object.assign(document.createElement(tag), props);

  class MesoGuide extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const { label = "Questions?", mode, open } = this.dataset;
      const dialog = make("dialog", { ariaLabel: label });
      const toggle = () => (dialog.open ? dialog.close() : this.show());
      Object.assign(this, { label, dialog });
      this.words = make("span");
      this.badge = make("i");
      this.launch = make("button", { ariaHasPopup: "dialog", onclick: toggle });
      this.launch.append(this.words, this.badge);
      this.spare = make("button", { textContent: "Close chat", onclick: toggle });
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.launch, dialog);
      addEventListener("message", (event) => this.hear(event));
      // What opens by itself takes no focus, and never covers a phone.
      if (mode || (open !== undefined && !phone.matches)) {
        this.load();
        dialog.open = true;
      }
      this.tell();
      if (mode) return;
      this.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
      dialog.onclose = () => {
        if (!dialog.open) this.launch.focus();
        this.tell();
      };
      phone.onchange = () => dialog.open && this.show();
      visualViewport.addEventListener("resize", () => this.fit());
    }

    load() {
      const hash = new URLSearchParams({ host: origin, mode: this.dataset.mode || "" });
      for (const name of ["accent", "accent-ink", "radius", "font"])
        hash.set(name, getComputedStyle(this).getPropertyValue(`--meso-${name}`).trim());
      this.frame = make("iframe", { title: this.label, src: `${panel}#${hash}` });
      this.dialog.append(this.frame, this.spare);
    }

    show() {
      if (!this.frame) this.load();
      this.dialog.close();
      phone.matches ? this.dialog.showModal() : this.dialog.show();
      this.fit();
      this.frame.focus();
      this.tell();
    }

    // Stays above a phone's keyboard.
    fit() {
      const { offsetTop, height } = visualViewport;
      this.dialog.style.setProperty("--top", offsetTop + "px");
      this.dialog.style.setProperty("--height", height + "px");
    }

    tell() {
      const { open } = this.dialog;
      this.launch.ariaExpanded = open;
      this.words.textContent = open ? "Close chat" : this.label;
      if (this.alive) this.frame.contentWindow.postMessage({ mesoguide: 1, type: open ? "open" : "closed" }, panel.origin);
    }

    hear({ source, origin, data }) {
      if (source !== this.frame?.contentWindow || origin !== panel.origin || data?.mesoguide !== 1) return;
      if (data.type === "close") this.dialog.close();
      if (data.type !== "unread" || !(data.count >= 0)) return;
      this.badge.textContent = data.count ? Math.min(data.count, 99) + " new" : "";
      if (this.alive) return;
      this.alive = this.spare.hidden = true; // It has its own.
      this.tell();
    }
  }

  const start = () => {
    if (customElements.get("meso-guide")) return;
    customElements.define("meso-guide", MesoGuide);
    const guide = new MesoGuide();
    Object.assign(guide.dataset, script.dataset);
    if (script.dataset.mode && document.body.contains(script)) script.after(guide);
    else document.body.append(guide);
  };
  document.body ? start() : addEventListener("DOMContentLoaded", start);
})();
