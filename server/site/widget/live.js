// SPDX-License-Identifier: MIT
//
// The live socket: says hello with the last cursor, hands frames on, drops events that came twice,
// and dials again when the line falls.

import { pause } from "./backoff.js";

const GREETING_MS = 10000;

export class Live {
  #hooks;
  #socket = null;
  #greeted = false;
  #wanted = false;
  #failures = 0;
  #redial = 0;
  #watch = 0;
  #heard = 0;
  #cursor = null;
  #seen = new Set();

  /**
   * `hooks`: `address()` and `token()` are asked at each dial; `welcome(frame)`, `frame(frame)` and
   * `down(failures, closeCode)` are told.
   */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  get up() {
    return this.#greeted;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#dial();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#redial);
    const socket = this.#socket;
    this.#forget();
    socket?.close(1000);
  }

  /** Forgets where the events stood: the next hello starts a new story. */
  rewind() {
    this.#cursor = null;
    this.#seen.clear();
  }

  /** The line is known to be bad: don't wait for the browser to notice. */
  drop() {
    if (this.#socket) this.#fall(this.#socket, 0);
  }

  /** The line may be good again: don't wait out the pause. */
  hurry() {
    if (!this.#wanted || this.#socket) return;
    clearTimeout(this.#redial);
    this.#dial();
  }

  /** Sends a frame; false when the socket is not up. */
  send(frame) {
    if (!this.#greeted) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #dial() {
    let socket;
    try {
      const token = this.#hooks.token();
      socket = new WebSocket(this.#hooks.address(), ["deskbell.v1", `bearer.${token}`]);
    } catch {
      this.#later(0);
      return;
    }
    this.#socket = socket;
    this.#watch = setTimeout(() => this.#fall(socket, 0), GREETING_MS);
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", resume: this.#cursor ?? undefined }));
    };
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.#fall(socket, code);
  }

  #hear(frame) {
    this.#heard = Date.now();
    if (frame.type === "welcome") this.#greet(frame);
    else if (frame.type === "event") {
      if (this.#isNew(frame)) this.#hooks.frame(frame);
    } else if (frame.type !== "pong") {
      if (frame.type === "resync") this.#startFrom(frame.cursor);
      this.#hooks.frame(frame);
    }
  }

  #greet(frame) {
    this.#greeted = true;
    this.#failures = 0;
    // A resumed story goes on from our own cursor: the events that follow bring newer ones.
    if (!frame.resumed) this.#startFrom(frame.cursor);
    clearTimeout(this.#watch);
    this.#listen(frame.ping_s * 1000);
    this.#hooks.welcome(frame);
  }

  #listen(every) {
    this.#watch = setTimeout(() => {
      if (Date.now() - this.#heard > 2.5 * every) {
        this.#fall(this.#socket, 0);
        return;
      }
      this.send({ type: "ping" });
      this.#listen(every);
    }, every);
  }

  #startFrom(cursor) {
    this.#cursor = cursor;
    this.#seen.clear();
  }

  #isNew(event) {
    const known = this.#seen.has(event.id);
    if (event.cursor !== this.#cursor) this.#startFrom(event.cursor);
    this.#seen.add(event.id);
    return !known;
  }

  #forget() {
    clearTimeout(this.#watch);
    this.#socket = null;
    this.#greeted = false;
  }

  #fall(socket, code) {
    if (socket !== this.#socket) return;
    this.#forget();
    socket.close();
    this.#later(code);
  }

  #later(code) {
    this.#failures += 1;
    this.#redial = setTimeout(() => this.#dial(), pause(this.#failures));
    this.#hooks.down(this.#failures, code);
  }
}
