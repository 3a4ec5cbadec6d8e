// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Somebody's own account: what is there, and the forms that change it.

import { drawCopy } from "../shared/copy.js";
import { h } from "../shared/dom.js";
import { _, format, ngettext } from "../shared/i18n.js";
import { factorCode, wrongCode } from "./entry.js";
import { ask } from "./server.js";
import { moment } from "./words.js";

const wrongPassword = () => _("This is not your password.");

const ownPassword = (name) => ({
  name,
  label: _("Your password"),
  type: "password",
  autocomplete: "current-password",
});

const back = () => ({ view: "home", text: _("Back") });

// The secret as a picture and to be typed; the form for the first code stands below.
function drawOffer({ qr_svg: picture, secret }) {
  return [
    h("img", {
      class: "qr",
      alt: _("QR code with the same secret"),
      src: `data:image/svg+xml,${encodeURIComponent(picture)}`,
    }),
    drawCopy(secret.replace(/(.{4})(?=.)/g, "$1 "), _("Copy Secret")),
  ];
}

export const homeViews = {
  changePassword: () => ({
    title: _("Change Password"),
    intro: _("Everywhere else you are signed out."),
    fields: [ownPassword("current_password"), { isNewPassword: true }],
    button: _("Change Password"),
    links: [back()],
    wrong: wrongPassword,
    async send(desk, values) {
      const { problem } = await ask(desk, "PUT", "/me/password", values);
      return problem ? { problem } : { view: "home" };
    },
  }),

  turnOn: () => ({
    title: _("Turn On Two-Step Sign-In"),
    intro: _("Signing in then takes a code of an authenticator app too."),
    fields: [ownPassword("password")],
    button: _("Continue"),
    links: [back()],
    wrong: wrongPassword,
    async send(desk, values) {
      const { body, problem } = await ask(desk, "POST", "/me/second-factor", values);
      return problem ? { problem } : { view: "scan", data: body };
    },
  }),

  scan: (offer) => ({
    title: _("Scan This Code"),
    intro: _("Your authenticator app reads the picture, or takes the secret by hand."),
    above: () => drawOffer(offer),
    fields: [{ ...factorCode(), hint: _("The six digits that the app shows now.") }],
    button: _("Turn On"),
    links: [back()],
    wrong: wrongCode,
    async send(desk, values) {
      const { body, problem } = await ask(desk, "POST", "/me/second-factor/confirm", values);
      return problem ? { problem } : { view: "codes", data: body };
    },
  }),

  turnOff: () => ({
    title: _("Turn Off Two-Step Sign-In"),
    fields: [ownPassword("password"), factorCode()],
    button: _("Turn Off"),
    links: [back()],
    async send(desk, values) {
      const { problem } = await ask(desk, "POST", "/me/second-factor/turn-off", values);
      return problem ? { problem } : { view: "home" };
    },
  }),

  renewCodes: () => ({
    title: _("New Recovery Codes"),
    intro: _("Those that you have now are void then."),
    fields: [ownPassword("password"), factorCode()],
    button: _("Make New Codes"),
    links: [back()],
    async send(desk, values) {
      const { body, problem } = await ask(desk, "POST", "/me/second-factor/recovery-codes", values);
      return problem ? { problem } : { view: "codes", data: body };
    },
  }),
};

function drawButton(text, press, name) {
  return h("button", { class: "quiet", type: "button", onclick: press, "aria-label": name }, text);
}

function drawFactor(factor, go) {
  const left = factor.recovery_codes_left;
  const state = ngettext(
    "It is on. {n} recovery code is left.",
    "It is on. {n} recovery codes are left.",
    left,
  );
  return h(
    "section",
    {},
    h("h3", {}, _("Two-step sign-in")),
    h("p", {}, factor.is_on ? format(state, { n: left }) : _("The password alone lets in.")),
    h(
      "div",
      { class: "buttons" },
      !factor.is_on && drawButton(_("Turn On…"), () => go("turnOn")),
      factor.is_on && drawButton(_("New Recovery Codes…"), () => go("renewCodes")),
      factor.is_on && drawButton(_("Turn Off…"), () => go("turnOff")),
    ),
  );
}

function drawSession(session, end) {
  const { device, address, used_at: used, is_current: isCurrent } = session;
  const values = { address: address ?? "?", time: moment(used) };
  return h(
    "li",
    {},
    h(
      "p",
      {},
      h("strong", { dir: "auto" }, device),
      isCurrent ? _("This page") : format(_("{address}, last used {time}"), values),
    ),
    !isCurrent && drawButton(_("Sign Out"), end, format(_("Sign out {device}"), { device })),
  );
}

function drawSessions(sessions, desk, reload) {
  const end = async (path) => {
    await ask(desk, "DELETE", path);
    reload();
  };
  return h(
    "section",
    {},
    h("h3", {}, _("Where you are signed in")),
    h(
      "ul",
      { class: "things" },
      sessions.map((session) => drawSession(session, () => end(`/me/sessions/${session.id}`))),
    ),
    sessions.length > 1 &&
      drawButton(_("Sign Out Everywhere Else"), () => end("/me/sessions?keep_current=true")),
  );
}

/** What the account is at this moment; `{ problem }` when the server does not say. */
export async function loadHome(desk) {
  const paths = ["/me", "/me/second-factor", "/me/sessions"];
  const answers = await Promise.all(paths.map((path) => ask(desk, "GET", path)));
  const failed = answers.find(({ problem }) => problem);
  if (failed) return failed;
  const [{ body: me }, { body: factor }, { body: list }] = answers;
  return { user: me.user, factor, sessions: list.sessions };
}

export function drawHome({ user, factor, sessions }, desk, { go, leave, reload }) {
  return h(
    "div",
    { class: "home" },
    h("h2", { class: "news", tabindex: "-1", dir: "auto" }, user.name),
    h("p", { class: "intro", dir: "ltr" }, user.email),
    h(
      "section",
      {},
      h("h3", {}, _("Password")),
      drawButton(_("Change Password…"), () => go("changePassword")),
    ),
    drawFactor(factor, go),
    drawSessions(sessions, desk, reload),
    h("section", {}, drawButton(_("Sign Out"), leave)),
  );
}
