// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The demo shop's beginning. It stands in the page's head, so that the page has its language before
// the widget asks for it; `?lang=bn` in the address chooses one, else the browser does.

import { choose, direction, speak } from "../shared/i18n.js";
import { drawPage } from "./page.js";

const here = new URL(document.currentScript.src);
const asked = new URLSearchParams(location.search).get("lang");
const language = choose([asked, ...navigator.languages], LANGUAGES);

document.documentElement.lang = language;
document.documentElement.dir = direction(asked ?? language);

async function loadCatalogue() {
  if (language === "en") return null;
  const reply = await fetch(new URL(`lang/${language}.json`, here)).catch(() => null);
  return reply?.ok ? reply.json() : null;
}

const catalogue = loadCatalogue();
document.addEventListener("DOMContentLoaded", async () => {
  speak(language, await catalogue);
  document.body.prepend(...drawPage(["en", ...LANGUAGES]));
});
