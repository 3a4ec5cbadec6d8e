/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Text cut into words, as people of every script mean them. The search index, questions to it, and
 * the routing by text read the same words; no locale of a database has a say in it. */
#pragma once

#include <glib.h>

/* Longer words are cut off. Characters. */
#define WORD_LENGTH_MAX 64

typedef enum
{
  WORD_LETTERS, /* in a script that puts spaces between words */
  WORD_NUMBER, /* digits */
  WORD_GRAM, /* two neighbours in a script without spaces: Chinese, Japanese, Korean, Thai, … */
  WORD_TAIL, /* the last character of such a stretch, so that each one begins some word */
  WORD_LONG_NUMBER, /* `#` and all digits of a phone or order number, or `~` and the last eight */
} WordKind;

/* A piece of a text. Its own text is lower case and in NFC; Latin, Greek, Arabic and Hebrew have
 * lost their accents, all digits are ASCII. It holds letters, marks and digits only, so that
 * quoting it is putting quotes around it. */
typedef struct
{
  char *text;
  WordKind kind;
  gsize start, end; /* bytes in the text that was cut */
  guint position; /* counted from 1; a long number stands where its first digit does */
} Word;

/* Cuts @text (UTF-8).
 * Returns: (transfer full) (element-type Word): in order, long numbers behind all others. */
GArray *words_cut (const char *text);
