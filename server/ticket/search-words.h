/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Words as the search index knows them. What is indexed, what is asked for and what is highlighted
 * are all cut by words_cut(), so they cannot disagree. */
#pragma once

#include "text/words.h"

/* A change of how text is cut makes the index useless: raise this, and every server rebuilds its
 * own. */
#define SEARCH_WORDS_VERSION 1

/* Returns: (transfer full): @words as PostgreSQL reads a tsvector. */
char *search_terms (const GArray *words);

/* Whether @word is one of the dictionary that corrects slips: not a single letter, not a
 * monster. */
gboolean search_is_dictionary_word (const Word *word);

/* How many characters have to be inserted, removed, replaced or swapped with their neighbour to
 * make @b of @a (optimal string alignment). Stops counting above @most. */
guint search_distance (const char *a, const char *b, guint most);
