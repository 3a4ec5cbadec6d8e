// SPDX-License-Identifier: MIT
//
// Carries the outbox to the server, one message at a time and so in order: over the socket when it
// is up, else over REST. Whatever goes wrong, a message is tried again until it is acknowledged or
// the server says that it never will be.

import { sleep } from "./backoff.js";
import { wordsOf } from "./outbox.js";
import { Refusal } from "./session.js";

const ACK_MS = 10000;
const AGAIN_MS = 3000;
const PASSING = new Set(["rate_limited", "unavailable", "internal"]);
const GONE = new Set(["conflict", "not_found"]);
const UNKNOWN = new Set(["unauthenticated", "token_expired"]);

export class Delivery {
  #outbox;
  #link;
  #hooks;
  #running = false;
  #waiting = null;

  /**
   * `hooks`: `ticket()` names the conversation; `post(item)` sends over REST and resolves to the
   * message; `accepted(message)` is told; `renew()` makes a new conversation when the old one takes
   * no more; `changed()` when an item's state did.
   */
  constructor(outbox, link, hooks) {
    this.#outbox = outbox;
    this.#link = link;
    this.#hooks = hooks;
  }

  /** Sends what waits. Does nothing while that is going on, or while there is no way or place. */
  async flush() {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#link.up && this.#hooks.ticket() && this.#outbox.next)
        await this.#deliver(this.#outbox.next);
    } catch {
      // The line fell: what waits goes out when it is back.
    } finally {
      this.#running = false;
    }
  }

  /** An `ack` or `refused` frame arrived. */
  answer(frame) {
    if (!frame.client_id || this.#waiting?.client_id !== frame.client_id) return;
    if (frame.type === "ack") this.#waiting.resolve(frame);
    else this.#waiting.reject(new Refusal(frame.code));
  }

  /** The line fell: nothing will answer any more. */
  abandon() {
    this.#waiting?.reject(new Refusal("network"));
  }

  async #deliver(item) {
    try {
      const message = await (this.#link.live ? this.#say(item) : this.#hooks.post(item));
      this.#outbox.acknowledge(item);
      this.#hooks.accepted(message);
    } catch (refusal) {
      await this.#consider(item, refusal);
    }
  }

  async #consider(item, { code, retryAfter }) {
    if (code === "network" || UNKNOWN.has(code)) throw new Refusal(code);
    if (PASSING.has(code)) {
      await sleep(retryAfter * 1000 || AGAIN_MS);
    } else if (GONE.has(code) && !item.moved) {
      item.moved = true;
      await this.#hooks.renew();
    } else {
      this.#outbox.fail(item);
      this.#hooks.changed();
    }
  }

  async #say(item) {
    const { client_id, body, attachments = [] } = item;
    const ticket = this.#hooks.ticket();
    const answered = new Promise((resolve, reject) => {
      this.#waiting = { client_id, resolve, reject };
    });
    const late = setTimeout(() => this.#link.doubt(), ACK_MS);
    try {
      if (!this.#link.send({ type: "message", ticket, ...wordsOf(item) })) this.abandon();
      const ack = await answered;
      return {
        id: ack.message_id,
        ticket_id: ack.ticket,
        seq: ack.seq,
        client_id,
        type: attachments.length ? "file" : "text",
        author: { role: "customer" },
        body,
        attachments,
        created_at: ack.created_at,
      };
    } finally {
      clearTimeout(late);
      this.#waiting = null;
    }
  }
}
