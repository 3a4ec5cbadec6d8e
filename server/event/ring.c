/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Batches in a queue, found by the cursor they start from. */
#include "event/ring.h"

typedef struct
{
  char *before;
  GPtrArray *events;
} Batch;

struct Ring
{
  GQueue batches; /* of Batch, oldest first */
  GHashTable *links; /* cursor before a batch → its GList in batches */
  char *newest; /* the cursor behind the last batch */
  guint events;
  guint events_max;
};

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_free (batch->before);
  g_ptr_array_unref (batch->events);
  g_free (batch);
}

Ring *
ring_new (guint events_max)
{
  Ring *ring = g_new0 (Ring, 1);

  g_queue_init (&ring->batches);
  ring->links = g_hash_table_new (g_str_hash, g_str_equal);
  ring->events_max = events_max;
  return ring;
}

static void
drop_oldest (Ring *ring)
{
  Batch *oldest = g_queue_pop_head (&ring->batches);

  g_hash_table_remove (ring->links, oldest->before);
  ring->events -= oldest->events->len;
  batch_free (oldest);
}

static gpointer
ref_event (gconstpointer event, gpointer data G_GNUC_UNUSED)
{
  return event_ref ((Event *) event);
}

void
ring_add (Ring *ring, const char *before, const char *after, const GPtrArray *events)
{
  Batch *batch = g_new (Batch, 1);

  batch->before = g_strdup (before);
  batch->events = g_ptr_array_copy ((GPtrArray *) events, ref_event, NULL);
  g_ptr_array_set_free_func (batch->events, (GDestroyNotify) event_unref);
  g_queue_push_tail (&ring->batches, batch);
  g_hash_table_insert (ring->links, batch->before, ring->batches.tail);
  g_free (ring->newest);
  ring->newest = g_strdup (after);
  ring->events += events->len;
  while (ring->events > ring->events_max)
    drop_oldest (ring);
}

gboolean
ring_since (Ring *ring, const char *cursor, GPtrArray *events)
{
  GList *link;

  if (g_strcmp0 (cursor, ring->newest) == 0)
    return TRUE;
  link = g_hash_table_lookup (ring->links, cursor);
  if (link == NULL)
    return FALSE;
  for (; link != NULL; link = link->next)
    {
      const Batch *batch = link->data;

      for (guint i = 0; i < batch->events->len; i++)
        g_ptr_array_add (events, event_ref (g_ptr_array_index (batch->events, i)));
    }
  return TRUE;
}

void
ring_free (Ring *ring)
{
  g_queue_clear_full (&ring->batches, batch_free);
  g_hash_table_unref (ring->links);
  g_free (ring->newest);
  g_free (ring);
}
