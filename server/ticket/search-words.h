/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Text cut into what can be searched for. What is indexed, what is asked for and what is
 * highlighted all pass through here, so they cannot disagree; and no locale of a database has a
 * say in it. */
#pragma once

#include <glib.h>

/* A change of how text is cut makes the index useless: raise this, and every server rebuilds its
 * own. */
#define SEARCH_WORDS_VERSION 1

/* Longer words are cut off, in the index and in questions alike. Characters. */
#define SEARCH_WORD_MAX 64

typedef enum
{
  SEARCH_WORD, /* letters, in a script that puts spaces between words */
  SEARCH_NUMBER, /* digits */
  SEARCH_GRAM, /* two neighbours in a script without spaces: Chinese, Japanese, Korean, Thai, … */
  SEARCH_TAIL, /* the last character of such a stretch, so that each one begins some token */
  SEARCH_LONG_NUMBER, /* `#` and all digits of a phone or order number, or `~` and the last eight */
} SearchKind;

/* A piece of a text. Its own text is lower case and in NFC; Latin, Greek, Arabic and Hebrew have
 * lost their accents, all digits are ASCII. It holds letters, marks and digits only, so that
 * quoting it is putting quotes around it. */
typedef struct
{
  char *text;
  SearchKind kind;
  gsize start, end; /* bytes in the text that was cut */
  guint position; /* counted from 1; a long number stands where its first digit does */
} SearchToken;

/* Cuts @text (UTF-8).
 * Returns: (transfer full) (element-type SearchToken): in order, long numbers behind all others. */
GArray *search_cut (const char *text);

/* Returns: (transfer full): @tokens as PostgreSQL reads a tsvector. */
char *search_terms (const GArray *tokens);

/* Whether @token is a word of the dictionary that corrects slips: not a single letter, not a
 * monster. */
gboolean search_is_dictionary_word (const SearchToken *token);

/* How many characters have to be inserted, removed, replaced or swapped with their neighbour to
 * make @b of @a (optimal string alignment). Stops counting above @most. */
guint search_distance (const char *a, const char *b, guint most);
