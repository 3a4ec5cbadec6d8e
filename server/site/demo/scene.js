// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The picture beside the headline: a reading corner at dusk, with a lantern on the sill.

import { svg } from "../shared/dom.js";

const FRAME = "#9c5f3a";
const FRAME_SHADE = "#7c4729";

const rect = (x, y, width, height, fill, rx = 0) => svg("rect", { x, y, width, height, fill, rx });
const disc = (cx, cy, r, fill, opacity = 1) => svg("circle", { cx, cy, r, fill, opacity });
const shape = (d, fill) => svg("path", { d, fill });
const stroke = (d, stroke, width) =>
  svg("path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round" });

function night() {
  const stars = [[150, 96], [206, 70], [262, 112], [318, 78], [352, 130], [180, 150], [290, 160]];
  return [
    shape("M110 380 V 190 a 140 140 0 0 1 280 0 V 380 Z", "#1f4e5a"),
    shape("M110 380 V 250 C 170 214 230 262 290 236 S 370 226 390 214 V 380 Z", "#2b6a70"),
    shape("M110 380 V 306 C 180 276 250 316 320 292 S 380 290 390 282 V 380 Z", "#3b8580"),
    disc(322, 158, 30, "#fbe3a4"),
    disc(334, 150, 27, "#1f4e5a"),
    ...stars.map(([x, y], i) => disc(x, y, i % 2 ? 1.8 : 2.6, "#fbe3a4")),
    stroke("M250 52 V 380 M 110 226 H 390", FRAME, 9),
    stroke("M110 384 V 190 a 140 140 0 0 1 280 0 V 384", FRAME, 14),
    rect(76, 380, 396, 20, FRAME, 6),
    rect(90, 400, 368, 10, FRAME_SHADE, 4),
  ];
}

function lantern() {
  return [
    disc(170, 324, 74, "#ffd27a", 0.16),
    disc(170, 324, 50, "#ffd27a", 0.22),
    stroke("M148 280 a 22 22 0 0 1 44 0", "#12343b", 5),
    shape("M140 284 h 60 l -8 -12 h -44 Z", "#12343b"),
    shape("M142 286 h 56 l 8 82 h -72 Z", "#ffe6ae"),
    shape("M170 352 c -18 -12 -16 -34 0 -54 c 16 20 18 42 0 54 Z", "#f08a3c"),
    shape("M170 352 c -9 -7 -8 -18 0 -28 c 8 10 9 21 0 28 Z", "#ffe6ae"),
    stroke("M142 286 l -8 82 M 198 286 l 8 82", "#12343b", 4),
    rect(126, 366, 88, 14, "#12343b", 4),
  ];
}

function stack() {
  return [
    rect(246, 356, 132, 24, "#c8553d", 4),
    rect(252, 362, 112, 3, "#f0b49f"),
    rect(258, 332, 112, 24, "#e9b872", 4),
    rect(266, 338, 70, 3, "#fff4dc"),
    rect(250, 310, 116, 22, "#12545c", 4),
    rect(258, 316, 94, 3, "#8cc7c1"),
    shape("M262 310 C 276 292 300 296 312 306 C 324 294 348 292 364 308 L 312 312 Z", "#fdf7ea"),
    stroke("M312 306 V 311", "#c9b48a", 2),
  ];
}

function plant() {
  const leaf = "M0 0 C 14 -20 12 -48 0 -66 C -12 -48 -14 -20 0 0 Z";
  const leaves = [-52, -28, 0, 26, 50].map((turn, i) =>
    svg("path", {
      d: leaf,
      fill: i % 2 ? "#4f8a6a" : "#7fb685",
      transform: `translate(428 310) rotate(${turn})`,
    }),
  );
  return [
    ...leaves,
    shape("M402 306 h 52 l -8 74 h -36 Z", "#c8553d"),
    rect(397, 300, 62, 14, "#b04730", 4),
  ];
}

export function drawScene() {
  return svg(
    "svg",
    { class: "scene", viewBox: "60 40 420 380", "aria-hidden": "true" },
    night(),
    stack(),
    lantern(),
    plant(),
  );
}
