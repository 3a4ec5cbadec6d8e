/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Every file of the resource is known from the start by its path as it stands, percent-encoded:
 * what is not exactly one of their paths is not found. Nothing changes later, so that the workers
 * need no lock. */
#include "http/assets.h"

#include "base/problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

#define FOLDER "/deskbell/site"
#define INDEX "index.html"
#define DEMO "/demo/"
#define ETAG_DIGITS 32

/* A smaller file travels in one packet as it is. */
#define GZIP_FROM 1024
#define GZIP_LEVEL 9

/* What our own pages may do. */
#define PAGE_POLICY                                                                     \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "     \
  "connect-src 'self' ws: wss:; font-src 'none'; base-uri 'none'; form-action 'self'; " \
  "frame-ancestors 'none'"

typedef struct
{
  const char *suffix;
  const char *content_type;
  gboolean is_packed; /* compressed already */
} FileType;

static const FileType types[] = {
  { ".css", "text/css; charset=utf-8", FALSE },
  { ".html", "text/html; charset=utf-8", FALSE },
  { ".js", "text/javascript; charset=utf-8", FALSE },
  { ".json", "application/json", FALSE },
  { ".png", "image/png", TRUE },
  { ".svg", "image/svg+xml", FALSE },
  { ".webp", "image/webp", TRUE },
  { "", "application/octet-stream", TRUE },
};

/* The same content in one encoding. */
typedef struct
{
  GBytes *bytes; /* NULL: not offered */
  char *etag;
} Form;

typedef struct
{
  const char *content_type;
  gboolean is_shared; /* pages of other origins load it: the widget and its texts */
  Form plain;
  Form gzip;
} Asset;

struct Assets
{
  GHashTable *by_path; /* Asset by its path in requests */
  gboolean has_demo;
};

static const FileType *
find_type (const char *path)
{
  const FileType *type = types;

  while (!g_str_has_suffix (path, type->suffix))
    type++;
  return type;
}

static Form
make_form (GBytes *bytes)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  return (Form){ g_bytes_ref (bytes), g_strdup_printf ("\"%.*s\"", ETAG_DIGITS, hash) };
}

static void
form_clear (Form *form)
{
  g_clear_pointer (&form->bytes, g_bytes_unref);
  g_clear_pointer (&form->etag, g_free);
}

static GBytes *
compress (GBytes *bytes)
{
  g_autoptr (GZlibCompressor) gzip
      = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, GZIP_LEVEL);
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) packed = g_converter_input_stream_new (plain, G_CONVERTER (gzip));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (memory, packed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static Asset *
asset_new (const char *path, GBytes *bytes)
{
  Asset *asset = g_new0 (Asset, 1);
  const FileType *type = find_type (path);

  asset->content_type = type->content_type;
  asset->is_shared = g_str_has_prefix (path, "/widget");
  asset->plain = make_form (bytes);
  if (!type->is_packed && g_bytes_get_size (bytes) >= GZIP_FROM)
    {
      g_autoptr (GBytes) packed = compress (bytes);

      asset->gzip = make_form (packed);
    }
  return asset;
}

static void
asset_free (gpointer data)
{
  Asset *asset = data;

  form_clear (&asset->plain);
  form_clear (&asset->gzip);
  g_free (asset);
}

/* Takes in what lies below @folder, which ends with a slash. */
static void
load_folder (Assets *assets, const char *folder)
{
  g_auto (GStrv) names
      = g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *full = g_strconcat (folder, names[i], NULL);
      g_autoptr (GBytes) bytes = NULL;

      if (strcmp (full, FOLDER DEMO) == 0 && !assets->has_demo)
        continue;
      if (g_str_has_suffix (full, "/"))
        {
          load_folder (assets, full);
          continue;
        }
      bytes = g_resources_lookup_data (full, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_hash_table_insert (assets->by_path, g_strdup (full + strlen (FOLDER)),
                           asset_new (full + strlen (FOLDER), bytes));
    }
}

Assets *
assets_new (gboolean with_demo)
{
  Assets *assets = g_new0 (Assets, 1);

  assets->has_demo = with_demo;
  assets->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, asset_free);
  load_folder (assets, FOLDER "/");
  return assets;
}

void
assets_free (Assets *assets)
{
  if (assets == NULL)
    return;
  g_hash_table_unref (assets->by_path);
  g_free (assets);
}

/* Whether the client says that it unpacks gzip; `gzip;q=0` says that it does not. */
static gboolean
takes_gzip (const Request *request)
{
  const char *accepted = request_header (request, "Accept-Encoding");
  GSList *names = accepted != NULL ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  gboolean found = g_slist_find_custom (names, "gzip", (GCompareFunc) g_ascii_strcasecmp) != NULL;

  soup_header_free_list (names);
  return found;
}

static Reply *
reply_asset (const Asset *asset, const Request *request)
{
  const char *known = request_header (request, "If-None-Match");
  gboolean packed = asset->gzip.bytes != NULL && takes_gzip (request);
  const Form *form = packed ? &asset->gzip : &asset->plain;
  gboolean same = known != NULL && (strstr (known, form->etag) != NULL || strcmp (known, "*") == 0);
  Reply *reply = same ? reply_empty (304) : reply_bytes (200, asset->content_type, form->bytes);

  reply_set_header (reply, "ETag", form->etag);
  if (asset->gzip.bytes != NULL)
    reply_set_header (reply, "Vary", "Accept-Encoding");
  if (packed && !same)
    reply_set_header (reply, "Content-Encoding", "gzip");
  reply_set_header (reply, "Content-Security-Policy", PAGE_POLICY);
  reply_set_header (reply, "Cache-Control", asset->is_shared ? "public, max-age=300" : "no-cache");
  if (asset->is_shared)
    {
      reply_set_header (reply, "Access-Control-Allow-Origin", "*");
      reply_set_header (reply, "Cross-Origin-Resource-Policy", "cross-origin");
    }
  return reply;
}

static Reply *
reply_moved (guint status, const char *address)
{
  Reply *reply = reply_empty (status);

  reply_set_header (reply, "Location", address);
  return reply;
}

/* Sends the client to the folder that @path names without its slash; NULL when there is none.
 * Only there do the relative addresses in a page mean what they should. */
static Reply *
reply_folder (const Assets *assets, const char *path)
{
  g_autofree char *address = g_strconcat (path, "/", NULL);
  g_autofree char *index = g_strconcat (address, INDEX, NULL);

  return g_hash_table_contains (assets->by_path, index) ? reply_moved (308, address) : NULL;
}

static Reply *
or_not_found (Reply *reply, GError **error)
{
  if (reply == NULL)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is nothing at this address."));
  return reply;
}

Reply *
asset_get (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  const Assets *assets = request_services (request)->assets;
  const char *asked = request_path (request);
  g_autofree char *path = g_strconcat (asked, g_str_has_suffix (asked, "/") ? INDEX : "", NULL);
  const Asset *asset = g_hash_table_lookup (assets->by_path, path);
  Reply *reply = asset != NULL ? reply_asset (asset, request) : reply_folder (assets, asked);

  return or_not_found (reply, error);
}

Reply *
asset_home (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  gboolean has_demo = request_services (request)->assets->has_demo;

  return or_not_found (has_demo ? reply_moved (302, DEMO) : NULL, error);
}
