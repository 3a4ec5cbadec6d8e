/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The audit as a file: CSV for spreadsheets, or a JSON object a line. It is written down page by
 * page before it is sent, in a file without a name: so no export is large in memory or holds a
 * transaction open, and one that fails is an error and not a file that ends too soon. */
#include "audit/filter.h"
#include "audit/handlers.h"
#include "base/problem.h"
#include "db/pool.h"
#include "http/disposition.h"
#include "storage/storage.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PAGE 1000

/* Spreadsheets take a file for UTF-8 that begins so. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct
{
  const char *name; /* in the address */
  const char *statement; /* lines of a page */
  const char *head; /* what comes before all lines */
  const char *type;
  const char *file;
} Format;

static const Format formats[] = {
  { "csv", "audit_lines_csv",
    BYTE_ORDER_MARK "\"id\",\"at\",\"actor_id\",\"actor\",\"address\",\"request_id\",\"action\","
                    "\"target\",\"target_id\",\"before\",\"after\"\r\n",
    "text/csv; charset=utf-8; header=present", "audit.csv" },
  { "jsonl", "audit_lines_json", "", "application/jsonl", "audit.jsonl" },
};

static const Format *
read_format (const Request *request, GError **error)
{
  const char *name = request_query (request, "format");

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (g_strcmp0 (name != NULL ? name : "csv", formats[i].name) == 0)
        return &formats[i];
    }
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), "format");
  return NULL;
}

static gboolean
write_text (int fd, const char *text, GError **error)
{
  for (gsize left = strlen (text); left > 0;)
    {
      gssize written = write (fd, text, left);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_warning ("an export cannot be written: %s", g_strerror (errno));
          problem_set (error, PROBLEM_UNAVAILABLE,
                       _ ("The server has no room for this file at the moment."));
          return FALSE;
        }
      text += written;
      left -= (gsize) written;
    }
  return TRUE;
}

/* The lines behind @place, which moves on; @place->at is 0 behind the last one. */
static gboolean
write_page (DbPool *pool, const Format *format, const char *filter, AuditPlace *place, int fd,
            GError **error)
{
  Db *db = db_pool_take (pool, error);
  g_autoptr (DbResult) page = NULL;

  if (db == NULL)
    return FALSE;
  page = audit_run (db, format->statement, filter, place, PAGE, error);
  db_pool_give (pool, db);
  if (page == NULL)
    return FALSE;
  place->at = db_result_int (page, 0, "next_at");
  place->id = db_result_int (page, 0, "next_id");
  return write_text (fd, db_result_text (page, 0, "lines"), error);
}

/* Says first that it was done, then does it. */
static gboolean
write_all (const Request *request, const Format *format, const char *filter, int fd, GError **error)
{
  DbPool *pool = request_services (request)->pool;
  AuditPlace place = { 0 };
  g_autoptr (DbResult) noted
      = db_pool_run (pool, "audit_note_export",
                     (DbParam[]){ db_text (format->name), db_text (filter), DB_END }, error);

  if (noted == NULL || !write_text (fd, format->head, error))
    return FALSE;
  do
    {
      if (!write_page (pool, format, filter, &place, fd, error))
        return FALSE;
    }
  while (place.at > 0);
  return TRUE;
}

static gssize
read_file (gpointer source, void *buffer, gsize size, GError **error)
{
  gssize got;

  do
    got = read (GPOINTER_TO_INT (source), buffer, size);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    problem_set (error, PROBLEM_INTERNAL, "%s", g_strerror (errno));
  return got;
}

static void
close_file (gpointer source)
{
  close (GPOINTER_TO_INT (source));
}

static Reply *
reply_file (const Format *format, int fd)
{
  g_autofree char *disposition = disposition_write (format->file, format->type);
  off_t length = lseek (fd, 0, SEEK_END);
  Reply *reply;

  lseek (fd, 0, SEEK_SET);
  if (length == 0)
    {
      close (fd);
      reply = reply_empty (200);
    }
  else
    reply = reply_stream (200, (guint64) length, read_file, GINT_TO_POINTER (fd), close_file);
  reply_set_header (reply, "Content-Type", format->type);
  reply_set_header (reply, "Content-Disposition", disposition);
  return reply;
}

Reply *
audit_export (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autofree char *filter = audit_filter_read (request, error);
  const Format *format = filter != NULL ? read_format (request, error) : NULL;
  int fd;

  if (format == NULL)
    return NULL;
  fd = storage_spool (request_services (request)->storage, error);
  if (fd < 0)
    return NULL;
  if (write_all (request, format, filter, fd, error))
    return reply_file (format, fd);
  close (fd);
  return NULL;
}
