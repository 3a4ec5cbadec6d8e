// SPDX-License-Identifier: MIT
//
// What the widget remembers between pages: the visitor's token, the conversation, words not sent
// yet. It lives in localStorage; where a browser forbids that, in memory until the page is left.

export class Storage {
  #prefix;
  #memory = new Map();
  #disk = null;

  constructor(prefix) {
    this.#prefix = prefix;
    try {
      window.localStorage.setItem(prefix, "");
      window.localStorage.removeItem(prefix);
      this.#disk = window.localStorage;
    } catch {
      // Blocked by the browser or by a sandboxed frame: memory serves.
    }
  }

  /** Whether what is kept survives the page. */
  get lasting() {
    return this.#disk !== null;
  }

  get(name) {
    const key = this.#prefix + name;
    try {
      return JSON.parse(this.#memory.get(key) ?? this.#disk?.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** Keeps a JSON value; `null` forgets it. */
  set(name, value) {
    const key = this.#prefix + name;
    this.#memory.delete(key);
    try {
      if (value === null) this.#disk?.removeItem(key);
      else if (this.#disk) this.#disk.setItem(key, JSON.stringify(value));
      else throw new Error("no disk");
    } catch {
      this.#memory.set(key, JSON.stringify(value));
    }
  }

  /** Every value whose name starts with `start`. */
  all(start) {
    const keys = [...this.#memory.keys()];
    for (let i = 0; i < (this.#disk?.length ?? 0); i++) keys.push(this.#disk.key(i));
    return keys
      .filter((key) => key.startsWith(this.#prefix + start))
      .map((key) => this.get(key.slice(this.#prefix.length)))
      .filter(Boolean);
  }
}
