// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The account page's beginning: which view it shows, and with what in it. Everything is drawn from
// `state`, so that another language keeps what was typed.

import { h } from "../shared/dom.js";
import { drawEye, drawField, drawNewPassword, drawSummary } from "../shared/fields.js";
import { _, language, speak } from "../shared/i18n.js";
import { languageLinks, loadCatalogue, turnPage } from "../shared/page.js";
import { entryViews, lookAt } from "./entry.js";
import { drawHome, homeViews, loadHome } from "./home.js";
import { drawLink, notes } from "./notes.js";
import { isSignedIn, signOut } from "./server.js";
import { explain } from "./words.js";

const here = new URL(document.currentScript.src);
const desk = new URL("..", here);
const forms = { ...entryViews, ...homeViews };

// A code came behind the #: that part of an address is never sent to a server, nor logged there.
const given = new URLSearchParams(location.hash.slice(1));

const state = { view: "signIn", data: {}, values: {}, problem: null };

// Grows with every step; what an earlier one waited for comes too late to be shown.
let step = 0;

async function go(view, data = {}) {
  const mine = ++step;
  const next = view === "home" ? await findHome() : { view, data };
  if (mine !== step) return;
  Object.assign(state, { ...next, values: {}, problem: null });
  draw();
  focusNews();
}

async function findHome() {
  const data = isSignedIn() ? await loadHome(desk) : { problem: {} };
  return data.problem ? { view: "signIn", data: {} } : { view: "home", data };
}

// Shows what has changed to whoever has not gone on meanwhile.
async function reload() {
  if (state.view === "home") await go("home");
}

async function leave() {
  signOut(desk);
  await go("signIn");
}

// Spaces around a name, an address or a code are slips of the hand; in a password they count.
function readForm(form) {
  const entries = [...new FormData(form)];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name.endsWith("password") ? value : value.trim()]),
  );
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  state.values = readForm(form);
  const mine = step;
  const next = await forms[state.view](state.data).send(desk, state.values);
  if (mine !== step) return;
  if (!next.problem) {
    // Neither the address nor this page keeps what is used up.
    history.replaceState(null, "", location.pathname + location.search);
    return go(next.view, next.data);
  }
  state.problem = next.problem;
  draw();
  focusNews();
}

function drawInput(field, values, errors) {
  const shown = (name, label) => ({ name, label, value: values[name], error: errors.get(name) });
  if (field.isNewPassword) return drawNewPassword(shown);
  const beside = field.type === "password" && { beside: drawEye };
  return drawField({ ...field, ...shown(field.name, field.label), ...beside });
}

function drawForm(view) {
  const trouble = state.problem && explain(state.problem, desk, view);
  const errors = new Map(trouble?.fields.map(({ field, text }) => [field, text]));
  const values = { ...view.values, ...state.values };
  const links = view.links?.map(({ view: name, text }) => drawLink(go, name, text));
  return [
    h("h2", { tabindex: "-1", class: trouble ? null : "news" }, view.title),
    view.intro && h("p", { class: "intro" }, view.intro),
    view.above?.(),
    h(
      "form",
      { novalidate: true, onsubmit: submit },
      trouble && drawSummary(trouble, _("Not yet. What you typed is kept.")),
      view.fields.map((field) => drawInput(field, values, errors)),
      h("button", { class: "strong", type: "submit" }, view.button),
    ),
    links && h("p", { class: "others" }, links),
  ];
}

function drawView() {
  if (state.view === "home") return [drawHome(state.data, desk, { go, leave, reload })];
  const note = notes[state.view];
  return note ? [note(state.data, desk, go)] : drawForm(forms[state.view](state.data)).flat();
}

function drawPanel() {
  return h(
    "header",
    { class: "panel" },
    h("img", { class: "bell", src: "../setup/bell.svg", alt: "" }),
    h("h1", {}, _("Your Account")),
    h("p", {}, _("How you get in, and how nobody else does.")),
  );
}

function draw() {
  const links = languageLinks(LANGUAGES);
  for (const link of links) link.addEventListener("click", changeLanguage);
  const title = _("Your Account");
  document.title = state.problem ? `${_("Not yet")} – ${title}` : title;
  const top = h("nav", { class: "languages", "aria-label": _("Language") }, links);
  const work = h("div", { class: "work" }, ...drawView());
  document.body.replaceChildren(top, h("main", {}, drawPanel(), work));
}

// A form wants its first empty field, whatever else is news.
function focusNews() {
  const summary = document.querySelector(".summary");
  const empty = [...document.querySelectorAll("form input")].find((input) => !input.value);
  (summary ?? empty ?? document.querySelector(".news"))?.focus();
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

async function start() {
  await takeLanguage();
  if (given.has("invitation")) {
    const next = await lookAt(desk, given.get("invitation"));
    return go(next.view, next.data);
  }
  if (given.has("reset")) return go("reset", { code: given.get("reset") });
  return go(location.hash === "#forgotten" ? "forgotten" : "signIn");
}

addEventListener("pagehide", () => signOut(desk));
start();
