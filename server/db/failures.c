/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a failed statement means. One table turns constraint names into problems; SQL states that
 * say that the database is away, full or too busy become `unavailable`, so that a client tries
 * again. */
#include "db/result.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define RETRY_AFTER_SECONDS 1

typedef struct
{
  const char *constraint;
  ProblemCode code;
  const char *field; /* NULL: the problem is not about one field */
  const char *field_code;
  const char *detail;
} ConstraintProblem;

static const ConstraintProblem constraint_problems[] = {
  { "user_email_taken", PROBLEM_CONFLICT, "email", "taken",
    N_ ("Somebody has this e-mail address already.") },
  { "invitation_open", PROBLEM_CONFLICT, "email", "taken",
    N_ ("This address is invited already. Send that invitation again.") },
  { "user_name_length", PROBLEM_VALIDATION_FAILED, "name", "too_long",
    N_ ("At most 200 characters.") },
  { "user_email_length", PROBLEM_VALIDATION_FAILED, "email", "too_long",
    N_ ("At most 254 characters.") },
  { "ticket_category", PROBLEM_VALIDATION_FAILED, "category", "unknown",
    N_ ("There is no such category.") },
  { "ticket_priority", PROBLEM_VALIDATION_FAILED, "priority", "unknown",
    N_ ("There is no such priority.") },
  { "category_name_taken", PROBLEM_CONFLICT, "name", "taken",
    N_ ("There is an entry of this name already.") },
  { "priority_name_taken", PROBLEM_CONFLICT, "name", "taken",
    N_ ("There is an entry of this name already.") },
  { "ticket_subject_length", PROBLEM_VALIDATION_FAILED, "subject", "too_long",
    N_ ("At most 200 characters.") },
  { "ticket_sent_twice", PROBLEM_CONFLICT, NULL, NULL,
    N_ ("The same request is being worked on. Send it again.") },
  { "message_body_length", PROBLEM_VALIDATION_FAILED, "body", "too_long",
    N_ ("1 to 16,000 characters.") },
  { "identity_provider_issuer_taken", PROBLEM_CONFLICT, "issuer", "taken",
    N_ ("There is an entry for this issuer already.") },
  { "skill_name_taken", PROBLEM_CONFLICT, "name", "taken",
    N_ ("There is a skill of this name already.") },
  { "department_name_taken", PROBLEM_CONFLICT, "name", "taken",
    N_ ("There is a department of this name already.") },
};

/* States after which the same statement can succeed later: connection trouble, no resources, a
 * shutdown, time-outs. */
static gboolean
is_passing (const char *state)
{
  static const char *const classes[] = { "08", "53", "57", "58" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      if (strncmp (state, classes[i], 2) == 0)
        return TRUE;
    }
  return strcmp (state, "55P03") == 0 || strcmp (state, "40001") == 0
         || strcmp (state, "40P01") == 0 || strcmp (state, "25006") == 0;
}

static gboolean
set_constraint_problem (const char *constraint, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (constraint_problems); i++)
    {
      const ConstraintProblem *known = &constraint_problems[i];
      GError *problem = NULL;

      if (g_strcmp0 (constraint, known->constraint) != 0)
        continue;
      problem_set (&problem, known->code, "%s", _ (known->detail));
      if (known->field != NULL)
        problem_add_field (problem, known->field, known->field_code, _ (known->detail));
      g_propagate_error (error, problem);
      return TRUE;
    }
  return FALSE;
}

static void
set_unavailable (GError **error)
{
  GError *problem = NULL;

  problem_set (&problem, PROBLEM_UNAVAILABLE,
               _ ("The database does not answer at the moment. Nothing was changed; try again."));
  problem_set_retry_after (problem, RETRY_AFTER_SECONDS);
  g_propagate_error (error, problem);
}

void
db_problem (const PGresult *rows, PGconn *connection, const char *name, GError **error)
{
  const char *state = PQresultErrorField (rows, PG_DIAG_SQLSTATE);
  const char *constraint = PQresultErrorField (rows, PG_DIAG_CONSTRAINT_NAME);

  if (PQstatus (connection) == CONNECTION_BAD)
    {
      set_unavailable (error);
      return;
    }
  if (state == NULL || is_passing (state))
    {
      g_warning ("%s: the database is not available: %s", name, PQerrorMessage (connection));
      set_unavailable (error);
      return;
    }
  if (constraint != NULL && set_constraint_problem (constraint, error))
    return;
  g_warning ("%s: %s", name, PQresultErrorMessage (rows));
  problem_set (error, PROBLEM_INTERNAL, "%s: %s", name, state);
}
