// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The ways into an account, each a form: signing in with its second step, an invitation, a
// password that was forgotten. A view says what it shows and asks; `send` resolves to where to go
// next, or to `{ problem }`.

import { _, format } from "../shared/i18n.js";
import { ask, signIn } from "./server.js";

const email = () => ({
  name: "email",
  label: _("E-mail"),
  type: "email",
  dir: "ltr",
  autocomplete: "username",
});

const ownPassword = () => ({
  name: "password",
  label: _("Password"),
  type: "password",
  autocomplete: "current-password",
});

export const factorCode = () => ({
  name: "code",
  label: _("Code"),
  hint: _("Of your authenticator app, or a recovery code."),
  dir: "ltr",
  autocomplete: "one-time-code",
});

export const wrongCode = () =>
  _("This code is not right, or was used before. Wait for the next one.");

function enter(answer) {
  if (answer.challenge) return { view: "code", data: { challenge: answer.challenge } };
  signIn(answer);
  return { view: "home" };
}

export const entryViews = {
  signIn: () => ({
    title: _("Sign In to Your Account"),
    fields: [email(), ownPassword()],
    button: _("Sign In"),
    links: [{ view: "forgotten", text: _("Forgot the password?") }],
    wrong: () => _("Wrong e-mail or password."),
    async send(desk, values) {
      const { body, problem } = await ask(desk, "POST", "/auth/login", values);
      return problem ? { problem } : enter(body);
    },
  }),

  code: ({ challenge }) => ({
    title: _("Second Step"),
    fields: [factorCode()],
    button: _("Sign In"),
    links: [{ view: "signIn", text: _("Begin Again") }],
    wrong: wrongCode,
    async send(desk, values) {
      const answer = { challenge, ...values };
      const { body, problem } = await ask(desk, "POST", "/auth/challenge", answer);
      return problem ? { problem } : enter(body);
    },
  }),

  invitation: ({ code, invitation }) => ({
    title: _("Join the Desk"),
    intro: format(_("{name} invites you. You sign in as {email}."), {
      name: invitation.invited_by,
      email: invitation.email,
    }),
    values: { name: invitation.name ?? "" },
    fields: [
      { name: "name", label: _("Your name"), autocomplete: "name" },
      { isNewPassword: true },
    ],
    button: _("Create Account"),
    async send(desk, values) {
      const path = "/auth/invitation/accept";
      const { body, problem } = await ask(desk, "POST", path, { code, ...values });
      if (problem) return problem.code === "wrong_credentials" ? { view: "ended" } : { problem };
      signIn(body);
      return { view: "joined", data: { user: body.user } };
    },
  }),

  forgotten: () => ({
    title: _("Forgot the Password?"),
    intro: _("We send a link to choose another one to the address that you sign in with."),
    fields: [email()],
    button: _("Send Link"),
    links: [{ view: "signIn", text: _("Sign In") }],
    async send(desk, values) {
      const { problem } = await ask(desk, "POST", "/auth/password/forgotten", values);
      return problem ? { problem } : { view: "sent", data: values };
    },
  }),

  reset: ({ code }) => ({
    title: _("Choose Another Password"),
    intro: _("Wherever you are signed in, you are signed out."),
    fields: [{ isNewPassword: true }],
    button: _("Change Password"),
    async send(desk, values) {
      const { problem } = await ask(desk, "POST", "/auth/password/reset", { code, ...values });
      if (problem) return problem.code === "wrong_credentials" ? { view: "ended" } : { problem };
      return { view: "changed" };
    },
  }),
};

/** Looks at an invitation before its form is shown. */
export async function lookAt(desk, code) {
  const { body, problem } = await ask(desk, "POST", "/auth/invitation", { code });
  if (problem?.code === "wrong_credentials") return { view: "ended" };
  if (problem) return { view: "failed", data: { problem } };
  return { view: "invitation", data: { code, invitation: body.invitation } };
}
