// SPDX-License-Identifier: MIT
//
// The language of a whole page of ours, as the demo shop and the set-up page are: `?lang=bn` in the
// address chooses one, else the browser does.

import { h } from "./dom.js";
import { choose, direction, language } from "./i18n.js";

/** Marks the page with its language and direction; returns the language. */
export function turnPage(available) {
  const asked = new URLSearchParams(location.search).get("lang");
  const chosen = choose([asked, ...navigator.languages], available);
  document.documentElement.lang = chosen;
  document.documentElement.dir = direction(asked ?? chosen);
  return chosen;
}

/** The catalogue beside the script at `here`; null for English, and when it cannot be had. */
export async function loadCatalogue(here, language) {
  if (language === "en") return null;
  const reply = await fetch(new URL(`lang/${language}.json`, here)).catch(() => null);
  return reply?.ok ? reply.json() : null;
}

/** A link for each language, in its own words; the page's is marked. */
export function languageLinks(available) {
  return ["en", ...available].map((tag) => {
    const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag);
    const current = tag === language() && "page";
    return h("a", { href: `?lang=${tag}`, lang: tag, "aria-current": current }, name);
  });
}
