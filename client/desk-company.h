/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who else is in a ticket at the moment: customers and colleagues who type, colleagues who have it
 * open. Heard from the live socket, put into the tickets, never written anywhere. Part of
 * #DeskClient.
 */

#pragma once

#include "desk-live.h"
#include "desk-store.h"

G_BEGIN_DECLS

typedef struct _DeskCompany DeskCompany;

/** desk_company_new: Returns: (transfer full): the company of the tickets in @store. */
DeskCompany *desk_company_new (DeskStore *store, DeskLive *live);

void desk_company_free (DeskCompany *self);

/** desk_company_say_typing: the person at this desk writes a reply in the ticket, or stopped. */
void desk_company_say_typing (DeskCompany *self, gint64 ticket_id, gboolean on);

/** desk_company_is_typing: Returns: whether the person at this desk writes a reply just now. */
gboolean desk_company_is_typing (DeskCompany *self);

/** desk_company_say_viewing: @ticket_id is open at this desk and looked at; 0 for none. */
void desk_company_say_viewing (DeskCompany *self, gint64 ticket_id);

G_END_DECLS
