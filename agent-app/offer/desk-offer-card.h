/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The card above the list that says a new chat came. It never takes the focus; F8 accepts.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-ticket.h"

G_BEGIN_DECLS

#define DESK_TYPE_OFFER_CARD (desk_offer_card_get_type ())

G_DECLARE_FINAL_TYPE (DeskOfferCard, desk_offer_card, DESK, OFFER_CARD, GtkWidget)

GtkWidget *desk_offer_card_new (void);

/** desk_offer_card_add: shows @ticket, after the ones that are shown already. */
void desk_offer_card_add (DeskOfferCard *self, DeskTicket *ticket);

/** desk_offer_card_remove: somebody opened or answered @ticket. */
void desk_offer_card_remove (DeskOfferCard *self, DeskTicket *ticket);

/** desk_offer_card_get_ticket: Returns: (transfer none) (nullable): what F8 accepts. */
DeskTicket *desk_offer_card_get_ticket (DeskOfferCard *self);

G_END_DECLS
