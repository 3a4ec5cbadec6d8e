// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What the page says when there is an admin: made right now, or before.

import { h } from "../shared/dom.js";
import { _, format } from "../shared/i18n.js";
import { drawCopy } from "../shared/copy.js";

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const onLines = (...parts) => parts.join(" \\\n  ");

const createUser = (role, name, email) =>
  onLines(
    `deskbell-server create-user --role ${role}`,
    `--name ${quote(name)} --email ${quote(email)}`,
  );

function drawTitle(mark, text) {
  return h("h2", { class: `news ${mark}`, tabindex: "-1" }, text);
}

function drawPart(title, ...rest) {
  return h("section", {}, h("h3", {}, title), rest);
}

function signIn(address, email) {
  const body = JSON.stringify({ email, password: "…" });
  const login = onLines(`curl ${address}/api/v1/auth/login`, `--json ${quote(body)}`);
  return drawPart(
    _("Sign in"),
    h("p", {}, _("The agent app asks for this server’s address:")),
    drawCopy(address, _("Copy Address")),
    h("p", {}, _("Scripts sign in over the API:")),
    drawCopy(login, _("Copy Command")),
  );
}

function embed(address) {
  return drawPart(
    _("Put the chat on your pages"),
    h("p", {}, _("One line of HTML, anywhere on the page:")),
    drawCopy(`<script src="${address}/widget.js" async></script>`, _("Copy Snippet")),
  );
}

function invite() {
  return drawPart(
    _("Add those who answer"),
    h("p", {}, _("Whoever runs the server makes their accounts there:")),
    drawCopy(createUser("agent", _("Rina Das"), "rina@example.com"), _("Copy Command")),
  );
}

/** `user` was made; `desk` is the server's address. */
export function drawDone(desk, user) {
  const address = desk.href.replace(/\/$/, "");
  const { name, email } = user;
  return h(
    "div",
    { class: "outcome" },
    drawTitle("good", format(_("{name} is the admin now"), { name })),
    h("p", {}, format(_("You sign in as {email}, with the password that you chose."), { email })),
    signIn(address, email),
    embed(address),
    invite(),
  );
}

/** Somebody else was faster, or the code was used before. */
export function drawTaken({ name, email }) {
  return h(
    "div",
    { class: "outcome" },
    drawTitle("taken", _("This server has an admin already")),
    h("p", {}, _("A set-up code makes one admin, and this was done. Nothing was changed now.")),
    h("p", {}, _("Sign in with that account, or ask its owner for one of your own.")),
    drawPart(
      _("Nobody knows the password?"),
      h("p", {}, _("Whoever runs the server makes another admin there:")),
      drawCopy(createUser("admin", name, email), _("Copy Command")),
    ),
    drawPart(
      _("Was this meant to be a new server?"),
      h("p", {}, _("Restart it with an empty data folder: it prints a fresh link and code.")),
    ),
  );
}
