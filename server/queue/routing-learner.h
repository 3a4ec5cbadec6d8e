/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Learning, from the site's own tickets, for whom a ticket is: one thread that yields to everybody
 * else, when enough tickets were answered, once a day when some were, or when an admin asks. A part
 * of the tickets is never learnt from: there the new model has to do better than the live one to
 * take its place. */
#pragma once

#include "base/services.h"

typedef struct RoutingLearner RoutingLearner;

/* Starts the thread. @services is borrowed and complete. Returns: (transfer full) */
RoutingLearner *routing_learner_start (const Services *services);

/* Breaks off what it learns, ends the thread and frees @learner; NULL does nothing. */
void routing_learner_stop (RoutingLearner *learner);
