/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading files: the whole, a part, the small picture. Whoever asks is known by a token or by a
 * link, and may read what they may read at this moment. */
#include "base/problem.h"
#include "db/pool.h"
#include "http/disposition.h"
#include "http/range.h"
#include "storage/storage.h"
#include "storage/thumbnail.h"
#include "ticket/attachment-handlers.h"
#include "ticket/attachment-link.h"
#include "ticket/attachment-row.h"
#include "ticket/attachments.h"

#include <glib/gi18n.h>

/* What a picture is called when it is saved. */
#define THUMBNAIL_NAME "thumbnail.jpg"

/* Who asks by a link. FALSE with a problem when the link is not good, or not any more. */
static gboolean
read_link (const Request *request, const char *signature, gboolean thumbnail, gint64 *reader,
           GError **error)
{
  AttachmentLink link = { .attachment = request_path_id (request, "id"), .thumbnail = thumbnail };

  if (!request_query_int (request, "reader", 1, G_MAXINT64, 0, &link.reader, error)
      || !request_query_int (request, "expires", 0, G_MAXINT64, 0, &link.expires, error))
    return FALSE;
  *reader = link.reader;
  if (link.expires > g_get_real_time () / G_USEC_PER_SEC
      && attachment_link_is_good (&link, signature,
                                  attachments_link_key (request_services (request)->attachments)))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("This link has ended. Open the file again."));
  return FALSE;
}

static gboolean
find_reader (const Request *request, gboolean thumbnail, gint64 *reader, GError **error)
{
  const Actor *actor = request_actor (request);
  const char *signature = request_query (request, "signature");

  if (signature != NULL)
    return read_link (request, signature, thumbnail, reader, error);
  if (actor == NULL)
    {
      problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("Sign in, then try again."));
      return FALSE;
    }
  *reader = actor->user_id;
  if (actor_may (actor, PERMISSION_VIEW_TICKETS))
    return TRUE;
  actor_refuse (actor, error);
  return FALSE;
}

/* The row of what is to be sent. */
static DbResult *
find (const Request *request, gboolean thumbnail, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  const char *state;
  gint64 reader;

  if (!find_reader (request, thumbnail, &reader, error))
    return NULL;
  rows = db_pool_run (request_services (request)->pool, "attachment_content",
                      (DbParam[]){ db_int (request_path_id (request, "id")), db_int (reader),
                                   db_bool (thumbnail), DB_END },
                      error);
  if (rows == NULL)
    return NULL;
  state = db_result_rows (rows) > 0 ? db_result_text (rows, 0, "state") : NULL;
  if (g_strcmp0 (state, "held") == 0)
    problem_set (error, PROBLEM_CONFLICT, _ ("This file still waits for the virus check."));
  else if (g_strcmp0 (state, "removed") == 0)
    problem_set (error, PROBLEM_NOT_FOUND,
                 _ ("This file did not pass the virus check and was removed."));
  else if (state == NULL || db_result_is_null (rows, 0, "object"))
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such file."));
  else
    return g_steal_pointer (&rows);
  return NULL;
}

static gssize
read_some (gpointer source, void *buffer, gsize size, GError **error)
{
  return storage_read (source, buffer, size, error);
}

static void
free_reader (gpointer source)
{
  storage_reader_free (source);
}

static void
set_headers (Reply *reply, const char *tag, const char *type, const char *name)
{
  g_autofree char *disposition = disposition_write (name, type);

  reply_set_header (reply, "ETag", tag);
  reply_set_header (reply, "Accept-Ranges", "bytes");
  reply_set_header (reply, "Content-Type", type);
  reply_set_header (reply, "Content-Disposition", disposition);
  reply_set_header (reply, "Content-Security-Policy", "default-src 'none'; sandbox");
  /* The widget shows pictures in pages of others; the link is the key. */
  reply_set_header (reply, "Cross-Origin-Resource-Policy", "cross-origin");
  reply_set_header (reply, "Cache-Control", "private, max-age=300");
}

/* Says that nothing of the file is in the range that was asked for. */
static Reply *
refuse_range (const Request *request, guint64 size)
{
  g_autofree char *range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size);
  g_autoptr (GError) problem = NULL;
  Reply *reply;

  problem_set (&problem, PROBLEM_RANGE_NOT_SATISFIABLE, _ ("The file ends before this range."));
  reply = reply_error (problem, request_id (request));
  reply_set_header (reply, "Content-Range", range);
  return reply;
}

/* The part that was asked for; all of it when the file is not what the client has a part of. */
static RangeVerdict
read_range (const Request *request, const char *tag, guint64 size, guint64 *from, guint64 *to)
{
  const char *condition = request_header (request, "If-Range");
  gboolean same = condition == NULL || g_str_equal (condition, tag);

  return range_read (same ? request_header (request, "Range") : NULL, size, from, to);
}

static Reply *
send_file (const Request *request, const StorageSeal *seal, const char *object, const char *tag,
           GError **error)
{
  g_autofree char *range = NULL;
  guint64 from, to;
  RangeVerdict verdict = read_range (request, tag, seal->size, &from, &to);
  StorageReader *reader;
  Reply *reply;

  if (verdict == RANGE_UNSATISFIABLE)
    return refuse_range (request, seal->size);
  reader = storage_open (request_services (request)->storage, object, seal, from, to, error);
  if (reader == NULL)
    return NULL;
  reply
      = reply_stream (verdict == RANGE_PART ? 206 : 200, to - from, read_some, reader, free_reader);
  range = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                           from, to - 1, seal->size);
  if (verdict == RANGE_PART)
    reply_set_header (reply, "Content-Range", range);
  return reply;
}

static Reply *
answer (const Request *request, gboolean thumbnail, GError **error)
{
  g_autoptr (DbResult) rows = find (request, thumbnail, error);
  g_autofree char *tag = NULL;
  StorageSeal seal;
  Reply *reply;

  if (rows == NULL)
    return NULL;
  seal = attachment_row_seal (rows, 0);
  tag = g_strdup_printf ("\"%s\"", seal.sha256);
  if (g_strcmp0 (request_header (request, "If-None-Match"), tag) == 0)
    {
      reply = reply_empty (304);
      reply_set_header (reply, "ETag", tag);
      return reply;
    }
  reply = send_file (request, &seal, db_result_text (rows, 0, "object"), tag, error);
  if (reply != NULL && reply_status (reply) < 300)
    set_headers (reply, tag, thumbnail ? THUMBNAIL_TYPE : db_result_text (rows, 0, "type"),
                 thumbnail ? THUMBNAIL_NAME : db_result_text (rows, 0, "name"));
  return reply;
}

Reply *
attachment_get_content (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return answer (request, FALSE, error);
}

Reply *
attachment_get_thumbnail (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return answer (request, TRUE, error);
}
