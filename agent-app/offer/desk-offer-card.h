/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The card above the list that says a new chat came. It never takes the focus; F8 accepts, and a
 * ring shows how long there is to answer.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-offer.h"

G_BEGIN_DECLS

#define DESK_TYPE_OFFER_CARD (desk_offer_card_get_type ())

G_DECLARE_FINAL_TYPE (DeskOfferCard, desk_offer_card, DESK, OFFER_CARD, GtkWidget)

GtkWidget *desk_offer_card_new (void);

/** desk_offer_card_add: shows @offer, in place of one of the same ticket. */
void desk_offer_card_add (DeskOfferCard *self, DeskOffer *offer);

/** desk_offer_card_remove: Returns: whether the ticket was shown, or stood behind another one. */
gboolean desk_offer_card_remove (DeskOfferCard *self, gint64 ticket_id);

/** desk_offer_card_clear: nothing is offered to whoever is at the desk now. */
void desk_offer_card_clear (DeskOfferCard *self);

/** desk_offer_card_find: Returns: (transfer none) (nullable): what the card has of the ticket. */
const DeskOffer *desk_offer_card_find (DeskOfferCard *self, gint64 ticket_id);

/** desk_offer_card_get: Returns: (transfer none) (nullable): what F8 accepts. */
const DeskOffer *desk_offer_card_get (DeskOfferCard *self);

G_END_DECLS
