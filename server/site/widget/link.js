// SPDX-License-Identifier: MIT
//
// The line to the desk, whatever carries it: the live socket, or REST asked every three seconds
// where something on the way blocks sockets. Knows since when the line is broken.

import { Live } from "./live.js";

const POLL_MS = 3000;
const PATIENCE_MS = 3000;
const RESTORED_MS = 2500;
const FAILURES_BEFORE_POLLING = 2;

export class Link {
  #hooks;
  #live;
  #polling = 0;
  #clock = 0;

  /** "idle", "joining", "live", "polling" or "lost". */
  state = "idle";

  /** The line has been down long enough to say so. */
  broken = false;

  /** The line came back a moment ago, after we had said that it was lost. */
  restored = false;

  /**
   * `hooks`: `address()`, `token()`, `welcome(frame)`, `frame(frame)` as in Live; `poll()` asks for
   * news over REST; `expired()` when the token ended; `changed()` when the state did.
   */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#live = new Live({
      ...hooks,
      welcome: (frame) => this.#welcome(frame),
      down: (failures, code) => this.#down(failures, code),
    });
    window.addEventListener("offline", () => this.#live.drop());
    window.addEventListener("online", () => this.#live.hurry());
    // A page with an open socket can't be kept for the browser's back button.
    window.addEventListener("pagehide", () => this.#live.stop());
    window.addEventListener("pageshow", () => this.state !== "idle" && this.#live.start());
    document.addEventListener("visibilitychange", () => document.hidden || this.#live.hurry());
  }

  /** Words can be handed over now. */
  get up() {
    return this.state === "live" || this.state === "polling";
  }

  get live() {
    return this.#live.up;
  }

  start() {
    if (this.state === "idle") this.#become("joining");
    this.#live.start();
  }

  /** Hangs up. The next start begins anew instead of resuming. */
  stop() {
    this.#live.stop();
    this.#live.rewind();
    this.#stopPolling();
    this.#become("joining");
  }

  /** A request over REST failed for want of a network, or a try to begin at all did. */
  lost() {
    if (!this.#live.up) this.#become("lost");
  }

  /** Something expected on the socket never came. */
  doubt() {
    this.#live.drop();
  }

  send(frame) {
    return this.#live.send(frame);
  }

  #welcome(frame) {
    this.#stopPolling();
    this.#become("live");
    this.#hooks.welcome(frame);
  }

  #down(failures, code) {
    if (code === 4401) {
      this.#hooks.expired();
      return;
    }
    if (this.state !== "polling") this.#become(this.state === "joining" ? "joining" : "lost");
    if (failures >= FAILURES_BEFORE_POLLING && !this.#polling) this.#poll(0);
  }

  #poll(delay) {
    const mine = setTimeout(async () => {
      const state = await this.#hooks.poll().then(
        () => "polling",
        () => "lost",
      );
      if (mine !== this.#polling) return;
      this.#become(state);
      this.#poll(POLL_MS);
    }, delay);
    this.#polling = mine;
  }

  #stopPolling() {
    clearTimeout(this.#polling);
    this.#polling = 0;
  }

  #become(state) {
    if (state === this.state) return;
    const wasUp = this.up || this.state === "idle";
    this.state = state;
    if (this.up) this.#mend();
    else if (wasUp) this.#tell(PATIENCE_MS, { broken: true, restored: false });
    this.#hooks.changed();
  }

  #mend() {
    this.restored = this.broken;
    this.broken = false;
    this.#tell(RESTORED_MS, { restored: false });
  }

  #tell(delay, change) {
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => {
      Object.assign(this, change);
      this.#hooks.changed();
    }, delay);
  }
}
