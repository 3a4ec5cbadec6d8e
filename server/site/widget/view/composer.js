// SPDX-License-Identifier: MIT
//
// Where the visitor writes. Enter sends, Shift+Enter breaks the line; what is typed is kept at
// every key. The field grows with its text through a twin in its grid cell, without inline styles.

import { h, mark } from "../../shared/dom.js";
import { _ } from "../../shared/i18n.js";
import { emojiPanel } from "./emoji.js";
import { fileChips } from "./files.js";
import { icon } from "./icons.js";

const LONGEST = 16000;

// Control characters mean nothing in a message, and the server refuses U+0000. Half an emoji, which
// a text that was cut off may end in, is no character at all: no JSON with it can be read.
const NONSENSE = /[\x00-\x08\x0b-\x1f\x7f\p{Surrogate}]/gu;

export class Composer {
  #chat;
  #sent;
  #field = h("textarea", { rows: 1, maxlength: LONGEST, enterkeyhint: "send" });
  #twin = h("div", { class: "grow" }, this.#field);
  #button = h("button", { class: "send", type: "submit" }, icon("send"));
  #smile = h("button", { class: "tool", type: "button", "aria-expanded": "false" }, icon("smile"));
  #clip = h("button", { class: "tool", type: "button" }, icon("clip"));
  #picker = h("input", { type: "file", multiple: true, hidden: true });
  #files;
  #waits = false;
  #owner;
  #emoji;

  /** `sent()` is called after a message was handed over. */
  constructor(chat, sent) {
    this.#chat = chat;
    this.#sent = sent;
    this.#emoji = emojiPanel({
      choose: (emoji) => this.#insert(emoji),
      leave: () => this.#toggle(),
    });
    this.#files = fileChips(chat.uploads);
    this.#clip.setAttribute("aria-label", _("Attach Files"));
    this.#clip.addEventListener("click", () => this.#picker.click());
    this.#picker.addEventListener("change", () => this.#pick());
    this.#field.addEventListener("paste", (event) => this.#paste(event));
    this.#field.placeholder = _("Write a message");
    this.#field.setAttribute("aria-label", _("Write a message"));
    this.#button.setAttribute("aria-label", _("Send"));
    this.#smile.setAttribute("aria-label", _("Emoji"));
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#smile.addEventListener("click", () => this.#toggle());
    this.node = h(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      this.#emoji.node,
      this.#files.node,
      this.#picker,
      h("div", { class: "field" }, this.#smile, this.#clip, this.#twin),
      this.#button,
    );
    this.#fit();
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /** Files dropped anywhere on the window. */
  drop(event) {
    event.preventDefault();
    this.#chat.uploads.add(event.dataTransfer.files);
  }

  /** Draws the files. A message that waits for them goes when they are there. */
  update() {
    const { storage } = this.#chat;
    if (this.#owner !== storage.owner) this.#field.value = storage.get("draft") ?? "";
    this.#owner = storage.owner;
    this.#files.update();
    this.#fit();
    const { busy, items, ready } = this.#chat.uploads;
    if (!this.#waits || busy) return;
    this.#waits = false;
    // One that was refused is for the person to see first.
    if (ready.length === items.length) this.#send();
  }

  #pick() {
    this.#chat.uploads.add(this.#picker.files);
    this.#picker.value = "";
    this.focus();
  }

  #paste(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.#chat.uploads.add(event.clipboardData.files);
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
    mark(this.#button, "aria-disabled", value.trim() === "" && !this.#chat.uploads.items.length);
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
    this.#waits = this.#chat.uploads.busy;
    if (!this.#waits) this.#send();
  }

  #send() {
    const body = this.#field.value.replace(NONSENSE, "").trim();
    if (!body && !this.#chat.uploads.ready.length) return;
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
