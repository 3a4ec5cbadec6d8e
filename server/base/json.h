/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * JSON at the edge: a strict recogniser for whatever comes from outside, small readers for text
 * that it accepted, and text escaping for hand-built frames. General parsers are lenient and
 * recursive, so that a hostile body could pass them or overflow the stack; nothing here
 * recurses. */
#pragma once

#include <glib.h>

/* Deepest nesting of arrays and objects that is accepted. */
#define JSON_DEPTH_MAX 64

/* Whether @text, @length bytes, is one RFC 8259 value in valid UTF-8, not nested deeper than
 * %JSON_DEPTH_MAX. Lone surrogates are refused, since they have no UTF-8 form.
 * Sets %PROBLEM_BAD_JSON with the offset of the first byte that does not fit. */
gboolean json_check (const char *text, gsize length, GError **error);

/* The readers below take a place inside text that json_check() accepted; anything else is a fault
 * of the caller. */

/* The first place from @at on that is no white space. */
const char *json_skip_space (const char *at);

/* The place right after the value that starts at @at, which must be inside an array or object. */
const char *json_skip_value (const char *at);

/* The text of the string that starts at @at; moves @at right after it.
 * Returns: (transfer full): free with g_string_free(); may hold U+0000. */
GString *json_read_text (const char **at);

/* Appends the name of the next member of the object that begins @json, with the comma before it.
 * @name is plain: nothing in it is to be escaped. */
void json_begin_member (GString *json, const char *name);

/* Appends @text as a JSON string with quotes; NULL becomes `null`. */
void json_append_text (GString *json, const char *text);
