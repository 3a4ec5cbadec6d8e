/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A message's spans as Pango markup. The server parsed the Markdown; here nothing is parsed, every
 * piece of text is escaped, and only http, https and mailto become links.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * desk_spans_to_markup:
 * @spans: (nullable): the `spans` of a message
 * @body: what to show when there are no spans
 *
 * Returns: (transfer full): valid Pango markup for one label, blocks parted by line ends.
 */
char *desk_spans_to_markup (JsonArray *spans, const char *body);

G_END_DECLS
