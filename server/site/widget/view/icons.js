// SPDX-License-Identifier: MIT
//
// The widget's pictures: strokes on a 24 × 24 grid, drawn for this widget. They are decoration; the
// button or mark around one carries its name.

import { svg } from "../../shared/dom.js";

const STROKES = {
  chat: "M12 4.5c-4.7 0-8.5 3-8.5 6.9 0 2.3 1.3 4.3 3.4 5.6l-.7 3.3 3.7-2.2c.7.1 1.4.2 2.1.2 4.7 0 8.5-3 8.5-6.9S16.7 4.5 12 4.5zM8.5 11.5h.01M12 11.5h.01M15.5 11.5h.01",
  down: "M5 9l7 7 7-7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5.5 16-3-6.5zM11.5 13.5L20 4",
  smile: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8.5 14c.8 1.4 2 2.1 3.5 2.1s2.7-.7 3.5-2.1M9 9.8h.01M15 9.8h.01",
  bell: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10.3 20.5h3.4",
  mute: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10.3 20.5h3.4M4.5 4.5l15 15",
  clip: "M8.5 13l6-6a2.8 2.8 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.3l2.7 1.7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2 12.5L6.5 17 16 7.5M11.5 15.6l1.4 1.4L22.4 7.5",
  alert: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5M12 15.8h.01",
  offline: "M4 4l16 16M8.5 16a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 5-2.6M15 10.4a10 10 0 0 1 4 2.1M2.5 9A14 14 0 0 1 6 6.5M11 5a14 14 0 0 1 10.5 4M12 19.5h.01",
};

/** One picture, `size` pixels wide. */
export function icon(name, size = 24) {
  const frame = { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" };
  return svg("svg", { class: `icon icon-${name}`, ...frame }, svg("path", { d: STROKES[name] }));
}
