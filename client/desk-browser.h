/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in by way of the browser (RFC 8252): the app waits at a free port of this machine until
 * the browser comes by with a code. Belongs to the thread that made it.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DESK_TYPE_BROWSER (desk_browser_get_type ())

G_DECLARE_FINAL_TYPE (DeskBrowser, desk_browser, DESK, BROWSER, GObject)

/**
 * desk_browser_new:
 * @server: the server's address without a path
 *
 * Waits from now on, until the object goes. The signal `answered (const char *code)` says, once,
 * that the browser was there; what else comes to the port is refused.
 *
 * Returns: (transfer full): %NULL with an error of the network.
 */
DeskBrowser *desk_browser_new (const char *server, GError **error);

/** desk_browser_get_address: Returns: what the browser is to open. */
const char *desk_browser_get_address (DeskBrowser *self);

/** desk_browser_get_verifier: Returns: what makes the code worth something, and stays here. */
const char *desk_browser_get_verifier (DeskBrowser *self);

G_END_DECLS
