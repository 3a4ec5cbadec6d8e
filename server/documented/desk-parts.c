/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The parts that pages of the customer service have in common: figures, menus, the reply. */
#include "documented/desk-parts.h"

#include <glib/gi18n.h>
#include <string.h>

static void
add_figure (Frame *frame, JsonObject *stats, const char *name, const char *word)
{
  g_autofree char *number = words_number (frame->words, json_object_get_int_member (stats, name));

  html_add (frame->html, "<li class=\"%s\"><b>%s</b> %s</li>", name, number,
            frame_say (frame, word));
}

void
desk_add_figures (Frame *frame, JsonObject *stats)
{
  g_string_append (frame->html, "<ul class=\"figures\">");
  add_figure (frame, stats, "total", N_ ("Total"));
  add_figure (frame, stats, "open", N_ ("Open"));
  add_figure (frame, stats, "in_progress", N_ ("In Progress"));
  add_figure (frame, stats, "resolved", N_ ("Resolved"));
  add_figure (frame, stats, "urgent", N_ ("Urgent"));
  g_string_append (frame->html, "</ul>");
}

void
desk_add_option (Frame *frame, const char *value, const char *text, const char *chosen)
{
  html_add (frame->html, "<option value=\"%s\"", value);
  g_string_append (frame->html, g_strcmp0 (value, chosen) == 0 ? " selected>" : ">");
  html_add (frame->html, "%s</option>", text);
}

void
desk_open_menu (Frame *frame, const char *name, const char *label, const char *all)
{
  html_add (frame->html, "<label>%s<select name=\"%s\">", frame_say (frame, label), name);
  if (all != NULL)
    desk_add_option (frame, "", frame_say (frame, all), NULL);
}

void
desk_close_menu (Frame *frame)
{
  g_string_append (frame->html, "</select></label>");
}

void
desk_add_status_options (Frame *frame, const char *chosen, DeskIsOffered is_offered,
                         gconstpointer data)
{
  static const struct
  {
    const char *name, *title;
  } statuses[] = { { "open", N_ ("Open") },
                   { "in_progress", N_ ("In Progress") },
                   { "resolved", N_ ("Resolved") },
                   { "closed", N_ ("Closed") } };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (is_offered == NULL || is_offered (statuses[i].name, data))
      desk_add_option (frame, statuses[i].name, frame_say (frame, statuses[i].title), chosen);
}

const char *
desk_title_of (const Frame *frame, JsonObject *entry)
{
  JsonObject *titles = shape_object (entry, "titles");
  const char *title = shape_text (titles, words_language (frame->words));

  return title != NULL ? title : shape_text (titles, "en");
}

void
desk_add_agent_options (Frame *frame, JsonObject *list, const char *chosen)
{
  JsonArray *agents = json_object_get_array_member (list, "agents");

  desk_add_option (frame, "unassigned", frame_say (frame, N_ ("Nobody")), chosen);
  for (guint i = 0; i < json_array_get_length (agents); i++)
    {
      JsonObject *agent = json_array_get_object_element (agents, i);
      g_autofree char *id
          = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (agent, "id"));

      desk_add_option (frame, id, shape_text (agent, "name"), chosen);
    }
}

const char *
desk_category_of (const Frame *frame, JsonObject *list, const char *name)
{
  JsonArray *entries = json_object_get_array_member (list, "categories");

  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      if (strcmp (shape_text (entry, "name"), name) == 0)
        return desk_title_of (frame, entry);
    }
  return name;
}

void
desk_add_reply (Frame *frame, const char *address)
{
  html_add (frame->html,
            "<form class=\"reply card\" method=\"post\" action=\"%s\">"
            "<input type=\"hidden\" name=\"action\" value=\"message\">"
            "<label>%s<textarea name=\"message\" rows=\"4\" maxlength=\"16000\" required "
            "dir=\"auto\"></textarea></label><p>",
            address, frame_say (frame, N_ ("Reply")));
  if (actor_is_staff (request_actor (frame->request)))
    html_add (frame->html,
              "<label class=\"tick\"><input type=\"checkbox\" name=\"is_internal\" value=\"true\">"
              "%s</label>",
              frame_say (frame, N_ ("Internal note: only your team sees it")));
  html_add (frame->html, "<button class=\"primary\">%s</button></p></form>",
            frame_say (frame, N_ ("Send")));
}
