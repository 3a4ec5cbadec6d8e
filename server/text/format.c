/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A classifier as bytes. All numbers are little-endian, in this order:
 *
 *     "DBTC", version, labels, features                     4 bytes, 3 × 32 bits
 *     weight of an unknown feature                          a float
 *     calibration: constant and slopes                      floats
 *     each label: its length and its bytes                  32 bits and UTF-8
 *     the constant of each label                            floats
 *     the key of each feature, in order                     32 bits each
 *     the weight of each feature in a text                  floats
 *     each feature: a scale, and for each label a number    a float, bytes from -127 to 127
 *
 * A weight is scale times number: a byte is fine enough, since a margin is the sum of hundreds. */
#include "base/problem.h"
#include "text/classifier-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAGIC "DBTC"
#define VERSION 1
#define STEPS 127

static void
put_number (GByteArray *bytes, guint32 number)
{
  guint32 ordered = GUINT32_TO_LE (number);

  g_byte_array_append (bytes, (const guint8 *) &ordered, sizeof ordered);
}

static void
put_float (GByteArray *bytes, float value)
{
  guint32 number;

  memcpy (&number, &value, sizeof number);
  put_number (bytes, number);
}

static void
put_weights (GByteArray *bytes, const float *weights, guint count)
{
  float greatest = 0;
  float scale;

  for (guint i = 0; i < count; i++)
    greatest = MAX (greatest, fabsf (weights[i]));
  scale = greatest > 0 ? greatest / STEPS : 1;
  put_float (bytes, scale);
  for (guint i = 0; i < count; i++)
    {
      gint8 step = (gint8) lrintf (weights[i] / scale);

      g_byte_array_append (bytes, (const guint8 *) &step, 1);
    }
}

GBytes *
text_classifier_save (const TextClassifier *classifier)
{
  const TextVocabulary *vocabulary = classifier->vocabulary;
  const LinearModel *model = classifier->model;
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) MAGIC, strlen (MAGIC));
  put_number (bytes, VERSION);
  put_number (bytes, model->classes);
  put_number (bytes, model->features);
  put_float (bytes, text_vocabulary_stranger (vocabulary));
  put_float (bytes, (float) classifier->calibration.constant);
  for (guint i = 0; i < CALIBRATION_SIGNS; i++)
    put_float (bytes, (float) classifier->calibration.slopes[i]);
  for (guint i = 0; i < model->classes; i++)
    {
      const char *label = g_ptr_array_index (classifier->labels, i);

      put_number (bytes, (guint32) strlen (label));
      g_byte_array_append (bytes, (const guint8 *) label, (guint) strlen (label));
    }
  for (guint i = 0; i < model->classes; i++)
    put_float (bytes, linear_model_weights (model, model->features)[i]);
  for (guint i = 0; i < model->features; i++)
    put_number (bytes, text_vocabulary_keys (vocabulary)[i]);
  for (guint i = 0; i < model->features; i++)
    put_float (bytes, text_vocabulary_weights (vocabulary)[i]);
  for (guint i = 0; i < model->features; i++)
    put_weights (bytes, linear_model_weights (model, i), model->classes);
  return g_byte_array_free_to_bytes (bytes);
}

/* What is left to read; @failed once something was missing or senseless. */
typedef struct
{
  const guint8 *at;
  gsize left;
  gboolean failed;
} Reader;

/* Returns: @size bytes, or NULL. */
static const guint8 *
take (Reader *reader, gsize size)
{
  const guint8 *taken = reader->at;

  reader->failed |= size > reader->left;
  if (reader->failed)
    return NULL;
  reader->at += size;
  reader->left -= size;
  return taken;
}

static guint32
take_number (Reader *reader)
{
  const guint8 *bytes = take (reader, sizeof (guint32));
  guint32 number = 0;

  if (bytes != NULL)
    memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_LE (number);
}

static float
take_float (Reader *reader)
{
  guint32 number = take_number (reader);
  float value;

  memcpy (&value, &number, sizeof value);
  reader->failed |= !isfinite (value);
  return reader->failed ? 0 : value;
}

static void
take_labels (Reader *reader, GPtrArray *labels, guint count)
{
  for (guint i = 0; i < count && !reader->failed; i++)
    {
      guint32 length = take_number (reader);
      const guint8 *label = length <= TEXT_CLASSIFIER_LABEL_MAX ? take (reader, length) : NULL;

      reader->failed |= label == NULL || !g_utf8_validate ((const char *) label, length, NULL);
      if (!reader->failed)
        g_ptr_array_add (labels, g_strndup ((const char *) label, length));
    }
}

static void
take_weights (Reader *reader, float *weights, guint count)
{
  float scale = take_float (reader);
  const guint8 *steps = take (reader, count);

  for (guint i = 0; i < count && steps != NULL; i++)
    weights[i] = scale * (float) (gint8) steps[i];
}

/* The vocabulary and the weights of all its features. */
static void
take_features (Reader *reader, TextClassifier *classifier, guint count, float stranger)
{
  g_autofree guint32 *keys = g_new (guint32, count);
  g_autofree float *weights = g_new (float, count);

  for (guint i = 0; i < count; i++)
    keys[i] = take_number (reader);
  for (guint i = 0; i < count; i++)
    weights[i] = take_float (reader);
  classifier->vocabulary = text_vocabulary_restore (keys, weights, count, stranger);
  reader->failed |= classifier->vocabulary == NULL;
  for (guint i = 0; i < count && !reader->failed; i++)
    take_weights (reader, linear_model_weights (classifier->model, i), classifier->model->classes);
}

static void
take_classifier (Reader *reader, TextClassifier *classifier)
{
  guint classes = take_number (reader);
  guint features = take_number (reader);
  float stranger = take_float (reader);

  classifier->calibration.constant = take_float (reader);
  for (guint i = 0; i < CALIBRATION_SIGNS; i++)
    classifier->calibration.slopes[i] = take_float (reader);
  /* What follows has at least so many bytes, so nothing is made larger than what was given. */
  reader->failed |= classes < 2 || classes > TEXT_CLASSIFIER_LABELS_MAX
                    || (gsize) features * (3 * sizeof (guint32) + classes) > reader->left;
  if (reader->failed)
    return;
  classifier->model = linear_model_new (features, classes);
  take_labels (reader, classifier->labels, classes);
  for (guint i = 0; i < classes; i++)
    linear_model_weights (classifier->model, features)[i] = take_float (reader);
  take_features (reader, classifier, features, stranger);
  reader->failed |= reader->left > 0;
}

TextClassifier *
text_classifier_load (GBytes *bytes, GError **error)
{
  g_autoptr (TextClassifier) classifier = g_new0 (TextClassifier, 1);
  Reader reader = { .left = g_bytes_get_size (bytes) };
  const guint8 *magic;
  guint32 version;

  classifier->labels = g_ptr_array_new_with_free_func (g_free);
  reader.at = g_bytes_get_data (bytes, NULL);
  magic = take (&reader, strlen (MAGIC));
  if (magic == NULL || memcmp (magic, MAGIC, strlen (MAGIC)) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("This is no routing model."));
      return NULL;
    }
  version = take_number (&reader);
  if (version != VERSION)
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("This routing model has version %u; this server reads version %u."), version,
                   VERSION);
      return NULL;
    }
  take_classifier (&reader, classifier);
  if (reader.failed)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("This routing model is damaged."));
      return NULL;
    }
  return g_steal_pointer (&classifier);
}
