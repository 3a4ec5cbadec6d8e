/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/stats: the figures of the whole desk. */
#include "documented/desk-parts.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "http/page.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

/* How long an average took, in one unit that fits it.
 * Returns: (transfer full): a dash over no tickets. */
static char *
say_average (const Frame *frame, JsonObject *average)
{
  const Words *words = frame->words;
  gint64 seconds;
  g_autofree char *number = NULL;
  guint count;

  if (json_object_get_null_member (average, "average_s"))
    return g_strdup ("–");
  seconds = json_object_get_int_member (average, "average_s");
  if (seconds < HOUR_S)
    {
      count = (guint) ((seconds + MINUTE_S / 2) / MINUTE_S);
      number = words_number (words, count);
      return words_fill (words_count (words, N2_ ("{n} minute", "{n} minutes"), count), "n", number,
                         NULL);
    }
  if (seconds < 2 * DAY_S)
    {
      count = (guint) ((seconds + HOUR_S / 2) / HOUR_S);
      number = words_number (words, count);
      return words_fill (words_count (words, N2_ ("{n} hour", "{n} hours"), count), "n", number,
                         NULL);
    }
  count = (guint) ((seconds + DAY_S / 2) / DAY_S);
  number = words_number (words, count);
  return words_fill (words_count (words, N2_ ("{n} day", "{n} days"), count), "n", number, NULL);
}

static void
add_average (Frame *frame, JsonObject *from, const char *name, const char *word)
{
  g_autofree char *text = say_average (frame, shape_object (from, name));

  html_add (frame->html, "<li><b>%s</b> %s</li>", text, frame_say (frame, word));
}

static void
add_agent (Frame *frame, JsonObject *agent)
{
  g_autofree char *handled
      = words_number (frame->words, json_object_get_int_member (agent, "handled"));
  g_autofree char *load = words_number (frame->words, json_object_get_int_member (agent, "load"));
  g_autofree char *response = say_average (frame, shape_object (agent, "first_response"));
  g_autofree char *resolution = say_average (frame, shape_object (agent, "resolution"));

  html_add (frame->html,
            "<tr><th scope=\"row\" dir=\"auto\">%s</th><td>%s</td><td>%s</td><td>%s</td>"
            "<td>%s</td></tr>",
            shape_text (agent, "name"), handled, load, response, resolution);
}

Reply *
page_stats (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) stats = shape_read_reply (stats_get (db, request, error));
  JsonArray *agents;
  Frame frame;

  if (stats == NULL)
    return NULL;
  agents = json_object_get_array_member (stats, "agents");
  frame_begin (&frame, request, N_ ("Statistics"));
  html_add (frame.html, "<h1>%s</h1>", frame_say (&frame, N_ ("Statistics")));
  desk_add_figures (&frame, shape_object (stats, "stats"));
  g_string_append (frame.html, "<ul class=\"figures\">");
  add_average (&frame, stats, "first_response", N_ ("First response, on average"));
  add_average (&frame, stats, "resolution", N_ ("Resolution, on average"));
  html_add (frame.html,
            "</ul><h2>%s</h2><div class=\"card scroll\"><table><thead><tr><th scope=\"col\">%s</th>"
            "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
            "<th scope=\"col\">%s</th></tr></thead><tbody>",
            frame_say (&frame, N_ ("Agent Performance")), frame_say (&frame, N_ ("Agent")),
            frame_say (&frame, N_ ("Handled")), frame_say (&frame, N_ ("Has now")),
            frame_say (&frame, N_ ("First response")), frame_say (&frame, N_ ("Resolution")));
  for (guint i = 0; i < json_array_get_length (agents); i++)
    add_agent (&frame, json_array_get_object_element (agents, i));
  g_string_append (frame.html, "</tbody></table></div>");
  return frame_end (&frame, 200);
}

Reply *
documented_stats (Db *db, const Request *request, GError **error)
{
  return (page_is_wanted (request) ? page_stats : stats_get) (db, request, error);
}
