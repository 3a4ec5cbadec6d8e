/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Writing HTML: whatever a person wrote goes through here, and is text. */
#pragma once

#include <json-glib/json-glib.h>

/* Appends @format; what stands for a `%s` is escaped. */
void html_add (GString *html, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Appends a message's span tree (docs/protocol.md, Messages). */
void html_add_spans (GString *html, JsonArray *spans);
