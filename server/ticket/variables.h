/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Variables in texts that people write beforehand, as in `Hello {{customer.name}}`. */
#pragma once

#include <glib.h>

/* What @name stands for, borrowed; NULL when nobody knows. */
typedef const char *(*VariableLookup) (const char *name, gpointer data);

/* Fills the variables of @text, which is Markdown; what they stand for is text and marks nothing.
 * The name of each that nobody knows is added to @unfilled once (transfer full), and its place in
 * the text stays as it is.
 * Returns: (transfer full): the text. */
char *variables_fill (const char *text, VariableLookup lookup, gpointer data, GPtrArray *unfilled);
