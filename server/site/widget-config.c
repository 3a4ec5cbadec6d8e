/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The widget's settings, for anybody who asks. */
#include "site/handlers.h"

#include <string.h>

#define LANGUAGE_MAX 35

Reply *
widget_config (Db *db, const Request *request, GError **error)
{
  const char *language = request_query (request, "language");
  g_autoptr (DbResult) rows = NULL;

  if (language == NULL)
    language = request_header (request, "Accept-Language");
  if (language == NULL || strlen (language) > LANGUAGE_MAX)
    language = "en";
  rows = db_run (db, "widget_config", (DbParam[]){ db_text (language), DB_END }, error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}
