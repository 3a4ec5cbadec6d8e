// SPDX-License-Identifier: MIT
//
// Where the visitor writes. Enter sends, Shift+Enter breaks the line; what is typed is kept at
// every key. The field grows with its text through a twin in its grid cell, without inline styles.

import { h, mark } from "../../shared/dom.js";
import { _ } from "../../shared/i18n.js";
import { emojiPanel } from "./emoji.js";
import { icon } from "./icons.js";

const LONGEST = 16000;

// Control characters mean nothing in a message, and the server refuses U+0000. Half an emoji, which
// a text that was cut off may end in, is no character at all: no JSON with it can be read.
const NONSENSE = /[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]/gu;

export class Composer {
  #chat;
  #sent;
  #field = h("textarea", { rows: 1, maxlength: LONGEST, enterkeyhint: "send" });
  #twin = h("div", { class: "grow" }, this.#field);
  #send = h("button", { class: "send", type: "submit" }, icon("send"));
  #smile = h("button", { class: "tool", type: "button", "aria-expanded": "false" }, icon("smile"));
  #emoji;

  /** `sent()` is called after a message was handed over. */
  constructor(chat, sent) {
    this.#chat = chat;
    this.#sent = sent;
    this.#emoji = emojiPanel({
      choose: (emoji) => this.#insert(emoji),
      leave: () => this.#toggle(),
    });
    this.#field.placeholder = _("Write a message");
    this.#field.setAttribute("aria-label", _("Write a message"));
    this.#send.setAttribute("aria-label", _("Send"));
    this.#smile.setAttribute("aria-label", _("Emoji"));
    this.#field.value = chat.draft;
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#smile.addEventListener("click", () => this.#toggle());
    this.node = h(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      this.#emoji.node,
      h("div", { class: "field" }, this.#smile, this.#twin),
      this.#send,
    );
    this.#fit();
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /** Closes the emoji panel; returns whether it was open. */
  dismiss() {
    const wasOpen = !this.#emoji.node.hidden;
    if (wasOpen) this.#toggle();
    return wasOpen;
  }

  #fit() {
    const { value } = this.#field;
    mark(this.#twin, "data-text", `${value} `);
    // The placeholder keeps the page's direction, what is typed has its own.
    mark(this.#field, "dir", value ? "auto" : null);
    mark(this.#send, "aria-disabled", value.trim() === "");
  }

  #typed() {
    this.#fit();
    this.#chat.write(this.#field.value);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const body = this.#field.value.replace(NONSENSE, "").trim();
    if (!body) return;
    this.#field.value = "";
    this.#fit();
    this.#chat.send(body);
    this.#sent();
    this.focus();
  }

  #insert(emoji) {
    const { selectionStart, selectionEnd } = this.#field;
    this.#field.setRangeText(emoji, selectionStart, selectionEnd, "end");
    this.#typed();
  }

  #toggle() {
    const open = this.#emoji.node.hidden;
    mark(this.#smile, "aria-expanded", String(open));
    if (open) this.#emoji.open();
    else {
      this.#emoji.close();
      this.focus();
    }
  }
}
