/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From the API's own shapes to the documented ones. What the documented paths say is made of what
 * /api/v1 would say to the same reader and of nothing else, so that nobody learns more here. */
#pragma once

#include "documented/words.h"

#include <json-glib/json-glib.h>

/* Most messages of a thread that are read at once. */
#define SHAPE_THREAD_MAX 1000

/* Reads JSON of our own.
 * Returns: (transfer full) */
JsonObject *shape_read (const char *json);

/* The object that @reply brings, which is freed.
 * Returns: (transfer full): NULL when @reply is NULL. */
JsonObject *shape_read_reply (Reply *reply);

/* Both take what they write. Returns: (transfer full). */
Reply *shape_reply (guint status, JsonObject *object);
Reply *shape_reply_array (JsonArray *array);

/* `{"success": true, "message": …}`; @sentence is the document's own. Returns: (transfer full). */
Reply *shape_success (guint status, const char *sentence);

/* The member @name of @from, any JSON, as the member @called of @to; null when there is none. */
void shape_copy (JsonObject *to, const char *called, JsonObject *from, const char *name);

/* The same of a moment, as the documents write it: `2025-11-09 17:00:00`, in UTC. */
void shape_copy_time (JsonObject *to, const char *called, JsonObject *from, const char *name);

/* The text, the object at @name; NULL when it is null or not there. They belong to @from. */
const char *shape_text (JsonObject *from, const char *name);
JsonObject *shape_object (JsonObject *from, const char *name);

/* Whether @message, as /api/v1 says it, is a note, or nobody's words but the server's. */
gboolean shape_is_note (JsonObject *message);
gboolean shape_is_system (JsonObject *message);

/* Whether staff wrote @message. */
gboolean shape_is_from_staff (JsonObject *message);

/* What @message says, in the reader's language where the server itself says it.
 * Returns: (transfer full) */
char *shape_message_text (JsonObject *message, const Words *words);

/* Whether the other side has read @message, by the marks of @page; a message outside of any page
 * has just been sent. */
gboolean shape_is_read (JsonObject *message, JsonObject *page);

/* The page of messages behind @after (all when negative), as /api/v1 says it.
 * Returns: (transfer full): NULL with `not_found`. */
JsonObject *shape_thread (Db *db, const Actor *actor, gint64 ticket_id, gint64 after,
                          GError **error);

/* The messages of @page as the customer service's document shows them.
 * Returns: (transfer full) */
JsonArray *shape_messages (JsonObject *page, const Request *request);

/* One ticket of /api/v1 as a document's conversation. Returns: (transfer full). */
typedef JsonObject *(*ShapeConversation) (JsonObject *ticket);

/* Answers with every ticket of the list @page, shaped by @shape. Returns: (transfer full). */
Reply *shape_conversations (JsonObject *page, ShapeConversation shape);
