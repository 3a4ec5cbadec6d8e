/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: what narrows a list of tickets. An address and a saved view say it in the same
 * words, which one reader understands. */
#pragma once

#include "http/request.h"

/* Where the values stand. */
typedef struct
{
  /* The value of @name, borrowed; NULL when there is none. */
  const char *(*get) (gconstpointer values, const char *name);
  gconstpointer values;
} FilterSource;

/* Every name that a filter may have, NULL-terminated. */
extern const char *const filter_names[];

/* @word, a value of the filter @name, as the database has it: `medium` is the priority `normal`,
 * and tags are written in one way.
 * Returns: (transfer full) */
char *filter_word (const char *name, const char *word);

typedef struct
{
  GString *json; /* an object with fields of the schema's type ticket_filter */
  const char *search; /* borrowed: what is still to be looked up; NULL for nothing */
} TicketFilter;

/* Reads what @source says into @filter, for @actor, who is `me`; a customer's is narrowed to the
 * customer's own tickets. Release it with ticket_filter_clear() whatever came of it.
 * FALSE with `bad_request` that names what is not possible, or `forbidden`. */
gboolean ticket_filter_read (TicketFilter *filter, const FilterSource *source, const Actor *actor,
                             GError **error);
void ticket_filter_clear (TicketFilter *filter);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TicketFilter, ticket_filter_clear)

/* Narrows @filter to what its search finds, if it has one. FALSE with a problem. */
gboolean ticket_filter_look_up (TicketFilter *filter, Db *db, const Actor *actor, GError **error);

/* One page of the tickets that @source lets through, from where the request's `after` says.
 * Returns: (transfer full): NULL with a problem. */
Reply *ticket_list_page (Db *db, const Request *request, const FilterSource *source,
                         GError **error);
