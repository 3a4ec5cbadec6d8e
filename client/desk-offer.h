/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A chat that came to this desk: one that the person is asked to take, with the time there is to
 * answer, or one that was given and that nobody has looked at yet.
 */

#pragma once

#include "desk-ticket.h"

G_BEGIN_DECLS

#define DESK_TYPE_OFFER (desk_offer_get_type ())

typedef struct
{
  gint64 ticket_id;
  char *customer; /* never empty */
  char *subject;
  DeskChannel channel;
  gboolean is_vip;
  gint64 waiting_since; /* microseconds since 1970, UTC */
  gint64 ends_at; /* monotonic, in microseconds; 0 for what was given */
  gint64 lasts; /* microseconds from asking to its end */
} DeskOffer;

GType desk_offer_get_type (void);

/**
 * desk_offer_new_from_json:
 * @json: an offer of the protocol
 * @now: the server's clock at this moment, microseconds since 1970
 *
 * Time that is left is counted here by a clock that nobody can set.
 *
 * Returns: (transfer full): %NULL when @json is none.
 */
DeskOffer *desk_offer_new_from_json (JsonObject *json, gint64 now);

/** desk_offer_new_given: Returns: (transfer full): @ticket, which is ours already. */
DeskOffer *desk_offer_new_given (DeskTicket *ticket);

/** desk_offer_ref: Returns: (transfer full): @self. */
DeskOffer *desk_offer_ref (DeskOffer *self);
void desk_offer_unref (DeskOffer *self);

/** desk_offer_is_given: Returns: whether nobody has to answer. */
gboolean desk_offer_is_given (const DeskOffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskOffer, desk_offer_unref)

G_END_DECLS
