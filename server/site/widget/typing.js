// SPDX-License-Identifier: MIT
//
// Who is writing: the other side, as it says and no longer than that holds; and the visitor, which
// is said to the other side now and then.

const SHOWN_MS = 6000;
const SAID_MS = 3000;

export class Typing {
  #tell;
  #changed;
  #until = 0;
  #said = 0;

  /** The name of who is writing on the other side, or null. */
  name = null;

  /** `tell(on)` says it and returns whether it could; `changed()` when the name did. */
  constructor(tell, changed) {
    this.#tell = tell;
    this.#changed = changed;
  }

  hear({ on, user }) {
    this.name = on && user.role !== "customer" ? user.name : null;
    clearTimeout(this.#until);
    this.#until = on && setTimeout(() => this.hear({ user }), SHOWN_MS);
    this.#changed();
  }

  say(on) {
    const due = Date.now() - this.#said > SAID_MS;
    if (on ? !due : !this.#said) return;
    this.#said = this.#tell(on) && on ? Date.now() : 0;
  }
}
