/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files over REST: sending one, what is known of it, taking it back before a message has it. */
#include "base/problem.h"
#include "ticket/attachment-handlers.h"
#include "ticket/attachment-link.h"
#include "ticket/attachments.h"

#include <glib/gi18n.h>

/* Files of one account that no message has yet. */
#define WAITING_MAX 100

gboolean
attachment_upload_limit (Db *db, const Request *request, guint64 *most, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows = NULL;
  const char *key;

  if (!request_idempotency_key (request, &key, error))
    return FALSE;
  rows = db_run (db, "attachment_upload_limit",
                 (DbParam[]){ db_bool (actor_is_staff (actor)), db_int (actor->user_id), DB_END },
                 error);
  if (rows == NULL)
    return FALSE;
  *most = (guint64) db_result_int (rows, 0, "bytes");
  if (db_result_int (rows, 0, "waiting") < WAITING_MAX)
    return TRUE;
  problem_set (error, PROBLEM_CONFLICT,
               _ ("Too many of your files wait to be sent. Send or remove them first."));
  return FALSE;
}

Reply *
attachment_post (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  AttachmentKept kept;
  const char *key;

  if (!request_idempotency_key (request, &key, error)
      || !attachments_keep (request_services (request), request_actor (request),
                            request_file (request), key, &kept, error))
    return NULL;
  return reply_take_json (kept.repeated ? 200 : 201, kept.json);
}

/* What is known of the file in the path, if the one who asks may read it. */
static DbResult *
find (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "attachment_get",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_int (request_actor (request)->user_id), DB_END },
                error);

  if (rows != NULL && db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such file."));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

Reply *
attachment_get (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = find (db, request, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
attachment_delete (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "attachment_discard",
                           (DbParam[]){ db_int (request_path_id (request, "id")),
                                        db_int (request_actor (request)->user_id), DB_END },
                           error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

Reply *
attachment_post_link (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = find (db, request, error);
  const guint8 *key = attachments_link_key (request_services (request)->attachments);
  g_autoptr (GDateTime) ends = NULL;
  g_autofree char *expires = NULL;
  g_autofree char *url = NULL;
  g_autofree char *thumbnail = NULL;
  AttachmentLink link;

  if (rows == NULL)
    return NULL;
  link = (AttachmentLink){ .attachment = request_path_id (request, "id"),
                           .reader = request_actor (request)->user_id,
                           .expires
                           = g_get_real_time () / G_USEC_PER_SEC + ATTACHMENT_LINK_SECONDS };
  url = attachment_link_write (&link, key);
  link.thumbnail = TRUE;
  if (db_result_bool (rows, 0, "thumbnail"))
    thumbnail = attachment_link_write (&link, key);
  ends = g_date_time_new_from_unix_utc (link.expires);
  expires = g_date_time_format (ends, "%FT%T.000000Z");
  return reply_take_json (
      200, g_strdup_printf ("{\"url\":\"%s\",\"thumbnail_url\":%s%s%s,\"expires_at\":\"%s\"}", url,
                            thumbnail != NULL ? "\"" : "", thumbnail != NULL ? thumbnail : "null",
                            thumbnail != NULL ? "\"" : "", expires));
}
