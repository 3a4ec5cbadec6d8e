// SPDX-License-Identifier: MIT
//
// Whether somebody who could answer is there. One who comes is news by itself; when one goes,
// others may still be there, so the desk is asked. Every open widget hears of it in the same
// moment: each asks after a pause of its own.

import { pause } from "./backoff.js";

const SOONEST_MS = 1000;
const SPREAD_MS = 4000;

export class Attendance {
  #ask;
  #tell;
  #timer = 0;
  #news = 0;

  /** `ask()` resolves to the widget's settings, `tell()` is called with those that are news. */
  constructor(ask, tell) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Somebody of the desk is `state` now. */
  hear(state) {
    if (state !== "online") return this.doubt();
    this.#news++;
    this.#tell({ online: true });
  }

  /** What is known may be wrong by now. */
  doubt() {
    this.#news++;
    this.#checkIn(SOONEST_MS + Math.random() * SPREAD_MS);
  }

  #checkIn(delay, failures = 0) {
    this.#timer ||= setTimeout(() => this.#check(failures), delay);
  }

  /** An answer that something overtook on its way is dropped. */
  async #check(failures) {
    const asked = this.#news;
    this.#timer = 0;
    try {
      const config = await this.#ask();
      if (asked === this.#news) this.#tell(config);
    } catch {
      this.#checkIn(pause(failures + 1), failures + 1);
    }
  }
}
