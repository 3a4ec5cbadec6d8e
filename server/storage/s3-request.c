/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Requests to a bucket. Bodies go straight from and to the caller's file and buffer; of an answer
 * that says why not, no more than its beginning is kept. */
#include "storage/s3-request.h"

#include "base/outside.h"
#include "base/problem.h"
#include "storage/sigv4.h"
#include "storage/store.h"

#include <glib/gi18n.h>
#include <string.h>

#define TRIES 4
#define FIRST_PAUSE_US (200 * 1000) /* before the second try; doubled before each further one */
#define SLOWEST_BYTES_S 1024 /* a connection slower than this … */
#define SLOWEST_S 30 /* … for so long is given up */
#define COMPLAINT_BYTES 1024 /* that are looked at */

typedef struct
{
  S3Request *request;
  guint64 sent;
  GString *complaint;
} Transfer;

/* curl's callbacks */

static gsize
send_cb (char *buffer, gsize size, gsize count, void *data)
{
  Transfer *transfer = data;
  S3Request *request = transfer->request;
  gsize length = (gsize) MIN ((guint64) (size * count), request->length - transfer->sent);

  if (!store_read_whole (request->fd, transfer->sent, (guint8 *) buffer, length))
    return CURL_READFUNC_ABORT;
  transfer->sent += length;
  return length;
}

static int
rewind_cb (void *data, curl_off_t offset, int origin)
{
  Transfer *transfer = data;

  if (origin != SEEK_SET || offset < 0 || (guint64) offset > transfer->request->length)
    return CURL_SEEKFUNC_FAIL;
  transfer->sent = (guint64) offset;
  return CURL_SEEKFUNC_OK;
}

/* The status line comes before the body, and decides where that goes. */
static gsize
header_cb (char *line, gsize size, gsize count, void *data)
{
  S3Request *request = ((Transfer *) data)->request;
  g_autofree char *text = g_strndup (line, size * count);
  const char *space = strchr (text, ' ');

  if (g_str_has_prefix (text, "HTTP/") && space != NULL)
    request->status = strtol (space, NULL, 10);
  return size * count;
}

static gsize
receive_cb (char *bytes, gsize size, gsize count, void *data)
{
  Transfer *transfer = data;
  S3Request *request = transfer->request;
  gsize length = size * count;

  if (request->buffer == NULL || request->status != 206)
    {
      gsize rest = COMPLAINT_BYTES - transfer->complaint->len;

      g_string_append_len (transfer->complaint, bytes, (gssize) MIN (length, rest));
      return length;
    }
  if (length > request->room - request->filled)
    return 0;
  memcpy (request->buffer + request->filled, bytes, length);
  request->filled += length;
  return length;
}

/* Asking */

/* Each try is signed anew, since a signature holds for some minutes only.
 * Returns: (transfer full): all headers of the request. */
static struct curl_slist *
sign_request (const ConfigS3 *settings, const S3Request *request, const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *authorization = NULL;
  g_autofree char *line = NULL;
  SigV4Header headers[4] = { { "host", strstr (settings->endpoint, "://") + 3 } };
  SigV4Request signature = { .access_key = settings->access_key,
                             .secret_key = settings->secret_key,
                             .region = settings->region,
                             .service = "s3",
                             .method = request->method,
                             .path = path,
                             .headers = headers,
                             .header_count = 1,
                             .time = time,
                             .payload_sha256 = request->sha256 };
  struct curl_slist *list = NULL;

  if (request->range != NULL)
    headers[signature.header_count++] = (SigV4Header){ "range", request->range };
  headers[signature.header_count++] = (SigV4Header){ "x-amz-content-sha256", request->sha256 };
  headers[signature.header_count++] = (SigV4Header){ "x-amz-date", time };
  authorization = sigv4_authorize (&signature);
  for (gsize i = 0; i < signature.header_count; i++)
    {
      g_autofree char *header = g_strconcat (headers[i].name, ": ", headers[i].value, NULL);

      list = curl_slist_append (list, header);
    }
  line = g_strconcat ("authorization: ", authorization, NULL);
  return curl_slist_append (list, line);
}

/* A file may take long, as long as it moves. The bucket is the operator's own, so the operator's
 * proxy may lead there. */
static void
set_up (CURL *curl, OutsideCall *call, Transfer *transfer, const char *url,
        struct curl_slist *headers)
{
  const S3Request *request = transfer->request;

  outside_prepare (call, curl);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, 0L);
  curl_easy_setopt (curl, CURLOPT_PROXY, NULL);
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_LIMIT, (long) SLOWEST_BYTES_S);
  curl_easy_setopt (curl, CURLOPT_LOW_SPEED_TIME, (long) SLOWEST_S);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, receive_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, transfer);
  if (request->fd < 0)
    return;
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) request->length);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, send_cb);
  curl_easy_setopt (curl, CURLOPT_READDATA, transfer);
  curl_easy_setopt (curl, CURLOPT_SEEKFUNCTION, rewind_cb);
  curl_easy_setopt (curl, CURLOPT_SEEKDATA, transfer);
}

void
s3_request_read_complaint (const char *body, char *complaint)
{
  const char *start = strstr (body, "<Code>");
  const char *end = start != NULL ? strstr (start, "</Code>") : NULL;

  *complaint = '\0';
  if (end == NULL)
    return;
  start += strlen ("<Code>");
  g_strlcpy (complaint, start, MIN ((gsize) (end - start), (gsize) S3_COMPLAINT_LETTERS) + 1);
}

static CURLcode
try_once (const ConfigS3 *settings, CURL *curl, OutsideCall *call, S3Request *request)
{
  g_autofree char *path = g_strdup_printf ("/%s/%s", settings->bucket, request->object);
  g_autofree char *url = g_strconcat (settings->endpoint, path, NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  struct curl_slist *headers = sign_request (settings, request, path);
  Transfer transfer = { .request = request, .complaint = body };
  CURLcode code;

  request->status = 0;
  request->filled = 0;
  set_up (curl, call, &transfer, url, headers);
  code = curl_easy_perform (curl);
  curl_easy_reset (curl);
  curl_slist_free_all (headers);
  s3_request_read_complaint (body->str, request->complaint);
  return code;
}

/* Whether the same may go better in a moment. What was waited for in vain has had its time, and
 * what is not allowed stays so. */
static gboolean
is_passing (CURLcode code, const OutsideCall *call, long status)
{
  if (code == CURLE_OK)
    return status == 429 || status >= 500;
  return code != CURLE_OPERATION_TIMEDOUT && *call->refused == '\0';
}

static void
set_unavailable (GError **error)
{
  problem_set (error, PROBLEM_UNAVAILABLE,
               _ ("The server cannot keep or read files at the moment. Try again later."));
}

void
s3_request_set_refused (const ConfigS3 *settings, const S3Request *request, GError **error)
{
  g_warning ("%s answered %ld %s to %s %s", settings->endpoint, request->status, request->complaint,
             request->method, request->object);
  set_unavailable (error);
}

gboolean
s3_request_run (const ConfigS3 *settings, CURL *curl, S3Request *request, GError **error)
{
  OutsideCall call = { .outside = settings->outside };
  CURLcode code = try_once (settings, curl, &call, request);
  gulong pause = FIRST_PAUSE_US;

  for (guint i = 1; i < TRIES && is_passing (code, &call, request->status); i++)
    {
      g_usleep (pause);
      pause *= 2;
      code = try_once (settings, curl, &call, request);
    }
  if (code == CURLE_OK && !is_passing (code, &call, request->status))
    return TRUE;
  if (code == CURLE_OK)
    s3_request_set_refused (settings, request, error);
  else
    {
      g_autofree char *reason = outside_explain (&call, code);

      g_warning ("%s: %s", settings->endpoint, reason);
      set_unavailable (error);
    }
  return FALSE;
}
