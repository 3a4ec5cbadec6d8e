/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The page where a person names a server, which is checked while they type, and signs in.
 */

#pragma once

#include <adwaita.h>

#include "desk-session.h"

G_BEGIN_DECLS

#define DESK_TYPE_SIGN_IN_PAGE (desk_sign_in_page_get_type ())

G_DECLARE_FINAL_TYPE (DeskSignInPage, desk_sign_in_page, DESK, SIGN_IN_PAGE, GtkWidget)

/**
 * desk_sign_in_page_prepare:
 * @server: (nullable): the address to begin with
 * @email: (nullable): the account to begin with
 * @reason: (nullable): a sentence that says why somebody has to sign in
 *
 * The signal `signed-in (DeskSession)` hands over the session.
 */
void desk_sign_in_page_prepare (DeskSignInPage *self, const char *server, const char *email,
                                const char *reason);

/** desk_sign_in_page_sign_in: presses the button with this @password. */
void desk_sign_in_page_sign_in (DeskSignInPage *self, const char *password);

G_END_DECLS
