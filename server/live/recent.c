/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Two hash tables: the young one is written, the old one is still read. */
#include "live/recent.h"

typedef struct
{
  gint64 key;
  gint64 value;
} Pair;

struct Recent
{
  guint size;
  GHashTable *young; /* of Pair, by its first member */
  GHashTable *old;
};

static GHashTable *
new_generation (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

Recent *
recent_new (guint size)
{
  Recent *recent = g_new (Recent, 1);

  recent->size = size;
  recent->young = new_generation ();
  recent->old = new_generation ();
  return recent;
}

void
recent_put (Recent *recent, gint64 key, gint64 value)
{
  Pair *pair = g_new (Pair, 1);

  pair->key = key;
  pair->value = value;
  g_hash_table_add (recent->young, pair);
  if (g_hash_table_size (recent->young) >= recent->size)
    recent_age (recent);
}

gboolean
recent_get (Recent *recent, gint64 key, gint64 *value)
{
  const Pair *pair = g_hash_table_lookup (recent->young, &key);

  if (pair == NULL)
    pair = g_hash_table_lookup (recent->old, &key);
  if (pair != NULL && value != NULL)
    *value = pair->value;
  return pair != NULL;
}

void
recent_age (Recent *recent)
{
  g_hash_table_unref (recent->old);
  recent->old = recent->young;
  recent->young = new_generation ();
}

void
recent_free (Recent *recent)
{
  g_hash_table_unref (recent->young);
  g_hash_table_unref (recent->old);
  g_free (recent);
}
