// SPDX-License-Identifier: MIT
//
// What the widget remembers between pages: the visitor's token, the conversation, words not sent
// yet. It lives in localStorage; where a browser forbids that, in memory until the page is left.
// Each user of the host site has things of their own there, and so has who is not signed in.

export class Storage {
  #prefix;
  #memory = new Map();
  #disk = null;

  /** Whose things these are: who is signed in at the host site, or "". */
  owner = "";

  constructor(prefix) {
    this.#prefix = prefix;
    try {
      window.localStorage.setItem(prefix, "");
      window.localStorage.removeItem(prefix);
      this.#disk = window.localStorage;
    } catch {
      // Blocked by the browser or by a sandboxed frame: memory serves.
    }
    this.look();
  }

  /** Looks whose things another tab has turned to; returns whether that is news. */
  look() {
    const was = this.owner;
    this.owner = this.#read(`${this.#prefix}owner`) ?? "";
    return this.owner !== was;
  }

  /** From here on these are the things of `owner`; what was nobody's goes along to somebody. */
  turn(owner) {
    const along = this.owner ? [] : this.#names("");
    const values = along.map((name) => this.get(name));
    for (const name of along) this.set(name, null);
    this.owner = owner;
    this.#write(`${this.#prefix}owner`, owner);
    along.forEach((name, index) => this.set(name, values[index]));
  }

  /** Whether what is kept survives the page. */
  get lasting() {
    return this.#disk !== null;
  }

  get(name) {
    return this.#read(this.#start + name);
  }

  /** Keeps a JSON value; `null` forgets it. */
  set(name, value) {
    this.#write(this.#start + name, value);
  }

  get #start() {
    return `${this.#prefix}${encodeURIComponent(this.owner)}:`;
  }

  #read(key) {
    try {
      return JSON.parse(this.#memory.get(key) ?? this.#disk?.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  #write(key, value) {
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
    return this.#names(start)
      .map((name) => this.get(name))
      .filter(Boolean);
  }

  #names(start) {
    const keys = [...this.#memory.keys(), ...Object.keys(this.#disk ?? {})];
    return keys
      .filter((key) => key.startsWith(this.#start + start))
      .map((key) => key.slice(this.#start.length));
  }
}
