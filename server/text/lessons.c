/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Training a text classifier: lessons, folds, the model, the calibration. */
#include "text/classifier-private.h"
#include "text/features.h"

#include <string.h>

#define TEXTS_MIN 2 /* of a feature that is known; what stands in one text alone says nothing */
#define FEATURES_MAX (1u << 17)
#define COST 0.5
#define ROUNDS 10
#define FOLDS 5
#define SEED 20261122

typedef struct
{
  GArray *features; /* of TextFeature */
  guint label;
  float importance;
} Lesson;

struct TextLessons
{
  GArray *lessons;
  GPtrArray *labels; /* of char *, in order of appearance */
  GHashTable *numbers; /* label → its number; keys are those of @labels */
};

static void
lesson_clear (gpointer data)
{
  g_array_unref (((Lesson *) data)->features);
}

TextLessons *
text_lessons_new (void)
{
  TextLessons *lessons = g_new0 (TextLessons, 1);

  lessons->lessons = g_array_new (FALSE, FALSE, sizeof (Lesson));
  g_array_set_clear_func (lessons->lessons, lesson_clear);
  lessons->labels = g_ptr_array_new_with_free_func (g_free);
  lessons->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  return lessons;
}

static guint
number_label (TextLessons *lessons, const char *label)
{
  gpointer number = g_hash_table_lookup (lessons->numbers, label); /* counted from 1 */
  char *copy;

  if (number == NULL)
    {
      copy = g_strdup (label);
      g_ptr_array_add (lessons->labels, copy);
      number = GUINT_TO_POINTER (lessons->labels->len);
      g_hash_table_insert (lessons->numbers, copy, number);
    }
  return GPOINTER_TO_UINT (number) - 1;
}

void
text_lessons_add (TextLessons *lessons, const char *text, const char *label, float importance)
{
  g_autoptr (GArray) features = text_features (text);
  Lesson lesson = { .label = number_label (lessons, label), .importance = importance };

  /* An array made by appending has room for twice as much. */
  lesson.features = g_array_sized_new (FALSE, FALSE, sizeof (TextFeature), features->len);
  g_array_append_vals (lesson.features, features->data, features->len);
  g_array_append_val (lessons->lessons, lesson);
}

guint
text_lessons_count (const TextLessons *lessons)
{
  return lessons->lessons->len;
}

guint
text_lessons_count_labels (const TextLessons *lessons)
{
  return lessons->labels->len;
}

void
text_lessons_free (TextLessons *lessons)
{
  g_hash_table_unref (lessons->numbers);
  g_ptr_array_unref (lessons->labels);
  g_array_unref (lessons->lessons);
  g_free (lessons);
}

static const Lesson *
lesson_at (const TextLessons *lessons, guint index)
{
  return &g_array_index (lessons->lessons, Lesson, index);
}

/* A vocabulary and the model that reads it. */
typedef struct
{
  TextVocabulary *vocabulary;
  LinearModel *model;
} Pupil;

static void
pupil_clear (Pupil *pupil)
{
  g_clear_pointer (&pupil->vocabulary, text_vocabulary_free);
  g_clear_pointer (&pupil->model, linear_model_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pupil, pupil_clear)

static TextVocabulary *
learn_words (const TextLessons *lessons, const GArray *chosen)
{
  g_autoptr (TextCensus) census = text_census_new ();
  guint most = MIN (FEATURES_MAX, TEXT_CLASSIFIER_WEIGHTS_MAX / MAX (lessons->labels->len, 1));

  for (guint i = 0; i < chosen->len; i++)
    text_census_add (census, lesson_at (lessons, g_array_index (chosen, guint, i))->features);
  return text_vocabulary_new (census, TEXTS_MIN, most);
}

/* Trains on the lessons whose numbers are @chosen. Returns: FALSE when cancelled. */
static gboolean
teach (Pupil *pupil, const TextLessons *lessons, const GArray *chosen, const gint *cancel)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (LinearEntry));
  g_autofree gsize *starts = g_new (gsize, chosen->len + 1);
  g_autofree guint *labels = g_new (guint, chosen->len);
  g_autofree float *importance = g_new (float, chosen->len);
  LinearData data = { .rows = chosen->len,
                      .classes = lessons->labels->len,
                      .starts = starts,
                      .labels = labels,
                      .importance = importance };

  pupil->vocabulary = learn_words (lessons, chosen);
  for (guint i = 0; i < chosen->len; i++)
    {
      const Lesson *lesson = lesson_at (lessons, g_array_index (chosen, guint, i));

      starts[i] = entries->len;
      labels[i] = lesson->label;
      importance[i] = lesson->importance;
      text_vocabulary_row (pupil->vocabulary, lesson->features, entries);
    }
  starts[chosen->len] = entries->len;
  data.entries = (const LinearEntry *) entries->data;
  data.features = text_vocabulary_size (pupil->vocabulary);
  pupil->model = linear_model_train (&data, COST, ROUNDS, cancel);
  return pupil->model != NULL;
}

/* Whether fold @fold learns nothing of @label. Two labels at least are left. */
static gboolean
is_left_out (const TextLessons *lessons, guint fold, guint label)
{
  return lessons->labels->len > 2 && label % FOLDS == fold;
}

/* Guesses about the lessons of @fold by one who learnt from the others. */
static gboolean
examine (const TextLessons *lessons, const guint8 *folds, guint fold, GArray *guesses,
         const gint *cancel)
{
  g_autoptr (GArray) chosen = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (LinearEntry));
  g_auto (Pupil) pupil = { NULL, NULL };

  for (guint i = 0; i < lessons->lessons->len; i++)
    {
      if (folds[i] != fold && !is_left_out (lessons, fold, lesson_at (lessons, i)->label))
        g_array_append_val (chosen, i);
    }
  if (chosen->len == 0)
    return TRUE;
  if (!teach (&pupil, lessons, chosen, cancel))
    return FALSE;
  for (guint i = 0; i < lessons->lessons->len; i++)
    {
      const Lesson *lesson = lesson_at (lessons, i);
      CalibrationGuess guess;

      if (folds[i] != fold)
        continue;
      g_array_set_size (entries, 0);
      text_vocabulary_row (pupil.vocabulary, lesson->features, entries);
      guess.is_right = text_classifier_choose (pupil.model, (const LinearEntry *) entries->data,
                                               entries->len, guess.signs)
                       == lesson->label;
      g_array_append_val (guesses, guess);
    }
  return TRUE;
}

static gboolean
calibrate (const TextLessons *lessons, Calibration *calibration, const gint *cancel)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (SEED);
  g_autofree guint8 *folds = g_new (guint8, lessons->lessons->len);
  g_autoptr (GArray) guesses = g_array_new (FALSE, FALSE, sizeof (CalibrationGuess));

  for (guint i = 0; i < lessons->lessons->len; i++)
    folds[i] = (guint8) g_rand_int_range (dice, 0, FOLDS);
  for (guint fold = 0; fold < FOLDS; fold++)
    {
      if (!examine (lessons, folds, fold, guesses, cancel))
        return FALSE;
    }
  *calibration = calibration_fit ((const CalibrationGuess *) guesses->data, guesses->len);
  return TRUE;
}

TextClassifier *
text_classifier_train (const TextLessons *lessons, const gint *cancel)
{
  g_autoptr (TextClassifier) classifier = g_new0 (TextClassifier, 1);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (Pupil) pupil = { NULL, NULL };

  classifier->labels = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < lessons->labels->len; i++)
    g_ptr_array_add (classifier->labels, g_strdup (g_ptr_array_index (lessons->labels, i)));
  for (guint i = 0; i < lessons->lessons->len; i++)
    g_array_append_val (all, i);
  if (!calibrate (lessons, &classifier->calibration, cancel)
      || !teach (&pupil, lessons, all, cancel))
    return NULL;
  classifier->vocabulary = g_steal_pointer (&pupil.vocabulary);
  classifier->model = g_steal_pointer (&pupil.model);
  return g_steal_pointer (&classifier);
}
