/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading filters. Which statement a list needs follows from them: a few fixed ones, one for each
 * index, rather than one with every filter optional: that one would be planned for none of them. */
#include "ticket/filter.h"

#include "base/problem.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

/* The most values that one name may have, with commas between them. */
#define VALUES_MAX 16

const char *const filter_names[]
    = { "status", "assigned_to", "channel", "department", "priority", "category", NULL };

static const char *
get (const FilterSource *source, const char *name)
{
  return source->get (source->values, name);
}

static gboolean
refuse (const char *name, GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), name);
  return FALSE;
}

static gboolean
read_id (const FilterSource *source, const char *name, gint64 *id, GError **error)
{
  return g_ascii_string_to_signed (get (source, name), 10, 1, G_MAXINT64, id, NULL)
         || refuse (name, error);
}

/* Reads `a,b` into an array literal; without a value it holds every choice. */
static gboolean
read_choices (const FilterSource *source, const char *name, const char *const *choices,
              GString *array, GError **error)
{
  const char *value = get (source, name);
  g_auto (GStrv) words
      = value != NULL ? g_strsplit (value, ",", VALUES_MAX) : g_strdupv ((char **) choices);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!g_strv_contains (choices, words[i]))
        return refuse (name, error);
      db_array_add_text (array, words[i]);
    }
  db_array_close (array);
  return TRUE;
}

/* Reads `a,b`, names of a list in the database; a name that is not there matches nothing.
 * Returns: (transfer full): an array literal, or NULL without a value. */
static GString *
read_words (const FilterSource *source, const char *name)
{
  const char *value = get (source, name);
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, ",", VALUES_MAX) : NULL;
  GString *array;

  if (words == NULL)
    return NULL;
  array = db_array_new ();
  for (guint i = 0; words[i] != NULL; i++)
    db_array_add_text (array, ticket_priority_word (words[i]));
  db_array_close (array);
  return array;
}

static gboolean
choose_statement (TicketFilter *filter, const FilterSource *source, const Actor *actor,
                  GError **error)
{
  const char *assigned_to = get (source, "assigned_to");

  filter->narrow = actor->user_id;
  filter->statement = "ticket_list_assignee";
  if (!actor_is_staff (actor))
    filter->statement = "ticket_list_customer";
  else if (g_strcmp0 (assigned_to, "me") == 0)
    return TRUE;
  else if (g_strcmp0 (assigned_to, "unassigned") == 0)
    {
      filter->narrow = 0;
      filter->statement = "ticket_list_unassigned";
    }
  else if (assigned_to != NULL)
    return read_id (source, "assigned_to", &filter->narrow, error);
  else if (get (source, "department") != NULL)
    {
      filter->statement = "ticket_list_department";
      return read_id (source, "department", &filter->narrow, error);
    }
  else
    {
      filter->narrow = 0;
      filter->statement = "ticket_list_all";
    }
  return TRUE;
}

gboolean
ticket_filter_read (TicketFilter *filter, const FilterSource *source, const Actor *actor,
                    GError **error)
{
  filter->statuses = db_array_new ();
  filter->channels = db_array_new ();
  filter->priorities = read_words (source, "priority");
  filter->categories = read_words (source, "category");
  return choose_statement (filter, source, actor, error)
         && read_choices (source, "status", ticket_statuses, filter->statuses, error)
         && read_choices (source, "channel", ticket_channels, filter->channels, error);
}

static void
free_array (GString *array)
{
  if (array != NULL)
    g_string_free (array, TRUE);
}

void
ticket_filter_clear (TicketFilter *filter)
{
  free_array (filter->statuses);
  free_array (filter->channels);
  free_array (filter->priorities);
  free_array (filter->categories);
}
