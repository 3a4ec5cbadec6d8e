// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The demo shop's beginning. It stands in the page's head, so that the page has its language before
// the widget asks for it.

import { speak } from "../shared/i18n.js";
import { loadCatalogue, turnPage } from "../shared/page.js";
import { drawPage } from "./page.js";

const here = new URL(document.currentScript.src);
const language = turnPage(LANGUAGES);
const catalogue = loadCatalogue(here, language);

document.addEventListener("DOMContentLoaded", async () => {
  speak(language, await catalogue);
  document.body.prepend(...drawPage(LANGUAGES));
});
