// SPDX-License-Identifier: MIT
//
// Two soft notes for a message that nobody is looking at. Made by WebAudio, so there is no file to
// load; and silent until the visitor has clicked in the widget, as browsers and good manners ask.

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 987.77, at: 0.12 },
];
const LENGTH_S = 0.5;
const LOUDNESS = 0.12;

export class Sound {
  #storage;
  #audio = null;

  constructor(storage) {
    this.#storage = storage;
  }

  get on() {
    return !this.#storage.get("mute");
  }

  toggle() {
    this.#storage.set("mute", this.on || null);
  }

  /** Call from a click: from here on there may be sound. */
  allow() {
    this.#audio ??= typeof AudioContext === "function" ? new AudioContext() : null;
  }

  play() {
    if (!this.on || !this.#audio) return;
    for (const note of NOTES) this.#ring(note);
  }

  #ring({ hertz, at }) {
    const start = this.#audio.currentTime + at;
    const tone = new OscillatorNode(this.#audio, { frequency: hertz });
    const volume = new GainNode(this.#audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + LENGTH_S);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(start);
    tone.stop(start + LENGTH_S);
  }
}
