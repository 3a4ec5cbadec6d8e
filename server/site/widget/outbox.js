// SPDX-License-Identifier: MIT
//
// Messages that the server has not acknowledged. Each is kept under a key of its own, so that two
// tabs never write over each other; the client_id makes it harmless that both may send it.

const START = "unsent:";

function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the server is told of an item. */
export function wordsOf({ client_id, body, attachments = [] }) {
  return { client_id, body, attachments: attachments.map(({ id }) => id) };
}

export class Outbox {
  #storage;
  #items;

  constructor(storage) {
    this.#storage = storage;
    this.load();
  }

  /** Takes what is kept; anew when that is another person's from here on. */
  load() {
    this.#items = this.#storage.all(START).sort((a, b) => a.at - b.at);
  }

  /** `{client_id, body, attachments, at, failed?}`, oldest first. */
  get items() {
    return this.#items;
  }

  /** The one to send now, or undefined. */
  get next() {
    return this.#items.find((item) => !item.failed && !item.sent);
  }

  add(body, attachments) {
    const at = Math.max(Date.now(), (this.#items.at(-1)?.at ?? 0) + 1);
    const item = { client_id: makeId(), body, attachments, at };
    this.#items.push(item);
    this.#keep(item);
    return item;
  }

  /** The server has it: it is shown here only until the thread holds it. */
  acknowledge(item) {
    item.sent = true;
    this.#storage.set(START + item.client_id, null);
  }

  /** The server will never take it as it is: it waits for the person. */
  fail(item) {
    item.failed = true;
    this.#keep(item);
  }

  retry(item) {
    item.failed = false;
    this.#keep(item);
  }

  /** Drops what turned up in the thread, from this tab, another one or an earlier page. */
  settle(client_id) {
    const index = this.#items.findIndex((item) => item.client_id === client_id);
    if (index < 0) return;
    this.#items.splice(index, 1);
    this.#storage.set(START + client_id, null);
  }

  #keep(item) {
    this.#storage.set(START + item.client_id, item);
  }
}
