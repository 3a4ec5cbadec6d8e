// SPDX-License-Identifier: MIT
//
// How a conversation ends and goes on: what the visitor says to "Is this solved?", closing, and
// reopening. What cannot be asked for now is asked again until the server has answered, unless the
// visitor wants something else meanwhile.

import { sleep } from "./backoff.js";

const AGAIN_MS = 3000;

// No network, too many requests, and what a server or a proxy says that has no time now.
const PASSING = [0, 429, 502, 503];

export class Ending {
  #hooks;
  #wish = null;

  /** What the visitor said to "Is this solved?": the seq the answer was for, or 0. */
  solved = 0;

  /**
   * `hooks`: `move(status)` asks the server; `renew()` begins a new conversation; `changed()` when
   * something here did.
   */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** A yes closes the chat; a no leaves it to the next message. */
  async answer(yes, seq) {
    this.solved = seq;
    this.#hooks.changed();
    if (yes) await this.#move("closed");
  }

  reopen() {
    return this.#move("open");
  }

  /** The visitor goes on, here or in a new conversation. */
  forget() {
    this.solved = 0;
    this.#wish = null;
  }

  async #move(status) {
    const wish = (this.#wish = {});
    while (this.#wish === wish) {
      const refusal = await this.#hooks.move(status).catch((reason) => reason);
      if (PASSING.includes(refusal?.status)) {
        await sleep(AGAIN_MS);
        continue;
      }
      this.#wish = null;
      // Not permitted, or it ended too long ago.
      if (status === "open" && [403, 409].includes(refusal?.status)) await this.#hooks.renew();
    }
    this.#hooks.changed();
  }
}
