/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The statuses of the documented paths: one table says how each of ours is called on the paths of
 * tickets (/customerservices) and on those of conversations (/support). */
#pragma once

#include <glib.h>

typedef enum
{
  VOCABULARY_TICKETS, /* open, in_progress, resolved, closed */
  VOCABULARY_SUPPORT, /* open, pending, resolved, closed */
  VOCABULARIES,
} Vocabulary;

/* Every word of VOCABULARY_TICKETS, NULL-terminated. */
extern const char *const documented_ticket_statuses[];

/* What @status, one of ours, is called. */
const char *documented_status (Vocabulary vocabulary, const char *status);

/* Those of ours that @word stands for, as a filter says it (`open,assigned`).
 * Returns: (transfer full): @word itself when it is no word of the vocabulary. */
char *documented_status_filter (Vocabulary vocabulary, const char *word);
