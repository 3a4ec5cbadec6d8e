/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How somebody who answers customers is shown to them: a name and some words in their language. */
#include "queue/agent-profile.h"

#include "base/fields.h"
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>

#define BIO_MAX 1000

static char *
read_texts (Arguments *arguments, const char *name, guint max, ArgumentFlags flags)
{
  if (arguments_mentions (arguments, name) && !arguments_has (arguments, name))
    return g_strdup ("{}");
  return field_translations (arguments, name, max, NULL, flags);
}

void
agent_profile_read (Arguments *arguments, AgentProfile *profile)
{
  profile->names = read_texts (arguments, "display_names", FIELD_NAME_MAX, ARGUMENT_OPTIONAL);
  profile->bios = read_texts (arguments, "bios", BIO_MAX, ARGUMENT_MULTILINE);
}

void
agent_profile_clear (AgentProfile *profile)
{
  g_clear_pointer (&profile->names, g_free);
  g_clear_pointer (&profile->bios, g_free);
}

Reply *
agent_profile_patch_own (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (AgentProfile) profile = { 0 };
  DbResult *rows;

  if (arguments == NULL)
    return NULL;
  agent_profile_read (arguments, &profile);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "profile_change",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (profile.names),
                              db_text (profile.bios), DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
agent_profile_get (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "profile_get",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_text (request_actor (request)->language), DB_END },
                error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) > 0)
    return reply_json (200, db_result_text (rows, 0, "json"));
  problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such agent."));
  return NULL;
}
