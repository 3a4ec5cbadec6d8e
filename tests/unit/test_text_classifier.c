/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a text is made of, what is learnt from labelled ones, how honest the confidence is, and that
 * a kept model is the same model or none. */
#include "text/calibration.h"
#include "text/linear-model.h"
#include "text/classifier.h"
#include "text/features.h"

#include <math.h>
#include <string.h>

static gboolean
share_features (const char *one, const char *other)
{
  g_autoptr (GArray) a = text_features (one);
  g_autoptr (GArray) b = text_features (other);

  for (guint i = 0; i < a->len; i++)
    {
      for (guint j = 0; j < b->len; j++)
        {
          if (g_array_index (a, TextFeature, i).key == g_array_index (b, TextFeature, j).key)
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
same_features (const char *one, const char *other)
{
  g_autoptr (GArray) a = text_features (one);
  g_autoptr (GArray) b = text_features (other);

  return a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (TextFeature)) == 0;
}

static void
test_features_are_what_people_read (void)
{
  g_assert_true (same_features ("My REFUND, please!", "my refund please"));
  g_assert_true (same_features ("Caf\u00e9", "CAFE\u0301"));
  /* Precomposed or not, with a joiner or without. */
  g_assert_true (same_features ("\u09df", "\u09af\u09bc"));
  g_assert_true (same_features ("order 83641", "order 99127"));
  g_assert_false (same_features ("order 8364", "order 99127"));
  g_assert_false (same_features ("24 hours", "36 hours"));
  g_assert_false (same_features ("refund my order", "order my refund"));
  g_assert_true (share_features ("refunded", "refunding"));
  g_assert_true (share_features ("টাকা ফেরত", "ফেরতের"));
  g_assert_true (share_features ("我要退款", "退款在哪里"));
  g_assert_false (share_features ("refund", "কুরিয়ার"));
}

static void
test_features_are_in_order_and_counted (void)
{
  g_autoptr (GArray) features = text_features ("no no no");
  g_autoptr (GArray) nothing = text_features (" … ?!");
  guint most = 0;

  for (guint i = 0; i < features->len; i++)
    {
      const TextFeature *feature = &g_array_index (features, TextFeature, i);

      g_assert_true (i == 0 || feature[-1].key < feature->key);
      most = MAX (most, feature->count);
    }
  g_assert_cmpuint (most, ==, 3);
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
test_a_long_text_is_cut_between_characters (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (GArray) features = NULL;

  while (text->len < 3 * TEXT_FEATURES_BYTES)
    g_string_append (text, "ক");
  features = text_features (text->str);
  g_assert_cmpuint (features->len, >, 0);
}

/* Rows of one value each, which a line through 0 cannot tell apart, but with a constant. */
static void
test_a_model_finds_what_separates (void)
{
  const LinearEntry entries[] = { { 0, 1 }, { 0, 0.8f }, { 0, 0.1f }, { 0, 0.2f } };
  const gsize starts[] = { 0, 1, 2, 3, 4 };
  const guint labels[] = { 1, 1, 0, 0 };
  const LinearData data = { 4, 1, 2, starts, entries, labels, NULL };
  g_autoptr (LinearModel) model = linear_model_train (&data, 100, 1000, NULL);
  g_autofree float *margins = g_new (float, model->stride);

  for (guint row = 0; row < 4; row++)
    {
      linear_model_margins (model, &entries[row], 1, margins);
      g_assert_cmpuint (margins[1] > margins[0], ==, labels[row]);
    }
}

/* min ½w² + ½b² + C Σ max(0, 1 − y(wx + b))² of one row x = y = 1 is w = b = 2C/(1 + 4C), by its
 * derivative. */
static void
test_a_model_is_the_minimum (void)
{
  const LinearEntry entry = { 0, 1 };
  const gsize starts[] = { 0, 1 };
  const guint label = 0;
  const LinearData data = { 1, 1, 2, starts, &entry, &label, NULL };
  const double costs[] = { 0.1, 0.5, 1, 20 };

  for (guint i = 0; i < G_N_ELEMENTS (costs); i++)
    {
      g_autoptr (LinearModel) model = linear_model_train (&data, costs[i], 100, NULL);
      double expected = 2 * costs[i] / (1 + 4 * costs[i]);

      for (guint feature = 0; feature < 2; feature++)
        {
          g_assert_cmpfloat_with_epsilon (linear_model_weights (model, feature)[0], expected, 1e-4);
          g_assert_cmpfloat_with_epsilon (linear_model_weights (model, feature)[1], -expected,
                                          1e-4);
        }
    }
}

static void
test_training_can_be_stopped (void)
{
  const LinearEntry entry = { 0, 1 };
  const gsize starts[] = { 0, 1 };
  const guint label = 0;
  const LinearData data = { 1, 1, 2, starts, &entry, &label, NULL };
  const gint cancel = 1;

  g_assert_null (linear_model_train (&data, 1, 100, &cancel));
}

/* Guesses that are right as often as a known formula says. */
static void
test_confidence_is_how_often_it_is_right (void)
{
  const Calibration truth = { -0.5, { 1.5, 2, -0.7 } };
  g_autoptr (GRand) dice = g_rand_new_with_seed (7);
  g_autofree CalibrationGuess *guesses = g_new (CalibrationGuess, 20000);
  double error = 0;
  Calibration fitted;

  for (guint i = 0; i < 20000; i++)
    {
      for (guint s = 0; s < CALIBRATION_SIGNS; s++)
        guesses[i].signs[s] = g_rand_double_range (dice, -2, 2);
      guesses[i].is_right
          = g_rand_double (dice) < calibration_confidence (&truth, guesses[i].signs);
    }
  fitted = calibration_fit (guesses, 20000);
  for (guint i = 0; i < 1000; i++)
    error += fabs (calibration_confidence (&truth, guesses[i].signs)
                   - calibration_confidence (&fitted, guesses[i].signs));
  g_assert_cmpfloat (error / 1000, <, 0.01);
}

static void
test_calibration_survives_any_guesses (void)
{
  CalibrationGuess guesses[40] = { 0 };
  Calibration fitted = calibration_fit (guesses, 0);

  g_assert_cmpfloat (calibration_confidence (&fitted, guesses[0].signs), ==, 0.5);
  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      guesses[i].signs[0] = i;
      guesses[i].is_right = i >= 20;
    }
  fitted = calibration_fit (guesses, G_N_ELEMENTS (guesses));
  g_assert_cmpfloat (calibration_confidence (&fitted, guesses[0].signs), <, 0.2);
  g_assert_cmpfloat (calibration_confidence (&fitted, guesses[39].signs), >, 0.8);
  for (guint i = 0; i < G_N_ELEMENTS (guesses); i++)
    guesses[i].is_right = TRUE;
  fitted = calibration_fit (guesses, G_N_ELEMENTS (guesses));
  g_assert_cmpfloat (calibration_confidence (&fitted, guesses[39].signs), >, 0.9);
}

/* Sentences about three things, in two scripts, made of words that belong to them. */
static const char *const words[][6] = {
  { "refund", "invoice", "paid twice", "টাকা ফেরত", "রসিদ", "money" },
  { "parcel", "courier", "tracking", "কুরিয়ার", "ঠিকানা", "delivered late" },
  { "password", "sign in", "account locked", "পাসওয়ার্ড", "লগইন", "reset code" },
};
static const char *const labels[] = { "billing", "delivery", "account" };
static const char *const around[] = { "please help with", "my", "about the", "hello", "what of" };

static char *
say (GRand *dice, guint topic)
{
  const char *const *topical = words[topic];

  return g_strdup_printf ("%s %s %s %s", around[g_rand_int_range (dice, 0, G_N_ELEMENTS (around))],
                          topical[g_rand_int_range (dice, 0, 6)],
                          around[g_rand_int_range (dice, 0, G_N_ELEMENTS (around))],
                          topical[g_rand_int_range (dice, 0, 6)]);
}

static TextClassifier *
teach (void)
{
  g_autoptr (TextLessons) lessons = text_lessons_new ();
  g_autoptr (GRand) dice = g_rand_new_with_seed (3);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *text = say (dice, i % 3);

      text_lessons_add (lessons, text, labels[i % 3], 1);
    }
  return text_classifier_train (lessons, NULL);
}

static void
test_learns_guesses_and_says_why (void)
{
  g_autoptr (TextClassifier) classifier = teach ();
  TextGuess guess = text_classifier_guess (classifier, "Please help with my refund: the money!");
  g_autoptr (GArray) reasons
      = text_classifier_reasons (classifier, "Please help with my refund: the money!", guess.class,
                                 3);
  TextGuess bengali = text_classifier_guess (classifier, "কুরিয়ারের ঠিকানা");
  TextGuess stranger = text_classifier_guess (classifier, "Швидкість вітру");

  g_assert_cmpstr (guess.label, ==, "billing");
  g_assert_cmpfloat (guess.confidence, >, 0.5);
  g_assert_cmpuint (reasons->len, ==, 3);
  g_assert_cmpfloat (g_array_index (reasons, TextReason, 0).weight, >, 0);
  g_assert_cmpfloat (g_array_index (reasons, TextReason, 0).weight, >=,
                     g_array_index (reasons, TextReason, 1).weight);
  g_assert_nonnull (strstr ("refund money", g_array_index (reasons, TextReason, 0).words));
  g_assert_cmpstr (bengali.label, ==, "delivery");
  g_assert_cmpfloat (stranger.confidence, ==, 0);
  g_assert_true (text_classifier_knows (classifier, "account"));
  g_assert_false (text_classifier_knows (classifier, "sales"));
}

static void
test_a_kept_model_guesses_the_same (void)
{
  g_autoptr (TextClassifier) classifier = teach ();
  g_autoptr (GBytes) bytes = text_classifier_save (classifier);
  g_autoptr (TextClassifier) again = text_classifier_load (bytes, NULL);
  g_autoptr (GRand) dice = g_rand_new_with_seed (5);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = say (dice, i % 3);
      TextGuess one = text_classifier_guess (classifier, text);
      TextGuess other = text_classifier_guess (again, text);

      g_assert_cmpstr (one.label, ==, labels[i % 3]);
      g_assert_cmpstr (one.label, ==, other.label);
      g_assert_cmpfloat_with_epsilon (one.confidence, other.confidence, 0.02);
    }
}

static void
assert_refused (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;

  g_assert_null (text_classifier_load (bytes, &error));
  g_assert_nonnull (error);
}

static void
test_a_damaged_model_is_none (void)
{
  g_autoptr (TextClassifier) classifier = teach ();
  g_autoptr (GBytes) bytes = text_classifier_save (classifier);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);

  for (gsize length = 0; length < size; length += 1 + length / 50)
    assert_refused (data, length);
  copy[4]++;
  assert_refused (copy, size); /* another version */
  copy[4]--;
  copy[15] = 0x7f;
  assert_refused (copy, size); /* more features than bytes */
  /* Whatever else is turned over, nothing worse comes of it than another guess. */
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree guint8 *bent = g_memdup2 (data, size);
      g_autoptr (GBytes) given = NULL;
      g_autoptr (TextClassifier) strange = NULL;

      bent[g_test_rand_int_range (0, (gint32) MIN (size, 400))] = (guint8) g_test_rand_int ();
      given = g_bytes_new (bent, size);
      strange = text_classifier_load (given, NULL);
      if (strange != NULL)
        text_classifier_guess (strange, "my refund");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/features/read", test_features_are_what_people_read);
  g_test_add_func ("/text/features/counted", test_features_are_in_order_and_counted);
  g_test_add_func ("/text/features/long", test_a_long_text_is_cut_between_characters);
  g_test_add_func ("/text/model/separates", test_a_model_finds_what_separates);
  g_test_add_func ("/text/model/minimum", test_a_model_is_the_minimum);
  g_test_add_func ("/text/model/cancel", test_training_can_be_stopped);
  g_test_add_func ("/text/calibration/honest", test_confidence_is_how_often_it_is_right);
  g_test_add_func ("/text/calibration/any", test_calibration_survives_any_guesses);
  g_test_add_func ("/text/classifier/learns", test_learns_guesses_and_says_why);
  g_test_add_func ("/text/classifier/kept", test_a_kept_model_guesses_the_same);
  g_test_add_func ("/text/classifier/damaged", test_a_damaged_model_is_none);
  return g_test_run ();
}
