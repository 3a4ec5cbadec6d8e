/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Secrets of other systems that the server has to know in plain text, such as the key that a host
 * site signs with: in the database they stand encrypted, each under a key of its own, and that
 * under the master key. They are rows of `sealed_text`, so that a new master key finds all of
 * them. Any thread may call. */
#pragma once

#include "storage/storage.h"

/* Longest text. */
#define SEALED_TEXT_MAX 4096

/* Seals @text for the row @object of `sealed_text`; in another row it does not open.
 * Returns: (transfer full): plain ASCII; free with g_free(). */
char *sealed_make (Storage *storage, const char *object, const char *text);

/* Opens what sealed_make() made for @object.
 * Returns: (transfer full): wipe it with sealed_forget(); NULL with %PROBLEM_INTERNAL when the
 * master key is missing, or @sealed is damaged or of another row. */
char *sealed_open (Storage *storage, const char *object, const char *sealed, GError **error);

/* The same secret under today's master key.
 * Returns: (transfer full): free with g_free(); NULL with an error as sealed_open(). */
char *sealed_renew (Storage *storage, const char *object, const char *sealed, GError **error);

/* Overwrites @text (transfer full) (nullable), then frees it. */
void sealed_forget (char *text);
