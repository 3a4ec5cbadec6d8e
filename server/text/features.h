/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A text as features that a linear model can weigh: single words, pairs of neighbours, and
 * stretches of three to five characters inside words, which still match where a word is inflected
 * or misspelt. Characters are code points of folded text, so every script counts alike. Pure. */
#pragma once

#include <glib.h>

/* What stands behind these many bytes of a text says nothing new about what it is about. */
#define TEXT_FEATURES_BYTES 4000

/* Bit of a key: a stretch of characters, not words. The two kinds are weighed apart. */
#define TEXT_FEATURE_CHARACTERS 1u

/* An n-gram, known by its hash alone. */
typedef struct
{
  guint32 key;
  guint32 count; /* how often it stands in the text */
} TextFeature;

/* Told of every n-gram of a text. @words is what it is to people: the words themselves, or the word
 * that a stretch of characters belongs to; only there during the call. */
typedef void (*TextFeatureFunc) (guint32 key, const char *words, gpointer data);

/* Calls @func for every n-gram of @text (UTF-8), as often as it stands there. */
void text_features_each (const char *text, TextFeatureFunc func, gpointer data);

/* Returns: (transfer full) (element-type TextFeature): those of @text, by key, each once. */
GArray *text_features (const char *text);
