// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Drawings for the book covers, 200 × 300 each, made of plain shapes. The upper third stays calm:
// the title stands there.

import { svg } from "../shared/dom.js";

const range = (n) => Array.from({ length: n }, (_unused, index) => index);

/** Numbers from 0 to 1 that look like chance and are the same every time. */
const scatter = (i) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

const rect = (x, y, width, height, fill) => svg("rect", { x, y, width, height, fill });
const disc = (cx, cy, r, fill) => svg("circle", { cx, cy, r, fill });
const shape = (d, fill) => svg("path", { d, fill });
const ring = (cx, cy, r, stroke, width) =>
  svg("circle", { cx, cy, r, fill: "none", stroke, "stroke-width": width });
const line = (d, stroke, width = 2) =>
  svg("path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round" });

function wave(y, height, fill) {
  const crests = range(6).map(() => `q 10 ${-height} 20 0 t 20 0`);
  return shape(`M -20 ${y} ${crests.join(" ")} V 300 H -20 Z`, fill);
}

function compass() {
  const points = range(8).map((i) =>
    svg("path", {
      d: "M0 0 L 9 -14 L 0 -58 L -9 -14 Z",
      fill: i % 2 ? "#e9b872" : "#fff4dc",
      transform: `translate(100 178) rotate(${i * 45}) scale(${i % 2 ? 0.7 : 1})`,
    }),
  );
  return [
    rect(0, 0, 200, 300, "#16404d"),
    ring(100, 178, 66, "#e9b872", 1.5),
    ...points,
    disc(100, 178, 6, "#16404d"),
    wave(258, 9, "#2f6f7e"),
    wave(274, 8, "#5fa0a6"),
    wave(289, 6, "#a9cfc9"),
  ];
}

function rain() {
  const drops = range(46).map((i) => {
    const x = 4 + ((i * 33 + scatter(i) * 20) % 196);
    const y = 100 + ((i * 71 + scatter(i + 99) * 30) % 160);
    return line(`M ${x} ${y} l -5 15`, i % 3 ? "#7fa3c7" : "#c9dcef", 1.6);
  });
  return [
    rect(0, 0, 200, 300, "#23395b"),
    ...drops,
    wave(262, 6, "#35557f"),
    shape("M52 236 H 148 L 128 262 H 72 Z", "#fdf3e3"),
    shape("M100 172 L 142 236 H 58 Z", "#f6dfc0"),
    shape("M100 172 L 100 236 H 58 Z", "#fdf3e3"),
    wave(276, 7, "#4a7099"),
  ];
}

function hills() {
  return [
    rect(0, 0, 200, 300, "#e8ddc7"),
    disc(140, 138, 28, "#f7f1e3"),
    shape("M0 214 C 50 160 90 176 130 200 S 190 190 200 176 V 300 H 0 Z", "#b8c4a6"),
    shape("M0 240 C 40 206 90 214 130 236 S 180 236 200 222 V 300 H 0 Z", "#8aa386"),
    shape("M0 268 C 60 236 110 250 150 264 S 190 268 200 258 V 300 H 0 Z", "#557a68"),
    shape("M0 290 C 50 272 120 280 200 284 V 300 H 0 Z", "#2f5447"),
    line("M46 252 v -26", "#2f5447", 3),
    shape("M46 198 c 12 12 12 26 0 34 c -12 -8 -12 -22 0 -34 Z", "#2f5447"),
  ];
}

function train() {
  const stars = range(30).map((i) =>
    disc(scatter(i) * 200, 84 + scatter(i + 50) * 110, i % 4 ? 0.9 : 1.6, "#fbe9c0"),
  );
  const windows = range(5).map((i) => rect(14 + i * 36, 232, 24, 18, "#ffd27a"));
  return [
    rect(0, 0, 200, 300, "#1b1b3a"),
    ...stars,
    disc(52, 128, 18, "#fbe9c0"),
    disc(60, 122, 16, "#1b1b3a"),
    shape("M0 222 L 46 170 L 84 210 L 128 156 L 200 224 V 300 H 0 Z", "#2d2d5a"),
    svg("rect", { x: -12, y: 220, width: 204, height: 44, rx: 14, fill: "#b8433f" }),
    rect(-12, 254, 204, 4, "#f3c969"),
    ...windows,
    rect(0, 268, 200, 3, "#6a6a9c"),
    ...range(14).map((i) => rect(i * 15, 271, 5, 8, "#4a4a7c")),
    rect(0, 279, 200, 21, "#141430"),
  ];
}

function orchard() {
  const places = "68,168 96,150 128,164 82,196 112,190 142,196 60,206 100,222";
  const fruit = places.split(" ").map((place) => place.split(",").map(Number));
  return [
    rect(0, 0, 200, 300, "#f2b35e"),
    disc(100, 186, 68, "#3f6b46"),
    disc(64, 200, 38, "#4d7e52"),
    disc(138, 202, 38, "#35603d"),
    rect(94, 222, 12, 58, "#6b3f2a"),
    line("M100 246 l 22 -22 M 100 238 l -20 -18", "#6b3f2a", 5),
    ...fruit.map(([x, y]) => disc(x, y, 8, "#e4572e")),
    ...fruit.map(([x, y]) => disc(x - 2.5, y - 2.5, 2, "#f9b69d")),
    shape("M0 276 C 60 266 140 266 200 276 V 300 H 0 Z", "#8f5a2f"),
  ];
}

function weather() {
  const rays = range(16).map((i) => {
    const ray = rect(-3, -74, 6, 22, "#f6c445");
    ray.setAttribute("transform", `translate(100 190) rotate(${i * 22.5})`);
    return ray;
  });
  return [
    rect(0, 0, 200, 300, "#d7e9ee"),
    ...rays,
    disc(100, 190, 44, "#f6c445"),
    disc(84, 184, 4, "#7a4b12"),
    disc(116, 184, 4, "#7a4b12"),
    line("M84 202 q 16 14 32 0", "#7a4b12", 3.5),
    shape("M20 262 a 24 24 0 0 1 40 -18 a 30 30 0 0 1 56 2 a 22 22 0 0 1 34 20 Z", "#fff"),
    shape("M92 286 a 20 20 0 0 1 34 -14 a 26 26 0 0 1 46 4 a 16 16 0 0 1 24 10 Z", "#b9d3dc"),
  ];
}

function clock() {
  const leaf = "M0 0 C 16 -12 16 -34 0 -48 C -16 -34 -16 -12 0 0 Z";
  const leaves = range(18).map((i) =>
    svg("path", {
      d: leaf,
      fill: ["#7fb685", "#4f8a6a", "#cfe3b4"][i % 3],
      transform: `translate(100 192) rotate(${i * 20}) translate(0 -50) scale(.8)`,
    }),
  );
  const hours = range(12).map((i) => {
    const mark = rect(-1.5, -48, 3, i % 3 ? 6 : 11, "#5b3758");
    mark.setAttribute("transform", `translate(100 192) rotate(${i * 30})`);
    return mark;
  });
  return [
    rect(0, 0, 200, 300, "#5b3758"),
    ...leaves,
    disc(100, 192, 56, "#fbf1df"),
    ...hours,
    line("M100 192 V 158 M 100 192 L 124 204", "#5b3758", 4),
    disc(100, 192, 5, "#d9735b"),
  ];
}

function river() {
  const water = (bank) =>
    `M112 139 C ${150 + bank} 160 ${50 - bank} 176 ${84 - bank} 206
     S ${176 - bank} 244 ${92 - 2 * bank} 300 H ${112 + 2 * bank}
     C ${190 + bank} 240 ${70 + bank} 226 ${96 + bank} 204 S ${160 + bank} 160 112 139 Z`;
  return [
    rect(0, 0, 200, 300, "#c8553d"),
    shape("M0 140 C 60 128 140 150 200 132 V 300 H 0 Z", "#d9735b"),
    shape("M0 196 C 60 182 130 206 200 190 V 300 H 0 Z", "#e69a6f"),
    shape("M0 250 C 60 236 140 258 200 244 V 300 H 0 Z", "#f0c08d"),
    shape(water(16), "#12545c"),
    shape(water(9), "#2c8087"),
    shape(water(0), "#8cc7c1"),
    disc(150, 112, 13, "#f6e0b5"),
  ];
}

const DRAWINGS = { compass, rain, hills, train, orchard, weather, clock, river };

/** Covers whose title is written in ink, not in paper white. */
export const PALE = new Set(["hills", "orchard", "weather"]);

export function drawCover(art) {
  return svg(
    "svg",
    { viewBox: "0 0 200 300", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    DRAWINGS[art](),
  );
}
