// SPDX-License-Identifier: MIT
//
// How long to wait before trying again. The pause doubles up to half a minute, and half of it is
// chance, so that ten thousand widgets do not come back in the same second.

const FIRST_MS = 500;
const LONGEST_MS = 30000;

/** Milliseconds to wait after `failures` failures in a row. */
export function pause(failures) {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return whole * (0.5 + Math.random() / 2);
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
