/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One line of JSON for each line of the tables. */
#include "describe.h"

#include "base/json.h"
#include "routes.h"

/* What stands beside the nine permissions. */
static const struct
{
  guint bit;
  const char *name;
} conditions[] = {
  { PERMISSION_SIGNED_IN, "signed_in" },
  { PERMISSION_STAFF, "staff" },
  { PERMISSION_ADMIN, "admin" },
};

static const char *
name_bit (guint bit)
{
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      if (conditions[i].bit == bit)
        return conditions[i].name;
    }
  return permission_name (bit);
}

static void
append_permissions (GString *json, guint permissions)
{
  const char *comma = "";

  g_string_append (json, ",\"permissions\":[");
  for (guint bit = 1; bit <= permissions; bit <<= 1)
    {
      if ((permissions & bit) == 0)
        continue;
      g_string_append (json, comma);
      json_append_text (json, name_bit (bit));
      comma = ",";
    }
  g_string_append (json, "]}");
}

static void
append_route (GString *json, const Route *route)
{
  g_string_append (json, route == routes ? "\n{\"method\":" : ",\n{\"method\":");
  json_append_text (json, route->method);
  g_string_append (json, ",\"path\":");
  json_append_text (json, route->path);
  append_permissions (json, route->permissions);
}

static void
append_frame (GString *json, const char *type, guint permissions)
{
  g_string_append (json, g_str_has_suffix (json->str, "[") ? "\n{\"type\":" : ",\n{\"type\":");
  json_append_text (json, type);
  append_permissions (json, permissions);
}

char *
describe_routes (void)
{
  GString *json = g_string_new ("{\"routes\":[");

  for (const Route *route = routes; route->method != NULL; route++)
    append_route (json, route);
  g_string_append (json, "],\n\"frames\":[");
  for (guint i = 0; live_frame_name (i) != NULL; i++)
    append_frame (json, live_frame_name (i), PERMISSION_SIGNED_IN);
  for (const LiveCommand *command = live_commands; command->type != NULL; command++)
    append_frame (json, command->type, command->permissions);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}
