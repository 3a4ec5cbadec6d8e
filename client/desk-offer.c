/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A counted structure that never changes.
 */

#include "desk-offer.h"

#include <glib/gi18n-lib.h>

#include "desk-json.h"

G_DEFINE_BOXED_TYPE (DeskOffer, desk_offer, desk_offer_ref, desk_offer_unref)

static void
clear (gpointer data)
{
  DeskOffer *self = data;

  g_free (self->customer);
  g_free (self->subject);
}

DeskOffer *
desk_offer_ref (DeskOffer *self)
{
  return g_rc_box_acquire (self);
}

void
desk_offer_unref (DeskOffer *self)
{
  g_rc_box_release_full (self, clear);
}

DeskOffer *
desk_offer_new_from_json (JsonObject *json, gint64 now)
{
  JsonObject *user = desk_json_get_object (json, "user");
  const char *name = user != NULL ? desk_json_get_string (user, "name") : NULL;
  gint64 expires_at = desk_json_get_time (json, "expires_at");
  DeskOffer *self;

  if (desk_json_get_int (json, "ticket", 0) == 0 || expires_at == 0)
    return NULL;

  self = g_rc_box_new0 (DeskOffer);
  self->ticket_id = desk_json_get_int (json, "ticket", 0);
  self->customer = g_strdup (name != NULL ? name : _ ("Visitor"));
  self->subject = g_strdup (desk_json_get_string (json, "subject"));
  self->channel = DESK_CHANNEL_CHAT;
  self->is_vip = user != NULL && g_strcmp0 (desk_json_get_string (user, "tier"), "vip") == 0;
  self->waiting_since = desk_json_get_time (json, "waiting_since");
  self->lasts = MAX (expires_at - desk_json_get_time (json, "made_at"), 1);
  self->ends_at = g_get_monotonic_time () + CLAMP (expires_at - now, 0, self->lasts);

  return self;
}

DeskOffer *
desk_offer_new_given (DeskTicket *ticket)
{
  DeskOffer *self = g_rc_box_new0 (DeskOffer);

  self->ticket_id = desk_ticket_get_id (ticket);
  self->customer = g_strdup (desk_ticket_get_customer_name (ticket));
  self->subject = g_strdup (desk_ticket_get_subject (ticket));
  self->channel = desk_ticket_get_channel (ticket);
  self->is_vip = desk_ticket_is_vip (ticket);
  self->waiting_since = desk_ticket_get_created_at (ticket);

  return self;
}

gboolean
desk_offer_is_given (const DeskOffer *self)
{
  return self->ends_at == 0;
}
