/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Changing a ticket: its status, its fields. What may change to what is data in the schema; here
 * only rights and values are looked at. Whose it is changes in hand-over.c. */
#include "base/fields.h"
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

gboolean
ticket_may_set_status (const Actor *actor, const char *status)
{
  static const char *const endings[] = { "resolved", "closed", NULL };

  if (g_strv_contains (endings, status))
    return actor_may (actor, PERMISSION_CLOSE_TICKETS);
  return actor_may (actor, PERMISSION_EDIT_TICKETS)
         || (!actor_is_staff (actor) && strcmp (status, "open") == 0);
}

/* FALSE with a problem when the statement that gave @rows did not change the ticket. */
static gboolean
check_changed (Db *db, gint64 ticket_id, const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");

  if (strcmp (outcome, "done") == 0)
    return TRUE;
  ticket_refuse (db, ticket_id, outcome, error);
  return FALSE;
}

/* Answers with the changed ticket, read by a statement of its own, which sees the change. */
static Reply *
reply_changed (Db *db, const Request *request, const DbResult *rows, GError **error)
{
  gint64 id = request_path_id (request, "id");

  return check_changed (db, id, rows, error) ? ticket_reply (db, request, id, 200, error) : NULL;
}

/* Whether the actor sees the ticket, and may give it @status. */
static gboolean
check_may_set (Db *db, const Actor *actor, gint64 ticket_id, const char *status, GError **error)
{
  g_autofree char *ticket = ticket_json (db, actor, ticket_id, error);

  if (ticket == NULL)
    return FALSE;
  if (ticket_may_set_status (actor, status))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't set this status."));
  return FALSE;
}

gboolean
ticket_set_status (Db *db, const Actor *actor, gint64 ticket_id, const char *status, GError **error)
{
  g_autoptr (DbResult) rows = NULL;

  if (!check_may_set (db, actor, ticket_id, status, error))
    return FALSE;
  rows = db_run (db, "ticket_set_status",
                 (DbParam[]){ db_int (ticket_id), db_text (status), db_int (actor->user_id),
                              db_bool (actor->role == ROLE_ADMIN), DB_END },
                 error);
  return rows != NULL && check_changed (db, ticket_id, rows, error);
}

Reply *
ticket_put_status (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 id = request_path_id (request, "id");
  const char *status;

  if (arguments == NULL)
    return NULL;
  status = arguments_choice (arguments, "status", ticket_statuses, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error)
      || !ticket_set_status (db, request_actor (request), id, status, error))
    return NULL;
  return ticket_reply (db, request, id, 200, error);
}

Reply *
ticket_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *subject, *category, *priority, *language;
  g_autoptr (DbResult) rows = NULL;
  gint64 department, revision;

  if (arguments == NULL)
    return NULL;
  subject = arguments_text (arguments, "subject", TICKET_SUBJECT_MAX, ARGUMENT_OPTIONAL);
  category = arguments_text (arguments, "category", TICKET_WORD_MAX, ARGUMENT_OPTIONAL);
  priority = arguments_text (arguments, "priority", TICKET_WORD_MAX, ARGUMENT_OPTIONAL);
  department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  language = field_language (arguments);
  revision = arguments_int (arguments, "revision", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_edit",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_text (subject),
                              db_text (category), db_text (ticket_priority_word (priority)),
                              department > 0 ? db_int (department) : db_null (), db_text (language),
                              revision > 0 ? db_int (revision) : db_null (), DB_END },
                 error);
  return rows != NULL ? reply_changed (db, request, rows, error) : NULL;
}
