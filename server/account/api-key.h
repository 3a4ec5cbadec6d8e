/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * API keys, by which programs act as their owner. */
#pragma once

#include <glib.h>

/* Whether @token is a key, as far as that shows. */
gboolean api_key_is (const char *token);

/* The session of the key @token: its hash, so that nothing else has to be kept of it.
 * Returns: (transfer full): free with g_free(). */
char *api_key_session (const char *token);
