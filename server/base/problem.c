/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The table of problems and their documents. */
#include "base/problem.h"

#include "base/json.h"

#include <glib/gi18n.h>

typedef struct
{
  GPtrArray *fields;
  char *members;
  guint retry_after;
} ProblemPrivate;

typedef struct
{
  const char *slug;
  guint status;
  const char *title;
} ProblemInfo;

static const ProblemInfo problems[] = {
  [PROBLEM_BAD_REQUEST] = { "bad_request", 400, N_ ("Bad request") },
  [PROBLEM_BAD_JSON] = { "bad_json", 400, N_ ("The body is not JSON") },
  [PROBLEM_UNAUTHENTICATED] = { "unauthenticated", 401, N_ ("Sign in first") },
  [PROBLEM_TOKEN_EXPIRED] = { "token_expired", 401, N_ ("The token has ended") },
  [PROBLEM_WRONG_CREDENTIALS] = { "wrong_credentials", 401, N_ ("Wrong e-mail or password") },
  [PROBLEM_REFRESH_REUSED] = { "refresh_reused", 401, N_ ("This sign-in was ended") },
  [PROBLEM_IDENTITY_REFUSED] = { "identity_refused", 401, N_ ("The host site's word is no good") },
  [PROBLEM_FORBIDDEN] = { "forbidden", 403, N_ ("Not permitted") },
  [PROBLEM_BLOCKED] = { "blocked", 403, N_ ("Not possible at the moment") },
  [PROBLEM_NOT_FOUND] = { "not_found", 404, N_ ("Not found") },
  [PROBLEM_METHOD_NOT_ALLOWED] = { "method_not_allowed", 405, N_ ("Method not allowed") },
  [PROBLEM_CONFLICT] = { "conflict", 409, N_ ("Conflict") },
  [PROBLEM_ILLEGAL_TRANSITION] = { "illegal_transition", 409, N_ ("The status cannot move there") },
  [PROBLEM_STALE] = { "stale", 409, N_ ("Somebody wrote meanwhile") },
  [PROBLEM_PAYLOAD_TOO_LARGE] = { "payload_too_large", 413, N_ ("The body is too large") },
  [PROBLEM_FILE_TOO_LARGE] = { "file_too_large", 413, N_ ("The file is too large") },
  [PROBLEM_FILE_TYPE_REFUSED]
  = { "file_type_refused", 415, N_ ("Files of this kind are not taken") },
  [PROBLEM_FILE_INFECTED] = { "file_infected", 422, N_ ("The file did not pass the virus check") },
  [PROBLEM_UNSUPPORTED_MEDIA_TYPE]
  = { "unsupported_media_type", 415, N_ ("Unsupported media type") },
  [PROBLEM_RANGE_NOT_SATISFIABLE] = { "range_not_satisfiable", 416, N_ ("Range not satisfiable") },
  [PROBLEM_VALIDATION_FAILED] = { "validation_failed", 422, N_ ("Some values are not possible") },
  [PROBLEM_IDEMPOTENCY_MISMATCH]
  = { "idempotency_mismatch", 422, N_ ("The same id came before with other content") },
  [PROBLEM_RATE_LIMITED] = { "rate_limited", 429, N_ ("Too many requests") },
  [PROBLEM_INTERNAL] = { "internal", 500, N_ ("Internal error") },
  [PROBLEM_UNAVAILABLE] = { "unavailable", 503, N_ ("Not available for a moment") },
};

static void
field_free (gpointer data)
{
  ProblemField *field = data;

  g_free (field->field);
  g_free (field->code);
  g_free (field->detail);
  g_free (field);
}

static gpointer
field_copy (gconstpointer data, gpointer user_data G_GNUC_UNUSED)
{
  const ProblemField *field = data;
  ProblemField *copy = g_new0 (ProblemField, 1);

  copy->field = g_strdup (field->field);
  copy->code = g_strdup (field->code);
  copy->detail = g_strdup (field->detail);
  return copy;
}

static void
problem_private_init (ProblemPrivate *extra)
{
  extra->fields = g_ptr_array_new_with_free_func (field_free);
}

static void
problem_private_copy (const ProblemPrivate *from, ProblemPrivate *to)
{
  to->fields = g_ptr_array_copy (from->fields, field_copy, NULL);
  g_ptr_array_set_free_func (to->fields, field_free);
  to->members = g_strdup (from->members);
  to->retry_after = from->retry_after;
}

static void
problem_private_clear (ProblemPrivate *extra)
{
  g_ptr_array_unref (extra->fields);
  g_free (extra->members);
}

G_DEFINE_EXTENDED_ERROR (Problem, problem)

/* NULL for an error of another domain. */
static ProblemPrivate *
find_extra (const GError *error)
{
  return error->domain == PROBLEM ? problem_get_private (error) : NULL;
}

void
problem_set (GError **error, ProblemCode code, const char *format, ...)
{
  va_list arguments;

  if (error == NULL)
    return;
  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (PROBLEM, (int) code, format, arguments));
  va_end (arguments);
}

void
problem_add_field (GError *error, const char *field, const char *code, const char *detail)
{
  ProblemPrivate *extra = find_extra (error);
  ProblemField added
      = { .field = (char *) field, .code = (char *) code, .detail = (char *) detail };

  if (extra != NULL)
    g_ptr_array_add (extra->fields, field_copy (&added, NULL));
}

void
problem_set_members (GError *error, const char *members)
{
  ProblemPrivate *extra = find_extra (error);

  if (extra == NULL)
    return;
  g_free (extra->members);
  extra->members = g_strdup (members);
}

void
problem_set_retry_after (GError *error, guint seconds)
{
  ProblemPrivate *extra = find_extra (error);

  if (extra != NULL)
    extra->retry_after = seconds;
}

guint
problem_retry_after (const GError *error)
{
  ProblemPrivate *extra = find_extra (error);

  return extra != NULL ? extra->retry_after : 0;
}

const char *
problem_slug (ProblemCode code)
{
  return problems[code].slug;
}

guint
problem_status (ProblemCode code)
{
  return problems[code].status;
}

ProblemCode
problem_code (const GError *error)
{
  return error->domain == PROBLEM ? (ProblemCode) error->code : PROBLEM_INTERNAL;
}

gboolean
problem_from_slug (const char *slug, ProblemCode *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      if (g_strcmp0 (slug, problems[i].slug) == 0)
        {
          *code = i;
          return TRUE;
        }
    }
  return FALSE;
}

static void
append_fields (GString *json, const GPtrArray *fields)
{
  g_string_append (json, ",\"errors\":[");
  for (guint i = 0; i < fields->len; i++)
    {
      const ProblemField *field = g_ptr_array_index (fields, i);

      g_string_append (json, i > 0 ? ",{\"field\":" : "{\"field\":");
      json_append_text (json, field->field);
      g_string_append (json, ",\"code\":");
      json_append_text (json, field->code);
      g_string_append (json, ",\"detail\":");
      json_append_text (json, field->detail);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

void
problem_append_members (const GError *error, GString *json)
{
  const ProblemPrivate *extra = find_extra (error);

  if (extra != NULL && extra->fields->len > 0)
    append_fields (json, extra->fields);
  if (extra != NULL && extra->members != NULL)
    g_string_append_printf (json, ",%s", extra->members);
}

char *
problem_to_json (const GError *error, const char *request_id)
{
  ProblemCode code = problem_code (error);
  const ProblemInfo *info = &problems[code];
  const ProblemPrivate *extra = find_extra (error);
  GString *json = g_string_new ("{\"type\":\"about:blank\",\"title\":");

  json_append_text (json, _ (info->title));
  g_string_append_printf (json, ",\"status\":%u,\"code\":\"%s\",\"detail\":", info->status,
                          info->slug);
  json_append_text (json, extra != NULL
                              ? error->message
                              : _ ("Something went wrong on the server. Nothing was changed."));
  problem_append_members (error, json);
  g_string_append (json, ",\"request_id\":");
  json_append_text (json, request_id);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
