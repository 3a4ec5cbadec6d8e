/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Marks of lanes. A mark never passes a waiting ticket: it moves to the first one that a look saw,
 * and whatever changed since is called by its id. */
#include "queue/marks.h"

/* More than this are not looked for one by one: everything is looked at. */
#define CALLED_MAX 1000

typedef struct
{
  gint64 lane; /* first: the key */
  gint64 rank;
  gboolean scanned;
} Mark;

struct Marks
{
  GHashTable *marks; /* of Mark */
  GHashTable *seen; /* of Mark, by the look that goes on */
  GHashTable *called; /* of gint64 */
};

static GHashTable *
mark_table (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

Marks *
marks_new (void)
{
  Marks *marks = g_new0 (Marks, 1);

  marks->marks = mark_table ();
  marks->seen = mark_table ();
  marks->called = mark_table ();
  return marks;
}

void
marks_forget (Marks *marks)
{
  g_hash_table_remove_all (marks->marks);
  g_hash_table_remove_all (marks->called);
}

void
marks_call (Marks *marks, gint64 ticket_id)
{
  g_hash_table_add (marks->called, g_memdup2 (&ticket_id, sizeof ticket_id));
  if (g_hash_table_size (marks->called) > CALLED_MAX)
    marks_forget (marks);
}

void
marks_view (const Marks *marks, MarksView *view)
{
  GHashTableIter iter;
  gpointer value;

  *view = (MarksView){ db_array_new (), db_array_new (), db_array_new () };
  g_hash_table_iter_init (&iter, marks->marks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Mark *mark = value;

      db_array_add_int (view->lanes, mark->lane);
      db_array_add_int (view->ranks, mark->rank);
    }
  g_hash_table_iter_init (&iter, marks->called);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    db_array_add_int (view->called, *(const gint64 *) value);
  db_array_close (view->lanes);
  db_array_close (view->ranks);
  db_array_close (view->called);
}

void
marks_view_clear (MarksView *view)
{
  g_string_free (view->lanes, TRUE);
  g_string_free (view->ranks, TRUE);
  g_string_free (view->called, TRUE);
}

guint
marks_count_called (const Marks *marks)
{
  return g_hash_table_size (marks->called);
}

void
marks_see (Marks *marks, gint64 lane, gint64 rank, gboolean scanned)
{
  Mark *mark = g_hash_table_lookup (marks->seen, &lane);

  if (mark == NULL)
    {
      mark = g_new0 (Mark, 1);
      *mark = (Mark){ lane, rank, scanned };
      g_hash_table_add (marks->seen, mark);
    }
  mark->rank = MIN (mark->rank, rank);
  mark->scanned |= scanned;
}

void
marks_settle (Marks *marks)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, marks->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Mark *seen = value;
      Mark *mark = g_hash_table_lookup (marks->marks, &seen->lane);

      if (mark != NULL)
        mark->rank = seen->scanned ? seen->rank : MIN (mark->rank, seen->rank);
      else if (seen->scanned)
        {
          g_hash_table_iter_steal (&iter);
          g_hash_table_add (marks->marks, seen);
        }
    }
  g_hash_table_remove_all (marks->seen);
  g_hash_table_remove_all (marks->called);
}

void
marks_free (Marks *marks)
{
  g_hash_table_unref (marks->marks);
  g_hash_table_unref (marks->seen);
  g_hash_table_unref (marks->called);
  g_free (marks);
}
