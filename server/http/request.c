/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What handlers ask of a request. */
#include "http/request-private.h"

#include "base/config.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/origin.h"
#include "base/problem.h"
#include "http/upload.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define JSON_TYPE "application/json"

static const char *const header_names[REQUEST_HEADERS] = {
  [REQUEST_ACCEPT] = "Accept",
  [REQUEST_ACCEPT_ENCODING] = "Accept-Encoding",
  [REQUEST_ACCEPT_LANGUAGE] = "Accept-Language",
  [REQUEST_CONTENT_TYPE] = "Content-Type",
  [REQUEST_COOKIE] = "Cookie",
  [REQUEST_HOST] = "Host",
  [REQUEST_IDEMPOTENCY_KEY] = "Idempotency-Key",
  [REQUEST_IF_NONE_MATCH] = "If-None-Match",
  [REQUEST_IF_RANGE] = "If-Range",
  [REQUEST_ORIGIN] = "Origin",
  [REQUEST_RANGE] = "Range",
  [REQUEST_SEC_FETCH_SITE] = "Sec-Fetch-Site",
  [REQUEST_USER_AGENT] = "User-Agent",
};

const char *
request_header_name (RequestHeader header)
{
  return header_names[header];
}

void
request_clear (Request *request)
{
  for (guint i = 0; i < REQUEST_HEADERS; i++)
    g_free (request->headers[i]);
  g_free (request->id);
  g_free (request->address);
  g_free (request->method);
  g_free (request->path);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  actor_free (request->actor);
}

const Services *
request_services (const Request *request)
{
  return request->services;
}

const Actor *
request_actor (const Request *request)
{
  return request->actor;
}

gint64
request_path_id (const Request *request, const char *name)
{
  return route_match_id (&request->match, name);
}

const char *
request_path (const Request *request)
{
  return request->path;
}

const char *
request_path_rest (const Request *request)
{
  return request->match.rest;
}

const char *
request_query (const Request *request, const char *name)
{
  return g_hash_table_lookup (request->query, name);
}

gboolean
request_query_int (const Request *request, const char *name, gint64 min, gint64 max,
                   gint64 fallback, gint64 *value, GError **error)
{
  const char *text = request_query (request, name);

  *value = fallback;
  if (text == NULL || g_ascii_string_to_signed (text, 10, min, max, value, NULL))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST,
               _ ("“%s” has to be a whole number from %" PRId64 " to %" PRId64 "."), name, min,
               max);
  return FALSE;
}

gboolean
request_query_bool (const Request *request, const char *name, gboolean fallback, gboolean *value,
                    GError **error)
{
  const char *text = request_query (request, name);

  *value = text != NULL ? g_str_equal (text, "true") : fallback;
  if (text == NULL || *value || g_str_equal (text, "false"))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("“%s” has to be true or false."), name);
  return FALSE;
}

const char *
request_header (const Request *request, const char *name)
{
  for (guint i = 0; i < REQUEST_HEADERS; i++)
    {
      if (g_ascii_strcasecmp (header_names[i], name) == 0)
        return request->headers[i];
    }
  g_return_val_if_reached (NULL);
}

gboolean
request_idempotency_key (const Request *request, const char **key, GError **error)
{
  const char *sent = request->headers[REQUEST_IDEMPOTENCY_KEY];

  *key = sent;
  if (sent == NULL || id_is_plain (sent))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST,
               _ ("An Idempotency-Key has 1 to 64 letters, digits, or - _ . :"));
  return FALSE;
}

char *
request_digest (const Request *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length;
  gconstpointer body = g_bytes_get_data (request->body, &length);

  g_checksum_update (checksum, (const guchar *) request->path, -1);
  g_checksum_update (checksum, (const guchar *) "\n", 1);
  g_checksum_update (checksum, body, (gssize) length);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Reading leaves no trace, so that the database needs not hear who reads. */
static gboolean
is_reading (const Route *route)
{
  return strcmp (route->method, "GET") == 0 && (route->flags & ROUTE_CHANGES) == 0;
}

void
request_work_for (const Request *request)
{
  Origin origin = { 0 };

  log_set_request (request != NULL ? request->id : NULL);
  if (request == NULL || is_reading (request->match.route))
    {
      origin_set (NULL);
      return;
    }
  origin.actor_id = request->actor != NULL ? request->actor->user_id : 0;
  origin.address = request->address;
  origin.request_id = request->id;
  origin_set (&origin);
}

const char *
request_address (const Request *request)
{
  return request->address;
}

gboolean
request_is_secure (const Request *request)
{
  const char *url = request->services->config->public_url;

  return request->exchange->secure || (url != NULL && g_str_has_prefix (url, "https://"));
}

const char *
request_id (const Request *request)
{
  return request->id;
}

/* Whether @type is application/json, with or without parameters. */
static gboolean
is_json_type (const char *type)
{
  gsize length = strlen (JSON_TYPE);

  return type != NULL && g_ascii_strncasecmp (type, JSON_TYPE, length) == 0
         && (type[length] == '\0' || strchr ("; \t", type[length]) != NULL);
}

Arguments *
request_arguments (const Request *request, GError **error)
{
  const char *type = request->headers[REQUEST_CONTENT_TYPE];
  gsize length;
  const char *body = g_bytes_get_data (request->body, &length);

  if (length == 0 && type == NULL)
    return arguments_new ("{}", strlen ("{}"), error);
  if (!is_json_type (type))
    {
      problem_set (error, PROBLEM_UNSUPPORTED_MEDIA_TYPE, _ ("Send the body as application/json."));
      return NULL;
    }
  return arguments_new (body, length, error);
}

GBytes *
request_body (const Request *request)
{
  return request->body;
}

const RequestFile *
request_file (const Request *request)
{
  return upload_file (request->exchange->upload);
}

Exchange *
request_defer (const Request *request)
{
  return request->exchange;
}
