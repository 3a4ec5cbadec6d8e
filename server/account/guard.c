/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The steps stand in schema/0029-sign-in.sql; here is what a person hears of them. */
#include "account/guard.h"

#include "base/config.h"
#include "base/fields.h"
#include "base/problem.h"
#include "db/pool.h"

#include <glib/gi18n.h>

static const char *const kind_names[] = { "password", "code" };

static void
refuse (const DbResult *admitted, GError **error)
{
  g_autofree char *members
      = g_strdup_printf ("\"until\":\"%s\"", db_result_text (admitted, 0, "until"));
  GError *problem = NULL;

  problem_set (&problem, PROBLEM_RATE_LIMITED,
               _ ("Too many tries. You can sign in again at %s UTC."),
               db_result_text (admitted, 0, "clock"));
  problem_set_members (problem, members);
  problem_set_retry_after (problem, (guint) db_result_int (admitted, 0, "seconds"));
  g_propagate_error (error, problem);
}

gboolean
guard_admit (const Request *request, GuardKind kind, const char *who, GError **error)
{
  const Services *services = request_services (request);
  g_autoptr (DbResult) admitted = NULL;

  if (!services->config->rate_limit)
    return TRUE;
  admitted = db_pool_run (services->pool, "try_admit",
                          (DbParam[]){ db_text (kind_names[kind]), db_text (who),
                                       db_text (request_address (request)), DB_END },
                          error);
  if (admitted == NULL)
    return FALSE;
  if (db_result_is_null (admitted, 0, "until"))
    return TRUE;
  refuse (admitted, error);
  return FALSE;
}

/* People type passwords into the wrong field: only what is an address is kept. */
gboolean
guard_wrong (const Request *request, GuardKind kind, gint64 account, const char *email,
             GError **error)
{
  gboolean is_address = email != NULL && field_email_is_fit (email);
  g_autoptr (DbResult) noted
      = db_pool_run (request_services (request)->pool, "sign_in_failed",
                     (DbParam[]){ account > 0 ? db_int (account) : db_null (),
                                  db_text (kind_names[kind]), db_text (is_address ? email : NULL),
                                  DB_END },
                     error);

  return noted != NULL;
}

void
guard_right (const Request *request, GuardKind kind, const char *who)
{
  const Services *services = request_services (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (DbResult) done = NULL;

  if (!services->config->rate_limit)
    return;
  done = db_pool_run (services->pool, "try_right",
                      (DbParam[]){ db_text (kind_names[kind]), db_text (who),
                                   db_text (request_address (request)), DB_END },
                      &error);
  if (done == NULL)
    g_info ("a right try counts as wrong: %s", error->message);
}
