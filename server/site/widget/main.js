// SPDX-License-Identifier: MIT
//
// The widget's beginning. A page says
//
//   <script src="https://desk.example/widget.js" async></script>
//
// and gets a chat button. `data-language` on the tag overrides the page's language; `data-theme`
// is "light" (the default), "dark" or "auto"; `data-identity` is what the host's server says of who
// is signed in there. The one global, `Deskbell`, can open(), close() and identify(identity).

import { choose, direction, speak } from "../shared/i18n.js";
import { h } from "../shared/dom.js";
import { Attendance } from "./attendance.js";
import { pause, sleep } from "./backoff.js";
import { Chat } from "./chat.js";
import { Session } from "./session.js";
import { Sound } from "./sound.js";
import { Storage } from "./storage.js";
import { Announcer } from "./view/announcer.js";
import { launcher } from "./view/launcher.js";
import { lineWords } from "./view/notices.js";
import { ChatWindow } from "./view/window.js";
import styles from "widget.css";

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

class Widget {
  #script;
  #base;
  #storage;
  #session;
  #sound;
  #chat;
  #config;
  #button;
  #window;
  #announcer;
  #queued = false;

  constructor(script) {
    this.#script = script;
    this.#base = new URL(".", script.src).href;
    this.#storage = new Storage(`deskbell@${this.#base}:`);
    this.#sound = new Sound(this.#storage);
  }

  async start() {
    const page = document.documentElement;
    const wished = [this.#script.dataset.language, page.lang, ...navigator.languages];
    const language = choose(wished, LANGUAGES);
    const catalogue = language === "en" ? null : this.#load(`widget/lang/${language}.json`);
    this.#session = new Session(this.#base, this.#storage, language);
    this.#config = await this.#configure();
    if (!this.#config.enabled) return;
    speak(language, await catalogue);
    const written = wished.find(Boolean);
    const backwards = direction(written) === "rtl" || getComputedStyle(page).direction === "rtl";
    this.#session.identify(this.#script.dataset.identity);
    this.#build(language, backwards ? "rtl" : "ltr");
    if (this.#chat.begun) this.#chat.join();
  }

  open() {
    if (!this.#window || this.#window.isOpen) return;
    this.#window.open();
    this.#chat.join();
    this.#draw();
    this.#window.settle();
  }

  close() {
    if (!this.#window?.isOpen) return;
    this.#window.close();
    this.#draw();
    this.#button.focus();
  }

  identify(identity) {
    this.#chat?.identify(identity);
  }

  async #load(path) {
    const reply = await fetch(this.#base + path).catch(() => null);
    return reply?.ok ? reply.json() : null;
  }

  async #configure() {
    for (let failures = 1; ; failures++) {
      try {
        return await this.#session.config();
      } catch {
        await sleep(pause(failures));
      }
    }
  }

  #build(language, dir) {
    const attendance = new Attendance(
      () => this.#session.config(),
      (news) => this.#learn(news),
    );
    this.#chat = new Chat(this.#session, this.#storage, {
      changed: () => this.#drawSoon(),
      incoming: (messages) => this.#incoming(messages),
      presence: (state) => attendance.hear(state),
      missed: () => attendance.doubt(),
    });
    this.#announcer = new Announcer();
    this.#button = launcher(() => this.#toggle());
    this.#window = new ChatWindow(this.#chat, {
      close: () => this.close(),
      toggleSound: () => this.#toggleSound(),
      portal: `${this.#base}support/conversations/`,
    });
    const side = /left/.test(this.#config.position) ? "left" : "right";
    const root = h("div", { class: `root ${side}`, lang: language, dir });
    root.append(this.#window.node, this.#button.node, this.#announcer.node);
    this.#follow(root);
    (document.body ?? document.documentElement).append(this.#shelter(root));
    this.#draw();
  }

  /** A shadow root, so that the page's styles and ours never meet. */
  #shelter(root) {
    const host = document.createElement("deskbell-chat");
    const shadow = host.attachShadow({ mode: "open" });
    const { shades } = this.#config;
    const own = shades
      ? `.root{--head:${shades.brand};--brand:${shades.brand};--strip:${shades.strip}}`
      : "";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles + own);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(root);
    return host;
  }

  #follow(root) {
    const { theme } = this.#script.dataset;
    const apply = () =>
      root.classList.toggle("dark", theme === "dark" || (theme === "auto" && DARK.matches));
    DARK.addEventListener("change", apply);
    apply();
  }

  #toggle() {
    this.#sound.allow();
    if (this.#window.isOpen) this.close();
    else this.open();
  }

  #toggleSound() {
    this.#sound.toggle();
    this.#draw();
  }

  #incoming(messages) {
    if (!this.#window.watched) this.#sound.play();
    this.#announcer.incoming(messages);
  }

  /** Somebody came or went, or it opened or closed. */
  #learn(news) {
    this.#config = { ...this.#config, ...news };
    this.#drawSoon();
  }

  /** Many changes in one turn are one drawing. */
  #drawSoon() {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => this.#draw());
  }

  #draw() {
    this.#queued = false;
    this.#button.update(this.#chat, this.#window.isOpen);
    if (!this.#window.isOpen) return;
    this.#window.update(this.#config, this.#sound.on);
    this.#announcer.alert(lineWords(this.#chat.link));
    this.#announcer.place(this.#chat.thread.position);
  }
}

if (!window.Deskbell) {
  const widget = new Widget(document.currentScript);
  const started = widget.start();
  window.Deskbell = Object.freeze({
    open: () => started.then(() => widget.open()),
    close: () => started.then(() => widget.close()),
    identify: (identity) => started.then(() => widget.identify(identity)),
  });
}
