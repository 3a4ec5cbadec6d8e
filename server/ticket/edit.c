/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What becomes of a message after it was sent: other words, none any more, and what it said
 * before. */
#include "base/problem.h"
#include "base/spans.h"
#include "live/writer.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

/* What the schema's functions refuse. */
typedef struct
{
  const char *outcome;
  ProblemCode code;
  const char *field_code; /* of `mentions`, or NULL */
  const char *sentence;
} Refusal;

static const Refusal refusals[] = {
  { "not_found", PROBLEM_NOT_FOUND, NULL, N_ ("There is no such message.") },
  { "forbidden", PROBLEM_FORBIDDEN, NULL, N_ ("Only its author can change a message.") },
  { "taken_back", PROBLEM_CONFLICT, NULL, N_ ("This message was taken back.") },
  { "closed", PROBLEM_CONFLICT, NULL, N_ ("This ticket is closed. Reopen it to change it.") },
  { "too_old", PROBLEM_CONFLICT, NULL, N_ ("This message is too old to be edited.") },
  { "read", PROBLEM_CONFLICT, NULL, N_ ("The other side has read this message already.") },
  { "public_mention", PROBLEM_VALIDATION_FAILED, "not_allowed",
    N_ ("Only an internal note can mention somebody.") },
  { "unknown_mention", PROBLEM_VALIDATION_FAILED, "unknown",
    N_ ("Only people who answer customers can be mentioned.") },
};

static void
set_refusal (const char *outcome, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      const Refusal *refusal = &refusals[i];
      GError *problem = NULL;

      if (!g_str_equal (refusal->outcome, outcome))
        continue;
      problem_set (&problem, refusal->code, "%s", _ (refusal->sentence));
      if (refusal->field_code != NULL)
        problem_add_field (problem, "mentions", refusal->field_code, _ (refusal->sentence));
      g_propagate_error (error, problem);
      return;
    }
  problem_set (error, PROBLEM_INTERNAL, "the unknown outcome “%s”", outcome);
}

/* The changed message, or why it is not. */
static Reply *
reply_changed (const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");

  if (g_str_equal (outcome, "done"))
    return reply_json (200, db_result_text (rows, 0, "answer"));
  set_refusal (outcome, error);
  return NULL;
}

Reply *
message_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows = NULL;
  g_autofree char *mentions = NULL;
  g_autofree char *spans = NULL;
  const char *body;

  if (arguments == NULL)
    return NULL;
  body
      = arguments_text (arguments, "body", WRITER_BODY_MAX, ARGUMENT_REQUIRED | ARGUMENT_MULTILINE);
  mentions = writer_read_mentions (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  spans = spans_from_markdown (body);
  rows = db_run (db, "message_edit",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (actor->user_id),
                              db_bool (actor_is_staff (actor)), db_text (body), db_text (spans),
                              db_text (mentions), DB_END },
                 error);
  return rows != NULL ? reply_changed (rows, error) : NULL;
}

Reply *
message_delete (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows
      = db_run (db, "message_take_back",
                (DbParam[]){ db_int (request_path_id (request, "id")), db_int (actor->user_id),
                             db_bool (actor_is_staff (actor)), db_bool (actor->role == ROLE_ADMIN),
                             DB_END },
                error);

  return rows != NULL ? reply_changed (rows, error) : NULL;
}

Reply *
message_history (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 after, limit;

  if (!request_query_int (request, "after", 0, G_MAXINT32, 0, &after, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  rows = db_run (db, "message_history",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (after),
                              db_int (limit), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0)
    {
      set_refusal ("not_found", error);
      return NULL;
    }
  return reply_json (200, db_result_text (rows, 0, "json"));
}
