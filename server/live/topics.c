/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Names of topics. */
#include "live/topics.h"

#define TICKET_PREFIX "ticket:"

void
topics_init (Topics *topics)
{
  *topics = (Topics){ .tickets = TRUE, .presence = TRUE };
}

/* FALSE when @name is no topic. */
static gboolean
add_topic (Topics *topics, const char *name)
{
  guint64 id;

  if (g_str_equal (name, "tickets"))
    topics->tickets = TRUE;
  else if (g_str_equal (name, "presence"))
    topics->presence = TRUE;
  else if (g_str_has_prefix (name, TICKET_PREFIX)
           && g_ascii_string_to_unsigned (name + strlen (TICKET_PREFIX), 10, 1, G_MAXINT64, &id,
                                          NULL))
    {
      if (topics->chosen == NULL)
        topics->chosen = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_array_append_val (topics->chosen, id);
    }
  else
    return FALSE;
  return TRUE;
}

const char *
topics_replace (Topics *topics, const char *const *names)
{
  Topics fresh = { 0 };

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!add_topic (&fresh, names[i]))
        {
          topics_clear (&fresh);
          return names[i];
        }
    }
  topics_clear (topics);
  *topics = fresh;
  return NULL;
}

gboolean
topics_cover_ticket (const Topics *topics, gint64 ticket_id)
{
  if (topics->tickets || topics->chosen == NULL)
    return topics->tickets;
  for (guint i = 0; i < topics->chosen->len; i++)
    {
      if (g_array_index (topics->chosen, gint64, i) == ticket_id)
        return TRUE;
    }
  return FALSE;
}

void
topics_clear (Topics *topics)
{
  g_clear_pointer (&topics->chosen, g_array_unref);
}
