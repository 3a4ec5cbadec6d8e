/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Random secrets of which the database keeps only a hash; a fast one does, since they are long. */
#pragma once

#include <glib.h>

/* The BLAKE2b hash of @secret as a bytea parameter.
 * Returns: (transfer full): free with g_free(). */
char *secret_hash (const char *secret);

/* A code that a person copies: sixteen letters and digits in groups of four, none of which looks
 * like another. Returns: (transfer full): free with g_free(). */
char *secret_make_code (void);

/* @code as it was made, however it was typed: lower case, spaces and other hyphens do not count.
 * Returns: (transfer full): free with g_free(). */
char *secret_read_code (const char *code);
