/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Why something was found: its text, or the best part of it, with the reasons marked. */
#pragma once

#include "ticket/search-query.h"

/* Appends @text to @json as `[{"t": "text", "hit": true}, …]`, lines run together. Of a text with
 * more than @most characters (0: no limit) only the stretch with most hits; the ends that were cut
 * off are an ellipsis. @names as in search_query_hits(). NULL is nothing: `[]`. */
void search_append_spans (GString *json, const char *text, const SearchQuery *query, gboolean names,
                          guint most);
