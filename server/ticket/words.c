/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The fixed words of a ticket, as the schema's types have them. */
#include "ticket/ticket.h"

const char *const ticket_statuses[]
    = { "open", "assigned", "in_progress", "waiting_on_customer", "resolved", "closed", NULL };
const char *const ticket_channels[] = { "chat", "portal", "email", "api", NULL };

const char *
ticket_priority_word (const char *word)
{
  return g_strcmp0 (word, "medium") == 0 ? "normal" : word;
}
