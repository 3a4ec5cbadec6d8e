/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An answer to a fetch that events have overtaken holds offers that are gone; each of those is over
 * at its time here too, and the server knows better when somebody answers it.
 */

#include "desk-offers.h"

#include "desk-json.h"

struct _DeskOffers
{
  DeskSession *session;
  const DeskOffersHooks *hooks;
  gpointer user_data;
  GCancellable *cancellable;
  GHashTable *offers; /* gint64 * of the offer → DeskOffer */
  GHashTable *gone; /* gint64 *, while a fetch is under way */
};

static void
make (DeskOffers *self, JsonObject *json, gint64 now)
{
  g_autoptr (DeskOffer) offer = desk_offer_new_from_json (json, now);

  if (offer == NULL || g_hash_table_contains (self->offers, &offer->ticket_id)
      || g_hash_table_contains (self->gone, &offer->ticket_id))
    return;

  g_hash_table_insert (self->offers, &offer->ticket_id, desk_offer_ref (offer));
  self->hooks->made (offer, self->user_data);
}

static void
end (DeskOffers *self, gint64 ticket_id, const char *reason, const char *by, gboolean away)
{
  g_hash_table_add (self->gone, g_memdup2 (&ticket_id, sizeof ticket_id));
  g_hash_table_remove (self->offers, &ticket_id);
  self->hooks->gone (ticket_id, reason, by, away, self->user_data);
}

/* Those that the server does not name went while nobody listened. */
static void
end_others (DeskOffers *self, JsonArray *named)
{
  g_autoptr (GList) known = g_hash_table_get_values (self->offers);

  for (GList *item = known; item != NULL; item = item->next)
    {
      const DeskOffer *offer = item->data;
      gboolean is_named = FALSE;

      for (guint i = 0; i < json_array_get_length (named); i++)
        is_named |= desk_json_get_int (json_array_get_object_element (named, i), "ticket", 0)
                    == offer->ticket_id;
      if (!is_named)
        end (self, offer->ticket_id, "withdrawn", NULL, FALSE);
    }
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DeskOffers *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);
  JsonArray *named;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  named = answer != NULL ? desk_json_get_array (answer, "offers") : NULL;
  if (named != NULL)
    {
      end_others (self, named);
      for (guint i = 0; i < json_array_get_length (named); i++)
        make (self, json_array_get_object_element (named, i), desk_json_get_time (answer, "now"));
    }
  g_hash_table_remove_all (self->gone);
}

void
desk_offers_fetch (DeskOffers *self)
{
  g_hash_table_remove_all (self->gone);
  desk_session_call_async (self->session, "GET", "/offers", NULL, self->cancellable, fetched_cb,
                           self);
}

void
desk_offers_hear (DeskOffers *self, JsonObject *frame)
{
  const char *kind = desk_json_get_string (frame, "kind");
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *offer = data != NULL ? desk_json_get_object (data, "offer") : NULL;
  JsonObject *by;

  if (offer == NULL)
    return;

  if (g_strcmp0 (kind, "offer.made") == 0)
    {
      gint64 id = desk_json_get_int (offer, "ticket", 0);

      g_hash_table_remove (self->gone, &id);
      make (self, offer, desk_json_get_time (frame, "at"));
    }
  else if (g_strcmp0 (kind, "offer.gone") == 0)
    {
      by = desk_json_get_object (data, "by");
      end (self, desk_json_get_int (offer, "ticket", 0), desk_json_get_string (data, "reason"),
           by != NULL ? desk_json_get_string (by, "name") : NULL,
           g_strcmp0 (desk_json_get_string (data, "presence"), "away") == 0);
    }
}

DeskOffer *
desk_offers_find (DeskOffers *self, gint64 ticket_id)
{
  return g_hash_table_lookup (self->offers, &ticket_id);
}

DeskOffers *
desk_offers_new (DeskSession *session, const DeskOffersHooks *hooks, gpointer user_data)
{
  DeskOffers *self = g_new0 (DeskOffers, 1);

  self->session = g_object_ref (session);
  self->hooks = hooks;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->offers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify) desk_offer_unref);
  self->gone = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  return self;
}

void
desk_offers_free (DeskOffers *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_hash_table_unref (self->offers);
  g_hash_table_unref (self->gone);
  g_free (self);
}
