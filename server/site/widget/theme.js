// SPDX-License-Identifier: MIT
//
// The shop's colour, made readable: a colour that white text could not be read on is darkened in
// steps of one per cent until it can. The stock teal has shades chosen by hand, in widget.css.

const STOCK = "#008B8B";
const READABLE = 4.5;
const STRIP_DARKER = 0.06;

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** WCAG 2.2 contrast of white on a colour: (1 + 0.05) / (luminance + 0.05). */
function whiteOn(rgb) {
  const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

/** Lowers the HSL lightness by `by`; hue and saturation stay. */
function darken(rgb, by) {
  const lightness = (Math.max(...rgb) + Math.min(...rgb)) / 2;
  const target = Math.max(0, lightness - by);
  const spread = (l) => 1 - Math.abs(2 * l - 1);
  const scale = spread(lightness) ? spread(target) / spread(lightness) : 0;
  return rgb.map((c) => target + (c - lightness) * scale);
}

function hexOf(rgb) {
  const byte = (c) => Math.round(c * 255).toString(16).padStart(2, "0");
  return `#${rgb.map(byte).join("")}`;
}

/** A style sheet with the shades of `colour`, or null when the stock ones serve. */
export function shades(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour ?? "") || colour.toUpperCase() === STOCK) return null;
  let rgb = channels(colour);
  while (whiteOn(rgb) < READABLE) rgb = darken(rgb, 0.01);
  const brand = hexOf(rgb);
  const strip = hexOf(darken(rgb, STRIP_DARKER));
  return `.root{--head:${brand};--brand:${brand};--strip:${strip}}`;
}
