// SPDX-License-Identifier: MIT
//
// The chat window: puts the parts together, keeps focus where it belongs, and tells the chat what
// the visitor has seen.

import { h, mark } from "../../shared/dom.js";
import { Composer } from "./composer.js";
import { header } from "./header.js";
import { connectionBar, endingPanel, queueStrip } from "./notices.js";
import { rowsOf } from "./rows.js";
import { ThreadView } from "./thread-view.js";
import { closedUntil } from "./words.js";

const FULL_SCREEN = window.matchMedia("(max-width: 480px)");
const FOCUSABLE = "button:not([tabindex='-1']), textarea, a[href], [tabindex='0']";

export class ChatWindow {
  #chat;
  #close;
  #newFrom = 0;
  #header;
  #bar = connectionBar();
  #queue = queueStrip();
  #ending;
  #thread;
  #composer;

  /**
   * `close()` and `toggleSound()` are called when the person asks for it; at `portal` one can read
   * without the widget.
   */
  constructor(chat, { close, toggleSound, portal }) {
    this.#chat = chat;
    this.#close = close;
    this.#header = header({ close, toggleSound });
    this.#ending = endingPanel(chat, portal);
    this.#composer = new Composer(chat, () => this.#thread.toEnd());
    this.#thread = new ThreadView({
      older: () => chat.loadOlder(),
      retry: (key) => chat.retry(chat.outbox.items.find((item) => item.client_id === key)),
      seen: () => this.#markSeen(),
      link: chat.uploads.link,
    });
    this.node = h(
      "section",
      { class: "window", role: "dialog", "aria-labelledby": "title", hidden: true },
      this.#header.node,
      this.#bar.node,
      this.#queue.node,
      this.#thread.node,
      this.#ending.node,
      this.#composer.node,
    );
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.#composer.drop(event));
    this.node.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("visibilitychange", () => this.#markSeen());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** The visitor is looking at the newest message. */
  get watched() {
    return this.isOpen && !document.hidden && this.#thread.atEnd;
  }

  open() {
    const { thread } = this.#chat;
    this.#newFrom = thread.unread ? thread.ticket.user_read_seq + 1 : 0;
    this.node.hidden = false;
  }

  /** Once the parts are drawn: down to the newest, and ready to write. */
  settle() {
    this.#thread.toEnd();
    this.#focus();
  }

  close() {
    this.node.hidden = true;
  }

  update(config, sounds) {
    const chat = this.#chat;
    const held = this.#held;
    const { next_open_at } = config;
    const served = chat.thread.ticket?.assigned_to;
    let greeting = served || config.online ? config.welcome_message : config.offline_message;
    if (!served && new Date(next_open_at) > Date.now()) greeting = closedUntil(next_open_at);
    mark(this.node, "aria-modal", FULL_SCREEN.matches || null);
    this.#header.update(chat, config, sounds);
    this.#bar.update(chat);
    this.#queue.update(chat);
    this.#composer.node.hidden = !this.#ending.update(chat);
    this.#composer.update();
    const rows = rowsOf(chat, { name: config.name, greeting, newFrom: this.#newFrom });
    this.#thread.update(rows, chat.thread.loaded || chat.blocked);
    // What had the focus may be gone now: without one, Esc and Tab would be the page's.
    if (held && !held.offsetParent) this.#focus();
    this.#markSeen();
  }

  /** What in here has the focus, or null. */
  get #held() {
    const { activeElement } = this.node.getRootNode();
    return this.node.contains(activeElement) ? activeElement : null;
  }

  /**
   * To where one writes or, in a chat that is over, to where one reads: not to a button, lest what
   * was meant as a letter presses it.
   */
  #focus() {
    (this.#composer.node.hidden ? this.#thread.log : this.#composer).focus();
  }

  #markSeen() {
    if (this.watched) this.#chat.markRead();
  }

  #key(event) {
    // The page's own shortcuts must not fire while somebody writes here.
    event.stopPropagation();
    if (event.key === "Escape" && !this.#composer.dismiss()) this.#close();
    if (event.key === "Tab" && FULL_SCREEN.matches) this.#keepFocus(event);
  }

  #keepFocus(event) {
    const stops = [...this.node.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent);
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.#held !== from) return;
    event.preventDefault();
    to.focus();
  }
}
