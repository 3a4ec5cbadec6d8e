/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Buckets live in shards, each with a lock of its own, so that workers rarely meet. A bucket that
 * would be full again says nothing and is swept when its shard has grown; a shard that is still
 * large then (an attack from very many addresses) is emptied: forgetting is safer than growing, or
 * than sweeping at every request. */
#include "http/rate-limit.h"

#include <gio/gio.h>

#define SHARDS 16
#define SHARD_MAX 4096

typedef struct
{
  double rate; /* tokens a second */
  double burst;
} RateRule;

static const RateRule rules[RATE_CLASSES] = {
  [RATE_ADDRESS] = { 100, 400 },        [RATE_ACCOUNT] = { 100, 400 },
  [RATE_UPLOADS] = { 30.0 / 60, 30 },   [RATE_CREDENTIALS] = { 10.0 / 60, 10 },
  [RATE_ARRIVALS] = { 60.0 / 60, 120 },
};

typedef struct
{
  RateClass class;
  double tokens;
  gint64 at;
} Bucket;

typedef struct
{
  GMutex lock;
  GHashTable *buckets; /* class and key → Bucket */
} Shard;

struct RateLimit
{
  Shard shards[SHARDS];
};

RateLimit *
rate_limit_new (void)
{
  RateLimit *limit = g_new0 (RateLimit, 1);

  for (guint i = 0; i < SHARDS; i++)
    {
      g_mutex_init (&limit->shards[i].lock);
      limit->shards[i].buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    }
  return limit;
}

void
rate_limit_free (RateLimit *limit)
{
  if (limit == NULL)
    return;
  for (guint i = 0; i < SHARDS; i++)
    {
      g_hash_table_unref (limit->shards[i].buckets);
      g_mutex_clear (&limit->shards[i].lock);
    }
  g_free (limit);
}

static void
refill (Bucket *bucket, gint64 now)
{
  const RateRule *rule = &rules[bucket->class];
  double earned = (double) (now - bucket->at) / G_USEC_PER_SEC * rule->rate;

  bucket->tokens = MIN (rule->burst, bucket->tokens + MAX (earned, 0));
  bucket->at = now;
}

static gboolean
is_full (gpointer key G_GNUC_UNUSED, gpointer value, gpointer now)
{
  Bucket *bucket = value;

  refill (bucket, *(gint64 *) now);
  return bucket->tokens >= rules[bucket->class].burst;
}

static void
make_room (Shard *shard, gint64 now)
{
  if (g_hash_table_size (shard->buckets) < SHARD_MAX)
    return;
  g_hash_table_foreach_remove (shard->buckets, is_full, &now);
  if (g_hash_table_size (shard->buckets) > SHARD_MAX / 2)
    g_hash_table_remove_all (shard->buckets);
}

static Bucket *
find_bucket (Shard *shard, RateClass class, char *name, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (shard->buckets, name);

  if (bucket == NULL)
    {
      make_room (shard, now);
      bucket = g_new0 (Bucket, 1);
      bucket->class = class;
      bucket->tokens = rules[class].burst;
      bucket->at = now;
      g_hash_table_insert (shard->buckets, g_strdup (name), bucket);
    }
  return bucket;
}

guint
rate_limit_take (RateLimit *limit, RateClass class, const char *key, gint64 now)
{
  g_autofree char *name = g_strdup_printf ("%d %s", (int) class, key);
  Shard *shard = &limit->shards[g_str_hash (name) % SHARDS];
  guint wait = 0;
  Bucket *bucket;

  g_mutex_lock (&shard->lock);
  bucket = find_bucket (shard, class, name, now);
  refill (bucket, now);
  if (bucket->tokens >= 1)
    bucket->tokens -= 1;
  else
    wait = 1 + (guint) ((1 - bucket->tokens) / rules[class].rate);
  g_mutex_unlock (&shard->lock);
  return wait;
}

guint
rate_limit_take_address (RateLimit *limit, RateClass class, const char *address, gint64 now)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  const guint8 *bytes;
  g_autofree char *network = NULL;

  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return rate_limit_take (limit, class, address, now);
  bytes = g_inet_address_to_bytes (parsed);
  network = g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", bytes[0], bytes[1],
                             bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
  return rate_limit_take (limit, class, network, now);
}

guint
rate_limit_size (RateLimit *limit)
{
  guint size = 0;

  for (guint i = 0; i < SHARDS; i++)
    {
      g_mutex_lock (&limit->shards[i].lock);
      size += g_hash_table_size (limit->shards[i].buckets);
      g_mutex_unlock (&limit->shards[i].lock);
    }
  return size;
}
