/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The chats that this account is asked to take: fetched after each welcome, kept by events. Part
 * of #DeskClient.
 */

#pragma once

#include "desk-offer.h"
#include "desk-session.h"

G_BEGIN_DECLS

typedef struct _DeskOffers DeskOffers;

/* Where offers come and go. @reason is a word of the protocol, @by (nullable) the name of who was
 * faster, @away says that the account is Away now. */
typedef struct
{
  void (*made) (DeskOffer *offer, gpointer user_data);
  void (*gone) (gint64 ticket_id, const char *reason, const char *by, gboolean away,
                gpointer user_data);
} DeskOffersHooks;

/** desk_offers_new: Returns: (transfer full): no offers yet. @hooks has to stay. */
DeskOffers *desk_offers_new (DeskSession *session, const DeskOffersHooks *hooks,
                             gpointer user_data);

void desk_offers_free (DeskOffers *self);

/** desk_offers_fetch: asks the server which there are. */
void desk_offers_fetch (DeskOffers *self);

/** desk_offers_hear: @frame: an event of any kind. */
void desk_offers_hear (DeskOffers *self, JsonObject *frame);

/** desk_offers_find: Returns: (transfer none) (nullable): the offer of the ticket. */
DeskOffer *desk_offers_find (DeskOffers *self, gint64 ticket_id);

G_END_DECLS
