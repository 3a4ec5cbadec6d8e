/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The table as a set of bits for each status. Words of a newer server are passed over.
 */

#include "desk-moves.h"

#include "desk-json.h"

#define KEPT_AS "statuses"

struct _DeskMoves
{
  DeskSession *session;
  DeskCache *cache;
  GCancellable *cancellable;
  void (*changed) (gpointer user_data);
  gpointer user_data;
  guint targets[DESK_N_STATUSES]; /* a bit for each status */
};

static gboolean
parse_status (const char *word, DeskStatus *status)
{
  *status = desk_status_parse (word);

  return g_strcmp0 (desk_status_to_string (*status), word) == 0;
}

static void
take_moves (DeskMoves *self, JsonObject *entry)
{
  JsonArray *moves = desk_json_get_array (entry, "moves");
  DeskStatus from, to;

  if (moves == NULL || !parse_status (desk_json_get_string (entry, "name"), &from))
    return;

  self->targets[from] = 0;
  for (guint i = 0; i < json_array_get_length (moves); i++)
    if (parse_status (json_array_get_string_element (moves, i), &to))
      self->targets[from] |= 1u << to;
}

static void
take_table (DeskMoves *self, JsonObject *answer)
{
  JsonArray *statuses = desk_json_get_array (answer, "statuses");

  for (guint i = 0; statuses != NULL && i < json_array_get_length (statuses); i++)
    take_moves (self, json_array_get_object_element (statuses, i));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DeskMoves *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;

  if (answer == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("The status moves could not be read: %s", error->message);
      return;
    }

  text = desk_json_print (answer);
  kept = desk_cache_recall (self->cache, KEPT_AS);
  if (g_strcmp0 (text, kept) == 0)
    return;

  take_table (self, answer);
  desk_cache_keep (self->cache, KEPT_AS, text);
  self->changed (self->user_data);
}

DeskMoves *
desk_moves_new (DeskSession *session, DeskCache *cache, void (*changed) (gpointer user_data),
                gpointer user_data)
{
  DeskMoves *self = g_new0 (DeskMoves, 1);
  g_autofree char *kept = desk_cache_recall (cache, KEPT_AS);
  g_autoptr (JsonObject) table = kept != NULL ? desk_json_parse (kept, -1, NULL) : NULL;

  self->session = g_object_ref (session);
  self->cache = g_object_ref (cache);
  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->user_data = user_data;
  if (table != NULL)
    take_table (self, table);

  return self;
}

void
desk_moves_free (DeskMoves *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_object_unref (self->cache);
  g_free (self);
}

void
desk_moves_fetch (DeskMoves *self)
{
  desk_session_call_async (self->session, "GET", "/statuses", NULL, self->cancellable, fetched_cb,
                           self);
}

gboolean
desk_moves_allow (DeskMoves *self, DeskStatus from, DeskStatus to)
{
  return (self->targets[from] & (1u << to)) != 0;
}
