/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The features that a model knows, and how much each of them says: what stands in every text says
 * nothing. Turns a text's features into the row that a linear model reads. Pure. */
#pragma once

#include "text/linear-model.h"

typedef struct TextVocabulary TextVocabulary;

/* What to learn a vocabulary from, text by text. */
typedef struct TextCensus TextCensus;

TextCensus *text_census_new (void);

/* Counts one text. @features (element-type TextFeature). */
void text_census_add (TextCensus *census, const GArray *features);
void text_census_free (TextCensus *census);

/* Those features of @census that stand in at least @texts_min texts, at most @most of them, the
 * commonest first.
 * Returns: (transfer full): free with text_vocabulary_free(). */
TextVocabulary *text_vocabulary_new (const TextCensus *census, guint texts_min, guint most);

/* One that was kept: @count keys in order, and the weight of each; both are copied. @stranger is
 * the weight of a feature that is not known.
 * Returns: (transfer full): NULL when they are not in order. */
TextVocabulary *text_vocabulary_restore (const guint32 *keys, const float *weights, guint count,
                                         float stranger);

/* What text_vocabulary_restore() takes. */
guint text_vocabulary_size (const TextVocabulary *vocabulary);
const guint32 *text_vocabulary_keys (const TextVocabulary *vocabulary);
const float *text_vocabulary_weights (const TextVocabulary *vocabulary);
float text_vocabulary_stranger (const TextVocabulary *vocabulary);

/* The number of the feature with @key; G_MAXUINT when it is not known. */
guint text_vocabulary_find (const TextVocabulary *vocabulary, guint32 key);

/* Appends the row of a text to @entries (element-type LinearEntry): each known feature by the
 * logarithm of its count times its weight, words and characters each of length 1 before what is
 * not known is left out. So a text in which little is known is short. @features (element-type
 * TextFeature). */
void text_vocabulary_row (const TextVocabulary *vocabulary, const GArray *features,
                          GArray *entries);

void text_vocabulary_free (TextVocabulary *vocabulary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextVocabulary, text_vocabulary_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextCensus, text_census_free)
