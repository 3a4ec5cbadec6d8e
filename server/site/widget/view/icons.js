// SPDX-License-Identifier: MIT
//
// The widget's pictures: strokes on a 24 × 24 grid, drawn for this widget. They are decoration; the
// button or mark around one carries its name.

import { svg } from "../../shared/dom.js";

const STROKES = {
  chat: "M6.9 17A8.5 6.9 0 1 1 9.9 18.1l-3.7 2.2zM8.5 11.5h.01M12 11.5h.01M15.5 11.5h.01",
  down: "M5 9l7 7 7-7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5.5 16-3-6.5z",
  smile: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8.5 14a4 4 0 0 0 7 0M9 10h.01M15 10h.01",
  bell: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5h4",
  mute: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5h4M4 4l16 16",
  clip: "M8.5 13l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.3l3 2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2 12.5L6.5 17 16 7.5M11.5 15.5L13 17l9.5-9.5",
  alert: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.3M12 16h.01",
  offline: "M4 4l16 16M8 15.5a5 5 0 0 1 8 0M3.5 10a12 12 0 0 1 17 0M12 19.5h.01",
};

/** One picture, `size` pixels wide. */
export function icon(name, size = 24) {
  const frame = { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" };
  return svg("svg", { class: `icon icon-${name}`, ...frame }, svg("path", { d: STROKES[name] }));
}
