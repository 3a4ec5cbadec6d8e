/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Rights are kept in two generations. Whoever is asked for moves to the recent one; when that is
 * half the limit, it becomes the older one and the older one is dropped. So memory is bounded
 * without a list to keep in order. After some minutes they are read again, which also tells the
 * database that the account is still in use. */
#include "account/rights.h"

#include "base/problem.h"

#include <glib/gi18n.h>

#define KEPT_US (10 * 60 * G_USEC_PER_SEC)

typedef struct
{
  Actor *actor;
  gint64 until; /* monotonic */
} Kept;

struct Rights
{
  GMutex mutex;
  GHashTable *recent; /* session id, owned by the value → Kept */
  GHashTable *older;
  guint generation_size;
  guint64 era; /* how often something was forgotten */
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  actor_free (kept->actor);
  g_free (kept);
}

static GHashTable *
make_generation (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kept_free);
}

Rights *
rights_new (guint limit)
{
  Rights *rights = g_new0 (Rights, 1);

  g_mutex_init (&rights->mutex);
  rights->recent = make_generation ();
  rights->older = make_generation ();
  rights->generation_size = limit / 2;
  return rights;
}

void
rights_free (Rights *rights)
{
  g_hash_table_unref (rights->recent);
  g_hash_table_unref (rights->older);
  g_mutex_clear (&rights->mutex);
  g_free (rights);
}

/* Keeps @kept (transfer full). */
static void
keep_locked (Rights *rights, Kept *kept)
{
  if (g_hash_table_size (rights->recent) >= rights->generation_size)
    {
      g_hash_table_unref (rights->older);
      rights->older = g_steal_pointer (&rights->recent);
      rights->recent = make_generation ();
    }
  g_hash_table_replace (rights->recent, kept->actor->session_id, kept);
}

/* Returns: (transfer full): a copy, or NULL when it is not known. */
static Actor *
recall (Rights *rights, const char *session_id, guint64 *era)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&rights->mutex);
  Kept *kept = g_hash_table_lookup (rights->recent, session_id);
  gpointer aged;

  *era = rights->era;
  if (kept == NULL && g_hash_table_steal_extended (rights->older, session_id, NULL, &aged))
    {
      kept = aged;
      keep_locked (rights, kept);
    }
  return kept != NULL && g_get_monotonic_time () < kept->until ? actor_copy (kept->actor) : NULL;
}

/* Keeps a copy of @actor, unless something was forgotten since @era: it might be what was read. */
static void
keep (Rights *rights, const Actor *actor, guint64 era)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&rights->mutex);
  Kept *kept;

  if (era != rights->era)
    return;
  kept = g_new (Kept, 1);
  kept->actor = actor_copy (actor);
  kept->until = g_get_monotonic_time () + KEPT_US;
  keep_locked (rights, kept);
}

static guint
read_permissions (const char *names)
{
  g_auto (GStrv) list = g_strsplit (names != NULL ? names : "", ",", -1);
  guint permissions = 0;

  for (guint i = 0; list[i] != NULL; i++)
    permissions |= permission_from_name (list[i]);
  return permissions;
}

static Actor *
read_actor (Db *db, DbPool *pool, const char *session_id, GError **error)
{
  DbParam params[] = { db_text (session_id), DB_END };
  g_autoptr (DbResult) result = db != NULL ? db_run (db, "account_rights", params, error)
                                           : db_pool_run (pool, "account_rights", params, error);
  g_autoptr (Actor) actor = NULL;

  if (result == NULL)
    return NULL;
  if (db_result_rows (result) == 0)
    {
      problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("You are signed out. Sign in again."));
      return NULL;
    }
  actor = g_new0 (Actor, 1);
  actor->user_id = db_result_int (result, 0, "id");
  actor->permissions = read_permissions (db_result_text (result, 0, "permissions"));
  actor->name = g_strdup (db_result_text (result, 0, "name"));
  actor->language = g_strdup (db_result_text (result, 0, "language"));
  actor->session_id = g_strdup (session_id);
  actor->is_blocked = db_result_bool (result, 0, "is_blocked");
  actor->is_key = db_result_bool (result, 0, "is_key");
  actor->expires_at = db_result_int (result, 0, "expires_at");
  if (!role_from_name (db_result_text (result, 0, "role"), &actor->role))
    g_return_val_if_reached (NULL);
  return g_steal_pointer (&actor);
}

Actor *
rights_find (Rights *rights, Db *db, DbPool *pool, const char *session_id, GError **error)
{
  guint64 era;
  Actor *actor = recall (rights, session_id, &era);

  if (actor != NULL)
    return actor;
  actor = read_actor (db, pool, session_id, error);
  if (actor != NULL)
    keep (rights, actor, era);
  return actor;
}

static gboolean
is_of_user (gpointer key G_GNUC_UNUSED, gpointer value, gpointer data)
{
  const Kept *kept = value;
  const gint64 *user_id = data;

  return *user_id == 0 || kept->actor->user_id == *user_id;
}

void
rights_forget (Rights *rights, gint64 user_id, const char *session_id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&rights->mutex);
  GHashTable *generations[] = { rights->recent, rights->older };

  rights->era++;
  for (guint i = 0; i < G_N_ELEMENTS (generations); i++)
    {
      if (session_id != NULL)
        g_hash_table_remove (generations[i], session_id);
      else
        g_hash_table_foreach_remove (generations[i], is_of_user, &user_id);
    }
}
