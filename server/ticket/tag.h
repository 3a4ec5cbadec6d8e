/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: what counts as the same tag. */
#pragma once

#include "http/request.h"

#define TAG_MAX 50 /* characters */
#define TAGS_MAX 20 /* of one ticket */

/* @text as a tag: composed (NFC), in lower case, with single spaces between words and none around
 * them. So `VIP ` and `vip` are one tag.
 * Returns: (transfer full) */
char *tag_fold (const char *text);

/* The argument @name, a list of tags, as a PostgreSQL array literal of folded tags; notes what can
 * be no tag.
 * Returns: (transfer full): free with g_string_free(); `{}` when absent. */
GString *tag_read_list (Arguments *arguments, const char *name);
