/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tells texts of several kinds apart: learns from labelled ones, guesses, says how far the guess
 * can be trusted, and why it was made. Pure; a trained one never changes, and threads may share
 * it. */
#pragma once

#include <glib.h>

#define TEXT_CLASSIFIER_LABEL_MAX 200 /* bytes */
#define TEXT_CLASSIFIER_LABELS_MAX 1000

/* What to learn from. */
typedef struct TextLessons TextLessons;

TextLessons *text_lessons_new (void);

/* Adds @text with its @label; it counts as @importance texts. Only what the text is made of is
 * kept. */
void text_lessons_add (TextLessons *lessons, const char *text, const char *label, float importance);

guint text_lessons_count (const TextLessons *lessons);
guint text_lessons_count_labels (const TextLessons *lessons);
void text_lessons_free (TextLessons *lessons);

typedef struct TextClassifier TextClassifier;

/**
 * text_classifier_train:
 * @lessons: of two labels at least
 * @cancel: (nullable): stops early when it becomes other than 0
 *
 * Trains the model on everything; and before that, several times on a part, to learn from guesses
 * about the rest how far guesses can be trusted. Each time some labels are left out whole: so the
 * confidence reckons with requests of a kind that nobody has labelled yet.
 *
 * Returns: (transfer full): free with text_classifier_free(); NULL when cancelled
 */
TextClassifier *text_classifier_train (const TextLessons *lessons, const gint *cancel);

/* What a text seems to be. */
typedef struct
{
  const char *label; /* the classifier's */
  double confidence; /* the probability that this is right, between 0 and 1 */
  guint class; /* for text_classifier_reasons() */
} TextGuess;

TextGuess text_classifier_guess (const TextClassifier *classifier, const char *text);

/* Words, or pairs of them, that speak for a guess. */
typedef struct
{
  char *words;
  double weight; /* their part in the margin by which the class was chosen */
} TextReason;

/* What spoke most for the class @class in @text, at most @most, the strongest first.
 * Returns: (transfer full) (element-type TextReason) */
GArray *text_classifier_reasons (const TextClassifier *classifier, const char *text, guint class,
                                 guint most);

/* Whether @label is one that this one can guess. */
gboolean text_classifier_knows (const TextClassifier *classifier, const char *label);

/* As bytes of a format with a version: see text-classifier-format.c.
 * Returns: (transfer full) */
GBytes *text_classifier_save (const TextClassifier *classifier);

/* Returns: (transfer full): NULL with a problem when @bytes are not a classifier, or one of a
 * version that this server does not know. */
TextClassifier *text_classifier_load (GBytes *bytes, GError **error);

void text_classifier_free (TextClassifier *classifier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextLessons, text_lessons_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextClassifier, text_classifier_free)
