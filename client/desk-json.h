/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tolerant readers for JSON that came from outside: a member that is missing, null or of another
 * type reads as its fallback, so that no frame of a newer server can bring a client down.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * desk_json_parse:
 * @text: UTF-8
 * @length: bytes, or -1 when @text is NUL-terminated
 *
 * Returns: (transfer full): the object that @text is; %NULL with a #GError of
 * %DESK_ERROR_BAD_ANSWER when it is not one.
 */
JsonObject *desk_json_parse (const char *text, gssize length, GError **error);

/** desk_json_print: Returns: (transfer full): @object as compact UTF-8. */
char *desk_json_print (JsonObject *object);

/** desk_json_get_string: Returns: (nullable): belongs to @object. */
const char *desk_json_get_string (JsonObject *object, const char *name);

gint64 desk_json_get_int (JsonObject *object, const char *name, gint64 fallback);

gboolean desk_json_get_bool (JsonObject *object, const char *name);

/** desk_json_get_object: Returns: (nullable): belongs to @object. */
JsonObject *desk_json_get_object (JsonObject *object, const char *name);

/** desk_json_get_array: Returns: (nullable): belongs to @object. */
JsonArray *desk_json_get_array (JsonObject *object, const char *name);

/** desk_json_get_time: Returns: microseconds since 1970 in UTC; 0 when there is no time. */
gint64 desk_json_get_time (JsonObject *object, const char *name);

/** desk_json_set_time: writes @time (microseconds since 1970), or null for 0. */
void desk_json_set_time (JsonObject *object, const char *name, gint64 time);

/** desk_json_set_text: writes @text, or null for %NULL. */
void desk_json_set_text (JsonObject *object, const char *name, const char *text);

G_END_DECLS
