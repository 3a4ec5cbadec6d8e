/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading an argument that says a number for each of several names: limits by channel, levels by
 * skill. */
#pragma once

#include "base/arguments.h"

extern const char *const queue_channels[];

/* The argument @field, `{"chat": 5}`: every name is one of @names (NULL-terminated), or, when that
 * is NULL, a word of small letters, digits and `_`; every number is from @min to @max.
 * Returns: (transfer full): the object as JSON; NULL when absent. */
char *counts_read (Arguments *arguments, const char *field, const char *const *names, gint64 min,
                   gint64 max);
