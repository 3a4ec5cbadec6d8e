/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a member of staff asked to hear. Customers have no topics: they hear their own tickets. */
#pragma once

#include <glib.h>

/* The most names in one `subscribe`. */
#define TOPICS_MAX 200

typedef struct
{
  gboolean tickets; /* every ticket */
  gboolean presence;
  GArray *chosen; /* gint64: tickets by id; NULL for none */
} Topics;

/* The default: `tickets` and `presence`. */
void topics_init (Topics *topics);

/* Replaces @topics by those that @names say.
 * Returns: the first name that is no topic (borrowed), then nothing was changed; or NULL. */
const char *topics_replace (Topics *topics, const char *const *names);

gboolean topics_cover_ticket (const Topics *topics, gint64 ticket_id);
void topics_clear (Topics *topics);
