// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The set-up page's beginning: what it knows, and which of its three states it shows. Everything is
// drawn from `state`, so that another language keeps what was typed.

import { h } from "../shared/dom.js";
import { _, language, speak } from "../shared/i18n.js";
import { languageLinks, loadCatalogue, turnPage } from "../shared/page.js";
import { makeAdmin } from "./account.js";
import { drawForm, focusForm, readForm } from "./form.js";
import { drawDone, drawTaken } from "./outcome.js";
import { drawPanel } from "./panel.js";
import { explain } from "./words.js";

const here = new URL(document.currentScript.src);
const desk = new URL("..", here);

// The code came behind the #: that part of an address is never sent to a server, nor logged there.
const code = new URLSearchParams(location.hash.slice(1)).get("code") ?? "";

const state = { stage: "form", values: { code }, trouble: null, user: null };

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  state.values = readForm(form);
  const { user, problem } = await makeAdmin(desk, state.values);
  if (user) Object.assign(state, { stage: "done", user });
  else if (problem.code === "conflict" && !problem.errors) state.stage = "taken";
  else state.trouble = problem;
  if (state.stage !== "form") forgetSecrets();
  draw();
  focusNews();
}

// Neither the address nor this page keeps what is used up.
function forgetSecrets() {
  const { name, email } = state.values;
  state.values = { name, email };
  history.replaceState(null, "", location.pathname + location.search);
}

function drawStage() {
  if (state.stage === "done") return drawDone(desk, state.user);
  if (state.stage === "taken") return drawTaken(state.values);
  return drawForm(state.values, state.trouble && explain(state.trouble, desk), submit);
}

function draw() {
  const links = languageLinks(LANGUAGES);
  for (const link of links) link.addEventListener("click", changeLanguage);
  const title = _("Set Up Deskbell");
  document.title = state.stage === "form" && state.trouble ? `${_("Not yet")} – ${title}` : title;
  const top = h("nav", { class: "languages", "aria-label": _("Language") }, links);
  const main = h("main", {}, drawPanel(state.stage), h("div", { class: "work" }, drawStage()));
  document.body.replaceChildren(top, main);
}

function focusNews() {
  document.querySelector(".news")?.focus();
}

async function takeLanguage() {
  const chosen = turnPage(LANGUAGES);
  speak(chosen, await loadCatalogue(here, chosen));
}

async function changeLanguage(event) {
  event.preventDefault();
  const form = document.querySelector("form");
  if (form) state.values = readForm(form);
  history.replaceState(null, "", event.target.search + location.hash);
  await takeLanguage();
  draw();
  document.querySelector(`.languages [lang=${language()}]`)?.focus();
}

takeLanguage().then(() => {
  draw();
  focusForm(state.values);
});
