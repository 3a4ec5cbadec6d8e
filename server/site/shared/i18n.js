// SPDX-License-Identifier: MIT
//
// gettext for the browser. The source texts are English and stand in the code, where xgettext finds
// them; a catalogue is the JSON that po-to-json.py makes of po/LL.po at build time, with a short
// key in the place of each English text.

const RIGHT_TO_LEFT = new Set(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

const state = { language: "en", messages: {}, plural: "01" };

const base = (tag) => tag.toLowerCase().split("-")[0];

/** The first of the `wished` language tags that is English or among `available`; else English. */
export function choose(wished, available) {
  const known = ["en", ...available];
  return wished.filter(Boolean).map(base).find((tag) => known.includes(tag)) ?? "en";
}

/** "rtl" or "ltr" for a language tag. */
export function direction(tag) {
  return RIGHT_TO_LEFT.has(base(tag)) ? "rtl" : "ltr";
}

/** Takes a catalogue into use; without one, texts stay English. */
export function speak(language, catalogue) {
  Object.assign(state, { language, messages: {}, plural: "01" }, catalogue);
}

export function language() {
  return state.language;
}

/** As po-to-json.py makes it. */
function shortKey(text) {
  let number = 0;
  for (const letter of text) number = (number * 31 + letter.codePointAt(0)) % 36 ** 3;
  return number.toString(36);
}

function find(text) {
  return state.messages[shortKey(text)];
}

/** The text in the reader's language. */
export function _(text) {
  return find(text) ?? text;
}

/**
 * The text for `n` things. A catalogue holds the plural form of 0 to 199 as a string of digits:
 * beyond that, every language's rule repeats by hundreds.
 */
export function ngettext(one, many, n) {
  const whole = Math.abs(Math.trunc(n));
  const slot = whole < 200 ? whole : 100 + (whole % 100);
  const forms = find(one);
  if (forms) return forms[state.plural[slot] ?? 0];
  return n === 1 ? one : many;
}

/** Puts `values` in the place of their `{name}`; numbers get the reader's own digits. */
export function format(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(state.language).format(value) : value;
  });
}
