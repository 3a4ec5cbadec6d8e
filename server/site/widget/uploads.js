// SPDX-License-Identifier: MIT
//
// Files on their way. Each is sent as soon as it is chosen, and waits then for the message that
// takes it. One that is refused stays, with the reason, until the person takes it away.

const MOST = 10;

export class Uploads {
  #session;
  #changed;

  /** `{file, percent, code?, limit?, attachment?}`, in the order of their choice. */
  items = [];

  constructor(session, changed) {
    this.#session = session;
    this.#changed = changed;
  }

  /** Whether one is still being sent. */
  get busy() {
    return this.items.some(({ attachment, code }) => !attachment && !code);
  }

  get ready() {
    return this.items.filter(({ attachment }) => attachment).slice(0, MOST);
  }

  /** Resolves to where a file can be read for some minutes: `{url, thumbnail_url}`. */
  link = (id) => this.#session.link(id);

  add(files) {
    for (const file of files) {
      const item = { file };
      this.items.push(item);
      this.retry(item);
    }
  }

  retry(item) {
    const change = (news) => {
      Object.assign(item, news);
      this.#changed();
    };
    change({ percent: 0, code: null });
    item.sending = this.#session.upload(item.file, change);
  }

  cancel(item) {
    item.sending.abort();
    this.items = this.items.filter((one) => one !== item);
    this.#changed();
  }

  /** What is ready, for the message that is being sent now. */
  take() {
    const { ready } = this;
    this.items = this.items.filter((item) => !ready.includes(item));
    return ready.map(({ attachment }) => attachment);
  }
}
