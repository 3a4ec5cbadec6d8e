// SPDX-License-Identifier: MIT
//
// The scrolling thread. Keeps the nodes of rows that did not change, stays at the end while the
// reader is there, and says how much is new below while the reader is not.

import { h, write } from "../../shared/dom.js";
import { _, format, ngettext } from "../../shared/i18n.js";
import { drawRow } from "./row.js";
import { icon } from "./icons.js";

const AT_END_PX = 48;
const NEAR_START_PX = 80;

function skeleton() {
  return h("div", { class: "skeleton", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

export class ThreadView {
  #hooks;
  #drawn = new Map();
  #below = 0;
  #atEnd = true;
  #room = 0;
  #loading = false;
  #list = h("div", { class: "list" });
  #skeleton = skeleton();
  #count = h("span");
  #more = h(
    "button",
    { class: "more", type: "button", hidden: true, onclick: () => this.toEnd() },
    this.#count,
    icon("down", 16),
  );

  /**
   * `hooks`: `older()` fetches older messages and resolves to whether there were any; `retry(key)`
   * sends a failed message again; `seen()` when the reader reached the end; `link(id)` resolves to
   * where a file can be read.
   */
  constructor(hooks) {
    this.#hooks = hooks;
    const about = { role: "log", "aria-live": "off", "aria-label": _("Messages"), tabindex: 0 };
    this.log = h("div", { class: "thread", ...about }, this.#skeleton, this.#list);
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#scrolled()).observe(this.log);
    this.node = h("div", { class: "pane" }, this.log, this.#more);
  }

  get atEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.#room = this.log.clientHeight;
    this.log.scrollTop = this.log.scrollHeight;
    this.#scrolled();
  }

  /** Shows `rows`; `loaded` tells that the conversation is known. */
  update(rows, loaded) {
    // The reader may have scrolled a moment ago: that counts before it is told.
    this.#scrolled();
    const stay = this.#atEnd;
    const fromEnd = this.log.scrollHeight - this.log.scrollTop;
    const older = this.#loading;
    this.#skeleton.hidden = loaded;
    this.#below += this.#reconcile(rows);
    if (stay) this.toEnd();
    else if (older) this.log.scrollTop = this.log.scrollHeight - fromEnd;
    this.#showBelow();
  }

  /** Returns how many incoming bubbles came in at the end. */
  #reconcile(rows) {
    const before = this.#drawn;
    const first = before.size === 0;
    let fresh = 0;
    this.#drawn = new Map();
    let place = this.#list.firstChild;
    for (const row of rows) {
      const sign = JSON.stringify(row);
      const old = before.get(row.key);
      const node = old?.sign === sign ? old.node : this.#draw(row);
      if (!old && !first && !this.#loading) {
        node.classList.add("enter");
        if (row.kind === "bubble" && !row.own) fresh += 1;
      }
      if (old && old.node !== node) {
        if (place === old.node) place = node;
        old.node.replaceWith(node);
      }
      if (node === place) place = place.nextSibling;
      else this.#list.insertBefore(node, place);
      this.#drawn.set(row.key, { node, sign });
    }
    for (const [key, { node }] of before) if (!this.#drawn.has(key)) node.remove();
    return fresh;
  }

  #draw(row) {
    return drawRow(row, () => this.#hooks.retry(row.key), this.#hooks.link);
  }

  #showBelow() {
    if (this.#atEnd) this.#below = 0;
    this.#more.hidden = this.#below === 0;
    const n = this.#below;
    // TRANSLATORS: on a small button with an arrow down: how many messages came in below.
    write(this.#count, format(ngettext("{n} new", "{n} new", n), { n }));
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    // A phone was turned, or the field below grew with its text: that is no scrolling of the
    // reader's, and who was at the end stays there.
    const resized = clientHeight !== this.#room;
    this.#room = clientHeight;
    if (resized && this.#atEnd) {
      this.toEnd();
      return;
    }
    this.#atEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    this.#showBelow();
    if (this.#atEnd) this.#hooks.seen();
    if (scrollTop < NEAR_START_PX && scrollHeight > clientHeight) this.#loadOlder();
  }

  async #loadOlder() {
    if (this.#loading) return;
    this.#loading = true;
    await this.#hooks.older().catch(() => {});
    this.#loading = false;
  }
}
