/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The thread that fills the search index from committed events, behind the backs of those who
 * write: what was committed can be found about a second later, and no message ever waits for the
 * index. */
#pragma once

#include "base/services.h"

#include <glib.h>

typedef struct SearchFold SearchFold;

/* @services is borrowed. Nothing runs before search_fold_start(). */
SearchFold *search_fold_new (const Services *services);

/* Begins the index anew when an older version of this program made it, and starts the thread. */
gboolean search_fold_start (SearchFold *fold, GError **error);

/* RelayListener: something may have to be indexed. @data is the SearchFold. */
void search_fold_hear (const GPtrArray *events, gpointer data);

/* Stops the thread between two transactions. What is not indexed yet will be after the next
 * start. */
void search_fold_stop (SearchFold *fold);
void search_fold_free (SearchFold *fold);
