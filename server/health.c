/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Health, readiness, metrics. */
#include "health.h"

#include "base/metrics.h"

#include <string.h>

Reply *
health_live (Db *db G_GNUC_UNUSED, const Request *request G_GNUC_UNUSED,
             GError **error G_GNUC_UNUSED)
{
  return reply_json (200, "{\"status\":\"ok\"}");
}

Reply *
health_ready (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "event_now", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, "{\"status\":\"ready\"}") : NULL;
}

Reply *
health_metrics (Db *db G_GNUC_UNUSED, const Request *request, GError **error G_GNUC_UNUSED)
{
  char *text = metrics_to_text (request_services (request)->metrics);

  return reply_bytes (200, "text/plain; version=0.0.4", g_bytes_new_take (text, strlen (text)));
}
