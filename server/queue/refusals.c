/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A table from ticket to the end of its pause. */
#include "queue/refusals.h"

#include "db/db.h"

#define PAUSE_MIN_US (20 * 1000)
#define PAUSE_MAX_US (5 * G_USEC_PER_SEC)

typedef struct
{
  gint64 ticket_id; /* first: the key */
  gint64 pause;
  gint64 until;
} Refusal;

struct Refusals
{
  GHashTable *tickets;
};

Refusals *
refusals_new (void)
{
  Refusals *refusals = g_new0 (Refusals, 1);

  refusals->tickets = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return refusals;
}

void
refusals_note (Refusals *refusals, gint64 ticket_id, gint64 now)
{
  Refusal *refusal = g_hash_table_lookup (refusals->tickets, &ticket_id);

  if (refusal == NULL)
    {
      refusal = g_new0 (Refusal, 1);
      refusal->ticket_id = ticket_id;
      g_hash_table_add (refusals->tickets, refusal);
    }
  refusal->pause = CLAMP (2 * refusal->pause, PAUSE_MIN_US, PAUSE_MAX_US);
  refusal->until = now + refusal->pause;
}

GString *
refusals_collect (Refusals *refusals, gint64 now)
{
  GString *array = db_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, refusals->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Refusal *refusal = value;

      if (refusal->until > now)
        db_array_add_int (array, refusal->ticket_id);
      else if (refusal->until + PAUSE_MAX_US < now)
        g_hash_table_iter_remove (&iter);
    }
  return array;
}

GArray *
refusals_returned (const Refusals *refusals, gint64 now)
{
  GArray *returned = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, refusals->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Refusal *refusal = value;

      if (refusal->until <= now)
        g_array_append_val (returned, refusal->ticket_id);
    }
  return returned;
}

gint64
refusals_next (const Refusals *refusals, gint64 since)
{
  gint64 next = G_MAXINT64;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, refusals->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Refusal *refusal = value;

      if (refusal->until > since)
        next = MIN (next, refusal->until);
    }
  return next;
}

void
refusals_free (Refusals *refusals)
{
  g_hash_table_unref (refusals->tickets);
  g_free (refusals);
}
