/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Questions by libcurl, under the rules of base/outside.h; a redirect is no answer. */
#include "account/provider/call.h"

#include "base/config.h"
#include "base/json.h"
#include "base/outside.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define CALL_S 10

static struct curl_slist *
list_headers (const ProviderCall *call)
{
  struct curl_slist *list = curl_slist_append (NULL, "Accept: application/json");
  g_autofree char *authorization = NULL;

  if (call->bearer == NULL)
    return list;
  authorization = g_strconcat ("Authorization: Bearer ", call->bearer, NULL);
  return curl_slist_append (list, authorization);
}

static void
set_up (CURL *curl, const ProviderCall *call, struct curl_slist *headers)
{
  curl_easy_setopt (curl, CURLOPT_URL, call->url);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) CALL_S);
  if (call->form != NULL)
    curl_easy_setopt (curl, CURLOPT_POSTFIELDS, call->form);
  if (call->user == NULL)
    return;
  curl_easy_setopt (curl, CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC);
  curl_easy_setopt (curl, CURLOPT_USERNAME, call->user);
  curl_easy_setopt (curl, CURLOPT_PASSWORD, call->password);
}

/* Without its query, which may hold what nobody else is to read. */
static void
log_failure (const ProviderCall *call, const char *reason)
{
  g_warning ("%.*s: %s", (int) strcspn (call->url, "?"), call->url, reason);
}

/* Returns: (transfer full): NULL when it is no answer; the log says why. */
static JsonNode *
read_answer (const ProviderCall *call, long status, const GString *answer)
{
  JsonNode *node = provider_json (answer->str, answer->len);
  g_autofree char *reason = NULL;

  if (node != NULL && status < 500 && (status < 300 || status >= 400))
    return node;
  reason = g_strdup_printf ("%ld, %s", status, node != NULL ? "JSON" : "no JSON");
  log_failure (call, reason);
  g_clear_pointer (&node, json_node_unref);
  return NULL;
}

JsonNode *
provider_call (const Services *services, const ProviderCall *call, long *status, GError **error)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  OutsideCall outside = { .outside = services->config->outside, .answer = answer };
  struct curl_slist *headers = list_headers (call);
  CURL *curl = curl_easy_init ();
  JsonNode *node = NULL;
  CURLcode code;

  outside_prepare (&outside, curl);
  set_up (curl, call, headers);
  code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, status);
  if (code == CURLE_OK)
    node = read_answer (call, *status, answer);
  else
    {
      g_autofree char *reason = outside_explain (&outside, code);

      log_failure (call, reason);
    }
  curl_easy_cleanup (curl);
  curl_slist_free_all (headers);
  if (node == NULL)
    problem_set (error, PROBLEM_UNAVAILABLE,
                 _ ("The other service did not answer. Try again, or sign in with a password."));
  return node;
}

JsonNode *
provider_json (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (!json_check (text, length, NULL) || g_strstr_len (text, (gssize) length, "\\u0000") != NULL
      || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  return json_parser_steal_root (parser);
}

static JsonNode *
find_value (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const char *
provider_json_text (JsonObject *object, const char *name, gsize max)
{
  JsonNode *node = find_value (object, name);
  const char *text = node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
                         ? json_node_get_string (node)
                         : NULL;

  return text != NULL && *text != '\0' && strlen (text) <= max ? text : NULL;
}

gboolean
provider_json_time (JsonObject *object, const char *name, gint64 *seconds)
{
  JsonNode *node = find_value (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  double value;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  value = json_node_get_double (node);
  if (!isfinite (value) || value < 0 || value > G_MAXINT32 * 1000.0)
    return FALSE;
  *seconds = (gint64) value;
  return TRUE;
}

gboolean
provider_json_is_true (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}
