/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files are looked up in the resource by the path as it stands, percent-encoded: what is not
 * exactly one of their names is not found. */
#include "http/assets.h"

#include "base/problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define FOLDER "/deskbell/site"
#define INDEX "index.html"
#define ETAG_DIGITS 32

/* What our own pages may do. */
#define PAGE_POLICY                                                                     \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "     \
  "connect-src 'self' ws: wss:; font-src 'none'; base-uri 'none'; form-action 'self'; " \
  "frame-ancestors 'none'"

typedef struct
{
  const char *suffix;
  const char *content_type;
} FileType;

static const FileType types[] = {
  { ".css", "text/css; charset=utf-8" },
  { ".html", "text/html; charset=utf-8" },
  { ".js", "text/javascript; charset=utf-8" },
  { ".json", "application/json" },
  { ".png", "image/png" },
  { ".svg", "image/svg+xml" },
  { ".webp", "image/webp" },
};

static const char *
content_type (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_str_has_suffix (path, types[i].suffix))
        return types[i].content_type;
    }
  return "application/octet-stream";
}

/* Whether pages of other origins load the file: the widget and its texts. */
static gboolean
is_shared (const char *path)
{
  return g_str_has_prefix (path, FOLDER "/widget");
}

static char *
make_etag (GBytes *bytes)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  return g_strdup_printf ("\"%.*s\"", ETAG_DIGITS, hash);
}

static Reply *
reply_file (const char *path, GBytes *bytes, const char *known)
{
  g_autofree char *etag = make_etag (bytes);
  gboolean same = known != NULL && (strstr (known, etag) != NULL || strcmp (known, "*") == 0);
  Reply *reply = same ? reply_empty (304) : reply_bytes (200, content_type (path), bytes);

  reply_set_header (reply, "ETag", etag);
  reply_set_header (reply, "Content-Security-Policy", PAGE_POLICY);
  reply_set_header (reply, "Cache-Control", is_shared (path) ? "public, max-age=300" : "no-cache");
  if (is_shared (path))
    {
      reply_set_header (reply, "Access-Control-Allow-Origin", "*");
      reply_set_header (reply, "Cross-Origin-Resource-Policy", "cross-origin");
    }
  return reply;
}

static gboolean
has_file (const char *path)
{
  return g_resources_get_info (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL);
}

/* Sends the client to the folder that @request names without its slash; NULL when there is none.
 * Only there do the relative addresses in a page mean what they should. */
static Reply *
reply_folder (const Request *request)
{
  g_autofree char *index = g_strconcat (FOLDER, request_path (request), "/" INDEX, NULL);
  g_autofree char *address = NULL;
  Reply *reply;

  if (!has_file (index))
    return NULL;
  address = g_strconcat (request_path (request), "/", NULL);
  reply = reply_empty (308);
  reply_set_header (reply, "Location", address);
  return reply;
}

Reply *
asset_get (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  const char *asked = request_path (request);
  g_autofree char *path
      = g_strconcat (FOLDER, asked, g_str_has_suffix (asked, "/") ? INDEX : "", NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  Reply *reply;

  if (bytes != NULL)
    return reply_file (path, bytes, request_header (request, "If-None-Match"));
  reply = reply_folder (request);
  if (reply == NULL)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is nothing at this address."));
  return reply;
}
