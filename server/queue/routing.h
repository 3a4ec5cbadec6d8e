/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading for whom new tickets are whose department nobody chose. One belongs to one thread: the
 * dispatcher's, which hands out only what has been sorted. */
#pragma once

#include "db/db.h"

typedef struct Routing Routing;

Routing *routing_new (void);

/* Reads every ticket that is not sorted yet, and moves those that are surely for another
 * department than the default one. @sorted (element-type gint64) gets the tickets. FALSE with a
 * problem when the database did not do it. */
gboolean routing_sort (Routing *routing, Db *db, GArray *sorted, GError **error);
void routing_free (Routing *routing);
