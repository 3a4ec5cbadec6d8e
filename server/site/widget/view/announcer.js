// SPDX-License-Identifier: MIT
//
// What a screen reader hears. The thread itself is silent (else its history would be read again at
// every change); this speaks what is new: politely what came in, at once what went wrong, and the
// place in the queue at most once a minute.

import { h, write } from "../../shared/dom.js";
import { newMessages, placeInQueue } from "./words.js";

const MANY = 3;
const PLACE_EVERY_MS = 60000;

export class Announcer {
  #status = h("div", { class: "spoken", role: "status" });
  #alert = h("div", { class: "spoken", role: "alert" });
  #place = { said: null, at: -Infinity, due: 0 };

  node = h("div", {}, this.#status, this.#alert);

  /** Messages from the desk's side. */
  incoming(messages) {
    if (messages.length > MANY) {
      this.say(newMessages(messages.length));
      return;
    }
    const said = ({ body, attachments }) => body || attachments?.[0]?.name;
    this.say(messages.map((message) => `${message.author.name}: ${said(message)}`).join("\n"));
  }

  say(text) {
    // The same words twice in a row are news twice: a fresh node is heard.
    this.#status.replaceChildren(h("p", {}, text));
  }

  alert(text) {
    write(this.#alert, text ?? "");
  }

  /** Says the place in the queue: the first at once, then at most one a minute, the newest. */
  place(position) {
    clearTimeout(this.#place.due);
    const words = position && placeInQueue(position);
    if (!words || words === this.#place.said) return;
    const wait = this.#place.at + PLACE_EVERY_MS - Date.now();
    if (wait > 0) {
      this.#place.due = setTimeout(() => this.place(position), wait);
      return;
    }
    this.#place = { said: words, at: Date.now(), due: 0 };
    this.say(words);
  }
}
