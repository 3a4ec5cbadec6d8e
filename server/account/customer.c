/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Customers as staff see and keep them: who they are, what other systems say of them, what they
 * asked before. */
#include "account/handlers.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define PHONE_MAX 50
#define COMPANY_MAX 200
#define LABEL_MAX 50
#define METADATA_MEMBERS_MAX 50
#define METADATA_TEXT_MAX 1000

static const char *const tiers[] = { "standard", "vip", NULL };

static Reply *
reply_customer (Db *db, gint64 id, guint status, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "customer_get", (DbParam[]){ db_int (id), DB_END }, error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) > 0)
    return reply_json (status, db_result_text (rows, 0, "json"));
  problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such customer."));
  return NULL;
}

Reply *
customer_get (Db *db, const Request *request, GError **error)
{
  return reply_customer (db, request_path_id (request, "id"), 200, error);
}

/* Notes that @name cannot be emptied when it is null in a change. */
static void
refuse_null (Arguments *arguments, const char *name)
{
  if (arguments_mentions (arguments, name) && !arguments_has (arguments, name))
    arguments_refuse (arguments, name, "required", _ ("This value cannot be empty."));
}

static void
append_name (GString *fields, const char *name)
{
  if (fields->len > 1)
    g_string_append_c (fields, ',');
  json_append_text (fields, name);
  g_string_append_c (fields, ':');
}

/* Appends @value as member @name if the request mentions it; NULL is null. */
static void
append_text (GString *fields, Arguments *arguments, const char *name, const char *value)
{
  if (!arguments_mentions (arguments, name))
    return;
  append_name (fields, name);
  json_append_text (fields, value);
}

static void
append_metadata (GString *fields, Arguments *arguments)
{
  g_autofree char *metadata = arguments_scalars (arguments, "metadata", METADATA_MEMBERS_MAX,
                                                 METADATA_TEXT_MAX, ARGUMENT_OPTIONAL);

  if (!arguments_mentions (arguments, "metadata"))
    return;
  append_name (fields, "metadata");
  g_string_append (fields, metadata != NULL ? metadata : "{}");
}

/* The fields that the request mentions, as a JSON object for the database.
 * Returns: (transfer full): NULL with @error. */
static char *
read_fields (Arguments *arguments, ArgumentFlags name_flags, GError **error)
{
  g_autoptr (GString) fields = g_string_new ("{");

  append_text (fields, arguments, "name",
               arguments_text (arguments, "name", FIELD_NAME_MAX, name_flags));
  append_text (fields, arguments, "email", field_email (arguments, ARGUMENT_OPTIONAL));
  append_text (fields, arguments, "phone",
               arguments_text (arguments, "phone", PHONE_MAX, ARGUMENT_OPTIONAL));
  append_text (fields, arguments, "company",
               arguments_text (arguments, "company", COMPANY_MAX, ARGUMENT_OPTIONAL));
  append_text (fields, arguments, "label",
               arguments_text (arguments, "label", LABEL_MAX, ARGUMENT_OPTIONAL));
  append_text (fields, arguments, "language", field_language (arguments));
  append_text (fields, arguments, "tier",
               arguments_choice (arguments, "tier", tiers, ARGUMENT_OPTIONAL));
  append_metadata (fields, arguments);
  refuse_null (arguments, "name");
  refuse_null (arguments, "language");
  refuse_null (arguments, "tier");
  g_string_append_c (fields, '}');
  return arguments_check (arguments, error) ? g_string_free (g_steal_pointer (&fields), FALSE)
                                            : NULL;
}

/* `conflict`, naming the field and who has the address. */
static void
set_taken (gint64 holder, GError **error)
{
  g_autofree char *members = g_strdup_printf ("\"customer\":%" G_GINT64_FORMAT, holder);
  GError *problem = NULL;

  problem_set (&problem, PROBLEM_CONFLICT, _ ("Somebody has this e-mail address already."));
  problem_add_field (problem, "email", "taken", _ ("Somebody has this e-mail address already."));
  problem_set_members (problem, members);
  g_propagate_error (error, problem);
}

/* Answers with the customer that a statement made or changed, or says what it refused. */
static Reply *
reply_written (Db *db, const DbResult *rows, guint status, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");
  gint64 made = db_result_int (rows, 0, "made");

  if (strcmp (outcome, "done") == 0)
    return reply_customer (db, made, status, error);
  if (strcmp (outcome, "repeated") == 0)
    return reply_customer (db, made, 200, error);
  if (strcmp (outcome, "taken") == 0)
    set_taken (made, error);
  else if (strcmp (outcome, "conflict") == 0)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("Somebody changed this profile meanwhile. Load it again, then decide."));
  else if (strcmp (outcome, "forbidden") == 0)
    problem_set (error, PROBLEM_FORBIDDEN,
                 _ ("Only an admin can change the address that a customer signs in with."));
  else if (strcmp (outcome, problem_slug (PROBLEM_IDEMPOTENCY_MISMATCH)) == 0)
    problem_set (error, PROBLEM_IDEMPOTENCY_MISMATCH,
                 _ ("This Idempotency-Key came before with another request."));
  else
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such customer."));
  return NULL;
}

Reply *
customer_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = request_digest (request);
  g_autofree char *fields = NULL;
  g_autoptr (DbResult) rows = NULL;
  const char *key;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  fields = read_fields (arguments, ARGUMENT_REQUIRED, error);
  if (fields == NULL)
    return NULL;
  rows = db_run (db, "customer_create",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (key),
                              db_text (digest), db_text (fields), DB_END },
                 error);
  return rows != NULL ? reply_written (db, rows, 201, error) : NULL;
}

Reply *
customer_patch (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *fields = NULL;
  g_autoptr (DbResult) rows = NULL;
  gint64 revision;

  if (arguments == NULL)
    return NULL;
  revision = arguments_int (arguments, "revision", 1, G_MAXINT64, -1, ARGUMENT_OPTIONAL);
  fields = read_fields (arguments, ARGUMENT_OPTIONAL, error);
  if (fields == NULL)
    return NULL;
  rows = db_run (db, "customer_change",
                 (DbParam[]){ db_int (request_path_id (request, "id")),
                              revision > 0 ? db_int (revision) : db_null (),
                              db_bool (actor_may (actor, PERMISSION_ADMIN) && !actor->is_key),
                              db_text (fields), DB_END },
                 error);
  return rows != NULL ? reply_written (db, rows, 200, error) : NULL;
}
